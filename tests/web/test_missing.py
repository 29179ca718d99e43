"""The list of missing documents on both sides: given, answered, decided, taken away; hostile, twice, and for Charlie."""

import io
from datetime import date
from decimal import Decimal
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.acts import bring_statement, hand_in, how_many_missing
from tests.cast import Move, mill_debit, mill_pdf
from tests.conftest import AT, person

from comptoir import pipeline
from comptoir.domain.rights import Role
from comptoir.records.banking.models import Statement
from comptoir.records.firms import actions as firms
from comptoir.records.ledger.models import FiscalYear
from comptoir.records.matching.models import Match
from comptoir.records.missing.models import Answer, Decision, Item, Question, Series, Waiver
from comptoir.records.readings.models import Reading

pytestmark = pytest.mark.django_db


@pytest.fixture
def moves(account):
    return bring_statement(
        account,
        Move(date(2026, 11, 3), Decimal("-48.00"), "CB GARAGE LEBRETON 03/11"),
        Move(date(2026, 11, 5), Decimal("-1234.50"), "PRLV SEPA =LOUEUR DU MAINE"),
        mill_debit(),
    )


def client_address(bakery, move, rest):
    return f"/c/{bakery.pk}/manquantes/{move.pk}/{rest}"


def firm_address(bakery, move, rest):
    return f"/dossiers/{bakery.pk}/manquantes/{move.pk}/{rest}"


def pdf(number, quantity=1):
    return SimpleUploadedFile(f"{number}.pdf", mill_pdf(number, quantity), content_type="application/pdf")


def test_several_files_are_given_for_one_line_and_one_that_is_refused_keeps_no_other_out(
    moves, bakery, bob, signed_in
):
    client, garage = signed_in(bob), moves[0]
    sent = {"file": [pdf("A1"), pdf("A2"), SimpleUploadedFile("virus.exe", b"MZ\x90\x00")]}
    answer = client.post(client_address(bakery, garage, "piece"), sent)
    assert answer.status_code == 422
    assert "virus.exe" in answer.content.decode()
    assert Match.objects.filter(transaction=garage).count() == 2
    assert how_many_missing(bakery) == 2


def test_several_pieces_already_there_are_ticked_at_once(moves, bakery, bob, signed_in):
    ids = [hand_in(bakery, bob, mill_pdf(number, 1), f"{number}.pdf").pk for number in ("B1", "B2")]
    assert signed_in(bob).post(client_address(bakery, moves[0], "piece"), {"document": ids}).status_code == 302
    assert Match.objects.filter(transaction=moves[0], by=bob).count() == 2


def test_nothing_ticked_is_told(moves, bakery, bob, signed_in):
    answer = signed_in(bob).post(client_address(bakery, moves[0], "piece"), {})
    assert answer.status_code == 422
    assert "Aucun fichier" in answer.content.decode()


def test_a_lease_is_given_once_for_all_debits(moves, bakery, bob, signed_in):
    sent = {"file": pdf("BAIL"), "series": "1"}
    assert signed_in(bob).post(client_address(bakery, moves[1], "piece"), sent).status_code == 302
    assert Series.objects.get().label_key == moves[1].label_key


def test_a_client_declares_and_takes_it_back_under_the_finger(moves, bakery, bob, signed_in):
    client = signed_in(bob)
    hx = {
        "headers": {
            "hx-request": "true",
            "hx-current-url": f"http://testserver/c/{bakery.pk}/manquantes/?q=garage",
        }
    }
    page = client.post(client_address(bakery, moves[0], "reponse"), {"reason": "perdu", "text": ""}, **hx)
    assert (page.status_code, how_many_missing(bakery)) == (200, 2)
    assert "Rien ne correspond" in page.content.decode(), "the words that were looked for are kept"
    assert "Je l’ai perdu" in client.get(f"/c/{bakery.pk}/manquantes/?onglet=au-cabinet").content.decode()
    client.post(client_address(bakery, moves[0], "reponse/retrait"))
    assert how_many_missing(bakery) == 3


@pytest.mark.parametrize("sent", [{}, {"reason": "autre"}, {"reason": "inventé"}, {"text": "   "}])
def test_an_empty_answer_is_refused_in_words(moves, bakery, bob, signed_in, sent):
    assert signed_in(bob).post(client_address(bakery, moves[0], "reponse"), sent).status_code == 422
    assert Answer.objects.count() == 0


