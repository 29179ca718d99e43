"""Which browser and which system sent a request, in words that its owner knows."""

import re

from comptoir.lib.english import ENGLISH, tongue
from comptoir.lib.english.catalog import english

# The first that is found wins: each of them also names those below it.
BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome/", "Chrome"), ("Chromium/", "Chromium"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"), ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip
UNKNOWN = "Navigateur inconnu"
_NAMES = ("|".join(re.escape(name) for _, name in names) for names in (BROWSERS, SYSTEMS))
_SAID = re.compile("(?:{}|Navigateur) sur (?:{})|Navigateur inconnu".format(*_NAMES))


def in_words(user_agent: str) -> str:
    """`Safari sur iPhone`, `Firefox sur Windows`, or what is known of it."""
    browser, system = _named(BROWSERS, user_agent), _named(SYSTEMS, user_agent)
    if browser and system:
        return f"{browser} sur {system}"
    return browser or (f"Navigateur sur {system}" if system else UNKNOWN)


def spoken(words: str) -> str:
    """The same words within whatever holds them, in the language that is spoken; a name that somebody gave stays."""
    if tongue() != ENGLISH:
        return words
    return _SAID.sub(lambda found: english(found[0]).replace(" sur ", english(" sur ")), words)


def is_phone(user_agent: str) -> bool:
    """Whether it is carried in a pocket: only the drawing beside the words depends on it."""
    return bool(re.search(r"iPhone|Android.*Mobile", user_agent))


def _named(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for sign, name in names if sign in user_agent), "")
