"""The company file over HTTP: who may write it, what it refuses, what follows from it in the books and for the client."""

import pytest
from tests.acts import bring_statement, hand_in
from tests.cast import mill_debit
from tests.conftest import AT, person
from tests.records.test_at_once import at_once

from comptoir import pipeline
from comptoir.domain.reading import Kind
from comptoir.domain.rights import Role
from comptoir.records.audit.models import Event
from comptoir.records.deposits.models import Document
from comptoir.records.exports.actions import fec_lines
from comptoir.records.firms import actions as firms
from comptoir.records.firms import file
from comptoir.records.firms.models import ChecklistItem, Company, Contact
from comptoir.records.ledger.models import Account, Entry, FiscalYear
from comptoir.records.ledger.queries import draft_of, open_accounts
from comptoir.records.matching.models import Match

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(bakery) -> str:
    return f"/dossiers/{bakery.pk}/dossier-permanent/"


def whole(**changes) -> dict[str, str]:
    return {
        "name": "Boulangerie Dupont", "siren": "821456308", "legal_form": "SARL", "vat_regime": "",
        "keeping": "automatic", "method": "engagement", "closes_on": "2026-12-31",
    } | changes  # fmt: skip


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def staff(bakery):
    def join(name: str, role: Role):
        joined = person(name)
        firms.join_firm(firm=bakery.firm, person=joined, role=role, at=AT)
        firms.assign(company=bakery, person=joined, by=joined, at=AT)
        return joined

    return join


def test_a_save_keeps_everything_in_one_event_with_before_and_after(bakery, alice, address, signed_in):
    form = whole(
        name="Dupont et fils", trade_name="Au bon pain", reference="0142", siret="821 456 308 00015",
        naf="1071c", address="12, place du Marché", vat_regime="reel_mensuel", vat_on="debits",
        legal_form="autre", other_form="Société d’attribution", method="tresorerie",
    )  # fmt: skip
    form["siret"] = ""
    assert signed_in(alice).post(address, form).status_code == 302
    bakery.refresh_from_db()
    assert (bakery.name, bakery.naf, bakery.legal_form) == ("Dupont et fils", "10.71C", "Société d’attribution")
    assert bakery.vat_number == "FR31821456308"
    assert FiscalYear.objects.get(company=bakery).method == "tresorerie"
    (event,) = Event.objects.filter(verb="edit_file")
    assert event.detail["changes"]["name"] == ["Boulangerie Dupont", "Dupont et fils"]
    assert event.detail["changes"]["method"] == ["engagement", "tresorerie"]
    assert event.person_id == alice.pk


def test_nothing_changed_is_no_event(bakery, alice, address, signed_in):
    signed_in(alice).post(address, whole())
    Event.objects.filter(verb="edit_file").exists()
    before = Event.objects.filter(verb="edit_file").count()
    assert "Rien n’a changé" in text(signed_in(alice).post(address, whole(), follow=True))
    assert Event.objects.filter(verb="edit_file").count() == before