def test_going_back_on_an_acceptance_is_never_silent(moves, bakery, alice, signed_in):
    firm, (garage, lease, _) = signed_in(alice), moves

    def send(move, act, **form):
        answer = firm.post(firm_address(bakery, move, act), form, follow=True)
        return answer.status_code, " ".join(answer.content.decode().split())

    for move, account in ((garage, "615500"), (lease, "")):
        send(move, "acceptation", account=account)
    code, page = send(lease, "acceptation/retrait")
    assert (code, "elle est de nouveau sur la liste" in page) == (200, True)
    year = FiscalYear.objects.get(company=bakery)
    pipeline.validate(company=bakery, year=year, until=year.closes_on, by=alice, at=AT)
    code, page = send(garage, "acceptation/retrait")
    assert (code, "posez une question au client, page Banque" in page) == (422, True)
    justified = firm.get(f"/dossiers/{bakery.pk}/manquantes/?onglet=justifiees").content.decode()
    assert "Acceptée sans pièce" in justified, "it stands where it stood"


def test_the_firm_accepts_and_goes_back(moves, bakery, bob, alice, signed_in):
    firm = signed_in(alice)
    signed_in(bob).post(client_address(bakery, moves[0], "reponse"), {"reason": "personnel"})
    page = firm.get(f"/dossiers/{bakery.pk}/manquantes/?onglet=en-validation").content.decode()
    assert "Dépense personnelle" in page
    assert 'value="455000"' in page, "the reason points to an account"
    accepted = firm.post(firm_address(bakery, moves[0], "acceptation"), {"account": "455", "reason": ""})
    assert accepted.status_code == 302
    assert Decision.objects.get().account == "455000"
    settled, size = f"/dossiers/{bakery.pk}/manquantes/?onglet=justifiees", abs(moves[0].amount)
    for least, is_there in (("", True), (f"&montant={size}", True), (f"&montant={size + 1}", False)):
        assert ("Acceptée sans pièce" in firm.get(settled + least).content.decode()) is is_there
    firm.post(firm_address(bakery, moves[0], "acceptation/retrait"))
    assert Item.objects.get(transaction=moves[0]).status == "en_validation", (
        "booked as before, and what was said waits"
    )


@pytest.mark.parametrize("written", ["999999", "abc", "512000", "<b>"])
def test_an_account_that_is_none_is_refused_in_words(moves, bakery, alice, signed_in, written):
    answer = signed_in(alice).post(firm_address(bakery, moves[0], "acceptation"), {"account": written})
    assert answer.status_code == 422
    assert Decision.objects.count() == 0
    assert "<b>" not in answer.content.decode()


def test_a_refusal_is_read_by_the_client(moves, bakery, bob, alice, signed_in):
    client, firm = signed_in(bob), signed_in(alice)
    client.post(client_address(bakery, moves[0], "reponse"), {"reason": "perdu"})
    assert firm.post(firm_address(bakery, moves[0], "refus"), {"reason": ""}).status_code == 422
    told = "Le garage <script> en refait un"
    assert firm.post(firm_address(bakery, moves[0], "refus"), {"reason": told}).status_code == 302
    page = client.get(f"/c/{bakery.pk}/manquantes/").content.decode()
    assert "Le garage &lt;script&gt; en refait un" in page
    assert how_many_missing(bakery) == 3


def test_a_question_is_asked_answered_and_closed(moves, bakery, bob, alice, signed_in):
    client, firm = signed_in(bob), signed_in(alice)
    assert firm.post(firm_address(bakery, moves[0], "questions"), {"text": " "}).status_code == 422
    firm.post(firm_address(bakery, moves[0], "questions"), {"text": "Quel véhicule ?"})
    assert "Quel véhicule ?" in client.get(f"/c/{bakery.pk}/manquantes/?questions=1").content.decode()
    address = f"/c/{bakery.pk}/manquantes/questions/{Question.objects.get().pk}/reponse"
    assert client.post(address, {"text": ""}).status_code == 422
    assert client.post(address, {"text": "La camionnette"}).status_code == 302
    assert "La camionnette" in firm.get(f"/dossiers/{bakery.pk}/manquantes/").content.decode()
    closing = f"/dossiers/{bakery.pk}/manquantes/questions/{Question.objects.get().pk}/cloture"
    assert [firm.post(closing).status_code for _ in range(2)] == [302, 422]
    assert client.post(address, {"text": "Trop tard"}).status_code == 422


