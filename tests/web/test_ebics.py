"""The firm's EBICS contracts on screen: the wizard from the form to the first statement, what waits, and who sees none of it."""

import re

import pytest
from tests.conftest import AT, person
from tests.ebics_desk import WHO, Desk, some_keys
from tests.ebics_way import (
    FLOUR,
    IBANS,
    OURS,
    STRANGER,
    TAKINGS,
    entered,
    fetch,
    same_keys,
    told,
    trusted_by,
    two_dossiers,
)  # fmt: skip

from comptoir.domain.rights import Role
from comptoir.gateways.bank.ebics import Step, Version
from comptoir.gateways.bank.ebics import keys as ebics_keys
from comptoir.records.banking.models import BankAccount, Transaction
from comptoir.records.ebics import orders
from comptoir.records.ebics.models import Carried, Contract, Fetched
from comptoir.records.firms import actions as firms

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    with Desk(Version.H005) as desk:
        yield desk


@pytest.fixture
def dossiers(bakery, account, alice):
    return two_dossiers(bakery, account, alice)


@pytest.fixture(autouse=True)
def _keys_of_the_tests(monkeypatch):
    same_keys(monkeypatch)


@pytest.fixture
def trusted(desk, bakery, alice):
    return trusted_by(entered(desk, bakery.firm, alice), desk, alice)


def text(answer):
    return answer.content.decode()


def form(desk):
    said = desk.contract
    return {
        "bank": "Banque Jumelle", "url": said.url, "host_id": said.host_id, "partner_id": said.partner_id,
        "user_id": said.user_id, "version": said.version.value, "order": orders.written(desk.order),
    }  # fmt: skip


def test_the_whole_way_from_the_form_to_a_booked_statement(desk, dossiers, alice, signed_in):
    bakery, _ = dossiers
    browser, home = signed_in(alice), f"/cabinet/{bakery.firm_id}/ebics/"
    answer = browser.post(home, form(desk))
    page = answer.url
    assert "Envoyer les clés à la banque" in text(browser.get(page))
    browser.post(f"{page}envoi")
    assert browser.get(f"{page}lettres.pdf").content.startswith(b"%PDF")
    early = text(browser.post(f"{page}activation", follow=True))
    assert "lettres signées" in early
    desk.twin.activate(*WHO)
    assert "Comparez maintenant" in text(browser.post(f"{page}activation", follow=True))
    letter = desk.letter()
    wrong = browser.post(f"{page}empreintes", letter | {"encryption": "00" * 32})
    assert wrong.status_code == 422
    assert "n’allez pas plus loin" in text(wrong)
    assert "00" * 32 in text(wrong), "what was copied is there to be corrected"
    assert letter["authentication"] in text(wrong)
    assert Step(Contract.objects.get().step) is Step.BANK_KEYS_READ
    assert "premiers relevés arrivent" in text(browser.post(f"{page}empreintes", letter, follow=True))
    desk.offer(told(FLOUR) + told(TAKINGS, account=STRANGER))
    fetch(Contract.objects.get())
    assert "Trié" in text(browser.get(page))
    assert Transaction.objects.get().company == bakery
    assert IBANS[STRANGER] in text(browser.get(home))


def test_the_form_says_what_no_bank_gives(desk, bakery, alice, signed_in):
    home = f"/cabinet/{bakery.firm_id}/ebics/"
    for wrong, sentence in (
        ({"url": "http://bank.example/"}, "https://"),
        ({"partner_id": "a b"}, "PartnerID"),
        ({"order": "a/b"}, "format du relevé"),
        ({"version": "H009"}, "choix"),
    ):
        answer = signed_in(alice).post(home, form(desk) | wrong)
        assert answer.status_code == 422
        assert sentence in text(answer)
        assert "Banque Jumelle" in text(answer)
    assert not Contract.objects.exists()


def test_a_waiting_statement_goes_to_the_dossier_that_the_firm_names(
    trusted,
    desk,
    dossiers,
    alice,
    signed_in,
):
    bakery, flowers = dossiers
    desk.offer(told(FLOUR, account=STRANGER))
    fetch(trusted)
    browser, home = signed_in(alice), f"/cabinet/{bakery.firm_id}/ebics/"
    address = f"{home}releves/{Carried.objects.get().pk}/rattachement"
    for wrong, sentence in (
        ({"dossier": "Nobody"}, "Aucun de vos dossiers"),
        ({"dossier": "Garage Lebreton"}, "Aucun de vos dossiers"),
        ({"dossier": flowers.name, "account": "512900"}, "512900"),
        ({"dossier": flowers.name, "account": "512000"}, "rien n’a été importé"),
    ):
        answer = browser.post(address, wrong)
        assert answer.status_code == 422, wrong
        assert sentence in text(answer), wrong
    count = BankAccount.objects.count()
    assert "1 relevé est dans Fleurs Hamon, compte 512100" in text(
        browser.post(address, {"dossier": "fleurs hamon"}, follow=True)
    )
    assert BankAccount.objects.count() == count + 1
    assert Transaction.objects.get().company == flowers
    assert browser.post(address, {"dossier": flowers.name}).status_code == 404


