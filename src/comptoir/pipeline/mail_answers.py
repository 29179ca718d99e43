"""What an answer to a letter of ours says: a message where its writer may write, else words that the firm is told of."""

import re
from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from comptoir.domain.conversation import LONGEST_TEXT, Kind, opening
from comptoir.domain.mail import DEMAND, Incoming, is_answer
from comptoir.domain.notice import Kind as Notified
from comptoir.domain.notice import place
from comptoir.domain.reply import Parted, parted
from comptoir.domain.rights import Act
from comptoir.lib import rich_text
from comptoir.pipeline import talking
from comptoir.pipeline.noticing import tell_people
from comptoir.records.conversations import queries as conversations_of
from comptoir.records.conversations.actions import Written
from comptoir.records.conversations.models import Attachment, Message
from comptoir.records.deposits import queries as documents
from comptoir.records.deposits.answers import Answer
from comptoir.records.deposits.models import Document
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import Person
from comptoir.records.firms.queries import Seat
from comptoir.records.inbox import actions as inbox
from comptoir.records.inbox.models import Mail
from comptoir.records.inbox.replies import Heard
from comptoir.records.notices.actions import Fact

_AGAIN = re.compile(r"^(?:(?:re|ré|rép|tr|fw|fwd|aw)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)


def hear(mail: Mail, incoming: Incoming, seat: Seat | None, answers: Sequence[Answer], *, at: datetime) -> Heard:
    """Pass on what the answer says, and say which way it took; a machine's words are nobody's."""
    if not is_answer(mail.purpose) or incoming.is_automatic:
        return Heard.NOTHING
    words = parted(incoming.body).within(LONGEST_TEXT)
    if words.said:
        inbox.leave_words(mail=mail, words=words.said)
    if words.said and seat is not None and not incoming.is_forged and _may_write(mail, seat):
        pieces = [documents.get(answer.document) for answer in answers if answer.document]
        _say(mail, words, seat, Kind.EXTERNAL, pieces=pieces, at=at)
        return Heard.MESSAGE
    if words.said:
        _tell_of_words(mail, seat, at=at)
        return Heard.WORDS
    if mail.purpose == DEMAND:
        _tell_of_documents(mail, seat, answers, at=at)
    return Heard.NOTHING


def hear_in_private(
    mail: Mail, incoming: Incoming, seat: Seat | None, *, at: datetime
) -> tuple[list[Answer], Heard] | None:
    """The answer to a letter that asks for what not everybody may see: a private message to who keeps the dossier, its files
    with it and no pieces. None where its writer may not, or nobody would read it."""
    readers_of = [(one, True) for one in people.keepers(mail.company, timezone.localdate(at)) if one.is_active]
    if seat is None or not readers_of or not _may_write_in_private(mail, incoming, seat):
        return None
    files, left = talking.attach_from_mail(company=mail.company, files=incoming.attachments, by=seat.person, at=at)
    answers = [Answer(file.name, Answer.RECEIVED, "") for file in files]
    answers += [Answer.refused(filename, why) for filename, why in left]
    words = parted(incoming.body).within(LONGEST_TEXT)
    if not (words.said or files):
        return answers, Heard.NOTHING
    _say(mail, words, seat, Kind.PRIVATE, files=files, among=readers_of, at=at)
    return answers, Heard.PRIVATE


def _may_write_in_private(mail: Mail, incoming: Incoming, seat: Seat) -> bool:
    is_theirs = _may_write(mail, seat) and seat.may(Act.SEE_RESERVED_FOLDERS)
    return is_theirs and not incoming.is_forged and not incoming.is_automatic


def _may_write(mail: Mail, seat: Seat) -> bool:
    """Only in their own name: it is their letter that is answered, from their address, on the client's side."""
    is_theirs = mail.writer == seat.person and not seat.is_firm
    return is_theirs and mail.company.has_messaging and seat.may(Act.WRITE_MESSAGES)


def _say(
    mail: Mail,
    words: Parted,
    seat: Seat,
    kind: Kind,
    *,
    pieces: Sequence[Document] = (),
    files: Sequence[Attachment] = (),
    among: Sequence[tuple[Person, bool]] = (),
    at: datetime,
) -> Message:
    """In the conversation that a former answer under this subject began, else in one of its own."""
    written = Written(
        html=rich_text.from_plain(words.said),
        key=mail.key,
        attachments=[file.pk for file in files],
        mentions=pieces,
        rest=words.rest,
        way=Message.Way.MAIL,
        original=mail.original,
    )
    subject = _AGAIN.sub("", mail.subject).strip() or "Réponse par e-mail"
    there = conversations_of.begun(mail.company, seat.person, subject, kind)
    if there is not None:
        return talking.write(conversation=there, written=written, by=seat.person, at=at, is_from_firm=False)
    return talking.begin(
        company=mail.company,
        kind=kind,
        subject=subject,
        written=written,
        by=seat.person,
        at=at,
        is_from_firm=False,
        people=among,
    )


def _tell_of_words(mail: Mail, seat: Seat | None, *, at: datetime) -> None:
    sentence = f"{_who(mail, seat)} vous répond par e-mail : « {opening(mail.says)} »"
    _tell(mail, seat, sentence, at=at)


def _tell_of_documents(mail: Mail, seat: Seat | None, answers: Sequence[Answer], *, at: datetime) -> None:
    """A document that is only kept stands in no list of what is to be done: who asked for it is told."""
    taken = [answer.filename for answer in answers if answer.kind == Answer.RECEIVED]
    if taken:
        names = ", ".join(f"« {name} »" for name in taken[:3])
        count = f" ({len(taken)} documents)" if len(taken) > 3 else ""
        _tell(mail, seat, f"{_who(mail, seat)} répond par e-mail à une demande : {names}{count}", at=at)


def _tell(mail: Mail, seat: Seat | None, sentence: str, *, at: datetime) -> None:
    fact = Fact(Notified.ANSWER, f"answer-{mail.pk}", sentence, place(mail.company_id, "adresses/", is_firm=False))
    keepers = people.keepers(mail.company, timezone.localdate(at))
    tell_people(mail.company, keepers, fact, is_firm=True, at=at, but=seat.person if seat else None)


def _who(mail: Mail, seat: Seat | None) -> str:
    return seat.person.full_name if seat else mail.sender
