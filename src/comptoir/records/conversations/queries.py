"""Which conversations one may see, what is in one, and how many wait: the same count wherever it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Func, OuterRef, Prefetch, Q, QuerySet, UUIDField, Value

from comptoir.domain.conversation import Kind, seen_by_part, seen_whole, writes
from comptoir.domain.conversation import subject as plain_subject
from comptoir.domain.rights import Act, may
from comptoir.lib import keyset
from comptoir.lib.words import query
from comptoir.records.conversations.models import Attachment, Conversation, Draft, Mention, Message, Participant
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import Company, Person
from comptoir.records.firms.queries import FirmSeat, Seat

PAGE = 30
MOST_AT_ONCE = 500
"""How many messages a page shows at most: one that stays open while hundreds come begins anew."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A part of a conversation, the oldest first; `earlier` and `later` are the ranks from which its neighbours go on."""

    messages: list[Message]
    earlier: int
    later: int

    @property
    def first(self) -> int:
        """The rank of the first message shown."""
        return self.messages[0].rank if self.messages else 1


def visible(seat: Seat) -> QuerySet[Conversation]:
    """The conversations of a dossier that exist for this seat.

    Who looks with a client's eyes does not read that client's private conversations.
    """
    if not seat.company.has_messaging:
        return Conversation.objects.none()
    rows = Conversation.objects.filter(firm_id=seat.company.firm_id, company=seat.company)
    return _seen(rows, seat, seat.person, is_firm=seat.is_firm, looker=seat.viewer)


def visible_at_firm(seat: FirmSeat, on: date) -> QuerySet[Conversation]:
    """The conversations of the dossiers that this person of the firm may enter."""
    enterable = people.enterable(seat, on).filter(_is_on(seat))
    rows = Conversation.objects.filter(firm=seat.firm, company__in=enterable.values("pk"))
    return _seen(rows, seat, seat.person, is_firm=True, looker=None)


def _is_on(seat: FirmSeat) -> Q:
    return Q(messaging="on") | Q(messaging="") if seat.firm.has_messaging else Q(messaging="on")


def _seen(
    rows: QuerySet[Conversation], seat: Seat | FirmSeat, person: Person, *, is_firm: bool, looker: Person | None
) -> QuerySet[Conversation]:
    whole, by_part = seen_whole(seat.may, is_firm=is_firm), seen_by_part(seat.may, is_firm=is_firm)
    own = Exists(_parts(person).filter(conversation=OuterRef("pk")))
    others = [kind for kind in by_part if kind not in whole]
    seen = Q(kind__in=whole) | Q(own, kind__in=others)
    if looker is not None:
        seen &= ~Q(kind=Kind.PRIVATE) | Q(Exists(_parts(looker).filter(conversation=OuterRef("pk"))))
    return rows.filter(seen)


def _parts(person: Person) -> QuerySet[Participant]:
    return Participant.objects.filter(person=person, left_at=None)


def is_shown(seat: Seat) -> bool:
    """Whether the tab is there: for who takes part in some only, once there is one."""
    if not seat.company.has_messaging:
        return False
    return seat.may(Act.SEE_MESSAGES) or (seat.may(Act.TAKE_PART) and visible(seat).exists())


def one(seat: Seat, conversation_id: UUID) -> Conversation | None:
    """A conversation that this seat may see, or None."""
    rows = visible(seat).filter(pk=conversation_id)
    return rows.select_related("company__firm", "assigned_to", "treated_by", "begun_by").first()


def may_write(seat: Seat, conversation: Conversation) -> bool:
    """Whether this seat may write in a conversation that it sees."""
    if seat.viewer is not None:
        return False
    is_participant = _parts(seat.person).filter(conversation=conversation).exists()
    return writes(conversation.kind_enum, seat.may, is_firm=seat.is_firm, is_participant=is_participant)


def listed(
    rows: QuerySet[Conversation], person: Person, *, after: keyset.Key | None = None, size: int = PAGE
) -> keyset.Page[Conversation]:
    """One page of conversations, the latest first, each saying whether this person has read it."""
    unread = _parts(person).filter(conversation=OuterRef("pk"), is_unread=True)
    rows = rows.annotate(is_unread=Exists(unread)).select_related("last_by", "company", "assigned_to")
    return keyset.page(rows, by="last_at", after=after, size=size)


def to_treat(rows: QuerySet[Conversation], on: date) -> QuerySet[Conversation]:
    """Those that wait for the firm, and were not put off to a later day."""
    return rows.filter(_waits(on))


