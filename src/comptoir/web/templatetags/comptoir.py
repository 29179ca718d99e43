"""How amounts, dates, icons and states are written on every page: each in one place."""

import calendar
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django import template
from django.contrib.messages.storage.base import Message
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from comptoir.domain import money, quick_reply
from comptoir.domain.document import Status
from comptoir.domain.label import Original
from comptoir.domain.reading import Kind
from comptoir.domain.request import GIVEN
from comptoir.lib import browser, rich_text
from comptoir.lib import english as languages
from comptoir.lib.english import ENGLISH
from comptoir.lib.english.catalog import english as in_english

register = template.Library()

MONTHS = {
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
    "en": tuple(calendar.month_name)[1:],
}  # fmt: skip
SHORT_MONTHS = {
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
    "en": tuple(calendar.month_abbr)[1:],
}
DAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": tuple(calendar.day_name),
}

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
def tongue() -> str:
    """The language of this page: `fr`, `en`."""
    return languages.tongue()


@register.filter
def english(said: Any) -> Any:
    """A sentence of the product's own, in English where that is spoken; anything else is left as it is."""
    if not isinstance(said, str):
        return in_english(str(said)) if isinstance(said, Exception | Promise | Message) else said
    put = in_english(said)
    # A sentence that is HTML stays what it was: the words are ours, its values were escaped before.
    return mark_safe(put) if isinstance(said, SafeString) else put  # noqa: S308


@register.simple_tag
@cache
def icon(name: str, size: str = "") -> SafeString:
    """One icon of the set; always beside its word on the client's side."""
    return format_html(
        '<svg class="i {}" aria-hidden="true"><use href="{}#i-{}"></use></svg>', size, static("icons.svg"), name
    )


@register.simple_tag
@cache
def script(element: str) -> SafeString:
    """The module of a custom element: stands beside it, so that a page takes those it holds, before it has loaded."""
    return format_html('<script src="{}" type="module"></script>', static(f"js/{element}.js"))


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
    rate = f", {_said('cours', 'rate')}\u00a0{original.rate:f}".replace(".", ",") if original.rate else ""
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
def iso_day(value: date | None) -> str:
    """A date for a date field: `2026-03-14`, whatever the page's language."""
    return value.isoformat() if value else ""


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
    return f"{_in_words(value)} {value.year}" if value else ""


@register.filter
def near_day(value: date | None) -> str:
    """A date of about now: `14 mars`, with its year when it is another one."""
    return f"{_in_words(value)}{_year(value)}" if value else ""


@register.filter
def weekday(value: date) -> str:
    """Today in a greeting: `Mardi 17 novembre`."""
    return f"{DAYS[languages.tongue()][value.weekday()].capitalize()} {_in_words(value)}"


@register.filter
def ago(value: datetime | str | None) -> str:
    """A moment as one says it: `à l’instant`, `il y a 12 min`, `9 h 15`, `hier`, `12 nov.`"""
    if not isinstance(value, datetime):  # of what is not there, a template gives empty text
        return ""
    local, now = timezone.localtime(value), timezone.localtime()
    minutes = int((now - local).total_seconds() // 60)
    if minutes < 2:
        return _said("à l’instant", "just now")
    if minutes < 60:
        return _said(f"il y a {minutes}\u00a0min", f"{minutes}\u00a0min ago")
    if local.date() == now.date():
        return _hour(local)
    if (now.date() - local.date()).days == 1:
        return _said("hier", "yesterday")
    return f"{_in_words(local, SHORT_MONTHS)}{_year(local)}"


@register.filter
def moment(value: datetime) -> str:
    """A moment in a letter: `14 mars 2026 à 9 h 15`."""
    local = timezone.localtime(value)
    return f"{long_day(local)} {_said('à', 'at')} {_hour(local)}"


@register.filter
def said_at(value: datetime) -> str:
    """When a message came: `aujourd’hui, 9 h 04`, `hier, 18 h 02`, `lundi 16 novembre, 17 h 20`."""
    local, today = timezone.localtime(value), timezone.localdate()
    days = (today - local.date()).days
    if days in (0, 1):
        return f"{(_said('aujourd’hui', 'today'), _said('hier', 'yesterday'))[days]}, {_hour(local)}"
    return f"{DAYS[languages.tongue()][local.weekday()]} {_in_words(local)}{_year(local)}, {_hour(local)}"


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
    return in_english(Kind(value).french) if value else ""


@register.filter
def means_name(value: str) -> str:
    """How it was paid."""
    return in_english(MEANS.get(value, "Opération"))


@register.inclusion_tag("components/state.html")
def state(status: Status, why: str = "") -> dict[str, Any]:
    """Where a piece stands: an icon and a word, never colour alone."""
    symbol, tone = STATES[status]
    return {"icon": symbol, "word": status.french, "tone": tone, "why": why}


@register.filter
def state_word(status: Status) -> str:
    """The word alone, where one chooses a state."""
    return in_english(status.french)


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
        return f"{max(1, round(size / 1024))}\u00a0{_said('Ko', 'KB')}"
    millions = f"{size / (1024 * 1024):.1f}"
    return _said(f"{millions.replace('.', ',')}\u00a0Mo", f"{millions}\u00a0MB")


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
    return f"{max((today - since).days, 0)} {_said('j', 'd')}"


@register.filter
def device(said: str) -> str:
    """A browser and its system, wherever they stand in what is said, in the page's language."""
    return browser.spoken(said)


@register.filter
def given_name(name: str) -> str:
    """The name of a list of documents: one that the product gives is in the page's language."""
    return in_english(name) if name in {one.name for one in GIVEN.values()} else name


@register.filter
def plural(count: int, endings: str = ",s") -> str:
    """The French plural begins at two: `0 pièce`, `1 pièce`, `2 pièces`; the English one is all but one: `0 documents`."""
    singular, _, several = endings.partition(",")
    is_several = abs(count) >= 2 if languages.tongue() != ENGLISH else abs(count) != 1
    return several if is_several else singular


def _said(french: str, english: str) -> str:
    return english if languages.tongue() == ENGLISH else french


def _in_words(value: date, months: dict[str, tuple[str, ...]] = MONTHS) -> str:
    return f"{_said('1er', '1') if value.day == 1 else value.day} {months[languages.tongue()][value.month - 1]}"


def _year(value: date) -> str:
    return "" if value.year == timezone.localdate().year else f" {value.year}"


def _hour(local: datetime) -> str:
    return _said(f"{local.hour}\u00a0h\u00a0{local.minute:02d}", f"{local.hour}:{local.minute:02d}")


@register.filter
def quick_replies(said: str) -> tuple[str, ...]:
    """Three short answers to a question."""
    return quick_reply.replies(said)
