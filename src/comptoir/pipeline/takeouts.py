"""A whole dossier is asked for, made by a job, told of, downloaded for a week and removed."""

import zipfile
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from comptoir.domain.notice import Kind, place
from comptoir.lib import tenancy
from comptoir.lib.live import announce
from comptoir.pipeline.between import AGAIN
from comptoir.pipeline.noticing import tell_people
from comptoir.records.exports import takeout, takeouts
from comptoir.records.exports.models import Takeout
from comptoir.records.firms.models import Company, Person
from comptoir.records.notices.actions import Fact


def topic(*, is_firm: bool) -> str:
    """Heard by who may take the dossier away, on the side that asked for it."""
    return "takeout-firm" if is_firm else "takeout"


def ask_takeout(*, company: Company, is_firm: bool, by: Person, at: datetime) -> Takeout:
    """Ask for the whole dossier; a job makes it. Raises `takeouts.BeingMade`."""
    with tenancy.within(company.firm_id, company.pk):
        row = takeouts.ask(company=company, is_firm=is_firm, by=by, at=at)
        announce(company.pk, [topic(is_firm=is_firm)])
        make_takeout.defer(firm_id=str(row.firm_id), company_id=str(company.pk), takeout_id=str(row.pk))
    return row


@app.task(queue="bank", retry=AGAIN, name="make_takeout")
def make_takeout(firm_id: str, company_id: str, takeout_id: str) -> None:
    """Make one: beside the mails rather than beside the reader, so that no piece waits for it."""
    make_now(UUID(firm_id), UUID(company_id), UUID(takeout_id), at=timezone.now())


def make_now(firm_id: UUID, company_id: UUID, takeout_id: UUID, *, at: datetime) -> bool:
    """True if it was made; one that is made, or given up, is left as it is."""
    with tenancy.within(firm_id, company_id), TemporaryDirectory() as folder:
        row = takeouts.to_make(takeout_id)
        if row is None:
            return False
        made = Path(folder) / "dossier.zip"
        files, unread = _pack(row.company, made)
        takeouts.keep(row=row, made=made, files=files, unread=unread, at=at)
        _tell(row, "est prêt à télécharger, pendant sept jours", at=at)
    return True


def _pack(company: Company, to: Path) -> tuple[int, int]:
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        return takeout.write(company, archive.writestr)


@app.periodic(cron="23 * * * *")
@app.task(queue="mail", name="clear_takeouts")
def clear_takeouts(timestamp: int) -> None:
    """Every hour: those whose week is over are removed, those that were lost can be asked for again."""
    for firm_id in tenancy.every_firm():
        clear(firm_id, at=timezone.now())


def clear(firm_id: UUID, *, at: datetime) -> None:
    """One firm's: said to who asked where it is their dossier that was not made."""
    with tenancy.within(firm_id):
        takeouts.remove_old(at=at)
        for row in takeouts.give_up(before=at - takeouts.PATIENCE, at=at):
            _tell(row, "n’a pas pu être préparé : demandez-le de nouveau", at=at)


def _tell(row: Takeout, what: str, *, at: datetime) -> None:
    said = f"Le dossier « {row.company.name[:120]} » {what}."
    key = f"takeout-{row.pk}-{'made' if row.made_at else 'lost'}"
    fact = Fact(Kind.EXPORT, key, said, place(row.company_id, "export/", is_firm=row.is_firm))
    tell_people(row.company, [row.asked_by], fact, is_firm=row.is_firm, at=at)
    announce(row.company_id, [topic(is_firm=row.is_firm)])
