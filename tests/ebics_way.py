"""A contract of the firm's with the twin bank, as far along as a test wants it, and statements of three accounts."""

from datetime import date
from decimal import Decimal

from tests.cast import Move
from tests.conftest import AT, as_web
from tests.ebics_desk import WHO, some_keys

from comptoir import pipeline
from comptoir.demo.statements import cfonb120
from comptoir.gateways.bank.ebics import keys as ebics_keys
from comptoir.gateways.bank.files.rib import iban_of
from comptoir.records.banking import actions as banking
from comptoir.records.banking.models import BankAccount
from comptoir.records.ebics import orders
from comptoir.records.firms import actions as firms

OURS, FLOWERS, STRANGER = "00010123456", "00010999999", "00010777777"
IBANS = {account: iban_of("30004", "00823", account) for account in (OURS, FLOWERS, STRANGER)}
FLOUR = Move(date(2026, 11, 18), Decimal("-237.38"), "PRLV SEPA MOULINS DE LA VEGRE")
TAKINGS = Move(date(2026, 11, 20), Decimal("612.40"), "REM CB 6124 DU 201126")


def told(*moves, account=OURS, opening="1000.00", since=date(2026, 11, 17), until=date(2026, 11, 23)):
    """A statement of one of the three accounts."""
    written = cfonb120(moves, opening=Decimal(opening), opened_on=since, closed_on=until)
    return written.replace(OURS.encode(), account.encode())


def same_keys(monkeypatch):
    """Keys take a second to make; each contract of a test has the same."""
    ours, *_ = some_keys(), some_keys("bank"), some_keys("renewed")
    monkeypatch.setattr(ebics_keys, "make", lambda contract, *, at, **more: ours)


def two_dossiers(bakery, account, alice):
    """Two dossiers of the firm, each with its account known by its IBAN."""
    BankAccount.objects.filter(pk=account.pk).update(iban=IBANS[OURS])
    other = firms.open_dossier(firm=bakery.firm, by=alice, at=AT, name="Fleurs Hamon", siren="452133770")
    pipeline.open_year(company=other, opens_on=date(2026, 1, 1), closes_on=date(2026, 12, 31), at=AT)
    banking.open_account(company=other, name="Compte courant", iban=IBANS[FLOWERS])
    return bakery, other


def entered(desk, firm, by):
    """The contract, with its keys."""
    with as_web():
        return pipeline.ebics.open_contract(
            firm=firm, bank="Banque Jumelle", said=desk.contract, order=orders.written(desk.order), by=by, at=AT
        )


def trusted_by(contract, desk, by):
    """The same, its letters at the bank and the bank's hashes compared."""
    with as_web():
        pipeline.ebics.send_keys(contract=contract, by=by, at=AT)
        desk.twin.activate(*WHO)
        pipeline.ebics.read_bank_keys(contract=contract, by=by, at=AT)
        pipeline.ebics.trust_bank(contract=contract, **desk.letter(), by=by, at=AT)
    return contract


def fetch(contract):
    """As the morning's job does."""
    with as_web():
        pipeline.ebics.fetch(str(contract.firm_id), str(contract.pk))
    contract.refresh_from_db()
