"""Every format gives the same movements; what does not add up or is broken is refused whole, in French."""

import json
from datetime import date
from decimal import Decimal

import pytest

from comptoir.config import cli
from comptoir.demo.statements import Move, cfonb120
from comptoir.gateways.bank import files

DAY = date(2026, 3, 14)


def cfonb(*moves: Move, opening="100.00") -> bytes:
    kept = moves or (Move(DAY, Decimal("-10.50"), "CB CAFE DU MAIL 13/03 UN LIBELLE PLUS LONG"),)
    return cfonb120(kept, opening=Decimal(opening), opened_on=date(2026, 3, 1), closed_on=date(2026, 3, 31))


CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>1</MsgId><CreDtTm>2026-03-31T00:00:00</CreDtTm></GrpHdr><Stmt><Id>1</Id>
<CreDtTm>2026-03-31T00:00:00</CreDtTm><Acct><Id><IBAN>FR7630004008230001012345669</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>2026-03-01</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{closing}</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>2026-03-31</Dt></Dt></Bal>
<Ntry><Amt Ccy="EUR">10.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-03-14</Dt></BookgDt>
<ValDt><Dt>2026-03-14</Dt></ValDt><BkTxCd/><AddtlNtryInf>CB CAFE DU MAIL</AddtlNtryInf></Ntry>
</Stmt></BkToCstmrStmt></Document>"""

OFX = (
    "OFXHEADER:100 DATA:OFXSGML<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>30004"
    "<BRANCHID>00823<ACCTID>00010123456<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><DTSTART>20260301"
    "<DTEND>20260331<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260314000000[+1:CET]<TRNAMT>-10,50<FITID>A$ 1%"
    "<NAME>CB CAFE &amp; MAIL<MEMO>13/03</STMTTRN><STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260315<TRNAMT>20.00<FITID>2"
    "<NAME>VIR DUPONT</STMTTRN></BANKTRANLIST><LEDGERBAL><BALAMT>109.50<DTASOF>20260331</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
)


def one(content: bytes | str):
    (statement,) = files.read(content.encode() if isinstance(content, str) else content).statements
    return statement


def test_a_cfonb120_is_proved_and_keeps_the_whole_label():
    statement = one(cfonb())
    assert (statement.opening, statement.closing) == (Decimal("100.00"), Decimal("89.50"))
    assert statement.iban == "FR7630004008230001012345669"
    assert statement.movements[0].amount == Decimal("-10.50")
    assert statement.movements[0].label == "CB CAFE DU MAIL 13/03 UN LIBELLE PLUS LONG"


def test_a_cfonb120_without_line_breaks_or_with_trimmed_lines_is_the_same():
    whole = cfonb()
    said = [(m.booked_on, m.amount, m.label) for m in one(whole).movements]
    for variant in (whole.replace(b"\r\n", b""), b"\r\n".join(row.rstrip() for row in whole.split(b"\r\n"))):
        assert [(m.booked_on, m.amount, m.label) for m in one(variant).movements] == said


def test_a_camt053_is_read_and_proved():
    statement = one(CAMT.format(closing="89.50"))
    assert statement.is_proved
    assert statement.movements[0].amount == Decimal("-10.50")
    assert "CAFE" in statement.movements[0].label


@pytest.mark.parametrize(
    "content", [CAMT.format(closing="89.51"), cfonb().replace(b"895", b"896").decode("latin-1")]
)
def test_a_file_that_does_not_add_up_is_refused_with_the_difference(content):
    with pytest.raises(files.DoesNotAddUp, match=r"écart de"):
        files.read(content.encode("latin-1", "ignore"))


def test_an_ofx_on_one_line_is_read():
    statement = one(OFX)
    assert [m.amount for m in statement.movements] == [Decimal("-10.50"), Decimal("20.00")]
    assert statement.movements[0].label == "CB CAFE & MAIL 13/03"
    assert (statement.opening, statement.closing) == (None, Decimal("109.50"))
    assert statement.number == "300040082300010123456"


def test_an_ofx2_is_read_too():
    closed = OFX.replace("<FITID>2", "<FITID>2</FITID>").replace(
        "OFXHEADER:100 DATA:OFXSGML", "<?xml version='1.0'?>"
    )
    assert len(one(closed).movements) == 2


NEOBANK = "Date,Description,Amount,Currency\n2026-03-14,CB CAFE DU MAIL,-10.50,EUR\n"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   \n",
        b"bonjour",
        b"\x00\x01\x02" * 200,
        b"%PDF-1.7 facture",
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'bb'>]><Document>&b;</Document>",
        CAMT[:400].encode(),
        cfonb()[:200],
        cfonb().replace(b"140326", b"990326"),
        OFX.replace("-10,50", "dix").encode(),
        OFX.replace("20260314", "20269914").encode(),
        NEOBANK.replace("-10.50", "beaucoup").encode(),
    ],
)
def test_what_is_broken_is_refused_with_a_sentence(content):
    with pytest.raises(files.RefusedFile) as refusal:
        files.read(content, "releve.txt")
    assert len(str(refusal.value)) > 30


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    code = cli.main(list(arguments))
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_command_line_tells_exactly_the_documented_keys(tmp_path, capsys):
    path = tmp_path / "releve.txt"
    path.write_bytes(cfonb())
    code, out, _ = run(capsys, "statement", str(path), "--json")
    told = json.loads(out)
    assert code == 0
    assert list(told) == ["format", "accounts"]
    (account,) = told["accounts"]
    assert list(account) == [
        "number", "iban", "currency", "opening", "closing", "opened_on", "closed_on", "transactions"
    ]  # fmt: skip
    assert (account["opening"], account["closing"]) == ("100.00", "89.50")
    (transaction,) = account["transactions"]
    assert list(transaction) == ["booked_on", "value_on", "amount", "label", "counterparty", "reference"]
    assert (transaction["booked_on"], transaction["amount"]) == ("2026-03-14", "-10.50")


def test_the_command_line_reads_the_others_where_one_is_broken(tmp_path, capsys):
    good, bad = tmp_path / "bon.txt", tmp_path / "faux.txt"
    good.write_bytes(cfonb())
    bad.write_bytes(b"rien")
    code, out, err = run(capsys, "statement", str(bad), str(good), str(tmp_path / "absent.txt"), "--json")
    assert code == 1
    assert len(out.splitlines()) == 1
    assert "faux.txt" in err
    assert "absent.txt" in err
    assert "soldes prouvés" in run(capsys, "statement", str(good))[1]


def test_fec_check_tells_its_documented_keys(tmp_path, capsys):
    path = tmp_path / "821456308FEC20261231.txt"
    path.write_bytes(b"JournalCode\n")
    code, out, _ = run(capsys, "fec", "check", str(path), "--json")
    told = json.loads(out)
    assert code == 1
    assert list(told) == ["file", "lines", "entries", "faults", "alerts"]
    assert list(told["faults"][0]) == ["code", "line", "message", "remedy"]
    assert "Anomalies (1)" in run(capsys, "fec", "check", str(path))[1]
    assert run(capsys, "fec", "check", str(tmp_path / "absent.txt"))[0] == 1
