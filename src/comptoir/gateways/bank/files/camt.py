"""ISO 20022 camt.053 (statement), camt.052 (report of the day) and camt.054 (advice), versions 02 to 13.

Only booked entries count: pending ones (`PDNG`) come again once they are booked.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from lxml import etree

from comptoir.domain import label
from comptoir.domain.card import is_deferred_debit
from comptoir.domain.money import total
from comptoir.domain.movement import BankStatement, Movement, Told
from comptoir.gateways.bank.files import written
from comptoir.gateways.bank.files.faults import Unreadable
from comptoir.gateways.bank.files.nodes import Node, Place, TooManyNames, local, node, walk
from comptoir.gateways.bank.files.rib import account_of, is_iban

_MESSAGES = {
    "BkToCstmrStmt": "camt.053",
    "BkToCstmrAcctRpt": "camt.052",
    "BkToCstmrDbtCdtNtfctn": "camt.054",
}
_STATEMENTS = ("Stmt", "Rpt", "Ntfctn")
_UNASKED = frozenset({"BkTxCd", "RltdAgts", "PstlAdr", "DbtrAcct", "CdtrAcct", "Chrgs", "CardTx", "SplmtryData"})
"""What says nothing to the books, and makes half of a file."""
_DOCTYPE = "il contient une définition de type (DOCTYPE), qu’aucune banque n’écrit."
_NOTHING = {"NOTPROVIDED", "NOT PROVIDED", "NONREF", "NOTPROVIDED."}


def sniffs(content: bytes) -> bool:
    """An XML file whose first elements are those of a camt message, however long its opening comment."""
    if not content[:100].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").startswith(b"<"):
        return False
    try:
        for rank, element in enumerate(walk(content, "start")):
            if local(element) in _MESSAGES or "camt.05" in str(etree.QName(element).namespace):
                return True
            if rank > 50:
                break
    except etree.XMLSyntaxError:
        return False
    return False


def read(content: bytes) -> Iterator[Told]:
    """The movements of each statement of the message, then the statement, one for each account and period."""
    if b"<!DOCTYPE" in content[:100_000] or b"<!ENTITY" in content[:100_000]:
        raise Unreadable(_DOCTYPE)
    message, draft, count = "camt.053", _Draft(), 0
    try:
        # An entry is read and let go as soon as it ends: a year of them would not fit in memory as a tree.
        for element in walk(content, "end", "Ntry", *_STATEMENTS):
            parent = element.getparent()
            if parent is None:
                continue
            # One behind a long comment, or in another encoding, is seen by the parser alone.
            if element.getroottree().docinfo.internalDTD is not None:
                raise Unreadable(_DOCTYPE)
            if local(element) == "Ntry":
                if local(parent) in _STATEMENTS:
                    if (moved := draft.take(element, parent)) is not None:
                        yield moved
                    _let_go(element, parent)
            elif local(parent) in _MESSAGES:
                message = _MESSAGES[local(parent)]
                yield replace(_statement(node(element, Place(frozenset({"Bal"}))), draft), format=message)
                draft, count = _Draft(), count + 1
                element.clear()
    except (etree.XMLSyntaxError, TooManyNames) as error:
        line = getattr(error, "lineno", None)
        raise Unreadable("le XML est mal formé ou incomplet.", line=line or None) from None
    if not count:
        raise Unreadable(f"ce fichier {message} ne contient aucun relevé.")


def _let_go(entry: etree._Element, statement: etree._Element) -> None:
    """Empty an entry that is read, and take the one before out of the tree: the current one must stay in its place."""
    entry.clear()
    before = entry.getprevious()
    if before is not None and local(before) == "Ntry":
        statement.remove(before)


@dataclass
class _Draft:
    """What entries tell of their statement, which comes whole after them."""

    currency: str | None = None
    place: Place = field(default_factory=lambda: Place(frozenset({"TxDtls"}), _UNASKED))

    def take(self, element: etree._Element, statement: etree._Element) -> Movement | None:
        """The movement of an entry; None while it is not booked."""
        entry = node(element, self.place)
        self.currency = self.currency or entry["Amt/@Ccy"] or None
        is_booked = (entry["Sts/Cd"] or entry["Sts"] or "BOOK") == "BOOK"
        return _movement(entry, statement) if is_booked else None


def _statement(statement: Node, draft: _Draft) -> BankStatement:
    iban, number = _account(statement)
    balances = statement.each("Bal")
    told = next((said for one in balances if (said := one["Amt/@Ccy"])), None)
    currency = statement["Acct/Ccy"] or told or draft.currency
    opening, opened_on = _balance(balances, ("OPBD", "PRCD"), currency)
    closing, closed_on = _balance(balances, ("CLBD",), currency)
    return BankStatement(
        number=number,
        iban=iban,
        currency=currency,
        opening=opening,
        closing=closing,
        opened_on=opened_on or _day(statement, "FrToDt/FrDt", "FrToDt/FrDtTm"),
        closed_on=closed_on or _day(statement, "FrToDt/ToDt", "FrToDt/ToDtTm"),
    )


def _account(statement: Node) -> tuple[str | None, str | None]:
    iban = statement["Acct/Id/IBAN"].replace(" ", "").upper()
    other = statement["Acct/Id/Othr/Id"]
    if not iban and is_iban(other.replace(" ", "").upper()):
        iban = other.replace(" ", "").upper()
    return iban or None, (other if other and other != iban else account_of(iban))


def _balance(
    balances: list[Node], codes: tuple[str, ...], currency: str | None
) -> tuple[Decimal | None, date | None]:
    """The booked balance of one of these kinds. One in another currency than the account's proves nothing."""
    for code in codes:
        for balance in balances:
            if balance["Tp/CdOrPrtry/Cd"] == code and (balance["Amt/@Ccy"] or currency) == currency:
                return _signed(balance), _day(balance, *_DAY)
    return None, None


