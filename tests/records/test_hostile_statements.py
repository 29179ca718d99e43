"""What no honest bank sends, in each format: refused with a sentence, and nothing of it is kept; what can be read is read right."""

import io
import time
import zipfile
from decimal import Decimal

import pytest
from tests.conftest import AT
from tests.gateways.bank.test_cut_files import CFONB, CSV, MT940, QIF
from tests.gateways.bank.test_statement_files import CAMT, OFX
from tests.gateways.bank.test_tables import workbook

from comptoir import pipeline
from comptoir.gateways.bank import files
from comptoir.records.banking.actions import NotYet, OtherAccount
from comptoir.records.banking.models import BankAccount, Statement, Transaction

pytestmark = pytest.mark.django_db

CAMT = CAMT.format(closing="89.50")
EACH = {
    "cfonb120": CFONB,
    "camt.053": CAMT.encode(),
    "mt940": MT940.encode(),
    "ofx": OFX.encode(),
    "qif": QIF.encode(),
    "csv": CSV["BoursoBank"].encode(),
}
SAYS_ITS_ACCOUNT = ["cfonb120", "camt.053", "mt940", "ofx"]


def bring(account, content, name="releve"):
    return pipeline.import_statement(account=account, content=content, filename=name, by=None, at=AT)


def refused(account, content, kind=files.RefusedFile):
    """The sentence of a refusal; nothing is kept."""
    with pytest.raises(kind) as refusal:
        bring(account, content)
    assert not Transaction.objects.exists()
    assert not Statement.objects.exists()
    said = str(refusal.value)
    assert len(said) > 40, said
    return said


# ── XML that attacks its reader ───────────────────────────────────────────────────────────────────

LAUGHS = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
LAUGHS = f'<!DOCTYPE D [<!ENTITY a "hahahaha">{LAUGHS}<!ENTITY x "&j;">]>'  # four billion of them
OUTSIDE = '<!DOCTYPE D [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
ELSEWHERE = '<!DOCTYPE D SYSTEM "http://127.0.0.1:9/evil.dtd">'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("padding", ["", f"<!--{'x' * 120_000}-->"], ids=["bare", "behind a long comment"])
@pytest.mark.parametrize("kind", [LAUGHS, OUTSIDE, ELSEWHERE], ids=["billion laughs", "a file", "an address"])
def test_xml_that_defines_anything_is_refused_at_once(bakery, account, kind, padding, encoding):
    body = CAMT.partition("?>")[2].replace("CB CAFE DU MAIL", "&x;" if "ENTITY" in kind else "CB")
    content = f'<?xml version="1.0" encoding="{encoding}"?>{padding}{kind}{body}'.encode(encoding)
    start = time.perf_counter()
    said = refused(account, content)
    assert "DOCTYPE" in said or "mal formé" in said  # laughs that only the parser sees stop it before we look
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize("kind", [LAUGHS, OUTSIDE], ids=["billion laughs", "a file"])
def test_an_ofx_that_defines_entities_is_refused(bakery, account, kind):
    assert "entités XML" in refused(account, (kind + OFX.replace("CB CAFE", "&x;")).encode())


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
@pytest.mark.parametrize("kind", [LAUGHS, OUTSIDE], ids=["billion laughs", "a file"])
def test_a_workbook_that_defines_entities_is_refused(bakery, account, kind, part):
    whole, made = workbook([["Date", "Libellé", "Montant"], ["14/03/2026", "CB CAFE", "-10,50"]]), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        assert part in old.namelist()
        for name in old.namelist():
            held = old.read(name).decode()
            if name == part:
                head, mark, body = held.rpartition("?>")
                held = head + mark + kind + body.replace("CB CAFE", "&x;")
            new.writestr(name, held)
    refused(account, made.getvalue())


# ── Files that are cut, mixed, or another account's ───────────────────────────────────────────────


