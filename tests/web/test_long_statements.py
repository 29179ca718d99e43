"""A long statement is not waited for: it is kept, read by a job, booked some days at a time, and told on the page."""

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.cast import Move, statement
from tests.conftest import AT

from comptoir import pipeline
from comptoir.domain.rules import Rule
from comptoir.records.audit.models import Event
from comptoir.records.banking import sent, stored
from comptoir.records.banking.models import SentStatement, Transaction, UnreadStatement
from comptoir.records.banking.overlaps import Twice
from comptoir.records.ledger.models import Entry, Line
from comptoir.web.templatetags.comptoir import whole

pytestmark = pytest.mark.django_db

COUNT = 1200
"""147 KB in CFONB120, of one line each."""
TABLE = "Date;Libellé;Montant\n"


def moves(count=COUNT, first=date(2026, 11, 1)):
    chance = random.Random(1)
    return [
        Move(
            first + timedelta(days=n * 22 // count),
            -Decimal(chance.randrange(100, 9000)) / 100,
            f"CB CAFE N {n:04d}",
        )
        for n in range(count)
    ]


def table(count=3000, label="CARTE CAFE DU MAIL NUMERO", head=TABLE):
    """A year without balances, 130 KB and more."""
    days = (date(2026, 11, 1) + timedelta(days=n * 22 // count) for n in range(count))
    return (
        head + "".join(f"{day:%d/%m/%Y};{label} {n:05d};-{n % 90 + 1},00\n" for n, day in enumerate(days))
    ).encode()


def without_a_line(content):
    """Its balances no longer follow."""
    lines = content.splitlines(keepends=True)
    return b"".join(lines[:600] + lines[601:])


@pytest.fixture
def firm(alice, signed_in):
    return signed_in(alice)


@pytest.fixture
def client_of(bob, signed_in):
    return signed_in(bob)


def bring(client, account, content, name="annee.txt", side="dossiers", **more):
    address = f"/{side}/{account.company_id}/banque/{account.pk}/releves"
    return client.post(address, {"file": SimpleUploadedFile(name, content), **more})


def page(client, account, side="dossiers"):
    return client.get(f"/{side}/{account.company_id}/banque/").content.decode()


def work():
    """What the queue holds, as a worker does it."""
    for job in ProcrastinateJob.objects.filter(task_name="read_statement").order_by("id"):
        pipeline.statements.read_statement(**job.args)


def files(account):
    folder = f"statements/{account.firm_id}"
    return storages["default"].listdir(folder)[1] if storages["default"].exists(folder) else []


@pytest.mark.parametrize("side", ["dossiers", "c"])
def test_a_long_statement_is_kept_before_the_answer_and_read_by_a_job(
    request, account, side, django_capture_on_commit_callbacks
):
    client = request.getfixturevalue("firm" if side == "dossiers" else "client_of")
    content = statement(*moves())
    assert bring(client, account, content, side=side).status_code == 302
    row = SentStatement.objects.get()
    assert stored.content(row) == content
    assert not Transaction.objects.exists()
    assert "en cours de lecture" in page(client, account, side)
    with django_capture_on_commit_callbacks(execute=True):
        work()
    assert Transaction.objects.count() == Entry.objects.count() == COUNT
    assert "1\u202f200 opérations ajoutées" in page(client, account, side)
    assert "en cours" not in page(client, account, side)
    assert files(account) == []
    assert list(
        Event.objects.filter(verb__in=("send_statement", "import_statement")).values_list("verb", flat=True)
    ) == [
        "send_statement",
        "import_statement",
    ]


def test_a_statement_of_half_a_second_is_told_at_once(firm, account):
    content = statement(*moves(500))
    assert len(content) < pipeline.statements.LONG
    bring(firm, account, content)
    assert Transaction.objects.count() == 500
    assert not SentStatement.objects.exists()


def test_twice_the_same_long_file_adds_nothing(firm, account):
    content = statement(*moves())
    bring(firm, account, content)
    bring(firm, account, content)
    work()
    work()
    assert Transaction.objects.count() == Entry.objects.count() == COUNT
    told = page(firm, account)
    assert "1\u202f200 opérations ajoutées" in told
    assert "aucune opération ajoutée, 1\u202f200 déjà connues" in told


def test_it_is_booked_some_days_at_a_time_each_once(firm, account, monkeypatch):
    monkeypatch.setattr(sent, "PORTION", 100)
    portions = []
    follow = pipeline.statements.follow
    monkeypatch.setattr(
        pipeline.statements,
        "follow",
        lambda company, some, **more: (
            portions.append({row.booked_on for row in some}),
            follow(company, some, **more),
        ),
    )
    bring(firm, account, statement(*moves()))
    work()
    assert len(portions) > 5
    assert sum(map(len, portions)) == len(set().union(*portions)) == 22, "no day is in two of them"
    assert Entry.objects.count() == COUNT
    assert Line.objects.filter(account="512000").count() == COUNT
    assert SentStatement.objects.get().booked == COUNT


def test_between_two_portions_the_page_says_how_far_it_is_and_the_next_try_goes_on(firm, account, monkeypatch):
    monkeypatch.setattr(sent, "PORTION", 100)
    booked, booked_so_far = pipeline.statements.sent.booked, []

    def stops(**given):
        booked(**given)
        booked_so_far.append(given["count"])
        if len(booked_so_far) == 2:
            raise ConnectionError("the worker loses its database")

    monkeypatch.setattr(sent, "booked", stops)
    bring(firm, account, statement(*moves()))
    with pytest.raises(ConnectionError):
        work()
    done = Entry.objects.count()
    assert 100 <= done < COUNT
    assert Transaction.objects.count() == COUNT
    assert f"Passage en écritures : {whole(done)} sur 1\u202f200" in page(firm, account)
    monkeypatch.setattr(sent, "booked", booked)
    work()
    assert Entry.objects.count() == COUNT
    assert "Passage" not in page(firm, account)


def test_what_its_first_days_book_teaches_nothing_to_the_others(firm, account, bakery, alice, monkeypatch):
    monkeypatch.setattr(sent, "PORTION", 100)
    small = Rule("Petits cafés", ("CB CAFE",), account="625700", at_most=Decimal(50))
    pipeline.write_rule(company=bakery, rule=small, by=alice, at=AT)
    told = [replace(move, label="CB CAFE DU MAIL") for move in moves()]
    bring(firm, account, statement(*told))
    work()
    few = sum(-move.amount <= 50 for move in told)
    assert 100 < few < COUNT - 100
    assert Line.objects.filter(account="625700").count() == few
    assert Line.objects.filter(account="471000").count() == COUNT - few


def test_what_was_booked_meanwhile_is_not_booked_again(firm, account, bakery):
    bring(firm, account, statement(*moves()))
    row = SentStatement.objects.select_related("account__company__firm", "by").get()
    pipeline.statements._keep(row, at=AT)
    first = list(Transaction.objects.select_related("account").order_by("pk")[:10])
    pipeline.book(bakery, first, at=AT)
    pipeline.bank.undo(bakery, [Transaction.objects.order_by("-pk")[0]], at=AT)
    work()
    assert Entry.objects.count() == COUNT - 1, "what the bank took back before it was booked stands in no book"
    assert Line.objects.filter(account="512000").count() == COUNT - 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7" + b"x" * 200_000, "est un PDF"),
        (statement(*moves())[:-300], "Relevé illisible, ligne"),
        (b"PK\x03\x04" + b"\x00" * 200_000, "Ce classeur est abîmé"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 200_000, "ancien format .xls"),
        (bytes(range(256)) * 800, "n’est pas un relevé"),
        (b" " * 200_000, "est vide"),
        (without_a_line(statement(*moves())), "annee.txt » est refusé"),
        (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>" + b"&b;" * 60_000 + b"</a>", "annee.txt"),
        (table().replace(b"-5,00\n", b"-5,0O0\n", 1), "illisible, ligne 6"),
    ],
    ids=["pdf", "cut", "zip", "xls", "noise", "empty", "sum", "entities", "line"],
)
def test_a_long_file_that_is_refused_says_what_a_short_one_would(firm, account, content, said):
    bring(firm, account, content)
    work()
    row = SentStatement.objects.get()
    assert said in row.fault
    assert row.settled_at
    assert said in page(firm, account)
    assert not Transaction.objects.exists()
    assert Event.objects.filter(verb="statement_not_taken").count() == 1


def test_the_file_of_another_account_is_refused(firm, account):
    account.iban, account.number = "", "99999999999"
    account.save()
    bring(firm, account, statement(*moves()))
    work()
    assert "Ce relevé est celui du compte" in page(firm, account)
    assert not Transaction.objects.exists()


def test_a_name_of_scripts_and_of_every_script_is_shown_as_it_is(firm, account):
    name = "<script>alert(1)</script>‮🥐" + "é" * 500 + ".txt"
    bring(firm, account, statement(*moves()), name=name)
    assert "<script>alert" not in page(firm, account)
    work()
    assert len(SentStatement.objects.get().filename) <= 255
    assert Transaction.objects.count() == COUNT


def test_a_long_table_that_nobody_knows_waits_for_its_columns_then_is_read_by_a_job(firm, client_of, account):
    content = table(head="Jour;Quoi;Combien\n")
    bring(client_of, account, content, name="t.csv", side="c")
    work()
    unread = UnreadStatement.objects.get()
    assert "votre cabinet dira ce que contiennent ses colonnes" in page(client_of, account, "c")
    assert "attend que ses colonnes soient dites" in page(firm, account)
    address = f"/dossiers/{account.company_id}/banque/releves/{unread.pk}/"
    assert "Importer 3000 opérations" in firm.get(address).content.decode().replace("\u202f", "")
    assert firm.post(address, {"booked_on": "1", "label": "0", "amount": "2"}).status_code == 422
    assert firm.post(address, {"booked_on": "0", "label": "1", "amount": "2"}).status_code == 302
    assert not UnreadStatement.objects.exists()
    work()
    assert Transaction.objects.count() == 3000
    assert firm.post(address, {"booked_on": "0", "label": "1", "amount": "2"}).status_code == 404


def test_a_long_file_in_doubt_waits_for_a_person_and_its_page_reads_it_no_more(firm, account, monkeypatch):
    bring(firm, account, table(), name="a.csv")
    work()
    other = table(label="CAFE DU MAIL LE MANS NO") + b"10/11/2026;PAIN;-777,00\n"
    bring(firm, account, other, name="b.csv")
    work()
    assert Transaction.objects.count() == 3000
    unread = UnreadStatement.objects.get()
    assert "redit peut-être des opérations connues" in page(firm, account)
    monkeypatch.setattr(pipeline, "doubt", None)
    address = f"/dossiers/{account.company_id}/banque/releves/{unread.pk}/doublons"
    shown = firm.get(address).content.decode()
    assert "3\u202f000 mouvements déjà connus sous un autre libellé, 1 que ce fichier est seul à dire" in shown
    assert "Les 200 premières" in shown
    assert firm.post(address, {"twice": "same"}).status_code == 302
    work()
    assert Transaction.objects.count() == 3001
    assert Entry.objects.count() == 3001


def test_of_two_who_answer_for_one_file_the_second_is_told_and_it_is_read_once(firm, account, alice):
    bring(firm, account, table(), name="a.csv")
    work()
    bring(firm, account, table(label="CAFE DU MAIL LE MANS NO") + b"10/11/2026;PAIN;-777,00\n", name="b.csv")
    work()
    unread = UnreadStatement.objects.select_related("account__company").get()
    pipeline.statements.read_unread(unread=unread, twice=Twice.SAME, by=alice, at=AT)
    with pytest.raises(stored.NoLongerThere):
        pipeline.statements.read_unread(unread=unread, twice=Twice.NEW, by=alice, at=AT)
    work()
    assert Transaction.objects.count() == 3001


def test_what_stops_its_reader_each_time_is_given_up_and_said(firm, account, monkeypatch):
    def falls(**given):
        raise MemoryError

    monkeypatch.setattr(pipeline.statements, "import_statement", falls)
    bring(firm, account, statement(*moves()))
    for _ in range(sent.MOST_TRIES):
        with pytest.raises(MemoryError):
            work()
    work()
    assert "n’a pas pu être lu" in page(firm, account)


def test_a_file_whose_job_was_lost_is_queued_again_once(firm, account):
    bring(firm, account, statement(*moves()))
    SentStatement.objects.update(at=timezone.now() - timedelta(hours=1))
    pipeline.remember(0)
    assert ProcrastinateJob.objects.filter(task_name="read_statement").count() == 1, "it waits already"
    ProcrastinateJob.objects.all().delete()
    pipeline.remember(0)
    assert ProcrastinateJob.objects.filter(task_name="read_statement").count() == 1
    work()
    assert Entry.objects.count() == COUNT


def test_what_no_row_waits_for_is_swept_and_what_waits_stays(firm, account):
    bring(firm, account, statement(*moves()))
    bring(firm, account, b"Jour;Quoi;Combien\n14/03/2026;CAFE;10,50\n", name="t.csv")
    left = stored.keep(account.firm_id, b"left by a process that stopped")
    assert stored.sweep(account.firm_id, before=timezone.now() - timedelta(days=1)) == 0
    assert stored.sweep(account.firm_id, before=timezone.now() + timedelta(minutes=1)) == 1
    assert not storages["default"].exists(left.name)
    assert stored.content(SentStatement.objects.get())
    assert stored.content(UnreadStatement.objects.get())


def test_a_file_that_the_store_has_lost_is_said_and_no_fault_of_the_server(firm, account):
    bring(firm, account, b"Jour;Quoi;Combien\n14/03/2026;CAFE;10,50\n", name="t.csv")
    unread = UnreadStatement.objects.get()
    storages["default"].delete(unread.stored)
    address = f"/dossiers/{account.company_id}/banque/releves/{unread.pk}/"
    assert "n’est plus là" in firm.get(address).content.decode()
    assert firm.post(address, {"booked_on": "0", "label": "1", "amount": "2"}).status_code == 422


def test_a_file_that_waits_lies_in_the_store_and_leaves_it_when_it_is_settled(
    firm, account, django_capture_on_commit_callbacks
):
    def bytes_kept():
        return [storages["default"].exists(row.stored) for row in UnreadStatement.objects.all()]

    with django_capture_on_commit_callbacks(execute=True):
        bring(firm, account, b"Jour;Quoi;Combien\n14/03/2026;CAFE;10,50\n", name="t.csv")
        bring(firm, account, b"Jour;Quoi;Combien\n15/03/2026;CAFE;10,50\n", name="t.csv")
    assert bytes_kept() == [True]
    assert len(files(account)) == 1, "the one in whose place it came is gone"
    unread = UnreadStatement.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        firm.post(f"/dossiers/{account.company_id}/banque/releves/{unread.pk}/abandon")
    assert files(account) == []


def test_charlie_sees_nothing_and_sends_nothing(firm, account, charlie, signed_in):
    bring(firm, account, statement(*moves()))
    theirs = signed_in(charlie)
    assert bring(theirs, account, statement(*moves())).status_code == 404
    assert theirs.get(f"/dossiers/{account.company_id}/banque/").status_code == 404
    assert SentStatement.objects.count() == 1
