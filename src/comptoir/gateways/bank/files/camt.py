"""ISO 20022 camt.053 (statement), camt.052 (report of the day) and camt.054 (advice), versions 02 to 13.

Only booked entries count: pending ones (`PDNG`) come again once they are booked.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from io import BytesIO

from lxml import etree

from comptoir.domain import label
from comptoir.domain.card import is_deferred_debit
from comptoir.domain.money import total
from comptoir.domain.movement import BankStatement, Movement, StatementFile
from comptoir.gateways.bank.files import written
from comptoir.gateways.bank.files.faults import Unreadable
from comptoir.gateways.bank.files.nodes import Node, local, node
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
            if local(element) in _MESSAGES or "camt.05" in str(etree.QName(element).namespace):
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
            if local(element) == "Ntry":
                if local(parent) in _STATEMENTS:
                    draft.take(node(element), parent)
                    _let_go(element, parent)
            elif local(parent) in _MESSAGES:
                message = _MESSAGES[local(parent)]
                statements.append(_statement(node(element), draft))
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
    if before is not None and local(before) == "Ntry":
        statement.remove(before)


@dataclass
class _Draft:
    """A statement whose entries come one by one, before the statement itself is whole."""

    movements: list[Movement] = field(default_factory=list)
    currency: str | None = None

    def take(self, entry: Node, statement: etree._Element) -> None:
        self.currency = self.currency or _currency_of(entry.first("Amt"))
        if (entry.said("Sts/Cd") or entry.said("Sts") or "BOOK") == "BOOK":
            self.movements.append(_movement(entry, statement))


def _statement(element: Node, draft: _Draft) -> BankStatement:
    iban, number = _account(element)
    currency = element.said("Acct/Ccy") or _currency_of(element.first("Bal/Amt")) or draft.currency
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


def _currency_of(amount: Node | None) -> str | None:
    return amount.currency if amount else None


def _account(element: Node) -> tuple[str | None, str | None]:
    account = element.first("Acct")
    if account is None:
        return None, None
    iban = account.said("Id/IBAN").replace(" ", "").upper()
    other = account.said("Id/Othr/Id")
    if not iban and is_iban(other.replace(" ", "").upper()):
        iban = other.replace(" ", "").upper()
    return iban or None, (other if other and other != iban else account_of(iban))


def _balance(element: Node, codes: tuple[str, ...], currency: str | None) -> tuple[Decimal | None, date | None]:
    """The booked balance of one of these kinds. One in another currency than the account's proves nothing."""
    for code in codes:
        for balance in element.all("Bal"):
            amount = balance.first("Amt")
            if balance.said("Tp/CdOrPrtry/Cd") != code or amount is None:
                continue
            if (amount.currency or currency) == currency:
                return _signed(balance), _day(balance.first("Dt"))
    return None, None


def _period(element: Node, end: str) -> date | None:
    said = element.said(f"FrToDt/{end}Dt") or element.said(f"FrToDt/{end}DtTm")
    return _date(said, element) if said else None


def _movement(entry: Node, statement: etree._Element) -> Movement:
    amount = _signed(entry)
    details = entry.all("NtryDtls/TxDtls")
    value_on = _day(entry.first("ValDt"))
    booked_on = _day(entry.first("BookgDt")) or value_on or _made_on(statement)
    if booked_on is None:
        raise Unreadable("un mouvement n’a pas de date.", line=entry.line)
    party = _counterparty(details[0], amount, entry) if len(details) == 1 else None
    found = Movement(
        booked_on=booked_on,
        amount=amount,
        label=_label(entry, details, party),
        value_on=value_on,
        counterparty=party,
        reference=_reference(entry, details),
        line=entry.line,
    )
    if len(details) > 1 and is_deferred_debit(found.label):
        return replace(found, parts=_purchases(entry, details, found))
    return found


def _purchases(entry: Node, details: list[Node], debit: Movement) -> tuple[Movement, ...]:
    """The purchases that the monthly debit of a card pays; none unless they make its sum to the cent."""
    found = tuple(_purchase(entry, detail, debit) for detail in details)
    return found if total(one.amount for one in found) == debit.amount else ()


def _purchase(entry: Node, detail: Node, debit: Movement) -> Movement:
    amount = next((a for path in _AMOUNTS if (a := detail.first(path)) is not None), None)
    booked = entry.first("Amt")
    is_ours = amount is not None and booked is not None and amount.currency in (None, booked.currency)
    try:
        size = written.plain_amount(amount.text) if amount is not None and is_ours else Decimal(0)
    except ValueError:
        raise Unreadable("le montant d’un achat n’en est pas un.", line=entry.line) from None
    went_out = (detail.said("CdtDbtInd") or entry.said("CdtDbtInd")) == "DBIT"
    told = next((said for path in _DAYS if (said := detail.said(path))), "")
    party = _counterparty(detail, -size if went_out else size, entry)
    words = written.joined(
        [*(one.text for one in detail.all("RmtInf/Ustrd")), detail.said("AddtlTxInf"), party or ""]
    )
    return Movement(
        booked_on=min(_date(told, entry), debit.booked_on) if told else debit.booked_on,
        amount=-size if went_out else size,
        label=f"CB {words}".strip(),
        counterparty=party,
        line=entry.line,
    )