def test_keys_are_renewed_suspended_and_begun_again_on_the_page(
    trusted,
    desk,
    alice,
    signed_in,
    monkeypatch,
):
    browser, page = signed_in(alice), f"/cabinet/{trusted.firm_id}/ebics/{trusted.pk}/"
    assert "Interroger la banque" in text(browser.get(page))
    assert "est interrogée" in text(browser.post(f"{page}releves", follow=True))
    renewed = some_keys("renewed")
    monkeypatch.setattr(ebics_keys, "make", lambda contract, *, at, **more: renewed)
    assert "renouvelées" in text(browser.post(f"{page}renouvellement", follow=True))
    assert "Suspendu" in text(browser.post(f"{page}suspension", follow=True))
    assert "étape" in text(browser.post(f"{page}releves", follow=True))
    assert "Envoyer les clés" in text(browser.post(f"{page}reprise", follow=True))


def test_only_who_manages_the_firm_sees_contracts(trusted, desk, dossiers, alice, bob, charlie, signed_in):
    bakery, _ = dossiers
    karim = person("Karim")
    firms.join_firm(firm=bakery.firm, person=karim, role=Role.COLLABORATEUR, at=AT)
    desk.offer(told(FLOUR, account=STRANGER))
    fetch(trusted)
    home = f"/cabinet/{bakery.firm_id}/ebics/"
    garage = charlie.firm_memberships.get().firm_id
    for who in (karim, bob, charlie):
        assert signed_in(who).get(home).status_code == 404
        assert signed_in(who).get(f"{home}{trusted.pk}/lettres.pdf").status_code == 404
    for address in (f"{trusted.pk}/", f"{trusted.pk}/lettres.pdf"):
        assert signed_in(charlie).get(f"/cabinet/{garage}/ebics/{address}").status_code == 404
    answer = signed_in(charlie).post(f"/cabinet/{garage}/ebics/{trusted.pk}/suspension")
    assert answer.status_code == 404
    shown = text(signed_in(bob).get(f"/c/{bakery.pk}/banque/"))
    assert IBANS[STRANGER] not in shown
    assert str(FLOUR.amount) not in shown


def test_the_mandate_of_an_account_is_printed_and_followed(bakery, account, alice, bob, signed_in):
    browser, page = signed_in(alice), f"/dossiers/{bakery.pk}/banque/"
    assert browser.get(f"{page}{account.pk}/mandat.pdf").content.startswith(b"%PDF")
    for state, said in (("to_sign", "À signer"), ("signed", "Signé"), ("sent", "Envoyé à la banque")):
        assert said in text(browser.post(f"{page}{account.pk}/mandat", {"state": state}, follow=True))
    assert "n’en est pas là" in text(browser.post(f"{page}{account.pk}/mandat", {"state": "to_sign"}, follow=True))
    assert "n’en est pas là" in text(browser.post(f"{page}{account.pk}/mandat", {"state": "x"}, follow=True))
    assert re.search(r"Signé, .*Alice Essai", text(browser.get(page)))
    assert signed_in(bob).get(f"{page}{account.pk}/mandat.pdf").status_code == 404


def test_a_contract_that_has_brought_nothing_yet_stands_in_the_list(desk, bakery, alice, signed_in):
    contract = entered(desk, bakery.firm, alice)
    answer = signed_in(alice).get(f"/cabinet/{contract.firm_id}/ebics/")
    assert (answer.status_code, "Clés à envoyer" in text(answer)) == (200, True)
    desk.twin.allow(desk.order, "Relevé")
    trusted_by(contract, desk, alice)
    fetch(contract)
    assert not Fetched.objects.exists()
    answer = signed_in(alice).get(f"/cabinet/{contract.firm_id}/ebics/")
    assert (answer.status_code, "Actif" in text(answer)) == (200, True)


def test_the_list_asks_few_questions(trusted, desk, alice, signed_in, django_assert_max_num_queries):
    desk.offer(told(FLOUR, account=STRANGER) + told(TAKINGS, account=OURS))
    fetch(trusted)
    assert Fetched.objects.count() == 1
    browser = signed_in(alice)
    browser.get(f"/cabinet/{trusted.firm_id}/ebics/")
    with django_assert_max_num_queries(20):
        browser.get(f"/cabinet/{trusted.firm_id}/ebics/")


