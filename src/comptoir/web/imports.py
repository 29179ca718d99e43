"""What an import of a statement added, in words, for either side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.contrib import messages
from django.http import HttpRequest

from comptoir.domain.money import french
from comptoir.records.banking import sent
from comptoir.records.banking.actions import Import
from comptoir.records.banking.models import SentStatement
from comptoir.records.firms.models import Company


class Counted(Protocol):
    """What an import gave, as it is told at once or remembered of a long file."""

    @property
    def new(self) -> int: ...
    @property
    def known(self) -> int: ...
    @property
    def reworded(self) -> int: ...
    @property
    def announced(self) -> int: ...
    @property
    def elsewhere(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Told:
    """A long file that was sent, and in words what it gave."""

    file: SentStatement
    given: str


def long_files(company: Company, *, at: datetime) -> list[Told]:
    """Those that are being read, and the last that were."""
    return [Told(row, counted(row) if row.kept_at else "") for row in sent.recent(company, at=at)]


def counted(found: Counted) -> str:
    """How many movements were new, how many were known, and what was left."""
    new = found.new
    told = [f"{_whole(new)} opérations ajoutées" if new > 1 else f"{new or 'aucune'} opération ajoutée"]
    if found.known:
        told.append(f"{_whole(found.known)} déjà connue{'s' if found.known > 1 else ''}")
    if found.reworded:
        told.append(
            f"{_whole(found.reworded)} redite{'s' if found.reworded > 1 else ''} par la banque en d’autres termes"
        )
    if found.announced:
        told.append(
            f"{found.announced} à venir, qui attend{'ent' if found.announced > 1 else ''} d’être comptabilisée{'s' if found.announced > 1 else ''} par la banque"
        )
    if found.elsewhere:
        told.append(f"le reste du fichier est d’un autre compte ({', '.join(found.elsewhere[:3])})")
    return ", ".join(told)


def _whole(count: int) -> str:
    return f"{count:,}".replace(",", "\u202f")


def warn_of_withdrawn(request: HttpRequest, found: Import) -> None:
    """A statement that its bank issued again no longer tells what was kept: it is undone, and somebody should know."""
    for gone in found.withdrawn[:5]:
        told = f"« {gone.label} » du {gone.booked_on:%d/%m/%Y}, {french(gone.amount)}\u00a0€"
        messages.warning(
            request,
            f"{told}, n’est plus dans ce relevé que la banque a refait : une opération contraire l’annule.",
        )
