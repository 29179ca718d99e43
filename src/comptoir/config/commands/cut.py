"""`comptoir cut FILE… [--json]`: the documents that a file holds, without a database. Its JSON keys are public."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comptoir.config.opening import unopened

if TYPE_CHECKING:
    from comptoir.domain.cutting import Part

NAME = "cut"
HELP = "Montre où découper un fichier qui contient plusieurs pièces ; peut imprimer une page de séparation."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", metavar="FICHIER", help="les fichiers à découper")
    parser.add_argument("--json", action="store_true", help="un objet JSON par fichier, un par ligne")
    parser.add_argument("--separator", metavar="PDF", help="écrit une page de séparation à imprimer")


def run(args: argparse.Namespace) -> int:
    """0 where every file was looked at; 1 where one could not be, the others being looked at all the same."""
    if not args.files and not args.separator:
        print("Nommez un fichier à découper, ou --separator PDF.", file=sys.stderr)
        return 2
    if args.separator and not _separator(args.separator):
        return 1
    return max((_cut(name, as_json=args.json) for name in args.files), default=0)


def _separator(name: str) -> bool:
    from comptoir.readers.cutting import separator_sheet

    try:
        Path(name).write_bytes(separator_sheet())
    except OSError as fault:
        print(f"{name} : {fault.strerror}.", file=sys.stderr)
        return False
    print(f"Page de séparation : {name}", file=sys.stderr)
    return True


def _cut(name: str, *, as_json: bool) -> int:
    from comptoir import readers

    try:
        content = Path(name).read_bytes()
        readers.admit(content, name)
        pages, parts = readers.page_count(content), readers.cutting.parts_of(content)
    except readers.NotReadable as fault:
        print(f"{name} : {fault}", file=sys.stderr)
        return 1
    except OSError as fault:
        print(unopened(name, fault), file=sys.stderr)
        return 1
    print(json.dumps(told(name, pages, parts), ensure_ascii=False) if as_json else said(name, pages, parts))
    return 0


def told(name: str, pages: int, parts: "list[Part]") -> dict[str, Any]:
    """The public keys: pages from 1, boxes in fractions of the page, null where a piece is whole pages."""
    return {
        "file": name,
        "pages": pages,
        "pieces": [
            {
                "pages": list(part.pages),
                "boxes": [list(box) for box in _boxes(part)] if part.outlines else None,
                "reason": part.why.value,
                "confidence": round(part.confidence, 3),
            }
            for part in parts
        ],
    }


def said(name: str, pages: int, parts: "list[Part]") -> str:
    """A listing for a person."""
    lines = [f"{name} : {pages} page{'s'[: pages > 1]}, {len(parts)} pièce{'s'[: len(parts) > 1]}"]
    for part in parts:
        doubt = "" if part.is_sure else "   (à confirmer)"
        where = f"page {part.pages[0]}" if len(part.pages) == 1 else f"pages {part.pages[0]} à {part.pages[-1]}"
        lines.append(f"  {where:<16}{part.why.french}{doubt}")
    return "\n".join(lines)


def _boxes(part: "Part") -> list[tuple[float, ...]]:
    from uuid import UUID

    from comptoir.domain.leaf import Leaf

    leaves = [Leaf(UUID(int=0), part.pages[0], outline) for outline in part.outlines or ()]
    return [leaf.box for leaf in leaves if leaf.box]
