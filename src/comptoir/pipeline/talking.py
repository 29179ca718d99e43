"""What is written between the firm and its client: it reaches every open screen, and who does not look, by e-mail.

`ask` is the way in for every other stage: a question about a transaction or a piece opens its conversation, or goes on
in the one that it has.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction as db
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from comptoir import readers
from comptoir.domain.company import Messaging
from comptoir.domain.conversation import LONGEST_TEXT, Kind
from comptoir.domain.mail import Attachment as MailFile
from comptoir.domain.mail import Incoming, is_answered, reply_address
from comptoir.domain.money import french
from comptoir.domain.reply import parted
from comptoir.lib import rich_text, tenancy
from comptoir.lib.live import announce
from comptoir.pipeline.between import AGAIN, ANSWERS_AN_HOUR, NoSuchDoor, TooManyMails, moved
from comptoir.pipeline.letters import post_letter
from comptoir.readers import mail as mail_reader
from comptoir.records.banking.models import Transaction
from comptoir.records.conversations import actions as conversations
from comptoir.records.conversations import letters, marks, replies
from comptoir.records.conversations import queries as conversations_of
from comptoir.records.conversations.actions import Thing, Written
from comptoir.records.conversations.models import Attachment, Conversation, Message, Participant, Reply
from comptoir.records.deposits import queries as documents
from comptoir.records.deposits.models import Document
from comptoir.records.firms import messaging as settings_of
from comptoir.records.firms.models import Company, Firm, Person
from comptoir.records.inbox import queries as inbox_of
from comptoir.records.ledger import pieces
from comptoir.records.mail.actions import Message as Letter

PATIENCE = timedelta(minutes=3)
"""How long a message waits to be seen before a letter tells of it; what is said meanwhile is in the same letter."""


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
        job = tell_by_mail.configure(
            schedule_in={"seconds": int(PATIENCE.total_seconds())}, queueing_lock=f"talk-{conversation.pk}"
        )
        with suppress(AlreadyEnqueued), db.atomic():
            job.defer(
                firm_id=str(conversation.firm_id),
                company_id=str(conversation.company_id),
                conversation_id=str(conversation.pk),
            )


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


def attach_to_talk(*, company: Company, content: bytes, filename: str, by: Person, at: datetime) -> Attachment:
    """Keep a file for a message that is being written. Raises `readers.NotReadable` for a program or a virus."""
    if settings.ANTIVIRUS is not None and (virus := settings.ANTIVIRUS.found(content)):
        raise readers.Infected(virus)
    media_type = readers.admit_to_folder(content, filename)
    with tenancy.within(company.firm_id, company.pk):
        return conversations.keep_attachment(
            company=company, content=content, name=filename, media_type=media_type, by=by, at=at
        )


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


@app.task(queue="mail", retry=AGAIN, name="tell_by_mail")
def tell_by_mail(firm_id: str, company_id: str, conversation_id: str) -> None:
    """Write to who has not looked since: one letter each, with all that was said, answerable by e-mail."""
    at = timezone.now()
    with tenancy.within(UUID(firm_id), UUID(company_id)):
        for part in replies.to_tell(UUID(conversation_id)):
            company = part.conversation.company
            seat = conversations_of.seat_of(part.person, company, timezone.localdate(at), is_firm=part.is_firm)
            said = conversations_of.unread_by(part)
            replies.mark_told(participant=part)
            if seat is None or not said or conversations_of.one(seat, part.conversation_id) is None:
                continue
            _post_news(part, said, at=at)


def _post_news(part: Participant, said: Sequence[Message], *, at: datetime) -> None:
    address = reply_address(replies.word_of(part), settings.DEPOSIT_DOMAIN)
    letter = letters.news(part, said, reply_to=address, home=settings.PUBLIC_URL)
    _post(letter, part, at=at)


def _post(letter: Letter, part: Participant, *, at: datetime) -> None:
    """A private conversation's letters are its person's alone: the firm's outbox does not show them."""
    conversation = part.conversation
    if conversation.kind == Kind.PRIVATE:
        post_letter(letter, at=at, person_id=part.person_id)
    else:
        post_letter(letter, at=at, firm_id=conversation.firm_id, company_id=conversation.company_id)


def take_reply(*, word: str, raw: bytes, envelope: str, at: datetime) -> None:
    """A mail came for somebody's reply address; it is kept when this returns, once, and is opened afterwards.

    Raises `NoSuchDoor` where the address ended, `TooManyMails`.
    """
    tenant = replies.tenant_of(word)
    if tenant is None:
        raise NoSuchDoor
    incoming = mail_reader.read(raw, trusted=settings.TRUSTED_CHECKS, envelope=envelope)
    with tenancy.within(tenant.firm_id, tenant.company_id):
        part = replies.part_by_word(word)
        if part is None:
            raise NoSuchDoor
        if replies.came_lately(part.conversation, at=at) >= settings.MAILS_AN_HOUR:
            raise TooManyMails
        kept = replies.keep(word=word, raw=raw, read=incoming, envelope=envelope, at=at)
        if kept is not None:
            open_reply_later(kept)


