"""Which browser and which system sent a request, in words that its owner knows."""

import re

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


def in_words(user_agent: str) -> str:
    """`Safari sur iPhone`, `Firefox sur Windows`, or what is known of it."""
    browser, system = _named(BROWSERS, user_agent), _named(SYSTEMS, user_agent)
    if browser and system:
        return f"{browser} sur {system}"
    return browser or (f"Navigateur sur {system}" if system else UNKNOWN)


def spoken(words: str) -> str:
    """Words that were kept in French, as their reader says them: `Safari on iPhone`."""
    return "".join(map(english, words.partition(" sur ")))


def is_phone(user_agent: str) -> bool:
    """Whether it is carried in a pocket: only the drawing beside the words depends on it."""
    return bool(re.search(r"iPhone|Android.*Mobile", user_agent))


def _named(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for sign, name in names if sign in user_agent), "")
