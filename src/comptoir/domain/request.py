"""A request for documents: what a list may hold, how far each document is, and the lists that a firm starts with."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from comptoir.domain.folder import SHARED, Folder

MOST_ITEMS = 60
"""Nobody answers a longer list."""
LONGEST_NAME, LONGEST_LABEL, LONGEST_HINT, LONGEST_MESSAGE, LONGEST_WORDS = 80, 160, 300, 2000, 1000


class State(StrEnum):
    """How far one requested document is."""

    WANTED = "demande"
    HANDED = "depose"
    TOLD = "repondu"
    NOT_APPLICABLE = "sans_objet"
    REDO = "a_refaire"
    ACCEPTED = "accepte"

    @property
    def french(self) -> str:
        """As both sides read it."""
        return _SAID[self]

    @property
    def is_open(self) -> bool:
        """Whether the client still has something to do."""
        return self in OPEN

    @property
    def is_to_check(self) -> bool:
        """Whether the firm has something to decide."""
        return self in TO_CHECK


OPEN = (State.WANTED, State.REDO)
TO_CHECK = (State.HANDED, State.TOLD, State.NOT_APPLICABLE)
_SAID = {
    State.WANTED: "Demandé",
    State.HANDED: "Déposé",
    State.TOLD: "Répondu",
    State.NOT_APPLICABLE: "Sans objet",
    State.REDO: "À refaire",
    State.ACCEPTED: "Accepté",
}


class Kind(StrEnum):
    """In what way the client answers."""

    FILE = "file"
    WORDS = "words"
    NOT_APPLICABLE = "not_applicable"

    @property
    def state(self) -> State:
        """What the document becomes by it."""
        return _BECOMES[self]


_BECOMES = {Kind.FILE: State.HANDED, Kind.WORDS: State.TOLD, Kind.NOT_APPLICABLE: State.NOT_APPLICABLE}


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that stands; facts about one document are ranked in the order in which they came."""

    rank: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Decided:
    """What the firm said last."""

    rank: int
    is_accepted: bool


