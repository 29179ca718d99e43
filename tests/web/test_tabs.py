"""What a firm may open stands in its rail."""

import re

import pytest
from django.urls import reverse

from comptoir.web.firm.context import ADDRESSES

pytestmark = pytest.mark.django_db


def test_every_page_of_the_firm_is_one_click_away(bakery, alice, signed_in):
    said = signed_in(alice).get(reverse("portfolio", args=[bakery.firm_id])).content.decode()
    rail = re.search(r"<nav class=\"rail\".*?</nav>", said, re.DOTALL)[0]
    away = {tab for tab, name in ADDRESSES.items() if f'href="{reverse(name, args=[bakery.firm_id])}"' not in rail}
    assert away == set()
