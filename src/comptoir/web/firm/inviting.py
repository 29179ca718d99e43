"""The *dirigeants* whom new dossiers invite: noted with the opening, and written to once it is kept."""

from collections.abc import Iterable
from datetime import datetime

from django.http import HttpRequest

from comptoir.domain.opening import Director
from comptoir.records.firms import invitations
from comptoir.records.firms.models import Company, Person
from comptoir.records.mail.actions import is_carried
from comptoir.web import letters


def waiting(count: int) -> str:
    """What to add to « est invité » where nobody carries the mail: somebody is to hand the links on."""
    if is_carried():
        return ""
    links = "les liens à transmettre attendent" if count > 1 else "le lien à transmettre attend"
    return f" : {links} dans « Courrier envoyé »"


def invite_directors(
    request: HttpRequest,
    invited: Iterable[tuple[Company, Director | None]],
    *,
    by: Person,
    at: datetime,
    sends: bool = True,
) -> int:
    """Invite who is to be invited to each new dossier, and say how many: one address may lead several companies.

    Without `sends` they are noted: the portfolio writes to them later, all at once.
    """
    found = [(company, director) for company, director in invited if director is not None]
    noted = invitations.note_directors(invited=found, by=by, at=at)
    for invitation in noted if sends else ():
        letters.send_invitation(request, invitation, by=by, at=at)
    return len(noted)