def state(answers: Iterable[Answered], decided: Decided | None) -> State:
    """What follows from the answers that stand and the last decision: the later of them counts."""
    last = max(answers, key=lambda one: one.rank, default=None)
    if decided and (last is None or decided.rank > last.rank):
        return State.ACCEPTED if decided.is_accepted else State.REDO
    return last.kind.state if last else State.WANTED


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a request is: `given` of `total` were answered; what is left of those that are required; what waits."""

    total: int
    given: int
    accepted: int
    left: int
    to_check: int

    @property
    def is_over(self) -> bool:
        """Whether nobody has anything to do: all that is required was given, and all that was given was decided."""
        return self.left == 0 and self.to_check == 0

    @property
    def sentence(self) -> str:
        """As both sides read it: `4 sur 9`."""
        return f"{self.given} sur {self.total}"


def progress(items: Iterable[tuple[State, bool]]) -> Progress:
    """Counted over documents, each with its state and whether it is required."""
    rows = list(items)
    return Progress(
        len(rows),
        sum(not state.is_open for state, _ in rows),
        sum(state is State.ACCEPTED for state, _ in rows),
        sum(state.is_open and is_required for state, is_required in rows),
        sum(state.is_to_check for state, _ in rows),
    )


def is_overdue(due_on: date | None, left: int, today: date) -> bool:
    """Whether the day has passed and something required is still to come."""
    return due_on is not None and due_on < today and left > 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """One document of a list: what it is called, what helps to find it, where it will be kept."""

    label: str
    hint: str = ""
    folder: str = Folder.PERMANENT.value
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class Checklist:
    """A list of documents that the firm asks for again and again."""

    name: str
    message: str = ""
    items: tuple[Wanted, ...] = ()

    @property
    def required(self) -> tuple[Wanted, ...]:
        """Those without which the list is not answered."""
        return tuple(item for item in self.items if item.is_required)

    def faults(self) -> list[str]:
        """What is wrong, in words."""
        found = [] if self.name else ["Donnez un nom à la liste."]
        return found + item_faults(self.items)


def item_faults(items: Sequence[Wanted]) -> list[str]:
    """What is wrong with the documents of a list, in words."""
    if not items:
        return ["Demandez au moins un document."]
    if len(items) > MOST_ITEMS:
        return [f"Pas plus de {MOST_ITEMS} documents dans une liste."]
    labels = [item.label.casefold() for item in items]
    twice = [item.label for item in items if labels.count(item.label.casefold()) > 1]
    return [f"« {twice[0]} » est demandé deux fois."] if twice else []


def to_json(checklist: Checklist) -> dict[str, Any]:
    """A list as it is kept."""
    items = [
        {"label": one.label, "hint": one.hint, "folder": one.folder, "required": one.is_required}
        for one in checklist.items
    ]
    return {"message": checklist.message, "items": items}


def from_json(name: str, kept: Mapping[str, Any]) -> Checklist:
    """A list as it was kept."""
    items = (Wanted(one["label"], one["hint"], one["folder"], one["required"]) for one in kept["items"])
    return Checklist(name, kept["message"], tuple(items))


_P, _E, _S, _F, _J = (one.value for one in SHARED)
GIVEN: dict[str, Checklist] = {
    "onboarding": Checklist(
        "Entrée en relation",
        "Pour commencer, nous avons besoin des documents de votre entreprise. Une photo lisible suffit.",
        (
            Wanted("Lettre de mission signée", "Toutes les pages, datée et signée.", _P),
            Wanted("Statuts à jour", "La dernière version, certifiée conforme.", _J),
            Wanted(
                "Extrait Kbis de moins de trois mois", "Sur monidenum.fr, gratuitement ; RNE pour un artisan.", _J
            ),
            Wanted("Pièce d’identité du dirigeant", "Carte d’identité recto verso, ou passeport.", _J),
            Wanted("Justificatif de domicile du dirigeant", "De moins de trois mois.", _J),
            Wanted("Registre des bénéficiaires effectifs", "La déclaration déposée au greffe.", _J),
            Wanted("RIB de l’entreprise", "Un par compte professionnel.", _P),
            Wanted("Bail ou titre d’occupation des locaux", "", _P, is_required=False),
            Wanted("Contrats d’emprunt et tableaux d’amortissement", "", _P, is_required=False),
            Wanted("Attestations d’assurance", "Responsabilité civile, locaux, véhicules.", _P, is_required=False),
            Wanted("Contrats de travail en cours", "Si l’entreprise a des salariés.", _S, is_required=False),
        ),
    ),
    "tenue": Checklist(
        "Tenue de la période",
        "Voici ce qu’il nous faut pour tenir vos comptes à jour et préparer la TVA.",
        (
            Wanted("Relevés bancaires de la période", "Tous les comptes, cartes et emprunts compris.", _E),
            Wanted(
                "Relevés des plateformes de paiement",
                "SumUp, Stripe, PayPal, titres-restaurant…",
                _E,
                is_required=False,
            ),
            Wanted("Journal de caisse ou Z de la période", "", _E, is_required=False),
            Wanted(
                "Contrats signés pendant la période",
                "Bail, crédit-bail, emprunt, assurance.",
                _P,
                is_required=False,
            ),
            Wanted(
                "Avis d’imposition et courriers de l’administration",
                "TVA, CFE, Urssaf, impôts.",
                _F,
                is_required=False,
            ),
            Wanted(
                "Bulletins de paie et déclarations sociales",
                "S’ils ne sont pas faits par le cabinet.",
                _S,
                is_required=False,
            ),
        ),
    ),
    "bilan": Checklist(
        "Préparation du bilan",
        "Votre exercice se termine : ces documents nous permettent d’arrêter vos comptes.",
        (
            Wanted("Inventaire des stocks", "Quantités et prix d’achat hors taxes, au jour de la clôture.", _E),
            Wanted(
                "État des créances clients", "Qui vous doit encore, et ce que vous pensez ne pas recouvrer.", _E
            ),
            Wanted("État des dettes fournisseurs", "Factures reçues et non payées à la clôture.", _E),
            Wanted("Factures à établir et à recevoir", "Travaux ou livraisons de l’exercice, facturés après.", _E),
            Wanted("Relevés bancaires au jour de la clôture", "Un par compte.", _E),
            Wanted("Montant de la caisse au jour de la clôture", "Une phrase suffit.", _E, is_required=False),
            Wanted(
                "Factures d’immobilisations achetées ou cédées",
                "Matériel, véhicule, travaux.",
                _E,
                is_required=False,
            ),
            Wanted("Relevés annuels des emprunts", "Capital restant dû à la clôture.", _E, is_required=False),
            Wanted("Congés payés dus aux salariés", "", _S, is_required=False),
            Wanted("Avis de CFE et autres impôts de l’exercice", "", _F, is_required=False),
            Wanted("Procès-verbaux d’assemblée de l’exercice", "", _J, is_required=False),
        ),
    ),
    "reprise": Checklist(
        "Reprise d’un dossier",
        "Pour reprendre votre comptabilité sans rupture, demandez ces documents à votre ancien cabinet.",
        (
            Wanted(
                "FEC des trois derniers exercices",
                "Fichiers .txt ou .zip, tels que votre ancien cabinet les donne.",
                _E,
            ),
            Wanted("Balance générale à la dernière clôture", "", _E),
            Wanted("Grand livre du dernier exercice", "", _E),
            Wanted("Liasse fiscale du dernier exercice", "Avec l’accusé de dépôt.", _F),
            Wanted("Bilan et compte de résultat", "Les trois derniers.", _E),
            Wanted("Tableau des immobilisations et amortissements", "", _E),
            Wanted("Balances auxiliaires clients et fournisseurs", "", _E),
            Wanted("État de rapprochement bancaire à la clôture", "", _E),
            Wanted("Dernières déclarations de TVA", "Sur douze mois.", _F),
            Wanted(
                "Lettre de l’ancien cabinet",
                "Confirme qu’il n’y a pas d’empêchement à la reprise.",
                _P,
                is_required=False,
            ),
            Wanted("Livre de paie et dernières DSN", "Si l’entreprise a des salariés.", _S, is_required=False),
        ),
    ),
}
"""The lists that every firm starts with, by the name in their address; each may be rewritten or put away."""
