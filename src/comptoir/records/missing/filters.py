"""What a person asks of the portfolio: which dossiers, in which order, which page; as an address holds it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlencode
from uuid import UUID

from comptoir.domain.company import Keeping

EVERYBODY, MINE, NOBODY = "tous", "miens", "personne"
MOST_WORDS = 100

WAITING = {
    "pieces": "des pièces à traiter",
    "suspens": "des suspens",
    "lettrage": "des paiements à lettrer",
    "validation": "des écritures à valider",
    "neuves": "des lignes neuves",
    "manquantes": "des pièces manquantes",
    "messages": "des messages à traiter",
    "silence": "rien de déposé depuis un mois",
    "banque": "une banque en retard ou à reconnecter",
    "jamais": "jamais tenu",
    "contact": "aucun contact principal",
    "acces": "personne du client n’a accès",
}
"""What a dossier may be chosen for, as its address and its screen say it."""


KEEPINGS = {keeping.value: keeping.french for keeping in Keeping}
"""How a dossier may be kept, as its address and its screen say it."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the portfolio: its name in addresses, its heading, and what it is sorted by.

    `is_figure`: only for those who may enter the dossier; `falls`: its first click sorts downwards; `is_beside`: in
    the cell of the column before it.
    """

    key: str
    label: str
    order: str
    is_figure: bool = True
    falls: bool = True
    title: str = ""
    is_beside: bool = False

    @property
    def is_counted(self) -> bool:
        """Whether it is a number that every standing has."""
        return self.order.removeprefix("standing__") in _COUNTED


_COUNTED = {"to_review", "in_suspense", "unlettered", "to_validate", "unseen", "missing", "messages"}


# To add a column: a line here, and its cell at the same place in `firm/portfolio.html#row`.
COLUMNS = (
    Column("ref", "Réf.", "reference", is_figure=False, falls=False, title="Référence externe"),
    Column("nom", "Dossier", "plain_name", is_figure=False, falls=False),
    Column("forme", "forme", "legal_form", is_figure=False, falls=False, title="Forme juridique", is_beside=True),
    Column("siren", "SIREN", "siren", is_figure=False, falls=False, is_beside=True),
    Column(
        "cloture", "Clôture", "standing__closes_on", is_figure=False, falls=False, title="De l’exercice en cours"
    ),
    Column("tenue", "Tenue", "keeping", falls=False, title="Automatique ou manuelle"),
    Column("contact", "Contact", "contact", falls=False, title="Contact principal"),
    Column("messages", "messages", "standing__messages", title="Conversations à traiter", is_beside=True),
    Column("tenu", "Tenu par", "keeper", is_figure=False, falls=False),
    Column("pieces", "À traiter", "standing__to_review", title="Pièces à traiter"),
    Column("suspens", "Suspens", "standing__in_suspense", title="Lignes en 471"),
    Column("lettrage", "À lettrer", "standing__unlettered", title="Paiements de tiers non lettrés"),
    Column("validation", "À valider", "standing__to_validate", title="Écritures en brouillard"),
    Column("neuves", "Neuves", "standing__unseen", title="Lignes arrivées depuis la dernière tenue"),
    Column("manquantes", "Manquantes", "standing__missing", title="Justificatifs demandés au client"),
    Column("depot", "Dépôt", "standing__last_deposit_at", title="Dernier dépôt"),
    Column("banque", "Banque", "standing__proved_on", falls=False, title="Jour jusqu’auquel le solde est prouvé"),
)
BY_KEY = {column.key: column for column in COLUMNS}
FIRST = "-pieces"
"""The order of a first look: where most waits comes first."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked; whatever an address holds that is not known here is left out."""

    is_everybodys: bool = False
    words: str = ""
    closing_month: int | None = None
    legal_form: str = ""
    keeper: str = ""
    keeping: str = ""
    waiting: tuple[str, ...] = ()
    sort: str = FIRST
    page: int = 1

    @property
    def column(self) -> Column:
        """The column that orders."""
        return BY_KEY[self.sort.removeprefix("-")]

    @property
    def is_falling(self) -> bool:
        """Whether the largest comes first."""
        return self.sort.startswith("-")

    @property
    def narrows(self) -> bool:
        """Whether anything but the scope is asked."""
        chosen = (self.words, self.closing_month, self.legal_form, self.keeper, self.keeping, self.waiting)
        return any(chosen)

    @property
    def query(self) -> str:
        """As an address holds it, the page apart."""
        asked: list[tuple[str, str]] = [("dossiers", EVERYBODY if self.is_everybodys else MINE)]
        asked += [("q", self.words)] if self.words else []
        asked += [("cloture", str(self.closing_month))] if self.closing_month else []
        asked += [("forme", self.legal_form)] if self.legal_form else []
        asked += [("tenu_par", self.keeper)] if self.keeper else []
        asked += [("tenue", self.keeping)] if self.keeping else []
        asked += [("avec", name) for name in self.waiting]
        asked += [("tri", self.sort)] if self.sort != FIRST else []
        return urlencode(asked)

    @property
    def address(self) -> str:
        """As an address holds it, with the page."""
        return f"{self.query}&page={self.page}" if self.page > 1 else self.query

    def sorted_by(self, column: Column) -> "Filters":
        """The same in this column's order; the other way round where it orders already."""
        if column.key == self.column.key:
            sort = column.key if self.is_falling else f"-{column.key}"
        else:
            sort = f"-{column.key}" if column.falls else column.key
        return replace(self, sort=sort, page=1)

    def at_page(self, page: int) -> "Filters":
        """Another page of the same."""
        return replace(self, page=page)


def read(query: Mapping[str, Sequence[str]]) -> Filters:
    """What an address asks."""

    def one(name: str) -> str:
        return (query.get(name) or [""])[-1].replace("\0", "").strip()

    sort, month, page = one("tri"), one("cloture"), one("page")
    return Filters(
        is_everybodys=one("dossiers") == EVERYBODY,
        words=" ".join(one("q")[:MOST_WORDS].split()),
        closing_month=int(month) if month in _MONTHS else None,
        legal_form=one("forme")[:20],
        keeper=_keeper(one("tenu_par")),
        keeping=one("tenue") if one("tenue") in KEEPINGS else "",
        waiting=tuple(name for name in WAITING if name in (query.get("avec") or ())),
        sort=sort if sort.removeprefix("-") in BY_KEY and not sort.startswith("--") else FIRST,
        page=int(page) if page.isascii() and page.isdecimal() and 0 < len(page) < 6 and int(page) else 1,
    )


def parse(written: str) -> Filters:
    """What a saved or posted address asks."""
    return read(parse_qs(written[:MOST]))


MOST = 2000
"""How long an address may be: longer ones are nobody's."""
_MONTHS = {str(month) for month in range(1, 13)}


def _keeper(written: str) -> str:
    if written == NOBODY:
        return NOBODY
    try:
        return str(UUID(written))
    except ValueError:
        return ""