def _movement(entry: Node, statement: etree._Element) -> Movement:
    amount = _signed(entry)
    details = entry.each("TxDtls")
    value_on = _day(entry, *_VALUE_ON)
    booked_on = _day(entry, *_BOOKED_ON) or value_on or _made_on(statement)
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
    path = next((path for path in _AMOUNTS if detail[path]), "")
    is_ours = detail[f"{path}/@Ccy"] in ("", entry["Amt/@Ccy"])
    try:
        size = written.plain_amount(detail[path]) if path and is_ours else Decimal(0)
    except ValueError:
        raise Unreadable("le montant d’un achat n’en est pas un.", line=entry.line) from None
    went_out = (detail["CdtDbtInd"] or entry["CdtDbtInd"]) == "DBIT"
    told = _day(detail, *_DAYS, line=entry.line)
    party = _counterparty(detail, -size if went_out else size, entry)
    words = written.joined([*detail.all("RmtInf/Ustrd"), detail["AddtlTxInf"], party or ""])
    return Movement(
        booked_on=min(told, debit.booked_on) if told else debit.booked_on,
        amount=-size if went_out else size,
        label=f"CB {words}".strip(),
        counterparty=party,
        line=entry.line,
    )


_DAY, _VALUE_ON, _BOOKED_ON = ((f"{name}/Dt", f"{name}/DtTm", name) for name in ("Dt", "ValDt", "BookgDt"))
"""Where a date may stand: as a day, as a moment, or bare."""
_AMOUNTS = ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt")
_DAYS = ("RltdDts/TxDtTm", "RltdDts/AccptncDtTm", "RltdDts/IntrBkSttlmDt")


def _made_on(statement: etree._Element) -> date | None:
    return _day(node(statement, Place(frozenset())), "CreDtTm")


