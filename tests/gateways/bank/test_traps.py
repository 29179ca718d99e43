"""What banks' real files do, trap by trap, in each format."""

import re
import tracemalloc
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from bench.statements import written
from tests.gateways.bank.test_statement_files import CAMT, OFX

from comptoir.domain import label
from comptoir.domain.label import Kind, Original
from comptoir.gateways.bank import files

DAY = date(2026, 3, 14)


def one(content):
    (statement,) = files.read(content if isinstance(content, bytes) else content.encode()).statements
    return statement


# ── CFONB120 ──────────────────────────────────────────────────────────────────────────────────────


def row(kind, *, at=None, account="00010123456"):
    """A line with `at` {first column: text}, over a bank, a branch, euros and an account."""
    signs = list(f"{kind}30004    00823EUR2 {account}".ljust(120))
    for place, text in (at or {}).items():
        signs[place - 1 : place - 1 + len(text)] = text
    return "".join(signs)


def balance(kind, amount, **more):
    return row(kind, at={35: "010326", 91: amount, **more.pop("at", {})}, **more)


def move(amount="0000000000105}", *, at=None, **more):  # −10,50
    return row(
        "04", at={33: "B1", 35: "140326", 43: "150326", 49: "PRLV SEPA EDF", 91: amount, **(at or {})}, **more
    )


def words(qualifier, text):
    return row("05", at={33: "B1", 35: "140326", 46: qualifier, 49: text})


def cfonb(*lines, opening="0000000001000{", closing="0000000000895{", charset="latin-1", ending="\r\n"):
    return ending.join([balance("01", opening), *lines, balance("07", closing)]).encode(charset)


OPENING, CLOSING = "0000000001000{", "0000000000895{"  # 100,00 and 89,50


def test_words_before_any_movement_are_those_of_the_balance():
    statement = one(cfonb(words("LIB", "ANCIEN SOLDE"), move()))
    assert [m.label for m in statement.movements] == ["PRLV SEPA EDF"]
    assert statement.is_proved


def test_a_blank_day_of_the_new_balance_is_no_fault():
    content = cfonb(move()).decode().replace(balance("07", CLOSING), balance("07", CLOSING, at={35: "      "}))
    assert (one(content).closing, one(content).closed_on) == (Decimal("89.50"), None)


def test_no_line_breaks_and_trimmed_lines_say_the_same():
    wanted = one(cfonb(move(), words("LIB", "FACTURE 12"))).movements
    flat = one(cfonb(move(), words("LIB", "FACTURE 12"), ending="")).movements
    trimmed = "\n".join(line.rstrip() for line in cfonb(move(), words("LIB", "FACTURE 12")).decode().split("\r\n"))
    for found in (flat, one(trimmed).movements):
        assert [(m.booked_on, m.amount, m.label) for m in found] == [
            (m.booked_on, m.amount, m.label) for m in wanted
        ]


def test_a_blank_currency_and_blank_decimals_are_euros_and_cents():
    content = cfonb(move()).decode().replace("EUR2", "    ")
    assert (one(content).currency, one(content).movements[0].amount) == ("EUR", Decimal("-10.50"))


@pytest.mark.parametrize(
    ("currency", "decimals", "amount"),
    [("XPF", "0", "-1050"), ("XPF", " ", "-1050"), ("JPY", " ", "-1050"), ("TND", "3", "-1.050"), ("TND", " ", "-1.050"),
     ("USD", "2", "-10.50"), ("CHF", " ", "-10.50")],
)  # fmt: skip
def test_other_currencies_have_their_own_decimals(currency, decimals, amount):
    statement = one(cfonb(move()).decode().replace("EUR2", currency + decimals))
    assert (statement.currency, statement.movements[0].amount) == (currency, Decimal(amount))
    assert statement.is_proved


