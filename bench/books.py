"""The database's part: import, booking and matching of 10,000, the missing page at 100,000, a FEC of 100,000 lines."""

import random
import resource
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from statistics import median
from uuid import uuid4

from django.test import Client

from comptoir import pipeline
from comptoir.demo import cast, papers
from comptoir.demo.statements import Move, cfonb120
from comptoir.domain import fec
from comptoir.domain.rights import Role
from comptoir.domain.rules import Rule
from comptoir.lib import tenancy
from comptoir.records.banking import actions as banking
from comptoir.records.banking.models import BankAccount, Statement, Transaction
from comptoir.records.deposits.models import Document
from comptoir.records.exports.actions import fec_lines
from comptoir.records.firms import actions as firms
from comptoir.records.firms.models import Company, Person
from comptoir.records.ledger.models import FiscalYear
from comptoir.records.missing.models import Item

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
NAMES = ("MOULINS VEGRE", "LAITERIE PERCHE", "GARAGE LEBRETON", "PAPETERIE MAIL", "TELECOM SARTHE", "ELEC OUEST")


def rows() -> Iterator[tuple[str, str, str]]:
    """Each figure: what, measured, limit."""
    company, account, person = _house()
    yield _imported(account)
    with tenancy.within(company.firm_id, company.pk):
        _fill(account, 100_000)
    yield _missing_page(company, person)
    yield _one_piece(company, person)
    with tenancy.within(company.firm_id, company.pk):
        yield _fec(company)


def house_of_100_000() -> tuple[Company, Person]:
    """A company with 100,000 transactions, booked as a firm books them, a tenth missing their document."""
    company, account, person = _house(justifiable="606300")
    pipeline.write_rule(company=company, rule=Rule("Cartes", ("CB",), "606300"), by=person, at=AT)
    _imported(account)
    with tenancy.within(company.firm_id, company.pk):
        _fill(account, 100_000)
    return company, person


def _house(justifiable: str = "471") -> tuple[Company, BankAccount, Person]:
    key = uuid4().hex[:8]
    person = Person.objects.create_user(f"{key}@bench.example", "a-good-password", first_name="B", last_name=key)
    firm = firms.set_up_firm(name=f"Cabinet {key}", by=person)
    with tenancy.within(firm.pk):
        company = firms.open_dossier(
            firm=firm,
            by=person,
            at=AT,
            name=f"Société {key}",
            siren="821456308",
            asks_missing=True,
            justifiable=[justifiable],
        )
        firms.join_company(company=company, person=person, role=Role.DIRIGEANT, at=AT)
        pipeline.open_year(company=company, opens_on=date(2026, 1, 1), closes_on=date(2026, 12, 31), at=AT)
        return company, banking.open_account(company=company, name="Compte"), person


def _imported(account: BankAccount) -> tuple[str, str, str]:
    chance = random.Random(3)
    moves = [
        Move(
            date(2026, 1, 1) + timedelta(days=n * 320 // 10_000),
            -Decimal(chance.randrange(100, 90_000)) / 100,
            f"CB {chance.choice(NAMES)} {n:05d}",
        )
        for n in range(10_000)
    ]
    content = cfonb120(moves, opening=Decimal(0), opened_on=date(2026, 1, 1), closed_on=date(2026, 11, 17))
    seconds = timed(
        lambda: pipeline.import_statement(account=account, content=content, filename="r", by=None, at=AT)
    )
    return "10 000 opérations importées, comptabilisées, rapprochées", f"{seconds:.1f} s", "≤ 20 s"


def _fill(account: BankAccount, count: int) -> None:
    """The company's other transactions, booked, nine in ten of them settled long ago."""
    statement = Statement.objects.filter(account=account).latest("at")
    new = Transaction.objects.bulk_create(
        [
            Transaction(
                firm_id=account.firm_id, company_id=account.company_id, account=account, statement=statement,
                fingerprint=f"bench{n}", booked_on=date(2026, 1, 1) + timedelta(days=n % 320),
                amount=-Decimal(n % 90_000 + 1) / 100, label=f"CB BENCH {n}", payee=f"BENCH {n}", means="card",
                label_key="BENCH",
            )
            for n in range(count)
        ],
        batch_size=5000,
    )  # fmt: skip
    pipeline.book(account.company, new, at=AT)
    kept = {row.pk for row in new[::10]}
    Item.objects.filter(company_id=account.company_id).exclude(transaction__in=kept).delete()


def _missing_page(company: Company, person: Person) -> tuple[str, str, str]:
    client = Client(headers={"host": "localhost"})
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = f"/c/{company.pk}/manquantes/"
    assert client.get(address).status_code == 200
    seconds = median(timed(lambda: client.get(address)) for _ in range(15))
    return "page des manquantes, 100 000 opérations, médiane de 15", f"{seconds * 1000:.0f} ms", "≤ 50 ms"


def _one_piece(company: Company, person: Person) -> tuple[str, str, str]:
    """From the bytes of one more bill to its match and its draft, beside 110,000 transactions that no piece explains."""

    def hand_in(rank: int) -> Document:
        bill = cast.bill(cast.SUPPLIERS[rank], 6, random.Random(rank))
        content, name = papers.invoice_pdf(bill, 2), f"{rank}.pdf"
        return pipeline.hand_in(company=company, content=content, filename=name, by=person, at=AT)

    pieces = [hand_in(rank) for rank in range(5)]
    seconds = median(timed(partial(pipeline.read_now, piece, at=AT)) for piece in pieces)
    return "une pièce lue, rapprochée et proposée parmi 110 000 opérations", f"{seconds * 1000:.0f} ms", "–"


def _fec(company: Company) -> tuple[str, str, str]:
    year = FiscalYear.objects.get(company=company)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def write() -> None:
        for lines, _ in enumerate(fec.write(fec_lines(year, is_provisional=True))):
            if lines == 100_000:
                return

    seconds = median(timed(write) for _ in range(3))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return (
        "FEC, 100 000 lignes écrites au fil de l’eau, médiane de 3",
        f"{seconds:.1f} s, mémoire +{grown:.0f} Mo",
        "≤ 3 s",
    )


def timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
