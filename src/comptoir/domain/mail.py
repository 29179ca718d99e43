"""Mail that hands documents in: its addresses, who may send, and what is never answered."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

PURPOSES = ("achat", "vente", "ndf", "admin")
"""The four doors of a dossier (`product.md` §2): `achat.token@…`, and so on."""

LETTER, DEMAND, RESERVED = "pieces", "documents", "reserve"
"""The doors that our own letters name as the place to answer: those that ask for pieces or tell of something, those that
ask for documents, and those of which one document is not for everybody at the client's."""
_KEPT_AS = {LETTER: "", DEMAND: "admin", RESERVED: ""}
"""What comes by them: any piece, which its reading knows; a document, kept and never booked; what is no piece at all."""

_LOCAL = re.compile(rf"({'|'.join(PURPOSES)})\.([a-z0-9]{{8,40}})", re.IGNORECASE)
_ANSWER = re.compile(rf"({'|'.join(_KEPT_AS)})\.([a-z0-9]{{8,40}})\.([a-z2-7]{{16}})", re.IGNORECASE)
_REPLY = re.compile(r"reponse\.([a-z0-9]{20,40})", re.IGNORECASE)
_ADDRESS = re.compile(r"[^@\s,;<>\"']{1,64}@[a-z0-9.-]{3,190}", re.IGNORECASE)
_DOMAIN = re.compile(r"@?[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+", re.IGNORECASE)
_MACHINES = re.compile(
    r"(?:mailer-daemon|postmaster|no-?reply|ne-?pas-?repondre|bounces?|double-bounce)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Door:
    """One address of a dossier: what comes through it, and the company's token.

    `signed` stands in the address where a letter of ours is answered: one person's, whom it was written to.
    """

    purpose: str
    token: str
    signed: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a mail brought."""

    filename: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail as it was read: who says they sent it, what it brings, and whether a machine wrote it.

    `checks` is what a server that is trusted says of its origin (SPF, DKIM, DMARC), by name; `left_out` names what was
    no document (logos, signatures).
    """

    message_id: str
    sender: str
    subject: str
    attachments: tuple[Attachment, ...]
    left_out: tuple[str, ...]
    body: str
    checks: dict[str, str]
    is_automatic: bool

    @property
    def is_forged(self) -> bool:
        """Whether its own domain says that it did not send it, and that this is to be believed (RFC 7489)."""
        return is_forged(self.checks)


def is_forged(checks: Mapping[str, str]) -> bool:
    """Whether what was found proves a sender false: a domain that publishes `p=none` is only listening yet.

    A domain without a policy is believed where its SPF refuses the host plainly and no signature of its own vouches for
    the mail: whose a relay's `dkim=pass` is, it must say (`signer`), since whoever forges may sign with a domain of theirs.
    """
    if checks.get("dmarc", "none") not in ("none", "permerror"):  # a record that is none says nothing
        return checks["dmarc"] == "fail" and checks.get("policy") != "none"
    if "x-author" in checks:
        return checks["x-author"] in ("fail", "permerror")
    is_vouched = checks.get("signer") == "author" and checks.get("dkim") in ("pass", "temperror")
    return checks.get("spf") == "fail" and not is_vouched


def door(address: str) -> Door | None:
    """The door that an address is; None for an address that is none of ours."""
    local = address.partition("@")[0].strip()
    found = _LOCAL.fullmatch(local) or _ANSWER.fullmatch(local)
    return Door(*map(str.lower, found.groups())) if found else None


def answer_address(door: Door, domain: str) -> str:
    """Where a letter of ours is answered, in full."""
    return f"{door.purpose}.{door.token}.{door.signed}@{domain}"


def is_answer(purpose: str) -> bool:
    """Whether a mail answers a letter of ours, by the door through which it came."""
    return purpose in _KEPT_AS


def kept_as(purpose: str) -> str:
    """What a piece that came through a door is for."""
    return _KEPT_AS.get(purpose, purpose)


def reply_word(address: str) -> str:
    """The word of a reply address: one person's, in one conversation; empty for any other address."""
    found = _REPLY.fullmatch(address.partition("@")[0].strip())
    return found[1].lower() if found else ""


def reply_address(word: str, domain: str) -> str:
    """Where one person answers one conversation by e-mail."""
    return f"reponse.{word}@{domain}"


def addresses(token: str, domain: str) -> dict[str, str]:
    """The four addresses of a token."""
    return {purpose: f"{purpose}.{token}@{domain}" for purpose in PURPOSES}


def pattern(written: str) -> str:
    """An authorised sender as it is kept: an address, or a whole domain as `@domaine.fr`; empty for what is neither."""
    plain = written.strip().lower()
    if _ADDRESS.fullmatch(plain):
        return plain
    if _DOMAIN.fullmatch(plain):
        return f"@{plain.lstrip('@')}"
    return ""


def is_among(sender: str, patterns: frozenset[str]) -> bool:
    """Whether one of the authorised senders is this one, or its whole domain."""
    plain = sender.lower()
    return plain in patterns or f"@{plain.rpartition('@')[2]}" in patterns


def is_answered(sender: str, *, is_automatic: bool, own_domain: str) -> bool:
    """Whether a mail may be answered: never a machine's, never our own, never one without an address (RFC 3834)."""
    if is_automatic or "@" not in sender:
        return False
    local, _, domain = sender.rpartition("@")
    return not _MACHINES.match(local) and domain.lower() != own_domain.lower()


_AMOUNT = re.compile(r"\d{1,3}(?:[ \u00a0\u202f.]?\d{3})*[.,]\d{2}\s*(?:€|eur)|(?:€|eur)\s*\d", re.IGNORECASE)
_RECEIPT = re.compile(
    r"\b(?:total|reçu|recu|ticket|facture|montant|ttc|receipt|invoice|paiement)\b", re.IGNORECASE
)


def is_receipt(body: str) -> bool:
    """Whether the text of a mail is itself a receipt: it names a total and gives an amount in euros."""
    return bool(_AMOUNT.search(body) and len(set(map(str.lower, _RECEIPT.findall(body)))) >= 2)
