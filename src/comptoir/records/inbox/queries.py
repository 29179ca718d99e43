"""Who may send, what waits, what came."""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from comptoir.domain.mail import RESERVED, is_among
from comptoir.domain.rights import Act
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import Company, Firm
from comptoir.records.inbox.models import Mail, Sender
from comptoir.records.mail.models import Letter

SHOWN = 30


class Tenant(NamedTuple):
    """Whose a token is."""

    firm_id: UUID
    company_id: UUID


def tenant_of(word: str) -> Tenant | None:
    """Whose token this is now, whoever asks; None for one that was changed, or never was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT firm, company FROM tenancy_of_deposit_token(%s)", [word])
        row = cursor.fetchone()
    return Tenant(*row) if row and row[0] else None


def seat_of(company: Company, sender: str, on: date) -> people.Seat | None:
    """The place in the dossier of the person whose address this is, where they may hand in."""
    who = people.by_address(sender)
    if who is None or not who.is_active:
        return None
    seat = people.client_side(who, company.pk, on) or people.firm_side(who, company.pk, on)
    return seat if seat is not None and seat.may(Act.DEPOSIT) else None


def is_authorised(company: Company, sender: str) -> bool:
    """Whether this address, or its domain, was let in."""
    return is_among(sender, frozenset(Sender.objects.filter(company=company).values_list("pattern", flat=True)))


def senders(company: Company) -> list[Sender]:
    """Who was let in, by name."""
    return list(Sender.objects.filter(company=company).select_related("by").order_by("pattern"))


def sender(company: Company, sender_id: UUID) -> Sender | None:
    """One of those who were let in."""
    return Sender.objects.filter(company=company, pk=sender_id).first()


def waiting(company: Company) -> list[Mail]:
    """What waits for a person's word, the oldest first."""
    return list(_held(company).order_by("came_at")[:200])


def count_waiting(company: Company) -> int:
    """How many mails wait."""
    return _held(company).count()


def latest(company: Company) -> list[Mail]:
    """The last mails that were opened or refused; of what is a private message, nobody learns here that it came."""
    over = Mail.objects.filter(company=company).exclude(pk__in=_held(company).values("pk"))
    over = over.exclude(purpose=RESERVED)
    return list(over.order_by("-came_at")[:SHOWN])


def mail(company: Company, mail_id: UUID) -> Mail | None:
    """One mail of a company."""
    return Mail.objects.filter(company=company, pk=mail_id).select_related("company", "original").first()


def get(mail_id: UUID) -> Mail:
    """A mail with its company and its bytes."""
    return Mail.objects.select_related("company", "original").get(pk=mail_id)


def unopened(*, before: datetime) -> list[Mail]:
    """Mails that nobody has looked at since: their job was lost."""
    rows = Mail.objects.filter(opened_at=None, refused_at=None, held_at=None, came_at__lt=before)
    return list(rows.select_related("company", "original"))


def came_lately(company: Company, *, at: datetime) -> int:
    """How many mails came within the hour."""
    return Mail.objects.filter(company=company, came_at__gt=at - timedelta(hours=1)).count()


def answered_lately(address: str, firm_id: UUID, *, at: datetime) -> int:
    """How many letters went to this address within the hour."""
    return Letter.objects.filter(firm_id=firm_id, to=address, at__gt=at - timedelta(hours=1)).count()


def held(firm: Firm) -> QuerySet[Mail]:
    """The messages of all dossiers that nobody has let in or refused yet."""
    return _waits(Mail.objects.filter(firm=firm))


def _held(company: Company) -> QuerySet[Mail]:
    return _waits(Mail.objects.filter(company=company))


def _waits(rows: QuerySet[Mail]) -> QuerySet[Mail]:
    return rows.filter(opened_at=None, refused_at=None, held_at__isnull=False)
