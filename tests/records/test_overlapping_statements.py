"""Files that overlap or repeat each other add nothing twice and lose nothing, identical movements included."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from tests.conftest import AT
from tests.gateways.bank.test_statement_files import CAMT

from comptoir import pipeline
from comptoir.domain.movement import BankStatement, Movement, StatementFile, told
from comptoir.records.banking import actions as banking
from comptoir.records.banking import telling
from comptoir.records.banking.models import Statement, Transaction
from comptoir.records.banking.overlaps import Doubtful, Twice

pytestmark = pytest.mark.django_db

FIRST = date(2026, 1, 1)
FINGERPRINTS = ["9644ffa368f85ebb358f992cbb5eb95d", "5db01c27068ce3e4feb178e91c72cb25"]
"""Kept in every installation: another way to make them would take all that is kept for new."""


def year_of(chance):
    """A year in the bank's order, with few labels and amounts, so that many movements are identical."""
    days = sorted(chance.randrange(40) for _ in range(chance.randrange(1, 60)))
    return [
        Movement(FIRST + timedelta(days=day), Decimal(chance.choice(("-1.20", "-1.3"))), chance.choice("AB"))
        for day in days
    ]


def bring(account, *statements, **more):
    made = [BankStatement(None, None, None, None, None, None, None, tuple(moves)) for moves in statements]
    said = told(StatementFile("csv", tuple(made)))
    return keep(account, said, **more)


def keep(account, said, **more):
    with transaction.atomic(), telling.laid_out(said, AT.date()) as tellings:
        return banking.import_statements(account=account, tellings=tellings, filename="r", by=None, at=AT, **more)


def kept(account):
    return Counter(Transaction.objects.filter(account=account).values_list("booked_on", "amount", "label"))


def counted(year):
    return Counter((moved.booked_on, moved.amount, moved.label) for moved in year)


@pytest.mark.parametrize("seed", range(12))
def test_cuts_that_overlap_give_each_movement_once(bakery, account, seed):
    chance = random.Random(seed)
    year, known = year_of(chance), 0
    for end in [*sorted(chance.randrange(1, len(year) + 1) for _ in range(chance.randrange(6))), len(year)]:
        # Banks export from the start of a day; only the end of a file may fall in the middle of one.
        start = chance.randrange(known + 1) if known < len(year) else 0
        while 0 < start < len(year) and year[start - 1].booked_on == year[start].booked_on:
            start -= 1
        if start < end:
            bring(account, year[start:end])
        known = max(known, end)
    assert kept(account) == counted(year)


def test_the_same_file_twice_adds_nothing(bakery, account):
    year = year_of(random.Random(99))
    assert bring(account, year).new == len(year)
    again = bring(account, year)
    assert (again.new, again.known, list(again.transactions)) == (0, len(year), [])


def test_each_statement_of_a_file_tells_its_day_from_the_start(bakery, account):
    coffee = Movement(FIRST, Decimal("-1.20"), "CAFE")
    found = bring(account, [coffee, coffee], [coffee])
    assert (found.new, found.known) == (2, 1)


def test_what_makes_a_movement_known_is_what_it_was_when_the_first_was_kept(bakery, account):
    coffee = Movement(date(2026, 3, 14), Decimal("-10.50"), "cb  Café du Mail")
    bring(account, [coffee, coffee])
    assert list(Transaction.objects.order_by("pk").values_list("fingerprint", flat=True)) == FINGERPRINTS


def test_new_movements_come_in_the_order_of_the_file_however_many(bakery, account, monkeypatch):
    monkeypatch.setattr(telling, "BATCH", 2)
    year = [Movement(FIRST, Decimal(-n), f"CAFE {'ABCDEFG'[n]}") for n in (3, 1, 5, 2, 4)]
    found = bring(account, year)
    assert [row.amount for row in found.transactions] == [moved.amount for moved in year]
    assert found.statements[0].new_movements == 5


def test_nothing_of_what_was_laid_out_stays(bakery, account):
    bring(account, year_of(random.Random(1)))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relname IN ('telling', 'ranked') AND relpersistence = 't'"
        )
        assert cursor.fetchone() == (0,)


