"""The rows of a list of documents, as a form shows and sends them: parallel fields, in the order of the page."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict

from comptoir.domain.folder import SHARED, Folder
from comptoir.domain.limits import plain
from comptoir.domain.request import LONGEST_HINT, LONGEST_LABEL, MOST_ITEMS, Wanted


@dataclass(frozen=True, slots=True)
class Typed:
    """One row: the document, and what of the dossier permanent it stands for."""

    wanted: Wanted
    checklist: str = ""


def rows_of(items: Iterable[Wanted], *, blank: int = 0) -> list[Typed]:
    """Rows to show, and empty ones to fill."""
    return [Typed(item) for item in items] + [Typed(Wanted("")) for _ in range(blank)]


def typed_rows(sent: QueryDict) -> list[Typed]:
    """The rows that a form sent, those without a name left out; one more than a list may hold is enough to say so."""
    names = ("hint", "folder", "required", "checklist")
    columns = [sent.getlist(name) for name in names]
    found = []
    for rank, label in enumerate(sent.getlist("label")):
        hint, folder, required, checklist = (column[rank] if rank < len(column) else "" for column in columns)
        if name := plain(label, LONGEST_LABEL):
            place = folder if folder in list(SHARED) else Folder.PERMANENT.value
            wanted = Wanted(name, plain(hint, LONGEST_HINT), place, required != "0")
            found.append(Typed(wanted, checklist[:40]))
    return found[: MOST_ITEMS + 1]
