"""Books kept before the bank came: merged with its movements without a double, or refused whole, and undone."""

from datetime import date
from decimal import Decimal

import pytest
from tests.cast import Move, mill_debit, mill_pdf
from tests.conftest import AT

from comptoir import pipeline
from comptoir.demo.statements import cfonb120
from comptoir.records.banking.models import Transaction
from comptoir.records.ledger import actions as ledger
from comptoir.records.ledger import merging, reconciling
from comptoir.records.ledger.models import Entry, FiscalYear, Journal, Line, Merge, MergedLine

pytestmark = pytest.mark.django_db

RENT = Move(date(2026, 3, 4), Decimal("-900.00"), "VIR SCI DU FOUR LOYER")
FUEL = Move(date(2026, 3, 12), Decimal("-61.20"), "CB TOTAL 11/03")
SALE = Move(date(2026, 3, 20), Decimal("450.00"), "VIR MAIRIE DU MANS")


def keep(company, day, amount, label, account="512000", against="471000", journal="BQ"):
    """An entry that somebody had kept of the bank, before its movements came."""
    amount = Decimal(amount)
    owner = {"firm_id": company.firm_id, "company": company}
    entry = Entry.objects.create(
        **owner,
        fiscal_year=FiscalYear.objects.get(company=company),
        journal=Journal.objects.get(company=company, code=journal),
        dated_on=day,
        label=label,
        piece_ref=label[:20],
        piece_on=day,
        posted_at=AT,
    )
    sides = [(account, amount), (against, -amount)]
    Line.objects.bulk_create(
        Line(**owner, entry=entry, position=rank, account=number, label=label, debit=max(worth, 0), credit=max(-worth, 0))
        for rank, (number, worth) in enumerate(sides, 1)
    )  # fmt: skip
    return entry


def bring(account, *moves, opening="1000.00", closed_on=date(2026, 3, 31)):
    content = cfonb120(moves, opening=Decimal(opening), opened_on=date(2026, 3, 1), closed_on=closed_on)
    return pipeline.import_statement(account=account, content=content, filename="r.txt", by=None, at=AT)


def kept_in_march(bakery, account):
    """A dossier whose March was kept by hand, rent under its invoice's day, and then its statement came."""
    keep(bakery, date(2026, 1, 1), "1000.00", "A nouveaux", against="890000", journal="AN")
    entries = {
        "rent": keep(bakery, date(2026, 3, 1), "-900.00", "Loyer SCI du Four"),
        "sale": keep(bakery, date(2026, 3, 20), "450.00", "Mairie"),
    }
    bring(account, RENT, FUEL, SALE)
    return entries


@pytest.fixture
def kept(bakery, account):
    return kept_in_march(bakery, account)


def stands(account):
    lines = Line.objects.filter(company=account.company_id, account=account.ledger_account)
    return reconciling.worth(lines)


def merge(account, by, *, apart=(), underway=(), seen=None):
    plan = merging.plan(account, apart=apart, underway=underway)
    return pipeline.merge_books(
        account=account, apart=apart, underway=underway, seen=seen or plan.key, by=by, at=AT
    )


def test_what_was_kept_twice_is_told_and_proposed(kept, account, bakery):
    assert stands(account) == Decimal("38.80"), "the bank proves 488.80: March counts twice"
    assert merging.doubled(bakery) == {account.pk: 2}
    plan = merging.plan(account)
    assert [(pair.line.label, pair.movement.label) for pair in plan.merger.pairs] == [
        ("Loyer SCI du Four", RENT.label),
        ("Mairie", SALE.label),
    ]
    assert ([one.label for one in plan.merger.unbooked], plan.faults) == ([FUEL.label], ())


def test_lines_that_were_kept_stay_and_nothing_counts_twice(kept, account, alice, bakery):
    made = merge(account, alice)
    assert (made.pairs, made.until) == (2, date(2026, 3, 31))
    assert stands(account) == Decimal("488.80")
    assert {entry.pk for entry in Entry.objects.filter(transaction=None)} >= {one.pk for one in kept.values()}
    assert [entry.transaction.label for entry in Entry.objects.exclude(transaction=None)] == [FUEL.label]
    assert merging.doubled(bakery) == {}
    assert reconciling.state(account, date(2026, 3, 31)).is_right


def test_merged_again_there_is_nothing_left_to_merge(kept, account, alice):
    merge(account, alice)
    with pytest.raises(merging.NotMergeable):
        merge(account, alice)
    assert Merge.objects.count() == 1


def test_the_same_statement_again_adds_nothing(kept, account, alice):
    merge(account, alice)
    assert not bring(account, RENT, FUEL, SALE).transactions
    assert stands(account) == Decimal("488.80")


def test_books_that_began_elsewhere_are_refused_and_nothing_changes(kept, account, alice, bakery):
    keep(bakery, date(2026, 2, 10), "-10.00", "Oubli")
    before = Entry.objects.count()
    with pytest.raises(merging.NotMergeable, match="écart de 10,00"):
        merge(account, alice)
    assert (Entry.objects.count(), MergedLine.objects.count()) == (before, 0)


