"""E-invoices on screen: the mandate, what came, what is answered, and who sees none of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.acts import bring_statement
from tests.cast import mill_debit
from tests.conftest import AT, person
from tests.records.test_einvoices import bill, fetch, sold

from comptoir import pipeline
from comptoir.domain.lifecycle import Code
from comptoir.domain.mandate import State
from comptoir.domain.rights import Role
from comptoir.gateways.einvoice import Kind, Unreachable, memory
from comptoir.records.einvoices import actions as einvoices
from comptoir.records.einvoices.models import Flow, Mandate, Status
from comptoir.records.firms import actions as firms
from comptoir.records.ledger.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform(settings):
    settings.PLATFORM = memory.Platform()
    return settings.PLATFORM


@pytest.fixture
def flow(platform, bakery, alice):
    einvoices.set_mandate(company=bakery, state=State.SIGNED, by=alice, at=AT)
    platform.hold("f1", bill())
    fetch()
    flow = Flow.objects.get()
    pipeline.read_now(flow.document, at=AT)
    return flow


@pytest.fixture
def review(flow):
    return f"/dossiers/{flow.company_id}/production/{flow.document_id}/"


@pytest.fixture
def assistant(bakery, alice):
    found = person("Karim")
    firms.join_firm(firm=bakery.firm, person=found, role=Role.ASSISTANT, at=AT)
    firms.assign(company=bakery, person=found, by=alice, at=AT)
    return found


def text(answer):
    return answer.content.decode()


# ── The mandate ──


def test_a_mandate_goes_from_to_sign_to_signed(platform, bakery, alice, signed_in):
    page, browser = f"/dossiers/{bakery.pk}/factures-electroniques/", signed_in(alice)
    assert "Pas demandé" in text(browser.get(page))
    for state, shown in (("to_sign", "À signer"), ("signed", "Signé"), ("refused", "Refusé")):
        assert browser.post(page + "mandat", {"state": state}).status_code == 302
        assert f">{shown}</span>" in text(browser.get(page))
    refused = browser.post(page + "mandat", {"state": "none"})
    assert refused.status_code == 422
    assert Mandate.objects.get().state is State.REFUSED


def test_many_dossiers_are_asked_in_one_gesture(platform, bakery, alice, signed_in):
    others = [firms.open_dossier(firm=bakery.firm, by=alice, at=AT, name=f"Dossier {n}") for n in range(3)]
    page, browser = f"/cabinet/{bakery.firm_id}/mandats/", signed_in(alice)
    ticked = [str(company.pk) for company in others[:2]]
    assert browser.post(page, {"dossier": ticked, "state": "to_sign"}).status_code == 302
    assert Mandate.objects.count() == 2
    shown = text(browser.get(page + "?etat=to_sign"))
    assert "Dossier 0" in shown
    assert "Dossier 2" not in shown
    assert browser.post(page, {"state": "to_sign"}).status_code == 422
    assert browser.post(page, {"dossier": ticked, "state": "x"}).status_code == 422
    for odd in ("?page=0", "?page=99", "?page=x", "?etat=x", "?page=²"):
        assert browser.get(page + odd).status_code == 200


def test_the_list_of_mandates_asks_as_little_for_many_as_for_one(platform, bakery, alice, signed_in):
    page, browser = f"/cabinet/{bakery.firm_id}/mandats/", signed_in(alice)
    browser.get(page)
    with CaptureQueriesContext(connection) as few:
        browser.get(page)
    for n in range(120):
        firms.open_dossier(firm=bakery.firm, by=alice, at=AT, name=f"Dossier {n:03}")
    with CaptureQueriesContext(connection) as many:
        shown = text(browser.get(page))
    assert len(many) == len(few)
    assert "Dossier 098" in shown
    assert "Dossier 119" not in shown
    assert "Dossier 119" in text(browser.get(page + "?page=2"))


def test_another_firms_dossier_is_in_no_list_and_no_form(platform, bakery, alice, charlie, signed_in):
    from comptoir.records.firms.models import Company

    theirs = Company.objects.get(name="Garage Lebreton")
    page = f"/cabinet/{bakery.firm_id}/mandats/"
    answer = signed_in(alice).post(page, {"dossier": [str(bakery.pk), str(theirs.pk)], "state": "signed"})
    assert answer.status_code == 404
    assert not Mandate.objects.exists()
    assert signed_in(charlie).get(page).status_code == 404


def test_without_a_platform_the_page_says_so(bakery, alice, signed_in, settings):
    settings.PLATFORM = None
    for page in (f"/dossiers/{bakery.pk}/factures-electroniques/", f"/cabinet/{bakery.firm_id}/mandats/"):
        assert "COMPTOIR_PLATFORM" in text(signed_in(alice).get(page))


# ── The invoice ──


def test_an_invoice_is_answered_from_the_review_screen(flow, review, platform, alice, signed_in):
    browser = signed_in(alice)
    shown = text(browser.get(review))
    for label in ("Prise en charge", "Approuver", "Mettre en litige", "Refuser"):
        assert label in shown
    assert "Encaissée" not in shown
    assert "Paiement transmis" not in shown
    assert browser.post(review + "statuts", {"code": "204"}).status_code == 302
    status = Status.objects.get()
    pipeline.send_status(str(status.firm_id), str(status.company_id), str(status.pk))
    assert [message.code for message in platform.sent.values()] == ["204"]
    assert 'value="204"' not in text(browser.get(review))


def test_a_refusal_wants_a_motive_and_words_and_keeps_what_was_typed(flow, review, alice, signed_in):
    browser = signed_in(alice)
    for form in ({}, {"motive": "DOUBLON"}, {"why": "Deux fois <b>"}, {"motive": "x", "why": "Deux fois <b>"}):
        answer = browser.post(review + "statuts", {"code": "210", **form})
        assert answer.status_code == 422
        assert "<b>" not in text(answer).split('id="invoice"')[1].split("</section>")[0]
    assert 'value="Deux fois &lt;b&gt;"' in text(answer)
    assert not Status.objects.exists()
    browser.post(review + "statuts", {"code": "210", "motive": "DOUBLON", "why": "Deux fois"})
    assert Status.objects.get().reason == "Deux fois"
    assert "Déjà reçue : Deux fois" in text(browser.get(review))


@pytest.mark.parametrize("code", ["", "212", "200", "999", "٢٠٤", "x" * 5000])
def test_a_status_that_is_not_theirs_to_say_is_refused(flow, review, alice, signed_in, code):
    assert signed_in(alice).post(review + "statuts", {"code": code}).status_code == 422
    assert not Status.objects.exists()


def test_posting_the_entry_says_nothing_and_a_lettered_payment_proposes_it(
    flow, review, platform, alice, account, signed_in
):
    browser = signed_in(alice)
    pipeline.post(entry=Entry.objects.get(document=flow.document), by=alice, at=AT)
    assert not Status.objects.exists()
    assert "Paiement transmis" not in text(browser.get(review))
    bring_statement(account, mill_debit())
    assert "Paiement transmis" in text(browser.get(review))
    assert "Encaissée" not in text(browser.get(review))
    browser.post(review + "statuts", {"code": "211"})
    assert Status.objects.get().code == "211"


def test_a_sale_whose_payment_is_lettered_proposes_to_say_it(platform, bakery, alice, account, signed_in):
    from tests.records.test_einvoices import letter_by_hand, read_and_post

    einvoices.set_mandate(company=bakery, state=State.SIGNED, by=alice, at=AT)
    platform.hold("s1", sold(), Kind.SALE)
    fetch()
    sale = Flow.objects.get()
    address, browser = f"/dossiers/{bakery.pk}/production/{sale.document_id}/", signed_in(alice)
    read_and_post(sale.document, alice)
    assert 'value="212"' not in text(browser.get(address))
    bring_statement(account, mill_debit(amount="237.38"))
    letter_by_hand(sale, alice)
    shown = text(browser.get(address))
    assert 'value="212"' in shown
    assert 'value="211"' not in shown


def test_the_list_shows_each_invoice_and_where_it_stands(flow, platform, bakery, alice, signed_in):
    platform.faults["send_status"] = [Unreachable("(503)")]
    signed_in(alice).post(f"/dossiers/{bakery.pk}/production/{flow.document_id}/statuts", {"code": "205"})
    status = Status.objects.get()
    with pytest.raises(Unreachable):
        pipeline.send_status(str(status.firm_id), str(status.company_id), str(status.pk))
    shown = text(signed_in(alice).get(f"/dossiers/{bakery.pk}/factures-electroniques/"))
    for words in ("MV-1197", "Approuvée", "Pas encore partie", "503"):
        assert words in shown


def test_the_client_reads_what_became_of_it_in_plain_words(flow, bakery, bob, alice, signed_in):
    signed_in(alice).post(
        f"/dossiers/{bakery.pk}/production/{flow.document_id}/statuts",
        {"code": "207", "motive": "QTE_ERR", "why": "Il manque deux sacs"},
    )
    shown = text(signed_in(bob).get(f"/c/{bakery.pk}/pieces/{flow.document_id}/"))
    for words in ("Facture électronique", "En litige", "conteste la facture", "Il manque deux sacs"):
        assert words in shown
    assert "statuts" not in shown


def test_an_assistant_reads_and_does_not_answer(flow, review, bakery, assistant, signed_in):
    browser = signed_in(assistant)
    assert "Approuver" not in text(browser.get(review))
    assert browser.post(review + "statuts", {"code": "204"}).status_code == 404
    page = f"/dossiers/{bakery.pk}/factures-electroniques/"
    assert browser.get(page).status_code == 200
    assert browser.post(page + "mandat", {"state": "signed"}).status_code == 404
    assert browser.get(f"/cabinet/{bakery.firm_id}/mandats/").status_code == 404


def test_a_piece_that_came_another_way_is_not_answered(bakery, bob, alice, signed_in):
    from tests.acts import hand_in

    document = hand_in(bakery, bob)
    address = f"/dossiers/{bakery.pk}/production/{document.pk}/"
    assert signed_in(alice).post(address + "statuts", {"code": "204"}).status_code == 404
    assert 'id="invoice"' not in text(signed_in(alice).get(address))


def test_bob_dina_and_charlie_find_no_mandate_and_answer_nothing(
    flow, review, bakery, bob, dina, charlie, signed_in
):
    page = f"/dossiers/{bakery.pk}/factures-electroniques/"
    for who in (bob, dina, charlie):
        browser = signed_in(who)
        assert browser.get(page).status_code == 404
        assert browser.post(page + "mandat", {"state": "signed"}).status_code == 404
        assert browser.post(review + "statuts", {"code": "204"}).status_code == 404
    assert signed_in(dina).get(f"/c/{bakery.pk}/pieces/{flow.document_id}/").status_code == 404


def test_bob_sees_and_downloads_the_page_that_came_with_the_data_and_dina_does_not(bakery, bob, dina, signed_in):
    from tests.cast import mill_pdf
    from tests.records.test_einvoices import hand_in_zip, zipped

    (answer,) = hand_in_zip(bakery, bob, zipped(f_pdf=mill_pdf(), f_xml=bill()))
    address, browser = f"/c/{bakery.pk}/pieces/{answer.document}/", signed_in(bob)
    assert "Télécharger le PDF" in text(browser.get(address))
    page = browser.get(address + "lisible")
    assert page.getvalue() == mill_pdf()
    assert page["Content-Type"] == "application/pdf"
    assert "attachment" in page["Content-Disposition"]
    assert browser.get(address + "pages/1").status_code == 200
    assert browser.get(address + "original").getvalue() == bill()
    assert signed_in(dina).get(address + "lisible").status_code == 404


def test_who_brought_it_is_the_platform_where_nobody_did(flow, bakery, bob, alice, signed_in):
    assert "Plateforme agréée, " in text(signed_in(bob).get(f"/c/{bakery.pk}/pieces/{flow.document_id}/"))
    assert "Plateforme agréée, " in text(signed_in(alice).get(f"/dossiers/{bakery.pk}/production/"))


def test_the_list_says_which_invoice_wants_a_word(flow, platform, bakery, alice, account, signed_in):
    from tests.records.test_einvoices import letter_by_hand, read_and_post

    page, browser = f"/dossiers/{bakery.pk}/factures-electroniques/", signed_in(alice)
    assert "À répondre" in text(browser.get(page))
    browser.post(f"/dossiers/{bakery.pk}/production/{flow.document_id}/statuts", {"code": "204"})
    assert "À répondre" not in text(browser.get(page))
    platform.hold("s1", sold(), Kind.SALE)
    fetch()
    sale = Flow.objects.get(flow_id="s1")
    read_and_post(sale.document, alice)
    assert "Encaissement à dire" not in text(browser.get(page))
    bring_statement(account, mill_debit(amount="237.38"))
    letter_by_hand(sale, alice)
    assert "Encaissement à dire" in text(browser.get(page))
    pipeline.say_status(flow=sale, code=Code.CASHED, by=alice, at=timezone.now())
    assert "Encaissement à dire" not in text(browser.get(page))


def test_the_list_asks_as_little_for_many_as_for_one(flow, platform, bakery, alice, signed_in):
    page, browser = f"/dossiers/{bakery.pk}/factures-electroniques/", signed_in(alice)
    platform.hold("s0", sold("V-0"), Kind.SALE)
    fetch()
    browser.get(page)
    with CaptureQueriesContext(connection) as few:
        browser.get(page)
    for n in range(1, 9):
        platform.hold(f"s{n}", sold(f"V-{n}"), Kind.SALE)
    fetch()
    with CaptureQueriesContext(connection) as many:
        assert text(browser.get(page)).count("vente") >= 9
    assert len(many) == len(few)


def test_what_waits_is_fetched_as_soon_as_a_mandate_is_signed_once(platform, bakery, alice, signed_in):
    page, browser = f"/dossiers/{bakery.pk}/factures-electroniques/", signed_in(alice)
    jobs = ProcrastinateJob.objects.filter(task_name="fetch_invoices")
    browser.post(page + "mandat", {"state": "to_sign"})
    assert not jobs.exists()
    browser.post(page + "mandat", {"state": "signed"})
    browser.post(f"/cabinet/{bakery.firm_id}/mandats/", {"dossier": [str(bakery.pk)], "state": "signed"})
    assert jobs.count() == 1
    platform.hold("f1", bill())
    pipeline.fetch_invoices(**jobs.get().args)
    assert "MV-1197" in text(browser.get(page))


def test_a_platform_to_try_with_says_so(platform, bakery, alice, signed_in, settings):
    pages = (f"/dossiers/{bakery.pk}/factures-electroniques/", f"/cabinet/{bakery.firm_id}/mandats/")
    for page in pages:
        assert "Plateforme d’essai" not in text(signed_in(alice).get(page))
    settings.PLATFORM_TRIAL = True
    for page in pages:
        assert "Plateforme d’essai" in text(signed_in(alice).get(page))
