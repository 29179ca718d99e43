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
from comptoir.records.conversations.models import Message
from comptoir.records.deposits import queries as documents
from comptoir.records.deposits.answers import Answer
from comptoir.records.firms import queries as people
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
    if words.said and seat is not None and not incoming.is_forged and _may_write(mail, seat):
        _write(mail, words, seat, answers, at=at)
        return Heard.MESSAGE
    if words.said:
        inbox.leave_words(mail=mail, words=words.said)
        _tell_of_words(mail, seat, at=at)
        return Heard.WORDS
    if mail.purpose == DEMAND:
        _tell_of_documents(mail, seat, answers, at=at)
    return Heard.NOTHING


def _may_write(mail: Mail, seat: Seat) -> bool:
    """Only in their own name: it is their letter that is answered, from their address, on the client's side."""
    is_theirs = mail.writer == seat.person and not seat.is_firm
    return is_theirs and mail.company.has_messaging and seat.may(Act.WRITE_MESSAGES)


def _write(mail: Mail, words: Parted, seat: Seat, answers: Sequence[Answer], *, at: datetime) -> Message:
    """In the conversation that a former answer under this subject began, else in one of its own."""
    pieces = [documents.get(answer.document) for answer in answers if answer.document]
    written = Written(
        html=rich_text.from_plain(words.said),
        key=mail.key,
        mentions=pieces,
        rest=words.rest,
        way=Message.Way.MAIL,
        original=mail.original,
    )
    subject = _AGAIN.sub("", mail.subject).strip() or "Réponse par e-mail"
    there = conversations_of.begun(mail.company, seat.person, subject)
    if there is not None:
        return talking.write(conversation=there, written=written, by=seat.person, at=at, is_from_firm=False)
    return talking.begin(
        company=mail.company,
        kind=Kind.EXTERNAL,
        subject=subject,
        written=written,
        by=seat.person,
        at=at,
        is_from_firm=False,
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
