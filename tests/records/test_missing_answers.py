"""Every way off the list that is not a piece of its own: each a fact, with who and why, and a way back."""

from datetime import date
from decimal import Decimal

import pytest
from tests.acts import bring_statement, hand_in, how_many_missing
from tests.cast import Move, mill_debit, mill_pdf
from tests.conftest import AT

from comptoir import pipeline
from comptoir.demo.statements import cfonb120
from comptoir.domain.missing import Reason, Status
from comptoir.domain.rules import Rule
from comptoir.records.audit.models import Event
from comptoir.records.ledger.actions import AlreadyValidated
from comptoir.records.ledger.models import Entry, FiscalYear
from comptoir.records.ledger.queries import draft_of
from comptoir.records.matching.models import Match
from comptoir.records.missing import justified
from comptoir.records.missing import queries as missing
from comptoir.records.missing.answering import AlreadyDecided, NotDecidable, NothingSaid, ReasonWanted, WordsWanted
from comptoir.records.missing.asked import Asked, Tab
from comptoir.records.missing.models import Answer, Decision, Item, Question

pytestmark = pytest.mark.django_db


@pytest.fixture
def unknown(account):
    """A payment that nothing explains: in suspense, which this dossier justifies."""
    (move,) = bring_statement(account, Move(date(2026, 11, 3), Decimal("-48.00"), "CB GARAGE LEBRETON 03/11"))
    return move


def status(move):
    row = Item.objects.filter(transaction=move).first()
    return Status(row.status) if row else None


def answer(move, by, reason=Reason.LOST, text=""):
    return pipeline.answer_missing(transaction=move, reason=reason, text=text, by=by, at=AT)


def test_a_declaration_leaves_the_list_at_once_and_waits_for_the_firm(unknown, bakery, bob):
    assert how_many_missing(bakery) == 1
    answer(unknown, bob)
    assert (how_many_missing(bakery), status(unknown)) == (0, Status.IN_VALIDATION)
    assert missing.wrong(bakery) == []
    assert Event.objects.get(verb="answer_missing").person_id == bob.pk


def test_the_client_takes_an_answer_back_until_the_firm_has_decided(unknown, bakery, bob, alice):
    answer(unknown, bob)
    pipeline.withdraw_answer(transaction=unknown, by=bob, at=AT)
    assert how_many_missing(bakery) == 1
    pipeline.withdraw_answer(transaction=unknown, by=bob, at=AT)
    answer(unknown, bob)
    pipeline.accept_missing(transaction=unknown, account="627000", reason="", by=alice, at=AT)
    with pytest.raises(AlreadyDecided):
        pipeline.withdraw_answer(transaction=unknown, by=bob, at=AT)


def test_an_answer_given_twice_is_one_and_another_takes_its_place(unknown, bob):
    answer(unknown, bob)
    answer(unknown, bob)
    assert Answer.objects.count() == 1
    answer(unknown, bob, None, "C’était un cadeau pour un client.")
    assert list(Answer.objects.filter(withdrawn_at=None).values_list("reason", "text")) == [
        ("", "C’était un cadeau pour un client.")
    ]


def test_nothing_and_other_without_words_are_no_answer(unknown, bob, bakery):
    with pytest.raises(NothingSaid):
        answer(unknown, bob, None, "")
    with pytest.raises(WordsWanted):
        answer(unknown, bob, Reason.OTHER, "")
    assert how_many_missing(bakery) == 1


def test_accepted_without_a_piece_it_goes_whole_to_the_account_of_the_firm(unknown, bakery, bob, alice):
    pipeline.write_rule(
        company=bakery, rule=Rule("Garage", ("GARAGE",), "615500", vat_rate=Decimal(20)), by=alice, at=AT
    )
    unknown.refresh_from_db()
    assert any(line.account.startswith("4456") for line in unknown.entry.lines.all())
    bakery.justifiable = ["471", "615"]
    bakery.save()
    pipeline.ask_missing(bakery, at=AT)
    answer(unknown, bob)
    with pytest.raises(pipeline.AccountWanted):
        pipeline.accept_missing(transaction=unknown, account="", reason="", by=alice, at=AT)
    pipeline.accept_missing(transaction=unknown, account="615500", reason="Ticket perdu", by=alice, at=AT)
    lines = Entry.objects.get(transaction=unknown).lines.all()
    assert {(line.account, line.worth) for line in lines} == {("512000", Decimal(48)), ("615500", Decimal(48))}
    assert (how_many_missing(bakery), status(unknown)) == (0, None)
    (row,) = justified.page(bakery, Asked(Tab.JUSTIFIED)).rows
    assert row.why == f"Acceptée sans pièce par {alice.full_name} : Ticket perdu"


