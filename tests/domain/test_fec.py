"""A FEC as written passes; each thing that is wrong in one is named with its line."""

from datetime import date
from decimal import Decimal

import pytest

from comptoir.domain import fec, fec_check
from comptoir.domain.fec import FecLine

NAME = "821456308FEC20261231.txt"


def line(number="AC-00001", journal="AC", debit="0.00", credit="0.00", account="601000", **more) -> FecLine:
    values = {
        "journal": journal, "journal_label": "Achats", "number": number, "dated_on": date(2026, 3, 14),
        "account": account, "account_label": "Achats", "auxiliary": "", "auxiliary_label": "",
        "piece_ref": "MV-1", "piece_on": date(2026, 3, 14), "label": "Farine", "debit": Decimal(debit),
        "credit": Decimal(credit), "validated_on": date(2026, 4, 1),
    }  # fmt: skip
    return FecLine(**(values | more))


def entry(number="AC-00001", journal="AC", amount="100.00", **more) -> list[FecLine]:
    return [
        line(number, journal, debit=amount, **more),
        line(
            number, journal, credit=amount, account="401000", auxiliary="MOULIN", auxiliary_label="Moulin", **more
        ),
    ]


OPENING = entry("AN-00001", "AN", journal_label="À-nouveaux", dated_on=date(2026, 1, 1))


def written(*lines: FecLine) -> bytes:
    return "".join(fec.write([*OPENING, *lines])).encode()


def found(content: bytes, name: str = NAME, **more) -> list[tuple[str, int | None]]:
    return [(fault.code, fault.line) for fault in fec_check.check(content, name=name, **more).faults]


def test_a_fec_of_ours_passes_without_an_alert():
    content = written(*entry(), *entry("AC-00002", letter="AA", lettered_on=date(2026, 5, 1)))
    assert found(content) == []
    report = fec_check.check(content, name=NAME)
    assert (report.lines, report.entries, report.is_refused) == (6, 3, False)


def test_the_name_tells_siren_and_closing_and_never_hides_a_provisional():
    assert fec.file_name("821456308", date(2026, 12, 31), is_provisional=False) == NAME
    assert fec.file_name("821456308", date(2026, 12, 31), is_provisional=True).endswith("-PROVISOIRE.txt")
    assert fec_check.closing_in(NAME.lower()) == date(2026, 12, 31)
    assert fec_check.closing_in("821456308FEC20261331.txt") is None
    assert fec_check.closing_in("export.txt") is None


def test_the_note_says_what_the_file_is():
    note = fec.description(
        company="Dupont", siren="", opens_on=date(2026, 1, 1), closes_on=date(2026, 12, 31), lines=4
    )
    assert "du 01/01/2026 au 31/12/2026" in note
    assert "tabulation" in note


def test_no_text_breaks_the_file():
    content = written(*entry(label="Farine\tde\nblé | T65\x07"))
    assert found(content) == [], content
    assert b"Farine de bl\xc3\xa9 / T65" in content


def change(content: bytes, old: str, new: str) -> bytes:
    assert old.encode() in content
    return content.replace(old.encode(), new.encode(), 1)


