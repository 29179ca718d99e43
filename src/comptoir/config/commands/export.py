"""`comptoir export --company NAME DIR`: all that a dossier holds, as files, with the proof of its deposits."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from comptoir.config import dossier_folder
from comptoir.config.commands import proof

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

    count, unread = 0, []
    for way, content in takeout.members(company):
        try:
            made = content()
        except (
            Exception
        ) as fault:  # one that its store has lost, or that does not open, keeps no other from leaving
            unread.append(f"{way} : {fault}")
            continue
        (to / way).parent.mkdir(parents=True, exist_ok=True)
        (to / way).write_bytes(made)
        count += 1
    (to / "preuve").mkdir()
    proof.write(company, to / "preuve")
    takeout.note_taken(company=company, count=count, by=None, at=timezone.now())
    told = f"{count} fichiers, et la preuve de ses dépôts"
    if not unread:
        return told
    (to / "ILLISIBLES.txt").write_text("\n".join(unread) + "\n", encoding="utf-8")
    return f"{told} ; {len(unread)} n’ont pas pu être lus, ILLISIBLES.txt les nomme"
