"""The list of missing documents at 100,000 transactions, a tenth of them on the list: server time as a browser's request costs it.

`PYTHONPATH=src .venv/bin/python -m bench missing` prints these figures alone.
"""

from collections.abc import Iterator
from statistics import median

from django.test import Client

from bench.books import house_of_100_000, timed
from bench.portfolio import _analyze as analyze
from comptoir.lib import tenancy
from comptoir.records.firms.models import Company, Person
from comptoir.records.missing import queries as missing
from comptoir.records.missing.asked import Asked, Order

LIMIT = "≤ 50 ms"


def rows() -> Iterator[tuple[str, str, str]]:
    """The median of 15 of each way to ask for the list."""
    company, person = house_of_100_000()
    analyze()
    client = Client(headers={"host": "localhost"})
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    for what, address in _addresses(company, person):
        assert client.get(address).status_code == 200, address
        seconds = median(timed(lambda a=address: client.get(a)) for _ in range(15))
        yield f"manquantes, 100 000 opérations : {what}, médiane de 15", f"{seconds * 1000:.0f} ms", LIMIT


def _addresses(company: Company, person: Person) -> list[tuple[str, str]]:
    client, firm = f"/c/{company.pk}/manquantes/", f"/dossiers/{company.pk}/manquantes/"
    whole = f"/cabinet/{company.firm_id}/manquantes/"
    return [
        ("liste", client),
        ("page profonde", f"{client}?apres={_deep(company)}"),
        ("un mot", f"{client}?q=9999"),
        ("un mot introuvable", f"{client}?q=introuvable"),
        ("par fournisseur", f"{client}?tri=fournisseur"),
        ("par montant", f"{client}?tri=montant"),
        ("au cabinet", f"{client}?onglet=au-cabinet"),
        ("justifiées", f"{client}?onglet=justifiees"),
        ("côté cabinet", firm),
        ("tous mes dossiers, par âge", whole),
        ("tous mes dossiers, par montant", f"{whole}?tri=montant"),
    ]


def _deep(company: Company) -> str:
    """The key of a page in the middle of the list."""
    with tenancy.within(company.firm_id, company.pk):
        items = Asked(order=Order.LATEST).rows(missing.Item.objects.filter(company=company))
        row = items.order_by("-booked_on", "-pk")[5_000]
    return f"{row.pk}|{row.booked_on}"