BASE = written(*entry())


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (BASE.replace(b"\t", b";"), "separator"),
        (change(BASE, "JournalLib\t", ""), "columns"),
        (change(BASE, "Idevise\r\n", "Idevise\r\r\n"), "line_end"),
        (change(BASE, "100,00\t0,00", "100.00\t0,00"), "amount"),
        (change(BASE, "100,00\t0,00", "1 00,00\t0,00"), "amount"),
        (change(BASE, "100,00\t0,00", "100,00\t100,00"), "both_sides"),
        (change(BASE, "AC\tAchats\tAC-00001\t20260314", "AC\tAchats\tAC-00001\t20260231"), "date"),
        (change(BASE, "AC\tAchats\tAC-00001\t20260314", "AC\tAchats\tAC-00001\t2026-03-14"), "date"),
        (change(BASE, "\tMV-1\t", "\t\t"), "empty_field"),
        (change(BASE, "\t20260401\t\t\r\n", "\t\t\t\r\n"), "empty_field"),
        (change(BASE, "\t601000\t", "\t60\t"), "account"),
        (change(BASE, "100,00\t0,00", "100,00\t"), "empty_field"),
        (change(BASE, "100,00\t0,00", "99,99\t0,00"), "unbalanced"),
        (written(*entry(dated_on=date(2025, 12, 31))), "outside_year"),
        (written(*entry(), *entry("AC-00003")), "gap"),
        (change(BASE, "\tFarine\t", "\tFa\trine\t"), "width"),
        (BASE.replace(b"Farine", b"Fa\x81rine"), "charset"),
    ],
)
def test_each_fault_refuses_the_file(content, code):
    report = fec_check.check(content, name=NAME)
    assert code in [fault.code for fault in report.faults if fault.gravity == "fault"]
    assert report.is_refused
    assert all(fault.remedy for fault in report.faults)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (written(*entry(), *entry("AC-00002", validated_on=date(2026, 3, 20))), "order"),
        (written(*entry(validated_on=date(2026, 3, 1), dated_on=date(2026, 3, 14))), "valid_before"),
        ("".join(fec.write(entry())).encode(), "no_opening"),
        (BASE.replace(b"100,00", b"0,00"), "zero"),
    ],
)
def test_an_alert_asks_for_a_look_and_refuses_nothing(content, code):
    report = fec_check.check(content, name=NAME)
    alerts = [fault.code for fault in report.faults if fault.gravity == "alert"]
    assert code in alerts
    assert not report.is_refused


def test_two_identical_lines_are_an_alert():
    twice = [*entry(), *entry()]
    assert ("identical", 6) in found(written(*twice))


def test_a_name_that_is_none_is_an_alert():
    assert ("name", None) in found(BASE, name="export.txt")


def test_the_opening_may_be_told():
    short = written(*entry())
    assert ("outside_year", 2) in found(short, opens_on=date(2026, 2, 1))
    assert fec_check.year_before(date(2026, 12, 31)) == date(2026, 1, 1)
    assert fec_check.year_before(date(2025, 2, 28)) == date(2024, 3, 1)
    assert fec_check.year_before(date(2028, 1, 31)) == date(2027, 2, 1)


def test_numbers_may_follow_over_all_journals():
    lines = [*entry("1", "AC"), *entry("2", "BQ"), *entry("3", "AC")]
    content = "".join(fec.write([*entry("0", "AN"), *lines])).encode()
    assert [code for code, _ in found(content) if code == "gap"] == []
    holed = "".join(fec.write([*entry("0", "AN"), *lines, *entry("6", "BQ")])).encode()
    (gap,) = [fault for fault in fec_check.check(holed, name=NAME).faults if fault.code == "gap"]
    assert "4 à 5" in gap.message


def test_numbers_by_journal_may_repeat_from_one_to_another():
    lines = [*entry("1", "AN"), *entry("1", "AC"), *entry("2", "AC"), *entry("1", "BQ"), *entry("3", "BQ")]
    faults = fec_check.check("".join(fec.write(lines)).encode(), name=NAME).faults
    (gap,) = [fault for fault in faults if fault.code == "gap"]
    assert "journal BQ" in gap.message
    assert "il manque 2" in gap.message


def test_a_number_without_a_figure_has_no_gap():
    assert "gap" not in [code for code, _ in found(written(*entry("X")))]


def test_pipes_latin_and_bom_and_signed_amounts_are_read():
    piped = BASE.decode().replace("\t", "|").encode("iso-8859-15", "replace")
    assert found(piped) == []
    assert found(b"\xef\xbb\xbf" + BASE) == []
    signed = BASE.decode().replace("Debit\tCredit", "Montant\tSens")
    signed = signed.replace("\t100,00\t0,00\t", "\t100,00\tD\t").replace("\t0,00\t100,00\t", "\t100,00\tC\t")
    assert found(signed.encode()) == []
    assert ("side", 2) in found(change(signed.encode(), "100,00\tD", "100,00\tX"))


def test_cash_basis_columns_are_known():
    lines = BASE.decode().splitlines()
    head = lines[0] + "\tDateRglt\tModeRglt\tNatOp"
    body = [row + "\t20260314\tCB\tA" for row in lines[1:]]
    assert found("\r\n".join([head, *body, ""]).encode()) == []


def test_a_file_is_read_line_by_line():
    assert fec_check.check(iter(BASE.splitlines(keepends=True)), name=NAME).lines == 4
