"""A statement is told movement by movement in each format: a long one takes no more memory than its own text."""

import tracemalloc
from collections import deque

import pytest
from tests.gateways.bank.test_cut_files import CFONB, MT940, MT942, QIF
from tests.gateways.bank.test_statement_files import CAMT, OFX

from comptoir.domain.movement import Movement
from comptoir.gateways.bank import files

MOVE = {
    "mt940": ":61:2603140314D10,50NMSCNONREF\r\n:86:CB CAFE\r\n",
    "mt942": ":61:2603140314D10,50NMSCNONREF\r\n",
    "qif": "D14/03/2026\nT-10,50\nPCB CAFE DU MAIL\n^\n",
    "ofx": (
        "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260314000000[+1:CET]<TRNAMT>-10,50<FITID>A$ 1%"
        "<NAME>CB CAFE &amp; MAIL<MEMO>13/03</STMTTRN>"
    ),
}
WHOLE = {"mt940": MT940, "mt942": MT942, "qif": QIF, "ofx": OFX}
BROKEN = {
    "cfonb120": CFONB + b"99 no line of the norm",
    "camt": CAMT.format(closing="89.50").replace("</Stmt>", "</Stmt").encode(),
    "mt940": MT940.replace("0315C20", "0315X20").encode(),
    "mt942": MT942.replace("C20,50", "Z20,50").encode(),
    "qif": QIF.replace("T20,00", "Tvingt").encode(),
    "ofx": OFX.replace("<TRNAMT>20.00", "<TRNAMT>vingt").encode(),
}


@pytest.mark.parametrize("form", BROKEN)
def test_the_first_movement_is_told_before_the_end_is_read(form):
    told = files.tell(BROKEN[form])
    assert isinstance(next(told), Movement)
    with pytest.raises(files.RefusedFile):
        deque(told, maxlen=0)


@pytest.mark.parametrize("form", MOVE)
def test_a_long_file_takes_no_more_memory_than_its_own_text(form):
    assert MOVE[form] in WHOLE[form]
    content = WHOLE[form].replace(MOVE[form], MOVE[form] * 20_000)
    content = content.replace("C260331EUR109,50", f"{'D' if form == 'mt940' else 'C'}260331EUR209880,00").encode()
    tracemalloc.start()
    try:
        count = sum(isinstance(one, Movement) for one in files.tell(content))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 20_001
    assert most < 3 * len(content) + 2_000_000, f"{most / 1e6:.1f} MB for {len(content) / 1e6:.1f}"


def test_a_format_that_is_read_as_a_text_has_a_limit_that_is_said(monkeypatch):
    monkeypatch.setattr(files, "LARGEST_AS_TEXT", 100)
    for content in (
        QIF.encode() * 2,
        OFX.encode(),
        MT940.encode(),
        b"Date;Libelle;Montant\n14/03/2026;CAFE;-10,50\n" * 9,
    ):
        with pytest.raises(files.NotAStatement, match=r"64 Mo.*camt\.053"):
            files.read(content)
    assert files.read(CFONB).statements
    assert files.read(CAMT.format(closing="89.50").encode()).statements