def _label(entry: Node, details: list[Node], party: str | None) -> str:
    """The bank's words, then those of the payer; a batch of payments is one movement, and keeps the bank's."""
    words = [entry["AddtlNtryInf"]]
    if len(details) == 1:
        words += [*details[0].all("RmtInf/Ustrd"), details[0]["AddtlTxInf"]]
    if not any(words):
        words = [text for detail in details[:1] for text in detail.all("RmtInf/Strd/AddtlRmtInf")]
    said = written.joined(words) or party or ""
    if len(details) == 1 and any(map(details[0].get, _RETURNED)) and label.kind(said) != label.Kind.REJECT:
        said = written.joined(["REJET", said, details[0]["RtrInf/Rsn/Cd"]])
    original = _original(entry, details)
    return written.joined([said, original]) if original else said


_RETURNED = (
    "RtrInf/Rsn/Cd",
    "RtrInf/Rsn/Prtry",
    "RtrInf/AddtlInf",
    "RtrInf/Orgtr/Nm",
    "RtrInf/OrgnlBkTxCd/Prtry/Cd",
)


def _original(entry: Node, details: list[Node]) -> str:
    """The amount in the money of the purchase, where it is another than the account's: « 10,00 USD TAUX 1,0833 »."""
    booked = entry["Amt/@Ccy"]
    for place in (details[0], entry) if len(details) == 1 else (entry,):
        for amount, currency, rate in _ORIGINALS:
            if booked and place[currency] not in ("", booked):
                told = f"{place[amount]} {place[currency]}{f' TAUX {place[rate]}' if place[rate] else ''}"
                return told.replace(".", ",")
    return ""


_ORIGINALS = tuple(
    (f"AmtDtls/{kind}/Amt", f"AmtDtls/{kind}/Amt/@Ccy", f"AmtDtls/{kind}/CcyXchg/XchgRate")
    for kind in ("InstdAmt", "TxAmt")
)


def _counterparty(detail: Node, amount: Decimal, entry: Node) -> str | None:
    """The creditor of what went out, the debtor of what came in; the parties of a return keep their roles."""
    went_out = (amount < 0) != (entry["RvslInd"] == "true")
    for path in _CREDITORS if went_out else _DEBTORS:
        if name := written.one_line(detail[path]):
            return name
    return None


_NAMES = ("Nm", "Pty/Nm", "Agt/FinInstnId/Nm")
_CREDITORS = tuple(f"RltdPties/{role}/{name}" for role in ("Cdtr", "UltmtCdtr") for name in _NAMES)
_DEBTORS = tuple(f"RltdPties/{role}/{name}" for role in ("Dbtr", "UltmtDbtr") for name in _NAMES)


def _reference(entry: Node, details: list[Node]) -> str | None:
    """The first that says something: that of the one payment, else the bank's own."""
    told = [(details[0], _OF_PAYMENT), (entry, _OF_ENTRY)] if len(details) == 1 else [(entry, _OF_ENTRY)]
    for place, paths in told:
        for path in paths:
            if (said := written.one_line(place[path])) and said.upper() not in _NOTHING:
                return said
    return None


_OF_PAYMENT = ("Refs/EndToEndId", "RmtInf/Strd/CdtrRefInf/Ref", "Refs/InstrId", "Refs/ChqNb", "Refs/MndtId")
_OF_ENTRY = ("AcctSvcrRef", "NtryRef")


def _signed(node: Node) -> Decimal:
    """The amount with its sign. `RvslInd` changes nothing: the indicator already tells the true direction."""
    direction, said = node["CdtDbtInd"], node["Amt"]
    try:
        amount = written.plain_amount(said)
    except ValueError:
        raise Unreadable(f"le montant « {said} » n’en est pas un.", line=node.line) from None
    if direction not in ("CRDT", "DBIT"):
        raise Unreadable("un montant ne dit pas s’il est au débit ou au crédit.", line=node.line)
    return -amount if direction == "DBIT" else amount


def _day(node: Node, *paths: str, line: int | None = None) -> date | None:
    for path in paths:
        if said := node.get(path):
            try:
                return _day_of(said[:10])
            except ValueError:
                raise Unreadable(f"la date « {said} » n’existe pas.", line=line or node.line) from None
    return None


_day_of = lru_cache(maxsize=1024)(written.day)
"""A year has few days, and a year's file says each of them thousands of times."""
