"""How amounts, dates, icons and states are written on every page: each in one place."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from comptoir.domain import money, quick_reply
from comptoir.domain.document import Status
from comptoir.domain.label import Original
from comptoir.domain.reading import Kind
from comptoir.lib import rich_text

register = template.Library()

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
SHORT_MONTHS = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")

STATES = {
    Status.RECEIVED: ("clock", ""),
    Status.READING: ("clock", ""),
    Status.TO_REVIEW: ("eye", ""),
    Status.PROPOSED: ("pen", ""),
    Status.POSTED: ("check", "ok"),
    Status.DISMISSED: ("alert", "missing"),
    Status.KEPT: ("archive", "ok"),
}
MEANS = {
    "card": "Carte",
    "direct_debit": "Prélèvement",
    "transfer": "Virement",
    "cheque": "Chèque",
    "cash": "Espèces",
    "fee": "Frais bancaires",
}


@register.simple_tag
@cache
def icon(name: str, size: str = "") -> SafeString:
    """One icon of the set; always beside its word on the client's side."""
    return format_html(
        '<svg class="i {}" aria-hidden="true"><use href="{}#i-{}"></use></svg>', size, static("icons.svg"), name
    )


@register.simple_tag
def at(name: str, *keys: UUID) -> str:
    """The address of a page about these objects, as `url` gives it: for lists, whose every row asks for several."""
    return _pattern(name, len(keys)).format(*keys)


@cache
def _pattern(name: str, count: int) -> str:
    places = [UUID(int=rank) for rank in range(1, count + 1)]
    found = reverse(name, args=places)
    for place in places:
        found = found.replace(str(place), "{}", 1)
    return found


@register.filter
def amount(value: Decimal | None) -> str:
    """An amount in a table: `1 234,56`; nothing where there is none."""
    return "" if value is None else money.french(value)


@register.filter
def euros(value: Decimal | None) -> str:
    """An amount in text: `1 234,56 €`."""
    return "" if value is None else f"{money.french(value)}\u00a0€"


@register.filter
def in_its_money(original: Original | None) -> str:
    """What was paid in another money: `54,20 USD, cours 1,0840`."""
    if original is None:
        return ""
    figure = money.french(original.amount)
    figure = figure if money.places(original.currency) else figure.partition(",")[0]
    rate = f", cours\u00a0{original.rate:f}".replace(".", ",") if original.rate else ""
    return f"{figure}\u00a0{original.currency}{rate}"


@register.filter
def size_of(value: Decimal | None) -> Decimal | None:
    """An amount without its sign, where the words already say which way it went."""
    return None if value is None else abs(value)


@register.filter
def day(value: date | None) -> str:
    """A date in a table: `14/03/2026`."""
    return f"{value:%d/%m/%Y}" if value else ""


@register.filter
def iso_day(value: date) -> str:
    """A date for a date field: `2026-03-14`, whatever the page's language."""
    return value.isoformat()


@register.filter
def day_of_year(value: date | None) -> str:
    """The day on which years close: `31/12`."""
    return f"{value:%d/%m}" if value else ""


@register.filter
def siren(value: str) -> str:
    """A SIREN as one reads it: `821 456 308`."""
    return "\u202f".join(value[start : start + 3] for start in range(0, len(value), 3))


@register.filter
def long_day(value: date | None) -> str:
    """A date in text: `14 mars 2026`."""
    return f"{_ordinal(value)} {MONTHS[value.month - 1]} {value.year}" if value else ""


@register.filter
def near_day(value: date | None) -> str:
    """A date of about now: `14 mars`, with its year when it is another one."""
    if not value:
        return ""
    year = "" if value.year == timezone.localdate().year else f" {value.year}"
    return f"{_ordinal(value)} {MONTHS[value.month - 1]}{year}"


@register.filter
def weekday(value: date) -> str:
    """Today in a greeting: `mardi 17 novembre`."""
    return f"{DAYS[value.weekday()].capitalize()} {_ordinal(value)} {MONTHS[value.month - 1]}"