@pytest.mark.parametrize("charset", ["latin-1", "utf-8"])
def test_lower_case_and_accents_are_kept_and_move_no_column(charset):
    said = {49: "Prélèvement Société Générale", 105: "REF1"}
    movement = one(cfonb(move(at=said), charset=charset)).movements[0]
    assert (movement.label, movement.reference) == ("Prélèvement Société Générale", "REF1")


def test_columns_counted_in_bytes_of_utf8_are_put_right():
    line = move(at={49: "PRLV ÉLECTRICITÉ", 105: "REF1"})
    counted = line.replace("É  ", "É", 1)  # two accents, two bytes more: the bank writes two blanks less
    assert len(counted.encode()) == 120
    movement = one(cfonb(counted, charset="utf-8")).movements[0]
    assert (movement.amount, movement.label, movement.reference) == (
        Decimal("-10.50"), "PRLV ÉLECTRICITÉ", "REF1"
    )  # fmt: skip


def test_the_french_seven_bit_signs_of_zero_are_read():
    statement = one(cfonb(move("0000000000105è"), opening="0000000001000é", closing="0000000000895é"))
    assert statement.movements[0].amount == Decimal("-10.50")


def test_mandate_creditor_and_debtor_are_in_the_words_and_the_name_stays():
    lines = words("RUM", "++E123456"), words("IBE", "FR00ZZZ123456"), words("NBE", "EDF CLIENTS")
    movement = one(cfonb(move(), *lines)).movements[0]
    assert movement.label == "PRLV SEPA EDF RUM ++E123456 ICS FR00ZZZ123456"
    assert movement.counterparty == "EDF CLIENTS"
    assert label.counterparty(movement.label) == "EDF"
    paid = one(cfonb(move("0000000000105{"), words("IPY", "DURAND12"), closing="0000000001105{")).movements[0]
    assert paid.label == "PRLV SEPA EDF ID/DURAND12"


def test_the_amount_of_the_purchase_and_the_banks_fee_are_in_the_words():
    lines = words("MMO", "USD200000000001137"), words("FEE", "EUR200000000000030")
    movement = one(cfonb(move(at={33: "28", 49: "CB GITHUB INC"}), *lines)).movements[0]
    assert movement.label == "CB GITHUB INC 11,37 USD FRAIS 0,30 EUR"
    assert label.read(movement.label).original == Original(Decimal("11.37"), "USD")
    assert label.counterparty(movement.label) == "GITHUB INC"
    odd = one(cfonb(move(), words("MMO", "11,37 DOLLARS"))).movements[0]
    assert odd.label == "PRLV SEPA EDF 11,37 DOLLARS"
    fee = one(cfonb(move(), words("FEE", "EUR200000000000030"))).movements[0]
    assert label.counterparty(fee.label) == "EDF"


@pytest.mark.parametrize("said", [{33: "B3"}, {33: "A3"}, {41: "04"}])
def test_a_reject_is_one_whatever_its_words(said):
    movement = one(cfonb(move("0000000000105{", at=said), closing="0000000001105{")).movements[0]
    assert movement.label == "REJET PRLV SEPA EDF"
    assert (label.kind(movement.label), label.counterparty(movement.label)) == (Kind.REJECT, "EDF")
    told = one(cfonb(move("0000000000105{", at={**said, 49: "IMPAYE PRLV EDF"}), closing="0000000001105{"))
    assert told.movements[0].label == "IMPAYE PRLV EDF"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (move(account="00099999999"), "ligne 2 : un mouvement est celui du compte 00099999999"),
        (move().replace("EUR2", "USD2"), "ligne 2 : un mouvement est en USD, l’ancien solde en EUR"),
        (move(at={35: "310226"}), "ligne 2 : la date « 310226 » n’existe pas"),
        (move("00000000X0105}"), "ligne 2 : le montant « 00000000X0105} »"),
        ("09" + move()[2:], "ligne 2 : « 09 » n’est pas un type de ligne"),
    ],
)
def test_a_line_out_of_place_is_named(line, reason):
    with pytest.raises(files.RefusedFile, match=re.escape(reason)):
        files.read(cfonb(line))


