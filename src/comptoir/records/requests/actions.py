"""Asking for documents, answering, deciding, and writing the firm's lists.

Everything said of one request waits for what is being said of it already: facts about a document have one order.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from comptoir.domain.request import (
    GIVEN,
    MOST_ITEMS,
    Answered,
    Checklist,
    Decided,
    Kind,
    State,
    Wanted,
    state,
    to_json,
)
from comptoir.records.audit.actions import record
from comptoir.records.firms.models import Company, Firm, Person
from comptoir.records.folders.models import SharedFile
from comptoir.records.requests.models import (
    DocumentRequest,
    ItemAnswer,
    ItemDecision,
    RequestedItem,
    RequestModel,
)


class Closed(Exception):
    """Cette demande est close : votre cabinet n’attend plus rien ici."""


class AlreadyAccepted(Exception):
    """Ce document est déjà accepté : il n’y a plus rien à envoyer."""


class AlreadyDecided(Exception):
    """Votre cabinet vient de se prononcer : cette réponse ne peut plus être reprise."""


class Moved(Exception):
    """Le client vient de changer sa réponse : regardez-la, puis décidez."""


class WordsWanted(Exception):
    """Écrivez quelques mots : rien n’a été enregistré."""


class TooMany(Exception):
    """Une demande ne tient pas plus de 60 documents : faites-en une deuxième."""


@transaction.atomic
def send(
    *,
    company: Company,
    title: str,
    message: str,
    due_on: date | None,
    items: Sequence[tuple[Wanted, UUID | None]],
    by: Person,
    at: datetime,
) -> DocumentRequest:
    """Ask the client of a dossier for documents; each may come from the checklist of its dossier permanent."""
    request = DocumentRequest.objects.create(
        firm_id=company.firm_id,
        company=company,
        title=title,
        message=message,
        due_on=due_on,
        sent_by=by,
        sent_at=at,
    )
    _add(request, items, first=1)
    record("send_request", request, by=by, at=at, title=title, due_on=due_on, labels=[w.label for w, _ in items])
    return request


@transaction.atomic
def change(
    *, request: DocumentRequest, title: str, message: str, due_on: date | None, by: Person, at: datetime
) -> None:
    """Another title, message or day."""
    held = _held(request.pk)
    before = {"title": held.title, "message": held.message, "due_on": str(held.due_on or "")}
    held.title, held.message, held.due_on = title, message, due_on
    held.save(update_fields=["title", "message", "due_on"])
    after = {"title": title, "message": message, "due_on": str(due_on or "")}
    if before != after:
        record("change_request", held, by=by, at=at, before=before, after=after)


@transaction.atomic
def ask_more(
    *, request: DocumentRequest, items: Sequence[Wanted], by: Person, at: datetime
) -> list[RequestedItem]:
    """More documents under the same request. Raises `Closed`, `TooMany`."""
    held = open_one(request.pk)
    rows = held.items.all()
    if rows.filter(withdrawn_at=None).count() + len(items) > MOST_ITEMS:
        raise TooMany(TooMany.__doc__)
    added = _add(held, [(item, None) for item in items], first=rows.count() + 1)
    record("ask_more", held, by=by, at=at, title=held.title, labels=[item.label for item in items])
    return added


@transaction.atomic
def withdraw_item(*, item: RequestedItem, by: Person, at: datetime) -> None:
    """A document is no longer asked for; what was answered stays in its folder."""
    _held(item.request_id)
    rows = RequestedItem.objects.filter(pk=item.pk, withdrawn_at=None)
    if rows.update(withdrawn_by=by, withdrawn_at=at):
        record("withdraw_requested", item, by=by, at=at, label=item.label)


@transaction.atomic
def end(*, request: DocumentRequest, by: Person, at: datetime) -> None:
    """The firm awaits nothing more there; said twice, it is said once."""
    held = _held(request.pk)
    if held.ended_at is None:
        held.ended_by, held.ended_at = by, at
        held.save(update_fields=["ended_by", "ended_at"])
        record("end_request", held, by=by, at=at, title=held.title)


@transaction.atomic
def reopen(*, request: DocumentRequest, by: Person, at: datetime) -> None:
    """The firm awaits it again."""
    held = _held(request.pk)
    if held.ended_at is not None:
        held.ended_by, held.ended_at = None, None
        held.save(update_fields=["ended_by", "ended_at"])
        record("reopen_request", held, by=by, at=at, title=held.title)


# ── Answers and decisions ─────────────────────────────────────────────────────────────────────────


def to_answer(item: RequestedItem) -> RequestedItem:
    """The document as it is now, held until this transaction ends. Raises `Closed`, `AlreadyAccepted`."""
    open_one(item.request_id)
    held = RequestedItem.objects.select_related("request", "company").get(pk=item.pk)
    if held.withdrawn_at is not None:
        raise Closed(Closed.__doc__)
    if held.state_enum is State.ACCEPTED:
        raise AlreadyAccepted(AlreadyAccepted.__doc__)
    return held


@transaction.atomic
def answer(
    *,
    item: RequestedItem,
    kind: Kind,
    words: str = "",
    file: SharedFile | None = None,
    was_there: bool = False,
    by: Person,
    at: datetime,
) -> ItemAnswer:
    """The client answers; the same file twice is one answer. Raises `Closed`, `AlreadyAccepted`, `WordsWanted`."""
    if kind is not Kind.FILE and not words:
        raise WordsWanted(WordsWanted.__doc__)
    held = to_answer(item)
    if file and (same := _standing(held).filter(file=file, rank__gt=_sent_back(held)).first()):
        return same
    row = ItemAnswer.objects.create(
        **_owner(held), rank=held.facts + 1, kind=kind, words=words, file=file, was_there=was_there, by=by, at=at
    )
    _settle(held, facts=row.rank)
    name = file.name if file else ""
    record("answer_request", held, by=by, at=at, label=held.label, kind=kind, words=words, filename=name)
    return row


@transaction.atomic
def take_back(*, answer: ItemAnswer, by: Person, at: datetime) -> bool:
    """The client changes their mind before the firm decides. Raises `Closed`, `AlreadyDecided`; False where it is done."""
    open_one(answer.item.request_id)
    held = RequestedItem.objects.get(pk=answer.item_id)
    if not held.state_enum.is_to_check or answer.rank < _last_decision(held):
        raise AlreadyDecided(AlreadyDecided.__doc__)
    rows = ItemAnswer.objects.filter(pk=answer.pk, withdrawn_at=None)
    if not rows.update(withdrawn_by=by, withdrawn_at=at):
        return False
    _settle(held, facts=held.facts + 1)
    record("take_back_answer", held, by=by, at=at, label=held.label, kind=answer.kind)
    return True


@transaction.atomic
def decide(
    *, item: RequestedItem, is_accepted: bool, reason: str = "", seen: int | None = None, by: Person, at: datetime
) -> ItemDecision | None:
    """The firm accepts a document, or sends it back with a reason; None where that is said already.

    `seen` is how much had been said of it when the person looked: raises `Moved` where there is more by now, and
    `WordsWanted` for a document sent back without a reason.
    """
    if not is_accepted and not reason:
        raise WordsWanted("Dites au client ce qui ne va pas : rien n’a été enregistré.")
    _held(item.request_id)
    held = RequestedItem.objects.get(pk=item.pk)
    if held.state_enum is (State.ACCEPTED if is_accepted else State.REDO):
        return None
    if seen is not None and seen != held.facts:
        raise Moved(Moved.__doc__)
    row = ItemDecision.objects.create(
        **_owner(held), rank=held.facts + 1, is_accepted=is_accepted, reason=reason, by=by, at=at
    )
    _settle(held, facts=row.rank)
    verb = "accept_requested" if is_accepted else "send_back_requested"
    record(verb, held, by=by, at=at, label=held.label, reason=reason)
    return row


def is_needed(file: SharedFile, *, but: Sequence[UUID]) -> bool:
    """Whether a file stays in its folder: it was there before, or another answer rests on it."""
    rows = ItemAnswer.objects.filter(file=file, withdrawn_at=None)
    return rows.filter(was_there=True).exists() or rows.exclude(pk__in=but).exists()


def is_an_answer(file: SharedFile) -> bool:
    """Whether a file came into its folder by an answer that stands."""
    return ItemAnswer.objects.filter(file=file, withdrawn_at=None, was_there=False).exists()


def open_one(request_id: UUID) -> DocumentRequest:
    """A request that stands, held until this transaction ends. Raises `Closed`."""
    held = _held(request_id)
    if held.ended_at is not None:
        raise Closed(Closed.__doc__)
    return held


# ── The firm's lists ──────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def write_model(
    *, firm: Firm, row: RequestModel | None, given: str = "", checklist: Checklist, by: Person, at: datetime
) -> RequestModel:
    """Keep a list, new or rewritten; requests that were sent keep what they asked."""
    Firm.objects.select_for_update(no_key=True).get(pk=firm.pk)
    if row is None and given:
        row = RequestModel.objects.filter(firm=firm, given=given).first()
    written = row or RequestModel(firm=firm, given=given)
    before = {"name": written.name, "content": written.content}
    written.name, written.content = checklist.name, to_json(checklist)
    written.changed_by, written.changed_at, written.ended_at = by, at, None
    written.save()
    record("write_request_model", written, by=by, at=at, name=written.name, before=before, after=written.content)
    return written


@transaction.atomic
def end_model(*, firm: Firm, row: RequestModel | None, given: str = "", by: Person, at: datetime) -> None:
    """Put a list away; a given one may come back."""
    if row is None:
        row = write_model(firm=firm, row=None, given=given, checklist=GIVEN[given], by=by, at=at)
    row.ended_at, row.changed_by, row.changed_at = at, by, at
    row.save(update_fields=["ended_at", "changed_by", "changed_at"])
    record("end_request_model", row, by=by, at=at, name=row.name)


def _held(request_id: UUID) -> DocumentRequest:
    return DocumentRequest.objects.select_for_update(no_key=True).get(pk=request_id)


def _add(
    request: DocumentRequest, items: Sequence[tuple[Wanted, UUID | None]], *, first: int
) -> list[RequestedItem]:
    return RequestedItem.objects.bulk_create(
        RequestedItem(
            firm_id=request.firm_id,
            company_id=request.company_id,
            request=request,
            rank=rank,
            label=item.label,
            hint=item.hint,
            folder=item.folder,
            is_required=item.is_required,
            checklist_id=checklist,
        )
        for rank, (item, checklist) in enumerate(items, first)
    )


def _owner(item: RequestedItem) -> dict[str, object]:
    return {"firm_id": item.firm_id, "company_id": item.company_id, "item": item}


def _standing(item: RequestedItem) -> "QuerySet[ItemAnswer]":
    return ItemAnswer.objects.filter(item=item, withdrawn_at=None)


def _sent_back(item: RequestedItem) -> int:
    return max(item.decisions.filter(is_accepted=False).values_list("rank", flat=True), default=0)


def _last_decision(item: RequestedItem) -> int:
    return max(item.decisions.values_list("rank", flat=True), default=0)


def _settle(item: RequestedItem, *, facts: int) -> None:
    """Write what the facts come to: the only place where a document's state is set."""
    answers = [Answered(rank, Kind(kind)) for rank, kind in _standing(item).values_list("rank", "kind")]
    last = item.decisions.order_by("-rank").first()
    decided = Decided(last.rank, last.is_accepted) if last else None
    item.state, item.facts = state(answers, decided).value, facts
    item.save(update_fields=["state", "facts"])