@pytest.mark.parametrize(
    ("field", "written", "words"),
    [
        ("siren", "821456309", "n’existe pas"),
        ("siren", "", "Le SIREN manque"),
        ("siret", "82145630800012", "n’existe pas"),
        ("siret", "73282932000074", "doit commencer par le SIREN"),
        ("vat_number", "FR00821456308", "n’existe pas"),
        ("vat_number", "FR83404833048", "doit finir par le SIREN"),
        ("naf", "boulang", "quatre chiffres et une lettre"),
        ("legal_form", "château", "château"),
        ("legal_form", "autre", "Écrivez la forme juridique"),
        ("vat_regime", "lunaire", "lunaire"),
        ("keeping", "parfois", "parfois"),
        ("name", "", "obligatoire"),
        ("name", "x" * 201, "200"),
        ("closes_on", "31 février", "date"),
        ("closes_on", "2025-01-01", "après son ouverture"),
        ("closes_on", "2029-01-01", "24 mois"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(bakery, alice, address, signed_in, field, written, words):
    answer = signed_in(alice).post(address, whole(trade_name="Kept nowhere", **{field: written}))
    assert answer.status_code == 422
    assert words in text(answer)
    assert "Kept nowhere" in text(answer)
    bakery.refresh_from_db()
    assert bakery.trade_name == ""


def test_la_poste_keeps_its_own_key(bakery, alice, address, signed_in):
    form = whole(siren="356000000", siret="35600000049837")
    assert signed_in(alice).post(address, form).status_code == 302


def test_a_reference_or_siren_that_another_dossier_has_is_refused_by_its_name(bakery, alice, address, signed_in):
    firms.open_dossier(firm=bakery.firm, by=alice, at=AT, name="Garage Hamon", siren="452133770", reference="A1")
    for changes in ({"reference": "a1"}, {"siren": "452133770"}):
        answer = signed_in(alice).post(address, whole(**changes))
        assert (answer.status_code, "« Garage Hamon »" in text(answer)) == (422, True)


def test_a_dossier_that_one_may_not_enter_is_not_named(bakery, alice, staff, address, signed_in):
    firms.open_dossier(firm=bakery.firm, by=alice, at=AT, name="Garage Hamon", siren="452133770", reference="A1")
    karim = staff("Karim", Role.COLLABORATEUR)
    answer = signed_in(karim).post(address, whole(siren="452133770"))
    assert answer.status_code == 422
    assert "Garage Hamon" not in text(answer)
    assert "a déjà son dossier dans le cabinet" in text(answer)


def test_the_database_holds_a_siren_once_a_firm(bakery, alice):
    from comptoir.domain.company import Method

    other = firms.open_dossier(firm=bakery.firm, by=alice, at=AT, name="Hamon", siren="452133770")
    values = {name: getattr(other, name) for name in file.FIELDS} | {"siren": bakery.siren}
    with pytest.raises(file.Taken):
        pipeline.edit_file(
            company=other, values=values, year=None, closes_on=None, method=Method.TRESORERIE, by=alice, at=AT
        )
    other.refresh_from_db()
    assert other.siren == "452133770"


def test_who_charges_no_vat_deducts_none(bakery, alice, bob, address, signed_in):
    signed_in(alice).post(address, whole(vat_regime="franchise"))
    bakery.refresh_from_db()
    document = hand_in(bakery, bob)
    assert {line.account[:3] for line in draft_of(document.pk).lines.all()} == {"601", "401"}


def test_a_year_with_something_final_keeps_its_method_and_says_why(bakery, alice, account, address, signed_in):
    bring_statement(account, mill_debit(), by=alice)
    year = FiscalYear.objects.get(company=bakery)
    pipeline.validate(company=bakery, year=year, until=year.closes_on, by=alice, at=AT)
    client = signed_in(alice)
    assert "ni sa clôture ni sa méthode ne changent plus" in text(client.get(address))
    client.post(address, whole(method="tresorerie", closes_on="2026-06-30"))
    year.refresh_from_db()
    assert (year.method, str(year.closes_on)) == ("engagement", "2026-12-31")


def test_a_closing_does_not_leave_entries_outside(bakery, alice, account, address, signed_in):
    bring_statement(account, mill_debit(), by=alice)
    answer = signed_in(alice).post(address, whole(closes_on="2026-06-30"))
    assert (answer.status_code, "datées après le 30/06/2026" in text(answer)) == (422, True)


def test_kept_by_hand_nothing_is_proposed_but_pieces_are_read_and_matched(
    bakery, alice, bob, account, address, signed_in
):
    signed_in(alice).post(address, whole(keeping="manual"))
    bakery.refresh_from_db()
    account.company = bakery
    (move,) = bring_statement(account, mill_debit(), by=alice)
    document = hand_in(bakery, bob)
    assert draft_of(document.pk) is None
    assert Match.objects.filter(document=document, transaction=move).exists()


def entry_form(**changes) -> dict[str, object]:
    return {
        "journal": "AC", "dated_on": "04/11/2026", "piece_ref": "MV-1197", "account": ["601", "445660", "401"],
        "auxiliary": ["", "", "MOULINS"], "label": ["Farine"] * 3, "debit": ["225", "12,38", ""],
        "credit": ["", "", "237,38"],
    } | changes  # fmt: skip


@pytest.fixture
def by_hand(bakery, bob):
    bakery.keeping = "manual"
    bakery.save()
    return hand_in(bakery, bob)


def test_the_firm_writes_the_entry_itself_and_it_is_lettered(bakery, alice, account, by_hand, signed_in):
    bring_statement(account, mill_debit(), by=alice)
    address = f"/dossiers/{bakery.pk}/production/{by_hand.pk}/"
    page = text(signed_in(alice).get(address))
    assert "Écriture à saisir" in page
    assert 'value="MV-1197"' in page
    answer = signed_in(alice).post(f"{address}comptabilisation", entry_form())
    assert answer.status_code == 302
    entry = draft_of(by_hand.pk)
    assert (entry.journal.code, entry.posted_by_id, entry.revised_by_id) == ("AC", alice.pk, alice.pk)
    assert entry.lines.filter(account="401000", lettered__isnull=False).exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"debit": ["225", "", ""]},
        {"account": ["", "", ""]},
        {"account": ["999", "445660", "401"]},
        {"journal": "ZZ"},
        {"dated_on": "31/02/2026"},
        {"dated_on": "04/11/2031"},
        {"debit": ["beaucoup", "", ""]},
        {"piece_ref": ""},
    ],
)
def test_an_entry_that_does_not_hold_is_refused_and_stays_in_the_form(bakery, alice, by_hand, signed_in, changes):
    address = f"/dossiers/{bakery.pk}/production/{by_hand.pk}/comptabilisation"
    answer = signed_in(alice).post(address, entry_form(label=["typed by hand"] * 3, **changes))
    assert answer.status_code == 422
    assert "typed by hand" in text(answer)
    assert not Entry.objects.filter(document=by_hand).exists()


