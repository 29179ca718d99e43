"""Whether a mail comes from where it says: asked of the sender's own domain by SPF (RFC 7208), DKIM (6376), DMARC (7489).

What was found is written at the mail's head, as every mail server does (RFC 8601): whoever reads it again knows it too.
"""

import ipaddress
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.utils import getaddresses
from functools import lru_cache

import dkim
import spf
from authheaders.dmarc_lookup import DMARCException, get_org_domain, receiver_record
from dns.exception import DNSException

PATIENCE = 3
"""Seconds for one answer of a name server."""
MOST_SIGNATURES = 4
MOST_AUTHORS = 4
_UNKNOWN = "temperror"

_POLICIES = ("none", "quarantine", "reject")

log = logging.getLogger(__name__)
_QUIET = logging.getLogger(f"{__name__}.dkim")
_QUIET.disabled = True  # the library calls each signature that does not hold an error


@dataclass(frozen=True, slots=True)
class Witness:
    """A host or a signature: whether it holds (RFC 8601's words), and for which domain it speaks."""

    result: str
    domain: str


def stamped(raw: bytes, *, name: str, peer: str, helo: str, envelope: str) -> bytes:
    """The mail with what its sender's domain says of it, under `name`; as it came from our own network, or where none answers.

    `peer` is the address it came from, `helo` how that one called itself, `envelope` the sender that it named.
    """
    if not _is_far(peer):
        return raw
    try:
        said = checks(raw, peer=peer, helo=helo, envelope=envelope)
    except Exception:  # what a stranger wrote in their headers or their zone must not keep a mail out
        log.warning("origin of a mail from %s not checked", peer, exc_info=True)
        return raw
    return f"Authentication-Results: {name}; {'; '.join(said)}\r\n".encode("ascii") + raw


def checks(raw: bytes, *, peer: str, helo: str, envelope: str) -> list[str]:
    """What was found, as the header says it: `spf=pass`, `dkim=fail`, `dmarc=fail (p=reject)`."""
    host = _spf(peer, envelope, helo)
    signatures = _signatures(raw)
    of_author = [_verdict(author, host, signatures) for author in _authors(raw)]
    # Of several authors, the one who did not write it counts (RFC 7489 §6.6.1).
    verdict, policy = min(of_author, key=_weight, default=("none", ""))
    if verdict == "fail" and any(one.result == _UNKNOWN for one in (host, *signatures)):
        verdict = _UNKNOWN
    signed = min((one.result for one in signatures), key=lambda result: result != "pass", default="none")
    return [f"spf={host.result}", f"dkim={signed}", f"dmarc={verdict}{f' (p={policy})' if policy else ''}"]


def _is_far(peer: str) -> bool:
    """Whether it came over the internet: a relay of our own has checked already, or stands before who did."""
    try:
        return ipaddress.ip_address(peer).is_global
    except ValueError:
        return False


def _authors(raw: bytes) -> Iterator[str]:
    """The domains of those who say they wrote it."""
    head = raw.partition(b"\r\n\r\n")[0]
    named = [str(value) for value in message_from_bytes(head).get_all("From", [])]
    for _, address in getaddresses(named)[:MOST_AUTHORS]:
        if domain := address.rpartition("@")[2].strip().lower():
            yield domain.encode("idna").decode("ascii")


def _spf(peer: str, envelope: str, helo: str) -> Witness:
    result, _ = spf.check2(peer, envelope, helo, timeout=PATIENCE, querytime=3 * PATIENCE)
    return Witness(result, (envelope or helo).rpartition("@")[2].lower())


def _signatures(raw: bytes) -> list[Witness]:
    mail = dkim.DKIM(raw, logger=_QUIET, timeout=PATIENCE)
    count = sum(name.lower() == b"dkim-signature" for name, _ in mail.headers)
    return [_verified(mail, rank) for rank in range(min(count, MOST_SIGNATURES))]


def _verified(mail: dkim.DKIM, rank: int) -> Witness:
    silent = []

    def asked(name: bytes, timeout: int = PATIENCE) -> bytes | None:
        try:
            key: bytes | None = dkim.get_txt(name, timeout)
        except (DNSException, dkim.DnsTimeoutError) as fault:
            silent.append(fault)
            raise
        return key

    mail.signature_fields = {}
    try:
        result = "pass" if mail.verify(idx=rank, dnsfunc=asked) else "fail"
    except (DNSException, dkim.DKIMException):
        result = "permerror"
    domain = mail.signature_fields.get(b"d", b"").decode("ascii", "replace").lower()
    return Witness(_UNKNOWN if silent else result, domain)


def _verdict(author: str, host: Witness, signatures: list[Witness]) -> tuple[str, str]:
    """What DMARC comes to for one author's domain, and the policy that it publishes; `none` where it publishes none."""
    try:
        record, parent = receiver_record(author)
    except DMARCException:
        return "permerror", ""
    if not record or record.get("p") not in _POLICIES:
        return "none", ""
    policy = record.get("sp", record["p"]) if parent else record["p"]
    is_vouched = _is_of(host, author, record.get("aspf")) or any(
        _is_of(one, author, record.get("adkim")) for one in signatures
    )
    return "pass" if is_vouched else "fail", policy if policy in _POLICIES else record["p"]


def _is_of(witness: Witness, author: str, mode: str | None) -> bool:
    """Whether what holds speaks for the author: by the very same domain where that is asked, else by one registered as one."""
    if witness.result != "pass":
        return False
    return witness.domain == author or (mode != "s" and _registered(witness.domain) == _registered(author))


@lru_cache(4096)
def _registered(domain: str) -> str:
    """The domain that somebody owns (`dupont.fr` of `mx.dupont.fr`), also where its ending is newer than the list of them."""
    found = str(get_org_domain(domain) or "")
    return found if "." in found else ".".join(domain.split(".")[-2:])


def _weight(verdict: tuple[str, str]) -> tuple[bool, bool]:
    result, policy = verdict
    return result != "fail", policy in ("", "none")
