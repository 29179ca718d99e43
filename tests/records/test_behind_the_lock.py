"""Everything that people and the machine do to a piece and its movement, behind the lock: said or left, and the books stay."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from tests.acts import bring_statement, hand_in
from tests.cast import Move, mill_debit, mill_pdf
from tests.conftest import AT

from comptoir import pipeline
from comptoir.demo.statements import cfonb120
from comptoir.domain.missing import Reason
from comptoir.pipeline.reading import propose_again
from comptoir.records.banking.models import Transaction
from comptoir.records.deposits import leaves
from comptoir.records.ledger import queries as books
from comptoir.records.ledger.actions import AlreadyPosted, Refused
from comptoir.records.ledger.bank import NotAssignable
from comptoir.records.ledger.models import Entry, Lettrage, Line

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


@pytest.mark.parametrize("name", ACTS)
def test_once_reopened_the_books_are_whole_again(dossier, name):
    done(dossier, name)
    pipeline.reopen_books(company=dossier["company"], kept=None, why="Contrôle", by=dossier["alice"], at=LATER)
    assert books.outside_books(dossier["company"]).count() == 0
    told = sum(row.amount for row in Transaction.objects.all())
    lines = Line.objects.filter(account=dossier["account"].ledger_account, entry__posted_at__isnull=False)
    assert sum(line.debit - line.credit for line in lines) == told
