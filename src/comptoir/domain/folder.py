"""The fixed folders of every company: what each holds, who sees it at first, and what a thing in it may be called."""

import unicodedata
from enum import StrEnum

from comptoir.domain.rights import CLIENT_ROLES, Act, Role, may

LARGEST = 100 * 1024 * 1024
"""The heaviest file of a shared folder."""
LONGEST_NAME = 200
LONGEST_FOLDER = 120


class Folder(StrEnum):
    """A folder that every company has: five that the firm shares with its client, and the firm's own."""

    PERMANENT = "permanent"
    EXERCICES = "exercices"
    SOCIAL = "social"
    FISCAL = "fiscal"
    JURIDIQUE = "juridique"
    CABINET = "cabinet"

    @property
    def french(self) -> str:
        """Its name on screens."""
        return _SAID[self][0]

    @property
    def explained(self) -> str:
        """What it holds, in one sentence."""
        return _SAID[self][1]

    @property
    def icon(self) -> str:
        """Its icon in the set."""
        return _SAID[self][2]

    @property
    def is_reserved(self) -> bool:
        """Whether only the *dirigeant* sees it, among the client's people."""
        return self in _RESERVED

    @property
    def readers(self) -> tuple[Role, ...]:
        """For whom of the client's people it is there, where the firm said nothing else."""
        return tuple(role for role in CLIENT_ROLES if may(role, self.act))

    @property
    def is_private(self) -> bool:
        """Whether it is the firm's own: for the client it does not exist, whatever anybody sets."""
        return self is Folder.CABINET

    @property
    def act(self) -> Act:
        """What one must be allowed, to know that it is there, where the firm said nothing else."""
        if self.is_private:
            return Act.SEE_CONFIDENTIAL
        return Act.SEE_RESERVED_FOLDERS if self.is_reserved else Act.SEE_FOLDERS


_SAID = {
    Folder.PERMANENT: (
        "Dossier permanent",
        "Ce qui vaut d’une année à l’autre\u00a0: lettre de mission, baux, contrats, emprunts.",
        "archive",
    ),
    Folder.EXERCICES: (
        "Exercices",
        "Ce qui clôt chaque année\u00a0: bilan, compte de résultat, plaquette, grand livre.",
        "book",
    ),
    Folder.SOCIAL: (
        "Social",
        "Les salariés\u00a0: bulletins de paie, contrats de travail, déclarations sociales.",
        "people",
    ),
    Folder.FISCAL: (
        "Fiscal",
        "Les impôts\u00a0: TVA, impôt sur les sociétés, CFE, avis et échéanciers.",
        "percent",
    ),
    Folder.JURIDIQUE: (
        "Juridique",
        "La société\u00a0: statuts, extrait Kbis, procès-verbaux d’assemblée.",
        "balance",
    ),
    Folder.CABINET: (
        "Espace du cabinet",
        "Notes de travail, diligences, lettres internes\u00a0: le client ne le voit jamais.",
        "lock",
    ),
}
_RESERVED = (Folder.SOCIAL, Folder.JURIDIQUE)
SHARED = tuple(folder for folder in Folder if not folder.is_private)
"""Those that the client may see."""


def visible_to(role: Role) -> tuple[Folder, ...]:
    """The folders that exist for this role, where the firm said nothing else; the others are not there at all."""
    return tuple(folder for folder in Folder if may(role, folder.act))


def file_name(given: str) -> str:
    """The name under which a file is kept: no path, no sign that does not print or turns the text round, not endless.

    Windows leaves out dots and spaces at the end: `facture.exe.` would be a program there.
    """
    last = given.replace("\\", "/").rpartition("/")[2]
    plain = "".join(sign if sign.isprintable() else " " for sign in last)
    words = " ".join(plain.split()).rstrip(". ")
    stem, dot, ending = words.rpartition(".")
    if dot and len(ending) <= 10:
        return f"{stem[: LONGEST_NAME - len(ending) - 1] or 'sans nom'}.{ending}"
    return words[:LONGEST_NAME] or "sans nom"


def renamed(before: str, given: str) -> str:
    """A file's new name: its ending stays, since that is what it is; a text never becomes a program by its name."""
    _, dot, ending = before.rpartition(".")
    name = file_name(given)
    if not dot or len(ending) > 10:
        return name.replace(".", " ").strip()
    if name.casefold().endswith(f".{ending}".casefold()):
        return name
    return file_name(f"{name}.{ending}")


def subfolder_name(given: str) -> str:
    """The name of a folder that the firm makes, or nothing where nothing is left of it."""
    name = file_name(given.replace("/", "-").replace("\\", "-"))
    return "" if name == "sans nom" else name[:LONGEST_FOLDER].strip()


def name_key(name: str) -> str:
    """By what two names are the same in one folder: neither capital letters nor how an accent is written tell them apart."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def beside(name: str, rank: int) -> str:
    """The name again, with a rank, for where it is taken: `Bail (2).pdf`."""
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        stem, dot, ending = name, "", ""
    told = f" ({rank}){dot}{ending}"
    return f"{stem[: LONGEST_NAME - len(told)]}{told}"
