"""Reading requests: what is asked, how far each document is, and how much waits for whom.

`visible` are the folders that somebody may see: a document that goes elsewhere is not there for them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Prefetch, Q, QuerySet

from comptoir.domain import folder
from comptoir.domain.request import (
    GIVEN,
    OPEN,
    TO_CHECK,
    Checklist,
    Progress,
    State,
    from_json,
    is_overdue,
    progress,
)
from comptoir.domain.rights import Role
from comptoir.records.firms.models import ChecklistItem, Company, Firm
from comptoir.records.requests.models import (
    DocumentRequest,
    ItemAnswer,
    ItemDecision,
    RequestedItem,
    RequestModel,
)

MOST = 200
"""More requests are not shown on one screen: the older ones are under a filter."""


class Tab(StrEnum):
    """Which requests of all dossiers are looked at."""

    STANDING = "en-cours"
    TO_CHECK = "a-verifier"
    OVERDUE = "en-retard"
    ENDED = "closes"

    @property
    def french(self) -> str:
        """As the tab is named."""
        return {"en-cours": "En cours", "a-verifier": "À vérifier", "en-retard": "En retard", "closes": "Closes"}[
            self
        ]


@dataclass(frozen=True, slots=True)
class Line:
    """One document, with the answers that count and the last decision; `past` is what was sent back before."""

    item: RequestedItem
    answers: list[ItemAnswer]
    past: list[ItemAnswer]
    decision: ItemDecision | None
    is_ended: bool

    @property
    def state(self) -> State:
        """How far it is."""
        return self.item.state_enum

    @property
    def refusal(self) -> ItemDecision | None:
        """Why it is to be done again."""
        return self.decision if self.decision and not self.decision.is_accepted else None

    @property
    def may_take_back(self) -> bool:
        """Whether the client may still change their mind."""
        return self.state.is_to_check and not self.is_ended

    @property
    def version(self) -> str:
        """Changes with what the line shows."""
        return f"{self.item.facts}-{self.item.state}-{len(self.answers)}-{self.is_ended}"


@dataclass(frozen=True, slots=True)
class Row:
    """A request as lists show it."""

    request: DocumentRequest
    progress: Progress
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole request: its documents, and how far it is."""

    request: DocumentRequest
    lines: list[Line]
    progress: Progress
    is_overdue: bool


def visible_to(role: Role) -> tuple[str, ...]:
    """The folders whose documents exist for this role."""
    return tuple(one.value for one in folder.visible_to(role))


def listed(company: Company, visible: Sequence[str], today: date, *, ended: bool | None = None) -> list[Row]:
    """The requests of a dossier in which something is there to see: those that stand first, then the latest."""
    rows = _counted(DocumentRequest.objects.filter(company=company), visible).filter(n_total__gt=0)
    if ended is not None:
        rows = rows.filter(ended_at__isnull=not ended)
    found = rows.select_related("sent_by").order_by(F("ended_at").asc(nulls_first=True), "-sent_at", "-id")
    return [_row(one, today) for one in found[:MOST]]


def everywhere(firm: Firm, companies: "QuerySet[Company]", tab: Tab, today: date) -> list[Row]:
    """The requests of all these dossiers: those due first."""
    rows = _counted(DocumentRequest.objects.filter(firm=firm, company__in=companies), None)
    rows = rows.filter(ended_at__isnull=tab is not Tab.ENDED)
    if tab is Tab.TO_CHECK:
        rows = rows.filter(n_to_check__gt=0)
    if tab is Tab.OVERDUE:
        rows = rows.filter(due_on__lt=today, n_left__gt=0)
    found = rows.select_related("company", "sent_by").order_by(F("due_on").asc(nulls_last=True), "-sent_at", "-id")
    return [_row(one, today) for one in found[:MOST]]


def one(company: Company, request_id: UUID) -> DocumentRequest | None:
    """A request of this dossier, or None."""
    return (
        DocumentRequest.objects.filter(company=company, pk=request_id).select_related("company", "sent_by").first()
    )


def standing(request_id: UUID) -> DocumentRequest | None:
    """A request that was not ended, or None."""
    rows = DocumentRequest.objects.filter(pk=request_id, ended_at=None)
    return rows.select_related("company__firm", "sent_by").first()


def one_seen(company: Company, request_id: UUID, visible: Sequence[str]) -> DocumentRequest | None:
    """A request of this company's in which something is there to see, or None."""
    row = one(company, request_id)
    return row if row and row.items.filter(withdrawn_at=None, folder__in=visible).exists() else None


def sheet(row: DocumentRequest, visible: Sequence[str], today: date) -> Sheet:
    """The whole request, as far as one may see it."""
    answers = Prefetch(
        "answers", ItemAnswer.objects.filter(withdrawn_at=None).select_related("file__original", "by")
    )
    items = (
        RequestedItem.objects.filter(request=row, withdrawn_at=None, folder__in=visible)
        .prefetch_related(answers, Prefetch("decisions", ItemDecision.objects.select_related("by")))
        .order_by("rank", "pk")
    )
    lines = [_line(item, is_ended=row.ended_at is not None) for item in items]
    done = progress((line.state, line.item.is_required) for line in lines)
    return Sheet(row, lines, done, row.ended_at is None and is_overdue(row.due_on, done.left, today))


def item(company: Company, item_id: UUID, visible: Sequence[str]) -> RequestedItem | None:
    """A document asked of this dossier's client, where its folder is there for who asks; or None."""
    rows = RequestedItem.objects.filter(company=company, pk=item_id, withdrawn_at=None, folder__in=visible)
    return rows.select_related("request", "company").first()


