"""Beginning a conversation, writing in it, attaching, and keeping what somebody has begun to write."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from comptoir.domain.conversation import LONGEST_TEXT, MOST_ATTACHMENTS, MOST_MENTIONS, Kind, opening, subject
from comptoir.domain.folder import Folder, file_name
from comptoir.lib import rich_text
from comptoir.records.audit.actions import record
from comptoir.records.banking.models import Transaction
from comptoir.records.conversations.models import Attachment, Conversation, Draft, Mention, Message, Participant
from comptoir.records.deposits.actions import keep
from comptoir.records.deposits.models import Document, Original
from comptoir.records.firms.models import Company, Person
from comptoir.records.ledger.models import Entry

Thing = Transaction | Document | Entry | Folder
"""What a message may be about."""


class NothingSaid(Exception):
    """Écrivez quelques mots, ou joignez un fichier."""

    def __init__(self) -> None:
        super().__init__(self.__class__.__doc__)


class TooLong(Exception):
    """Ce message est trop long : mettez-le dans un document, et joignez-le."""

    def __init__(self) -> None:
        super().__init__(self.__class__.__doc__)


class TooManyFiles(Exception):
    """Un message porte trente fichiers au plus : envoyez les autres dans un second message."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class NoSubject(Exception):
    """Donnez un objet à cette conversation."""

    def __init__(self) -> None:
        super().__init__(self.__class__.__doc__)


class NobodyChosen(Exception):
    """Choisissez au moins une personne pour une conversation privée."""

    def __init__(self) -> None:
        super().__init__(self.__class__.__doc__)


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody sends: rich text, what is attached and what it is about, under a key of its own."""

    html: str
    key: str
    attachments: Sequence[UUID] = ()
    mentions: Sequence[Thing] = ()
    rest: str = ""
    way: str = Message.Way.WEB
    original: Original | None = None

    def cleaned(self) -> tuple[str, str]:
        """The text as it is kept, rich and plain; raises `TooLong`."""
        html = rich_text.clean(self.html)
        text = rich_text.plain(html)
        if len(text) > LONGEST_TEXT or len(html) > 4 * LONGEST_TEXT:
            raise TooLong
        return (html if text else ""), text


@transaction.atomic
def begin(
    *,
    company: Company,
    kind: Kind,
    subject_given: str,
    people: Iterable[tuple[Person, bool]],
    written: Written,
    by: Person,
    at: datetime,
    is_from_firm: bool,
    is_about: bool = False,
) -> Message:
    """Begin a conversation with its first message; sent twice, it is one.

    Raises `NoSubject`, `NothingSaid`, `TooLong`, `NobodyChosen`.
    """
    _one_at_a_time(company.pk, by.pk, written.key)
    if known := _known(company, by, written.key):
        return known
    plain = subject(subject_given)
    if not plain:
        raise NoSubject
    chosen = {person: is_firm for person, is_firm in people if person != by}
    if kind is Kind.PRIVATE and not chosen:
        raise NobodyChosen
    conversation = Conversation.objects.create(
        firm_id=company.firm_id,
        company=company,
        kind=kind,
        subject=plain,
        begun_by=by,
        begun_at=at,
        last_at=at,
        last_by=by,
    )
    _join(conversation, {**chosen, by: is_from_firm}, at=at)
    message = _write(conversation, written, by=by, at=at, is_from_firm=is_from_firm, is_about=is_about)
    record("begin_conversation", conversation, by=by, at=at, what=kind.french)
    return message


@transaction.atomic
def write(
    *,
    conversation: Conversation,
    written: Written,
    by: Person,
    at: datetime,
    is_from_firm: bool,
    people: Iterable[tuple[Person, bool]] = (),
) -> Message:
    """Write in a conversation; sent twice, it is one message. `people` take part from now on, if they did not.

    Raises `NothingSaid`, `TooLong`.
    """
    held = Conversation.objects.select_for_update(of=("self",), no_key=True).get(pk=conversation.pk)
    held.company = conversation.company
    if known := _known(conversation.company, by, written.key):
        return known
    _join(held, {**dict(people), by: is_from_firm}, at=at)
    message = _write(held, written, by=by, at=at, is_from_firm=is_from_firm)
    record("write_message", message, by=by, at=at, what=held.kind_enum.french)
    return message


def _write(
    conversation: Conversation,
    written: Written,
    *,
    by: Person,
    at: datetime,
    is_from_firm: bool,
    is_about: bool = False,
) -> Message:
    html, text = written.cleaned()
    files = _own_attachments(conversation.company, by, written.attachments)
    if not (text or files or written.mentions):
        raise NothingSaid
    message = Message.objects.create(
        firm_id=conversation.firm_id,
        company_id=conversation.company_id,
        conversation=conversation,
        rank=conversation.count + 1,
        author=by,
        is_from_firm=is_from_firm,
        html=html,
        text=text,
        rest=written.rest,
        way=written.way,
        original=written.original,
        at=at,
        key=written.key[:64],
    )
    Attachment.objects.filter(pk__in=[file.pk for file in files]).update(message=message, key="")
    _mention(message, written.mentions, is_about=is_about)
    _follow(conversation, message, files)
    Draft.objects.filter(person=by, company=conversation.company).filter(
        Q(conversation=conversation) | Q(key=written.key)
    ).delete()
    return message


def _follow(conversation: Conversation, message: Message, files: Sequence[Attachment]) -> None:
    """The conversation's own line follows its last message, and so does what each person has read."""
    said = opening(message.text) or (f"Pièce jointe : {files[0].name}"[:160] if files else "")
    conversation.count, conversation.last_at = message.rank, message.at
    conversation.last_by, conversation.last_said = message.author, said
    if conversation.kind == Kind.EXTERNAL:
        # The client's word brings it to the firm, even one that was put off or treated; the firm's answer takes it away.
        is_first = conversation.waits_since is None
        waits = None if message.is_from_firm else message.at if is_first else conversation.waits_since
        conversation.waits_since, conversation.snoozed_until = waits, None
        conversation.treated_at = conversation.treated_by = None
    conversation.save(
        update_fields=[
            "count", "last_at", "last_by", "last_said", "waits_since", "snoozed_until", "treated_at", "treated_by",
        ]
    )  # fmt: skip
    parts = Participant.objects.filter(conversation=conversation)
    parts.exclude(person=message.author).filter(left_at=None).update(is_unread=True)
    parts.filter(person=message.author).update(is_unread=False, seen=message.rank, left_at=None)


