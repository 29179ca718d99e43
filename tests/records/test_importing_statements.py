"""What an import keeps of a file: its own account's, once, and nothing that the bank only announces."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError
from django.db.models import Sum
from tests.acts import committed
from tests.cast import mill_debit, statement
from tests.conftest import AT

from comptoir import pipeline
from comptoir.demo.statements import Move
from comptoir.gateways.bank import files
from comptoir.lib import bulk
from comptoir.lib.ids import uuid7
from comptoir.records.audit.models import Event
from comptoir.records.banking import actions as banking
from comptoir.records.banking import columns as bank_columns
from comptoir.records.banking.actions import NotYet, OtherAccount
from comptoir.records.banking.models import Alias, Statement, Transaction
from comptoir.records.ledger.models import Line

pytestmark = pytest.mark.django_db


def bring(account, content, name="releve.txt"):
    content = content if isinstance(content, bytes) else content.encode()
    return pipeline.import_statement(account=account, content=content, filename=name, by=None, at=AT)


def test_a_file_of_several_accounts_gives_each_account_its_own(bakery, account):
    bring(account, statement(mill_debit()))
    other = statement(mill_debit("-1.00")).replace(b"00010123456", b"00099999999")
    found = bring(account, statement(mill_debit(), mill_debit("-2.00")) + other)
    assert [str(row.amount) for row in found.transactions] == ["-2.00"]
    assert (found.known, [iban[14:25] for iban in found.elsewhere]) == (1, ["00099999999"])
    assert Transaction.objects.count() == 2


def test_several_accounts_are_refused_where_none_is_this_one_or_nobody_knows_its_number(bakery, account):
    one, other = (statement(mill_debit()).replace(b"00010123456", key) for key in (b"00088888888", b"00099999999"))
    with pytest.raises(OtherAccount):
        bring(account, one + other)
    bring(account, statement(mill_debit()))
    with pytest.raises(OtherAccount):
        bring(account, one + other)


def test_what_is_announced_comes_once_it_is_booked(bakery, account):
    head = "Date;Libellé;Montant\n"
    coming = head + "20/11/2026;CB CAFE;-3,00\n30/11/2026;CB GARAGE;-99,00\n"
    found = bring(account, coming, "t.csv")
    assert (found.new, found.announced) == (1, 1)
    booked = bring(account, head + "20/11/2026;CB CAFE;-3,00\n24/11/2026;CB GARAGE;-99,00\n", "t.csv")
    assert ([str(row.amount) for row in booked.transactions], booked.known) == (["-99.00"], 1)


def test_a_day_of_another_century_is_no_day_to_come(bakery, account):
    far = Move(date(2061, 3, 14), Decimal("-1.00"), "CB CAFE")
    with pytest.raises(NotYet, match="14/03/2061"):
        bring(account, statement(far))
    assert not Transaction.objects.exists()


def test_thousandths_are_refused_rather_than_rounded(bakery, account):
    account.currency = "TND"
    account.save()
    with pytest.raises(OtherAccount, match="millièmes"):
        bring(account, "Date;Libellé;Montant;Devise\n20/11/2026;CB CAFE;1.203,125;TND\n")


# ── A statement that its bank issues again ────────────────────────────────────────────────────────

CAFE = Move(date(2026, 11, 9), Decimal("-3.00"), "CB CAFE DU MAIL 08/11")
RENT = Move(date(2026, 11, 10), Decimal("-800.00"), "VIR SCI DU MAIL")


def test_other_words_for_a_movement_are_recorded_and_add_nothing(bakery, account):
    bring(account, statement(CAFE, RENT))
    corrected = statement(replace(CAFE, label="CB CAFE DU MAIL BRULON"), RENT)
    for known in (1, 2):
        found = bring(account, corrected)
        assert (found.new, found.known, found.reworded) == (0, known, 2 - known)
    assert Transaction.objects.count() == 2
    (alias,) = Alias.objects.all()
    assert (alias.transaction.label, alias.label) == ("CB CAFE DU MAIL 08/11", "CB CAFE DU MAIL BRULON")
    assert bring(account, statement(CAFE, RENT)).known == 2


def test_another_amount_is_added_and_the_one_it_contradicts_is_undone(bakery, account):
    bring(account, statement(CAFE, RENT))
    corrected = statement(replace(CAFE, amount=Decimal("-3.50")), RENT)
    found = bring(account, corrected)
    assert [str(row.amount) for row in found.transactions] == ["-3.50"]
    (gone,) = found.withdrawn
    assert (str(gone.amount), str(gone.withdrawal.mirror.amount)) == ("-3.00", "3.00")
    moved = Transaction.objects.aggregate(sum=Sum("amount"))["sum"]
    assert moved == Decimal("-803.50"), "what the bank says, and nothing else"
    booked = Line.objects.filter(entry__transaction__account=account, account="512000")
    assert booked.aggregate(sum=Sum("debit") - Sum("credit"))["sum"] == moved
    again = bring(account, corrected)
    assert (again.new, list(again.transactions), again.withdrawn, again.known) == (0, [], (), 2)


def test_the_next_statement_with_a_movement_of_the_same_day_and_amount_corrects_nothing(bakery, account):
    bring(account, statement(CAFE))
    later = statement(replace(CAFE, label="CB PAIN 09/11"), opening="997.00")
    found = bring(account, later)
    assert ([row.label for row in found.transactions], found.reworded, found.withdrawn) == (
        ["CB PAIN 09/11"],
        0,
        (),
    )


# ── Many at once ──────────────────────────────────────────────────────────────────────────────────


def test_many_rows_are_kept_as_a_few_are(bakery, account):
    made = bring(account, statement(CAFE, RENT)).transactions
    again = [
        Transaction(**{**vars_of(row), "id": uuid7(), "fingerprint": f"many{n}"}) for n, row in enumerate(made)
    ]
    kept = bulk.insert(again, many=1)
    assert [row.pk for row in kept] == [row.pk for row in again]
    held = Transaction.objects.in_bulk([row.pk for row in again])
    assert all(vars_of(held[row.pk]) == vars_of(row) for row in again)
    assert bulk.insert([]) == []


def test_many_rows_cross_no_wall(bakery, account):
    (row,) = bring(account, statement(CAFE)).transactions
    foreign = Transaction(**{**vars_of(row), "id": uuid7(), "fingerprint": "x", "firm_id": uuid7()})
    with pytest.raises(DatabaseError):
        committed(lambda: bulk.insert([foreign], many=1))


def vars_of(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_the_same_bytes_again_are_known_without_being_read(bakery, account, monkeypatch):
    content = statement(mill_debit(), mill_debit("-2.00"))
    bring(account, content)
    monkeypatch.setattr(files, "tell", None)
    again = bring(account, content, "autre-nom.txt")
    assert (again.known, again.new, list(again.transactions)) == (2, 0, [])
    assert Event.objects.filter(verb="import_statement").count() == 2
    assert Statement.objects.count() == 1


def test_the_same_bytes_on_another_account_are_read(bakery, account):
    content = statement(mill_debit())
    bring(account, content)
    other = banking.open_account(company=bakery, name="Autre", ledger_account="512100")
    with pytest.raises(OtherAccount):
        bring(other, content)


def test_what_the_bank_took_back_since_is_read_again(bakery, account):
    content = statement(mill_debit())
    (moved,) = bring(account, content).transactions
    pipeline.bank.undo(bakery, [moved], at=AT)
    bring(account, content)
    assert Statement.objects.exclude(format="bridge").count() == 2


def test_a_file_of_which_a_part_waits_is_read_again(bakery, account):
    coming = "Date;Libellé;Montant\n20/11/2026;CB CAFE;-3,00\n30/11/2026;CB GARAGE;-99,00\n"
    bring(account, coming, "t.csv")
    found = pipeline.import_statement(
        account=account, content=coming.encode(), filename="t.csv", by=None, at=AT + timedelta(days=9)
    )
    assert [str(row.amount) for row in found.transactions] == ["-99.00"]


def test_a_table_explained_otherwise_is_read_again(bakery, account, alice):
    content = "Date;Date de valeur;Libellé;Montant\n02/11/2026;03/11/2026;CAFE;-3,00\n"
    bring(account, content, "t.csv")
    columns = files.Columns(1, (2,), amount=3)
    signature = "DATE | DATE DE VALEUR | LIBELLE | MONTANT"
    bank_columns.explain(company=bakery, signature=signature, columns=columns, by=alice, at=AT)
    assert bring(account, content, "t.csv").new == 1
