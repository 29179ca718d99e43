"""The portfolio’s lines that moved are made again."""

from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from comptoir.lib import tenancy
from comptoir.lib.live import announce
from comptoir.pipeline.between import AGAIN
from comptoir.records.firms.models import Firm
from comptoir.records.missing import standings


def stand_later(firm: Firm) -> None:
    """More dossiers have moved than a page can make again while somebody waits: a job makes them, and the page hears."""
    stand.defer(firm_id=str(firm.pk))


@app.task(queue="mail", retry=AGAIN, name="stand")
def stand(firm_id: str) -> None:
    """Make the standings again that wait, once: who comes after the others finds nothing left."""
    with tenancy.within(UUID(firm_id)):
        if standings.refresh(firm=Firm.objects.get(pk=firm_id), on=timezone.localdate()):
            announce(UUID(firm_id), ["portfolio"])