def test_a_question_is_asked_from_a_line_of_the_bank_even_where_no_document_is_missing(
    account, bakery, bob, alice, signed_in
):
    """A line that asks for nothing by itself: what the bank page shows is enough to ask."""
    (rent,) = bring_statement(account, Move(date(2026, 11, 9), Decimal("310.00"), "REMISE CB 09/11"))
    pipeline.set_asking(
        company=bakery, is_on=False, since=None, floor=Decimal(0), required=[], optional=[], by=alice, at=AT
    )
    firm, client, bank = signed_in(alice), signed_in(bob), f"/dossiers/{bakery.pk}/banque/"
    shown = firm.get(f"{bank}?voir=tous").content.decode()
    assert f'action="{firm_address(bakery, rent, "questions")}"' in shown
    back = f"{bank}?voir=tous&apres="
    assert back.replace("&", "&amp;") in shown
    asked = {"text": "D’où vient <script> ce virement ? 🥐", "back": back}
    for _ in range(2):
        assert firm.post(firm_address(bakery, rent, "questions"), asked)["Location"] == back
    assert Question.objects.count() == 1
    page = firm.get(back).content.decode()
    assert "Question posée" in page
    assert "D’où vient &lt;script&gt; ce virement ?" in page
    assert "D’où vient &lt;script&gt;" in client.get(f"/c/{bakery.pk}/manquantes/").content.decode()
    client.post(
        f"/c/{bakery.pk}/manquantes/questions/{Question.objects.get().pk}/reponse", {"text": "D’un traiteur"}
    )
    assert "Question répondue" in firm.get(back).content.decode()
    elsewhere = {"text": "Encore ?", "back": "https://mechant.example/"}
    assert firm.post(firm_address(bakery, rent, "questions"), elsewhere)["Location"].startswith("/dossiers/")


def test_who_may_not_ask_sees_no_way_to_from_the_bank(moves, bakery, charlie, alice, signed_in):
    assistant = person("Assia")
    firms.join_firm(firm=bakery.firm, person=assistant, role=Role.ASSISTANT, at=AT)
    firms.assign(company=bakery, person=assistant, by=alice, at=AT)
    bank = f"/dossiers/{bakery.pk}/banque/"
    asking = firm_address(bakery, moves[0], "questions")
    assert asking in signed_in(alice).get(f"{bank}?voir=tous").content.decode()
    assert asking not in signed_in(assistant).get(f"{bank}?voir=tous").content.decode()
    assert signed_in(assistant).post(asking, {"text": "x"}).status_code == 404
    assert signed_in(charlie).post(firm_address(bakery, moves[0], "questions"), {"text": "x"}).status_code == 404


def test_a_question_shows_the_list_even_where_nothing_is_asked(moves, bakery, bob, alice, signed_in):
    pipeline.set_asking(
        company=bakery, is_on=False, since=None, floor=Decimal(0), required=[], optional=[], by=alice, at=AT
    )
    client = signed_in(bob)
    tab = f'href="/c/{bakery.pk}/manquantes/"'
    assert tab not in client.get(f"/c/{bakery.pk}/").content.decode()
    pipeline.ask_client(company=bakery, transaction=moves[0], text="Quoi ?", by=alice, at=AT)
    assert tab in client.get(f"/c/{bakery.pk}/").content.decode()


def test_ne_plus_demander_from_a_line_and_back_from_the_settings(moves, bakery, alice, signed_in):
    firm = signed_in(alice)
    firm.post(firm_address(bakery, moves[0], "sans-demande"), {"of": "label"})
    assert how_many_missing(bakery) == 2
    page = firm.get(f"/dossiers/{bakery.pk}/manquantes/reglages/").content.decode()
    assert Waiver.objects.get().name in page
    end = f"/dossiers/{bakery.pk}/manquantes/sans-demande/{Waiver.objects.get().pk}/fin"
    assert [firm.post(end).status_code for _ in range(2)] == [302, 302]
    assert how_many_missing(bakery) == 3


