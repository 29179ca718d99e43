"""ISO 20022 camt.053 (statement), camt.052 (report of the day) and camt.054 (advice), versions 02 to 13.

Only booked entries count: pending ones (`PDNG`) come again once they are booked.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from io import BytesIO
from typing import Any

from lxml import etree

from comptoir.domain import label
from comptoir.domain.movement import BankStatement, Movement, StatementFile
from comptoir.gateways.bank.files import written
from comptoir.gateways.bank.files.faults import Unreadable
from comptoir.gateways.bank.files.rib import account_of, is_iban

_MESSAGES = {
    "BkToCstmrStmt": "camt.053",
    "BkToCstmrAcctRpt": "camt.052",
    "BkToCstmrDbtCdtNtfctn": "camt.054",
}
_STATEMENTS = ("Stmt", "Rpt", "Ntfctn")
_NOTHING = {"NOTPROVIDED", "NOT PROVIDED", "NONREF", "NOTPROVIDED."}


def sniffs(content: bytes) -> bool:
    """An XML file whose first elements are those of a camt message, however long its opening comment."""
    if not content.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").startswith(b"<"):
        return False
    try:
        for rank, element in enumerate(_walk(content, "start")):
            if _local(element) in _MESSAGES or "camt.05" in str(etree.QName(element).namespace):
                return True
            if rank > 50:
                break
    except etree.XMLSyntaxError:
        return False
    return False


def read(content: bytes) -> StatementFile:
    """One statement for each account and period of the message."""
    if b"<!DOCTYPE" in content[:100_000] or b"<!ENTITY" in content[:100_000]:
        raise Unreadable("il contient une définition de type (DOCTYPE), qu’aucune banque n’écrit.")
    statements: list[BankStatement] = []
    message, draft = "camt.053", _Draft()
    try:
        # An entry is read and let go as soon as it ends: a year of them would not fit in memory as a tree.
        for element in _walk(content, "end", "Ntry", *_STATEMENTS):
            parent = element.getparent()
            if parent is None:
                continue
            if _local(element) == "Ntry":
                if _local(parent) in _STATEMENTS:
                    draft.take(element, parent)
                    _let_go(element, parent)
            elif _local(parent) in _MESSAGES:
                message = _MESSAGES[_local(parent)]
                statements.append(_statement(element, draft))
                draft = _Draft()
                element.clear()
    except etree.XMLSyntaxError as error:
        line = error.position[0] if error.position else None
        raise Unreadable("le XML est mal formé ou incomplet.", line=line) from None
    if not statements:
        raise Unreadable(f"ce fichier {message} ne contient aucun relevé.")
    return StatementFile(message, tuple(statements))


def _walk(content: bytes, event: str, *names: str) -> Iterator[etree._Element]:
    """The elements one after the other: entities stay unresolved, nothing is fetched, depth is bounded."""
    walk = etree.iterparse(
        BytesIO(content),
        events=(event,),
        tag=[f"{{*}}{name}" for name in names] or None,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    for _, element in walk:
        yield element


def _let_go(entry: etree._Element, statement: etree._Element) -> None:
    """Empty an entry that is read, and take the one before out of the tree: the current one must stay in its place."""
    entry.clear()
    before = entry.getprevious()
    if before is not None and _local(before) == "Ntry":
        statement.remove(before)


@dataclass
class _Draft:
    """A statement whose entries come one by one, before the statement itself is whole."""

    movements: list[Movement] = field(default_factory=list)
    currency: str | None = None

    def take(self, entry: etree._Element, statement: etree._Element) -> None:
        self.currency = self.currency or _currency_of(_first(entry, "Amt"))
        if (_said(entry, "Sts/Cd") or _said(entry, "Sts") or "BOOK") == "BOOK":
            self.movements.append(_movement(entry, statement))


def _statement(element: etree._Element, draft: _Draft) -> BankStatement:
    iban, number = _account(element)
    currency = _said(element, "Acct/Ccy") or _currency_of(_first(element, "Bal/Amt")) or draft.currency
    opening, opened_on = _balance(element, ("OPBD", "PRCD"), currency)
    closing, closed_on = _balance(element, ("CLBD",), currency)
    return BankStatement(
        number=number,
        iban=iban,
        currency=currency,
        opening=opening,
        closing=closing,
        opened_on=opened_on or _period(element, "Fr"),
        closed_on=closed_on or _period(element, "To"),
        movements=tuple(draft.movements),
    )


def _currency_of(amount: etree._Element | None) -> str | None:
    return str(amount.get("Ccy")) if amount is not None and amount.get("Ccy") else None


def _account(element: etree._Element) -> tuple[str | None, str | None]:
    account = _first(element, "Acct")
    if account is None:
        return None, None
    iban = _said(account, "Id/IBAN").replace(" ", "").upper()
    other = _said(account, "Id/Othr/Id")
    if not iban and is_iban(other.replace(" ", "").upper()):
        iban = other.replace(" ", "").upper()
    return iban or None, (other if other and other != iban else account_of(iban))


def _balance(
    element: etree._Element, codes: tuple[str, ...], currency: str | None
) -> tuple[Decimal | None, date | None]:
    """The booked balance of one of these kinds. One in another currency than the account's proves nothing."""
    for code in codes:
        for balance in _all(element, "Bal"):
            amount = _first(balance, "Amt")
            if _said(balance, "Tp/CdOrPrtry/Cd") != code or amount is None:
                continue
            if amount.get("Ccy", currency) == currency:
                return _signed(balance), _day(_first(balance, "Dt"))
    return None, None


def _period(element: etree._Element, end: str) -> date | None:
    said = _said(element, f"FrToDt/{end}Dt") or _said(element, f"FrToDt/{end}DtTm")
    return _date(said, element) if said else None


