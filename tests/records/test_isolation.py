"""Row-level security: what is another firm's or another company's is not there, through the ORM or through SQL.

The scene is laid by the owner; every question is asked as the role that the product works with.
"""

import os
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from uuid import uuid4

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction
from tests.acts import bring_statement, hand_in
from tests.cast import Move, mill_debit
from tests.conftest import AT, WEB, as_web

from comptoir import pipeline
from comptoir.config import installation
from comptoir.domain.rules import Rule
from comptoir.lib import roles, tenancy
from comptoir.records.audit.actions import note
from comptoir.records.deposits.models import Document
from comptoir.records.firms import actions as firms
from comptoir.records.firms.models import Company, Firm, FirmMembership, Person
from comptoir.records.ledger.models import Entry, FiscalYear
from comptoir.records.missing import standings

pytestmark = pytest.mark.django_db

GLOBAL = {
    "firms.Person": "signs in before any firm is known, and may belong to several",
    "accounts.Lockout": "counts wrong tries, of nobody perhaps",
    "accounts.KnownDevice": "a person's own, whatever firms they belong to",
    "accounts.Pairing": "a person's own, whatever firms they belong to",
    "accounts.Phone": "a person's own, whatever firms they belong to",
    "notices.Device": "a person's own, whatever firms they belong to",
    "notices.Preference": "a person's own, whatever firms they belong to",
    "accounts.AddressChange": "a person's own, whatever firms they belong to",
    "einvoices.Unclaimed": "a flow at the platform that is nobody's here yet: its name and a SIREN, no word of it",
    "connections.News": "news that came, by the digest of its bytes: of no firm, and it holds no word of it",
    "einvoices.Reach": "up to where the platform's one list was read",
}
"""The only rows of ours without a tenant, and why."""


def tenant_models():
    return [
        model
        for stage in settings.STAGES
        for model in apps.get_app_config(stage).get_models()
        if model._meta.label not in GLOBAL
    ]


def ids(models):
    return [model._meta.label for model in models]


