"""What tests do again and again: a piece handed in and read, a statement brought."""

from uuid import uuid4

from django.db import connection, transaction
from tests.cast import mill_pdf, statement
from tests.conftest import AT

from comptoir import pipeline
from comptoir.domain.notice import Kind
from comptoir.lib import tenancy
from comptoir.pipeline.noticing import tell_clients
from comptoir.records.missing import queries as missing


def hand_in(company, by, content=None, name="facture.pdf", **more):
    document = pipeline.hand_in(
        company=company, content=content or mill_pdf(), filename=name, by=by, at=AT, **more
    )
    pipeline.read_now(document, at=AT)
    return document


def bring_statement(account, *moves, by=None):
    found = pipeline.import_statement(
        account=account, content=statement(*moves), filename="releve.txt", by=by, at=AT
    )
    return list(found.transactions)


def give_notice(company, label, *, at, kind=Kind.REQUEST):
    """A notice of a fact of its own, which no letter but the notice's tells of."""
    tell_clients(company, kind, f"request-{uuid4()}", f"Votre cabinet vous demande : {label}", "", at=at)


def how_many_missing(company):
    """What every screen of the company says: counts are told within its session alone."""
    with tenancy.within(company.firm_id, company.pk):
        return missing.count(company)


def committed(write):
    """Write, and let the constraints judge as a commit would."""
    with transaction.atomic(), connection.cursor() as cursor:
        write()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
