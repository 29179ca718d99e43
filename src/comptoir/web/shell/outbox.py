"""Where Django's own mail goes (sign-in, reset, new address): into the outbox, like every letter."""

from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from comptoir import pipeline
from comptoir.records.firms import queries as people
from comptoir.records.mail.actions import Message


class Backend(BaseEmailBackend):
    """Keeps each message as a letter about the account of the person it is addressed to."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many were kept; one to an address that nobody has is not sent: it would tell, and it would bother."""
        return sum(self._keep(message) for message in email_messages)

    def _keep(self, message: EmailMessage) -> int:
        person = getattr(message, "about", None) or people.by_address(message.to[0])
        if person is None:
            return 0
        letter = Message(message.to[0], str(message.subject), str(message.body), _html(message))
        pipeline.post_letter(letter, at=timezone.now(), person_id=person.pk)
        return 1


def _html(message: EmailMessage) -> str:
    if not isinstance(message, EmailMultiAlternatives):
        return ""
    return next((str(text) for text, kind in message.alternatives if kind == "text/html"), "")
