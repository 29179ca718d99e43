"""The firm's home list at 5,000 dossiers."""

import gc
import os
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from statistics import median
from uuid import uuid4

import psycopg
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from bench.books import timed
from comptoir import pipeline
from comptoir.domain.chart import SUSPENSE
from comptoir.domain.reading import Kind
from comptoir.domain.rights import Role
from comptoir.lib import tenancy
from comptoir.records.banking.models import BankAccount, Statement, Transaction
from comptoir.records.deposits.models import Document, Original
from comptoir.records.firms import actions as firms
from comptoir.records.firms.models import Assignment, Company, Firm, FirmMembership, Person
from comptoir.records.ledger.models import FiscalYear, Line
from comptoir.records.missing.filters import COLUMNS
from comptoir.records.missing.models import Moved, Standing
from comptoir.records.missing.portfolio import AT_A_LOOK
from comptoir.records.missing.standings import mark, refresh
from comptoir.records.readings.models import Reading

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
COUNT = 5_000
LIMIT = "≤ 100 ms"
FORMS = ("SARL", "SAS", "SASU", "EURL", "SCI", "EI", "SELARL", "Asso.")
WORDS = ("Boulangerie", "Garage", "Menuiserie", "Pharmacie", "Électricité", "Fleurs", "Transports", "Cave")
NAMES = ("Dupont", "Lebreton", "Hamon", "Baudry", "Ollivier", "Kervella", "Aubry", "Vidal", "Moreau", "Girard")


def rows() -> Iterator[tuple[str, str, str]]:
    """Each figure: what, measured, limit."""
    firm, expert, keeper = _firm()
    seconds = timed(lambda: _first_look(firm, expert))
    yield f"portefeuille, première ouverture de {COUNT} dossiers", f"{seconds:.1f} s", "une fois"
    _wait(firm)
    _analyze()
    asked = {
        "portefeuille de 5 000 dossiers": "dossiers=tous",
        "… trié par pièces manquantes, bancaire en retard": "dossiers=tous&tri=-manquantes&avec=banque",
        "… trié par qui le tient, dernière page": "dossiers=tous&tri=tenu&page=100",
        "… cherché par mots, trié par nom": "dossiers=tous&q=boulangerie+hamon&tri=nom",
        "… trié par la plus lente de ses colonnes": max(
            (f"dossiers=tous&tri={column.key}" for column in COLUMNS), key=partial(_looked, firm, expert)
        ),
    }
    for what, query in asked.items():
        yield f"{what}, médiane de 15", f"{_looked(firm, expert, query) * 1000:.0f} ms", LIMIT
    seconds = _looked(firm, keeper, "dossiers=tous&tri=-neuves")
    yield "… d’un collaborateur qui en tient 600, médiane de 15", f"{seconds * 1000:.0f} ms", LIMIT
    seconds = _looked(firm, expert, "dossiers=tous", page="a-faire/")
    yield "ce qui attend dans 5 000 dossiers, médiane de 15", f"{seconds * 1000:.0f} ms", LIMIT
    busy = _busy(firm)
    _analyze()
    seconds = median(_marked(firm, expert, busy) for _ in range(15))
    yield "… dont 20 ont bougé depuis, médiane de 15", f"{seconds * 1000:.0f} ms", LIMIT


def _firm() -> tuple[Firm, Person, Person]:
    chance, key = random.Random(5), uuid4().hex[:8]
    people = [
        Person.objects.create_user(f"{key}-{n}@bench.example", "a-good-password", first_name=name, last_name=key)
        for n, name in enumerate(("Alice", "Karim", "Nora", "Luc", "Inès", "Hugo", "Zoé", "Paul"))
    ]
    firm = firms.set_up_firm(name=f"Cabinet {key}", by=people[0])
    with tenancy.within(firm.pk):
        for person in people[1:]:
            FirmMembership.objects.create(firm=firm, person=person, role=Role.COLLABORATEUR)
        companies = [
            Company(
                firm=firm, reference=f"{n:04d}", siren=f"{chance.randrange(10**8, 10**9)}",
                name=f"{chance.choice(WORDS)} {chance.choice(NAMES)} {n}", legal_form=chance.choice(FORMS),
            )
            for n in range(COUNT)
        ]  # fmt: skip
        Company.objects.bulk_create(companies)
        of = [{"firm": firm, "company": company} for company in companies]
        Assignment.objects.bulk_create(
            Assignment(**whose, person=chance.choice(people), since=AT.date()) for whose in of
        )
        closings = (date(2026, 12, 31), date(2027, 3, 31), date(2027, 6, 30), date(2026, 9, 30))
        FiscalYear.objects.bulk_create(
            FiscalYear(**whose, opens_on=day - timedelta(days=364), closes_on=day)
            for whose in of
            for day in [chance.choice(closings)]
        )
        BankAccount.objects.bulk_create(BankAccount(**whose, name="Compte courant") for whose in of)
    return firm, people[0], people[1]