def put_off(rows: QuerySet[Conversation], on: date) -> QuerySet[Conversation]:
    """Those that wait, and were put off to a later day."""
    return rows.filter(waits_since__isnull=False, snoozed_until__gt=on)


def _waits(on: date) -> Q:
    return Q(waits_since__isnull=False) & (Q(snoozed_until=None) | Q(snoozed_until__lte=on))


def count_waiting(seat: Seat, on: date) -> int:
    """The figure of the tab: for the client what they have not read; for the firm what waits for an answer, or is
    unread among its own people."""
    if not seat.company.has_messaging:
        return 0
    if not seat.is_firm:
        return _count_unread(seat)
    return waiting_at_firm(visible(seat), seat.person, on).count()


def count_waiting_at_firm(seat: FirmSeat, on: date) -> int:
    """The same over the dossiers that this person of the firm may enter."""
    return waiting_at_firm(visible_at_firm(seat, on), seat.person, on).count()


def waiting_at_firm(rows: QuerySet[Conversation], person: Person, on: date) -> QuerySet[Conversation]:
    """Those that wait for an answer, and those among the firm's own people that this one has not read."""
    return rows.filter(_waits(on) | _unread_inside(person))


def _count_unread(seat: Seat) -> int:
    """By the index of what is unread: asked on every page of the client's."""
    kinds = seen_by_part(seat.may, is_firm=False)
    rows = Participant.objects.filter(company=seat.company, person=seat.person, left_at=None, is_unread=True)
    rows = rows.filter(
        conversation__kind__in=kinds if seat.viewer is None else seen_whole(seat.may, is_firm=False)
    )
    return rows.count()


def _unread_inside(person: Person) -> Q:
    unread = _parts(person).filter(conversation=OuterRef("pk"), is_unread=True)
    return Q(Exists(unread)) & ~Q(kind=Kind.EXTERNAL)


