"""A person beats the machine: what is corrected, chosen, joined, taken off or set aside stays so, in books that add up."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from tests.acts import bring_statement, hand_in, how_many_missing
from tests.cast import mill_debit, mill_invoice, mill_pdf
from tests.conftest import AT

from comptoir import pipeline
from comptoir.demo.papers import invoice_pdf
from comptoir.demo.statements import Move, cfonb120
from comptoir.domain.rules import Rule
from comptoir.records.banking.models import Rule as RuleRow
from comptoir.records.deposits.actions import IsDismissed
from comptoir.records.exports.actions import fec_lines
from comptoir.records.ledger.actions import Refused
from comptoir.records.ledger.models import FiscalYear, Lettrage, Line
from comptoir.records.ledger.queries import content, draft_of
from comptoir.records.matching.models import Match, Proposal
from comptoir.records.missing import queries as missing
from comptoir.records.readings import actions as readings
from comptoir.records.readings import queries as read_values

pytestmark = pytest.mark.django_db


def test_a_corrected_total_takes_the_machines_link_back(bakery, bob, alice, account):
    bring_statement(account, mill_debit())
    document = hand_in(bakery, bob)
    assert how_many_missing(bakery) == 0
    pipeline.correct(document=document, values={"total": "1237.38"}, by=alice, at=AT)
    assert (Match.objects.count(), how_many_missing(bakery)) == (0, 1)
    pipeline.correct(document=document, values={"total": "237.38"}, by=alice, at=AT)
    assert (Match.objects.get().by, how_many_missing(bakery)) == (None, 0), "what a person wrote is sure"


def test_a_link_that_a_person_made_stays_whatever_is_corrected(bakery, bob, alice, account):
    (debit,) = bring_statement(account, mill_debit("-500.00"))
    document = hand_in(bakery, bob)
    pipeline.attach(document=document, transaction=debit, by=bob, at=AT)
    pipeline.correct(document=document, values={"number": "MV-9"}, by=alice, at=AT)
    assert Match.objects.get().by == bob


def test_a_persons_vat_is_the_entrys(bakery, bob, alice):
    document = hand_in(bakery, bob)
    pipeline.correct(document=document, values={"vat": "6.00", "net": "231.38"}, by=alice, at=AT)
    lines = [(line.account, line.debit) for line in content(draft_of(document.pk)).lines if line.debit]
    assert lines == [("601000", Decimal("231.38")), ("445660", Decimal("6.00"))]


def test_two_rivals_out_of_sight_are_rivals_all_the_same(bakery, bob, account):
    bring_statement(account, mill_debit(day=date(2026, 11, 8)), mill_debit(day=date(2026, 11, 12)))
    hand_in(bakery, bob, content=invoice_pdf(replace(mill_invoice(day=date(2026, 10, 20)), number=""), layout=2))
    assert not Match.objects.exists(), "either debit could be it"
    hand_in(bakery, bob, content=mill_pdf("X-1", 3, date(2026, 7, 1)), name="autre.pdf")
    assert not Match.objects.exists()


def test_what_is_linked_is_proposed_for_nothing_else(bakery, bob, account):
    first, second = bring_statement(
        account, mill_debit(day=date(2026, 11, 18)), mill_debit(day=date(2026, 11, 19))
    )
    document = hand_in(bakery, bob, content=mill_pdf("QX-1"))
    assert Proposal.objects.filter(document=document).count() == 2
    pipeline.attach(document=document, transaction=first, by=bob, at=AT)
    assert not Proposal.objects.exists()
    assert how_many_missing(bakery) == 1, str(second)


def test_detaching_relists_every_line_of_the_letter(bakery, bob, alice, account):
    first, second = bring_statement(account, mill_debit("-100.00"), mill_debit("-137.38", date(2026, 11, 19)))
    document = hand_in(bakery, bob)
    pipeline.detach(document=document, transaction=second, by=alice, at=AT)
    pipeline.attach(document=document, transaction=first, by=alice, at=AT)
    pipeline.post(entry=draft_of(document.pk), by=alice, at=AT)
    (line,) = Line.objects.to_letter().filter(entry__document=document)
    pipeline.assign(entry=second.entry, account="401000", auxiliary=line.auxiliary.code, by=alice, at=AT)
    pipeline.letter(lines=list(Line.objects.to_letter()), by=alice, at=AT)
    assert how_many_missing(bakery) == 0
    pipeline.detach(document=document, transaction=first, by=alice, at=AT)
    assert how_many_missing(bakery) == 2
    assert missing.wrong(bakery) == []


def test_an_account_that_a_person_chose_is_not_moved_by_the_machine(bakery, bob, alice, account):
    (debit,) = bring_statement(account, mill_debit())
    pipeline.assign(entry=debit.entry, account="455000", auxiliary="", by=alice, at=AT)
    hand_in(bakery, bob)
    assert Match.objects.exists()
    assert debit.entry.lines.filter(account="455000").exists()


def test_a_letter_that_a_person_took_off_is_not_put_back(bakery, bob, alice, account):
    bring_statement(account, mill_debit())
    document = hand_in(bakery, bob)
    pipeline.post(entry=draft_of(document.pk), by=alice, at=AT)
    pipeline.unletter(made=Lettrage.objects.get(), by=alice, at=AT)
    pipeline.settle(bakery, documents=[document.pk], at=AT)
    assert not Lettrage.objects.exists()
    pipeline.letter(lines=list(Line.objects.to_letter()), by=alice, at=AT)
    assert Lettrage.objects.exists()


def test_a_piece_set_aside_justifies_and_posts_nothing(bakery, bob, alice, account):
    (debit,) = bring_statement(account, mill_debit("-500.00"))
    document = hand_in(bakery, bob)
    entry = draft_of(document.pk)
    pipeline.dismiss(document=document, reason="Floue", by=alice, at=AT)
    with pytest.raises(IsDismissed):
        pipeline.attach(document=document, transaction=debit, by=bob, at=AT)
    with pytest.raises(IsDismissed):
        pipeline.post(entry=entry, by=alice, at=AT)
    pipeline.read_now(document, at=AT)
    assert draft_of(document.pk) is None
    assert how_many_missing(bakery) == 1


def test_an_entry_that_went_away_is_refused_in_words(bakery, bob, alice):
    document = hand_in(bakery, bob)
    entry = draft_of(document.pk)
    entry.__class__.objects.filter(pk=entry.pk).delete()
    entry.document = None
    with pytest.raises(Refused, match="n’existe plus"):
        pipeline.post(entry=entry, by=alice, at=AT)


def test_a_line_of_nothing_and_a_line_without_a_label_do_not_stop_a_statement(bakery, alice, account):
    nothing = Move(date(2026, 11, 5), Decimal("0.00"), "INFO FRAIS OFFERTS")
    nameless = Move(date(2026, 11, 6), Decimal("-12.00"), "")
    (kept,) = bring_statement(account, nothing, nameless)
    assert kept.label == "Opération sans libellé"
    assert all(line.label for line in kept.entry.lines.all())


def test_a_rule_that_was_stopped_books_nothing_more_of_past_days(bakery, alice, account):
    rule = Rule("Moulins", ("moulins",), "601000")
    pipeline.write_rule(company=bakery, rule=rule, by=alice, at=AT)
    pipeline.end_rule(rule=RuleRow.objects.get(), by=alice, at=AT)
    (debit,) = bring_statement(account, mill_debit())
    assert debit.entry.lines.filter(account="471000").exists()


def test_a_reading_that_fails_leaves_the_one_before(bakery, bob):
    document = hand_in(bakery, bob)
    readings.record_fault(document=document, sentence="Le disque a lâché.", at=AT)
    assert read_values.current(document).number.value == "MV-1197"


def test_the_fecs_days_are_days_of_france(bakery, bob, alice):
    midnight = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    pipeline.post(entry=draft_of(hand_in(bakery, bob).pk), by=alice, at=AT)
    year = FiscalYear.objects.get(company=bakery)
    pipeline.validate(company=bakery, year=year, until=date(2026, 12, 31), by=alice, at=midnight)
    assert {line.validated_on for line in fec_lines(year, is_provisional=False)} == {date(2026, 12, 1)}


def test_undoing_a_link_gives_the_movement_back_to_its_history(bakery, bob, alice, account):
    for month in (9, 10):
        bring = statement_of(month)
        pipeline.import_statement(account=account, content=bring, filename="r", by=None, at=AT)
        bill = mill_pdf(f"MV-{month}", 10, date(2026, month, 4))
        pipeline.post(entry=draft_of(hand_in(bakery, bob, content=bill, name=f"{month}.pdf").pk), by=alice, at=AT)
    (debit,) = bring_statement(account, mill_debit())
    assert debit.entry.reasons[0].startswith("Comme 2 écritures précédentes : 401000")
    other = hand_in(bakery, bob, content=mill_pdf("XX-1", 3), name="autre.pdf")
    pipeline.attach(document=other, transaction=debit, by=bob, at=AT)
    pipeline.detach(document=other, transaction=debit, by=bob, at=AT)
    debit.entry.refresh_from_db()
    assert debit.entry.reasons[0].startswith("Comme 2 écritures précédentes : 401000")


def statement_of(month: int) -> bytes:
    debit = Move(date(2026, month, 18), Decimal("-237.38"), "PRLV SEPA MOULINS DE LA VEGRE")
    return cfonb120([debit], opening=Decimal(0), opened_on=date(2026, month, 1), closed_on=date(2026, month, 28))


def test_a_piece_of_another_amount_moves_no_payment_to_its_supplier(bakery, bob, account):
    (debit,) = bring_statement(account, Move(date(2026, 11, 14), Decimal("-148.90"), "CB MAINTENANCE FOURNIL"))
    document = hand_in(bakery, bob)
    pipeline.attach(document=document, transaction=debit, by=bob, at=AT)
    assert how_many_missing(bakery) == 0
    assert debit.entry.lines.filter(account="471000").exists(), "the firm decides"


def test_a_name_is_found_wherever_the_bank_wrote_it(bakery, bob, account):
    odd = Move(date(2026, 11, 18), Decimal("-237.38"), "VIR SEPA REGLEMENT /MOTIF MOULINS DE LA VÈGRE")
    bring_statement(account, odd)
    hand_in(bakery, bob, content=mill_pdf("QX-1"))
    assert Match.objects.get().transaction.label.endswith("VÈGRE")


def test_what_is_in_the_books_is_not_unlinked_by_a_correction(bakery, bob, alice, account):
    bring_statement(account, mill_debit())
    document = hand_in(bakery, bob)
    pipeline.post(entry=draft_of(document.pk), by=alice, at=AT)
    pipeline.correct(document=document, values={"total": "300.00"}, by=alice, at=AT)
    assert (Lettrage.objects.count(), Match.objects.count(), how_many_missing(bakery)) == (1, 1, 0)


def test_a_payment_of_two_is_paired_again_when_one_of_them_is_corrected(bakery, bob, alice, account):
    first = hand_in(bakery, bob, content=mill_pdf("MV-1", 10), name="a.pdf")
    hand_in(bakery, bob, content=mill_pdf("MV-2", 20, date(2026, 11, 6)), name="b.pdf")
    bring_statement(account, Move(date(2026, 11, 18), Decimal("-712.13"), "PRLV SEPA MOULINS DE LA VEGRE"))
    assert Match.objects.count() == 2
    pipeline.correct(document=first, values={"number": "MV-11"}, by=alice, at=AT)
    assert (Match.objects.count(), how_many_missing(bakery)) == (2, 0)
    pipeline.correct(document=first, values={"total": "100.00"}, by=alice, at=AT)
    assert (Match.objects.count(), how_many_missing(bakery)) == (0, 1)


def test_a_corrected_piece_is_no_longer_proposed_for_what_it_was(bakery, bob, alice, account):
    bring_statement(account, Move(date(2026, 11, 18), Decimal("-237.38"), "CB INCONNU"))
    document = hand_in(bakery, bob)
    assert Proposal.objects.filter(document=document).exists()
    pipeline.correct(document=document, values={"total": "300.00"}, by=alice, at=AT)
    assert not Proposal.objects.exists()


def test_the_entry_that_the_firm_wrote_counts_more_than_the_reading(bakery, bob, alice, account):
    (debit,) = bring_statement(account, mill_debit("-240.00"))
    document = hand_in(bakery, bob)
    pipeline.attach(document=document, transaction=debit, by=bob, at=AT)
    entry = draft_of(document.pk)
    charge, tax, supplier = content(entry).lines
    written = replace(
        content(entry),
        lines=(replace(charge, debit=Decimal("227.62")), tax, replace(supplier, credit=Decimal("240.00"))),
    )
    pipeline.post(entry=entry, content=written, by=alice, at=AT)
    assert Lettrage.objects.count() == 1


def test_an_account_chosen_after_the_link_stays(bakery, bob, alice, account):
    (debit,) = bring_statement(account, mill_debit())
    document = hand_in(bakery, bob)
    pipeline.detach(document=document, transaction=debit, by=alice, at=AT)
    pipeline.attach(document=document, transaction=debit, by=bob, at=AT)
    pipeline.assign(entry=debit.entry, account="455000", auxiliary="", by=alice, at=AT)
    pipeline.post(entry=draft_of(document.pk), by=alice, at=AT)
    assert debit.entry.lines.filter(account="455000").exists()


def test_a_letter_taken_off_stays_off_when_the_entry_is_written_anew(bakery, bob, alice, account):
    bring_statement(account, mill_debit())
    document = hand_in(bakery, bob)
    entry = pipeline.post(entry=draft_of(document.pk), by=alice, at=AT)
    pipeline.unletter(made=Lettrage.objects.get(), by=alice, at=AT)
    entry = pipeline.take_back(entry=entry, by=alice, at=AT)
    pipeline.post(entry=entry, content=replace(content(entry), piece_ref="MV-9"), by=alice, at=AT)
    assert not Lettrage.objects.exists()


def test_an_undone_invoice_is_lettered_with_its_mirror_and_takes_no_payment(bakery, bob, alice, account):
    document = hand_in(bakery, bob)
    pipeline.post(entry=draft_of(document.pk), by=alice, at=AT)
    year = FiscalYear.objects.get(company=bakery)
    pipeline.validate(company=bakery, year=year, until=date(2026, 12, 31), by=alice, at=AT)
    pipeline.reverse(entry=draft_of(document.pk), on=date(2026, 11, 30), by=alice, at=AT)
    assert Lettrage.objects.get().reason.startswith("Extourne")
    bring_statement(account, mill_debit())
    assert Lettrage.objects.count() == 1
    pipeline.dismiss(document=document, reason="Facture annulée", by=alice, at=AT)


def test_a_foreign_bill_is_matched_once_a_person_said_it_in_euros(bakery, bob, alice, account):
    bring_statement(account, mill_debit("-210.00"))
    document = hand_in(bakery, bob)
    document.reading.values["values"]["currency"]["value"] = "USD"
    document.reading.save(update_fields=["values"])
    pipeline.correct(document=document, values={"number": "MV-1"}, by=alice, at=AT)
    assert any("USD" in doubt for doubt in draft_of(document.pk).doubts)
    pipeline.correct(
        document=document, values={"total": "210.00", "net": "199.05", "vat": "10.95"}, by=alice, at=AT
    )
    assert draft_of(document.pk).doubts == []
    assert Match.objects.exists()


def test_nobody_writes_by_hand_on_an_account_that_follows_the_bank(bakery, bob, alice, account):
    document = hand_in(bakery, bob)
    drafted = content(draft_of(document.pk))
    paid = replace(
        drafted,
        lines=tuple(
            replace(line, account="512000", auxiliary="") if line.credit else line for line in drafted.lines
        ),
    )
    bring_statement(account, mill_debit())
    with pytest.raises(Refused, match="512000 suit la banque"):
        pipeline.post(entry=draft_of(document.pk), content=paid, by=alice, at=AT)
    assert draft_of(document.pk).posted_at is None


def test_an_account_that_no_bank_feeds_is_written_by_hand(bakery, bob, alice, account):
    document = hand_in(bakery, bob)
    drafted = content(draft_of(document.pk))
    paid = replace(
        drafted,
        lines=tuple(
            replace(line, account="512000", auxiliary="") if line.credit else line for line in drafted.lines
        ),
    )
    pipeline.post(entry=draft_of(document.pk), content=paid, by=alice, at=AT)