def test_keys_that_do_not_open_are_said_on_the_page(trusted, alice, signed_in, settings):
    settings.EBICS_KEY = b"x" * 32
    browser, page = signed_in(alice), f"/cabinet/{trusted.firm_id}/ebics/{trusted.pk}/"
    assert "ne s’ouvrent pas" in text(browser.get(f"{page}lettres.pdf", follow=True))
    assert "ne s’ouvrent pas" in text(browser.post(f"{page}renouvellement", follow=True))
    fetch(trusted)
    assert "ne s’ouvrent pas" in text(browser.get(page))


def test_a_client_whose_statements_come_by_ebics_has_only_the_mandate_to_sign(
    bakery, account, alice, bob, signed_in
):
    signed_in(alice).post(f"/dossiers/{bakery.pk}/banque/voie", {"way": "ebics"})
    page = text(signed_in(bob).get(f"/c/{bakery.pk}/banque/"))
    assert "signez le mandat" in page
    assert 'type="file"' not in page
    welcome = text(signed_in(bob).get(f"/c/{bakery.pk}/bienvenue/"))
    assert "signez le mandat" in welcome
    assert "Compris" in welcome


def test_the_address_and_the_format_of_a_contract_are_corrected(trusted, alice, signed_in):
    browser, page = signed_in(alice), f"/cabinet/{trusted.firm_id}/ebics/{trusted.pk}/"
    for wrong in ({"url": "ftp://x/", "order": trusted.order}, {"url": trusted.url, "order": "<>"}, {}):
        assert browser.post(page, wrong).status_code == 422
    trusted.refresh_from_db()
    assert trusted.order == "EOP/FR/ZIP/camt.053/02"
    moved = {"url": "https://bank.example/new", "order": "STM/FR/ZIP/camt.053/08"}
    assert "est corrigé" in text(browser.post(page, moved, follow=True))
    trusted.refresh_from_db()
    assert (trusted.url, trusted.order) == (moved["url"], moved["order"])
    assert Step(trusted.step) is Step.TRUSTED


def test_a_bank_whose_address_is_corrected_is_still_asked_what_it_calls_its_statements(
    trusted, desk, dossiers, alice, signed_in
):
    browser, page = signed_in(alice), f"/cabinet/{trusted.firm_id}/ebics/{trusted.pk}/"
    desk.offer(told(FLOUR), order=orders.order_of(Version.H005, "STM/FR/ZIP/camt.053/08"))
    fetch(trusted)
    assert trusted.fault  # what was entered is not what the contract allows
    assert "est corrigé" in text(browser.post(page, {"url": trusted.url, "order": " "}, follow=True))
    assert 'name="order" value=""' in text(browser.get(page))
    trusted.refresh_from_db()
    assert (trusted.asks_order, trusted.fault) == (True, "")
    fetch(trusted)
    assert (trusted.order, trusted.fault) == ("STM/FR/ZIP/camt.053/08", "")
    assert Transaction.objects.count() == 1


def test_a_period_is_asked_for_again_from_the_page_and_odd_days_are_refused(
    trusted, desk, dossiers, alice, signed_in
):
    browser, page = signed_in(alice), f"/cabinet/{trusted.firm_id}/ebics/{trusted.pk}/"
    assert "Redemander une période" in text(browser.get(page))
    for first, last, said in (
        ("", "", "les deux jours"),
        ("2026-11-20", "2026-11-10", "finit avant"),
        ("2026-11-20", "2999-01-01", "au plus tard"),
        ("2020-01-01", "2026-11-10", "plus courte"),
        ("0001-01-01", "2026-11-10", "au plus tard"),
    ):
        answer = browser.post(f"{page}periode", {"first_on": first, "last_on": last})
        assert (answer.status_code, said in text(answer)) == (422, True), said
        assert f'value="{first}"' in text(answer)
    answer = browser.post(f"{page}periode", {"first_on": "2026-11-10", "last_on": "2026-11-20"}, follow=True)
    assert "Les relevés du 10/11/2026 au 20/11/2026 sont redemandés" in text(answer)
    assert signed_in(person("Etranger")).post(f"{page}periode", {}).status_code == 404


def test_a_contract_without_a_format_says_that_the_bank_will_be_asked(desk, dossiers, alice, signed_in):
    bakery, _ = dossiers
    answer = signed_in(alice).post(f"/cabinet/{bakery.firm_id}/ebics/", form(desk) | {"order": " "}, follow=True)
    assert "relevés à demander à la banque" in text(answer)


def test_the_demo_leads_to_the_letter_of_its_bank(bakery, alice, signed_in, settings):
    browser, home = signed_in(alice), f"/cabinet/{bakery.firm_id}/ebics/"
    assert "banque d’essai" not in text(browser.get(home))
    settings.EBICS_TRIAL = "http://localhost:8575/"
    assert 'href="http://localhost:8575/"' in text(browser.get(home))