def _join(conversation: Conversation, people: dict[Person, bool], *, at: datetime) -> None:
    """These take part from now on; what was said before them is not news to them. Inside the firm, nobody else does."""
    rows = [
        Participant(
            firm_id=conversation.firm_id,
            company_id=conversation.company_id,
            conversation=conversation,
            person=person,
            is_firm=is_firm,
            since=at,
            seen=conversation.count,
            told=conversation.count,
        )
        for person, is_firm in people.items()
        if is_firm or conversation.kind != Kind.CONFIDENTIAL
    ]
    Participant.objects.bulk_create(rows, ignore_conflicts=True)


def _known(company: Company, by: Person, key: str) -> Message | None:
    rows = Message.objects.filter(company=company, author=by, key=key[:64])
    return rows.select_related("conversation__company__firm").first()


def hold_thing(company: Company, thing: Thing) -> None:
    """Two questions about one thing at once are one conversation: the second waits for the first."""
    _one_at_a_time(company.pk, getattr(thing, "pk", thing))


def _one_at_a_time(*named: object) -> None:
    """A double click is one act: the second waits for the first, and finds its message."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [" ".join(map(str, named))])


def _own_attachments(company: Company, by: Person, keys: Collection[UUID]) -> list[Attachment]:
    """The files that are sent with a message. Raises `TooManyFiles`: none is left out in silence."""
    rows = list(Attachment.objects.filter(company=company, by=by, message=None, pk__in=keys).order_by("pk"))
    if len(rows) > MOST_ATTACHMENTS:
        raise TooManyFiles
    return rows


def _mention(message: Message, things: Sequence[Thing], *, is_about: bool) -> None:
    whose = {"firm_id": message.firm_id, "company_id": message.company_id, "message": message}
    unique = list(dict.fromkeys(things))[:MOST_MENTIONS]
    Mention.objects.bulk_create(
        Mention(**whose, is_about=is_about and number == 0, **named(thing)) for number, thing in enumerate(unique)
    )


def named(thing: Thing) -> dict[str, Any]:
    """A thing under the name of its column."""
    if isinstance(thing, Folder):
        return {"folder": thing}
    return {type(thing).__name__.lower(): thing}


@transaction.atomic
def keep_attachment(
    *, company: Company, content: bytes, name: str, media_type: str, by: Person, at: datetime, key: str = ""
) -> Attachment:
    """Keep a file for the message that is being written under `key`: its bytes once, its sender's alone until it is sent."""
    original = keep(company=company, content=content, media_type=media_type, pages=1, at=at)
    return Attachment.objects.create(
        firm_id=company.firm_id, company=company, original=original, name=file_name(name), by=by, at=at, key=key
    )