def asked(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else cursor.rowcount


@contextmanager
def seen_by(firm_id=None, company_id=None):
    """As the web role, with these rows said, or none."""
    with as_web(), transaction.atomic():
        if firm_id:
            tenancy.enter(firm_id, company_id)
        yield


@pytest.fixture
def scene(bakery, alice, bob, account, charlie):
    """Two firms; the first with two companies, each with a piece, a statement and a posted entry."""
    other = firms.open_dossier(firm=bakery.firm, by=alice, at=AT, name="Fleurs Hamon", siren="452133770")
    pipeline.open_year(company=other, **_year(), at=AT)
    document = hand_in(bakery, bob)
    bring_statement(account, mill_debit())
    pipeline.post(entry=Entry.objects.get(document=document), by=alice, at=AT)
    garage = Company.objects.get(name="Garage Lebreton")
    return bakery, other, garage


def _year():
    year = FiscalYear.objects.first()
    return {"opens_on": year.opens_on, "closes_on": year.closes_on}


@pytest.mark.parametrize("model", tenant_models(), ids=ids(tenant_models()))
def test_every_table_has_a_policy_that_binds_its_owner_too(model):
    table = model._meta.db_table
    found = asked("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = %s", table)
    assert found == [(True, True)], f"{table}: isolated(…) is missing from its migration"
    policies = asked("SELECT cmd, qual, with_check FROM pg_policies WHERE tablename = %s", table)
    tenant = [(qual, check) for cmd, qual, check in policies if cmd == "ALL"]
    assert len(tenant) == 1
    assert all("app.firm_id" in side for side in tenant[0])
    others = [cmd for cmd, _, _ in policies if cmd != "ALL"]
    assert set(others) <= {"SELECT"}, "no other policy may let anything be written"


def test_no_table_with_a_firm_is_forgotten():
    rows = asked(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'firm_id'"
        " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND NOT c.relrowsecurity"
    )
    assert rows == []


def test_the_product_works_as_a_role_that_owns_nothing_and_cannot_bypass():
    with connection.cursor():
        assert roles.why_not_bound(connection.connection, WEB) == ""
        assert roles.why_not_bound(connection.connection, connection.settings_dict["USER"]) != ""
        assert roles.why_not_owner(connection.connection, WEB) != ""
    with as_web(), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        asked("SELECT count(*) FROM django_migrations")
    for attempt in (
        "ALTER TABLE deposits_document DISABLE ROW LEVEL SECURITY",
        "SET ROLE postgres",
        "DROP TABLE firms_firm",
    ):
        with as_web(), pytest.raises(DatabaseError), transaction.atomic():
            asked(attempt)


def test_without_a_tenant_there_are_no_rows(scene):
    with seen_by():
        for model in tenant_models():
            assert model._base_manager.count() == 0, model
            assert asked(f"SELECT count(*) FROM {model._meta.db_table}") == [(0,)], model


def test_a_company_sees_no_row_of_another(scene):
    bakery, *others = scene
    for company in others:
        with seen_by(company.firm_id, company.pk):
            for model in tenant_models():
                column, own = _tenant_of(model, company)
                found = asked(f"SELECT DISTINCT {column} FROM {model._meta.db_table}")
                assert {row[0] for row in found} <= {own}, model
    with seen_by(bakery.firm_id, bakery.pk):
        assert Document.objects.count() == 1, "what is its own is there"


def test_the_whole_firm_is_its_own_and_nobody_elses(scene):
    bakery, other, garage = scene
    with seen_by(bakery.firm_id):
        assert set(Company.objects.values_list("pk", flat=True)) == {bakery.pk, other.pk}
    with seen_by(garage.firm_id):
        assert set(Company.objects.values_list("pk", flat=True)) == {garage.pk}
        assert Document.objects.count() == 0


@pytest.mark.parametrize(
    "function",
    [
        "documents_missing(%s)", "entries_by_step(%s)", "pieces_by_kind(%s)", "uses_of_rules(%s)",
        "moved_by_day(%s, '2026-01-01')",
    ],
)  # fmt: skip
def test_what_the_owner_counts_is_counted_only_for_who_may_see_the_rows(scene, function, alice, account):
    bakery, other, garage = scene
    pipeline.write_rule(company=bakery, rule=Rule("Loyer", ("loyer",), "613200"), by=alice, at=AT)
    rent = Move(date(2026, 11, 3), Decimal("-900.00"), "PRLV SEPA LOYER NOVEMBRE")
    bring_statement(account, rent, mill_debit("-61.00"))  # no piece explains the second: it is on the list

    def told():
        rows = asked(f"SELECT * FROM {function}", bakery.pk)
        return any(figure for row in rows for figure in row if not isinstance(figure, str))

    for session in ((bakery.firm_id, bakery.pk), (bakery.firm_id, None)):
        with seen_by(*session):
            assert told(), session
    for session in ((), (bakery.firm_id, other.pk), (garage.firm_id, garage.pk), (garage.firm_id, None)):
        with seen_by(*session):
            assert not told(), session


@pytest.mark.parametrize("function", ["standings_summed", "dossiers_counted"])
def test_what_the_owner_counts_of_a_firm_is_told_to_that_whole_firm_alone(scene, function):
    bakery, other, garage = scene
    standings.refresh(firm=bakery.firm, on=AT.date())

    def told():
        return any(figure for row in asked(f"SELECT * FROM {function}(%s)", bakery.firm_id) for figure in row)

    with seen_by(bakery.firm_id, None):
        assert told()
    for session in (
        (), (bakery.firm_id, bakery.pk), (bakery.firm_id, other.pk), (garage.firm_id, garage.pk), (garage.firm_id, None),
    ):  # fmt: skip
        with seen_by(*session):
            assert not told(), session


def test_no_row_of_ones_company_can_be_given_to_another_firm(scene):
    """The policy compares the company alone; its key holds it to its firm, and the log compares both."""
    bakery, _, garage = scene
    with seen_by(garage.firm_id, garage.pk):
        year = FiscalYear.objects.get()
        with pytest.raises(IntegrityError), transaction.atomic():
            asked("UPDATE ledger_fiscalyear SET firm_id = %s WHERE id = %s", bakery.firm_id, year.pk)
            asked("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            note("letter", firm_id=bakery.firm_id, company_id=garage.pk, person_id=None, at=AT)


def test_another_companys_rows_can_be_neither_changed_nor_removed(scene):
    bakery, other, garage = scene
    before = {model: model._base_manager.count() for model in tenant_models()}
    for company in (other, garage):
        with seen_by(company.firm_id, company.pk):
            for model in tenant_models():
                column, own = _tenant_of(model, bakery)
                if own == _tenant_of(model, company)[1]:
                    continue
                for act in (
                    f"UPDATE {model._meta.db_table} SET {column} = {column}",
                    f"DELETE FROM {model._meta.db_table}",
                ):
                    assert not _refused_or_counted(f"{act} WHERE {column} = %s", own), model
    assert {model: model._base_manager.count() for model in tenant_models()} == before


def test_no_row_can_be_written_under_another_company(scene):
    """A copy of a row under the bakery's names, made by another's session, by the ORM and by SQL."""
    bakery, other, garage = scene
    for model in tenant_models():
        row = model._base_manager.order_by("pk").first() or _row_of(model)
        for company in (other, garage) if "company_id" in _columns(model) else (garage,):
            copy = _copy(row, bakery)
            with seen_by(company.firm_id, company.pk):
                with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                    copy.save(force_insert=True)
                fields = _written(model)
                columns = ", ".join(f'"{field.column}"' for field in fields)
                marks = ", ".join(["%s"] * len(fields))
                values = [f.get_db_prep_save(getattr(copy, f.attname), connection) for f in fields]
                with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                    asked(f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({marks})", *values)


def test_a_row_cannot_be_moved_to_another_company(scene):
    bakery, other, _ = scene
    with seen_by(bakery.firm_id, bakery.pk):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            asked("UPDATE deposits_document SET company_id = %s", other.pk)
    with seen_by(other.firm_id, other.pk):
        assert asked("UPDATE deposits_document SET company_id = %s", other.pk) == 0


def tenant_keys():
    """Each foreign key from a row of a company to another row of a company."""
    return [
        (model, field)
        for model in tenant_models()
        for field in model._meta.concrete_fields
        if field.many_to_one or field.one_to_one
        if {"firm_id", "company_id"} <= {f.column for f in model._meta.concrete_fields}
        if "company_id" in {f.column for f in field.related_model._meta.concrete_fields}
    ]


@pytest.mark.parametrize(("model", "field"), tenant_keys(), ids=[str(field) for _, field in tenant_keys()])
def test_a_foreign_key_holds_the_company_with_it(model, field):
    found = asked(
        "SELECT array_agg(a.attname::text) FROM pg_constraint k, unnest(k.conkey) AS n"
        " JOIN pg_attribute a ON a.attnum = n WHERE k.contype = 'f' AND a.attrelid = k.conrelid"
        " AND k.conrelid = %s::regclass AND k.confrelid = %s::regclass GROUP BY k.oid",
        model._meta.db_table, field.related_model._meta.db_table,
    )  # fmt: skip
    assert {"company_id", field.column} in [set(row[0]) for row in found], "same_company(…) is missing"


def test_a_key_to_another_companys_row_is_refused_whoever_writes_it(scene, alice):
    bakery, other, _ = scene
    theirs = Document.objects.get(company=bakery)
    row = Entry.objects.filter(company=bakery).first()
    with pytest.raises(IntegrityError), transaction.atomic():
        year = FiscalYear.objects.get(company=other)
        asked(
            "UPDATE ledger_entry SET fiscal_year_id = %s WHERE id = %s AND validated_at IS NULL", year.pk, row.pk
        )
        asked("SET CONSTRAINTS ALL IMMEDIATE")
    assert theirs.company_id == bakery.pk


def test_a_person_is_shown_where_they_may_go_and_nothing_else(scene, bob):
    bakery, _, _ = scene
    with as_web(), transaction.atomic(), tenancy.person(bob.pk):
        assert [c.pk for c in Company.objects.all()] == [bakery.pk]
        assert Firm.objects.count() == 1
        assert FirmMembership.objects.count() == Document.objects.count() == Entry.objects.count() == 0
        assert asked("UPDATE firms_companymembership SET role = 'lecteur'") == 0
        assert asked("UPDATE firms_company SET name = 'x'") == 0


def test_what_is_said_ends_with_its_block_even_when_the_block_falls(scene):
    bakery, other, _ = scene
    with as_web(), transaction.atomic():
        tenancy.enter(other.firm_id, other.pk)
        with pytest.raises(ZeroDivisionError), tenancy.within(bakery.firm_id, bakery.pk):
            assert Document.objects.count() == 1
            raise ZeroDivisionError
        assert [c.pk for c in Company.objects.all()] == [other.pk]
        with pytest.raises(DatabaseError), tenancy.within(bakery.firm_id, bakery.pk):
            asked("SELECT 1/0")
        assert [c.pk for c in Company.objects.all()] == [other.pk]


def test_nothing_of_a_request_stays_on_a_pooled_connection(settings):
    url = settings.DATABASES["default"]
    with psycopg.connect(
        dbname=url["NAME"], user=url["USER"], password=url["PASSWORD"], host=url["HOST"], port=url["PORT"]
    ) as pooled:
        pooled.execute("SELECT set_config('app.firm_id', %s, true)", [str(uuid4())])
        pooled.commit()
        pooled.execute(f"SET ROLE {WEB}")
        assert pooled.execute("SELECT count(*) FROM firms_company").fetchone() == (0,)


def _written(model):
    """The columns that a row is written with: the database computes the others itself."""
    return [field for field in model._meta.concrete_fields if not field.generated]


def _columns(model):
    return {field.column for field in model._meta.concrete_fields}


def _tenant_of(model, company):
    """The column that says whose a row of this model is, and what it holds for the company."""
    if model is Company:
        return "id", company.pk
    if "company_id" in _columns(model):
        return "company_id", company.pk
    return ("id" if model is Firm else "firm_id"), company.firm_id


def _refused_or_counted(sql, *values):
    """How many rows it touched; None where the database refused outright."""
    try:
        with transaction.atomic():
            return asked(sql, *values)
    except DatabaseError:
        return None


def _copy(row, bakery):
    copy = type(row)(**{field.attname: getattr(row, field.attname) for field in _written(row)})
    copy.pk = uuid4()
    if isinstance(copy, Firm):
        return copy
    copy.firm_id = bakery.firm_id
    if hasattr(copy, "company_id") and not isinstance(copy, Company):
        copy.company_id = bakery.pk
    return copy


def _row_of(model):
    """A row that is not there: enough of it for the policy to be asked first."""
    person = Person.objects.first()
    values = {}
    for field in _written(model):
        if field.related_model is Person:
            values[field.attname] = person.pk
        elif field.many_to_one or field.one_to_one:
            values[field.attname] = uuid4()
        elif field.null or field.has_default() or field.primary_key:
            continue
        else:
            values[field.attname] = _anything(field)
    return model(**values)


def _anything(field):
    kind = field.get_internal_type()
    given = {
        "DateField": AT.date(),
        "DateTimeField": AT,
        "UUIDField": uuid4(),
        "JSONField": {},
        "ArrayField": [],
        "BinaryField": b"",
    }
    return given.get(kind, "x" if kind in ("CharField", "TextField", "EmailField") else 1)


def test_comptoir_does_not_start_with_a_role_that_row_level_security_does_not_bind():
    owner = os.environ["DATABASE_URL"]
    for pair in ((owner, owner), (os.environ["COMPTOIR_WEB_URL"], os.environ["COMPTOIR_WEB_URL"])):
        with pytest.raises(installation.NotIsolated, match=r"BYPASSRLS|possède|propriétaire"):
            installation.refuse_unbound(*pair)
    installation.refuse_unbound(owner, os.environ["COMPTOIR_WEB_URL"])
