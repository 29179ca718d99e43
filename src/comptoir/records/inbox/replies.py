"""What the sender of a mail is told: what was taken, what was not and why, in plain words, in their language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from django.template.loader import render_to_string

from comptoir.domain.mail import Incoming
from comptoir.domain.text import on_one_line
from comptoir.lib.english import ENGLISH, FRENCH, speaking
from comptoir.lib.english.catalog import english
from comptoir.records.deposits.answers import Answer
from comptoir.records.firms.models import Company, Person
from comptoir.records.inbox.models import Mail
from comptoir.records.mail.actions import Message

LEFT_OUT = 10
"""So many logos and signatures are named."""


class Heard(Enum):
    """What became of an answer beside its pieces: nothing was said, a message, a private one, or words that the firm is
    told of."""

    NOTHING = auto()
    MESSAGE = auto()
    PRIVATE = auto()
    WORDS = auto()


_EMPTY, _ARRIVED = "Aucun document dans votre message", "Votre message est arrivé"
_WAITS, _TURNED_AWAY = "Votre message attend un accord", "Votre réponse n’est pas arrivée"
_NOTHING_TAKEN = (_EMPTY, _ARRIVED, _WAITS, _TURNED_AWAY)
"""How the subjects of answers begin where no document was taken."""


@dataclass(frozen=True, slots=True)
class Told:
    """A mail that was opened, and all that its sender is told of it; `person` is who sent it, where that is known."""

    mail: Mail
    incoming: Incoming
    answers: Sequence[Answer]
    heard: Heard
    person: Person | None
    reply_to: str

    @property
    def company(self) -> Company:
        """Whose documents they are."""
        return self.mail.company

    @property
    def taken(self) -> list[str]:
        """The files that became pieces."""
        return [answer.filename for answer in self.answers if answer.kind == Answer.RECEIVED]

    @property
    def not_taken(self) -> Iterator[tuple[str, str]]:
        """The others, each with why."""
        return ((one.filename, _why(one)) for one in self.answers if one.kind != Answer.RECEIVED)

    @property
    def left_out(self) -> str:
        """What was no document."""
        return ", ".join(self.incoming.left_out[:LEFT_OUT])

    @property
    def is_message(self) -> bool:
        """Whether what it says is in a conversation."""
        return self.heard is Heard.MESSAGE

    @property
    def is_private(self) -> bool:
        """Whether all of it is in a private conversation."""
        return self.heard is Heard.PRIVATE

    @property
    def is_words(self) -> bool:
        """Whether the firm is told what it says, where no conversation takes it."""
        return self.heard is Heard.WORDS

    @property
    def headline(self) -> str:
        """What became of it, in a line."""
        taken, whole = len(self.taken), len(self.answers)
        if not whole:
            return _EMPTY if self.heard is Heard.NOTHING else _ARRIVED
        if taken == whole:
            return f"{taken} document{'s' if taken > 1 else ''} bien reçu{'s' if taken > 1 else ''}"
        return f"{taken} document{'s' if taken > 1 else ''} reçu{'s' if taken > 1 else ''} sur {whole}"


def is_of_ours(subject: str) -> bool:
    """Whether a mail answers, or passes on, an answer of ours that took nothing: two machines would go on for ever."""
    with speaking(ENGLISH):
        said = {*_NOTHING_TAKEN, *map(english, _NOTHING_TAKEN)}
    return any(headline in subject for headline in said)


def reply(told: Told, *, home: str) -> Message:
    """The answer to a mail that was opened."""
    context = {
        "told": told,
        "company": told.company,
        "firm": told.company.firm,
        "person": told.person,
        "home": home,
    }
    with speaking(told.person.language if told.person else FRENCH):
        headline = english(told.headline)
        context |= {"headline": headline}
        return Message(
            to=told.mail.sender,
            subject=f"{headline} · {told.incoming.subject}"[:250],
            text=render_to_string("mail/received_message.txt", context),
            html=render_to_string("mail/received_message.html", context),
            sender=on_one_line(told.company.firm.sender),
            reply_to=told.reply_to,
        )


def waits(mail: Mail, *, home: str) -> Message:
    """The answer to one who may hand nothing in there, or no longer: it waits until somebody decides."""
    return _not_taken(mail, _WAITS, home=home, is_held=True)


def turned_away(mail: Mail, *, home: str) -> Message:
    """The answer to one who may not write there, or no longer: nobody has read it."""
    return _not_taken(mail, _TURNED_AWAY, home=home, is_held=False)


def _not_taken(mail: Mail, headline: str, *, home: str, is_held: bool) -> Message:
    assert mail.writer is not None, "a stranger is told nothing"
    with speaking(mail.writer.language):
        context = {
            "headline": english(headline), "is_held": is_held, "company": mail.company, "firm": mail.company.firm,
            "person": mail.writer, "home": home,
        }  # fmt: skip
        return Message(
            to=mail.sender,
            subject=f"{context['headline']} · {mail.subject}"[:250],
            text=render_to_string("mail/not_taken_message.txt", context),
            html=render_to_string("mail/not_taken_message.html", context),
            sender=on_one_line(mail.company.firm.sender),
        )


def _why(answer: Answer) -> str:
    if answer.kind == Answer.LOCKED:
        return "ce PDF est protégé par un mot de passe. Déposez-le sur le site, où il vous sera demandé."
    return answer.sentence
