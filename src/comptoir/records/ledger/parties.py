"""Third parties (*tiers*): found again by what a piece says of them, opened where they are new."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count

from comptoir.domain import chart
from comptoir.domain.proposal import Party
from comptoir.domain.text import folded
from comptoir.records.firms.models import InCompany
from comptoir.records.ledger.models import Auxiliary, Line

_LEGAL_FORMS = {
    "SARL",
    "SAS",
    "SASU",
    "EURL",
    "SA",
    "SNC",
    "SCI",
    "EI",
    "SCOP",
    "SELARL",
    "STE",
    "SOCIETE",
    "ETS",
}


@dataclass(frozen=True, slots=True)
class Named:
    """What a piece says of the other party."""

    name: str
    siren: str = ""
    vat_number: str = ""


def party(*, firm_id: UUID, company_id: UUID, named: Named, collective: str) -> Party:
    """The third party that a piece speaks of, with the accounts that its pieces went to."""
    row = _known(company_id, named, collective) or _opened(firm_id, company_id, named, collective)
    return Party(row.code, row.name, row.collective, _accounts(row))


def by_code(owner: InCompany, code: str, account: str) -> Auxiliary:
    """The third party of that code; opened under its own code where a person wrote a new one."""
    row, _ = Auxiliary.objects.get_or_create(
        company_id=owner.company_id,
        code=code[:20].upper(),
        defaults={"firm_id": owner.firm_id, "name": code[:200], "collective": account},
    )
    return row


def _known(company_id: UUID, named: Named, collective: str) -> Auxiliary | None:
    same_side = Auxiliary.objects.filter(company_id=company_id, collective__startswith=collective[:2])
    if named.siren and (row := same_side.filter(siren=named.siren).first()):
        return row
    if named.vat_number and (row := same_side.filter(vat_number=named.vat_number).first()):
        return row
    wanted = _plain(named.name)
    return next((row for row in same_side if _plain(row.name) == wanted and _agree(row, named)), None)


def _agree(row: Auxiliary, named: Named) -> bool:
    """Two companies of one name are two companies when their SIREN say so."""
    return not (row.siren and named.siren and row.siren != named.siren)


def _opened(firm_id: UUID, company_id: UUID, named: Named, collective: str) -> Auxiliary:
    stem = "".join(_plain(named.name).split())[:12] or "DIVERS"
    taken = set(
        Auxiliary.objects.filter(company_id=company_id, code__startswith=stem).values_list("code", flat=True)
    )
    code = next(c for c in (stem, *(f"{stem}{n}" for n in range(2, 10_000))) if c not in taken)
    try:
        with transaction.atomic():
            return Auxiliary.objects.create(
                firm_id=firm_id,
                company_id=company_id,
                code=code,
                name=named.name[:200],
                collective=collective,
                siren=named.siren,
                vat_number=named.vat_number,
            )
    except IntegrityError:  # another worker opened it between the two lines above
        return _known(company_id, named, collective) or _opened(firm_id, company_id, named, collective)


def _accounts(row: Auxiliary) -> tuple[tuple[str, int], ...]:
    """The charge or product accounts of this party's booked pieces, most used first."""
    entries = (
        Line.objects.filter(auxiliary=row, entry__posted_at__isnull=False, entry__document__isnull=False)
        .order_by("-entry__dated_on")
        .values_list("entry_id", flat=True)[:200]
    )
    counted = (
        Line.objects.filter(entry_id__in=list(entries))
        .values_list("account")
        .annotate(times=Count("entry_id", distinct=True))
    )
    kept = Counter({account: times for account, times in counted if _tells(account)})
    return tuple(kept.most_common())


def _tells(account: str) -> bool:
    return chart.is_charge(account) or account.startswith("7")


def _plain(name: str) -> str:
    words = folded(name).split()
    return " ".join(word for word in words if word not in _LEGAL_FORMS) or " ".join(words)