def thread(
    conversation: Conversation, *, before: int | None = None, since: int | None = None, around: int | None = None
) -> Thread:
    """The last messages, or those before a rank, since one, or around one; a conversation of ten thousand costs as one of ten."""
    top = conversation.count if before is None else min(before - 1, conversation.count)
    if around is not None:
        top = min(around + PAGE // 2, conversation.count)
    bottom = max(1, top - PAGE + 1) if since is None else max(1, since, top - MOST_AT_ONCE + 1)
    rows = Message.objects.filter(conversation=conversation, rank__range=(bottom, top)).order_by("rank")
    mentions = Mention.objects.select_related(
        "transaction__account", "document__original", "document__deposited_by", "entry__journal"
    ).order_by("pk")
    files = Attachment.objects.select_related("original").order_by("pk")
    found = list(
        rows.select_related("author").prefetch_related(
            Prefetch("mentions", mentions), Prefetch("attachments", files)
        )
    )
    return Thread(found, bottom if bottom > 1 else 0, top + PAGE + 1 if top < conversation.count else 0)


def attachment(seat: Seat, attachment_id: UUID) -> Attachment | None:
    """A file of a message that this seat may see, or one's own that is not sent yet; or None."""
    own = Q(message=None, by=seat.person)
    rows = Attachment.objects.filter(
        Q(message__conversation__in=visible(seat)) | own, company=seat.company, pk=attachment_id
    )
    return rows.select_related("original").first()


def waiting_attachments(company: Company, person: Person, key: str) -> list[Attachment]:
    """What somebody has attached to what they have not sent yet."""
    rows = Attachment.objects.filter(company=company, by=person, message=None, key=key)
    return list(rows.select_related("original").order_by("pk")) if key else []


def draft(company: Company, person: Person, conversation: Conversation | None) -> Draft | None:
    """What somebody has begun to write there."""
    return Draft.objects.filter(company=company, person=person, conversation=conversation).first()


def about(company: Company, **thing: Any) -> Conversation | None:
    """The conversation with the client that was begun about a transaction or a piece."""
    rows = Mention.objects.filter(
        company=company, is_about=True, message__conversation__kind=Kind.EXTERNAL, **thing
    )
    found = rows.select_related("message__conversation__company__firm").order_by("message__at", "pk").first()
    return found.message.conversation if found else None


def begun(company: Company, by: Person, subject: str, kind: Kind) -> Conversation | None:
    """The last conversation that somebody began under a subject, as a mail program threads what it holds."""
    rows = Conversation.objects.filter(company=company, kind=kind, begun_by=by, subject=plain_subject(subject))
    return rows.select_related("company__firm").order_by("-begun_at", "-pk").first()


def participants(conversation: Conversation) -> list[Participant]:
    """Who takes part, the firm's people first."""
    rows = conversation.participants.filter(left_at=None).select_related("person")
    return list(rows.order_by("-is_firm", "person__first_name", "person__last_name"))


def part_of(conversation: Conversation, person: Person) -> Participant | None:
    """Somebody's own part in a conversation."""
    return _parts(person).filter(conversation=conversation).first()


def choosable(seat: Seat, on: date) -> list[tuple[Person, bool]]:
    """Whom one may write to: the company's people, and those of the firm who keep the dossier (for the firm, any who may).

    Each with whether they are of the firm.
    """
    keepers = {person.pk: person for person in people.keepers(seat.company, on)}
    own = {row.person_id: row.person for row in people.members(seat.company, on)}
    found = [(person, True) for person in keepers.values()]
    found += [(person, False) for key, person in own.items() if key not in keepers]
    return [(person, is_firm) for person, is_firm in found if person.is_active and person != seat.person]


def seat_of(person: Person, company: Company, on: date, *, is_firm: bool) -> Seat | None:
    """The place from which somebody takes part, where they still have it."""
    if not person.is_active:
        return None
    return (people.firm_side if is_firm else people.client_side)(person, company.pk, on)


def everybody(company: Company, on: date) -> list[tuple[Person, bool]]:
    """Who takes part in a conversation with the client from its beginning: who keeps the dossier, and the client's
    people who see all of its messages."""
    found = {row.person: False for row in people.members(company, on) if may(row.role_enum, Act.SEE_MESSAGES)}
    found |= dict.fromkeys(people.keepers(company, on), True)  # who sits on both sides answers as the firm
    return list(found.items())


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search: messages, the latest first."""

    messages: list[Message]
    next_after: str


NEWEST = 1_000
"""How many of the newest messages a search looks at: twenty pages of them; beyond, one more word finds better."""


def search(seat: Seat, words: str, *, after: keyset.Key | None = None) -> Found:
    """The messages of a dossier that hold every word: in the text, the subject or a file's name, accents or not."""
    return _search("messages_holding", visible(seat), words, after)


def search_at_firm(seat: FirmSeat, words: str, on: date, *, after: keyset.Key | None = None) -> Found:
    """The same over every dossier that this person of the firm may enter."""
    return _search("messages_of_firm_holding", visible_at_firm(seat, on), words, after)


def _search(function: str, seen: QuerySet[Conversation], words: str, after: keyset.Key | None) -> Found:
    asked = " & ".join(filter(None, map(query, words.split()[:8])))
    if not asked:
        return Found([], "")
    hits = Func(Value(asked), Value(NEWEST), function=function, template="(SELECT %(function)s(%(expressions)s))", output_field=UUIDField())  # fmt: skip
    return _found(Message.objects.filter(pk__in=hits, conversation__in=seen), after)


def _found(rows: QuerySet[Message], after: keyset.Key | None) -> Found:
    # A page is chosen among a thousand by its moments alone; only what is shown is fetched whole.
    page = keyset.page(rows.only("at"), by="at", after=after, size=PAGE)
    whole = Message.objects.select_related("author", "conversation__company").in_bulk(row.pk for row in page.rows)
    return Found([whole[row.pk] for row in page.rows], page.next_after)


def unread_by(participant: Participant) -> list[Message]:
    """What somebody has neither seen nor been written to about, the oldest first."""
    rows = Message.objects.filter(
        conversation=participant.conversation_id, rank__gt=max(participant.seen, participant.told)
    ).exclude(author=participant.person_id)
    return list(rows.select_related("author").prefetch_related("attachments").order_by("rank")[:PAGE])


def waiting_by_company(company_ids: Sequence[UUID], on: date) -> dict[UUID, tuple[int, date | None]]:
    """How many conversations with the client wait in each dossier, and the next day on which one that was put off returns."""
    rows = Conversation.objects.filter(
        company__in=company_ids, kind=Kind.EXTERNAL, waits_since__isnull=False
    ).filter(Q(company__messaging="on") | Q(company__messaging="", firm__has_messaging=True))
    counted = rows.order_by().values("company").annotate(n=Count("pk", filter=_waits(on)))
    found: dict[UUID, tuple[int, date | None]] = {row["company"]: (row["n"], None) for row in counted}
    later = rows.filter(snoozed_until__gt=on).order_by("company", "snoozed_until").distinct("company")
    for company, day in later.values_list("company", "snoozed_until"):
        found[company] = (found[company][0], day)
    return found
