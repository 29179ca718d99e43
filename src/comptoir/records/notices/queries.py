"""What somebody has been told, how much of it is unread, and what an e-mail has yet to tell."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from comptoir.domain.notice import Choice, Kind, Mail
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import Person
from comptoir.records.firms.queries import FirmSeat, Seat
from comptoir.records.notices.models import Notice, Preference

PAGE = 40
"""How many a page of the centre shows."""
PANEL = 8
"""How many the bell shows."""


def heard(seat: Seat | FirmSeat, on: date) -> QuerySet[Notice]:
    """What this seat was told and may still hear of: of its company, or of the dossiers that it may enter."""
    kinds = [kind.value for kind in Kind if seat.may(kind.act)]
    rows = Notice.objects.filter(person=seat.person, is_shown=True, kind__in=kinds)
    if isinstance(seat, Seat):
        if seat.viewer:  # who looks with their eyes hears of no conversation, which may be private
            rows = rows.exclude(kind=Kind.MESSAGE)
        return rows.filter(firm=seat.company.firm_id, company=seat.company, is_firm=False)
    return rows.filter(firm=seat.firm, company__in=people.enterable(seat, on).values("pk"), is_firm=True)


def latest(seat: Seat | FirmSeat, on: date, *, before: UUID | None = None, most: int = PAGE) -> list[Notice]:
    """The newest first; those before one of them, for the next page."""
    rows = heard(seat, on).select_related("company").order_by("-at", "-pk")
    return list((rows.filter(_beyond(before, "lt")) if before else rows)[:most])


def count_unread(seat: Seat | FirmSeat, on: date) -> int:
    """How many have not been read."""
    return heard(seat, on).filter(read_at=None).count()


def count_since(seat: Seat | FirmSeat, on: date, since: UUID | None) -> int:
    """How many came after the newest that a screen shows."""
    rows = heard(seat, on).filter(read_at=None)
    return (rows.filter(_beyond(since, "gt")) if since else rows).count()


def _beyond(notice_id: UUID, side: str) -> Q:
    """What happened before (`lt`) or after (`gt`) one of them; of one that is not there, everything."""
    at = Notice.objects.filter(pk=notice_id).values_list("at", flat=True).first()
    return Q(**{f"at__{side}": at}) | Q(**{f"pk__{side}": notice_id}, at=at) if at else Q()


def one(seat: Seat | FirmSeat, on: date, notice_id: UUID) -> Notice | None:
    """One of them."""
    return heard(seat, on).filter(pk=notice_id).first()


def choices(people_ids: Iterable[UUID], kind: Kind, *, is_firm: bool) -> dict[UUID, Choice]:
    """By which ways each of these people wants to hear of a kind."""
    given = list(people_ids)
    chosen = {row.person_id: row.choice for row in Preference.objects.filter(person__in=given, kind=kind)}
    return {pk: chosen.get(pk, kind.default(is_firm=is_firm)) for pk in given}


def choice_of(person: Person, kind: Kind, *, is_firm: bool) -> Choice:
    """By which ways this person wants to hear of a kind."""
    return choices([person.pk], kind, is_firm=is_firm)[person.pk]


def chosen(person: Person, seats: Sequence[Seat | FirmSeat]) -> list[tuple[Kind, Choice]]:
    """Every kind that the person may hear of from one of their seats, with their choice."""
    own = {row.kind: row.choice for row in Preference.objects.filter(person=person)}
    found = []
    for kind in Kind:
        sides = [isinstance(seat, FirmSeat) for seat in seats if seat.may(kind.act)]
        heard_from = [is_firm for is_firm in sides if kind.is_for(is_firm=is_firm)]
        if heard_from:
            found.append((kind, own.get(kind.value) or kind.default(is_firm=all(heard_from))))
    return found


def wants_letter(person_id: UUID, facts: Sequence[str], *, is_firm: bool, company_id: UUID) -> bool:
    """Whether somebody wants an e-mail at once of one of these facts; of one without a notice, as of any message."""
    rows = Notice.objects.filter(company=company_id, person=person_id, fact__in=facts).values_list("fact", "mail")
    known = dict(rows)
    if any(mail == Mail.NOW for mail in known.values()):
        return True
    asked = choices([person_id], Kind.MESSAGE, is_firm=is_firm)[person_id]
    return asked.mail is Mail.NOW and any(fact not in known for fact in facts)


def to_mail(firm_id: UUID) -> list[Notice]:
    """What waits for the end of the quiet hours, to be told by an e-mail of its own."""
    rows = _untold(firm_id, Mail.NOW)
    return list(rows.order_by("at")[:1000])


def in_digest(firm_id: UUID, *, before: datetime) -> dict[Person, list[Notice]]:
    """What the day's digest tells each person of: what came before and is neither read nor answered."""
    found: dict[Person, list[Notice]] = {}
    for row in _untold(firm_id, Mail.DIGEST).filter(at__lt=before).order_by("person", "at", "pk")[:20_000]:
        found.setdefault(row.person, []).append(row)
    return found


def untold(notice_id: UUID) -> Notice | None:
    """A notice that no e-mail has told of, held until the commit; None once it is read."""
    rows = Notice.objects.select_for_update(of=("self",)).filter(pk=notice_id, told_at=None, read_at=None)
    return rows.select_related("person", "company__firm").first()


def unread(notice_id: UUID) -> Notice | None:
    """A notice that nobody has read yet."""
    return Notice.objects.filter(pk=notice_id, read_at=None).select_related("person", "company__firm").first()


def _untold(firm_id: UUID, mail: Mail) -> QuerySet[Notice]:
    rows = Notice.objects.filter(firm=firm_id, mail=mail, told_at=None, read_at=None, person__is_active=True)
    return rows.select_related("person", "company__firm")
