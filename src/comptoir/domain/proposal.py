"""From a reading to the entry that it proves: proposed, with its reasons, for a person to accept."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from comptoir.domain import chart, vat
from comptoir.domain.entry import Entry, Line
from comptoir.domain.money import ZERO, cents, french, total
from comptoir.domain.nature import Nature, accounts_of, nature_of, undeductible
from comptoir.domain.reading import SURE, Kind, Reading, Source, Value

MEANS_ACCOUNTS = {
    "cash": chart.TILL,
    "card": chart.CARDS_TO_BANK,
    "cheque": chart.CHEQUES_TO_BANK,
    "meal_voucher": chart.MEAL_VOUCHERS_TO_BANK,
}
MEANS_LABELS = {"cash": "Espèces", "card": "Cartes", "cheque": "Chèques", "meal_voucher": "Titres-restaurant"}
TOLERANCE = Decimal("0.02")
"""What rounding by rate may add up to before net + VAT = total is doubted, for each rate."""


@dataclass(frozen=True, slots=True)
class Party:
    """A third party as the dossier knows it: its auxiliary, and the accounts its pieces went to, most used first."""

    auxiliary: str
    name: str
    collective: str = "401000"
    accounts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What the dossier adds to the reading: the other party, today's received day, who is paid back."""

    party: Party
    received_on: date
    sales_account: str = "707000"
    claimant_account: str = "467000"
    claimant: str = ""
    deducts_vat: bool = True
    firm_accounts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The entry proposed, the reasons for it, and the doubts that a person must lift."""

    entry: Entry
    reasons: tuple[str, ...]
    doubts: tuple[str, ...]


def propose(reading: Reading, context: Context) -> Proposal | None:
    """The entry that the piece proves; None where it proves none (no total, zero, or a kind not booked)."""
    if reading.total is None or not reading.total.value or reading.kind.value == Kind.OTHER:
        return None
    match reading.kind.value:
        case Kind.Z_DE_CAISSE:
            return _till(reading, context)
        case Kind.NOTE_DE_FRAIS:
            return _expense_report(reading, context)
        case kind:
            proposal = _sale(reading, context) if kind.is_sale else _purchase(reading, context)
            return replace(proposal, entry=_reversed(proposal.entry)) if kind.gives_back else proposal


def doubts(reading: Reading) -> tuple[str, ...]:
    """What a person must look at before the piece may be accepted, each in one French sentence."""
    needed = [("total", "le total"), ("issued_on", "la date")]
    if reading.kind.value.is_sale and reading.customer is None:
        needed.append(("customer", "le client"))
    if reading.kind.value in (Kind.PURCHASE_INVOICE, Kind.CREDIT_NOTE, Kind.RECEIPT):
        needed.append(("supplier", "le fournisseur"))
    return (
        *(f"À vérifier : {name}." for attribute, name in needed if _is_unsure(getattr(reading, attribute))),
        *(("À vérifier : la nature de la pièce.",) if _is_unsure(reading.kind) else ()),
        *_foreign(reading),
        *_arithmetic(reading),
    )


def _foreign(reading: Reading) -> tuple[str, ...]:
    """The books are kept in euros (C. com. art. L123-22): an amount in another money is no amount of them."""
    is_told = reading.total is not None and reading.total.source == Source.PERSON
    if reading.currency is None or reading.currency.value == "EUR" or is_told:
        return ()
    return (f"Pièce en {reading.currency.value} : saisissez sa contre-valeur en euros.",)


def _is_unsure(value: Value[Any] | None) -> bool:
    return value is None or value.confidence < SURE


def _arithmetic(reading: Reading) -> tuple[str, ...]:
    if reading.total is None:
        return ()
    gross, lines = reading.total.value, reading.vat_lines
    allowed = TOLERANCE * max(1, len(lines))
    found: list[str] = []
    if lines and reading.vat and abs(total(line.amount for line in lines) - reading.vat.value) > allowed:
        found.append("Le détail de la TVA ne redonne pas la TVA.")
    if lines and abs(total(line.base + line.amount for line in lines) - gross) > allowed:
        found.append("Le détail de la TVA ne redonne pas le total.")
    if reading.net and reading.vat and abs(reading.net.value + reading.vat.value - gross) > allowed:
        gap = gross - reading.net.value - reading.vat.value
        found.append(f"HT + TVA ne redonne pas le TTC : écart de {french(gap)} €.")
    if reading.takings and total(t.amount for t in reading.takings) != gross:
        gap = total(t.amount for t in reading.takings) - gross
        found.append(f"Les encaissements ne redonnent pas le total des ventes : écart de {french(gap)} €.")
    if reading.kind.value == Kind.Z_DE_CAISSE and not reading.takings:
        found.append("Les moyens de paiement ne sont pas lus.")
    if reading.issued_on:
        day = reading.issued_on.value
        found += [
            f"Le taux de {vat.written(line.rate)} n’existe pas en France."
            for line in lines
            if not vat.is_legal(line.rate, day)
        ]
    return tuple(found)


def _purchase(reading: Reading, context: Context) -> Proposal:
    assert reading.total is not None
    gross, tax = reading.total.value, _tax(reading) if context.deducts_vat else ZERO
    account, reason, is_known = _charge_account(reading, context)
    label = _label(reading, context.party.name)
    lines = [Line(account, label, debit=gross - tax)]
    lines += _tax_lines(reading, tax, label, vat.DEDUCTIBLE, is_debit=True)
    lines.append(Line(context.party.collective, label, credit=gross, auxiliary=context.party.auxiliary))
    unknown = () if is_known else ("Compte de charge à choisir.",)
    found = (*doubts(reading), *unknown, *_kept_vat(reading, tax))
    return Proposal(_entry("AC", reading, context, label, lines), (reason,), found)


def _sale(reading: Reading, context: Context) -> Proposal:
    assert reading.total is not None
    gross, tax = reading.total.value, _tax(reading)
    label = _label(reading, context.party.name)
    account = context.party.accounts[0][0] if context.party.accounts else context.sales_account
    lines = [
        Line(context.party.collective, label, debit=gross, auxiliary=context.party.auxiliary),
        Line(account, label, credit=gross - tax),
        *_tax_lines(reading, tax, label, vat.COLLECTED, is_debit=False),
    ]
    reasons = (f"{account} : compte de ventes du dossier.",)
    return Proposal(_entry("VE", reading, context, label, lines), reasons, doubts(reading))


def _till(reading: Reading, context: Context) -> Proposal:
    """53 and 511x against sales by rate and VAT (`product.md`, *Z de caisse*)."""
    label = f"Z de caisse {reading.number.value}" if reading.number else "Z de caisse"
    lines = [
        Line(
            MEANS_ACCOUNTS.get(taking.means, chart.SUSPENSE),
            f"{label} {MEANS_LABELS.get(taking.means, 'autre moyen')}",
            debit=taking.amount,
        )
        for taking in reading.takings
        if taking.amount
    ]
    for line in reading.vat_lines:
        rate = vat.written(line.rate)
        if line.base:
            lines.append(Line(context.sales_account, f"{label} ventes {rate}", credit=line.base))
        if line.amount:
            lines.append(Line(vat.COLLECTED, f"{label} TVA {rate}", credit=line.amount))
    reasons = ("Ventes par taux, encaissements par moyen de paiement.",)
    return Proposal(_entry("CA", reading, context, label, lines), reasons, doubts(reading))


def _expense_report(reading: Reading, context: Context) -> Proposal:
    """The counterpart is the person who paid, never a supplier."""
    assert reading.total is not None
    gross, tax = reading.total.value, _tax(reading) if context.deducts_vat else ZERO
    account, reason, is_known = _account_by_words(reading)
    label = f"Note de frais {context.claimant}".strip()
    lines = [
        Line(account, label, debit=gross - tax),
        *_tax_lines(reading, tax, label, vat.DEDUCTIBLE, is_debit=True),
        Line(context.claimant_account, label, credit=gross),
    ]
    reasons = (reason, f"À rembourser à {context.claimant or 'la personne'} : {context.claimant_account}.")
    unknown = () if is_known else ("Compte de charge à choisir.",)
    several = (
        ("Plusieurs natures de dépenses : répartissez la charge.",) if len(accounts_of(reading.text)) > 1 else ()
    )
    found = (*doubts(reading), *unknown, *several, *_kept_vat(reading, tax))
    return Proposal(_entry("OD", reading, context, label, lines), reasons, found)


def _kept_vat(reading: Reading, tax: Decimal) -> tuple[str, ...]:
    """CGI ann. II art. 206 IV: no deduction for lodging the company's people, nor for carrying passengers."""
    word = undeductible(reading.text) if tax else None
    return (f"La pièce parle de « {word} » : la TVA n’est sans doute pas déductible.",) if word else ()