def open_reply_later(reply: Reply) -> None:
    open_reply.defer(firm_id=str(reply.firm_id), company_id=str(reply.company_id), reply_id=str(reply.pk))


@app.task(queue="mail", retry=AGAIN, name="open_reply")
def open_reply(firm_id: str, company_id: str, reply_id: str) -> None:
    """An answer by e-mail becomes a message, where its writer may still write; else it is said why, unless to a machine."""
    at = timezone.now()
    with tenancy.within(UUID(firm_id), UUID(company_id)):
        reply = replies.held(UUID(reply_id))
        if reply.settled_at is not None:
            return
        raw = documents.content(reply.original)
        incoming = mail_reader.read(raw, trusted=settings.TRUSTED_CHECKS, envelope=reply.envelope)
        outcome = _refusal(reply, incoming, at)
        if outcome is None:
            _take(reply, incoming, at=at)
            return
        replies.settle(reply=reply, outcome=outcome, at=at)
        if why := WHY.get(outcome):
            _answer(reply, incoming, letters.not_taken(reply, why), at=at)


WHY = {
    Reply.Outcome.STRANGER: "Cette adresse de réponse est celle d’une autre personne : on ne répond que depuis l’adresse "
    "qui a reçu le message.",
    Reply.Outcome.NO_ACCESS: "Vous n’avez plus accès à cette conversation.",
    Reply.Outcome.EMPTY: "Votre réponse ne contient ni texte ni pièce jointe.",
}
"""What its sender is told; a machine and a forger are told nothing."""


def _refusal(reply: Reply, incoming: Incoming, at: datetime) -> Reply.Outcome | None:
    part = reply.participant
    if incoming.is_automatic:
        return Reply.Outcome.AUTOMATIC
    if incoming.is_forged:
        return Reply.Outcome.FORGED
    if incoming.sender != part.person.email.lower():
        return Reply.Outcome.STRANGER
    if not _may_answer(part, at):
        return Reply.Outcome.NO_ACCESS
    said = parted(incoming.body).said
    return None if said or incoming.attachments else Reply.Outcome.EMPTY


def _may_answer(part: Participant, at: datetime) -> bool:
    company = part.conversation.company
    seat = conversations_of.seat_of(part.person, company, timezone.localdate(at), is_firm=part.is_firm)
    if seat is None or part.left_at is not None:
        return False
    conversation = conversations_of.one(seat, part.conversation_id)
    return conversation is not None and conversations_of.may_write(seat, conversation)


def _take(reply: Reply, incoming: Incoming, *, at: datetime) -> None:
    part = reply.participant
    words = parted(incoming.body)
    files, left = _kept_files(part, incoming.attachments, at=at)
    said = words.said if len(words.said) <= LONGEST_TEXT else f"{words.said[: LONGEST_TEXT - 1]}…"
    rest = "\n\n".join(
        text for text in (words.said[LONGEST_TEXT - 1 :] if said != words.said else "", words.rest) if text
    )
    if not (said or files):
        said = "(Les pièces jointes de cette réponse n’ont pas été prises.)"
    message = write(
        conversation=part.conversation,
        written=Written(
            html=rich_text.from_plain(said),
            key=reply.key,
            attachments=[file.pk for file in files],
            rest=rest,
            way=Message.Way.MAIL,
            original=reply.original,
        ),
        by=part.person,
        at=at,
        is_from_firm=part.is_firm,
    )
    replies.settle(reply=reply, outcome=Reply.Outcome.TAKEN, message=message, at=at)
    if left:
        _answer(reply, incoming, letters.some_left_out(reply, left), at=at)


def _kept_files(
    part: Participant, files: Sequence[MailFile], *, at: datetime
) -> tuple[list[Attachment], list[str]]:
    """The files of an answer, kept; and which were not, and why."""
    kept, left = [], []
    for file in files:
        try:
            kept.append(
                attach_to_talk(
                    company=part.conversation.company,
                    content=file.content,
                    filename=file.filename,
                    by=part.person,
                    at=at,
                )
            )
        except readers.NotReadable as fault:
            left.append(f"{file.filename} : {fault}")
    return kept, left


def _answer(reply: Reply, incoming: Incoming, letter: Letter, *, at: datetime) -> None:
    """To a person, never to a machine, and to nobody without end."""
    if not is_answered(reply.sender, is_automatic=incoming.is_automatic, own_domain=settings.DEPOSIT_DOMAIN):
        return
    if inbox_of.answered_lately(reply.sender, reply.firm_id, at=at) < ANSWERS_AN_HOUR:
        post_letter(letter, at=at, firm_id=reply.firm_id, company_id=reply.company_id)
