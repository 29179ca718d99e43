"""Mail leaves with the act that causes it, or not at all."""

import re
from contextlib import AbstractContextManager
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from comptoir import readers
from comptoir.lib import tenancy
from comptoir.records.firms import branding
from comptoir.records.mail import actions as mail
from comptoir.records.mail import queries as outbox
from comptoir.records.mail.models import Letter


def post_letter(
    message: mail.Message,
    *,
    at: datetime,
    firm_id: UUID | None = None,
    company_id: UUID | None = None,
    person_id: UUID | None = None,
) -> Letter:
    """Write a letter with the act that causes it; it leaves after the commit, or not at all.

    Of a firm (and of one company), or of a person's own account: then nobody else sees it.
    """
    with _letters_of(firm_id, company_id, person_id):
        letter = mail.write(message=message, at=at, firm_id=firm_id, company_id=company_id, person_id=person_id)
        deliver.defer(
            letter_id=str(letter.pk),
            firm_id=_text(firm_id),
            company_id=_text(company_id),
            person_id=_text(person_id),
        )
    return letter


@app.task(queue="mail", retry=RetryStrategy(max_attempts=8, exponential_wait=6), name="deliver")
def deliver(letter_id: str, firm_id: str, company_id: str, person_id: str) -> None:
    """Hand a letter to whoever carries the mail; without anybody, it stays in the outbox and is told to the console."""
    whose = [UUID(key) if key else None for key in (firm_id, company_id, person_id)]
    with _letters_of(*whose):
        letter = outbox.to_deliver(UUID(letter_id))
    if letter is None:
        return
    if not mail.is_carried():
        mail.tell(letter)
        return
    try:
        mail.hand_over(letter, pictures=pictures_of(letter))
    except mail.NotDelivered as fault:
        with _letters_of(*whose):
            mail.mark_failed(letter=letter, fault=str(fault))
        raise
    with _letters_of(*whose):
        mail.mark_sent(letter=letter, at=timezone.now())


def pictures_of(letter: Letter) -> dict[str, bytes]:
    """The logo that a letter shows, under the name by which it does."""
    found = re.search(r'src="cid:(logo-([0-9a-f-]{36}))"', letter.html)
    if found is None:
        return {}
    firm_id = UUID(found[2])
    with tenancy.within(firm_id):
        png = branding.logo_by(firm_id)
    return {found[1]: readers.on_paper(png)} if png else {}


def _letters_of(
    firm_id: UUID | None, company_id: UUID | None, person_id: UUID | None
) -> AbstractContextManager[None]:
    if firm_id is not None:
        return tenancy.within(firm_id, company_id)
    assert person_id is not None, "a letter is of a firm or of a person"
    return tenancy.person(person_id)


def _text(key: UUID | None) -> str:
    return str(key) if key else ""