def test_pressed_twice_an_entry_by_hand_is_written_once(bakery, alice, by_hand, signed_in):
    address = f"/dossiers/{bakery.pk}/production/{by_hand.pk}/comptabilisation"
    client = signed_in(alice)
    client.post(address, entry_form())
    assert client.post(address, entry_form()).status_code == 422
    assert Entry.objects.filter(document=by_hand).count() == 1


def test_a_piece_that_is_only_kept_is_never_booked_by_hand(bakery, alice, bob, signed_in):
    document = hand_in(bakery, bob, purpose="admin")
    address = f"/dossiers/{bakery.pk}/production/{document.pk}/comptabilisation"
    assert signed_in(alice).post(address, entry_form()).status_code == 422
    assert not Entry.objects.exists()


def test_what_a_person_wrote_stays_when_the_dossier_turns_automatic(bakery, alice, by_hand, signed_in, address):
    signed_in(alice).post(f"/dossiers/{bakery.pk}/production/{by_hand.pk}/comptabilisation", entry_form())
    pipeline.take_back(entry=draft_of(by_hand.pk), by=alice, at=AT)
    signed_in(alice).post(address, whole())
    pipeline.propose_again(str(bakery.firm_id), str(bakery.pk))
    assert draft_of(by_hand.pk).revised_by_id == alice.pk


def test_what_a_person_wrote_outlives_values_that_prove_no_entry(bakery, alice, by_hand, signed_in):
    signed_in(alice).post(f"/dossiers/{bakery.pk}/production/{by_hand.pk}/comptabilisation", entry_form())
    pipeline.take_back(entry=draft_of(by_hand.pk), by=alice, at=AT)
    Company.objects.filter(pk=bakery.pk).update(keeping="automatic")
    document = Document.objects.get(pk=by_hand.pk)
    pipeline.correct(document=document, values={"kind": Kind.OTHER.value}, by=alice, at=AT)
    assert draft_of(by_hand.pk).revised_by_id == alice.pk


def test_turned_automatic_what_waits_is_proposed(bakery, alice, by_hand, address, signed_in):
    from procrastinate.contrib.django.models import ProcrastinateJob

    signed_in(alice).post(address, whole())
    assert ProcrastinateJob.objects.filter(task_name="propose_again").count() == 1
    pipeline.propose_again(str(bakery.firm_id), str(bakery.pk))
    pipeline.propose_again(str(bakery.firm_id), str(bakery.pk))
    assert draft_of(by_hand.pk) is not None


def test_turned_to_hand_only_the_machines_drafts_go(bakery, alice, bob, address, signed_in):
    document = hand_in(bakery, bob)
    signed_in(alice).post(address, whole(keeping="manual"))
    pipeline.propose_again(str(bakery.firm_id), str(bakery.pk))
    assert draft_of(document.pk) is None


