"""A fiscal year opened by mistake is taken away again while nothing needs it, and never under what does."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from tests.acts import hand_in
from tests.cast import Move
from tests.conftest import AT
from tests.records.test_following_years import JANUARY, bring

from comptoir import pipeline
from comptoir.domain.company import Method
from comptoir.records.audit.models import Event
from comptoir.records.exports.actions import YearGone, export_fec
from comptoir.records.exports.models import FecExport
from comptoir.records.ledger import queries as books
from comptoir.records.ledger.models import Entry, FiscalYear
from comptoir.records.ledger.opening import Fixed, change_year
from comptoir.records.ledger.removing import NotRemovable

pytestmark = pytest.mark.django_db

FEBRUARY = datetime(2028, 2, 1, 9, 0, tzinfo=UTC)
COFFEE = Move(date(2027, 1, 12), Decimal("-3.00"), "CB CAFE")


@pytest.fixture
def mistaken(bakery, alice):
    days = {"opens_on": date(2027, 1, 1), "closes_on": date(2027, 6, 30)}
    return pipeline.open_year(company=bakery, **days, by=alice, at=AT)


def closings(company):
    return list(FiscalYear.objects.filter(company=company).values_list("closes_on", flat=True))


def remove(year, by, at=AT):
    pipeline.remove_year(year=year, by=by, at=at)


def test_an_empty_year_goes_and_the_log_keeps_who_took_it_away(bakery, alice, mistaken):
    remove(mistaken, alice)
    assert closings(bakery) == [date(2026, 12, 31)]
    told = Event.objects.get(verb="remove_year")
    assert (told.person_id, told.subject_id) == (alice.pk, mistaken.pk)
    assert told.detail == {"opens_on": "2027-01-01", "closes_on": "2027-06-30"}


def test_it_opens_again_only_with_a_day_that_has_come_and_needs_it(bakery, alice, account, mistaken):
    remove(mistaken, alice, JANUARY)
    bring(account, Move(date(2026, 12, 30), Decimal("-12.00"), "CB POSTE"))
    assert closings(bakery) == [date(2026, 12, 31)]
    bring(account, COFFEE)
    assert closings(bakery) == [date(2026, 12, 31), date(2027, 12, 31)]


def test_a_year_in_which_the_bank_told_something_stays(bakery, alice, account, mistaken):
    bring(account, COFFEE)
    with pytest.raises(NotRemovable, match="il n’est pas vide"):
        remove(mistaken, alice, JANUARY)
    assert not Event.objects.filter(verb="remove_year").exists()


def test_a_year_in_which_a_draft_is_dated_stays_wherever_the_draft_waited(bakery, bob, alice):
    entry = Entry.objects.get(document=hand_in(bakery, bob))
    content = replace(books.content(entry), dated_on=date(2027, 1, 4))
    pipeline.entries.revise(entry=entry, content=content, by=alice, at=AT)
    year = pipeline.open_year(company=bakery, opens_on=date(2027, 1, 1), closes_on=date(2027, 12, 31), at=AT)
    with pytest.raises(NotRemovable, match="il n’est pas vide"):
        remove(year, alice)


def test_a_draft_of_no_year_waits_in_the_year_before(bakery, bob, alice, mistaken):
    entry = Entry.objects.get(document=hand_in(bakery, bob))
    content = replace(books.content(entry), dated_on=date(2025, 3, 4))
    pipeline.entries.revise(entry=entry, content=content, by=alice, at=AT)
    assert Entry.objects.get().fiscal_year == mistaken
    remove(mistaken, alice)
    assert Entry.objects.get().fiscal_year.closes_on == date(2026, 12, 31)


def test_the_first_of_two_years_stays_and_so_does_the_only_one(bakery, alice, mistaken):
    first = FiscalYear.objects.get(company=bakery, opens_on=date(2026, 1, 1))
    with pytest.raises(NotRemovable, match="ouvert le 01/01/2027"):
        remove(first, alice)
    remove(mistaken, alice)
    with pytest.raises(NotRemovable, match="garde au moins un exercice"):
        remove(first, alice)


def test_a_year_that_a_lock_reaches_stays_until_it_is_lifted(bakery, alice, mistaken):
    pipeline.lock_books(company=bakery, until=date(2027, 1, 1), by=alice, at=FEBRUARY)
    with pytest.raises(NotRemovable, match="rouvrir la période"):
        remove(mistaken, alice, FEBRUARY)
    pipeline.reopen_books(company=bakery, kept=date(2026, 12, 31), why="Erreur", by=alice, at=FEBRUARY)
    remove(mistaken, alice, FEBRUARY)
    assert closings(bakery) == [date(2026, 12, 31)]


def test_a_closed_year_stays(alice, mistaken):
    FiscalYear.objects.filter(pk=mistaken.pk).update(closed_at=AT)
    with pytest.raises(NotRemovable, match="est clos"):
        remove(mistaken, alice)


def test_a_year_whose_fec_was_written_stays_with_it(bakery, alice, mistaken):
    export_fec(year=mistaken, is_provisional=False, by=alice, at=AT).file.close()
    with pytest.raises(NotRemovable, match="FEC de cet exercice"):
        remove(mistaken, alice)
    assert FecExport.objects.get().fiscal_year in FiscalYear.objects.filter(company=bakery)


def test_a_year_that_is_gone_is_neither_taken_away_again_nor_moved_and_has_no_fec(alice, mistaken):
    remove(mistaken, alice)
    with pytest.raises(NotRemovable, match="déjà été retiré"):
        remove(mistaken, alice)
    with pytest.raises(Fixed, match="déjà été retiré"):
        change_year(year=mistaken, closes_on=date(2027, 9, 30), method=Method.ENGAGEMENT)
    with pytest.raises(YearGone):
        export_fec(year=mistaken, is_provisional=True, by=alice, at=AT)
