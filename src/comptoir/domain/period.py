"""Which days a company's books take: its fiscal years stand side by side, and a lock (*verrou*) shuts them up to a day.

A lock is not a closing (*clôture*): who may put it lifts it again. What is validated is final with it or without it.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from comptoir.domain.company import twelve_months, year_fault
from comptoir.domain.fault import Fault

Span = tuple[date, date]
"""A fiscal year's first and last day."""
REOPEN = "Faites d’abord rouvrir la période, page Exercices et FEC."
"""The remedy where the day is the bank's, or the year's."""
_LATER = "Datez l’écriture d’un jour plus tard, ou faites rouvrir la période, page Exercices et FEC."
_DAY = timedelta(days=1)
_NO_YEAR = "Aucun exercice ne contient ce jour."


def next_year(years: Sequence[Span], on: date) -> Span:
    """The year to open next: the twelve months behind the last one, else the calendar year of `on`."""
    if not years:
        return date(on.year, 1, 1), date(on.year, 12, 31)
    opens_on = max(closes for _, closes in years) + _DAY
    return opens_on, twelve_months(opens_on)


def begun(years: Sequence[Span], until: date, on: date) -> list[Span]:
    """The years behind the last one that a day of today or before has reached: books that are kept go on by themselves."""
    found = list(years)
    while found and max(_lasts(found)) < until <= on:
        found.append(next_year(found, on))
    return found[len(years) :]


def new_year_fault(years: Sequence[Span], opens_on: date, closes_on: date) -> str | None:
    """Why a year cannot stand beside these: years follow each other without a gap and share no day (C. com. art. L123-12)."""
    if fault := year_fault(opens_on, closes_on):
        return fault
    shared = next((span for span in years if opens_on <= span[1] and span[0] <= closes_on), None)
    if shared:
        return f"Des jours sont déjà dans l’exercice du {_said(shared[0])} au {_said(shared[1])}."
    if years and opens_on - _DAY not in _lasts(years) and closes_on + _DAY not in _firsts(years):
        first, last = min(_firsts(years)), max(_lasts(years))
        return (
            f"Les exercices se suivent sans trou : ouvrez-le le {_said(last + _DAY)}, "
            f"ou faites-le finir le {_said(first - _DAY)}."
        )
    return None


def removal_fault(year: Span, years: Sequence[Span]) -> str | None:
    """Why one of these years cannot be taken away again: no gap is left between years, and books keep one at least."""
    following = min((opens_on for opens_on, _ in years if opens_on > year[1]), default=None)
    if following:
        return f"Un exercice suit celui-ci, ouvert le {_said(following)} : retirez d’abord le dernier."
    if len(years) < 2:
        return "Un dossier garde au moins un exercice : changez plutôt la clôture de celui-ci."
    return None


def lock_fault(until: date, *, standing: date | None, years: Sequence[Span], on: date) -> str | None:
    """Why the books cannot be locked up to this day, where another lock stands already and `on` is today."""
    if not years or until < min(_firsts(years)):
        return _NO_YEAR
    if until >= on:
        return "Seuls des jours passés se verrouillent : la banque et les pièces du jour arrivent encore."
    if standing and until <= standing:
        return f"Les livres sont déjà verrouillés jusqu’au {_said(standing)}."
    return None


def reopen_fault(kept: date | None, *, standing: date | None, years: Sequence[Span]) -> str | None:
    """Why a lock cannot be lifted down to the day it is to be kept to, or wholly (`None`)."""
    if standing is None:
        return "Les livres ne sont pas verrouillés."
    if kept and kept >= standing:
        return f"Pour rouvrir, gardez le verrou sur un jour d’avant le {_said(standing)}."
    if kept and (not years or kept < min(_firsts(years))):
        return _NO_YEAR
    return None


def is_locked(day: date, until: date | None) -> bool:
    """Whether a day is behind the lock."""
    return until is not None and day <= until


def locked(until: date, remedy: str = _LATER) -> Fault:
    """What a person reads who touches a day behind the lock."""
    return Fault("locked", f"Les livres sont verrouillés jusqu’au {_said(until)}.", remedy)


def _firsts(years: Sequence[Span]) -> set[date]:
    return {opens for opens, _ in years}


def _lasts(years: Sequence[Span]) -> set[date]:
    return {closes for _, closes in years}


def _said(day: date) -> str:
    return f"{day:%d/%m/%Y}"
