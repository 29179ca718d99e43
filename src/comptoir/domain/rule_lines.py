"""What a rule books: the lines against the bank's, which are worth the movement to the cent."""

from decimal import Decimal

from comptoir.domain import vat
from comptoir.domain.entry import Line
from comptoir.domain.money import ZERO, cents, total
from comptoir.domain.movement import Movement
from comptoir.domain.rule import Part, Rule


def lines(rule: Rule, movement: Movement) -> tuple[Line, ...]:
    """Each part, then what they leave on the rule's own account; VAT apart where a part bears it."""
    gross = abs(movement.amount)
    sized = [(part, _size(part, gross)) for part in rule.parts]
    rest = (rule.rest, gross - total(size for _, size in sized))
    return tuple(line for part, size in (*sized, rest) for line in _lines(part, size, movement))


def leaves_something(rule: Rule, amount: Decimal) -> bool:
    """Whether a movement is larger than the parts taken from it, so that the rule can book it."""
    return total(_size(part, abs(amount)) for part in rule.parts) < abs(amount)


def against(
    account: str, auxiliary: str, movement: Movement, label: str = "", size: Decimal | None = None
) -> Line:
    """One line against the bank's: what goes out is a debit."""
    worth = abs(movement.amount) if size is None else size
    debit, credit = (worth, ZERO) if movement.amount < 0 else (ZERO, worth)
    return Line(account, label or movement.label, debit, credit, auxiliary)


def _size(part: Part, gross: Decimal) -> Decimal:
    if part.amount is not None:
        return part.amount
    return cents(gross * (part.percent or 0) / 100)


def _lines(part: Part, size: Decimal, movement: Movement) -> list[Line]:
    tax = vat.within(size, part.vat_rate) if part.vat_rate else ZERO
    label = part.label or movement.label
    made = [against(part.account, part.auxiliary, movement, label, size - tax)]
    if tax and part.vat_rate:
        told = f"TVA {vat.written(part.vat_rate)} {label}"
        made.append(against(vat.beside(part.account), "", movement, told, tax))
    return [line for line in made if line.debit or line.credit]
