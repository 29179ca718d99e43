"""What is written between the firm and its client: it reaches every open screen, and who does not look, by e-mail.

`ask` is the way in for every other stage: a question about a transaction or a piece opens its conversation, or goes on
in the one that it has.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import uuid4

from django.conf import settings
from django.utils import timezone

from comptoir import readers
from comptoir.domain.company import Messaging
from comptoir.domain.conversation import MOST_ATTACHMENTS, Kind
from comptoir.domain.mail import Attachment as MailFile
from comptoir.domain.money import french
from comptoir.domain.notice import Kind as Notified
from comptoir.domain.notice import place
from comptoir.lib import rich_text, tenancy
from comptoir.lib.live import announce
from comptoir.pipeline.between import moved
from comptoir.pipeline.noticing import read_at_place, tell_people
from comptoir.pipeline.talk_letters import tell_later
from comptoir.records.banking.models import Transaction
from comptoir.records.conversations import actions as conversations
from comptoir.records.conversations import marks
from comptoir.records.conversations import queries as conversations_of
from comptoir.records.conversations.actions import Thing, Written
from comptoir.records.conversations.models import Attachment, Conversation, Message, Participant
from comptoir.records.deposits.models import Document
from comptoir.records.firms import messaging as settings_of
from comptoir.records.firms.models import Company, Firm, Person
from comptoir.records.ledger import pieces
from comptoir.records.notices.actions import Fact


def begin(
    *,
    company: Company,
    kind: Kind,
    subject: str,
    written: Written,
    by: Person,
    at: datetime,
    is_from_firm: bool,
    people: Iterable[tuple[Person, bool]] = (),
    is_about: bool = False,
) -> Message:
    """Begin a conversation. Who takes part: of one with the client, the client's people who see all of them and who keeps
    the dossier; inside the firm, who keeps it; of a private one, only `people`.

    Raises `conversations.NoSubject`, `NothingSaid`, `TooLong`, `NobodyChosen`.
    """
    with tenancy.within(company.firm_id, company.pk):
        message = conversations.begin(
            company=company,
            kind=kind,
            subject_given=subject,
            people=[*_usual(company, kind, at), *people],
            written=written,
            by=by,
            at=at,
            is_from_firm=is_from_firm,
            is_about=is_about,
        )
        _spread(message)
    return message


def write(
    *, conversation: Conversation, written: Written, by: Person, at: datetime, is_from_firm: bool
) -> Message:
    """Write in a conversation: it is on every screen that may show it within a second.

    Raises `conversations.NothingSaid`, `TooLong`.
    """
    company = conversation.company
    with tenancy.within(company.firm_id, company.pk):
        message = conversations.write(
            conversation=conversation,
            written=written,
            by=by,
            at=at,
            is_from_firm=is_from_firm,
            people=_usual(company, conversation.kind_enum, at),
        )
        _spread(message)
    return message


def ask(
    *,
    company: Company,
    about: Transaction | Document,
    text: str,
    by: Person,
    at: datetime,
    is_from_firm: bool = True,
    key: str = "",
) -> Message:
    """Ask about a transaction or a piece: in the conversation that it has with the client, else in a new one.

    `text` is plain. Asked twice under one `key`, it is one question. Raises `conversations.NothingSaid`, `TooLong`,
    `MessagingOff` where the dossier has no *Messagerie*.
    """
    if not company.has_messaging:
        raise MessagingOff
    written = Written(html=rich_text.from_plain(text), key=key or str(uuid4()), mentions=[about])
    with tenancy.within(company.firm_id, company.pk):
        conversations.hold_thing(company, about)
        there = conversations_of.about(company, **conversations.named(about))
        if there is not None:
            return write(conversation=there, written=written, by=by, at=at, is_from_firm=is_from_firm)
        return begin(
            company=company,
            kind=Kind.EXTERNAL,
            subject=subject_of(about),
            written=written,
            by=by,
            at=at,
            is_from_firm=is_from_firm,
            is_about=True,
        )


class MessagingOff(Exception):
    """La messagerie de ce dossier est fermée."""

    def __init__(self) -> None:
        super().__init__(self.__class__.__doc__)


def subject_of(thing: Thing) -> str:
    """What a conversation about a thing is called."""
    if isinstance(thing, Transaction):
        way = "Encaissement" if thing.amount > 0 else "Paiement"
        return f"{way} de {french(abs(thing.amount))}\u00a0€ · {thing.payee}"
    if isinstance(thing, Document):
        return f"Pièce · {pieces.one(thing).name}"
    return ""


def _usual(company: Company, kind: Kind, at: datetime) -> Sequence[tuple[Person, bool]]:
    """Who takes part without being chosen."""
    if kind is Kind.PRIVATE:
        return []
    everybody = conversations_of.everybody(company, timezone.localdate(at))
    return [one for one in everybody if one[1]] if kind is Kind.CONFIDENTIAL else everybody


def _spread(message: Message) -> None:
    """Tell the screens, the portfolio, and, later, who does not look."""
    conversation = message.conversation
    _tell(conversation)
    if conversation.company.has_messaging:
        _notify(message)
        tell_later(conversation)


def _notify(message: Message) -> None:
    """One notice for each who takes part: by the message's own key, so that a question told of is not told again."""
    conversation, author = message.conversation, message.author
    for is_firm in (False, True):
        parts = conversation.participants.filter(left_at=None, is_firm=is_firm).select_related("person")
        path = place(conversation.company_id, f"messagerie/{conversation.pk}/", is_firm=is_firm)
        sentence = f"{author.full_name} vous a écrit."
        fact = Fact(Notified.MESSAGE, message.key, sentence, path, has_letter=True)
        chosen = [part.person for part in parts]
        tell_people(conversation.company, chosen, fact, is_firm=is_firm, at=message.at, but=author)


