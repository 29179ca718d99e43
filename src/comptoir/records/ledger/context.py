"""What the dossier adds to a reading before an entry is proposed: the other party, its accounts, who is paid back."""

from django.utils import timezone

from comptoir.domain.proposal import Context
from comptoir.domain.reading import Reading
from comptoir.records.deposits.models import Document
from comptoir.records.firms import queries as people
from comptoir.records.ledger import parties


def context(document: Document, reading: Reading) -> Context:
    """The dossier's side of a proposal; a third party that is new is opened."""
    company, claimant = document.company, document.claimant
    is_sale = reading.kind.value.is_sale
    party = parties.party(
        firm_id=company.firm_id,
        company_id=company.pk,
        named=_customer(reading) if is_sale else _supplier(reading),
        collective="411000" if is_sale else "401000",
    )
    return Context(
        party=party,
        received_on=timezone.localdate(document.deposited_at),
        sales_account=company.sales_account,
        claimant_account=people.claimant_account(company, claimant),
        claimant=claimant.full_name if claimant else "",
        deducts_vat=company.deducts_vat,
    )


def _customer(reading: Reading) -> parties.Named:
    return parties.Named(reading.customer.value if reading.customer else "Client divers")


def _supplier(reading: Reading) -> parties.Named:
    return parties.Named(
        reading.supplier.value if reading.supplier else "Fournisseur divers",
        reading.supplier_siren.value if reading.supplier_siren else "",
        reading.supplier_vat.value if reading.supplier_vat else "",
    )