def answer(company: Company, answer_id: UUID, visible: Sequence[str]) -> ItemAnswer | None:
    """An answer that stands, or None."""
    rows = ItemAnswer.objects.filter(company=company, pk=answer_id, withdrawn_at=None, item__folder__in=visible)
    return rows.select_related("item__request", "company", "file").first()


def current(row: RequestedItem) -> list[ItemAnswer]:
    """The answers that stand and were given since the document was last sent back."""
    return _line(row, is_ended=False).answers


def count_open(company: Company, visible: Sequence[str]) -> int:
    """How many required documents the client still has to give."""
    return wanted(company, visible).filter(is_required=True).count()


def count_to_check(company: Company) -> int:
    """How many answers the firm still has to decide on, in one dossier."""
    return _standing(RequestedItem.objects.filter(company=company), TO_CHECK).count()


def to_check(firm: Firm) -> "QuerySet[RequestedItem]":
    """The documents of all dossiers whose answer the firm still has to decide on."""
    return _standing(RequestedItem.objects.filter(firm=firm), TO_CHECK)


def overdue(firm: Firm, today: date) -> "QuerySet[RequestedItem]":
    """The required documents of all dossiers that were due before this day and are not given."""
    return asking(firm).filter(request__due_on__lt=today)


def wanted(company: Company, visible: Sequence[str]) -> "QuerySet[RequestedItem]":
    """The documents that the client still has to give, required or not."""
    rows = RequestedItem.objects.filter(company=company, folder__in=visible)
    return _open(rows)


def asking(firm: Firm) -> "QuerySet[RequestedItem]":
    """Every required document that any client of the firm still has to give."""
    return _open(RequestedItem.objects.filter(firm=firm, is_required=True))


def summary(company: Company, visible: Sequence[str], today: date) -> Row | None:
    """The request that presses most: where something required is left, the soonest due; None without any."""
    rows = [row for row in listed(company, visible, today, ended=False) if row.progress.left]
    return min(rows, key=lambda row: (row.request.due_on or date.max, row.request.sent_at), default=None)


def to_send(company: Company) -> list[ChecklistItem]:
    """What the dossier permanent awaits and nobody ticked off: it may be asked of the client."""
    asked = RequestedItem.objects.filter(company=company, withdrawn_at=None, request__ended_at=None)
    rows = ChecklistItem.objects.filter(company=company, done_at=None)
    return list(rows.exclude(pk__in=asked.filter(checklist__isnull=False).values("checklist")))


def checklists(firm: Firm) -> dict[str, Checklist]:
    """The firm's lists by the name in their address: the given ones (as rewritten, unless put away), then its own."""
    rows = list(RequestModel.objects.filter(firm=firm).order_by("name", "pk"))
    written = {row.given: row for row in rows if row.given}
    given = {
        key: from_json(written[key].name, written[key].content) if key in written else one
        for key, one in GIVEN.items()
        if key not in written or written[key].ended_at is None
    }
    own = {row.pk.hex: from_json(row.name, row.content) for row in rows if not row.given and row.ended_at is None}
    return given | own


def model_row(firm: Firm, key: str) -> RequestModel | None:
    """The row behind a list; None for a given list that nobody rewrote."""
    rows = RequestModel.objects.filter(firm=firm)
    if key in GIVEN:
        return rows.filter(given=key).first()
    return rows.filter(pk=UUID(key), given="", ended_at=None).first()


def put_away(firm: Firm) -> dict[str, Checklist]:
    """The given lists that the firm put away, as they were given: they may come back."""
    keys = RequestModel.objects.filter(firm=firm, ended_at__isnull=False).exclude(given="")
    return {key: GIVEN[key] for key in keys.values_list("given", flat=True)}


def _open(rows: "QuerySet[RequestedItem]") -> "QuerySet[RequestedItem]":
    return _standing(rows, OPEN)


def _standing(rows: "QuerySet[RequestedItem]", states: Iterable[State]) -> "QuerySet[RequestedItem]":
    """Those of them in these states whose request stands."""
    return rows.filter(state__in=[state.value for state in states], withdrawn_at=None, request__ended_at=None)


def _counted(rows: "QuerySet[DocumentRequest]", visible: Sequence[str] | None) -> Any:
    there = Q(items__withdrawn_at=None)
    if visible is not None:
        there &= Q(items__folder__in=visible)
    is_open = Q(items__state__in=[state.value for state in OPEN])
    checking = Q(items__state__in=[state.value for state in TO_CHECK])
    return rows.annotate(
        n_total=Count("items", filter=there),
        n_open=Count("items", filter=there & is_open),
        n_left=Count("items", filter=there & is_open & Q(items__is_required=True)),
        n_accepted=Count("items", filter=there & Q(items__state=State.ACCEPTED.value)),
        n_to_check=Count("items", filter=there & checking),
    )


def _row(row: Any, today: date) -> Row:
    done = Progress(row.n_total, row.n_total - row.n_open, row.n_accepted, row.n_left, row.n_to_check)
    return Row(row, done, row.ended_at is None and is_overdue(row.due_on, done.left, today))


def _line(row: RequestedItem, *, is_ended: bool) -> Line:
    decisions = list(row.decisions.all())
    sent_back = max((one.rank for one in decisions if not one.is_accepted), default=0)
    answers = [one for one in row.answers.all() if one.withdrawn_at is None]
    return Line(
        row,
        [one for one in answers if one.rank > sent_back],
        [one for one in answers if one.rank < sent_back],
        decisions[-1] if decisions else None,
        is_ended,
    )
