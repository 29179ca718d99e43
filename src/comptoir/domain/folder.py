"""The shared folders of every company: what each holds, who sees it, and what a file in it may be called."""

from enum import StrEnum

from comptoir.domain.rights import CLIENT_ROLES, Act, Role, may

LARGEST = 100 * 1024 * 1024
"""The heaviest file of a shared folder."""
LONGEST_NAME = 200


class Folder(StrEnum):
    """A folder that the firm fills and the client reads: the same five in every company."""

    PERMANENT = "permanent"
    EXERCICES = "exercices"
    SOCIAL = "social"
    FISCAL = "fiscal"
    JURIDIQUE = "juridique"

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
        """For whom of the client's people it is there."""
        return tuple(role for role in CLIENT_ROLES if may(role, self.act))

    @property
    def act(self) -> Act:
        """What one must be allowed, to know that it is there."""
        return Act.SEE_RESERVED_FOLDERS if self.is_reserved else Act.SEE_FOLDERS

    @property
    def topic(self) -> str:
        """Under which name its changes are announced: those of a reserved folder are not told to everybody."""
        return "reserved-folders" if self.is_reserved else "folders"


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
}
_RESERVED = (Folder.SOCIAL, Folder.JURIDIQUE)


def visible_to(role: Role) -> tuple[Folder, ...]:
    """The folders that exist for this role; the others are not there at all."""
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
