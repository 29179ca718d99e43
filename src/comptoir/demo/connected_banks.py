"""Banks that the demo's neighbours have connected already, each in a state that a firm meets."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from comptoir import pipeline
from comptoir.demo import bridge_bank
from comptoir.demo.bridge_bank import Served
from comptoir.domain.bank_way import Way
from comptoir.gateways.bank import bridge
from comptoir.gateways.bank.bridge.client import Bridge
from comptoir.gateways.bank.bridge.twin import Twin
from comptoir.records.banking import columns as bank_columns
from comptoir.records.banking import queries as bank
from comptoir.records.banking.models import UnreadStatement
from comptoir.records.banking.overlaps import Doubtful
from comptoir.records.connections import actions as connections
from comptoir.records.connections.models import Feed
from comptoir.records.firms.models import Company, Person

ENDS_SOON = (("Compte professionnel", "FR7630004008120000013300154"),)
ASKS_AGAIN = (
    ("Compte courant", "FR7630004008120000015500114"),
    ("Compte de dépôt à terme", "FR7630004008120000015500211"),
)
KNOWN = (
    "Date;Libellé;Montant\n"
    "02/11/2026;PRLV EAU DU MAINE;-63,20\n05/11/2026;VIR LOYER M GIRAUD;640,00\n20/11/2026;PRLV ASSURANCE PNO;-21,40\n"
)
IN_OTHER_WORDS = (
    "Date;Libellé;Montant\n"
    "02/11/2026;EAU DU MAINE 72;-63,20\n05/11/2026;GIRAUD LOYER NOVEMBRE;640,00\n20/11/2026;ASSURANCE PNO SA;-21,40\n"
    "09/11/2026;TAXE FONCIERE;-412,00\n"
)


def build(*, asks_again: Company, ends_soon: Company, in_doubt: Company, by: Person, at: datetime) -> None:
    """One dossier to identify again at its bank, one whose agreement ends within days, one with a file in doubt."""
    pipeline.choose_bank_way(company=in_doubt, way=Way.FILES, by=by, at=at)
    _leave_in_doubt(in_doubt, by=by, at=at)
    if settings.BRIDGE is not None:  # a real one knows none of these
        return
    served = [
        Served(str(asks_again.pk), "success.1010", 40, ASKS_AGAIN),
        Served(str(ends_soon.pk), "success", 171, ENDS_SOON),
    ]
    bridge_bank.write(served, Path(settings.UPLOADS).parent / bridge_bank.FILE)
    with Twin(seed=bridge_bank.held_by(served, at.date()), refresh_after=None) as twin, _spoken_to(twin) as there:
        bridge_bank.connect(twin, served)
        for company in (asks_again, ends_soon):
            _connect(there, company, by=by, at=at)


def _connect(there: Bridge, company: Company, *, by: Person, at: datetime) -> None:
    """What a client's return from the bank brings about, and the firm's word on the first account; the others wait for it."""
    pipeline.choose_bank_way(company=company, way=Way.BRIDGE, by=by, at=at)
    user = there.user(str(company.pk))
    connections.know_user(company=company, uuid=user, at=at)
    pipeline.visit(str(company.firm_id), str(company.pk))
    feed = Feed.objects.filter(company=company).order_by("name").first()
    if feed is None:
        return
    since = at.date() - timedelta(days=30)
    pipeline.attach_feed(feed=feed, account=bank.accounts(company)[0], opens_on=since, by=by, at=at)
    pipeline.visit(str(company.firm_id), str(company.pk))


def _leave_in_doubt(company: Company, *, by: Person, at: datetime) -> None:
    """A file that tells in other words what another has told, and something more: somebody is asked."""
    account = bank.accounts(company)[0]
    pipeline.import_statement(account=account, content=KNOWN.encode(), filename="novembre.csv", by=by, at=at)
    content, name = IN_OTHER_WORDS.encode(), "export-banque.csv"
    try:
        pipeline.import_statement(account=account, content=content, filename=name, by=by, at=at)
    except Doubtful:
        bank_columns.keep_unread(
            account=account, content=content, filename=name, by=by, at=at, waits=UnreadStatement.Waits.TWICE
        )


@contextmanager
def _spoken_to(twin: Twin) -> Iterator[Bridge]:
    access = bridge.access(twin.address)
    assert access is not None  # a twin's address is one
    settings.BRIDGE = access
    try:
        yield Bridge(access)
    finally:
        settings.BRIDGE = None
