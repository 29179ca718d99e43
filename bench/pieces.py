"""The list of pieces at 100,000: the first page, a deep one, words, filters; server time as a browser's request costs it.

`PYTHONPATH=src .venv/bin/python -m bench pieces` prints these figures alone.
"""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from statistics import median
from uuid import uuid4

from django.test import Client

from bench.books import _house, timed
from bench.portfolio import _analyze as analyze
from comptoir.domain.reading import Kind
from comptoir.lib import tenancy
from comptoir.records.deposits.models import Document, Original
from comptoir.records.firms.models import Company, Person
from comptoir.records.readings.models import Reading

COUNT = 100_000
LIMIT = "≤ 50 ms"
SUPPLIERS = ("Moulins de la Vègre", "Laiterie du Perche", "Garage Lebreton", "Papeterie du Mail", "Élec’Ouest")
WORDS = [
    "farine",
    "beurre",
    "levure",
    "sucre",
    "gasoil",
    "ramette",
    "entretien",
    "livraison",
    "échéance",
    "règlement",
    "virement",
    "remise",
    "quantité",
    "désignation",
]
KINDS = (Kind.PURCHASE_INVOICE, Kind.PURCHASE_INVOICE, Kind.RECEIPT, Kind.SALES_INVOICE, Kind.Z_DE_CAISSE)


def rows() -> Iterator[tuple[str, str, str]]:
    """The median of 15 of each way to ask for the list."""
    company, person = house()
    client = Client(headers={"host": "localhost"})
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    base = f"/c/{company.pk}/pieces/"
    deep = _deep(company)
    asked = {
        f"liste de {COUNT} pièces": "",
        "… page profonde": f"?apres={deep}",
        "… un onglet": "?onglet=ventes",
        "… un mot rare": "?q=introuvable77",
        "… deux mots dans le texte": "?q=farine+perche",
        "… un mot de la moitié des pièces": "?q=échéance",
        "… un numéro": "?q=F-050123",
        "… un montant": "?q=123,45",
    }
    for what, query in asked.items():
        seconds = median(timed(lambda q=query: _get(client, base + q)) for _ in range(15))
        yield f"{what}, médiane de 15", f"{seconds * 1000:.0f} ms", LIMIT


def house() -> tuple[Company, Person]:
    """A company with that many pieces, each read, with its text."""
    company, _, person = _house()
    with tenancy.within(company.firm_id, company.pk):
        _fill(company, person)
    analyze()  # after the commit: housekeeping sees no row before
    return company, person


def _fill(company: Company, person: Person) -> None:
    chance = random.Random(9)  # the same pieces each time
    whose = {"firm_id": company.firm_id, "company": company}
    began = datetime(2026, 1, 1, 8, tzinfo=UTC)
    for start in range(0, COUNT, 5_000):
        numbers = range(start, start + 5_000)
        originals = Original.objects.bulk_create(
            Original(
                **whose, sha256=f"{uuid4().hex}{n:032}", size=1, media_type="application/pdf", stored_at=began
            )
            for n in numbers
        )
        documents = Document.objects.bulk_create(
            Document(
                **whose,
                original=original,
                filename=f"scan {n}.pdf",
                deposited_by=person,
                deposited_at=began + timedelta(minutes=3 * n),
            )
            for n, original in zip(numbers, originals, strict=True)
        )
        Reading.objects.bulk_create(
            _reading(document, n, chance, whose) for n, document in zip(numbers, documents, strict=True)
        )


def _reading(document: Document, n: int, chance: random.Random, whose: dict[str, object]) -> Reading:
    text = " ".join(chance.choices(WORDS, k=chance.randrange(3, 90)))
    return Reading(
        **whose, document=document, started_at=document.deposited_at, read_at=document.deposited_at, kind=chance.choice(KINDS),
        supplier=chance.choice(SUPPLIERS), number=f"F-{n:06}", issued_on=date(2026, 1, 1) + timedelta(n // 300),
        total=f"{chance.randrange(100, 90_000) / 100:.2f}", text=text if n != 77 else f"{text} introuvable77",
    )  # fmt: skip


def _deep(company: Company) -> str:
    with tenancy.within(company.firm_id, company.pk):
        row = Document.objects.filter(company=company).order_by("-deposited_at")[COUNT * 4 // 5]
        return f"{row.deposited_at.isoformat()}_{row.pk}".replace("+", "%2B")


def _get(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