def firm_of_5_000() -> tuple[Firm, Person]:
    """A firm with its portfolio as it stands in November, and its expert-comptable."""
    firm, expert, _ = _firm()
    _first_look(firm, expert)
    _wait(firm)
    return firm, expert


def _first_look(firm: Firm, person: Person) -> None:
    assert _get(firm, person, "dossiers=tous").status_code == 200
    _stand(firm)


def _stand(firm: Firm) -> None:
    """Make every standing that waits, as the job does behind the page."""
    with tenancy.within(firm.pk):
        refresh(firm=firm, on=timezone.localdate())


def _wait(firm: Firm) -> None:
    """Figures as a firm has them in November; the rows that they count would only slow the making of the scene."""
    chance = random.Random(7)
    with tenancy.within(firm.pk):
        standings = list(Standing.objects.filter(firm=firm))
        for row in standings:
            row.to_review = max(0, chance.randrange(-20, 40))
            row.in_suspense, row.unlettered = max(0, chance.randrange(-9, 9)), chance.randrange(60)
            row.to_validate, row.unseen = chance.randrange(300), chance.randrange(400)
            row.missing = max(0, chance.randrange(-5, 25))
            row.last_deposit_at = AT - timedelta(hours=chance.randrange(900))
            row.proved_on = AT.date() - timedelta(days=chance.randrange(70))
            row.accounts = [["Compte courant", row.proved_on.isoformat()]]
        names = ("to_review", "in_suspense", "unlettered", "to_validate", "unseen", "missing", "last_deposit_at")
        Standing.objects.bulk_update(standings, [*names, "proved_on", "accounts"], batch_size=1000)


def _looked(firm: Firm, person: Person, query: str, *, page: str = "") -> float:
    client = _client(person)
    assert _get(firm, person, query, client, page).status_code == 200
    return median(timed(lambda: _get(firm, person, query, client, page)) for _ in range(15))


def _busy(firm: Firm) -> list[Company]:
    """Twenty dossiers with 500 movements each, in the books, and 200 pieces that were read."""
    with tenancy.within(firm.pk):
        companies = list(Company.objects.filter(firm=firm).order_by("reference")[:20])
        for company in companies:
            pipeline.open_year(company=company, opens_on=date(2026, 1, 1), closes_on=date(2026, 12, 31), at=AT)
            account = BankAccount.objects.get(company=company)
            _move(account, 500)
            _hand_in(company, 200)
    return companies


def _analyze() -> None:
    """What the database's own housekeeping does within a minute of so many new rows."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("VACUUM (ANALYZE)")
    # Nor does a server carry the scene's own objects through each collection.
    gc.collect()
    gc.freeze()


def _move(account: BankAccount, count: int) -> None:
    whose = {"firm_id": account.firm_id, "company_id": account.company_id, "account": account}
    statement = Statement.objects.create(
        **whose, format="bench", filename="r", closed_on=AT.date(), closing=0, movements=count,
        new_movements=count, at=AT,
    )  # fmt: skip
    moves = Transaction.objects.bulk_create(
        Transaction(
            **whose, statement=statement, fingerprint=f"{n}", booked_on=date(2026, 1, 1) + timedelta(days=n % 320),
            amount=-Decimal(n + 1), label=f"CB {n}", payee=f"P {n}", means="card", label_key="BENCH",
        )
        for n in range(count)
    )  # fmt: skip
    pipeline.book(account.company, moves, at=AT)
    # One in ten waits in suspense; the others were said where they go.
    booked = Line.objects.filter(company_id=account.company_id, account=SUSPENSE)
    booked.exclude(label__endswith="0").update(account="606300")


def _hand_in(company: Company, count: int) -> None:
    whose = {"firm_id": company.firm_id, "company": company}
    original = Original.objects.create(
        **whose, sha256=f"{company.pk.hex:0>64}", size=1, media_type="x", stored_at=AT
    )
    pieces = Document.objects.bulk_create(
        Document(**whose, original=original, filename=f"{n}.pdf", deposited_at=AT) for n in range(count)
    )
    Reading.objects.bulk_create(
        Reading(**whose, document=piece, started_at=AT, read_at=AT, kind=Kind.RECEIPT) for piece in pieces
    )


def _marked(firm: Firm, person: Person, companies: list[Company]) -> float:
    client = _client(person)
    with tenancy.within(firm.pk):
        for company in companies:
            mark(company)
    seconds = timed(lambda: _get(firm, person, "dossiers=tous", client))
    with tenancy.within(firm.pk):
        left = Moved.objects.filter(firm=firm).values("company").distinct().count()
        assert left == max(0, len(companies) - AT_A_LOOK), left
    _stand(firm)
    return seconds


def _client(person: Person) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _get(firm: Firm, person: Person, query: str, client: Client | None = None, page: str = "") -> HttpResponse:
    answer: HttpResponse = (client or _client(person)).get(f"/cabinet/{firm.pk}/{page}?{query}")
    return answer
