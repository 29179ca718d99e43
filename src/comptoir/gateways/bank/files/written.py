"""Text, amounts and dates as banks write them."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache

from comptoir.domain.money import CENT
from comptoir.gateways.bank.files.faults import Unreadable

_PLAIN = re.compile(r"[+-]?\d{1,15}(?:\.\d{0,10})?")
_BLANKS = re.compile(r"[\s\u00a0\u202f'’]|EUR|€", re.IGNORECASE)
_DAY_FIRST = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?:[T ].*)?$")
_YEAR_FIRST = re.compile(r"(\d{4})[/.\-]?(\d{2})[/.\-]?(\d{2})(?:[T ].*)?$")
_YEARS = range(1980, 2100)


def text(content: bytes) -> str:
    """The file's text: UTF-8 or UTF-16 where it is, else the Windows code page that French banks still write.

    A file may mix them, line by line, where a program has put two exports together: each line is read as what it is.
    """
    if wide := _wide(content):
        return _decoded_wide(content, wide)
    try:
        found = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        found = "".join(map(_line, content.removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True)))
    return _repaired(found) if _TWICE.search(found) else found


_ROW = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


def rows(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a text with their numbers, one at a time, however many there are."""
    for number, found in enumerate(_ROW.finditer(text), 1):
        yield number, found[0].rstrip("\r\n")


def _wide(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = content[:400]
    if len(head) > 20 and head[1::2].count(0) > len(head) // 3:
        return "utf-16-le"
    return "utf-16-be" if len(head) > 20 and head[::2].count(0) > len(head) // 3 else ""


def _decoded_wide(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise Unreadable("le texte UTF-16 est coupé ou abîmé.") from None


def _line(line: bytes) -> str:
    for encoding in ("utf-8", "cp1252"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1")


_TWICE = re.compile(
    "Ã[\u0080-\u00bf\u0192\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u02c6\u02dc\u2013-\u2122]|â\u20ac|Â[\u00a0-\u00bf]"
)
"""What UTF-8 becomes when a program reads it as the Windows code page, and writes that as UTF-8."""


def _repaired(found: str) -> str:
    """The lines that were encoded twice, as they were; one that cannot be undone is named rather than kept wrong."""
    return "".join(
        _undone(line, number) if _TWICE.search(line) else line
        for number, line in enumerate(found.splitlines(keepends=True), 1)
    )


def _undone(line: str, number: int) -> str:
    try:
        return line.encode("cp1252").decode("utf-8")
    except UnicodeError:
        raise Unreadable("la ligne mêle deux encodages de texte.", line=number) from None


def plain_amount(written: str) -> Decimal:
    """An amount with a point, as norms want it; ValueError for anything else (`NaN` and `1E9` included)."""
    written = written.strip()
    if not _PLAIN.fullmatch(written):
        raise ValueError(written)
    return tidy(Decimal(written))


def french_amount(written: str, *, decimal: str = "") -> Decimal:
    """An amount as a spreadsheet shows it: `-1 234,56 €`, `1.234,56`, `(12,00)`, `12,00-`.

    « 1.234 » alone may be a thousand or one: it is refused rather than guessed, unless `decimal` says which sign it is.
    """
    bare = _BLANKS.sub("", written).replace("\u2212", "-")
    negative = bare.startswith("-") or bare.endswith("-") or (bare.startswith("(") and bare.endswith(")"))
    bare = bare.strip("-+()")
    if decimal:
        whole, _, places = bare.partition(decimal)
        bare = f"{_without_thousands(whole, decimal)}.{places}"
    elif (last := max(bare.rfind(","), bare.rfind("."))) >= 0:
        whole, places = bare[:last], bare[last + 1 :]
        if len(places) == 3 and not re.search("[.,]", whole):
            raise ValueError(written)
        bare = f"{_without_thousands(whole, bare[last])}.{places}"
    try:
        amount = plain_amount(bare)
    except ValueError:
        raise ValueError(written) from None
    return -amount if negative else amount


def _without_thousands(whole: str, decimal: str) -> str:
    separator = "." if decimal == "," else ","
    return whole.replace(separator, "") if re.fullmatch(rf"\d{{1,3}}(?:\{separator}\d{{3}})*", whole) else whole


def tidy(amount: Decimal) -> Decimal:
    """Two places, or more only where the currency has more: `18.150` is `18.15`."""
    if amount.same_quantum(CENT):
        return amount
    normal = amount.normalize()
    exponent = normal.as_tuple().exponent
    assert isinstance(exponent, int)  # never NaN: the patterns above let only digits in
    return normal if exponent < -2 else amount.quantize(CENT)


def unrounded(number: int | float) -> str:
    """A workbook's number in figures, as it shows it: never `1E-05`, never `0.30000000000000004`."""
    return f"{Decimal(number if isinstance(number, int) else f'{number:.15g}'):f}"


@lru_cache(maxsize=4096)  # a year has few days, and a file says each of them a hundred times
def day(written: str, *, is_month_first: bool = False) -> date:
    """A date as banks write it, day first or year first; ValueError for one that is none."""
    written = written.strip()
    if found := _YEAR_FIRST.match(written):
        return _plausible(*map(int, found.groups()))
    if found := _DAY_FIRST.match(written):
        days, months, years = map(int, found.groups())
        if is_month_first:
            days, months = months, days
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
    if written.isprintable():
        return " ".join(written.split()) if written else ""
    return " ".join("".join(c if c.isprintable() else " " for c in written).split())


def joined(parts: list[str]) -> str:
    """The parts of a label one after the other, each said once."""
    kept: dict[str, str] = {}
    for part in filter(None, map(one_line, parts)):
        said = part.upper()
        if kept and any(said in other for other in kept):
            continue
        for other in [other for other in kept if other in said]:
            del kept[other]
        kept[said] = part
    return " ".join(kept.values())
