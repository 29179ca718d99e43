"""The screens in English. French is what is written; English is a catalog beside it (`docs/adr/0024-english.md`).

`words/pages.po` holds what templates say, `words/sentences.po` what the code says: the msgid is the French as it stands
in the source. Templates are put into English when they are loaded, once; sentences when they are shown, so that what is
kept and what goes into the books stays French, whoever reads it.
"""

from django.utils import translation

FRENCH, ENGLISH = "fr", "en"
_DJANGO = {FRENCH: "fr", ENGLISH: "en-gb"}
"""Django's names for them: an English that writes the day before the month, as every field here does."""
NAMES = {FRENCH: "Français", ENGLISH: "English"}


def tongue() -> str:
    """The language that is spoken just now: `fr` or `en`."""
    return ENGLISH if translation.get_language() == _DJANGO[ENGLISH] else FRENCH


def colon() -> str:
    """What stands between a name and what is said of it: French has a space before it."""
    return ": " if tongue() == ENGLISH else " : "


def speaking(language: str) -> translation.override:
    """A context within which this language is spoken; French where it is neither."""
    return translation.override(_DJANGO.get(language, _DJANGO[FRENCH]))
