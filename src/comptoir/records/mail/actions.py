"""Writing a letter, and handing it to whoever carries the mail."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.mime.image import MIMEImage
from email.utils import formataddr
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from comptoir.domain.text import on_one_line
from comptoir.records.mail.models import Letter


@dataclass(frozen=True, slots=True)
class Message:
    """What a letter says, in text and in HTML."""

    to: str
    subject: str
    text: str
    html: str = ""
    sender: str = ""
    reply_to: str = ""


class NotDelivered(Exception):
    """Le courrier n’est pas parti."""


def write(
    *,
    message: Message,
    at: datetime,
    firm_id: UUID | None = None,
    company_id: UUID | None = None,
    person_id: UUID | None = None,
) -> Letter:
    """Keep a letter to be delivered; no line break reaches a header, whatever a name holds."""
    return Letter.objects.create(
        firm_id=firm_id,
        company_id=company_id,
        person_id=person_id,
        to=message.to,
        sender=on_one_line(message.sender)[:200],
        reply_to=message.reply_to,
        subject=on_one_line(message.subject)[:250],
        text=message.text,
        html=message.html,
        at=at,
    )


def is_carried() -> bool:
    """Whether somebody carries the mail: without a setting, letters stay in the outbox, to be read there."""
    return bool(settings.MAIL_TRANSPORT)


def tell(letter: Letter) -> None:
    """Say on the console, where `bin/run` shows it, what nobody carries: a newcomer follows the link from there.

    A server with an address of its own keeps its console in files: there the link, which opens a door, is not said.
    """
    link = "" if settings.PUBLIC_URL else next(iter(re.findall(r"https?://\S+", letter.text)), "")
    print(f"Courrier pour {letter.to} : « {letter.subject} » {link}", flush=True)  # noqa: T201  # meant


def hand_over(
    letter: Letter, headers: Mapping[str, str] | None = None, pictures: Mapping[str, bytes] | None = None
) -> None:
    """Give the letter to the mail server or provider, its pictures inside; raises `NotDelivered` with what it answered."""
    address = settings.DEFAULT_FROM_EMAIL
    message = (_Illustrated if pictures else EmailMultiAlternatives)(
        letter.subject,
        letter.text,
        formataddr((letter.sender or "Comptoir", address)),
        [letter.to],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        # The same identity each time: a letter that was handed over twice is seen to be one.
        headers={
            "Message-ID": f"<{letter.pk}@{address.rpartition('@')[2]}>",
            "Auto-Submitted": "auto-generated",
            **(headers or {}),
        },
        connection=get_connection(**settings.MAIL_TRANSPORT),
    )
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    for name, png in (pictures or {}).items():
        message.attach(_picture(name, png))
    try:
        message.send()
    except Exception as error:  # each carrier has its own; what counts is that the letter is still here
        raise NotDelivered(str(error)) from error


class _Illustrated(EmailMultiAlternatives):
    """A letter whose page shows pictures that travel with it (RFC 2387)."""

    mixed_subtype = "related"


def _picture(name: str, png: bytes) -> MIMEImage:
    """A picture that the page of the letter shows, by its name: nothing is fetched from anywhere when it is read."""
    found = MIMEImage(png, "png")
    found["Content-ID"] = f"<{name}>"
    found.add_header("Content-Disposition", "inline", filename="logo.png")
    return found


def mark_sent(*, letter: Letter, at: datetime) -> None:
    """The letter has left: its text, and the link in it, is forgotten."""
    Letter.objects.filter(pk=letter.pk).update(sent_at=at, text="", html="", fault="")


def forget(*, letter: Letter) -> None:
    """What did not leave in time is written anew: these words are no longer to be read by anybody."""
    Letter.objects.filter(pk=letter.pk, sent_at=None).delete()


def mark_failed(*, letter: Letter, fault: str) -> None:
    """The letter did not leave; why is kept for who looks at the outbox."""
    Letter.objects.filter(pk=letter.pk).update(fault=on_one_line(fault)[:300])
