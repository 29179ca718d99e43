"""Templates in the language that is spoken: each is compiled once a language, its words put into English as it is read."""

import re
from pathlib import Path, PurePath

from django.template.base import Origin
from django.template.loaders import cached

import comptoir
from comptoir.lib.english import ENGLISH, tongue
from comptoir.lib.english.catalog import words
from comptoir.lib.english.runs import places_read, put

OURS = Path(comptoir.__path__[0]) / "web" / "templates"
SPOKEN = frozenset(
    [
        "choice_label",
        "conditions",
        "doubt",
        "error",
        "explained",
        "explanation",
        "fault",
        "french",
        "help_text",
        "hint",
        "legal_form",
        "outcome",
        "remark",
        "remedy",
        "sentence",
        "state_word",
        "why",
        "words",
    ]
)
"""Last names of variables that hold what the product itself says, wherever they stand."""
SPOKEN_HERE = frozenset(
    [
        "c.detail",
        "c.title",
        "card.detail",
        "card.title",
        "card.words.many",
        "card.words.one",
        "e.reasons.0",
        "f.label",
        "field.label",
        "form.has_messaging.label",
        "form.how_to_reach.label",
        "form.kinds.label",
        "form.means.label",
        "found.reason",
        "group.title",
        "item.label",
        "l.reason",
        "label",
        "line.item.label",
        "link.label",
        "link.reason",
        "match.reason",
        "message",
        "fault.message",
        "one.now",
        "one.setting.default",
        "one.setting.name",
        "one.told",
        "p.reason",
        "plan_form.roles.label",
        "reason",
        "row.suggestion.reason",
        "row.wanted.label",
        "row.what",
        "title",
        "what",
        "where",
        "word",
    ]
)
"""Variables whose last name holds elsewhere what persons, banks or the books say: the label of a line, a title."""
_VARIABLE = re.compile(r"{{ *([\w.]+)((?:\|[^{}]*?)?) *}}")

_SPACED = re.compile(r"([}>]) ([:;?!])(?=\s|$|<|{)")
"""The space that French has before these signs, where they stand between two tags, in no run of words."""


class Loader(cached.Loader):
    """Keeps every template compiled, French and English apart."""

    def cache_key(self, template_name: str, skip: list[Origin] | None = None) -> str:
        """A template's name is one in each language."""
        return f"{tongue()}:{super().cache_key(template_name, skip)}"

    def get_contents(self, origin: Origin) -> str:
        """A template's source: as it was written, or in English where that is spoken."""
        source = str(super().get_contents(origin))
        is_ours = tongue() == ENGLISH and OURS in Path(str(origin.name)).parents
        return in_english(source, Path(str(origin.name)).relative_to(OURS)) if is_ours else source


def in_english(source: str, path: PurePath) -> str:
    """A template's source with its words in English, and its sentences to be put into English when they are shown."""
    known = words("pages") | words("pages", f"web/templates/{path.as_posix()}")
    is_html = path.suffix == ".html"
    said = _SPACED.sub(r"\1\2", put(source, lambda run: known.get(run, run), is_html=is_html))
    places = places_read(said, is_html=is_html)
    # What a form sends back, or a script reads, is what it was: a search for « Banque » stays one.
    return _VARIABLE.sub(
        lambda found: _spoken(found) if any(found.start() in place for place in places) else found[0], said
    )


def _spoken(found: re.Match[str]) -> str:
    name, filters = found.groups()
    if name.rpartition(".")[2] not in SPOKEN and name not in SPOKEN_HERE:
        return found[0]
    return f"{{{{ {name}|english{filters} }}}}"
