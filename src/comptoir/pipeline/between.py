"""What every stage needs: one at a time in a company’s books, and telling the screens."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone
from procrastinate import BaseRetryStrategy, RetryDecision, RetryStrategy
from procrastinate.jobs import Job

from comptoir.lib import tenancy
from comptoir.lib.live import announce
from comptoir.records.deposits.models import Document
from comptoir.records.firms import actions as firms
from comptoir.records.firms.models import Company
from comptoir.records.matching import queries as matches
from comptoir.records.missing import standings
from comptoir.records.readings import queries as read_values

AGAIN = RetryStrategy(max_attempts=3, exponential_wait=5)
"""A job that fell is tried again; a piece that cannot be read is not a fall but a fact, and is kept."""


ANSWERS_AN_HOUR = 30
"""To one address: two machines that answer each other stop there, if nothing stopped them before."""


class NoSuchDoor(Exception):
    """Cette adresse n’existe pas, ou plus."""


class TooManyMails(Exception):
    """Trop de messages sont arrivés dans l’heure pour ce dossier."""


class WhenAllowed(BaseRetryStrategy):
    """Again when the other side allows it, later and later where it does not say; after eight times, the next round begins anew."""

    def __init__(self, first: int) -> None:
        self.first = first
        """Seconds to wait after the first try; each one after waits twice as long."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """What follows a try that failed; what cannot be reached may say how long it wants us away (`wait`)."""
        if job.attempts >= 8:
            return None
        asked: int = getattr(exception, "wait", 0)
        return RetryDecision(retry_in={"seconds": max(asked, self.first * 2**job.attempts)})


@contextmanager
def books_of(company: Company) -> Iterator[None]:
    """One at a time in a company's books, all or nothing: two people and a worker never wait for each other in a ring.

    Handing in does not come this way: a client never waits for an import, unless for the line that it justifies.
    """
    with tenancy.within(company.firm_id, company.pk):
        firms.hold(company)
        yield
        moved(company)


def moved(company: Company) -> None:
    """The dossier's line in the portfolio is made again when somebody looks; until then, a mark waits for nobody."""
    standings.mark(company)
    announce(company.firm_id, ["portfolio"])


def tell(document: Document) -> None:
    """Tell the screens that show this piece: those of its depositor apart, who may see no other's."""
    announce(document.company_id, ["documents", "production", f"documents-of-{document.deposited_by_id}"])
    moved(document.company)


def days(document: Document) -> "matches.Window":
    reading = read_values.current(document)
    deposited = timezone.localdate(document.deposited_at)
    return matches.around_pieces([reading.issued_on.value if reading and reading.issued_on else deposited])
