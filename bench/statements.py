"""Statement files of 100,000 transactions: read, kept and booked from CFONB120 and camt.053, brought again, and the memory of reading.

Memory is measured in a process of its own: a process never gives back what it once took.
"""

import gc
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comptoir.records.banking.models import BankAccount

ROOT = Path(__file__).resolve().parents[1]
COUNT = 100_000
TIMES = 3
NAMES = ("MOULINS VEGRE", "LAITERIE PERCHE", "GARAGE LEBRETON", "PAPETERIE MAIL", "TELECOM SARTHE", "ELEC OUEST")
FORMATS = {"cfonb120": ("CFONB120", 15), "camt": ("camt.053", 25)}

Moves = list[tuple[date, Decimal, str]]


def rows() -> Iterator[tuple[str, str, str]]:
    """Each figure: what, measured, limit."""
    for form, (name, limit) in FORMATS.items():
        read, size = _apart(form, "read"), len(written(form)) / 1e6
        yield (
            f"{name} de 100 000 opérations ({size:.0f} Mo) lu, médiane de {TIMES}",
            f"{median(seconds for seconds, _ in read):.1f} s",
            "–",
        )
        kept, again, other = _kept(form)
        yield f"{name} de 100 000 opérations lu et gardé, médiane de {TIMES}", f"{kept:.1f} s", f"≤ {limit} s"
        yield f"… apporté une seconde fois, médiane de {TIMES}", f"{again:.2f} s", "≤ 5 s"
        yield f"… les mêmes opérations dans un autre fichier, médiane de {TIMES}", f"{other:.1f} s", "≤ 5 s"
        small, large, again = (_memory(form, *asked) for asked in (("keep", 10_000), ("keep",), ("again",)))
        told = f"+{small:.0f} Mo à 10 000, +{large:.0f} Mo à 100 000, +{again:.0f} Mo une seconde fois"
        yield f"… mémoire prise en plus du fichier, médiane de {TIMES}", told, "plate"


def _kept(form: str) -> tuple[float, float, float]:
    """Reading and keeping a file on a new account, then the same file again, then the same movements in another file."""
    from bench.books import _house, timed
    from comptoir.lib import tenancy

    content = written(form)
    first, second, other = [], [], []
    for _ in range(TIMES):
        company, account, _ = _house()
        bring = partial(_bring, account, content)
        bring_others = partial(_bring, account, content + b"\n")
        with tenancy.within(company.firm_id, company.pk):
            first.append(timed(bring))
            second.append(timed(bring))
            assert bring() == (0, COUNT)
            other.append(timed(bring_others))
            assert bring_others() == (0, COUNT)
    return median(first), median(second), median(other)


def _bring(account: "BankAccount", content: bytes) -> tuple[int, int]:
    """How many movements of a file are new, and how many known, once it is read and kept."""
    from bench.books import AT
    from comptoir.gateways.bank import files
    from comptoir.records.banking import actions as banking
    from comptoir.records.banking import telling

    digest = sha256(content).hexdigest()
    asked = {"account": account, "filename": "r", "by": None, "at": AT, "digest": digest}
    if again := banking.brought_again(**asked):
        return again.new, again.known
    with telling.laid_out(files.tell(content), AT.date()) as tellings:
        found = banking.import_statements(tellings=tellings, **asked)
    return found.new, found.known


def _memory(form: str, act: str, count: int = COUNT) -> float:
    return median(memory for _, memory in _apart(form, act, count))


def _apart(form: str, act: str, count: int = COUNT) -> list[tuple[float, float]]:
    """Seconds, and megabytes above the file itself, in a process of its own each time."""
    command = [sys.executable, "-m", "bench.statements", form, act, str(count)]
    told = [
        subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.split() for _ in range(TIMES)
    ]
    return [(float(seconds), float(memory)) for seconds, memory in told]


def measure(form: str, act: str, count: int) -> None:
    """Print the seconds that an act takes, and the megabytes by which the process grows."""
    content, new = written(form, count), count
    _bringer(act)(written(form, 10), 10)  # what is loaded once is no part of the file
    bring = _bringer(act)
    if act == "again":
        bring(content, count)
        content, new = content + b"\n", 0
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    before, start = _resident(), time.perf_counter()
    bring(content, new)
    print(f"{time.perf_counter() - start:.3f} {_peak() - before:.1f}")


def _bringer(act: str) -> Callable[[bytes, int], None]:
    """What reads a file, or keeps it on an account of its own, of which so many movements are new."""
    return _read if act == "read" else _on_a_new_account()


def _read(content: bytes, new: int) -> None:
    from comptoir.domain.movement import Movement
    from comptoir.gateways.bank import files

    assert sum(isinstance(one, Movement) for one in files.tell(content)) == new


def _on_a_new_account() -> Callable[[bytes, int], None]:
    import django

    django.setup()
    from bench.books import _house
    from comptoir.lib import tenancy

    company, account, _ = _house()

    def keep(content: bytes, new: int) -> None:
        with tenancy.within(company.firm_id, company.pk):
            assert _bring(account, content)[0] == new

    return keep


def written(form: str, count: int = COUNT) -> bytes:
    """A year's movements in this format, the same each time."""
    chance = random.Random(5)
    moves = [
        (
            date(2026, 1, 1) + timedelta(days=n * 320 // count),
            -Decimal(chance.randrange(100, 90_000)) / 100,
            f"PRLV SEPA {chance.choice(NAMES)} FACTURE {n:06d}",
        )
        for n in range(count)
    ]
    return _cfonb120(moves) if form == "cfonb120" else _camt(moves)


def _cfonb120(moves: Moves) -> bytes:
    from comptoir.demo.statements import Move, cfonb120

    told = [Move(*said, code="B1") for said in moves]
    return cfonb120(told, opening=Decimal(0), opened_on=date(2026, 1, 1), closed_on=date(2026, 11, 17))


def _camt(moves: Moves) -> bytes:
    closing = sum((amount for _, amount, _ in moves), Decimal(0))
    entries = "".join(
        f'<Ntry><Amt Ccy="EUR">{-amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt>'
        f"<ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>{n:09d}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RDDT</Cd>"
        f"<SubFmlyCd>ESDD</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>E{n:09d}</EndToEndId>"
        f"<MndtId>M{n % 97:04d}</MndtId></Refs><RltdPties><Cdtr><Nm>{NAMES[n % len(NAMES)]}</Nm></Cdtr></RltdPties><RmtInf>"
        f"<Ustrd>FACTURE {n:06d}</Ustrd></RmtInf></TxDtls></NtryDtls><AddtlNtryInf>{label}</AddtlNtryInf></Ntry>"
        for n, (day, amount, label) in enumerate(moves)
    )
    return (
        '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt><Id>1</Id>'
        "<Acct><Id><IBAN>FR7630004008230001012345669</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        f"{_balance('OPBD', Decimal(0), '2026-01-01')}{_balance('CLBD', closing, '2026-11-17')}{entries}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _balance(code: str, amount: Decimal, day: str) -> str:
    side = "DBIT" if amount < 0 else "CRDT"
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{abs(amount)}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _resident() -> float:
    return _status("VmRSS")


def _peak() -> float:
    return _status("VmHWM")


def _status(name: str) -> float:
    """Megabytes that the system counts for this process."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    measure(sys.argv[1], sys.argv[2], int(sys.argv[3]))