@transaction.atomic
def save_draft(
    *,
    company: Company,
    conversation: Conversation | None,
    key: str,
    subject_given: str,
    html: str,
    attachments: Collection[UUID],
    by: Person,
    at: datetime,
) -> None:
    """Keep what somebody has begun to write; what was sent meanwhile under this key stays sent."""
    _one_at_a_time(company.pk, by.pk, key)
    if _known(company, by, key):
        return
    html, kept = rich_text.clean(html)[: 4 * LONGEST_TEXT], list(attachments)
    own = Attachment.objects.filter(company=company, by=by, message=None)
    own.filter(key=key[:64]).exclude(pk__in=kept).update(key="")
    own.filter(pk__in=kept).update(key=key[:64])
    rows = Draft.objects.filter(company=company, person=by, conversation=conversation)
    if not (rich_text.plain(html) or subject(subject_given) or kept):
        rows.delete()
        return
    values = {"key": key[:64], "subject": subject(subject_given), "html": html, "saved_at": at}
    if not rows.update(**values):
        whose = {"firm_id": company.firm_id, "company": company, "person": by, "conversation": conversation}
        Draft.objects.bulk_create([Draft(**whose, **values)], ignore_conflicts=True)


def forget_unsent(*, before: datetime, but: Iterable[UUID] = ()) -> int:
    """Files that were attached to what nobody sent, and whose draft is gone; none of the dossiers `but`."""
    kept = Draft.objects.values("key")
    old = Attachment.objects.filter(message=None, at__lt=before).exclude(Q(key__in=kept) & ~Q(key=""))
    return old.exclude(company__in=list(but)).delete()[0]


@transaction.atomic
def invite(
    *, conversation: Conversation, people: Iterable[tuple[Person, bool]], by: Person, at: datetime
) -> list[Person]:
    """Others take part from now on; says who is new."""
    there = set(conversation.participants.filter(left_at=None).values_list("person", flat=True))
    new = {person: is_firm for person, is_firm in people if person.pk not in there}
    _join(conversation, new, at=at)
    back = conversation.participants.filter(person__in=new, left_at__isnull=False)
    back.update(left_at=None, since=at, seen=conversation.count, told=conversation.count)
    for person in new:
        record("join_conversation", conversation, by=by, at=at, name=person.full_name)
    return list(new)


@transaction.atomic
def let_go(*, participant: Participant, by: Person, at: datetime) -> None:
    """Somebody takes part no more: no letter, no answer by e-mail, and of a private conversation no sight."""
    if Participant.objects.filter(pk=participant.pk, left_at=None).update(left_at=at, word=None, is_unread=False):
        record("leave_conversation", participant, by=by, at=at, name=participant.person.full_name)
