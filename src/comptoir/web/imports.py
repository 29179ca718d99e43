"""What an import of a statement added, in words, for either side."""

from django.contrib import messages
from django.http import HttpRequest

from comptoir.domain.money import french
from comptoir.records.banking.actions import Import


def counted(found: Import) -> str:
    """How many movements were new, how many were known, and what was left."""
    new = found.new
    told = [f"{new} opérations ajoutées" if new > 1 else f"{new or 'aucune'} opération ajoutée"]
    if found.known:
        told.append(f"{found.known} déjà connue{'s' if found.known > 1 else ''}")
    if found.reworded:
        told.append(f"{found.reworded} redite{'s' if found.reworded > 1 else ''} par la banque en d’autres termes")
    if found.announced:
        told.append(
            f"{found.announced} à venir, qui attend{'ent' if found.announced > 1 else ''} d’être comptabilisée{'s' if found.announced > 1 else ''} par la banque"
        )
    if found.elsewhere:
        told.append(f"le reste du fichier est d’un autre compte ({', '.join(found.elsewhere[:3])})")
    return ", ".join(told)


def warn_of_withdrawn(request: HttpRequest, found: Import) -> None:
    """A statement that its bank issued again no longer tells what was kept: it is undone, and somebody should know."""
    for gone in found.withdrawn[:5]:
        told = f"« {gone.label} » du {gone.booked_on:%d/%m/%Y}, {french(gone.amount)}\u00a0€"
        messages.warning(
            request,
            f"{told}, n’est plus dans ce relevé que la banque a refait : une opération contraire l’annule.",
        )
