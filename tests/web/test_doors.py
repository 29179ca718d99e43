"""Charlie must see nothing; a déposante sees only her own; nobody sees anything without signing in."""

import pytest
from django.urls import get_resolver
from tests.cast import mill_debit, mill_pdf, statement
from tests.conftest import AT

from comptoir import pipeline
from comptoir.records.ledger.queries import draft_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(bakery, bob, account):
    pipeline.import_statement(account=account, content=statement(mill_debit()), filename="r", by=bob, at=AT)
    document = pipeline.hand_in(company=bakery, content=mill_pdf(), filename="f.pdf", by=bob, at=AT)
    pipeline.read_now(document, at=AT)
    return document


def addresses(bakery, document, account):
    """Every address of the company, with real objects in it."""
    entry, transaction = draft_of(document.pk), account.transactions.get()
    values = {
        "company_id": bakery.pk, "document_id": document.pk, "entry_id": entry.pk, "number": 1,
        "transaction_id": transaction.pk, "account_id": account.pk, "year_id": entry.fiscal_year_id,
        "folder": "fiscal", "file_id": entry.pk, "subfolder_id": entry.pk, "thing_id": entry.pk,
        "lettrage_id": entry.pk, "firm_id": bakery.firm_id, "rule_id": entry.pk, "connection_id": entry.pk, "feed_id": entry.pk,
        "unread_id": entry.pk, "view_id": entry.pk, "upload_id": entry.pk, "sender_id": entry.pk, "mail_id": entry.pk, "phone_id": entry.pk, "resemblance_id": entry.pk,
        "notice_id": entry.pk, "device_id": entry.pk, "contact_id": entry.pk, "item_id": entry.pk, "model_id": entry.pk, "import_id": entry.pk, "letter_id": entry.pk,
        "contract_id": entry.pk, "carried_id": entry.pk, "merge_id": entry.pk, "question_id": entry.pk,
        "waiver_id": entry.pk, "series_id": entry.pk, "form": "csv", "request_id": entry.pk, "answer_id": entry.pk, "key": "bilan",
        "conversation_id": entry.pk, "part_id": entry.pk, "attachment_id": entry.pk, "takeout_id": entry.pk,
    }  # fmt: skip
    for name, (((pattern, names),), *_) in _routes():
        if {"company_id", "firm_id"} & set(names):
            yield name, "/" + pattern % {key: values[key] for key in names}


def _routes():
    resolver = get_resolver()
    return [
        (name, [[(p, n) for p, n in possibility[0]], *possibility[1:]])
        for name in resolver.reverse_dict
        if isinstance(name, str)
        for possibility in [resolver.reverse_dict.getlist(name)[0]]
    ]


def test_charlie_finds_nothing_at_any_address(bakery, document, account, charlie, signed_in):
    client = signed_in(charlie)
    seen = 0
    for name, address in addresses(bakery, document, account):
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code in (404, 405), f"{name} lets Charlie in"
        seen += 1
    assert seen >= 25


def test_nobody_is_sent_to_sign_in(bakery, document, account, client):
    for name, address in addresses(bakery, document, account):
        answer = client.get(address)
        assert answer.status_code == 302, name
        assert answer.url.startswith("/compte/login/"), name


def test_a_deposante_sees_only_her_own(bakery, document, dina, signed_in):
    client = signed_in(dina)
    assert client.get(f"/c/{bakery.pk}/pieces/{document.pk}/").status_code == 404
    assert client.get(f"/c/{bakery.pk}/pieces/{document.pk}/original").status_code == 404
    assert client.get(f"/c/{bakery.pk}/manquantes/").status_code == 404
    page = client.get(f"/c/{bakery.pk}/pieces/").content.decode()
    assert "Moulins" not in page
    assert 'n">1<' not in page


def test_a_client_never_enters_the_firms_side(bakery, document, bob, signed_in):
    client = signed_in(bob)
    for tab in ("production", "banque", "ecritures", "lettrage", "manquantes", "exercices", "dossiers-partages"):
        assert client.get(f"/dossiers/{bakery.pk}/{tab}/").status_code == 404


def test_every_page_of_bob_and_alice_answers(bakery, document, bob, alice, signed_in):
    pages = (
        "",
        "pieces/",
        "manquantes/",
        "banque/",
        "dossiers/",
        "dossiers/social/",
        "plus/",
        f"pieces/{document.pk}/",
    )
    assert [signed_in(bob).get(f"/c/{bakery.pk}/{page}").status_code for page in pages] == [200] * len(pages)
    tabs = ("banque/", "ecritures/", "lettrage/", "manquantes/", "exercices/", "production/", "dossiers-partages/")
    firm = signed_in(alice)
    assert [firm.get(f"/dossiers/{bakery.pk}/{tab}").status_code for tab in tabs] == [200] * len(tabs)
    assert firm.get(f"/dossiers/{bakery.pk}/production/{document.pk}/").status_code == 200
    assert firm.get(f"/cabinet/{bakery.firm_id}/").status_code == 200


def test_the_missing_page_asks_few_questions(bakery, bob, signed_in, account, django_assert_max_num_queries):
    pipeline.import_statement(account=account, content=statement(mill_debit()), filename="r", by=bob, at=AT)
    client = signed_in(bob)
    client.get(f"/c/{bakery.pk}/manquantes/")
    # Three of them are the test's own change of role; four say whose rows are asked, and from where; one counts held
    # mails, one the documents that are asked for.
    with django_assert_max_num_queries(24):
        client.get(f"/c/{bakery.pk}/manquantes/")


def test_only_who_may_open_a_dossier_finds_the_page(bakery, alice, bob, signed_in):
    from tests.conftest import person

    from comptoir.domain.rights import Role
    from comptoir.records.firms import actions as firms

    karim = person("Karim")
    firms.join_firm(firm=bakery.firm, person=karim, role=Role.COLLABORATEUR, at=AT)
    address = f"/cabinet/{bakery.firm_id}/dossiers/"
    assert [signed_in(who).get(address).status_code for who in (alice, karim, bob)] == [200, 404, 404]


def test_a_deposantes_own_piece_tells_nothing_of_the_bank(bakery, bob, dina, account, signed_in):
    pipeline.import_statement(account=account, content=statement(mill_debit()), filename="r", by=bob, at=AT)
    hers = pipeline.hand_in(company=bakery, content=mill_pdf(), filename="f.pdf", by=dina, at=AT)
    pipeline.read_now(hers, at=AT)
    address = f"/c/{bakery.pk}/pieces/{hers.pk}/"
    assert "Justifie" in signed_in(bob).get(address).content.decode(), "who sees the bank reads which movement"
    page = signed_in(dina).get(address).content.decode()
    assert "Moulins" in page
    assert ("Justifie" in page, "PRLV" in page) == (False, False)