def test_contacts_are_added_corrected_and_removed_and_one_is_the_main(bakery, alice, address, signed_in):
    client = signed_in(alice)
    client.post(f"{address}contacts", {"name": "Marie Dupont", "email": "marie@dupont.example"})
    client.post(f"{address}contacts", {"name": "Paul", "is_main": "on"})
    assert [(c.name, c.is_main) for c in file.contacts(bakery)] == [("Paul", True), ("Marie Dupont", False)]
    paul = Contact.objects.get(name="Paul")
    client.post(f"{address}contacts/{paul.pk}", {"name": "Paul Martin", "title": "Comptable"})
    assert "Paul Martin" in text(client.get(address))
    client.post(f"{address}contacts/{paul.pk}/retrait")
    assert [(c.name, c.is_main) for c in file.contacts(bakery)] == [("Marie Dupont", True)]
    verbs = Event.objects.filter(verb__endswith="contact").order_by("at", "id").values_list("verb", flat=True)
    assert list(verbs) == ["write_contact", "write_contact", "write_contact", "remove_contact"]


@pytest.mark.parametrize("wrong", [{"name": ""}, {"name": "Marie", "email": "marie@"}, {"name": "x" * 121}])
def test_a_contact_that_cannot_be_kept_is_refused(bakery, alice, address, signed_in, wrong):
    answer = signed_in(alice).post(f"{address}contacts", wrong | {"title": "Typed title"})
    assert "Typed title" in text(answer)
    assert (answer.status_code, "Rien n’a été enregistré" in text(answer)) == (422, True)
    assert not Contact.objects.exists()


def test_the_client_sees_the_interlocutors_and_their_function(bakery, alice, bob, staff, address, signed_in):
    karim = staff("Karim", Role.COLLABORATEUR)
    signed_in(alice).post(
        f"{address}interlocuteurs",
        {"shown": [str(karim.pk)], f"title-{karim.pk}": "Votre comptable", f"title-{alice.pk}": "Associée"},
    )
    for page in ("", "plus/"):
        shown = text(signed_in(bob).get(f"/c/{bakery.pk}/{page}"))
        assert "Vos interlocuteurs" in shown
        assert "Votre comptable" in shown
        assert "Associée" not in shown
    assert Event.objects.filter(verb="show_interlocutors").count() == 1


def test_who_left_the_firm_or_the_dossier_is_no_interlocutor_any_more(bakery, alice, bob, staff, signed_in):
    from datetime import timedelta

    from comptoir.records.firms.models import Assignment, FirmMembership

    karim, nora = staff("Karim", Role.COLLABORATEUR), staff("Nora", Role.ASSISTANT)
    Assignment.objects.filter(company=bakery).update(is_interlocutor=True)
    past = AT.date() - timedelta(days=30)
    FirmMembership.objects.filter(person=karim).update(ended_on=past)
    Assignment.objects.filter(person=nora).update(ended_on=past)
    shown = [found.first_name for found, _ in file.interlocutors(bakery, AT.date())]
    assert shown == ["Alice"]


def test_a_collaborateur_names_only_their_own_function(bakery, alice, staff, address, signed_in):
    karim = staff("Karim", Role.COLLABORATEUR)
    form = {f"title-{alice.pk}": "Stagiaire", f"title-{karim.pk}": "Réviseur"}
    signed_in(karim).post(f"{address}interlocuteurs", form)
    titles = {row.person.first_name: title for row, title in file.keepers(bakery, AT.date())}
    assert titles == {"Alice": "", "Karim": "Réviseur"}


def test_nobody_from_elsewhere_becomes_an_interlocutor(bakery, alice, bob, charlie, address, signed_in):
    signed_in(alice).post(f"{address}interlocuteurs", {"shown": [str(charlie.pk), "x", str(bob.pk)]})
    assert file.interlocutors(bakery, AT.date()) == []