def test_an_acceptance_may_be_taken_back_and_said_twice(unknown, bakery, bob, alice):
    answer(unknown, bob)
    for _ in range(2):
        pipeline.accept_missing(transaction=unknown, account="", reason="", by=alice, at=AT)
    assert Decision.objects.count() == 1
    for _ in range(2):
        pipeline.take_back_acceptance(transaction=unknown, by=alice, at=AT)
    assert status(unknown) is Status.IN_VALIDATION, "what the client said waits again"
    assert missing.wrong(bakery) == []


def validate_all(company, by):
    year = FiscalYear.objects.get(company=company)
    pipeline.validate(company=company, year=year, until=year.closes_on, by=by, at=AT)


def test_an_acceptance_on_an_account_stays_once_its_entry_is_final(unknown, bakery, bob, alice):
    answer(unknown, bob)
    pipeline.accept_missing(transaction=unknown, account="615500", reason="Ticket perdu", by=alice, at=AT)
    validate_all(bakery, alice)
    with pytest.raises(AlreadyValidated, match="sur le compte que l’acceptation lui a donné"):
        pipeline.take_back_acceptance(transaction=unknown, by=alice, at=AT)
    assert Decision.objects.get().ended_at is None
    assert not Event.objects.filter(verb="take_back_acceptance").exists()
    (row,) = justified.page(bakery, Asked(Tab.JUSTIFIED)).rows
    assert row.acceptance == Decision.objects.get()
    pipeline.ask_client(company=bakery, transaction=unknown, text="Le ticket ?", by=alice, at=AT)
    assert status(unknown) is Status.TO_JUSTIFY, "its piece may still be asked for"


def test_an_acceptance_as_it_stands_is_taken_back_from_a_final_entry_too(unknown, bakery, alice):
    pipeline.accept_missing(transaction=unknown, account="", reason="", by=alice, at=AT)
    validate_all(bakery, alice)
    assert pipeline.take_back_acceptance(transaction=unknown, by=alice, at=AT) is Status.TO_JUSTIFY
    assert (how_many_missing(bakery), status(unknown)) == (1, Status.TO_JUSTIFY)


def test_who_takes_an_acceptance_back_hears_where_its_line_went(unknown, bakery, bob, alice):
    def taken_back():
        return pipeline.take_back_acceptance(transaction=unknown, by=alice, at=AT)

    pipeline.accept_missing(transaction=unknown, account="615500", reason="", by=alice, at=AT)
    assert taken_back() is Status.TO_JUSTIFY, "booked again in suspense, which this dossier justifies"
    pipeline.accept_missing(transaction=unknown, account="", reason="", by=alice, at=AT)
    pipeline.assign(entry=Entry.objects.get(), account="615500", auxiliary="", by=alice, at=AT)
    assert taken_back() is None, "nothing is asked on that account"
    assert how_many_missing(bakery) == 0


def test_a_refusal_brings_it_back_with_the_reason(unknown, bakery, bob, alice):
    with pytest.raises(NotDecidable):
        pipeline.refuse_missing(transaction=unknown, reason="Non", by=alice, at=AT)
    answer(unknown, bob)
    with pytest.raises(ReasonWanted):
        pipeline.refuse_missing(transaction=unknown, reason="", by=alice, at=AT)
    pipeline.refuse_missing(transaction=unknown, reason="Demandez un duplicata", by=alice, at=AT)
    assert how_many_missing(bakery) == 1
    assert missing.line(bakery, unknown).refusal.reason == "Demandez un duplicata"
    answer(unknown, bob)
    assert status(unknown) is Status.IN_VALIDATION, "the client may say it again"


def test_a_piece_of_another_amount_waits_for_the_firm_who_refuses_or_accepts_it(unknown, bakery, bob, alice):
    document = hand_in(bakery, bob)
    pipeline.attach(document=document, transaction=unknown, by=bob, at=AT)
    assert (how_many_missing(bakery), status(unknown)) == (0, Status.IN_PROGRESS), (
        "paid in part: nobody has to decide"
    )
    pipeline.detach(document=document, transaction=unknown, by=bob, at=AT)
    small = hand_in(bakery, bob, mill_pdf("MV-3", quantity=1), "petite.pdf")
    pipeline.attach(document=small, transaction=unknown, by=bob, at=AT)
    assert status(unknown) is Status.IN_VALIDATION
    pipeline.refuse_missing(transaction=unknown, reason="Ce n’est pas la bonne", by=alice, at=AT)
    assert (how_many_missing(bakery), Match.objects.count()) == (1, 0)
    pipeline.attach(document=small, transaction=unknown, by=bob, at=AT)
    pipeline.accept_missing(transaction=unknown, account="", reason="", by=alice, at=AT)
    assert (how_many_missing(bakery), status(unknown)) == (0, None)


