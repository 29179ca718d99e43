"""A file cut at any byte is refused, or gives the movements before the cut as they were: never a wrong one in silence."""

from datetime import date
from decimal import Decimal

import pytest
from tests.gateways.bank.test_statement_files import CAMT, OFX
from tests.gateways.bank.test_tables import CSV, STEPS

from comptoir.demo.statements import Move, cfonb120
from comptoir.gateways.bank import files

DAYS = [date(2026, 3, 14), date(2026, 3, 15)]
MOVES = [
    Move(DAYS[0], Decimal("-10.50"), "CB CAFE DU MAIL 13/03 UN LIBELLE PLUS LONG"),
    Move(DAYS[1], Decimal("20.00"), "VIR DUPONT"),
]
CFONB = cfonb120(MOVES, opening=Decimal("100.00"), opened_on=date(2026, 3, 1), closed_on=date(2026, 3, 31))
MT940 = (
    ":20:1\r\n:25:30004008230001012345669\r\n:28C:1/1\r\n:60F:C260301EUR100,00\r\n:61:2603140314D10,50NMSCNONREF\r\n:86:CB CAFE\r\n"
    ":61:2603150315C20,00NMSCNONREF\r\n:86:VIR DUPONT\r\n:62F:C260331EUR109,50\r\n-\r\n"
)
MT942 = ":20:1\r\n:25:30004008230001012345669\r\n:34F:EUR0,00\r\n:61:2603140314D10,50NMSCNONREF\r\n:61:2603150315C20,50NMSCNONREF\r\n:86:VIR\r\n-\r\n"
QIF = "!Type:Bank\nD14/03/2026\nT-10,50\nPCB CAFE DU MAIL\n^\nD15/03/2026\nT20,00\nPVIR DUPONT\n^\n"

WHOLE = {
    "cfonb120": CFONB,
    "cfonb120, two days": CFONB + CFONB,
    "cfonb120 without line breaks": CFONB.replace(b"\r\n", b""),
    "cfonb120 without balances": b"".join(row for row in CFONB.splitlines(keepends=True) if row[:2] in (b"04", b"05")),
    "camt": CAMT.format(closing="89.50").encode(),
    "ofx": OFX.encode(),
    "mt940": MT940.encode(),
    "mt942": MT942.encode(),
    "qif": QIF.encode(),
    "csv, balances": STEPS.encode(),
    **{f"csv, {bank}": content.encode("cp1252") for bank, content in CSV.items()},
}  # fmt: skip


def told(content):
    return [
        (s.number, s.currency, m.booked_on, m.amount, m.value_on)
        for s in files.read(content).statements
        for m in s.movements
    ]


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_cut_at_any_byte_is_refused_or_right(name):
    whole = WHOLE[name]
    wanted, refused = told(whole), 0
    assert wanted
    for length in range(len(whole)):
        try:
            found = told(whole[:length])
        except files.RefusedFile as refusal:
            refused += len(str(refusal)) > 30
            continue
        assert len(found) <= len(wanted)
        assert found == wanted[: len(found)], f"cut at {length}: {whole[max(0, length - 60) : length]!r}"
    assert refused


@pytest.mark.parametrize("name", ["cfonb120", "camt", "ofx", "mt940", "qif"])
def test_what_follows_the_cut_is_missed_wherever_the_format_can_tell(name):
    """Half a file of a format that closes its statements is never taken for a whole one."""
    whole = WHOLE[name]
    with pytest.raises(files.RefusedFile):
        files.read(whole[: len(whole) * 2 // 3])
