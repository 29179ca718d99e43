"""The mandate by which a client lets their bank send an account's statements to their accountant: one page to sign."""

import io
from datetime import date

from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

_MM = 72 / 25.4
_WIDE, _TALL = float(A4[0]), float(A4[1])
_LEFT, _TOP, _INDENT = 20 * _MM, _TALL - 25 * _MM, 50 * _MM
_SAID = (
    "Le titulaire du compte autorise la banque à transmettre au cabinet, par le protocole EBICS, les relevés et les "
    "opérations de ce compte, chaque jour ouvré, pour la tenue de sa comptabilité.",
    "Ce mandat ne vaut que pour recevoir des relevés (profil T, transport). Il ne permet aucun paiement ni aucun autre "
    "ordre sur le compte.",
    "Il vaut dès sa réception par la banque, sans limite de durée. Le titulaire peut y mettre fin à tout moment, par "
    "simple lettre à la banque ou au cabinet.",
)


def written(*, holder: str, siren: str, account: str, iban: str, firm: str, on: date) -> bytes:
    """The mandate of one account as a PDF (A4); what is not known here leaves a line to fill in by hand."""
    content = io.BytesIO()
    page = Canvas(content, pagesize=A4)
    page.setTitle("Mandat de transmission des relevés de compte")
    page.setFont("Helvetica-Bold", 16)
    page.drawString(_LEFT, _TOP, "Mandat de transmission des relevés de compte")
    facts = (
        ("Titulaire", holder), ("SIREN", siren), ("Compte", account), ("IBAN", iban), ("Banque", ""),
        ("Cabinet comptable", firm), ("Établi le", f"{on:%d/%m/%Y}"),
    )  # fmt: skip
    _signing(page, _sentences(page, _facts(page, facts, _TOP - 16 * _MM)))
    page.showPage()
    page.save()
    return content.getvalue()


def _facts(page: Canvas, facts: tuple[tuple[str, str], ...], y: float) -> float:
    for label, value in facts:
        page.setFont("Helvetica", 10.5)
        page.drawString(_LEFT, y, label)
        if value:
            page.setFont("Helvetica-Bold", 10.5)
            page.drawString(_LEFT + _INDENT, y, _latin(value)[:70])
        else:
            page.line(_LEFT + _INDENT, y - 1 * _MM, _WIDE - _LEFT, y - 1 * _MM)
        y -= 8 * _MM
    return y - 4 * _MM


def _sentences(page: Canvas, y: float) -> float:
    page.setFont("Helvetica", 10.5)
    for sentence in _SAID:
        for line in simpleSplit(_latin(sentence), "Helvetica", 10.5, _WIDE - 2 * _LEFT):
            page.drawString(_LEFT, y, line)
            y -= 5.5 * _MM
        y -= 3 * _MM
    return y - 4 * _MM


def _signing(page: Canvas, y: float) -> None:
    for number, label in enumerate(("Nom et qualité", "Fait à, le", "Signature du titulaire")):
        place = y - 13 * number * _MM
        page.drawString(_LEFT, place, label)
        page.line(_LEFT + _INDENT, place - 1 * _MM, _WIDE - _LEFT, place - 1 * _MM)


def _latin(text: str) -> str:
    """What the standard fonts of PDF can write."""
    return text.encode("cp1252", "replace").decode("cp1252")
