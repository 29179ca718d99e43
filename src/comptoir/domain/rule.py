"""A booking rule: which bank movements it takes, and the lines that it books them on."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from comptoir.domain import chart, vat
from comptoir.domain.entry import LONGEST_AUXILIARY
from comptoir.domain.fault import Fault
from comptoir.domain.label import Kind, Means
from comptoir.domain.limits import is_amount, is_day
from comptoir.domain.money import cents, total
from comptoir.domain.text import folded

LONGEST_NAME, LONGEST_WORD, LONGEST_LABEL = 80, 60, 100
MOST_WORDS, MOST_PARTS = 20, 8


class Direction(StrEnum):
    """Which way the money goes, for a rule."""

    BOTH = "both"
    OUT = "out"
    IN = "in"


class Needed(StrEnum):
    """How many of a rule's words the label must hold."""

    ALL = "all"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Part:
    """What of a movement goes to one account: a percentage, a fixed amount, or with neither the rest."""

    account: str
    auxiliary: str = ""
    label: str = ""
    vat_rate: Decimal | None = None
    percent: Decimal | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the firm's ordered list: what a movement must be, and the account that takes it.

    Where `parts` stand first, the account takes what they leave: the entry balances whatever the amount. Amounts are
    compared without their sign; `since` and `until` are days of the movement; `bank` is the 512 that it moved on; `kinds` is
    what happened (a reject, a fee), as the bank's words say it.
    """

    name: str
    words: tuple[str, ...]
    account: str
    auxiliary: str = ""
    direction: Direction = Direction.BOTH
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    needed: Needed = Needed.ALL
    means: frozenset[Means] = frozenset()
    since: date | None = None
    until: date | None = None
    bank: str = ""
    label: str = ""
    vat_rate: Decimal | None = None
    parts: tuple[Part, ...] = ()
    kinds: frozenset[Kind] = frozenset()

    @property
    def rest(self) -> Part:
        """The part that takes what the others leave."""
        return Part(self.account, self.auxiliary, self.label, self.vat_rate)

    @property
    def accounts(self) -> frozenset[str]:
        """Every account that it books on, those of VAT apart."""
        return frozenset(part.account for part in (*self.parts, self.rest))


def tells(word: str) -> bool:
    """Whether a word tells one label from another: `*` and signs alone are in all of them, or in none."""
    return bool(folded(word).strip("* "))


def untaxed(rule: Rule) -> Rule:
    """The rule for a dossier that recovers no VAT (CGI art. 293 B): it stays in what was bought."""
    parts = tuple(replace(part, vat_rate=None) for part in rule.parts)
    return replace(rule, vat_rate=None, parts=parts)


def faults(rule: Rule) -> list[Fault]:
    """Everything that forbids keeping a rule; each fault is named after the field to mend."""
    return [
        Fault(field, sentence, "")
        for check in (_name, _conditions, _bounds, _days, _accounts, _taxes, _shares)
        for field, sentence in check(rule)
    ]


def _name(rule: Rule) -> Iterator[tuple[str, str]]:
    if not rule.name:
        yield "name", "La règle n’a pas de nom."
    if len(rule.name) > LONGEST_NAME:
        yield "name", f"Le nom d’une règle a {LONGEST_NAME} signes au plus."


def _conditions(rule: Rule) -> Iterator[tuple[str, str]]:
    if not any(map(tells, rule.words)) and (rule.words or not (rule.means or rule.kinds)):
        yield "words", "Une règle a au moins un mot du libellé, un moyen de paiement ou une nature."
    if any(len(word) > LONGEST_WORD for word in rule.words):
        yield "words", f"Chaque mot d’une règle a {LONGEST_WORD} signes au plus."
    if len(rule.words) > MOST_WORDS:
        yield "words", f"Une règle a {MOST_WORDS} mots au plus."


def _bounds(rule: Rule) -> Iterator[tuple[str, str]]:
    for field, bound in (("at_least", rule.at_least), ("at_most", rule.at_most)):
        if bound is not None and not _is_price(bound):
            yield field, "Un montant de règle est positif, au centime, sans dépasser mille milliards."
    if rule.at_least is not None and rule.at_most is not None and rule.at_most < rule.at_least:
        yield "at_most", "Le montant le plus haut est plus petit que le plus bas."


def _days(rule: Rule) -> Iterator[tuple[str, str]]:
    for field, day in (("since", rule.since), ("until", rule.until)):
        if day is not None and not is_day(day):
            yield field, f"Le {day:%d/%m/%Y} n’est pas un jour possible."
    if rule.since and rule.until and rule.until < rule.since:
        yield "until", "Le dernier jour est avant le premier."


def _accounts(rule: Rule) -> Iterator[tuple[str, str]]:
    for field, part in _placed(rule, "account"):
        if not chart.is_account(part.account):
            yield field, chart.refusal(part.account)
        elif chart.is_collective(part.account) and not part.auxiliary.strip():
            yield field, f"Dites le tiers que demande le compte {chart.padded(part.account)}."
        if len(part.auxiliary) > LONGEST_AUXILIARY:
            yield field, f"Un tiers a {LONGEST_AUXILIARY} signes au plus."
        if len(part.label) > LONGEST_LABEL:
            yield field, f"Le libellé d’une ligne a {LONGEST_LABEL} signes au plus."


def _taxes(rule: Rule) -> Iterator[tuple[str, str]]:
    for field, part in _placed(rule, "vat_rate"):
        if part.vat_rate is None:
            continue
        if not vat.is_known(part.vat_rate):
            yield field, f"Le taux de {vat.written(part.vat_rate)} n’existe pas en France."
        if not vat.bears(part.account):
            yield (
                field,
                "La TVA se sépare d’une charge, d’une immobilisation ou d’un produit : "
                f"{part.account[:20]} n’en est pas.",
            )


def _shares(rule: Rule) -> Iterator[tuple[str, str]]:
    if len(rule.parts) > MOST_PARTS:
        yield "parts", f"Une règle répartit sur {MOST_PARTS} lignes au plus, et le reste."
    for part in rule.parts:
        if (part.percent is None) == (part.amount is None):
            yield "parts", f"La part en {part.account[:20]} est un pourcentage ou un montant."
        if part.amount is not None and not (_is_price(part.amount) and part.amount):
            yield "parts", f"Le montant en {part.account[:20]} est positif et au centime."
        if part.percent is not None and not (_is_price(part.percent) and part.percent):
            yield "parts", f"Le pourcentage en {part.account[:20]} est positif, avec deux décimales au plus."
    if total(p.percent for p in rule.parts if p.percent is not None) >= 100:
        yield "parts", "Les pourcentages font 100 % ou plus : il ne reste rien pour le compte de la règle."


def _placed(rule: Rule, field: str) -> Iterator[tuple[str, Part]]:
    yield field, rule.rest
    for part in rule.parts:
        yield "parts", part


def _is_price(amount: Decimal) -> bool:
    return is_amount(amount) and amount >= 0 and cents(amount) == amount
