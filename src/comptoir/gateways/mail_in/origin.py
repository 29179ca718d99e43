"""Whether a mail comes from where it says: asked of the sender's own domain by SPF (RFC 7208), DKIM (6376), DMARC (7489).

What was found is written at the mail's head, as every mail server does (RFC 8601): whoever reads it again knows it too.
"""

import ipaddress
import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import compat32, default
from email.utils import getaddresses

import dkim
import dns.resolver
import spf
from authheaders.dmarc_lookup import DMARCException, receiver_record
from dkim.util import InvalidTagValueList, parse_tag_value
from dns.exception import DNSException

from comptoir.lib.mail_domains import is_aligned, registered

LONGEST = 5
"""Seconds for everything that is asked of one mail: its sender's server waits for our answer meanwhile."""
PATIENCE = 2
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


@dataclass(frozen=True, slots=True)
class Policy:
    """What a domain publishes for mail in its name (DMARC): its tags, none where it publishes nothing.

    `fault` is why that is not known; `is_parents` is whether it is that of the domain above.
    """

    tags: Mapping[str, str]
    is_parents: bool = False
    fault: str = ""

    @property
    def asked(self) -> str:
        """What its owner wants of a mail that is not theirs."""
        asked = self.tags.get("sp", "") if self.is_parents else ""
        return asked if asked in _POLICIES else self.tags.get("p", "")


class _Clock:
    """How long may still be asked. Questions whose answer may accuse come first; a stranger's slow ones take no time of theirs."""

    def __init__(self) -> None:
        self.ends = time.monotonic() + LONGEST

    def is_over(self) -> bool:
        return self.left() <= 0

    def left(self) -> float:
        return self.ends - time.monotonic()

    def patience(self) -> float:
        return max(0.01, min(PATIENCE, self.left()))


def stamped(raw: bytes, *, name: str, peer: str, helo: str, envelope: str) -> bytes:
    """The mail with what its sender's domain says of it, under `name`; as it came, from our own network.

    `peer` is the address it came from, `helo` how that one called itself, `envelope` the sender that it named.
    """
    if not _is_far(peer):
        return raw
    try:
        said = checks(raw, peer=peer, helo=helo, envelope=envelope)
    except (
        Exception
    ):  # what a stranger wrote in their headers or their zone must not keep a mail out, nor let it in
        log.warning("origin of a mail from %s not checked", peer, exc_info=True)
        said = ["spf=none", "dkim=none", "dmarc=none", "x-author=permerror"]
    return f"Authentication-Results: {name}; {'; '.join(said)}\r\n".encode("ascii") + raw


def checks(raw: bytes, *, peer: str, helo: str, envelope: str) -> list[str]:
    """What was found, as the header says it: `spf=pass`, `dkim=fail`, `dmarc=fail (p=reject)`.

    Of an author whose domain publishes no policy, `x-author` says whether its own SPF refuses the host that the mail
    came from, with no signature of that domain to vouch for it (RFC 7208 §8.4).
    """
    clock, authors = _Clock(), list(dict.fromkeys(_authors(raw)) or filter(None, [_domain(envelope)]))
    policies = {author: _policy(author, clock) for author in authors}
    mail = _signed(raw)
    theirs, others = _ranked(mail, authors)
    signatures = [_verified(mail, rank, domain, clock) for rank, domain in theirs]
    own = {
        author: _spf(peer, f"postmaster@{author}", helo, clock)
        for author, policy in policies.items()
        if not policy.tags and policy.fault != _UNKNOWN
    }
    host = own.get(_domain(envelope)) or _spf(peer, envelope, helo, clock)
    of_author = [_verdict(author, policies[author], (host, *signatures)) for author in authors]
    # Of several authors, the one who did not write it counts (RFC 7489 §6.6.1).
    verdict, policy = min(of_author, key=_weight, default=("none", ""))
    said = [f"dmarc={verdict}{f' (p={policy})' if policy else ''}"]
    if len(authors) > 1 and clock.is_over():
        # One author's silent name servers must not cover another: who names several and lets time run out is not believed.
        said = ["dmarc=permerror", "x-author=permerror"]
    elif own:
        found = [_unpublished(author, witness, (host, *signatures)) for author, witness in own.items()]
        said.append(f"x-author={min(found, key=lambda result: result != 'fail')}")
    signatures += [_verified(mail, rank, domain, clock) for rank, domain in others]
    signed = min((one.result for one in signatures), key=_by_hope, default="none")
    return [f"spf={host.result}", f"dkim={signed}", *said]


def _is_far(peer: str) -> bool:
    """Whether it came over the internet: a relay of our own has checked already, or stands before who did."""
    try:
        return ipaddress.ip_address(peer).is_global
    except ValueError:
        return False


def _authors(raw: bytes) -> Iterator[str]:
    """The domains of those who say they wrote it, however they spell it: as it stands, and with its coded words read."""
    head = raw.partition(b"\r\n\r\n")[0]
    for policy in (compat32, default):
        named = [str(value) for value in message_from_bytes(head, policy=policy).get_all("From", [])]
        for _, address in getaddresses(named)[:MOST_AUTHORS]:
            if domain := _domain(address):
                yield domain