def test_several_accounts_and_days_are_statements_apart():
    first = cfonb(move())
    other = first.replace(b"00010123456", b"00099999999")
    found = files.read(first + b"\r\n" + other).statements
    assert [s.number for s in found] == ["00010123456", "00099999999"]


# ── camt ──────────────────────────────────────────────────────────────────────────────────────────

VERSIONS = [f"{n:03d}.001.{v:02d}" for n, last in ((53, 13), (52, 13), (54, 13)) for v in range(1, last + 1)]
ROOTS = {
    "053": ("BkToCstmrStmt", "Stmt"),
    "052": ("BkToCstmrAcctRpt", "Rpt"),
    "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_of_the_norm_is_read(version):
    root, statement = ROOTS[version[:3]]
    content = CAMT.format(closing="89.50").replace("camt.053.001.08", f"camt.{version}")
    content = (
        content.replace("BkToCstmrStmt>", f"{root}>")
        .replace("<Stmt>", f"<{statement}>")
        .replace("</Stmt>", f"</{statement}>")
    )
    if int(version[-2:]) < 4:  # a code of its own came with version 4
        content = content.replace("<Sts><Cd>BOOK</Cd></Sts>", "<Sts>BOOK</Sts>")
    found = files.read(content.encode())
    assert found.format == f"camt.{version[:3]}"
    assert found.statements[0].movements[0].amount == Decimal("-10.50")
    assert found.statements[0].is_proved


def camt(details, *, entry=""):
    content = CAMT.format(closing="89.50")
    return content.replace("<BkTxCd/>", f"<BkTxCd/>{entry}<NtryDtls><TxDtls>{details}</TxDtls></NtryDtls>")


def test_a_purchase_in_another_money_says_it():
    details = (
        "<Refs><MndtId>M1</MndtId></Refs><AmtDtls><InstdAmt><Amt Ccy='USD'>11.37</Amt><CcyXchg><SrcCcy>USD</SrcCcy>"
        "<XchgRate>1.0833</XchgRate></CcyXchg></InstdAmt></AmtDtls>"
    )
    movement = one(camt(details)).movements[0]
    assert movement.label == "CB CAFE DU MAIL 11,37 USD TAUX 1,0833"
    assert label.read(movement.label).original == Original(Decimal("11.37"), "USD", Decimal("1.0833"))
    assert movement.reference == "M1"
    same = one(camt("<AmtDtls><InstdAmt><Amt Ccy='EUR'>10.50</Amt></InstdAmt></AmtDtls>")).movements[0]
    assert same.label == "CB CAFE DU MAIL"


def test_a_payment_that_comes_back_is_a_reject():
    movement = one(camt("<RtrInf><Rsn><Cd>MS03</Cd></Rsn></RtrInf>")).movements[0]
    assert movement.label == "REJET CB CAFE DU MAIL MS03"
    assert label.kind(movement.label) == Kind.REJECT


def test_what_is_not_booked_yet_is_left_to_the_statement_that_books_it():
    content = CAMT.format(closing="100.00").replace("BOOK", "PDNG")
    assert one(content).movements == ()


@pytest.mark.parametrize(
    ("currency", "amount"), [("XPF", "1050"), ("JPY", "1050"), ("TND", "10.500"), ("USD", "10.50")]
)
def test_a_camt_in_another_currency_is_read(currency, amount):
    content = CAMT.format(closing="89.50").replace("EUR", currency).replace(">10.50<", f">{amount}<")
    content = content.replace("89.50", str(Decimal("100.00") - Decimal(amount))).replace(">-", ">")
    sign = "DBIT" if Decimal(amount) > 100 else "CRDT"
    head, tail = content.rsplit("<CdtDbtInd>CRDT", 1)
    statement = one(f"{head}<CdtDbtInd>{sign}{tail}")
    assert (statement.currency, statement.movements[0].amount) == (currency, -Decimal(amount))


def test_a_camt_of_endless_names_is_refused():
    names = "".join(f"<a{n}>x</a{n}>" for n in range(1000))
    with pytest.raises(files.Unreadable, match="mal formé"):
        one(camt(names))


def test_a_camt_written_on_many_lines_says_the_same():
    whole = camt("<Refs><EndToEndId>E1</EndToEndId></Refs><RmtInf><Ustrd>UN</Ustrd><Ustrd>DEUX</Ustrd></RmtInf>")
    spread = one(whole.replace("><", ">\n\t <").replace(">UN<", ">\n UN\n<"))
    assert [replace(moved, line=None) for moved in spread.movements] == [
        replace(moved, line=None) for moved in one(whole).movements
    ]
    assert spread.movements[0].label == "CB CAFE DU MAIL UN DEUX"


def test_a_camt_balance_without_an_amount_is_refused():
    with pytest.raises(files.Unreadable, match="le montant"):
        one(CAMT.format(closing=""))


@pytest.mark.parametrize("form", ["cfonb120", "camt"])
def test_a_long_file_takes_no_more_memory_than_a_short_one(form):
    def peak(count):
        content = written(form, count)
        tracemalloc.start()
        told = sum(1 for _ in files.tell(content))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert told == count + 1
        return most

    peak(10)  # what is made once
    assert peak(4000) < peak(500) + 200_000


# ── OFX ───────────────────────────────────────────────────────────────────────────────────────────


def test_an_ofx_keeps_apart_its_accounts_and_currencies():
    other = OFX[OFX.index("<STMTRS>") : OFX.index("</STMTTRNRS>")]
    other = (
        other.replace("00010123456", "00099999999")
        .replace("EUR", "XPF")
        .replace("-10,50", "-1 050")
        .replace("20.00", "1500")
    )
    found = files.read(OFX.replace("</BANKMSGSRSV1>", f"{other}</BANKMSGSRSV1>").encode()).statements
    assert [(s.number[-11:], s.currency, len(s.movements)) for s in found] == [
        ("00010123456", "EUR", 2),
        ("00099999999", "XPF", 2),
    ]
    assert found[1].movements[0].amount == Decimal("-1050.00")


def test_identifiers_with_signs_hours_with_zones_and_entities_are_no_trap():
    coffee, paid = one(OFX.replace("A$ 1%", "A$ <1> %")).movements
    assert (coffee.booked_on, coffee.label) == (DAY, "CB CAFE & MAIL 13/03")
    assert paid.amount == Decimal("20.00")


@pytest.mark.parametrize(
    ("was", "now", "reason"),
    [
        ("-10,50", "dix", "ligne 2 : « dix » n’est pas un montant"),
        ("20260315", "20261515", "ligne 3 : « 20261515 » n’est pas une date"),
        ("<TRNAMT>20.00", "<TRNAMT>20.00<CURRENCY><CURRATE>1.1<CURSYM>USD</CURRENCY>", "ligne 3 : une opération est en USD"),
        ("</OFX>", "", "s’arrête avant sa fin"),
        ("<DTPOSTED>20260315", "", "ligne 3 : une opération n’a pas de date"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_an_ofx_is_named_with_its_line(was, now, reason):
    content = OFX.replace("<STMTTRN>", "\n<STMTTRN>")
    assert was in content
    with pytest.raises(files.RefusedFile, match=reason):
        files.read(content.replace(was, now).encode())


# ── Every format ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("euros", ["10.505", "10.5050001"])
def test_no_bank_says_half_a_cent(euros):
    with pytest.raises(files.RefusedFile, match="trop de décimales"):
        files.read(OFX.replace("-10,50", f"-{euros}").encode())


def test_a_day_beyond_any_paper_is_refused():
    with pytest.raises(files.RefusedFile, match="une date est impossible"):
        files.read(OFX.replace("20260314", "21000314").encode())
