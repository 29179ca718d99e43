"""Rules and their parts as rows and models keep them: plain values, read again with every doubt refused."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from comptoir.domain.label import Kind, Means
from comptoir.domain.limits import plain
from comptoir.domain.rule import (
    LONGEST_LABEL,
    LONGEST_NAME,
    LONGEST_WORD,
    Direction,
    Needed,
    Part,
    Rule,
)


def flat(part: Rule | Part) -> dict[str, Any]:
    """The rule or the part in values that JSON knows."""
    return {one.name: _plainly(getattr(part, one.name)) for one in fields(part)}


def rule_of(kept: Mapping[str, Any]) -> Rule:
    """The rule of what was kept; raises KeyError, TypeError, ValueError or InvalidOperation for anything else."""
    return Rule(
        plain(str(kept["name"]), LONGEST_NAME),
        tuple(plain(str(word), LONGEST_WORD) for word in kept["words"]),
        plain(str(kept["account"]), 12),
        plain(str(kept.get("auxiliary", "")), 20),
        Direction(kept.get("direction", Direction.BOTH)),
        _amount(kept.get("at_least")),
        _amount(kept.get("at_most")),
        Needed(kept.get("needed", Needed.ALL)),
        frozenset(map(Means, kept.get("means", ()))),
        _day(kept.get("since")),
        _day(kept.get("until")),
        plain(str(kept.get("bank", "")), 12),
        plain(str(kept.get("label", "")), LONGEST_LABEL),
        _amount(kept.get("vat_rate")),
        parts_of(kept.get("parts", ())),
        frozenset(map(Kind, kept.get("kinds", ()))),
    )


def parts_of(kept: Iterable[Mapping[str, Any]]) -> tuple[Part, ...]:
    """The parts of what was kept, in their order."""
    return tuple(
        Part(
            plain(str(part["account"]), 12),
            plain(str(part.get("auxiliary", "")), 20),
            plain(str(part.get("label", "")), LONGEST_LABEL),
            _amount(part.get("vat_rate")),
            _amount(part.get("percent")),
            _amount(part.get("amount")),
        )
        for part in kept
    )


def _plainly(value: Any) -> Any:
    if isinstance(value, tuple):
        return [flat(one) if isinstance(one, Part) else one for one in value]
    if isinstance(value, frozenset):
        return sorted(value)
    return str(value) if isinstance(value, Decimal | date | str) else value


def _amount(kept: Any) -> Decimal | None:
    amount = None if kept is None else Decimal(str(kept))
    if amount is not None and not amount.is_finite():
        raise ValueError(kept)
    return amount


def _day(kept: Any) -> date | None:
    return None if kept is None else date.fromisoformat(kept)