def test_a_line_of_another_amount_is_refused_until_somebody_says_what_it_is(kept, account, alice, bakery):
    wrong = keep(bakery, date(2026, 3, 12), "-61.00", "Total")
    with pytest.raises(merging.NotMergeable, match="1 ligne des livres"):
        merge(account, alice)
    line = str(wrong.lines.get(account="512000").pk)
    merge(account, alice, underway=[line])
    assert stands(account) == Decimal("427.80"), "what is underway is in the books and not at the bank"


def test_pairs_that_a_person_keeps_apart_are_left_out(kept, account, alice):
    line = str(kept["sale"].lines.get(account="512000").pk)
    with pytest.raises(merging.NotMergeable):
        merge(account, alice, apart=[line])
    assert merge(account, alice, apart=[line], underway=[line]).pairs == 1


def test_a_statement_that_is_missing_is_refused(kept, account, alice):
    content = cfonb120([Move(date(2026, 5, 5), Decimal(-1), "CB PAIN")], opening=Decimal("400.00"), opened_on=date(2026, 5, 1), closed_on=date(2026, 5, 31))  # fmt: skip
    pipeline.import_statement(account=account, content=content, filename="r.txt", by=None, at=AT)
    with pytest.raises(merging.NotMergeable, match="Un relevé manque"):
        merge(account, alice)


def test_without_a_proved_balance_nothing_is_compared(bakery, account):
    keep(bakery, date(2026, 3, 1), "-900.00", "Loyer")
    assert merging.plan(account) is None


def test_what_changed_meanwhile_is_looked_at_again(kept, account, alice, bakery):
    seen = merging.plan(account).key
    keep(bakery, date(2026, 3, 12), "-61.20", "Total")
    with pytest.raises(merging.Moved):
        merge(account, alice, seen=seen)


def test_a_merge_is_undone_and_each_movement_has_its_entry_again(kept, account, alice):
    before = stands(account)
    made = merge(account, alice)
    for _ in range(2):
        pipeline.undo_merge(merge=made, by=alice, at=AT)
    assert stands(account) == before
    assert Entry.objects.exclude(transaction=None).count() == 3
    assert not MergedLine.objects.exists()
    assert merge(account, alice).pairs == 2


def test_once_something_is_validated_a_merge_stays(kept, account, alice, bakery):
    made = merge(account, alice)
    later = AT.replace(hour=12)
    year = FiscalYear.objects.get(company=bakery)
    pipeline.validate(company=bakery, year=year, until=date(2026, 3, 31), by=alice, at=later)
    with pytest.raises(merging.NotUndoable):
        pipeline.undo_merge(merge=made, by=alice, at=later)
    assert MergedLine.objects.count() == 2


def test_lines_that_were_validated_before_are_kept_too(bakery, account, alice):
    keep(bakery, date(2026, 1, 1), "1000.00", "A nouveaux", against="890000", journal="AN")
    keep(bakery, date(2026, 3, 1), "-900.00", "Loyer SCI du Four")
    year = FiscalYear.objects.get(company=bakery)
    pipeline.validate(company=bakery, year=year, until=date(2026, 3, 31), by=alice, at=AT.replace(hour=1))
    bring(account, RENT)
    made = merge(account, alice)
    assert stands(account) == Decimal("100.00")
    pipeline.undo_merge(merge=made, by=alice, at=AT)


def test_a_merged_line_is_not_rewritten_under_the_bank(kept, account, alice):
    merge(account, alice)
    entry = kept["rent"]
    for act in (
        lambda: ledger.take_back(entry=entry, by=alice, at=AT),
        lambda: ledger.revise(entry=entry, content=_content(entry), by=alice, at=AT),
    ):
        with pytest.raises(ledger.Refused, match="La banque confirme"):
            act()


def _content(entry):
    from comptoir.records.ledger import queries

    return queries.content(entry)


def test_the_machines_letter_on_an_entry_that_goes_is_taken_off_first(bakery, account, alice, bob):
    document = pipeline.hand_in(company=bakery, content=mill_pdf(), filename="f.pdf", by=bob, at=AT)
    pipeline.read_now(document, at=AT)
    pipeline.post(entry=Entry.objects.get(document=document), by=alice, at=AT)
    keep(bakery, date(2026, 11, 18), "-237.38", "Moulins de la Vègre")
    content = cfonb120(
        [mill_debit()], opening=Decimal(0), opened_on=date(2026, 11, 1), closed_on=date(2026, 11, 30)
    )
    pipeline.import_statement(account=account, content=content, filename="r.txt", by=None, at=AT)
    assert Line.objects.filter(lettered__isnull=False).count() == 2
    merge(account, alice)
    assert not Line.objects.filter(lettered__isnull=False).exists()
    assert stands(account) == Decimal("-237.38")


def test_what_the_bank_takes_back_of_a_kept_line_waits_in_suspense(kept, account, alice, bakery):
    merge(account, alice)
    pipeline.bank.undo(bakery, [Transaction.objects.get(label=RENT.label)], at=AT)
    assert stands(account) == Decimal("1388.80")


def test_a_new_year_books_no_movement_that_a_kept_line_tells(kept, account, alice, bakery):
    merge(account, alice)
    pipeline.booking.book_waiting(bakery, date(2026, 1, 1), date(2026, 12, 31), at=AT)
    assert stands(account) == Decimal("488.80")
