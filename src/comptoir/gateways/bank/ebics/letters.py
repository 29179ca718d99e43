"""The initialisation letters, a page a key: signed by hand, they prove to the bank that the keys it received are ours."""

import io
from collections.abc import Sequence
from datetime import date

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from comptoir.gateways.bank.ebics.contract import Contract, Version
from comptoir.gateways.bank.ebics.keys import Key, Keys

_MM = 72 / 25.4
_WIDE, _TALL = float(A4[0]), float(A4[1])
_LEFT, _TOP, _INDENT = 20 * _MM, _TALL - 22 * _MM, 66 * _MM
_CODE = 64
_KINDS = {
    "A": ("INI", "signature", "Clé publique de signature électronique"),
    "X": ("HIA", "authentification", "Clé publique d’authentification"),
    "E": ("HIA", "chiffrement", "Clé publique de chiffrement"),
}


def written(contract: Contract, keys: Keys, *, holder: str, bank: str, on: date) -> bytes:
    """The three letters as one PDF (A4), each with the hash that the bank compares with what it received."""
    content = io.BytesIO()
    page = Canvas(content, pagesize=A4)
    page.setTitle(f"Lettres d’initialisation EBICS {contract.user_id}")
    for key in (keys.signature, keys.authentication, keys.encryption):
        _page(page, contract, key, _facts(contract, key, holder, bank, on))
        page.showPage()
    page.save()
    return content.getvalue()


def hash_lines(contract: Contract, key: Key) -> tuple[str, str]:
    """The hash as letters print it: pairs of hexadecimal digits, sixteen a line."""
    pairs = [f"{byte:02X}" for byte in key.public.printed(contract)]
    return " ".join(pairs[:16]), " ".join(pairs[16:])


def _facts(contract: Contract, key: Key, holder: str, bank: str, on: date) -> Sequence[tuple[str, str]]:
    protocol = "EBICS 3.0 (H005)" if contract.version is Version.H005 else "EBICS 2.5 (H004)"
    _, use, _ = _KINDS[key.version[0]]
    return (
        ("Date", f"{on:%d/%m/%Y}"),
        ("Client", holder),
        ("Banque", bank),
        ("Serveur (HostID)", contract.host_id),
        ("Client à la banque (PartnerID)", contract.partner_id),
        ("Utilisateur (UserID)", contract.user_id),
        ("Protocole", protocol),
        ("Version de la clé", f"{key.version} ({use})"),
        ("Longueur de la clé", f"{key.public.modulus.bit_length()} bits"),
    )


def _page(page: Canvas, contract: Contract, key: Key, facts: Sequence[tuple[str, str]]) -> None:
    order, _, title = _KINDS[key.version[0]]
    y = _heading(page, f"Lettre d’initialisation EBICS : {order}", title)
    y = _pairs(page, facts, y)
    y = _certificate(page, key, y) if contract.is_x509 else _numbers(page, key, y)
    y = _hash(page, contract, key, y)
    _signing(page, y)


def _heading(page: Canvas, said: str, title: str) -> float:
    page.setFont("Helvetica-Bold", 16)
    page.drawString(_LEFT, _TOP, said)
    page.setFont("Helvetica", 12)
    page.drawString(_LEFT, _TOP - 8 * _MM, title)
    return _TOP - 19 * _MM


def _pairs(page: Canvas, pairs: Sequence[tuple[str, str]], y: float) -> float:
    for label, value in pairs:
        page.setFont("Helvetica", 9.5)
        page.drawString(_LEFT, y, label)
        page.setFont("Helvetica-Bold", 9.5)
        page.drawString(_LEFT + _INDENT, y, _latin(value)[:60])
        y -= 5.4 * _MM
    return y - 3 * _MM


def _certificate(page: Canvas, key: Key, y: float) -> float:
    found = x509.load_der_x509_certificate(key.certificate)
    dates = f"du {found.not_valid_before_utc:%d/%m/%Y} au {found.not_valid_after_utc:%d/%m/%Y}"
    y = _pairs(page, (("Certificat valable", dates), ("Numéro de série", f"{found.serial_number:X}")), y)
    return _code(page, found.public_bytes(Encoding.PEM).decode().splitlines(), y)


def _numbers(page: Canvas, key: Key, y: float) -> float:
    """The bare key, for banks outside France that print no certificate."""
    public = key.public
    modulus = f"{public.modulus:X}"
    lines = [modulus[at : at + _CODE] for at in range(0, len(modulus), _CODE)]
    return _code(page, [f"Exposant {public.exponent:X}", "Module", *lines], y)


def _code(page: Canvas, lines: Sequence[str], y: float) -> float:
    page.setFont("Courier", 8)
    for line in lines:
        page.drawString(_LEFT, y, line)
        y -= 3.5 * _MM
    return y - 4 * _MM


def _hash(page: Canvas, contract: Contract, key: Key, y: float) -> float:
    of_what = "du certificat" if contract.is_x509 else "de la clé publique"
    page.setFont("Helvetica", 9.5)
    page.drawString(_LEFT, y, f"Empreinte {of_what} (SHA-256)")
    page.setFont("Courier-Bold", 12)
    for number, line in enumerate(hash_lines(contract, key)):
        page.drawString(_LEFT, y - (7 + 6 * number) * _MM, line)
    return y - 23 * _MM


def _signing(page: Canvas, y: float) -> None:
    page.setFont("Helvetica", 9.5)
    page.drawString(_LEFT, y, "Je confirme que cette clé est la mienne et l’autorise pour mon abonnement EBICS.")
    for number, label in enumerate(("Nom et qualité", "Lieu et date", "Signature")):
        place = y - (12 + 12 * number) * _MM
        page.drawString(_LEFT, place, label)
        page.line(_LEFT + 32 * _MM, place - 1 * _MM, _WIDE - _LEFT, place - 1 * _MM)


def _latin(text: str) -> str:
    """What the standard fonts of PDF can write."""
    return text.encode("cp1252", "replace").decode("cp1252")
