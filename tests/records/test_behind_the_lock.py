"""Everything that people and the machine do to a piece and its movement, behind the lock: said or left, and the books stay."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import transaction
from tests.acts import bring_statement, hand_in
from tests.cast import BAKERY, Move, mill_debit, mill_pdf
from tests.conftest import AT

from comptoir import pipeline
from comptoir.demo.papers import Invoice, Item, Party, invoice_pdf
from comptoir.demo.statements import cfonb120
from comptoir.domain.missing import Reason
from comptoir.domain.rules import Rule
from comptoir.pipeline.reading import propose_again
from comptoir.records.banking.models import Transaction
from comptoir.records.deposits import leaves
from comptoir.records.ledger import queries as books
from comptoir.records.ledger.actions import AlreadyPosted, Refused
from comptoir.records.ledger.bank import NotAssignable
from comptoir.records.ledger.models import Entry, FiscalYear, Lettrage, Line
from comptoir.records.missing import queries as missing

pytestmark = pytest.mark.django_db

LATER = datetime(2027, 2, 10, 9, 0, tzinfo=UTC)
NOVEMBER = date(2026, 11, 30)
RENT = Move(date(2026, 11, 5), Decimal("-900.00"), "VIR SCI DU FOUR LOYER")
CARD = Move(date(2026, 11, 20), Decimal("-12.00"), "CB POSTE 19/11")
SAID = (Refused, NotAssignable, AlreadyPosted)


@pytest.fixture
def dossier(bakery, bob, alice, account):
    """A posted piece lettered with its payment, a draft, a rent in suspense and a card accepted on an account: all of November, locked."""
    moves = [mill_debit(), RENT, CARD]
    bring_statement(account, *moves)
    posted = hand_in(bakery, bob)
    pipeline.post(entry=Entry.objects.get(document=posted), by=alice, at=AT)
    draft = hand_in(bakery, bob, mill_pdf("MV-1198", 4))
    assert Lettrage.objects.exists()
    card = Transaction.objects.get(amount=CARD.amount)
    pipeline.accept_missing(transaction=card, account="626000", reason="Timbre", by=alice, at=AT)
    pipeline.lock_books(company=bakery, until=NOVEMBER, by=alice, at=LATER)
    found = {row.amount: row for row in Transaction.objects.select_related("account", "company")}
    return {
        "company": bakery, "alice": alice, "bob": bob, "account": account, "posted": posted, "draft": draft,
        "paid": found[Decimal("-237.38")], "rent": found[RENT.amount], "card": found[CARD.amount],
    }  # fmt: skip


def in_the_books():
    """What is posted, line by line."""
    entries = Entry.objects.booked().filter(dated_on__lte=NOVEMBER)
    lines = Line.objects.filter(entry__in=entries).order_by("entry", "position")
    said = lines.values_list(
        "entry", "entry__dated_on", "entry__label", "account", "auxiliary", "label", "debit", "credit"
    )
    return list(said)


def reissued(d, *moves):
    """The statement again, as its bank corrects it."""
    content = cfonb120(
        moves, opening=Decimal("1000.00"), opened_on=date(2026, 11, 1), closed_on=date(2026, 11, 23)
    )
    pipeline.import_statement(account=d["account"], content=content, filename="r2.txt", by=None, at=LATER)


def accepted_and_taken_back(d):
    who = {"transaction": d["rent"], "by": d["alice"], "at": LATER}
    pipeline.accept_missing(**who, account="", reason="Bail")
    pipeline.take_back_acceptance(**who)


def an_account_taken_back(d):
    pipeline.take_back_acceptance(transaction=d["card"], by=d["alice"], at=LATER)


def split(d):
    pages = [[leaf] for leaf in leaves.of(d["posted"])]
    pipeline.split(document=d["posted"], parts=pages, by=d["alice"], at=LATER)


def set_aside_and_back(d):
    pipeline.dismiss(document=d["draft"], reason="Double", by=d["alice"], at=LATER)
    pipeline.reopen(document=d["draft"], by=d["alice"], at=LATER)


def linked_otherwise(d):
    pipeline.detach(document=d["posted"], transaction=d["paid"], by=d["alice"], at=LATER)
    pipeline.attach(document=d["posted"], transaction=d["rent"], by=d["alice"], at=LATER)
    pipeline.attach(document=d["draft"], transaction=d["paid"], by=d["alice"], at=LATER)


def answered_and_refused(d):
    said = {"transaction": d["rent"], "by": d["bob"], "at": LATER}
    pipeline.answer_missing(**said, reason=Reason.LOST, text="")
    pipeline.refuse_missing(transaction=d["rent"], reason="Illisible", by=d["alice"], at=LATER)
    pipeline.refuse_missing(transaction=d["paid"], reason="Illisible", by=d["alice"], at=LATER)


def proposed_again(d):
    propose_again(str(d["company"].firm_id), str(d["company"].pk))


def corrected(d):
    for document in (d["posted"], d["draft"]):
        pipeline.correct(document=document, values={"total": "99.00"}, by=d["alice"], at=LATER)


def dated_elsewhere(d):
    entry = Entry.objects.get(document=d["posted"])
    content = replace(books.content(entry), dated_on=date(2026, 12, 1))
    pipeline.entries.revise(entry=entry, content=content, by=d["alice"], at=LATER)


ACTS = {
    "read again": lambda d: [pipeline.read_now(d[name], at=LATER) for name in ("posted", "draft")],
    "corrected": corrected,
    "proposed again": proposed_again,
    "dated elsewhere": dated_elsewhere,
    "taken back": lambda d: pipeline.take_back(
        entry=Entry.objects.get(document=d["posted"]), by=d["alice"], at=LATER
    ),
    "linked otherwise": linked_otherwise,
    "answered and refused": answered_and_refused,
    "accepted and taken back": accepted_and_taken_back,
    "accepted on an account": lambda d: pipeline.accept_missing(
        transaction=d["rent"], account="613200", reason="", by=d["alice"], at=LATER
    ),
    "an account taken back": an_account_taken_back,
    "set aside": lambda d: pipeline.dismiss(document=d["posted"], reason="Double", by=d["alice"], at=LATER),
    "a draft set aside and back": set_aside_and_back,
    "split": split,
    "united": lambda d: pipeline.unite(documents=[d["draft"], d["posted"]], by=d["alice"], at=LATER),
    "of another kind": lambda d: pipeline.reclassify(
        document=d["draft"], purpose="expense", by=d["alice"], at=LATER
    ),
    "a card with deferred debit": lambda d: pipeline.say_card(
        company=d["company"], card=None, name="Visa", digits="1234", pays=d["account"], by=d["alice"], at=LATER
    ),
    "taken back by the bank": lambda d: pipeline.bank.undo(
        d["company"], [d["paid"], d["rent"], d["card"]], at=LATER
    ),
    "issued again without one": lambda d: reissued(d, mill_debit(), CARD),
    "issued again in other words": lambda d: reissued(
        d, mill_debit(), CARD, replace(RENT, label="VIREMENT SCI DU FOUR")
    ),
    "brought again": lambda d: bring_statement(d["account"], mill_debit(), RENT, CARD),
}


REFUSED = {
    "dated elsewhere",
    "taken back",
    "accepted on an account",
    "an account taken back",
    "set aside",
    "split",
    "united",
}
"""What a person reads a sentence for; the rest is done, and leaves what is locked alone."""


def done(dossier, name):
    with pytest.raises(SAID) if name in REFUSED else nullcontext():
        ACTS[name](dossier)


@pytest.mark.parametrize("name", ACTS)
def test_it_is_refused_with_a_sentence_or_the_books_stay_as_they_are(dossier, name):
    before = in_the_books()
    assert len(before) == 9, "three movements, and a piece on three lines"
    done(dossier, name)
    assert in_the_books() == before


def placed():
    """Where each movement stands, and whether it is lettered."""
    lines = Line.objects.filter(entry__transaction__isnull=False).order_by(
        "entry__transaction", "account", "debit", "credit"
    )
    said = lines.values_list(
        "entry__transaction__label", "account", "auxiliary__code", "debit", "credit", "lettered__lettrage__code"
    )
    return sorted(said, key=str)


def reopen(d):
    pipeline.reopen_books(company=d["company"], kept=None, why="Contrôle", by=d["alice"], at=LATER)


def detached(d, name="posted"):
    pipeline.detach(document=d[name], transaction=d["paid"], by=d["alice"], at=LATER)


def attached(d, movement, name="posted"):
    pipeline.attach(document=d[name], transaction=d[movement], by=d["alice"], at=LATER)


def another_piece(d):
    """Of the same amount as the payment, and of another supplier."""
    item = Item("Remise en état d’un four", 10, Decimal("22.50"), Decimal("5.5"))
    return hand_in(d["company"], d["bob"], pdf("Fours Lavigne", "FL-7", date(2026, 11, 12), item), "four.pdf")


def link_replaced(d):
    detached(d)
    pipeline.attach(document=another_piece(d), transaction=d["paid"], by=d["alice"], at=LATER)


def rule_after_a_link_taken_off(d):
    detached(d)
    rule = Rule(name="Moulins", words=("MOULINS",), account="601000")
    pipeline.write_rule(company=d["company"], rule=rule, by=d["alice"], at=LATER)


def linked_again(d):
    detached(d)
    attached(d, "paid")


def linked_over_a_chosen_account(d):
    pipeline.attach(document=of_the_card(d), transaction=d["card"], by=d["alice"], at=LATER)


def linked_by_machine_to_a_chosen_account(d):
    of_the_card(d, day=CARD.day)


def of_the_card(d, day=date(2026, 10, 1)):
    item = Item("Timbres", 1, Decimal("10.00"), Decimal(20))
    return hand_in(d["company"], d["bob"], pdf("La Poste", "LP-12", day, item), "poste.pdf")


def pdf(supplier, number, day, item):
    party = Party(supplier, "3, rue du Pont", "72000 Le Mans", "488301226")
    return invoice_pdf(Invoice(party, BAKERY, number, day, (item,)), layout=2)


def taken_off_a_chosen_account(d):
    document = of_the_card(d)
    pipeline.attach(document=document, transaction=d["card"], by=d["alice"], at=LATER)
    pipeline.detach(document=document, transaction=d["card"], by=d["alice"], at=LATER)


LINKS = {
    "taken off": detached,
    "replaced": link_replaced,
    "taken off, and a rule": rule_after_a_link_taken_off,
    "taken off and made again": linked_again,
    "made over a chosen account": linked_over_a_chosen_account,
    "made by the machine with a chosen account": linked_by_machine_to_a_chosen_account,
}
"""What becomes of links behind the lock, beside the acts above."""


@pytest.mark.parametrize("name", [*LINKS, *(name for name in ACTS if name not in REFUSED)])
def test_once_reopened_each_movement_stands_as_had_the_lock_never_been(dossier, name):
    act = {**ACTS, **LINKS}[name]
    before = placed()
    with transaction.atomic():
        reopen(dossier)
        act(dossier)
        never_locked = placed()
        transaction.set_rollback(True)
    act(dossier)
    assert missing.wrong(dossier["company"]) == [], "what is asked for is what stands, behind the lock too"
    reopen(dossier)
    assert (placed(), missing.wrong(dossier["company"])) == (never_locked, [])
    assert name not in {"taken off", "replaced", "made over a chosen account"} or never_locked != before


def test_a_link_taken_off_behind_the_lock_leaves_its_movement_to_be_placed_once_reopened(dossier):
    detached(dossier)
    entry = Entry.objects.get(transaction=dossier["paid"])
    assert [line.account for line in entry.against] == ["401000"], "locked"
    reopen(dossier)
    entry.refresh_from_db()
    assert [line.account for line in entry.against] == ["471000"]
    assert (entry.reasons, entry.held_back_at) == (["Libellé inconnu : à affecter"], None)


def test_what_was_validated_behind_the_lock_stays_where_its_link_had_put_it(dossier):
    detached(dossier)
    year = FiscalYear.objects.get(company=dossier["company"])
    pipeline.validate(company=dossier["company"], year=year, until=NOVEMBER, by=dossier["alice"], at=LATER)
    before = placed()
    reopen(dossier)
    assert placed() == before


def test_what_a_person_chose_stays_where_a_link_was_made_and_taken_off_behind_the_lock(dossier):
    taken_off_a_chosen_account(dossier)
    reopen(dossier)
    entry = Entry.objects.get(transaction=dossier["card"])
    assert [line.account for line in entry.against] == ["626000"]


def test_a_link_taken_off_waits_until_its_own_day_is_reopened(dossier):
    detached(dossier)
    entry = Entry.objects.get(transaction=dossier["paid"])
    for kept, account in ((entry.dated_on, "401000"), (None, "471000")):
        pipeline.reopen_books(company=dossier["company"], kept=kept, why="Contrôle", by=dossier["alice"], at=LATER)
        assert [line.account for line in Entry.objects.get(pk=entry.pk).against] == [account]


@pytest.mark.parametrize("name", ACTS)
def test_once_reopened_the_books_are_whole_again(dossier, name):
    done(dossier, name)
    reopen(dossier)
    assert books.outside_books(dossier["company"]).count() == 0
    told = sum(row.amount for row in Transaction.objects.all())
    lines = Line.objects.filter(account=dossier["account"].ledger_account, entry__posted_at__isnull=False)
    assert sum(line.debit - line.credit for line in lines) == told
