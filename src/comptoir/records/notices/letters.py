"""A notice as a letter of its own, and the day's digest."""

from collections.abc import Sequence

from django.utils.html import escape

from comptoir.domain.text import on_one_line
from comptoir.lib.english import speaking
from comptoir.lib.english.catalog import english
from comptoir.records.firms.branding import letterhead
from comptoir.records.firms.models import Firm, Person
from comptoir.records.mail.actions import Message
from comptoir.records.notices.models import Notice

CHOICES = "/compte/notifications/"
"""Where a person says what they want to hear of, and how."""
SHOWN = 30
"""How many lines a digest tells one by one."""


def letter(notice: Notice, *, home: str) -> Message:
    """One fact, and where it is seen."""
    return _letter(notice.person, notice.company.firm, [notice], subject=notice.kind_enum.short, home=home)


def digest(person: Person, firm: Firm, notices: Sequence[Notice], *, home: str) -> Message:
    """All that a person has not read, in one letter."""
    count = len(notices)
    subject = "Votre résumé du jour : 1 nouvelle" if count == 1 else f"Votre résumé du jour : {count} nouvelles"
    return _letter(person, firm, notices, subject=subject, home=home)


def _letter(person: Person, firm: Firm, notices: Sequence[Notice], *, subject: str, home: str) -> Message:
    shown = notices[:SHOWN]
    left = len(notices) - len(shown)
    with speaking(person.language):
        return Message(
            to=person.email,
            subject=english(subject),
            text=_text(person, firm, shown, left, home),
            html=_html(person, firm, shown, left, home),
            sender=on_one_line(firm.sender),
        )


def _text(person: Person, firm: Firm, shown: Sequence[Notice], left: int, home: str) -> str:
    lines = [f"Bonjour {on_one_line(person.first_name)},", ""]
    for row in shown:
        lines += [
            f"{on_one_line(row.company.name)} : {english(row.sentence)}",
            *([f"{home}{row.path}"] if home else []),
            "",
        ]
    lines += [*([f"Et {left} de plus, dans votre espace.", ""] if left else []), firm.name]
    lines += ["", f"Choisir ce que vous recevez : {home}{CHOICES}"]
    return "\n".join(map(english, lines))


def _html(person: Person, firm: Firm, shown: Sequence[Notice], left: int, home: str) -> str:
    parts = [letterhead(firm), f"<p>Bonjour {escape(person.first_name)},</p>"]
    for row in shown:
        link = f'<br><a href="{escape(home + row.path)}">{english("Ouvrir")}</a>' if home else ""
        said = f"<strong>{escape(row.company.name)}</strong><br>{escape(english(row.sentence))}{link}"
        parts.append(f'<p dir="auto" style="border-left:3px solid #1d5c45;padding-left:12px">{said}</p>')
    parts += [f"<p>Et {left} de plus, dans votre espace.</p>"] if left else []
    parts.append(f"<p>{escape(firm.name)}</p>")
    if home:
        parts.append(
            f'<p style="font-size:13px"><a href="{escape(home + CHOICES)}">Choisir ce que vous recevez</a></p>'
        )
    return (
        f'<div style="font-family:sans-serif;font-size:15px;line-height:1.5">{"".join(map(english, parts))}</div>'
    )