@register.filter
def ago(value: datetime | str | None) -> str:
    """A moment as one says it: `à l’instant`, `il y a 12 min`, `9 h 15`, `hier`, `12 nov.`"""
    if not isinstance(value, datetime):  # of what is not there, a template gives empty text
        return ""
    local, now = timezone.localtime(value), timezone.localtime()
    minutes = int((now - local).total_seconds() // 60)
    if minutes < 2:
        return "à l’instant"
    if minutes < 60:
        return f"il y a {minutes}\u00a0min"
    if local.date() == now.date():
        return f"{local.hour}\u00a0h\u00a0{local.minute:02d}"
    if (now.date() - local.date()).days == 1:
        return "hier"
    year = "" if local.year == now.year else f" {local.year}"
    return f"{_ordinal(local)} {SHORT_MONTHS[local.month - 1]}{year}"


@register.filter
def moment(value: datetime) -> str:
    """A moment in a letter: `14 mars 2026 à 9 h 15`."""
    local = timezone.localtime(value)
    return f"{long_day(local)} à {local.hour}\u00a0h\u00a0{local.minute:02d}"


@register.filter
def said_at(value: datetime) -> str:
    """When a message came: `aujourd’hui, 9 h 04`, `hier, 18 h 02`, `lundi 16 novembre, 17 h 20`."""
    local, today = timezone.localtime(value), timezone.localdate()
    hour = f"{local.hour}\u00a0h\u00a0{local.minute:02d}"
    days = (today - local.date()).days
    if days in (0, 1):
        return f"{('aujourd’hui', 'hier')[days]}, {hour}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{DAYS[local.weekday()]} {_ordinal(local)} {MONTHS[local.month - 1]}{year}, {hour}"


@register.filter
def rich(written: str) -> SafeString:
    """What somebody wrote, cleaned once more on its way out."""
    return mark_safe(rich_text.clean(written))  # noqa: S308  # nothing but bold, italic, lists and links is left


@register.filter
def as_plain(written: str) -> str:
    """Rich text as plain text."""
    return rich_text.plain(written)


@register.filter
def taken(answers: list[dict[str, str]]) -> int:
    """How many files of a mail became pieces."""
    return sum(answer["kind"] == "received" for answer in answers)


@register.filter
def kind_name(value: Kind | str | None) -> str:
    """What a piece is, in the client's words."""
    return Kind(value).french if value else ""


@register.filter
def means_name(value: str) -> str:
    """How it was paid."""
    return MEANS.get(value, "Opération")


@register.inclusion_tag("components/state.html")
def state(status: Status, why: str = "") -> dict[str, Any]:
    """Where a piece stands: an icon and a word, never colour alone."""
    symbol, tone = STATES[status]
    return {"icon": symbol, "word": status.french, "tone": tone, "why": why}


@register.filter
def state_word(status: Status) -> str:
    """The word alone, where one chooses a state."""
    return status.french


@register.filter
def unlocalized(value: Decimal | float) -> str:
    """A figure for a machine: a point, no grouping, whatever the page's language."""
    return str(value)


@register.filter
def whole(count: int) -> str:
    """A count as one reads it: `10 000`, narrow no-break space."""
    return f"{count:,}".replace(",", "\u202f")


@register.filter
def figure(count: int) -> str:
    """A count in a table; a dash that the eye passes over where nothing waits."""
    return whole(count) if count else NOTHING


NOTHING = mark_safe('<span class="zero">–</span>')  # ours, no text of anybody


@register.filter
def weight(size: int) -> str:
    """How heavy a file is: `34 Ko`, `1,2 Mo`."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))}\u00a0Ko"
    return f"{size / (1024 * 1024):.1f}\u00a0Mo".replace(".", ",")


@register.filter
def of(held: dict[Any, Any], key: Any) -> Any:
    """What a mapping holds under a key."""
    return held.get(key) if held else None


@register.filter
def split(text: str) -> list[str]:
    """The words of a text, to go through them."""
    return text.split()


@register.filter
def age(since: date, today: date) -> str:
    """How long something has waited: `3 j`, `12 j`."""
    return f"{max((today - since).days, 0)} j"


@register.filter
def plural(count: int, endings: str = ",s") -> str:
    """The French plural begins at two: `0 pièce`, `1 pièce`, `2 pièces`."""
    singular, _, several = endings.partition(",")
    return several if abs(count) >= 2 else singular


def _ordinal(value: date) -> str:
    return "1er" if value.day == 1 else str(value.day)


@register.filter
def quick_replies(said: str) -> tuple[str, ...]:
    """Three short answers to a question."""
    return quick_reply.replies(said)