def test_what_is_refused_in_the_middle_leaves_nothing(bakery, account):
    def cut():
        yield Movement(FIRST, Decimal("-1.20"), "CAFE")
        raise ValueError("cut")

    with pytest.raises(ValueError, match="cut"):
        keep(account, cut())
    assert not Transaction.objects.exists()
    assert bring(account, [Movement(FIRST, Decimal("-1.20"), "CAFE")]).new == 1


HOSTILE = [
    "C:\\temp\\n \\. <script>alert('x')</script>",
    "une\ttabulation\net deux lignes",
    "☕ 🥐 CAFÉ « DU MAIL »",
    "\u202eTFEL OT THGIR \u0645\u0642\u0647\u0649",
    "'; DROP TABLE telling; --",
    "\\N",
    "x" * 500,
]


@pytest.mark.parametrize("label", HOSTILE)
def test_whatever_a_label_holds_is_kept_as_it_is_and_known_again(bakery, account, label):
    odd = Movement(FIRST, Decimal("-1.20"), label, FIRST, label[:200], label[:140])
    (row,) = bring(account, [odd]).transactions
    assert (row.label, row.payee, row.reference) == (label, label[:200], label[:140])
    assert bring(account, [odd, odd]).known == 1


def test_the_same_movement_is_new_on_each_account(bakery, account):
    coffee = Movement(FIRST, Decimal("-1.20"), "CAFE")
    other = banking.open_next_account(company=bakery, name="Livret")
    assert [bring(one, [coffee]).new for one in (account, other, account)] == [1, 1, 0]


def test_what_moves_nothing_is_no_movement(bakery, account):
    found = bring(account, [Movement(FIRST, Decimal("0.00"), "INFO FRAIS OFFERTS")])
    assert (found.new, found.known, found.announced, found.statements[0].movements) == (0, 0, 0, 0)


def test_a_statement_issued_again_in_other_bytes_is_known(bakery, account):
    first = CAMT.format(closing="89.50")
    again = first.replace("<MsgId>1<", "<MsgId>2<").replace("><", ">\n  <")
    found = [
        pipeline.import_statement(account=account, content=said.encode(), filename="r.xml", by=None, at=AT)
        for said in (first, again)
    ]
    assert [(one.new, one.known) for one in found] == [(1, 0), (0, 1)]


# ── The same days in other words ──────────────────────────────────────────────────────────────────

COFFEE = Movement(FIRST, Decimal("-1.20"), "CB CAFE DU MAIL 31/12")
PAID = Movement(FIRST + timedelta(days=2), Decimal("80.00"), "VIR DUPONT SARL")


def in_words(*labels):
    return [replace(moved, label=label) for moved, label in zip((COFFEE, PAID), labels, strict=True)]


def test_another_file_that_words_the_same_days_otherwise_adds_nothing(bakery, account):
    bring(account, [COFFEE, PAID])
    otherwise = in_words("ACHAT CAFE", "VIREMENT DE DUPONT")
    found = bring(account, [*otherwise, Movement(FIRST + timedelta(days=5), Decimal("-9.00"), "LOYER")])
    assert (found.new, found.known, found.reworded) == (1, 0, 2)
    again = bring(account, otherwise)
    assert (again.new, again.known, again.reworded) == (0, 2, 0)


def test_words_that_have_nothing_in_common_are_asked_about(bakery, account):
    bring(account, [COFFEE, PAID])
    otherwise = in_words("BOULANGERIE", "REMISE")
    with pytest.raises(Doubtful) as asked:
        bring(account, otherwise)
    assert [(one.told, one.kept) for one in asked.value.alike] == [
        ("BOULANGERIE", COFFEE.label),
        ("REMISE", PAID.label),
    ]
    assert (Statement.objects.count(), Transaction.objects.count()) == (1, 2)
    same = bring(account, otherwise, twice=Twice.SAME)
    assert (same.new, same.reworded) == (0, 2)


def test_what_a_person_calls_new_is_kept_beside_what_is_like_it(bakery, account):
    bring(account, [COFFEE, PAID])
    found = bring(account, in_words("BOULANGERIE", "REMISE"), twice=Twice.NEW)
    assert (found.new, found.known, found.reworded) == (2, 0, 0)
    assert Transaction.objects.count() == 4
