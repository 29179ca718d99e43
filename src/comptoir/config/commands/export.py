"""`comptoir export --company NAME DIR`: all that a dossier holds, as files, with the proof of its deposits."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from comptoir.config import dossier_folder

if TYPE_CHECKING:
    from comptoir.records.firms.models import Company

NAME = "export"
HELP = "Emporte tout un dossier : pièces, écritures, banque, conversations, dossiers partagés, preuve des dépôts."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which dossier, where to, and which data."""
    dossier_folder.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """0 with what was written, 1 with the reason."""
    return dossier_folder.run(args, write)


def write(company: "Company", to: Path) -> str:
    """Every file of a dossier, in a folder that is there; says how many."""
    from django.utils import timezone

    from comptoir.records.exports import takeout

    def keep(way: str, content: bytes) -> None:
        (to / way).parent.mkdir(parents=True, exist_ok=True)
        (to / way).write_bytes(content)

    count, unread = takeout.write(company, keep)
    takeout.note_taken(company=company, count=count, by=None, at=timezone.now())
    told = f"{count} fichiers, et la preuve de ses dépôts"
    return f"{told} ; {unread} n’ont pas pu être lus, ILLISIBLES.txt les nomme" if unread else told
