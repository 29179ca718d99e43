"""What is to be put into English, gathered from the source as it stands, and the catalogs brought up to it."""

from collections.abc import Iterator
from pathlib import Path

from babel.messages import pofile
from babel.messages.catalog import Catalog

import comptoir
from comptoir.lib.english import catalog
from comptoir.lib.english.runs import runs
from comptoir.lib.english.sentences import sentences

ROOT = Path(comptoir.__path__[0])
_SILENT = (
    "demo", "config", "readers/fields", "readers/cutting/separator.py", "lib/english", "lib/sql.py", "lib/roles.py",
    "lib/postgres.py", "domain/label", "domain/chart.py", "domain/nature.py", "records/exports/proof_readme.py",
    "records/exports/takeout.py", "gateways/bank/bridge/twin", "gateways/bank/ebics/twin",
    "gateways/bank/files/table/headings.py", "gateways/einvoice/twin.py",
)  # fmt: skip
"""What reads French, writes the books or speaks to who installs: it says nothing on a screen."""
_TECHNICAL = ("gateways", "lib")
"""Where a single word is a name of a format, not something said."""
_NAMING = ("readers/sniff.py", "readers/shared.py")
"""Readers that name what they refuse; elsewhere a reader says whole sentences only, and the rest is looked for on a paper."""


def pages() -> dict[str, list[str]]:
    """What every template says: words → the templates that say them."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "web" / "templates").rglob("*.*")):
        for run in runs(path.read_text(), is_html=path.suffix == ".html"):
            _note(found, run.words, path)
    return found


def said() -> dict[str, list[str]]:
    """What the code says: sentence → the modules that say it."""
    found: dict[str, list[str]] = {}
    for path in sorted(_speaking()):
        for sentence in sentences(path.read_text()):
            if _is_said(sentence, str(path.relative_to(ROOT))):
                _note(found, sentence, path)
    return found


def _is_said(sentence: str, path: str) -> bool:
    layer = path.split("/", 1)[0]
    if layer == "readers" and path not in _NAMING:
        return sentence.endswith((".", "!", "?", "}")) and " " in sentence
    return layer not in _TECHNICAL or not (sentence.isascii() and sentence.isalpha())


GATHERED = {"pages": pages, "sentences": said}
"""Each catalog, and what it has to hold."""


def bring_up_to_date(name: str) -> list[str]:
    """Write a catalog again with what is said now, keeping its English; gives what has none yet."""
    found, before, fresh = GATHERED[name](), catalog.read(name), Catalog(locale="en_GB")
    known = {message.id: message.string for message in before if not message.context}
    for words, places in found.items():
        fresh.add(words, known.get(words, ""), locations=[(place, 1) for place in places])
    for message in before:
        if message.context in found.get(str(message.id), ()):
            fresh.add(message.id, message.string, context=message.context)
    with (ROOT / "lib" / "english" / "words" / f"{name}.po").open("wb") as file:
        pofile.write_po(file, fresh, width=0, omit_header=True, include_lineno=False, sort_output=True)
    catalog.words.cache_clear()
    return [str(message.id) for message in fresh if message.id and not message.string]


def _speaking() -> Iterator[Path]:
    silent = [ROOT / path for path in _SILENT]
    for path in ROOT.rglob("*.py"):
        if "migrations" not in path.parts and not any(path == one or one in path.parents for one in silent):
            yield path


def _note(found: dict[str, list[str]], words: str, path: Path) -> None:
    places = found.setdefault(words, [])
    place = str(path.relative_to(ROOT))
    if place not in places:
        places.append(place)