@pytest.mark.parametrize("form", ["cfonb120", "camt.053", "mt940", "ofx", "qif"])
def test_a_file_that_stops_in_the_middle_keeps_nothing(bakery, account, form):
    refused(account, EACH[form][: len(EACH[form]) * 2 // 3])
    assert bring(account, EACH[form]).new > 0, "and the whole one is taken afterwards"


MIXED = {
    "cfonb120": (b"CB CAFE DU MAIL", b"VIR DUPONT"),
    "mt940": (b"CB CAFE", b"VIR DUPONT"),
    "qif": (b"CB CAFE DU MAIL", b"VIR DUPONT"),
    "ofx": (b"CB CAFE", b"VIR DUPONT"),
}


@pytest.mark.parametrize("form", MIXED)
def test_lines_of_two_encodings_are_each_read_as_what_they_are(bakery, account, form):
    first, second = MIXED[form]
    content = EACH[form].replace(
        b"<STMTTRN>", b"\n<STMTTRN>"
    )  # OFX may stand on one line, and a line has one encoding
    assert first in content
    # As many bytes as before, since CFONB counts columns in them.
    content = content.replace(first, "CB CAFÉ".ljust(len(first)).encode("cp1252")[: len(first)], 1)
    content = content.replace(second, "VIR ÉVA".encode().ljust(len(second))[: len(second)], 1)
    labels = [row.label for row in bring(account, content).transactions]
    assert [label[:7] for label in labels] == ["CB CAFÉ", "VIR ÉVA"]


@pytest.mark.parametrize("form", SAYS_ITS_ACCOUNT)
def test_the_statement_of_another_account_is_refused_in_each_format(bakery, account, form):
    BankAccount.objects.filter(pk=account.pk).update(iban="FR1420041010050500013M02606")
    account.refresh_from_db()
    assert "Choisissez le bon compte" in refused(account, EACH[form], OtherAccount)


# ── Days to come, and moneys without cents ────────────────────────────────────────────────────────

LATER = {
    "cfonb120": (b"150326", b"150361"),
    "camt.053": (b"2026-03-14</Dt></BookgDt>", b"2061-03-14</Dt></BookgDt>"),
    "mt940": (b":61:2603150315", b":61:6103150315"),
}


@pytest.mark.parametrize("form", LATER)
def test_a_proved_day_far_ahead_is_refused_in_each_format_that_proves_its_balances(bakery, account, form):
    was, now = LATER[form]
    assert "2061" in refused(account, EACH[form].replace(was, now), NotYet)


@pytest.mark.parametrize(
    ("form", "was", "now"),
    [("ofx", b"20260315", b"20270315"), ("qif", b"15/03/2026", b"15/03/2027")],
)
def test_an_unproved_day_to_come_waits_until_it_is_booked(bakery, account, form, was, now):
    found = bring(account, EACH[form].replace(was, now))
    assert (found.new, found.announced) == (1, 1)
    assert bring(account, EACH[form]).new == 1


YENS = {
    "cfonb120": [(b"EUR2", b"JPY0")],
    "camt.053": [(b"EUR", b"JPY"), (b"10.50", b"1050"), (b"100.00", b"10000"), (b"89.50", b"8950")],
    "mt940": [(b"EUR", b"JPY"), (b"10,50", b"1050,"), (b"20,00", b"2000,"), (b"100,00", b"10000,"), (b"109,50", b"10950,")],
    "ofx": [(b"<CURDEF>EUR", b"<CURDEF>JPY"), (b"10,50", b"1050"), (b"20.00", b"2000"), (b"109.50", b"10950")],
}  # fmt: skip


@pytest.mark.parametrize("form", YENS)
def test_yens_are_whole_and_never_taken_for_euros(bakery, account, form):
    content = EACH[form]
    for was, now in YENS[form]:
        assert was in content
        content = content.replace(was, now)
    (statement,) = files.read(content).statements
    assert (statement.currency, statement.movements[0].amount) == ("JPY", Decimal("-1050"))
    assert "en JPY" in refused(account, content, OtherAccount)