def test_the_settings_say_what_is_wrong_and_keep_what_was_typed(moves, bakery, alice, signed_in):
    firm, address = signed_in(alice), f"/dossiers/{bakery.pk}/manquantes/reglages/"
    wrong = {
        "is_on": "on",
        "floor": "-3",
        "required_accounts": "471 toto",
        "optional_accounts": "",
        "since": "hier",
    }
    answer = firm.post(address, wrong)
    assert answer.status_code == 422
    assert "471 toto" in answer.content.decode()
    assert firm.post(address, {}).status_code == 422
    bakery.refresh_from_db()
    assert bakery.asks_missing
    right = {"is_on": "on", "floor": "1000", "required_accounts": "471", "optional_accounts": "", "since": ""}
    assert firm.post(address, right).status_code == 302
    assert how_many_missing(bakery) == 1


def test_words_days_amounts_and_orders_narrow_the_list_the_same_for_both(moves, bakery, bob, alice, signed_in):
    client, firm = signed_in(bob), signed_in(alice)
    for query, shown in (
        ("q=garage", ["GARAGE"]), ("q=1234,50", ["LOUEUR"]), ("q=introuvable", []), ("q=%25", []),
        ("depuis=2026-11-05&jusqu=2026-11-05", ["LOUEUR"]), ("montant=1000", ["LOUEUR"]), ("montant=1e400", ["GARAGE", "LOUEUR"]),
        ("tri=fournisseur", ["GARAGE", "LOUEUR"]), ("tri=montant", ["GARAGE", "LOUEUR"]), ("tri=anciennes&onglet=x", ["GARAGE", "LOUEUR"]),
        ("apres=n'importe|quoi", ["GARAGE", "LOUEUR"]), ("tri=montant&apres=x|NaN", ["GARAGE", "LOUEUR"]), ("depuis=2026-13-45", ["GARAGE", "LOUEUR"]),
    ):  # fmt: skip
        for who, base in ((client, f"/c/{bakery.pk}"), (firm, f"/dossiers/{bakery.pk}")):
            page = who.get(f"{base}/manquantes/?{query}").content.decode()
            assert 'name="montant"' in page
            assert [word for word in ("GARAGE", "LOUEUR") if f"{word} " in page] == shown, query


@pytest.mark.parametrize("order", ["recentes", "anciennes", "fournisseur", "montant"])
def test_every_line_is_shown_once_however_the_list_is_ordered(account, bakery, bob, signed_in, order):
    bring_statement(
        account,
        *[
            Move(date(2026, 11, 1 + n % 20), -Decimal(10 + n % 7), f"CB BOUTIQUE {'ABCDEFGH'[n % 8]} {n}")
            for n in range(120)
        ],
    )
    client, seen, address = signed_in(bob), [], f"/c/{bakery.pk}/manquantes/?tri={order}"
    while address:
        listed = client.get(address).context["list"]
        seen += [row.item.pk for row in listed.wanted]
        address = f"/c/{bakery.pk}/manquantes/?tri={order}&apres={listed.next_after}" if listed.next_after else ""
    assert len(seen) == len(set(seen)) == 120


def test_the_list_leaves_as_three_kinds_of_file(moves, bakery, bob, alice, signed_in):
    client, base = signed_in(bob), f"/c/{bakery.pk}/manquantes/export"
    text = b"".join(client.get(f"{base}/csv").streaming_content).decode("utf-8-sig")
    assert len(text.splitlines()) == 4
    assert "'=LOUEUR" in text or "PRLV SEPA =LOUEUR" in text
    assert ";=" not in text, "nothing that a spreadsheet would run"
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{base}/xlsx?q=garage").content))
    rows = list(book.active.iter_rows(values_only=True))
    assert (len(rows), rows[1][3]) == (2, -48)
    printed = client.get(f"{base}/pdf")
    assert printed.content.startswith(b"%PDF")
    assert client.get(f"{base}/exe").status_code == 404
    assert signed_in(alice).get(f"/dossiers/{bakery.pk}/manquantes/export/pdf").status_code == 200


