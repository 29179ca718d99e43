"""What the client says instead of a document, what the firm decides of it, and what the firm asks."""

from datetime import datetime

from django.db import transaction as db

from comptoir.domain.missing import Reason
from comptoir.records.audit.actions import record
from comptoir.records.banking.models import Transaction
from comptoir.records.deposits.models import Document
from comptoir.records.firms.models import Company, Person
from comptoir.records.missing.models import Answer, Decision, Question


class NothingSaid(Exception):
    """Écrivez quelques mots, ou choisissez pourquoi il n’y a pas de justificatif."""


class WordsWanted(Exception):
    """Dites en quelques mots pourquoi : votre cabinet les lira."""


class ReasonWanted(Exception):
    """Écrivez la raison : le client la lira."""


class NotDecidable(Exception):
    """Cette opération n’attend plus de décision : la page a été remise à jour."""


class AlreadyDecided(Exception):
    """Votre cabinet a déjà décidé : écrivez-lui pour revenir sur votre réponse."""


class AlreadyClosed(Exception):
    """Cette question est close."""


@db.atomic
def answer(*, transaction: Transaction, reason: Reason | None, text: str, by: Person, at: datetime) -> Answer:
    """The client answers in words, or declares that there is no document; a new answer takes the place of the last.

    Raises `NothingSaid`, `WordsWanted`.
    """
    if not reason and not text:
        raise NothingSaid(NothingSaid.__doc__)
    if reason is Reason.OTHER and not text:
        raise WordsWanted(WordsWanted.__doc__)
    standing = Answer.objects.select_for_update().filter(transaction=transaction, withdrawn_at=None)
    said = {"reason": reason.value if reason else "", "text": text}
    last = standing.first()
    if last and {"reason": last.reason, "text": last.text} == said and not _is_decided(last):
        return last
    standing.update(withdrawn_at=at)
    row = Answer.objects.create(**_of(transaction), transaction=transaction, by=by, at=at, **said)
    record("answer_missing", row, by=by, at=at, transaction=transaction.pk, reason=row.sentence)
    return row


@db.atomic
def withdraw(*, transaction: Transaction, by: Person, at: datetime) -> None:
    """The client takes an answer back before the firm has decided. Raises `AlreadyDecided`."""
    row = Answer.objects.select_for_update().filter(transaction=transaction, withdrawn_at=None).first()
    if row is None:
        return
    if _is_decided(row):
        raise AlreadyDecided(AlreadyDecided.__doc__)
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    record("withdraw_answer", row, by=by, at=at, transaction=transaction.pk)


@db.atomic
def accept(*, transaction: Transaction, account: str, reason: str, by: Person, at: datetime) -> Decision:
    """The firm accepts a movement as it is; saying it twice changes nothing."""
    standing = Decision.objects.filter(transaction=transaction, is_accepted=True, ended_at=None)
    if (row := standing.first()) is not None:
        return row
    row = Decision.objects.create(
        **_of(transaction),
        transaction=transaction,
        answer=_standing_answer(transaction),
        is_accepted=True,
        account=account,
        reason=reason,
        by=by,
        at=at,
    )
    record("accept_missing", row, by=by, at=at, transaction=transaction.pk, account=account, reason=reason)
    return row


@db.atomic
def refuse(
    *, transaction: Transaction, document: Document | None, reason: str, by: Person, at: datetime
) -> Decision:
    """The firm refuses an answer or a linked piece, with a reason that the client reads. Raises `ReasonWanted`."""
    if not reason:
        raise ReasonWanted(ReasonWanted.__doc__)
    row = Decision.objects.create(
        **_of(transaction),
        transaction=transaction,
        answer=_standing_answer(transaction),
        document=document,
        is_accepted=False,
        reason=reason,
        by=by,
        at=at,
    )
    record("refuse_missing", row, by=by, at=at, transaction=transaction.pk, reason=reason)
    return row


@db.atomic
def take_back(*, transaction: Transaction, by: Person, at: datetime) -> list[Decision]:
    """The firm goes back on an acceptance, told by what it was: what the client said waits for it again."""
    ended = list(Decision.objects.filter(transaction=transaction, is_accepted=True, ended_at=None))
    for row in ended:
        row.ended_by, row.ended_at = by, at
        row.save(update_fields=["ended_by", "ended_at"])
        record("take_back_acceptance", row, by=by, at=at, transaction=transaction.pk)
    return ended


@db.atomic
def ask(
    *,
    company: Company,
    transaction: Transaction | None,
    document: Document | None,
    text: str,
    by: Person,
    at: datetime,
) -> Question:
    """The firm asks about a transaction or a piece; the same words while they wait are not asked twice."""
    held = Question.objects.filter(
        company=company, transaction=transaction, document=document, text=text, answered_at=None, closed_at=None
    )
    if (row := held.first()) is not None:
        return row
    row = Question.objects.create(
        firm_id=company.firm_id,
        company=company,
        transaction=transaction,
        document=document,
        text=text,
        by=by,
        at=at,
    )
    record("ask_client", row, by=by, at=at, reason=text)
    return row


@db.atomic
def reply(*, question: Question, text: str, by: Person, at: datetime) -> Question:
    """The client answers a question; a later answer takes the place of the first until the firm closes it.

    Raises `AlreadyClosed`, `NothingSaid`.
    """
    if not text:
        raise NothingSaid("Écrivez votre réponse.")
    row = _held(question)
    row.answer, row.answered_by, row.answered_at = text, by, at
    row.save(update_fields=["answer", "answered_by", "answered_at"])
    record("answer_question", row, by=by, at=at, reason=text)
    return row


@db.atomic
def close(*, question: Question, by: Person, at: datetime) -> None:
    """The firm has what it wanted, or asks no more. Raises `AlreadyClosed`."""
    row = _held(question)
    row.closed_by, row.closed_at = by, at
    row.save(update_fields=["closed_by", "closed_at"])
    record("close_question", row, by=by, at=at)


def _held(question: Question) -> Question:
    row = Question.objects.select_for_update().get(pk=question.pk)
    if row.closed_at:
        raise AlreadyClosed(AlreadyClosed.__doc__)
    return row


def _is_decided(row: Answer) -> bool:
    return Decision.objects.filter(answer=row, ended_at=None).exists()


def _standing_answer(transaction: Transaction) -> Answer | None:
    return Answer.objects.filter(transaction=transaction, withdrawn_at=None).first()


def _of(transaction: Transaction) -> dict[str, object]:
    return {"firm_id": transaction.firm_id, "company_id": transaction.company_id}
