"""A page whose address bar is given another page's address names where its form goes: it would go there otherwise."""

import re

import pytest
from tests.cast import mill_pdf
from tests.conftest import AT

from comptoir import pipeline
from comptoir.domain.folder import Folder

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(bakery, alice, bob, dina, signed_in):
    """Pages that ask before an act, each with who opens it."""
    file = pipeline.put_file(
        company=bakery, folder=Folder.FISCAL, content=mill_pdf(), filename="a.pdf", by=alice, at=AT
    )
    member, keeper = dina.company_memberships.get(), alice.firm_memberships.get()
    return [
        (alice, f"/dossiers/{bakery.pk}/dossiers-partages/fiscal/{file.pk}/retrait"),
        (alice, f"/dossiers/{bakery.pk}/acces/{member.pk}/depart"),
        (bob, f"/c/{bakery.pk}/collaborateurs/{member.pk}/depart"),
        (alice, f"/cabinet/{bakery.firm_id}/collaborateurs/{keeper.pk}/depart"),
    ]


def test_a_page_that_asks_before_an_act_sends_its_answer_to_its_own_address(pages, signed_in):
    for who, address in pages:
        page = signed_in(who).get(address).content.decode()
        form = re.search(r'<form class="card stack leaving"[^>]*>', page).group()
        assert f'action="{address}"' in form, address