def _movement(entry: etree._Element, statement: etree._Element) -> Movement:
    amount = _signed(entry)
    details = _all(entry, "NtryDtls/TxDtls")
    value_on = _day(_first(entry, "ValDt"))
    booked_on = _day(_first(entry, "BookgDt")) or value_on or _made_on(statement)
    if booked_on is None:
        raise Unreadable("un mouvement n’a pas de date.", line=_line(entry))
    party = _counterparty(details[0], amount, entry) if len(details) == 1 else None
    return Movement(
        booked_on=booked_on,
        amount=amount,
        label=_label(entry, details, party),
        value_on=value_on,
        counterparty=party,
        reference=_reference(entry, details),
        line=_line(entry),
    )


def _made_on(statement: etree._Element) -> date | None:
    said = _said(statement, "CreDtTm")
    return _date(said, statement) if said else None


def _label(entry: etree._Element, details: list[etree._Element], party: str | None) -> str:
    """The bank's words, then those of the payer; a batch of payments is one movement, and keeps the bank's."""
    words = [_said(entry, "AddtlNtryInf")]
    if len(details) == 1:
        words += [_text(found) for found in _all(details[0], "RmtInf/Ustrd")]
        words += [_said(details[0], "AddtlTxInf")]
    if not any(words):
        words = [_text(found) for detail in details[:1] for found in _all(detail, "RmtInf/Strd/AddtlRmtInf")]
    said = written.joined(words) or party or ""
    if len(details) == 1 and _first(details[0], "RtrInf") is not None and label.kind(said) != label.Kind.REJECT:
        said = written.joined(["REJET", said, _said(details[0], "RtrInf/Rsn/Cd")])
    return written.joined([said, _original(entry, details)])


def _original(entry: etree._Element, details: list[etree._Element]) -> str:
    """The amount in the money of the purchase, where it is another than the account's: « 10,00 USD TAUX 1,0833 »."""
    booked = _first(entry, "Amt")
    for place in (details[0], entry) if len(details) == 1 else (entry,):
        for kind in ("InstdAmt", "TxAmt"):
            amount = _first(place, f"AmtDtls/{kind}/Amt")
            if amount is not None and booked is not None and amount.get("Ccy") != booked.get("Ccy"):
                rate = _said(place, f"AmtDtls/{kind}/CcyXchg/XchgRate")
                told = f"{_text(amount)} {amount.get('Ccy')}{f' TAUX {rate}' if rate else ''}"
                return told.replace(".", ",")
    return ""


def _counterparty(detail: etree._Element, amount: Decimal, entry: etree._Element) -> str | None:
    """The creditor of what went out, the debtor of what came in; the parties of a return keep their roles."""
    went_out = (amount < 0) != (_said(entry, "RvslInd") == "true")
    for role in ("Cdtr", "UltmtCdtr") if went_out else ("Dbtr", "UltmtDbtr"):
        for path in ("Nm", "Pty/Nm", "Agt/FinInstnId/Nm"):
            if name := written.one_line(_said(detail, f"RltdPties/{role}/{path}")):
                return name
    return None


def _reference(entry: etree._Element, details: list[etree._Element]) -> str | None:
    told = []
    if len(details) == 1:
        paths = ("Refs/EndToEndId", "RmtInf/Strd/CdtrRefInf/Ref", "Refs/InstrId", "Refs/ChqNb", "Refs/MndtId")
        told = [_said(details[0], path) for path in paths]
    told += [_said(entry, "AcctSvcrRef"), _said(entry, "NtryRef")]
    return next((text for text in map(written.one_line, told) if text and text.upper() not in _NOTHING), None)


def _signed(element: etree._Element) -> Decimal:
    """The amount with its sign. `RvslInd` changes nothing: the indicator already tells the true direction."""
    direction, said = _said(element, "CdtDbtInd"), _said(element, "Amt")
    try:
        amount = written.plain_amount(said)
    except ValueError:
        raise Unreadable(f"le montant « {said} » n’en est pas un.", line=_line(element)) from None
    if direction not in ("CRDT", "DBIT"):
        raise Unreadable("un montant ne dit pas s’il est au débit ou au crédit.", line=_line(element))
    return -amount if direction == "DBIT" else amount


def _day(element: etree._Element | None) -> date | None:
    if element is None:
        return None
    said = _said(element, "Dt") or _said(element, "DtTm") or _text(element)
    return _date(said, element) if said else None


def _date(said: str, element: etree._Element) -> date:
    try:
        return written.day(said[:10])
    except ValueError:
        raise Unreadable(f"la date « {said} » n’existe pas.", line=_line(element)) from None


def _local(element: etree._Element) -> str:
    tag = element.tag  # read once: QName parses it again at each call, two fifths of a large file’s time
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _all(element: etree._Element, path: str) -> list[etree._Element]:
    """The descendants by their names alone: the namespace changes with each version of the norm."""
    found = [element]
    for tag in _tags(path):
        found = [child for parent in found for child in parent.iterchildren(tag)]
    return found


@cache
def _tags(path: str) -> tuple[str, ...]:
    return tuple(f"{{*}}{name}" for name in path.split("/"))


def _first(element: etree._Element, path: str) -> etree._Element | None:
    return next(iter(_all(element, path)), None)


def _said(element: etree._Element, path: str) -> str:
    return _text(_first(element, path))


def _text(element: etree._Element | None) -> str:
    return (element.text or "").strip() if element is not None else ""


def _line(element: etree._Element) -> int | None:
    line: Any = element.sourceline  # an int or None, whatever the stubs say
    return int(line) if line else None
