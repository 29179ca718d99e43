"""The main job, end to end, in the database: from a piece handed in to a FEC that passes."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.acts import bring_statement, committed, hand_in, how_many_missing
from tests.cast import BAKERY, mill_debit, mill_pdf, statement
from tests.conftest import AT

from comptoir import pipeline, readers
from comptoir.demo.papers import Expense, ExpenseReport, expense_report_pdf
from comptoir.demo.statements import Move
from comptoir.domain import fec_check
from comptoir.gateways.bank import files as bank_files
from comptoir.records.banking.actions import OtherAccount
from comptoir.records.banking.models import Transaction
from comptoir.records.deposits.actions import AlreadyHandedIn
from comptoir.records.deposits.models import Document, Original
from comptoir.records.deposits.queries import verify_originals
from comptoir.records.exports.actions import PostedRemain, export_fec
from comptoir.records.ledger.actions import AlreadyPosted, AlreadyValidated, Refused, reverse
from comptoir.records.ledger.models import Entry, FiscalYear, LetteredLine, Line
from comptoir.records.ledger.queries import content, draft_of, verify_chain
from comptoir.records.matching import queries as matches
from comptoir.records.matching.models import Match, Rejection
from comptoir.records.missing import queries as missing
from comptoir.records.readings import queries as read_values

pytestmark = pytest.mark.django_db


def test_a_piece_goes_the_whole_way_to_a_fec_that_passes(bakery, bob, alice, account):
    (debit,) = bring_statement(account, mill_debit())
    assert how_many_missing(bakery) == 1
    document = hand_in(bakery, bob)
    assert how_many_missing(bakery) == 0, "the list shrinks before anything is posted"
    assert Match.objects.get().by is None

    entry = draft_of(document.pk)
    assert [line.account for line in content(entry).lines] == ["601000", "445660", "401000"]
    pipeline.post(entry=entry, by=alice, at=AT)
    assert LetteredLine.objects.count() == 2, "both sides posted: lettered by itself"

    year = FiscalYear.objects.get(company=bakery)
    with pytest.raises(PostedRemain):
        export_fec(year=year, is_provisional=False, by=alice, at=AT)
    assert pipeline.validate(company=bakery, year=year, until=date(2026, 12, 31), by=alice, at=AT) == 2
    written = export_fec(year=year, is_provisional=False, by=alice, at=AT)
    with written.file as file:
        report = fec_check.check(file, name=written.export.name)
    assert written.export.name == "821456308FEC20261231.txt"
    assert not report.is_refused, [str(fault) for fault in report.faults]
    assert report.lines == 5
    assert list(verify_chain()) == []
    assert debit.entry.lines.filter(auxiliary__code__startswith="MOULINS").exists()


def test_an_expense_report_is_repaid_by_the_bank_and_lettered_on_its_person(bakery, bob, alice, account):
    expenses = (Expense(date(2026, 11, 6), "Péage A11", Decimal("14.60"), Decimal(20)),)
    report = ExpenseReport(BAKERY, bob.full_name, "NDF-11", date(2026, 11, 9), expenses)
    document = hand_in(bakery, bob, expense_report_pdf(report), name="ndf.pdf", purpose="ndf")
    repaid = Move(date(2026, 11, 12), Decimal("-14.60"), f"VIR {bob.full_name.upper()} REMBOURSEMENT")
    (transaction,) = bring_statement(account, repaid)
    assert Match.objects.get().transaction == transaction
    pipeline.post(entry=draft_of(document.pk), by=alice, at=AT)
    lettered = Line.objects.filter(lettered__isnull=False)
    assert {(line.account, line.debit, line.credit) for line in lettered} == {
        ("467000", Decimal("14.60"), Decimal("0.00")), ("467000", Decimal("0.00"), Decimal("14.60"))
    }  # fmt: skip
    assert how_many_missing(bakery) == 0


def test_the_list_shrinks_though_the_firm_posts_nothing(bakery, bob, account):
    bring_statement(account, mill_debit())
    hand_in(bakery, bob)
    assert how_many_missing(bakery) == 0
    assert not Entry.objects.filter(document__isnull=False, posted_at__isnull=False).exists()
    assert missing.wrong(bakery) == []


def test_a_statement_that_comes_after_the_piece_takes_its_line_off_too(bakery, bob, account):
    hand_in(bakery, bob)
    bring_statement(account, mill_debit())
    assert how_many_missing(bakery) == 0


def test_attaching_takes_the_line_off_with_the_same_commit(bakery, bob, account):
    (debit,) = bring_statement(account, Move(date(2026, 11, 18), Decimal("-50.00"), "CB INCONNU 17/11"))
    assert how_many_missing(bakery) == 1
    pipeline.hand_in(company=bakery, content=mill_pdf(), filename="f.pdf", by=bob, at=AT, justifies=debit)
    assert how_many_missing(bakery) == 0


def test_a_rejected_pair_is_missing_again_and_never_proposed_again(bakery, bob, alice, account):
    (debit,) = bring_statement(account, mill_debit())
    document = hand_in(bakery, bob)
    pipeline.detach(document=document, transaction=debit, by=alice, at=AT)
    assert how_many_missing(bakery) == 1
    around = matches.around_pieces([date(2026, 11, 4)])
    pipeline.pair(bakery, new=[document.pk, debit.pk], around=around, at=AT)
    assert not Match.objects.exists()
    assert Rejection.objects.count() == 1


def test_setting_a_piece_aside_brings_its_line_back(bakery, bob, alice, account):
    bring_statement(account, mill_debit())
    document = hand_in(bakery, bob)
    pipeline.dismiss(document=document, reason="Illisible", by=alice, at=AT)
    assert how_many_missing(bakery) == 1
    assert draft_of(document.pk) is None


def test_the_same_file_twice_is_named_and_kept_once(bakery, bob):
    first = hand_in(bakery, bob)
    with pytest.raises(AlreadyHandedIn) as refusal:
        hand_in(bakery, bob)
    assert refusal.value.document == first
    assert (Document.objects.count(), Original.objects.count()) == (1, 1)


def test_a_deposant_is_never_shown_that_another_handed_the_same_in(bakery, bob, dina):
    hand_in(bakery, bob)
    own = hand_in(bakery, dina, sees_all=False)
    assert own.deposited_by == dina
    assert Original.objects.count() == 1


def test_the_bytes_of_a_piece_set_aside_reopen_it(bakery, bob, alice):
    document = hand_in(bakery, bob)
    pipeline.dismiss(document=document, reason="Floue", by=alice, at=AT)
    assert hand_in(bakery, bob).pk == document.pk
    assert draft_of(document.pk) is not None


def test_a_file_that_is_refused_leaves_nothing(bakery, bob):
    for broken in (b"", b"MZ\x90\x00", b"%PDF-1.4 cut"):
        with pytest.raises(readers.NotReadable):
            pipeline.hand_in(company=bakery, content=broken, filename="x.pdf", by=bob, at=AT)
    assert not Document.objects.exists()
    assert not ProcrastinateJob.objects.exists()


def test_a_correction_of_a_person_survives_another_reading(bakery, bob, alice):
    document = hand_in(bakery, bob)
    pipeline.correct(document=document, values={"total": "240.00"}, by=alice, at=AT)
    pipeline.read_now(document, at=AT)
    document.refresh_from_db()
    assert document.reading.total == Decimal("240.00")


def test_importing_twice_adds_nothing_and_loses_nothing(bakery, account):
    twins = [mill_debit(), mill_debit()]
    assert len(bring_statement(account, *twins)) == 2
    assert bring_statement(account, *twins) == []
    assert Transaction.objects.count() == 2


def test_a_statement_that_does_not_add_up_leaves_nothing(bakery, account):
    wrong = statement(mill_debit()).replace(b"07", b"07", 1)
    wrong = wrong[: wrong.rfind(b"0000")] + b"0000999" + wrong[wrong.rfind(b"0000") + 7 :]
    with pytest.raises(bank_files.RefusedFile, match="écart"):
        pipeline.import_statement(account=account, content=wrong, filename="faux.txt", by=None, at=AT)
    assert not Transaction.objects.exists()


def test_the_statement_of_another_account_is_refused_whole(bakery, account):
    bring_statement(account, mill_debit())
    other = statement(mill_debit("-1.00")).replace(b"00010123456", b"00099999999")
    with pytest.raises(OtherAccount, match="rien n’a été importé"):
        pipeline.import_statement(account=account, content=other, filename="autre.txt", by=None, at=AT)
    assert Transaction.objects.count() == 1


def test_a_statement_in_another_money_is_refused_and_says_what_to_do(bakery, account):
    dollars = statement(mill_debit()).replace(b"EUR2", b"USD2")
    with pytest.raises(OtherAccount, match="saisissez-les au cours de leur jour"):
        pipeline.import_statement(account=account, content=dollars, filename="usd.txt", by=None, at=AT)
    assert not Transaction.objects.exists()


def test_an_unknown_label_goes_to_suspense_never_to_a_charge(bakery, account):
    (move,) = bring_statement(account, Move(date(2026, 11, 9), Decimal("-12.00"), "CB JAMAIS VU 08/11"))
    assert sorted(move.entry.lines.values_list("account", flat=True)) == ["471000", "512000"]


def test_posting_twice_is_said(bakery, bob, alice):
    entry = draft_of(hand_in(bakery, bob).pk)
    pipeline.post(entry=entry, by=alice, at=AT)
    with pytest.raises(AlreadyPosted):
        pipeline.post(entry=entry, by=alice, at=AT)


def test_an_entry_that_does_not_balance_is_refused_with_the_gap(bakery, bob, alice):
    entry = draft_of(hand_in(bakery, bob).pk)
    Line.objects.filter(entry=entry, account="445660").delete()
    with pytest.raises(Refused, match=r"Il manque 12,38"):
        pipeline.post(entry=entry, by=alice, at=AT)


def test_the_database_refuses_an_unbalanced_entry_at_commit(bakery, bob, alice):
    entry = draft_of(hand_in(bakery, bob).pk)
    pipeline.post(entry=entry, by=alice, at=AT)
    with pytest.raises(IntegrityError, match="does not balance"):
        committed(lambda: Line.objects.filter(entry=entry, account="445660").update(debit=Decimal("1.00")))


def validated(bakery, bob, alice):
    entry = draft_of(hand_in(bakery, bob).pk)
    pipeline.post(entry=entry, by=alice, at=AT)
    year = FiscalYear.objects.get(company=bakery)
    pipeline.validate(company=bakery, year=year, until=date(2026, 12, 31), by=alice, at=AT)
    entry.refresh_from_db()
    return entry


def test_a_validated_entry_is_untouchable_whatever_writes(bakery, bob, alice):
    entry = validated(bakery, bob, alice)
    assert entry.number == "AC-00001"
    attempts = (
        lambda: Entry.objects.filter(pk=entry.pk).update(label="x"),
        lambda: Line.objects.filter(entry=entry).update(label="x"),
        lambda: Line.objects.filter(entry=entry).delete(),
        lambda: Line.objects.create(
            firm_id=entry.firm_id, company_id=entry.company_id, entry=entry, position=9, account="6", debit=1
        ),
    )
    for attempt in attempts:
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            attempt()
    with pytest.raises(AlreadyValidated):
        pipeline.post(entry=entry, by=alice, at=AT)


def test_a_validated_entry_is_undone_by_its_mirror(bakery, bob, alice):
    entry = validated(bakery, bob, alice)
    mirror = reverse(entry=entry, on=date(2026, 11, 30), by=alice, at=AT)
    assert mirror.lines.get(account="401000").debit == entry.lines.get(account="401000").credit


def test_tampering_breaks_the_chain(bakery, bob, alice):
    entry = validated(bakery, bob, alice)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE ledger_line DISABLE TRIGGER ledger_line_final")
        cursor.execute("UPDATE ledger_line SET label = 'faux' WHERE entry_id = %s", [entry.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE ledger_line ENABLE TRIGGER ledger_line_final")
    assert [fault.code for fault in verify_chain()] == ["chain_broken"]


def test_a_row_cannot_point_into_another_company(bakery, charlie, bob):
    document = hand_in(bakery, bob)
    theirs = FiscalYear.objects.exclude(company=bakery).get()
    entry = draft_of(document.pk)
    with pytest.raises(IntegrityError):
        committed(lambda: Entry.objects.filter(pk=entry.pk).update(fiscal_year=theirs))


def test_an_original_that_changed_is_named(bakery, bob, settings):
    document = hand_in(bakery, bob)
    assert list(verify_originals()) == []
    path = next(p for p in settings.STORAGES["originals"]["OPTIONS"]["location"].rglob("*") if p.is_file())
    path.chmod(0o600)
    path.write_bytes(b"tampered")
    assert [fault.code for fault in verify_originals()] == ["original_changed"]
    assert document.original.sha256 in path.name


def test_a_piece_whose_job_was_lost_is_queued_again_once(bakery, bob):
    at = timezone.now() - timedelta(hours=1)
    document = pipeline.hand_in(company=bakery, content=mill_pdf(), filename="f.pdf", by=bob, at=at)
    assert read_values.forgotten(before=timezone.now()) == [], "its job waits"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")
    assert read_values.forgotten(before=at) == [], "too fresh to be lost"
    pipeline.remember(timestamp=0)
    pipeline.remember(timestamp=0)
    assert ProcrastinateJob.objects.filter(status="todo").count() == 1
    pipeline.read_now(document, at=at)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")
    assert read_values.forgotten(before=timezone.now()) == [], "it is read"
