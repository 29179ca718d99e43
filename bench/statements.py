"""Statement files of 100,000 transactions: read, kept and booked from CFONB120 and camt.053, brought again, and the memory of reading.

Reading is measured in a process of its own: a process never gives back the memory that it once took.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
COUNT = 100_000
TIMES = 3
NAMES = ("MOULINS VEGRE", "LAITERIE PERCHE", "GARAGE LEBRETON", "PAPETERIE MAIL", "TELECOM SARTHE", "ELEC OUEST")
FORMATS = {"cfonb120": ("CFONB120", 15), "camt": ("camt.053", 25)}

Moves = list[tuple[date, Decimal, str]]


def rows() -> Iterator[tuple[str, str, str]]:
    """Each figure: what, measured, limit."""
    for form, (name, limit) in FORMATS.items():
        taken, memory, size = _read_apart(form)
        yield (
            f"{name} de 100 000 opérations ({size:.0f} Mo) lu, médiane de {TIMES}",
            f"{taken:.1f} s, mémoire +{memory:.0f} Mo",
            "–",
        )
        kept, again, other = _kept(form)
        yield f"{name} de 100 000 opérations lu et gardé, médiane de {TIMES}", f"{kept:.1f} s", f"≤ {limit} s"
        yield f"… apporté une seconde fois, médiane de {TIMES}", f"{again:.2f} s", "≤ 5 s"
        yield f"… les mêmes opérations dans un autre fichier, médiane de {TIMES}", f"{other:.1f} s", "–"


def _kept(form: str) -> tuple[float, float, float]:
    """Reading and keeping a file on a new account, then the same file again, then the same movements in another file."""
    from bench.books import AT, _house, timed
    from comptoir.gateways.bank import files
    from comptoir.lib import tenancy
    from comptoir.records.banking import actions as banking

    content = written(form)
    first, second, other = [], [], []
    for _ in range(TIMES):
        company, account, person = _house()

        def bring(account=account, person=person) -> banking.Import:
            digest = sha256(content).hexdigest()
            told = {"account": account, "filename": "r", "by": person, "at": AT, "digest": digest}
            return banking.brought_again(**told) or banking.import_statements(file=files.read(content), **told)

        def bring_others(account=account, person=person) -> banking.Import:
            file = files.read(content + b"\n")
            return banking.import_statements(account=account, file=file, filename="r", by=person, at=AT)

        with tenancy.within(company.firm_id, company.pk):
            first.append(timed(bring))
            second.append(timed(bring))
            assert bring().known == COUNT
            other.append(timed(bring_others))
            assert bring_others().known == COUNT
    return median(first), median(second), median(other)


def _read_apart(form: str) -> tuple[float, float, float]:
    """Seconds, megabytes above the file itself, and the file's own megabytes."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "COMPTOIR_", "DJANGO_"))}
    command = [sys.executable, "-m", "bench.statements", form]
    told = [
        subprocess.run(command, env=kept, stdout=subprocess.PIPE, text=True, check=True).stdout
        for _ in range(TIMES)
    ]
    seconds, memory, size = zip(*(map(float, line.split()) for line in told), strict=True)
    return median(seconds), median(memory), size[0]


def measure(form: str) -> None:
    """Print the seconds that reading takes, the megabytes that it grows by, and those of the file."""
    from comptoir.gateways.bank import files

    content = written(form)
    files.read(written(form, count=10))  # what is loaded once is no part of the file
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    before, start = _resident(), time.perf_counter()
    found = files.read(content)
    taken = time.perf_counter() - start
    assert sum(len(one.movements) for one in found.statements) == COUNT
    print(f"{taken:.3f} {_peak() - before:.1f} {len(content) / 1e6:.1f}")


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
    measure(sys.argv[1])