def test_a_piece_attached_is_in_progress_until_it_is_posted_and_lettered(bakery, bob, alice, account, monkeypatch):
    (paid,) = bring_statement(account, mill_debit())
    document = pipeline.hand_in(
        company=bakery, content=mill_pdf(), filename="f.pdf", by=bob, at=AT, justifies=paid
    )
    assert (how_many_missing(bakery), status(paid)) == (0, Status.IN_PROGRESS)
    pipeline.read_now(document, at=AT)
    assert status(paid) is Status.IN_PROGRESS, "the firm has yet to post it"
    assert missing.wrong(bakery) == []
    pipeline.post(entry=draft_of(document.pk), by=alice, at=AT)
    assert status(paid) is None
    rows = justified.page(bakery, Asked(Tab.JUSTIFIED)).rows
    assert [row.document_id for row in rows] == [document.pk]
    monkeypatch.setattr(justified, "FEW", 0)
    assert justified.page(bakery, Asked(Tab.JUSTIFIED)).rows == rows, "few or many, the page is the same"
    pipeline.take_back(entry=Entry.objects.get(document=document), by=alice, at=AT)
    assert (how_many_missing(bakery), status(paid)) == (0, Status.IN_PROGRESS)
    assert missing.wrong(bakery) == []


def test_what_is_paid_in_part_shows_its_remainder(bakery, bob, alice, account):
    (part,) = bring_statement(account, mill_debit("-100.00"))
    document = hand_in(bakery, bob)
    pipeline.attach(document=document, transaction=part, by=bob, at=AT)
    pipeline.post(entry=draft_of(document.pk), by=alice, at=AT)
    assert (how_many_missing(bakery), status(part)) == (0, None)
    (row,) = justified.page(bakery, Asked(Tab.JUSTIFIED)).rows
    assert row.remainder == Decimal("137.38")


def leases(account, *days):
    return bring_statement(account, *[Move(day, Decimal("-90.00"), "PRLV SEPA LOUEUR DU MAINE") for day in days])


def next_month(account, *moves):
    """The statement that follows."""
    content = cfonb120(moves, opening=Decimal(0), opened_on=date(2026, 11, 24), closed_on=date(2026, 12, 23))
    pipeline.import_statement(account=account, content=content, filename="suivant.txt", by=None, at=AT)
    rows = account.transactions.filter(booked_on__gte=date(2026, 11, 24)).order_by("booked_on", "pk")
    return list(rows)


def test_one_piece_counts_for_the_debits_that_follow(bakery, bob, alice, account, monkeypatch):
    first, second = leases(account, date(2026, 11, 5), date(2026, 11, 12))
    lease = hand_in(bakery, bob, mill_pdf("BAIL-1", quantity=3), "bail.pdf")
    pipeline.attach(document=lease, transaction=first, by=bob, at=AT)
    row = pipeline.follow(document=lease, first=first, same_amount=True, until=None, by=bob, at=AT)
    assert how_many_missing(bakery) == 0
    third, other = next_month(
        account,
        Move(date(2026, 12, 5), Decimal("-90.00"), "PRLV SEPA LOUEUR DU MAINE"),
        Move(date(2026, 12, 6), Decimal("-95.00"), "PRLV SEPA LOUEUR DU MAINE"),
    )
    assert [status(move) for move in (second, third, other)] == [None, None, Status.TO_JUSTIFY]
    rows = justified.page(bakery, Asked(Tab.JUSTIFIED)).rows
    assert {one.transaction.pk for one in rows} == {first.pk, second.pk, third.pk}
    assert "05/11/2026" in {one.transaction.pk: one.why for one in rows}[third.pk]
    monkeypatch.setattr(justified, "FEW", 0)
    assert justified.page(bakery, Asked(Tab.JUSTIFIED)).rows == rows, "few or many, the page is the same"
    for _ in range(2):
        pipeline.end_series(series=row, by=alice, at=AT)
    assert how_many_missing(bakery) == 3
    assert missing.wrong(bakery) == []


