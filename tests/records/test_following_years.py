"""The books go on in January: the year that has begun opens with the first movement or entry that needs it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from tests.acts import hand_in, how_many_missing
from tests.cast import Move, mill_debit, mill_pdf
from tests.conftest import AT

from comptoir import pipeline
from comptoir.demo.statements import cfonb120
from comptoir.domain.company import Method
from comptoir.records.audit.models import Event
from comptoir.records.ledger import queries as books
from comptoir.records.ledger.actions import Refused
from comptoir.records.ledger.models import Entry, FiscalYear, LetteredLine
from comptoir.records.missing import queries as missing

pytestmark = pytest.mark.django_db

JANUARY = datetime(2027, 1, 15, 9, 0, tzinfo=UTC)
RENT = Move(date(2027, 1, 5), Decimal("-900.00"), "VIR SCI DU FOUR LOYER")


def bring(account, *moves, at=JANUARY):
    days = [move.day for move in moves]
    content = cfonb120(moves, opening=Decimal(0), opened_on=min(days), closed_on=max(days))
    pipeline.import_statement(account=account, content=content, filename="r.txt", by=None, at=at)


def years(company):
    return list(FiscalYear.objects.filter(company=company).values_list("opens_on", "closes_on", "method"))


@pytest.mark.parametrize("method", list(Method))
def test_the_bank_of_january_opens_its_year_kept_as_the_last_one(bakery, account, method):
    FiscalYear.objects.filter(company=bakery).update(method=method)
    bring(account, Move(date(2026, 12, 30), Decimal("-12.00"), "CB POSTE"), RENT)
    assert years(bakery)[1:] == [(date(2027, 1, 1), date(2027, 12, 31), method.value)]
    assert [entry.fiscal_year.opens_on.year for entry in Entry.objects.order_by("dated_on")] == [2026, 2027]
    told = Event.objects.get(verb="open_year", person_id=None, at=JANUARY)
    assert told.detail["opens_on"] == "2027-01-01"


def test_a_day_that_has_not_come_opens_nothing_and_what_waited_is_booked_once_it_has(bakery, account):
    bring(account, RENT, at=AT)
    assert (len(years(bakery)), Entry.objects.count()) == (1, 0)
    assert books.without_year(bakery).count == 1
    bring(account, Move(date(2027, 1, 12), Decimal("-3.00"), "CB CAFE"))
    assert Entry.objects.count() == 2
    assert books.without_year(bakery) is None


def test_a_draft_of_before_its_year_is_posted_into_its_own(bakery, bob, alice):
    entry = Entry.objects.get(document=hand_in(bakery, bob))
    content = replace(books.content(entry), dated_on=date(2027, 1, 4))
    with pytest.raises(Refused, match="hors de l’exercice"):
        pipeline.post(entry=entry, content=content, by=alice, at=AT)
    pipeline.entries.revise(entry=entry, content=content, by=alice, at=AT)
    assert Entry.objects.get().fiscal_year.closes_on == date(2026, 12, 31)
    entry = pipeline.post(entry=Entry.objects.get(), by=alice, at=JANUARY)
    assert entry.fiscal_year.opens_on == date(2027, 1, 1)
    assert Entry.objects.get().fiscal_year == entry.fiscal_year


def test_a_piece_that_opens_the_year_lets_in_what_waited_for_it_lettered(bakery, bob, alice, account):
    paid = mill_debit(day=date(2027, 1, 5))
    bring(account, paid, at=AT)
    entry = Entry.objects.get(document=hand_in(bakery, bob))
    content = replace(books.content(entry), dated_on=date(2027, 1, 4))
    pipeline.entries.revise(entry=entry, content=content, by=alice, at=AT)
    assert not Entry.objects.filter(transaction__isnull=False).exists()
    pipeline.post(entry=Entry.objects.get(), by=alice, at=JANUARY)
    assert books.outside_books(bakery).count() == 0
    assert LetteredLine.objects.filter(line__entry__transaction__isnull=False).count() == 1


def test_a_movement_that_opens_the_year_has_what_waited_for_it_lettered(bakery, bob, alice, account):
    bring(account, mill_debit(day=date(2027, 1, 5)), at=AT)
    pipeline.post(entry=Entry.objects.get(document=hand_in(bakery, bob)), by=alice, at=AT)
    bring(account, Move(date(2027, 1, 12), Decimal("-3.00"), "CB CAFE"))
    assert books.outside_books(bakery).count() == 0
    assert LetteredLine.objects.filter(line__entry__transaction__isnull=False).count() == 1


def test_a_reversal_of_january_opens_its_year(bakery, bob, alice):
    entry = pipeline.post(entry=Entry.objects.get(document=hand_in(bakery, bob)), by=alice, at=AT)
    year = FiscalYear.objects.get(company=bakery)
    pipeline.validate(company=bakery, year=year, until=date(2026, 12, 31), by=alice, at=AT)
    entry.refresh_from_db()
    mirror = pipeline.reverse(entry=entry, on=date(2027, 1, 15), by=alice, at=JANUARY)
    assert mirror.fiscal_year.opens_on == date(2027, 1, 1)


def test_what_came_before_the_first_year_opens_none(bakery, account):
    bring(account, Move(date(2025, 6, 1), Decimal("-3.00"), "CB CAFE"))
    assert (len(years(bakery)), Entry.objects.count()) == (1, 0)


def test_a_draft_follows_its_date_into_the_year_that_is_opened(bakery, bob, alice):
    dated = {date(2027, 1, 4): hand_in(bakery, bob), date(2028, 1, 4): hand_in(bakery, bob, mill_pdf("MV-2"))}
    dated[date(2026, 11, 4)] = hand_in(bakery, bob, mill_pdf("MV-3"))
    for day, document in dated.items():
        entry = Entry.objects.get(document=document)
        content = replace(books.content(entry), dated_on=day)
        pipeline.entries.revise(entry=entry, content=content, by=alice, at=AT)
    pipeline.open_year(company=bakery, opens_on=date(2027, 1, 1), closes_on=date(2027, 12, 31), by=alice, at=AT)
    held = Entry.objects.order_by("dated_on").values_list("dated_on__year", "fiscal_year__opens_on__year")
    assert list(held) == [(2026, 2026), (2027, 2027), (2028, 2026)]
    counted = {one.year.opens_on.year: [row.drafts for row in one.journals] for one in books.year_states(bakery)}
    assert counted == {2027: [1], 2026: [2]}


@pytest.mark.parametrize("change", ["method", "closing"])
def test_what_is_asked_for_follows_how_the_year_of_a_movement_is_kept(bakery, alice, account, change):
    bring(account, Move(date(2026, 12, 20), Decimal("-61.20"), "CB TOTAL"))
    pipeline.assign(entry=Entry.objects.get(), account="606100", auxiliary="", by=alice, at=AT)
    assert missing.wrong(bakery) == []
    span = {"opens_on": date(2027, 1, 1), "closes_on": date(2027, 12, 31)}
    pipeline.open_year(company=bakery, **span, method=Method.TRESORERIE, by=alice, at=AT)
    year = FiscalYear.objects.get(company=bakery, opens_on__year=2026)
    edited = {"closes_on": date(2026, 11, 30)} if change == "closing" else {"method": Method.TRESORERIE}
    pipeline.edit_file(
        company=bakery, values={}, year=year, **{"closes_on": None, "method": None, **edited}, by=alice, at=AT
    )
    assert missing.wrong(bakery) == []
    assert how_many_missing(bakery) == 1, "a charge itself, where no third party stands between"