def test_one_screen_holds_all_my_dossiers_and_no_other(moves, bakery, alice, charlie, signed_in):
    karim = person("Karim")
    firms.join_firm(firm=bakery.firm, person=karim, role=Role.COLLABORATEUR, at=AT)
    address = f"/cabinet/{bakery.firm_id}/manquantes/"
    page = signed_in(alice).get(address).content.decode()
    assert page.count("Boulangerie Dupont") >= 3
    assert "Garage Lebreton</a>" not in page
    for query in ("", "?dossiers=tous", "?q=garage&dossiers=tous", "?tri=montant"):
        assert "Boulangerie" not in signed_in(karim).get(address + query).content.decode(), "not his dossier"
    firms.assign(company=bakery, person=karim, by=alice, at=AT)
    assert "Boulangerie" in signed_in(karim).get(f"{address}?tri=montant&montant=1000").content.decode()
    assert signed_in(charlie).get(address).status_code == 404


def test_the_count_is_the_same_everywhere(moves, bakery, bob, alice, signed_in):
    pipeline.answer_missing(transaction=moves[0], reason=None, text="Voir Karim", by=bob, at=AT)
    client, firm = signed_in(bob), signed_in(alice)
    assert client.get(f"/c/{bakery.pk}/").context["missing_count"] == 2
    assert client.get(f"/c/{bakery.pk}/manquantes/").context["list"].count == 2
    assert firm.get(f"/dossiers/{bakery.pk}/manquantes/").context["list"].count == 2
    assert firm.get(f"/cabinet/{bakery.firm_id}/manquantes/").context["found"].count == 2
    assert firm.get(f"/cabinet/{bakery.firm_id}/").context["portfolio"].sums.missing == 2


def test_charlie_and_a_deposante_can_neither_answer_nor_read(moves, bakery, alice, charlie, dina, signed_in):
    question = pipeline.ask_client(company=bakery, transaction=moves[0], text="Quoi ?", by=alice, at=AT)
    acts = [client_address(bakery, moves[0], rest) for rest in ("piece", "reponse", "reponse/retrait")]
    acts += [f"/c/{bakery.pk}/manquantes/questions/{question.pk}/reponse"]
    acts += [
        firm_address(bakery, moves[0], rest) for rest in ("acceptation", "refus", "sans-demande", "questions")
    ]
    for who in (charlie, dina):
        client = signed_in(who)
        assert {client.post(address, {"text": "x", "reason": "perdu"}).status_code for address in acts} == {404}
        assert client.get(f"/c/{bakery.pk}/manquantes/export/csv").status_code == 404
    assert Answer.objects.count() == Decision.objects.count() == 0


def test_anothers_transaction_is_not_there_even_in_ones_own_space(moves, bakery, charlie, bob, signed_in):
    """Charlie's own space with an identifier of the bakery's."""
    own = charlie.assignments.get().company
    firm = signed_in(charlie)
    assert firm.post(f"/dossiers/{own.pk}/manquantes/{moves[0].pk}/acceptation").status_code == 404
    assert firm.post(f"/dossiers/{own.pk}/manquantes/{uuid4()}/questions", {"text": "x"}).status_code == 404


def test_gaps_of_statements_and_of_sales_have_their_own_list_on_both_sides(account, bakery, bob, alice, signed_in):
    bring_statement(account, Move(date(2026, 11, 3), Decimal("-48.00"), "CB GARAGE"))
    Statement.objects.create(
        firm_id=bakery.firm_id, company=bakery, account=account, format="x", filename="f", opened_on=date(2026, 12, 1),
        closed_on=date(2026, 12, 31), opening=Decimal(500), closing=Decimal(600), movements=0, new_movements=0, at=AT,
    )  # fmt: skip
    for number in ("V-2026-001", "V-2026-004"):
        document = hand_in(bakery, bob, mill_pdf(number, 1), f"{number}.pdf")
        Reading.objects.filter(document=document).update(kind="sales_invoice", number=number)
    for who, address in ((bob, f"/c/{bakery.pk}/manquantes/"), (alice, f"/dossiers/{bakery.pk}/manquantes/")):
        page = signed_in(who).get(f"{address}?onglet=suites").content.decode()
        assert "V-2026-002, V-2026-003" in page
        assert "entre le 23/11/2026 et le 01/12/2026" in page
