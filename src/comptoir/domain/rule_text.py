"""A rule in French: what it takes and where that goes, read in one sentence; and its words as a person types them."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from comptoir.domain import vat
from comptoir.domain.label import Kind, Means
from comptoir.domain.money import french
from comptoir.domain.rule import Direction, Needed, Part, Rule, tells

MEANS = {
    Means.CARD: "carte",
    Means.DIRECT_DEBIT: "prélèvement",
    Means.TRANSFER: "virement",
    Means.CHEQUE: "chèque",
    Means.CASH: "espèces",
    Means.FEE: "frais bancaires",
    Means.OTHER: "autre moyen",
}
KINDS = {
    Kind.PURCHASE: "achat par carte",
    Kind.TAKINGS: "remise de cartes",
    Kind.TRANSFER: "virement",
    Kind.INSTANT: "virement instantané",
    Kind.INTERNAL: "virement interne",
    Kind.DIRECT_DEBIT: "prélèvement",
    Kind.REJECT: "rejet",
    Kind.FEE: "frais",
    Kind.INTEREST: "intérêts",
    Kind.LOAN: "prêt",
    Kind.CHEQUE: "chèque émis",
    Kind.CHEQUE_DEPOSIT: "remise de chèques",
    Kind.CASH_WITHDRAWAL: "retrait d’espèces",
    Kind.CASH_DEPOSIT: "versement d’espèces",
    Kind.OTHER: "autre",
}
_SUBJECTS = {Direction.BOTH: "Mouvement", Direction.OUT: "Sortie d’argent", Direction.IN: "Entrée d’argent"}
_TYPED = re.compile(r'"([^"]*)"|«([^»]*)»|“([^”]*)”|(\S+)')


def conditions(rule: Rule) -> str:
    """What the rule takes: « Sortie d’argent par prélèvement dont le libellé contient « orange », dès 10,00 €. »"""
    subject = _SUBJECTS[rule.direction]
    if rule.means:
        subject += f" par {_either([MEANS[means] for means in Means if means in rule.means], 'ou')}"
    if rule.kinds:
        subject += f" de nature {_either([KINDS[kind] for kind in Kind if kind in rule.kinds], 'ou')}"
    if rule.words:
        link = "et" if rule.needed == Needed.ALL else "ou"
        subject += f" dont le libellé contient {_either([_quoted(word) for word in rule.words], link)}"
    return "".join([subject, *_bounds(rule)]) + "."


def outcome(rule: Rule) -> str:
    """Where it books: `30 % en 661100, le reste en 164000`."""
    parts = [f"{_share(part)} en {_place(part)}" for part in rule.parts]
    rest = f"le reste en {_place(rule.rest)}" if parts else _place(rule.rest)
    return ", ".join([*parts, rest])


def words_of(text: str) -> tuple[str, ...]:
    """Words as a person types them: apart by spaces, kept together between quotes; what tells nothing is left out."""
    found = (" ".join("".join(groups).split()) for groups in _TYPED.findall(text))
    return tuple(dict.fromkeys(word for word in found if tells(word)))


def written(words: Sequence[str]) -> str:
    """Words as `words_of` reads them again."""
    return " ".join(f"« {word} »" if " " in word else word for word in words)


def _bounds(rule: Rule) -> Iterator[str]:
    least, most = _euros(rule.at_least), _euros(rule.at_most)
    if least and most:
        yield f", de {least} à {most}"
    elif least or most:
        yield f", dès {least}" if least else f", jusqu’à {most}"
    since, until = _day(rule.since), _day(rule.until)
    if since and until:
        yield f", du {since} au {until}"
    elif since or until:
        yield f", depuis le {since}" if since else f", jusqu’au {until}"
    if rule.bank:
        yield f", sur le compte {rule.bank}"


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _euros(amount: Decimal | None) -> str:
    return "" if amount is None else f"{french(amount)}\u00a0€"


def _quoted(word: str) -> str:
    return f"«\u00a0{word}\u00a0»"


def _either(names: Sequence[str], link: str) -> str:
    *first, last = names
    return f"{', '.join(first)} {link} {last}" if first else last


def _share(part: Part) -> str:
    return _euros(part.amount) if part.amount is not None else vat.written(part.percent or Decimal(0))


def _place(part: Part) -> str:
    target = f"{part.account} {part.auxiliary}".strip()
    return f"{target} (TVA {vat.written(part.vat_rate)})" if part.vat_rate else target
