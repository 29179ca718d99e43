"""Text, amounts and dates as banks write them."""

import re
from datetime import date
from decimal import Decimal

from comptoir.domain.money import CENT

_PLAIN = re.compile(r"[+-]?\d{1,15}(?:\.\d{0,10})?")
_BLANKS = re.compile(r"[\s\u00a0\u202f'’]|EUR|€", re.IGNORECASE)
_DAY_FIRST = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?:[T ].*)?$")
_YEAR_FIRST = re.compile(r"(\d{4})[/.\-]?(\d{2})[/.\-]?(\d{2})(?:[T ].*)?$")
_YEARS = range(1980, 2100)


def text(content: bytes) -> str:
    """The file's text: UTF-8 where it is, else the Windows code page that French banks still write."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace").removeprefix("\ufeff")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def plain_amount(written: str) -> Decimal:
    """An amount with a point, as norms want it; ValueError for anything else (`NaN` and `1E9` included)."""
    written = written.strip()
    if not _PLAIN.fullmatch(written):
        raise ValueError(written)
    return tidy(Decimal(written))


def french_amount(written: str) -> Decimal:
    """An amount as a spreadsheet shows it: `-1 234,56 €`, `1.234,56`, `(12,00)`, `12,00-`.

    « 1.234 » alone may be a thousand or one: it is refused rather than guessed.
    """
    bare = _BLANKS.sub("", written).replace("\u2212", "-")
    negative = bare.startswith("-") or bare.endswith("-") or (bare.startswith("(") and bare.endswith(")"))
    bare = bare.strip("-+()")
    decimal = max(bare.rfind(","), bare.rfind("."))
    if decimal >= 0:
        whole, places = bare[:decimal], bare[decimal + 1 :]
        if len(places) == 3 and not re.search("[.,]", whole):
            raise ValueError(written)
        bare = f"{_without_thousands(whole, bare[decimal])}.{places}"
    amount = plain_amount(bare)
    return -amount if negative else amount


def _without_thousands(whole: str, decimal: str) -> str:
    separator = "." if decimal == "," else ","
    return whole.replace(separator, "") if re.fullmatch(rf"\d{{1,3}}(?:\{separator}\d{{3}})*", whole) else whole


def tidy(amount: Decimal) -> Decimal:
    """Two places, or more only where the currency has more: `18.150` is `18.15`."""
    normal = amount.normalize()
    exponent = normal.as_tuple().exponent
    assert isinstance(exponent, int)  # never NaN: the patterns above let only digits in
    return normal if exponent < -2 else amount.quantize(CENT)


def day(written: str) -> date:
    """A date as banks write it, day first or year first; ValueError for one that is none."""
    written = written.strip()
    if found := _YEAR_FIRST.match(written):
        return _plausible(*map(int, found.groups()))
    if found := _DAY_FIRST.match(written):
        days, months, years = map(int, found.groups())
        return _plausible(years if years > 99 else _century(years), months, days)
    raise ValueError(written)


def _century(years: int) -> int:
    return years + (1900 if years >= 80 else 2000)


def _plausible(year: int, month: int, days: int) -> date:
    if year not in _YEARS:
        raise ValueError(f"{days:02d}/{month:02d}/{year}")
    try:
        return date(year, month, days)
    except ValueError as error:
        raise ValueError(f"{days:02d}/{month:02d}/{year}") from error


def one_line(written: str) -> str:
    """Text without line breaks, double spaces or control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in written).split())


def joined(parts: list[str]) -> str:
    """The parts of a label one after the other, each said once."""
    kept: list[str] = []
    for part in map(one_line, parts):
        if part and not any(part.upper() in other.upper() for other in kept):
            kept = [other for other in kept if other.upper() not in part.upper()] + [part]
    return " ".join(kept)
