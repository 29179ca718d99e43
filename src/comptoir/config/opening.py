"""Why a file that the command line was given does not open, in French words."""

from pathlib import Path

_REASONS: dict[type[OSError], str] = {
    FileNotFoundError: "ce fichier n’existe pas",
    IsADirectoryError: "c’est un dossier, pas un fichier",
    PermissionError: "vous n’avez pas le droit de le lire",
}


def unopened(path: Path | str, error: OSError) -> str:
    """One line for a person: `« a.pdf » ne s’ouvre pas : ce fichier n’existe pas.`"""
    reason = _REASONS.get(type(error), error.strerror or "erreur du disque")
    return f"« {path} » ne s’ouvre pas : {reason}."
