"""A notice as a letter of its own, and the day's digest."""

from collections.abc import Sequence

from django.template.loader import render_to_string

from comptoir.domain.text import on_one_line
from comptoir.lib.english import speaking
from comptoir.lib.english.catalog import english
from comptoir.records.firms.models import Firm, Person
from comptoir.records.mail.actions import Message
from comptoir.records.notices.models import Notice

CHOICES = "/compte/notifications/"
"""Where a person says what they want to hear of, and how."""
SHOWN = 30
"""How many lines a digest tells one by one."""


def letter(notice: Notice, *, home: str, reply_to: str = "") -> Message:
    """One fact, and where it is seen; `reply_to` is where the letter is answered, if anywhere."""
    subject = notice.kind_enum.short
    return _letter(notice.person, notice.company.firm, [notice], subject=subject, home=home, reply_to=reply_to)


def digest(person: Person, firm: Firm, notices: Sequence[Notice], *, home: str, reply_to: str) -> Message:
    """All that a person has not read, in one letter."""
    count = len(notices)
    subject = "Votre résumé du jour : 1 nouvelle" if count == 1 else f"Votre résumé du jour : {count} nouvelles"
    return _letter(person, firm, notices, subject=subject, home=home, reply_to=reply_to)


def _letter(
    person: Person, firm: Firm, notices: Sequence[Notice], *, subject: str, home: str, reply_to: str
) -> Message:
    shown = notices[:SHOWN]
    context = {
        "person": person, "firm": firm, "rows": shown, "left": len(notices) - len(shown), "home": home, "choices": CHOICES,
        "reply_to": reply_to,
    }  # fmt: skip
    with speaking(person.language):
        return Message(
            to=person.email,
            subject=english(subject),
            text=render_to_string("mail/notices_message.txt", context),
            html=render_to_string("mail/notices_message.html", context),
            sender=on_one_line(firm.sender),
            reply_to=reply_to,
        )
