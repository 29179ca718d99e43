"""Whether clients write to the firm here: said by the firm, and otherwise by a dossier where that is needed."""

from datetime import datetime

from django.db import transaction

from comptoir.domain.company import Messaging
from comptoir.records.audit.actions import record
from comptoir.records.firms.models import Company, Firm, Person

LONGEST = 2_000
"""How long the firm's text about how to reach it may be."""


@transaction.atomic
def set_for_firm(*, firm: Firm, has_messaging: bool, how_to_reach: str, by: Person, at: datetime) -> list[Company]:
    """Open or close the firm's *Messagerie*, and say how it is reached; says which dossiers follow."""
    row = Firm.objects.select_for_update(no_key=True).get(pk=firm.pk)
    wanted = {"has_messaging": has_messaging, "how_to_reach": how_to_reach.strip()[:LONGEST]}
    changes = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    if not changes:
        return []
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=list(changes))
    record("set_messaging", row, by=by, at=at, **changes)
    return list(Company.objects.filter(firm=row, messaging="")) if "has_messaging" in changes else []


@transaction.atomic
def set_for_dossier(*, company: Company, messaging: Messaging | None, by: Person, at: datetime) -> bool:
    """Open or close a dossier's *Messagerie*, or let it follow its firm; says whether that changed anything."""
    row = Company.objects.select_for_update(of=("self",), no_key=True).select_related("firm").get(pk=company.pk)
    wanted = messaging.value if messaging else ""
    if row.messaging == wanted:
        return False
    row.messaging = wanted
    row.save(update_fields=["messaging"])
    record("set_dossier_messaging", row, by=by, at=at, has_messaging=row.has_messaging)
    return True