def _charge_account(reading: Reading, context: Context) -> tuple[str, str, bool]:
    """The account, why, and whether it is known: the supplier's history, else the page's words, else 471."""
    if context.party.accounts:
        account, times = context.party.accounts[0]
        everything = sum(count for _, count in context.party.accounts)
        return account, f"{account} : {times} pièces sur {everything} de ce fournisseur.", True
    if known := context.firm_accounts.get(context.party.name):
        return known, f"{known} : comme les autres dossiers du cabinet pour ce fournisseur.", True
    return _account_by_words(reading)


def _account_by_words(reading: Reading) -> tuple[str, str, bool]:
    supplier = reading.supplier.value if reading.supplier else ""
    nature: Nature | None = nature_of(supplier) or nature_of(reading.text)
    if nature:
        return nature.account, f"{nature.account} : la pièce parle de « {nature.word} ».", True
    return chart.SUSPENSE, "Ni historique, ni mot connu : le compte reste à choisir.", False


def _tax(reading: Reading) -> Decimal:
    if reading.vat_lines:
        return total(line.amount for line in reading.vat_lines)
    return reading.vat.value if reading.vat else ZERO


def _tax_lines(reading: Reading, tax: Decimal, label: str, account: str, *, is_debit: bool) -> list[Line]:
    if not tax:
        return []
    rates = ", ".join(vat.written(line.rate) for line in reading.vat_lines if line.amount)
    text = f"TVA {rates} {label}".replace("  ", " ")
    return [Line(account, text, debit=cents(tax)) if is_debit else Line(account, text, credit=cents(tax))]


def _label(reading: Reading, name: str) -> str:
    return f"{name} {reading.number.value}" if reading.number else name


def _entry(journal: str, reading: Reading, context: Context, label: str, lines: list[Line]) -> Entry:
    day = reading.issued_on.value if reading.issued_on else context.received_on
    # LPF art. A47 A-1: PieceRef is the document's number, else our own; never empty.
    piece_ref = reading.number.value if reading.number else f"{journal}-{day:%Y%m%d}"
    kept = tuple(line.upright() for line in lines if line.debit or line.credit)
    return Entry(journal, day, label, piece_ref, day, kept)


def _reversed(entry: Entry) -> Entry:
    return replace(
        entry,
        lines=tuple(replace(line, debit=line.credit, credit=line.debit) for line in entry.lines),
    )