def _tell(conversation: Conversation) -> None:
    """Tell the screens of who may see it, and of nobody else that it exists."""
    parts = conversation.participants.filter(left_at=None).values_list("person", flat=True)
    own = [f"messages-of-{person}" for person in parts]
    wide = {Kind.EXTERNAL: ["messages"], Kind.CONFIDENTIAL: ["messages-inside"]}.get(conversation.kind_enum, [])
    announce(conversation.company_id, [*wide, *own])
    announce(conversation.firm_id, [*wide, *own])
    if conversation.kind == Kind.EXTERNAL:
        moved(conversation.company)


def read(*, conversation: Conversation, by: Person, rank: int) -> None:
    """Somebody has seen a conversation up to a message: their counts say so on each of their screens."""
    with tenancy.within(conversation.firm_id, conversation.company_id):
        if marks.read(conversation=conversation, by=by, rank=rank):
            _tell_person(conversation, by)
            for is_firm in (False, True):
                path = place(conversation.company_id, f"messagerie/{conversation.pk}/", is_firm=is_firm)
                read_at_place(conversation.company, by, path, at=timezone.now())


def mark_unread(*, conversation: Conversation, by: Person) -> None:
    """Somebody will come back to it."""
    with tenancy.within(conversation.firm_id, conversation.company_id):
        if marks.mark_unread(conversation=conversation, by=by):
            _tell_person(conversation, by)


def _tell_person(conversation: Conversation, person: Person) -> None:
    for room in (conversation.company_id, conversation.firm_id):
        announce(room, [f"messages-of-{person.pk}"])


def treat(*, conversation: Conversation, by: Person, at: datetime) -> None:
    """It is settled."""
    with tenancy.within(conversation.firm_id, conversation.company_id):
        if marks.treat(conversation=conversation, by=by, at=at):
            _tell(conversation)


def leave_open(*, conversation: Conversation, by: Person, at: datetime) -> None:
    """It waits for the firm."""
    with tenancy.within(conversation.firm_id, conversation.company_id):
        if marks.leave_open(conversation=conversation, by=by, at=at):
            _tell(conversation)


def assign_talk(*, conversation: Conversation, to: Person | None, by: Person, at: datetime) -> None:
    """One of the firm answers it."""
    with tenancy.within(conversation.firm_id, conversation.company_id):
        people = [(to, True)] if to else []
        conversations.invite(conversation=conversation, people=people, by=by, at=at)
        if marks.assign(conversation=conversation, to=to, by=by, at=at):
            _tell(conversation)


def snooze(*, conversation: Conversation, until: date, by: Person, at: datetime) -> None:
    """It waits out of sight until a day."""
    with tenancy.within(conversation.firm_id, conversation.company_id):
        marks.snooze(conversation=conversation, until=until, by=by, at=at)
        _tell(conversation)


def invite_to_talk(
    *, conversation: Conversation, people: Iterable[tuple[Person, bool]], by: Person, at: datetime
) -> list[Person]:
    """Others take part."""
    with tenancy.within(conversation.firm_id, conversation.company_id):
        new = conversations.invite(conversation=conversation, people=people, by=by, at=at)
        _tell(conversation)
    return new


def let_go(*, participant: Participant, by: Person, at: datetime) -> None:
    """Somebody takes part no more."""
    conversation = participant.conversation
    with tenancy.within(conversation.firm_id, conversation.company_id):
        _tell(conversation)  # while their screen still hears of it
        conversations.let_go(participant=participant, by=by, at=at)


def attach_to_talk(
    *, company: Company, content: bytes, filename: str, by: Person, at: datetime, key: str = ""
) -> Attachment:
    """Keep a file for the message that is being written under `key`. Raises `readers.NotReadable` for a program or a virus."""
    if settings.ANTIVIRUS is not None and (virus := settings.ANTIVIRUS.found(content)):
        raise readers.Infected(virus)
    media_type = readers.admit_to_folder(content, filename)
    with tenancy.within(company.firm_id, company.pk):
        return conversations.keep_attachment(
            company=company, content=content, name=filename, media_type=media_type, by=by, at=at, key=key
        )


def attach_from_mail(
    *, company: Company, files: Sequence[MailFile], by: Person, at: datetime
) -> tuple[list[Attachment], list[tuple[str, str]]]:
    """Keep the files of a mail that becomes a message; and say which were not kept, and why."""
    kept: list[Attachment] = []
    left = []
    for file in files:
        try:
            if len(kept) == MOST_ATTACHMENTS:
                raise conversations.TooManyFiles
            kept.append(
                attach_to_talk(company=company, content=file.content, filename=file.filename, by=by, at=at)
            )
        except (readers.NotReadable, conversations.TooManyFiles) as fault:
            left.append((file.filename, str(fault)))
    return kept, left


def open_messaging(*, firm: Firm, has_messaging: bool, how_to_reach: str, by: Person, at: datetime) -> None:
    """The firm says whether its clients write to it here, and how it is reached."""
    with tenancy.within(firm.pk):
        for company in settings_of.set_for_firm(
            firm=firm, has_messaging=has_messaging, how_to_reach=how_to_reach, by=by, at=at
        ):
            moved(company)
            announce(company.pk, ["messages"])


def open_dossier_messaging(*, company: Company, messaging: Messaging | None, by: Person, at: datetime) -> None:
    """A dossier follows its firm, or does not."""
    with tenancy.within(company.firm_id, company.pk):
        if settings_of.set_for_dossier(company=company, messaging=messaging, by=by, at=at):
            moved(company)
            announce(company.pk, ["messages"])