def _domain(address: str) -> str:
    """The domain of an address, as name servers know it; empty for one that no name server can know."""
    try:
        return address.rpartition("@")[2].strip().lower().encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def _signed(raw: bytes) -> dkim.DKIM:
    """The mail to look for signatures in; one whose head is not written as one has none."""
    try:
        return dkim.DKIM(raw, logger=_QUIET, timeout=PATIENCE)
    except dkim.MessageFormatError:
        return dkim.DKIM(b"\r\n", logger=_QUIET, timeout=PATIENCE)


def _policy(author: str, clock: _Clock) -> Policy:
    """What a domain, or the one above it, publishes; a record that says nothing is none."""
    silent: list[Exception] = []

    def asked(name: str) -> str | None:
        try:
            answer = dns.resolver.resolve(name, "TXT", lifetime=clock.patience())
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return None
        except DNSException as fault:
            silent.append(fault)
            return None
        records = [b"".join(row.strings).decode("utf-8", "replace") for row in answer]
        ours = [record for record in records if record.startswith("v=DMARC1")]
        return ours[0] if len(ours) == 1 else None

    try:
        tags, parent = receiver_record(author, asked)
    except DMARCException:
        return Policy({}, fault="permerror")
    if tags and tags.get("p") in _POLICIES:
        return Policy(tags, is_parents=bool(parent))
    return Policy({}, fault=_UNKNOWN if silent else "")


def _spf(peer: str, sender: str, helo: str, clock: _Clock) -> Witness:
    domain = _domain(sender or helo)
    if clock.is_over():
        return Witness(_UNKNOWN, domain)
    # The library takes the time for all of its questions for that of each one, too.
    result, _ = spf.check2(peer, sender, helo, querytime=min(2 * PATIENCE, clock.left()))
    return Witness(result, domain)


def _ranked(mail: dkim.DKIM, authors: list[str]) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Each signature's rank and domain: those that may vouch for an author, and, of the others, so many as are looked at."""
    written = [value for name, value in mail.headers if name.lower() == b"dkim-signature"]
    every = [(rank, _signer(value)) for rank, value in enumerate(written)]
    roots = [registered(author) for author in authors]
    # The list of endings is long to ask: of hundreds of signatures, their spelling alone is looked at here.
    theirs = [one for one in every if any(f".{one[1]}".endswith(f".{root}") for root in roots)][:MOST_SIGNATURES]
    others = [one for one in every if one not in theirs]
    return theirs, others[: MOST_SIGNATURES - len(theirs)]


def _signer(value: bytes) -> str:
    try:
        domain = parse_tag_value(value).get(b"d", b"")
    except InvalidTagValueList:
        return ""
    return str(domain.decode("ascii", "replace").lower())


def _verified(mail: dkim.DKIM, rank: int, domain: str, clock: _Clock) -> Witness:
    silent = []

    def asked(name: bytes, timeout: int = PATIENCE) -> bytes | None:
        try:
            key: bytes | None = dkim.get_txt(name, clock.patience())
        except (DNSException, dkim.DnsTimeoutError) as fault:
            silent.append(fault)
            raise
        return key

    if clock.is_over():
        return Witness(_UNKNOWN, domain)
    try:
        result = "pass" if mail.verify(idx=rank, dnsfunc=asked) else "fail"
    except (DNSException, dkim.DKIMException):
        result = "permerror"
    return Witness(_UNKNOWN if silent else result, domain)


def _verdict(author: str, policy: Policy, witnesses: tuple[Witness, ...]) -> tuple[str, str]:
    """What DMARC comes to for one author's domain, and the policy that it publishes; `none` where it publishes none."""
    if not policy.tags:
        return policy.fault or "none", ""
    aspf, adkim = policy.tags.get("aspf"), policy.tags.get("adkim")
    modes = (aspf, *(adkim for _ in witnesses[1:]))
    return _vouched(author, witnesses, modes) or "fail", policy.asked


def _unpublished(author: str, own: Witness, witnesses: tuple[Witness, ...]) -> str:
    """What a domain without a policy says by its SPF alone: only a plain refusal (`-all`) accuses."""
    if own.result == "pass":
        return "pass"
    vouched = _vouched(author, witnesses, (None,) * len(witnesses))
    return vouched or ("fail" if own.result == "fail" else "none")


def _vouched(author: str, witnesses: tuple[Witness, ...], modes: tuple[str | None, ...]) -> str:
    """`pass` where a witness speaks for the author, `temperror` where one might have; empty where none does.

    Whether somebody else's name server is silent says nothing: whoever forges a mail may have one that is.
    """
    near = [one.result for one, mode in zip(witnesses, modes, strict=True) if _is_of(one, author, mode)]
    return "pass" if "pass" in near else _UNKNOWN if _UNKNOWN in near else ""


def _is_of(witness: Witness, author: str, mode: str | None) -> bool:
    """Whether it speaks for the author: by the very same domain where that is asked, else by one registered as one."""
    if witness.domain == author or mode == "s":
        return witness.domain == author
    return is_aligned(witness.domain, author)


def _weight(verdict: tuple[str, str]) -> tuple[bool, bool]:
    result, policy = verdict
    return result != "fail", policy in ("", "none")


def _by_hope(result: str) -> int:
    """Of several signatures, one that holds is told, then one that might."""
    return ("pass", _UNKNOWN).index(result) if result in ("pass", _UNKNOWN) else 2
