"""Where a letter of ours is answered: at an address of the company's, signed for the one person whom it was written to."""

import base64
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from comptoir.domain.mail import DEMAND, LETTER, RESERVED, Door, answer_address
from comptoir.domain.rights import Act
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import Company, Person
from comptoir.records.inbox.actions import token_of


def address(*, company: Company, person: Person, purpose: str = LETTER, at: datetime) -> str:
    """Where this person answers a letter about the company; empty for who may hand nothing in as one of its people.

    A reserved answer is a private message, where there are messages; who sees nothing reserved was asked for nothing so.
    """
    seat = people.client_side(person, company.pk, timezone.localdate(at))
    if seat is None or not seat.may(Act.DEPOSIT):
        return ""
    if purpose == RESERVED and not seat.may(Act.SEE_RESERVED_FOLDERS):
        purpose = DEMAND
    if purpose == RESERVED and not company.has_messaging:
        return ""
    word = token_of(company, at=at).word
    return answer_address(Door(purpose, word, _signature(word, person)), settings.DEPOSIT_DOMAIN)


def writer(door: Door, sender: str) -> Person | None:
    """Whose letter is answered, where it is they who answer: one that was passed on, or guessed, speaks for nobody.

    The company's token is in the hands of its suppliers; what only the letter holds is not.
    """
    person = people.by_address(sender) if door.signed else None
    if person is None or not constant_time_compare(_signature(door.token, person), door.signed):
        return None
    return person


def _signature(token: str, person: Person) -> str:
    """Eighty bits, in signs that survive any mail program; other addresses of the company's end it."""
    sealed = salted_hmac("inbox.answer", f"{token} {person.pk}", algorithm="sha256").digest()
    return base64.b32encode(sealed[:10]).decode().lower()
