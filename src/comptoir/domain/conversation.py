"""Conversations between a firm and its client: who sees which, who writes in them, and what a subject may be."""

import unicodedata
from collections.abc import Callable
from enum import StrEnum

from comptoir.domain.rights import Act

May = Callable[[Act], bool]
"""Whether somebody, where they sit, may do an act."""

LONGEST_SUBJECT = 200
LONGEST_TEXT = 50_000
"""Characters of one message: what is longer is a document, and is attached."""
MOST_ATTACHMENTS = 30
MOST_MENTIONS = 20


class Kind(StrEnum):
    """Who a conversation is for."""

    EXTERNAL = "external"
    CONFIDENTIAL = "confidential"
    PRIVATE = "private"

    @property
    def french(self) -> str:
        """As the firm chooses it."""
        return _SAID[self][0]

    @property
    def explained(self) -> str:
        """Who reads it, in one sentence."""
        return _SAID[self][1]

    @property
    def icon(self) -> str:
        """Its icon in the set."""
        return _SAID[self][2]


_SAID = {
    Kind.EXTERNAL: ("Avec le client", "Le client et toutes les personnes du cabinet qui tiennent le dossier la lisent.", "chat"),
    Kind.CONFIDENTIAL: ("Interne au cabinet", "Seules les personnes du cabinet la lisent : pour le client, elle n’existe pas.", "lock"),
    Kind.PRIVATE: ("Privée", "Seules les personnes choisies la lisent, et personne d’autre, ni au cabinet ni chez le client.", "eye"),
}  # fmt: skip


def seen_whole(may: May, *, is_firm: bool) -> tuple[Kind, ...]:
    """The kinds of which one sees every conversation; of the others only those that one takes part in."""
    seen = [Kind.EXTERNAL] if may(Act.SEE_MESSAGES) else []
    return tuple([*seen, Kind.CONFIDENTIAL] if is_firm and may(Act.SEE_CONFIDENTIAL) else seen)


def seen_by_part(may: May, *, is_firm: bool) -> tuple[Kind, ...]:
    """The kinds of which one sees those that one takes part in; on the client's side, never what is inside the firm."""
    if not may(Act.TAKE_PART):
        return ()
    return tuple(kind for kind in Kind if is_firm or kind is not Kind.CONFIDENTIAL)


def writes(kind: Kind, may: May, *, is_firm: bool, is_participant: bool) -> bool:
    """Whether somebody who sees a conversation may write in it."""
    if kind is Kind.EXTERNAL:
        return may(Act.WRITE_MESSAGES) or (not is_firm and is_participant and may(Act.TAKE_PART))
    if kind is Kind.CONFIDENTIAL:
        return is_firm and may(Act.SEE_CONFIDENTIAL)
    return is_participant and may(Act.TAKE_PART)


def begins(may: May, *, is_firm: bool) -> tuple[Kind, ...]:
    """The kinds that somebody may begin."""
    kinds = [Kind.EXTERNAL] if may(Act.WRITE_MESSAGES) else []
    kinds += [Kind.CONFIDENTIAL] if is_firm and may(Act.SEE_CONFIDENTIAL) else []
    return tuple([*kinds, Kind.PRIVATE] if may(Act.WRITE_MESSAGES) else kinds)


_TURNS_TEXT = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\ufeff")
"""Signs that turn the text around: what follows a subject on the page would be read backwards."""


def subject(given: str) -> str:
    """A subject as it is kept: on one line, no sign that turns the text around, not endless; any alphabet, any emoji."""
    plain = "".join(
        " " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign
        for sign in given
        if sign not in _TURNS_TEXT
    )
    return " ".join(plain.split())[:LONGEST_SUBJECT].rstrip()


def opening(text: str) -> str:
    """The beginning of a message, for a list."""
    words = " ".join(text.split())
    return words if len(words) <= 160 else f"{words[:159].rstrip()}…"
