"""Requests for documents: sent, answered by files that land in their folder, accepted or sent back."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime
from uuid import UUID

from comptoir.domain import folder as shelves
from comptoir.domain.request import Checklist, Kind, Wanted
from comptoir.lib import tenancy
from comptoir.lib.live import announce
from comptoir.pipeline.filing import put_file
from comptoir.pipeline.folders import withdraw_file
from comptoir.pipeline.request_letters import (
    settle_answers,
    settle_request,
    tell_answered,
    tell_asked,
    tell_sent_back,
)
from comptoir.records.firms import file as company_file
from comptoir.records.firms.models import Company, Firm, Person
from comptoir.records.firms.retention import Held
from comptoir.records.folders.actions import AlreadyInFolder, AlreadyWithdrawn
from comptoir.records.requests import actions as requests
from comptoir.records.requests import queries as asked
from comptoir.records.requests.models import DocumentRequest, ItemAnswer, RequestedItem


def send_request(
    *,
    company: Company,
    title: str,
    message: str,
    due_on: date | None,
    items: Sequence[tuple[Wanted, UUID | None]],
    by: Person,
    at: datetime,
) -> DocumentRequest:
    """The firm asks for documents; who may answer is told, each of what is there for them."""
    with tenancy.within(company.firm_id):
        request = requests.send(
            company=company, title=title, message=message, due_on=due_on, items=items, by=by, at=at
        )
        tell_asked(request, list(request.items.all()), at=at)
        _changed(company, [item.folder for item, _ in items])
    return request


def lists_of(firm: Firm) -> dict[str, Checklist]:
    """The firm's lists, also for who looks from a dossier: they are the firm's own rows."""
    with tenancy.within(firm.pk):
        return asked.checklists(firm)


def change_request(
    *, request: DocumentRequest, title: str, message: str, due_on: date | None, by: Person, at: datetime
) -> None:
    """Another title, message or day, on every open screen."""
    with tenancy.within(request.firm_id):
        requests.change(request=request, title=title, message=message, due_on=due_on, by=by, at=at)
        _changed_whole(request)


def ask_more(*, request: DocumentRequest, items: Sequence[Wanted], by: Person, at: datetime) -> None:
    """More documents under the same request. Raises `Closed`, `TooMany`."""
    with tenancy.within(request.firm_id):
        tell_asked(request, requests.ask_more(request=request, items=items, by=by, at=at), at=at)
        _changed_whole(request)


def withdraw_requested(*, item: RequestedItem, by: Person, at: datetime) -> None:
    """A document is no longer asked for."""
    with tenancy.within(item.firm_id):
        requests.withdraw_item(item=item, by=by, at=at)
        _changed(item.company, [item.folder])


def end_request(*, request: DocumentRequest, by: Person, at: datetime) -> None:
    """The firm awaits nothing more there."""
    with tenancy.within(request.firm_id):
        requests.end(request=request, by=by, at=at)
        settle_request(request, at=at)
        _changed_whole(request)


def reopen_request(*, request: DocumentRequest, by: Person, at: datetime) -> None:
    """The firm awaits it again."""
    with tenancy.within(request.firm_id):
        requests.reopen(request=request, by=by, at=at)
        _changed_whole(request)


def answer_by_file(*, item: RequestedItem, content: bytes, filename: str, by: Person, at: datetime) -> ItemAnswer:
    """A file answers: it lands in the folder that the document names; one that is there already answers as it is.

    Raises `readers.NotReadable`, `requests.Closed`, `requests.AlreadyAccepted`: nothing is put anywhere then.
    """
    with tenancy.within(item.firm_id, item.company_id):
        held = requests.to_answer(item)
        try:
            place = shelves.Folder(held.folder)
            file = put_file(
                company=held.company, folder=place, content=content, filename=filename, is_new=True, by=by, at=at
            )  # never a version of another: phones give every photo the same name
            was_there = False
        except AlreadyInFolder as told:
            file, was_there = told.there, not requests.is_an_answer(told.there)
        answer = requests.answer(item=held, kind=Kind.FILE, file=file, was_there=was_there, by=by, at=at)
        tell_answered(answer)
        _changed(held.company, [held.folder])
    return answer


def answer_request(*, item: RequestedItem, kind: Kind, words: str, by: Person, at: datetime) -> ItemAnswer:
    """Words answer, or there is no such document. Raises `Closed`, `AlreadyAccepted`, `WordsWanted`."""
    with tenancy.within(item.firm_id, item.company_id):
        answer = requests.answer(item=item, kind=kind, words=words, by=by, at=at)
        tell_answered(answer)
        _changed(item.company, [item.folder])
    return answer


def take_back_answer(*, answer: ItemAnswer, by: Person, at: datetime) -> None:
    """The client takes an answer back; its file leaves the folder. Raises `Closed`, `AlreadyDecided`."""
    with tenancy.within(answer.firm_id, answer.company_id):
        if requests.take_back(answer=answer, by=by, at=at):
            settle_answers([answer], at=at)
            _clear([answer], by=by, at=at)
        _changed(answer.company, [answer.item.folder])


def decide_requested(
    *, item: RequestedItem, is_accepted: bool, reason: str, seen: int | None, by: Person, at: datetime
) -> bool:
    """The firm accepts a document, or sends it back: what was sent back leaves its folder, and is kept.

    A document of the dossier permanent's checklist is ticked off there. Raises `Moved`, `WordsWanted`.
    """
    with tenancy.within(item.firm_id, item.company_id):
        answers = asked.current(item)
        decision = requests.decide(item=item, is_accepted=is_accepted, reason=reason, seen=seen, by=by, at=at)
        if decision:
            settle_answers(answers, at=at)
        if decision and not is_accepted:
            _clear(answers, by=by, at=at)
            tell_sent_back(decision)
        if decision and item.checklist is not None:
            company_file.tick(item=item.checklist, is_done=is_accepted, by=by, at=at)
        _changed(item.company, [item.folder])
    return decision is not None


def _clear(answers: Sequence[ItemAnswer], *, by: Person, at: datetime) -> None:
    """Take the files of these answers out of their folders, unless something else rests on them or was put over them."""
    keys = [one.pk for one in answers]
    for one in answers:
        if one.file is not None and one.file.version == 1 and not requests.is_needed(one.file, but=keys):
            with suppress(AlreadyWithdrawn, Held):  # the firm took it out by hand, or nothing may be taken out
                withdraw_file(file=one.file, by=by, at=at)


def _changed_whole(request: DocumentRequest) -> None:
    _changed(request.company, request.items.values_list("folder", flat=True))


def _changed(company: Company, folders: Iterable[str]) -> None:
    """Tell the screens that show it: those of a reserved folder are not told to everybody."""
    topics = {"reserved-requests" if shelves.Folder(one).is_reserved else "requests" for one in folders}
    announce(company.pk, sorted(topics))
    announce(company.firm_id, ["requests"])