_AMOUNTS = ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt")
_DAYS = ("RltdDts/TxDtTm", "RltdDts/AccptncDtTm", "RltdDts/IntrBkSttlmDt")


def _made_on(statement: etree._Element) -> date | None:
    made = node(statement).first("CreDtTm")
    return _date(made.text, made) if made and made.text else None


def _label(entry: Node, details: list[Node], party: str | None) -> str:
    """The bank's words, then those of the payer; a batch of payments is one movement, and keeps the bank's."""
    words = [entry.said("AddtlNtryInf")]
    if len(details) == 1:
        words += [found.text for found in details[0].all("RmtInf/Ustrd")]
        words += [details[0].said("AddtlTxInf")]
    if not any(words):
        words = [found.text for detail in details[:1] for found in detail.all("RmtInf/Strd/AddtlRmtInf")]
    said = written.joined(words) or party or ""
    if len(details) == 1 and details[0].first("RtrInf") is not None and label.kind(said) != label.Kind.REJECT:
        said = written.joined(["REJET", said, details[0].said("RtrInf/Rsn/Cd")])
    original = _original(entry, details)
    return written.joined([said, original]) if original else said


def _original(entry: Node, details: list[Node]) -> str:
    """The amount in the money of the purchase, where it is another than the account's: « 10,00 USD TAUX 1,0833 »."""
    booked = entry.first("Amt")
    for place in (details[0], entry) if len(details) == 1 else (entry,):
        if place.first("AmtDtls") is None:
            continue
        for kind in ("InstdAmt", "TxAmt"):
            amount = place.first(f"AmtDtls/{kind}/Amt")
            if amount is not None and booked is not None and amount.currency != booked.currency:
                rate = place.said(f"AmtDtls/{kind}/CcyXchg/XchgRate")
                told = f"{amount.text} {amount.currency}{f' TAUX {rate}' if rate else ''}"
                return told.replace(".", ",")
    return ""


def _counterparty(detail: Node, amount: Decimal, entry: Node) -> str | None:
    """The creditor of what went out, the debtor of what came in; the parties of a return keep their roles."""
    went_out = (amount < 0) != (entry.said("RvslInd") == "true")
    for role in ("Cdtr", "UltmtCdtr") if went_out else ("Dbtr", "UltmtDbtr"):
        for path in ("Nm", "Pty/Nm", "Agt/FinInstnId/Nm"):
            if name := written.one_line(detail.said(f"RltdPties/{role}/{path}")):
                return name
    return None


def _reference(entry: Node, details: list[Node]) -> str | None:
    said = map(written.one_line, _references(entry, details))
    return next((text for text in said if text and text.upper() not in _NOTHING), None)


def _references(entry: Node, details: list[Node]) -> Iterator[str]:
    """One after the other, since the first that says something is taken."""
    if len(details) == 1:
        for path in ("Refs/EndToEndId", "RmtInf/Strd/CdtrRefInf/Ref", "Refs/InstrId", "Refs/ChqNb", "Refs/MndtId"):
            yield details[0].said(path)
    yield entry.said("AcctSvcrRef")
    yield entry.said("NtryRef")


def _signed(element: Node) -> Decimal:
    """The amount with its sign. `RvslInd` changes nothing: the indicator already tells the true direction."""
    direction, said = element.said("CdtDbtInd"), element.said("Amt")
    try:
        amount = written.plain_amount(said)
    except ValueError:
        raise Unreadable(f"le montant « {said} » n’en est pas un.", line=element.line) from None
    if direction not in ("CRDT", "DBIT"):
        raise Unreadable("un montant ne dit pas s’il est au débit ou au crédit.", line=element.line)
    return -amount if direction == "DBIT" else amount


def _day(element: Node | None) -> date | None:
    if element is None:
        return None
    said = element.said("Dt") or element.said("DtTm") or element.text
    return _date(said, element) if said else None


def _date(said: str, element: Node) -> date:
    try:
        return _day_of(said[:10])
    except ValueError:
        raise Unreadable(f"la date « {said} » n’existe pas.", line=element.line) from None


_day_of = lru_cache(maxsize=1024)(written.day)
"""A year has few days, and a year's file says each of them thousands of times."""
