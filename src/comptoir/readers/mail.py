"""A mail's bytes as what it brings: attachments, mails within mails, `winmail.dat`; logos and signatures left out.

Nothing that a mail holds makes this fall: what cannot be understood is text, and what cannot be that is nothing.
"""

import base64
import html
import io
import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parseaddr

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from comptoir.domain.mail import Attachment, Incoming, is_receipt
from comptoir.domain.text import on_one_line
from comptoir.lib.mail_domains import is_aligned
from comptoir.readers import tnef

DEEPEST = 4
MOST_FILES = 200
MOST_PARTS = 2_000
_SMALL = 24 * 1024
_INLINE = 80 * 1024

_NO_DOCUMENT = {
    "text/calendar", "text/x-vcard", "text/vcard", "text/directory", "application/pgp-signature", "application/pkcs7-signature",
    "application/x-pkcs7-signature", "application/pgp-keys", "message/delivery-status", "message/disposition-notification",
    "text/rfc822-headers", "application/ics",
}  # fmt: skip
_SIGNATURE = re.compile(
    r"^(?:image\d{3}|logo|signature|outlook-|banner|bandeau|facebook|linkedin|twitter|icon)", re.IGNORECASE
)
_CID = re.compile(r"cid:([^\"'>\s)]+)", re.IGNORECASE)
_TAGS = re.compile(r"<(?:br|/p|/div|/tr|/h\d|/li)[^>]*>", re.IGNORECASE)
_RESULT = re.compile(r"(?<![\w.-])(spf|dkim|dmarc|x-author)\s*=\s*([a-z]+)", re.IGNORECASE)
_SIGNER = re.compile(r"(?<![\w.-])header\.([di])\s*=\s*([^\s;]+)", re.IGNORECASE)
_POLICY = re.compile(r"\bdmarc\s*=[^;]*\bp\s*=\s*(none|quarantine|reject)\b", re.IGNORECASE)
_HIDDEN = re.compile(r"<(style|script|head|title)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)


def read(raw: bytes, *, trusted: AbstractSet[str] = frozenset(), envelope: str = "") -> Incoming:
    """What a mail brings. `trusted` are the names under which servers of our own write what they checked (RFC 8601).

    `envelope` is the sender that the transport named, empty for a bounce.
    """
    first, *within = _letters(_parsed(raw))
    message, (found, left) = first.message, _sorted(first)
    for letter in within:
        theirs, others = _sorted(letter)
        left += others
        found += theirs or _receipt(letter)
    return Incoming(
        message_id=_header(message, "Message-ID")[:200],
        sender=_sender(message) or envelope.lower()[:254],
        subject=_header(message, "Subject")[:250],
        attachments=tuple(found[:MOST_FILES]),
        left_out=tuple(on_one_line(one.filename) for one in left),
        body=_body(first.parts),
        checks=_checks(message, trusted, envelope),
        is_automatic=_is_automatic(message, envelope),
    )


def as_paper(incoming: Incoming) -> Attachment:
    """The text of a mail that is a receipt itself, as a PDF that a person can read."""
    return _paper(incoming.sender, incoming.subject, incoming.body)


def _paper(sender: str, subject: str, body: str) -> Attachment:
    """The same words make the same bytes: a receipt that is forwarded twice is known again."""
    written = io.BytesIO()
    page = canvas.Canvas(written, pagesize=A4, invariant=1)
    _, tall = A4
    down = tall - 60.0
    head = [f"De : {sender}", f"Objet : {subject}", ""]
    for line in [*head, *_wrapped(body)]:
        if down < 60:
            page.showPage()
            down = tall - 60
        page.setFont("Helvetica", 10)
        page.drawString(56, down, line.encode("cp1252", "replace").decode("cp1252"))
        down -= 14
    page.save()
    stem = re.sub(r"[^\w -]", "", subject)[:60].strip() or "recu"
    return Attachment(f"{stem}.pdf", written.getvalue())


@dataclass(frozen=True, slots=True)
class _Letter:
    """A mail, or one within it, with the parts that are its own."""

    message: EmailMessage
    parts: list[EmailMessage]


def _parsed(raw: bytes) -> EmailMessage:
    try:
        return message_from_bytes(raw, policy=policy.default)
    except (MessageError, ValueError, IndexError, RecursionError, LookupError):
        return EmailMessage()


def _letters(message: EmailMessage) -> list[_Letter]:
    """A mail and those within it, however they are attached, each with its own parts."""
    found = [_Letter(message, [])]
    stack, seen = [(message, found[0], 0)], 0
    while stack and seen < MOST_PARTS:
        part, letter, level = stack.pop()
        seen += 1
        if (inside := _letter_within(part)) is not None:
            if level <= DEEPEST * 4:
                found.append(_Letter(inside, []))
                stack.append((inside, found[-1], level + 4))
        elif part.is_multipart():
            held = part.get_payload() if level <= DEEPEST * 4 else []
            parts = [one for one in held if isinstance(one, EmailMessage)] if isinstance(held, list) else []
            stack.extend((one, letter, level + 1) for one in reversed(parts))
        else:
            letter.parts.append(part)
    return found


def _letter_within(part: EmailMessage) -> EmailMessage | None:
    """The mail that a part is: as mails are attached to mails, as a file, or as bytes in base 64, which no norm allows."""
    is_letter = part.get_content_type() == "message/rfc822"
    if is_letter and part.is_multipart():
        held = part.get_payload(0)
        if not isinstance(held, EmailMessage):
            return None
        is_coded = _header(part, "Content-Transfer-Encoding").lower() == "base64" and not held.keys()
        return _parsed(_decoded(str(held.get_payload()))) if is_coded else held
    is_file = is_letter or _filename(part).lower().endswith(".eml")
    return _parsed(_bytes(part)) if is_file and not part.is_multipart() else None


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except ValueError:
        return b""


def _sorted(letter: _Letter) -> tuple[list[Attachment], list[Attachment]]:
    """What a letter brings, and what of it is no document."""
    cids = frozenset(_CID.findall(_html(letter.parts)))
    found: list[Attachment] = []
    left: list[Attachment] = []
    for part in letter.parts:
        for attachment in _attachments(part):
            (found if _is_document(part, attachment, cids) else left).append(attachment)
    return found, left


def _receipt(letter: _Letter) -> list[Attachment]:
    """The paper of a forwarded mail that brings no file and is a receipt itself."""
    body = _body(letter.parts)
    if not is_receipt(body):
        return []
    return [_paper(_sender(letter.message), _header(letter.message, "Subject")[:250], body)]


def _attachments(part: EmailMessage) -> Iterator[Attachment]:
    kind = part.get_content_type()
    is_text = kind in ("text/plain", "text/html")
    name = _filename(part)
    if is_text and not name and part.get_content_disposition() != "attachment":
        return
    content = _bytes(part)
    if not content:
        return
    if kind == "application/ms-tnef" or name.lower() == "winmail.dat":
        yield from tnef.attachments(content)
        return
    yield Attachment(name or f"piece.{kind.rpartition('/')[2][:8]}", content)


def _is_document(part: EmailMessage, attachment: Attachment, cids: frozenset[str]) -> bool:
    """Not a signature's logo, an appointment or a cryptographic seal; a receipt photographed into the text is one."""
    kind = part.get_content_type()
    if kind in _NO_DOCUMENT or attachment.filename.lower().endswith((".ics", ".vcf", ".p7s", ".asc", ".sig")):
        return False
    if not kind.startswith("image/"):
        return True
    identity = _header(part, "Content-ID").strip("<> ")
    is_shown = identity in cids or part.get_content_disposition() == "inline"
    is_named = bool(_SIGNATURE.match(attachment.filename))
    return len(attachment.content) > (_INLINE if is_shown or is_named else _SMALL / 8)


def _html(parts: list[EmailMessage]) -> str:
    return "\n".join(
        _text(part) for part in parts if part.get_content_type() == "text/html" and not _filename(part)
    )


def _body(parts: list[EmailMessage]) -> str:
    """What the mail says, as text: the plain form where it has one, else the page without its tags."""
    plain = "\n".join(
        _text(part) for part in parts if part.get_content_type() == "text/plain" and not _filename(part)
    )
    if plain.strip():
        return plain[:200_000]
    text = re.sub(r"<[^>]+>", " ", _TAGS.sub("\n", _HIDDEN.sub(" ", _html(parts)[:400_000])))
    return "\n".join(" ".join(line.split()) for line in html.unescape(text).splitlines() if line.strip())[:200_000]


def _text(part: EmailMessage) -> str:
    content = _bytes(part)
    charset = part.get_content_charset() or "utf-8"
    try:
        return content.decode(charset, "replace")
    except LookupError:
        return content.decode("latin-1")


def _bytes(part: EmailMessage) -> bytes:
    try:
        found = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        return b""
    return found if isinstance(found, bytes) else b""


def _filename(part: EmailMessage) -> str:
    try:
        name = part.get_filename() or ""
    except (ValueError, LookupError, IndexError, TypeError):
        name = ""
    return on_one_line(re.split(r"[/\\]", name)[-1])[-200:]


def _sender(message: EmailMessage) -> str:
    return parseaddr(_header(message, "From"))[1].lower()[:254]


def _header(part: EmailMessage, name: str) -> str:
    try:
        return on_one_line(str(part.get(name, "")))
    except (ValueError, LookupError, IndexError, AttributeError, TypeError):
        return ""


def _checks(message: EmailMessage, trusted: AbstractSet[str], envelope: str) -> dict[str, str]:
    """What our own servers found of SPF, DKIM and DMARC, and the domain's policy; nobody else's word for it is taken.

    A signature says something of the author where it is of their domain: then `signer` is `author`.
    """
    found: dict[str, str] = {}
    author = (_sender(message) or envelope.lower()).rpartition("@")[2]
    for said in message.get_all("Authentication-Results", []) if trusted else []:
        who, _, results = str(said).partition(";")
        if who.split() and who.split()[0].lower() in trusted:
            for one in _bare(results).split(";"):
                for name, result in _RESULT.findall(one):
                    found.setdefault(name.lower(), result.lower())
                    if name.lower() == "dkim" and _signed_by(author, one) and not _is_vouched(found):
                        found["dkim"], found["signer"] = result.lower(), "author"
            if policy := _POLICY.search(results):
                found.setdefault("policy", policy[1].lower())
    return found


def _signed_by(author: str, said: str) -> bool:
    """Whether a result of DKIM speaks of the author's own domain: `header.d`, or `header.i` where that is not told."""
    named = {key.lower(): value.lower().rpartition("@")[2] for key, value in _SIGNER.findall(said)}
    signer = named.get("d") or named.get("i") or ""
    return bool(signer) and is_aligned(signer, author)


def _is_vouched(found: dict[str, str]) -> bool:
    return (found.get("signer"), found.get("dkim")) == ("author", "pass")


def _bare(results: str) -> str:
    """Results without their comments and quoted words, in which a stranger may have had the pen (RFC 5322 §3.2)."""
    kept, depth, is_quoted, is_escaped = [], 0, False, False
    for letter in results:
        if is_escaped or letter == "\\":
            is_escaped = not is_escaped
        elif is_quoted or (letter == '"' and not depth):
            is_quoted = letter != '"' or not is_quoted
        elif letter in "()":
            depth = max(0, depth + (1 if letter == "(" else -1))
        elif not depth:
            kept.append(letter)
    return "".join(kept)


def _is_automatic(message: EmailMessage, envelope: str) -> bool:
    said = _header(message, "Auto-Submitted").lower()
    bulk = _header(message, "Precedence").lower() in ("bulk", "junk", "list")
    is_list = any(_header(message, name) for name in ("List-Id", "List-Unsubscribe", "X-Auto-Response-Suppress"))
    return bool(said and said != "no") or bulk or is_list or not envelope


def _wrapped(text: str) -> Iterator[str]:
    for line in text.splitlines()[:2_000]:
        while len(line) > 95:
            cut = line.rfind(" ", 40, 95)
            cut = cut if cut > 0 else 95
            yield line[:cut]
            line = line[cut:].lstrip()
        yield line