def test_documents_are_asked_for_ticked_off_and_withdrawn(bakery, alice, address, signed_in):
    client = signed_in(alice)
    client.post(f"{address}demandes", {"labels": "Kbis\n\nStatuts\nKbis", "when": "onboarding"})
    assert list(ChecklistItem.objects.values_list("label", flat=True)) == ["Kbis", "Statuts"]
    kbis = ChecklistItem.objects.get(label="Kbis")
    for _ in range(2):
        client.post(f"{address}demandes/{kbis.pk}", {"done": "1"})
    kbis.refresh_from_db()
    assert (kbis.done_by_id, Event.objects.filter(verb="tick").count()) == (alice.pk, 1)
    assert "reçu, Alice" in text(client.get(address))
    client.post(f"{address}demandes/{kbis.pk}", {"done": "0"})
    kbis.refresh_from_db()
    assert kbis.done_at is None
    client.post(f"{address}demandes/{kbis.pk}/retrait")
    assert ChecklistItem.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"labels": " \n ", "when": "bilan"}, {"labels": "Kbis", "when": "jamais"}, {}])
def test_a_request_for_nothing_or_never_is_refused(bakery, alice, address, signed_in, wrong):
    assert signed_in(alice).post(f"{address}demandes", wrong).status_code == 422
    assert not ChecklistItem.objects.exists()


def test_a_dossiers_own_label_is_that_of_the_fec_and_of_the_screens(bakery, alice, account, address, signed_in):
    bring_statement(account, mill_debit(), by=alice)
    year = FiscalYear.objects.get(company=bakery)
    answer = signed_in(alice).post(
        f"{address}comptes", {"accounts": "512 Crédit du Maine\n401000 Fournisseurs bio"}
    )
    assert answer.status_code == 302
    labels = {line.account: line.account_label for line in fec_lines(year, is_provisional=True)}
    assert labels["512000"] == "Crédit du Maine"
    assert labels["471000"] != "471000"
    pipeline.assign(entry=Entry.objects.get(), account="401000", auxiliary="MOULINS", by=alice, at=AT)
    assert [found.label for found in open_accounts(bakery, 2026)] == ["Fournisseurs bio"]
    assert Event.objects.get(verb="write_chart").detail["changes"]["512000"] == ["", "Crédit du Maine"]


@pytest.mark.parametrize("wrong", ["99 Rien", "601100", "castle x", "601100 a\n6011 b", "6" * 40 + " x"])
def test_an_account_that_is_none_is_refused(bakery, alice, address, signed_in, wrong):
    answer = signed_in(alice).post(f"{address}comptes", {"accounts": wrong})
    assert (answer.status_code, "Rien n’a été enregistré" in text(answer)) == (422, True)
    assert not Account.objects.exists()


def test_an_assistant_reads_the_file_and_writes_nothing(bakery, staff, address, signed_in):
    client = signed_in(staff("Nora", Role.ASSISTANT))
    page = text(client.get(address))
    assert "Vous consultez ce dossier" in page
    assert "Enregistrer" not in page
    for part in ("", "contacts", "interlocuteurs", "comptes", "demandes"):
        assert client.post(f"{address}{part}", whole()).status_code == 404


def test_another_dossiers_contact_or_request_does_not_exist_here(bakery, alice, address, signed_in):
    other = firms.open_dossier(firm=bakery.firm, by=alice, at=AT, name="Hamon", siren="452133770")
    contact = Contact.objects.create(firm=bakery.firm, company=other, name="Yann")
    client = signed_in(alice)
    for part in ("", "/retrait"):
        assert client.post(f"{address}contacts/{contact.pk}{part}", {"name": "x"}).status_code == 404


def test_the_file_asks_few_questions(bakery, alice, address, signed_in, django_assert_max_num_queries):
    client = signed_in(alice)
    client.get(address)
    with django_assert_max_num_queries(26):  # six of them are the test's own change of role
        client.get(address)


@pytest.mark.django_db(transaction=True)
def test_two_people_who_write_the_chart_at_once_leave_one_whole_chart(bakery, alice, address, signed_in):
    clients = [signed_in(alice) for _ in range(3)]
    for turn in range(3):
        charts = [f"601100 Farine {turn}{n}\n601200 Sel {turn}{n}" for n in range(3)]
        answers = at_once(
            *[
                lambda c=c, chart=chart: c.post(f"{address}comptes", {"accounts": chart})
                for c, chart in zip(clients, charts, strict=True)
            ]
        )
        assert [answer.status_code for answer in answers] == [302, 302, 302]
        kept = "\n".join(
            " ".join(row) for row in Account.objects.order_by("number").values_list("number", "label")
        )
        assert kept in charts