def test_a_piece_that_is_set_aside_counts_for_nothing_any_more(bakery, bob, alice, account):
    first, second = leases(account, date(2026, 11, 5), date(2026, 11, 12))
    lease = hand_in(bakery, bob, mill_pdf("BAIL-1", quantity=3), "bail.pdf")
    pipeline.attach(document=lease, transaction=first, by=bob, at=AT)
    pipeline.follow(document=lease, first=first, same_amount=True, until=None, by=bob, at=AT)
    pipeline.dismiss(document=lease, reason="Illisible", by=alice, at=AT)
    assert [status(move) for move in (first, second)] == [Status.TO_JUSTIFY] * 2
    assert missing.wrong(bakery) == []


def test_ne_plus_demander_holds_for_a_label_until_it_is_ended(bakery, alice, account):
    first, _ = leases(account, date(2026, 11, 5), date(2026, 11, 12))
    row = pipeline.waive(transaction=first, whole_party=False, reason="Contrat au cabinet", by=alice, at=AT)
    assert how_many_missing(bakery) == 0
    next_month(account, Move(date(2026, 12, 5), Decimal("-90.00"), "PRLV SEPA LOUEUR DU MAINE"))
    assert how_many_missing(bakery) == 0, "the next ones too"
    assert pipeline.waive(transaction=first, whole_party=False, reason="", by=alice, at=AT) == row
    for _ in range(2):
        pipeline.end_waiver(waiver=row, by=alice, at=AT)
    assert how_many_missing(bakery) == 3
    assert missing.wrong(bakery) == []


def test_ne_plus_demander_holds_for_a_third_party_under_any_label(bakery, alice, account):
    first, second = bring_statement(
        account,
        Move(date(2026, 11, 5), Decimal("-10.00"), "PRLV LOUEUR"),
        Move(date(2026, 11, 6), Decimal("-20.00"), "VIR AUTRE MOT"),
    )
    for move in (first, second):
        pipeline.assign(entry=move.entry, account="401000", auxiliary="LOUEUR", by=alice, at=AT)
    pipeline.waive(transaction=first, whole_party=True, reason="", by=alice, at=AT)
    assert how_many_missing(bakery) == 0


def test_what_the_firm_asks_changes_the_list_at_once(unknown, bakery, alice):
    def asked(**changes):
        usual = {"is_on": True, "since": None, "floor": Decimal(0), "required": ["471"], "optional": []}
        pipeline.set_asking(company=bakery, by=alice, at=AT, **(usual | changes))
        return how_many_missing(bakery), Item.objects.filter(is_optional=True).count()

    assert asked() == (1, 0)
    assert asked(floor=Decimal("48.01")) == (0, 0)
    assert asked(since=date(2026, 11, 4)) == (0, 0)
    assert asked(required=[], optional=["471"]) == (0, 1), "shown apart, never counted"
    assert asked(is_on=False) == (0, 0)
    assert missing.wrong(bakery) == []
    assert Event.objects.filter(verb="set_asking").count() == 4, "the first changed nothing"


def test_a_closed_year_asks_for_nothing(unknown, bakery):
    FiscalYear.objects.update(closed_at=AT)
    pipeline.ask_missing(bakery, at=AT)
    assert how_many_missing(bakery) == 0


def test_a_question_puts_a_movement_on_the_list_whatever_it_needs(bakery, bob, alice, account):
    (paid,) = bring_statement(account, mill_debit())
    hand_in(bakery, bob)
    assert how_many_missing(bakery) == 0
    row = pipeline.ask_client(company=bakery, transaction=paid, text="Est-ce personnel ?", by=alice, at=AT)
    assert pipeline.ask_client(company=bakery, transaction=paid, text="Est-ce personnel ?", by=alice, at=AT) == row
    assert (how_many_missing(bakery), status(paid)) == (1, Status.TO_JUSTIFY)
    pipeline.answer_question(question=row, text="Non, pour le fournil.", by=bob, at=AT)
    assert (how_many_missing(bakery), status(paid)) == (0, Status.IN_PROGRESS), "its piece is on the way besides"
    assert missing.wrong(bakery) == []
    pipeline.close_question(question=row, by=alice, at=AT)
    assert Question.objects.get().closed_by == alice


def test_a_question_on_a_piece_is_a_line_of_its_own(bakery, bob, alice):
    document = hand_in(bakery, bob)
    row = pipeline.ask_client(company=bakery, document=document, text="Pour quel chantier ?", by=alice, at=AT)
    assert how_many_missing(bakery) == 1
    line = Item.objects.get(document=document)
    assert (line.amount, line.wants_piece) == (Decimal("237.38"), False)
    pipeline.answer_question(question=row, text="Le four.", by=bob, at=AT)
    assert (how_many_missing(bakery), Item.objects.get().status) == (0, Status.IN_VALIDATION.value)
    pipeline.close_question(question=row, by=alice, at=AT)
    assert Item.objects.count() == 0
