"""Lines of the open list with all that is said of them: an idea, questions, answers, refusals, what was joined."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zlib import crc32

from django.db.models import Q

from comptoir.domain.missing import Reason, Status
from comptoir.records.banking.models import Transaction
from comptoir.records.deposits.models import Document
from comptoir.records.matching.models import Match, Proposal
from comptoir.records.missing.models import Answer, Decision, Item, Question


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A piece already here that may be the one asked for, of which day, and why."""

    document_id: UUID
    name: str
    issued_on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line of the open list: a transaction, or a piece with a question on it.

    `answer` is what the client said and waits for the firm; `refusal` what the firm refused last, and why.
    """

    item: Item
    suggestion: Suggestion | None = None
    questions: tuple[Question, ...] = ()
    answer: Answer | None = None
    refusal: Decision | None = None
    piece: Suggestion | None = None

    @property
    def transaction(self) -> Transaction | None:
        """The movement, where it is one."""
        return self.item.transaction

    @property
    def status(self) -> Status:
        """How far it is."""
        return Status(self.item.status)

    @property
    def key(self) -> UUID | None:
        """What the line is of: its movement, else its piece."""
        return self.item.transaction_id or self.item.document_id

    @property
    def idea(self) -> str:
        """The account that the client's reason points to, for the firm to take or leave."""
        return Reason(self.answer.reason).account if self.answer and self.answer.reason else ""

    @property
    def version(self) -> str:
        """What the line shows, in short: a page that has it already leaves the line alone."""
        shown = (
            [getattr(self.item, name) for name in ("status", "wants_piece", "is_optional", "party", "amount")],
            self.suggestion,
            [(row.pk, row.answered_at) for row in self.questions],
            self.answer and self.answer.pk,
            self.refusal and self.refusal.pk,
        )
        return f"{crc32(repr(shown).encode()):x}"


def told(rows: Sequence[Item]) -> list[Wanted]:
    """Lines of the open list with all that is said of them."""
    ids = [row.transaction_id for row in rows if row.transaction_id]
    suggestions = _suggestions([row.transaction_id for row in rows if row.transaction_id and row.wants_piece])
    questions = _questions([row for row in rows if row.has_question])
    with_firm = [row.transaction_id for row in rows if row.status != Status.TO_JUSTIFY and row.transaction_id]
    answers, pieces = _answers(with_firm), _pieces(with_firm)
    refusals = _refusals(ids)
    return [
        Wanted(
            row,
            suggestions.get(row.transaction_id),
            tuple(questions.get(row.transaction_id or row.document_id, ())),
            answers.get(row.transaction_id),
            refusals.get(row.transaction_id) if row.status == Status.TO_JUSTIFY else None,
            pieces.get(row.transaction_id),
        )
        for row in rows
    ]


def _suggestions(ids: Sequence[UUID]) -> dict[UUID | None, Suggestion]:
    rows = (
        Proposal.objects.filter(transaction__in=ids).select_related("document__reading").order_by("-score", "id")
    )
    best: dict[UUID | None, Suggestion] = {}
    for row in rows:
        best.setdefault(row.transaction_id, _suggested(row.document, row.reason))
    return best


def _suggested(document: Document, reason: str) -> Suggestion:
    reading = getattr(document, "reading", None)
    if reading is None:
        return Suggestion(document.pk, document.filename, None, reason)
    name = f"{reading.supplier or document.filename} {reading.number}".strip()
    return Suggestion(document.pk, name, reading.issued_on, reason)


def _pieces(ids: Sequence[UUID]) -> dict[UUID | None, Suggestion]:
    """The piece that each of these is linked with."""
    rows = Match.objects.filter(transaction__in=ids).select_related("document__reading").order_by("at")
    return {row.transaction_id: _suggested(row.document, row.reason) for row in rows} if ids else {}


def _questions(items: Sequence[Item]) -> dict[UUID | None, list[Question]]:
    if not items:
        return {}
    rows = Question.objects.filter(
        Q(transaction__in=[row.transaction_id for row in items if row.transaction_id])
        | Q(document__in=[row.document_id for row in items if row.document_id]),
        closed_at=None,
    )
    found: dict[UUID | None, list[Question]] = defaultdict(list)
    for row in rows.select_related("by", "answered_by"):
        found[row.transaction_id or row.document_id].append(row)
    return found


def _answers(ids: Sequence[UUID]) -> dict[UUID | None, Answer]:
    rows = Answer.objects.filter(transaction__in=ids, withdrawn_at=None).select_related("by") if ids else ()
    return {row.transaction_id: row for row in rows}


def _refusals(ids: Sequence[UUID]) -> dict[UUID | None, Decision]:
    rows = Decision.objects.filter(transaction__in=ids, is_accepted=False, ended_at=None).select_related("by")
    return {row.transaction_id: row for row in rows.order_by("at")} if ids else {}
