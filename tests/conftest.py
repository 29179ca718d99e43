"""What every test may use: the cast, a dossier, a clock that stands."""

import os
import tempfile
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client, TransactionTestCase
from psycopg.conninfo import conninfo_to_dict
from tests.template import migrated

from comptoir import pipeline
from comptoir.domain.rights import Role
from comptoir.lib import roles
from comptoir.records.banking import actions as banking
from comptoir.records.banking.models import BankAccount
from comptoir.records.firms import actions as firms
from comptoir.records.firms.models import Company, Person

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
BAKERY_SIREN = "821456308"


def pytest_addoption(parser):
    parser.addoption("--write-matrix", action="store_true", help="write tests/web/matrix.txt again")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """Migrations take half a minute: they are made once, and each process takes a copy."""
    connection.settings_dict["TEST"]["TEMPLATE"] = migrated(os.environ["DATABASE_URL"])


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests that commit empty their tables afterwards; in use, nothing may."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass) FROM pg_trigger "
            "WHERE tgname LIKE '%no\\_truncate'"
        )
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)
        roles.grant(connection.connection, WEB)


def _empty_what_was_filled(self):
    """What a test committed goes; asking each of two hundred tables whether it holds a row is quicker than emptying them."""
    kept = {"django_migrations", "django_content_type", "auth_permission"}
    tables = sorted(
        set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - kept
    )
    quoted = {table: connection.ops.quote_name(table) for table in tables}
    asked = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (TABLE {name})" for table, name in quoted.items())
    with connection.cursor() as cursor:
        cursor.execute(asked)
        filled = [quoted[table] for (table,) in cursor.fetchall()]
        if filled:
            cursor.execute(f"TRUNCATE {', '.join(filled)} CASCADE")


TransactionTestCase._fixture_teardown = _empty_what_was_filled


WEB = conninfo_to_dict(os.environ.get("COMPTOIR_WEB_URL", "postgresql://comptoir_web@/")).get("user")


@contextmanager
def as_web():
    """Ask as the role that the product works with: it owns nothing, and row-level security binds it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {WEB}")
    try:
        yield
    finally:
        if connection.connection is not None and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")
                cursor.execute(
                    "SELECT set_config('app.firm_id', '', false), set_config('app.company_id', '', false), "
                    "set_config('app.person_id', '', false), set_config('app.origin', '', false)"
                )


@pytest.fixture(autouse=True)
def _requests_work_as_web(monkeypatch):
    """Tests lay their scene as the owner; every request is answered as in use."""
    ask = Client.request

    def request(self, **more):
        with as_web():
            return ask(self, **more)

    monkeypatch.setattr(Client, "request", request)


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    """Argon2 is slow on purpose, and so are answers to who guesses; tests make a person each."""
    settings.EVEN_STEP = 0
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _own_files(settings, monkeypatch):
    """Each test keeps its files in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        folders = {"default": "files"}  # as in the product: another process finds them too
        settings.STORAGES = {
            **settings.STORAGES,
            **{
                name: {**settings.STORAGES[name], "OPTIONS": {"location": Path(folder) / folders.get(name, name)}}
                for name in ("default", "originals", "derived")
            },
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        }
        settings.UPLOADS = Path(folder) / "uploads"
        yield


def person(first_name: str) -> Person:
    return Person.objects.create_user(
        f"{first_name.lower()}@example.org", "a-good-password", first_name=first_name, last_name="Essai"
    )


def make_dossier(name: str, siren: str, keeper: Person) -> Company:
    firm = firms.set_up_firm(name=f"Cabinet {keeper.first_name}", by=keeper)
    company = firms.open_dossier(
        firm=firm, by=keeper, at=AT, name=name, siren=siren, asks_missing=True, justifiable=["471"]
    )
    pipeline.open_year(company=company, opens_on=date(2026, 1, 1), closes_on=date(2026, 12, 31), at=AT)
    return company


@pytest.fixture
def alice(db) -> Person:
    return person("Alice")


@pytest.fixture
def bakery(alice: Person) -> Company:
    return make_dossier("Boulangerie Dupont", BAKERY_SIREN, alice)


@pytest.fixture
def bob(bakery: Company) -> Person:
    bob = person("Bob")
    firms.join_company(company=bakery, person=bob, role=Role.DIRIGEANT, at=AT)
    return bob


@pytest.fixture
def dina(bakery: Company) -> Person:
    dina = person("Dina")
    firms.join_company(company=bakery, person=dina, role=Role.DEPOSANT, at=AT)
    return dina


@pytest.fixture
def charlie(db) -> Person:
    charlie = person("Charlie")
    make_dossier("Garage Lebreton", "514208669", charlie)
    return charlie


@pytest.fixture
def account(bakery: Company) -> BankAccount:
    return banking.open_account(company=bakery, name="Compte courant")


@pytest.fixture
def signed_in():
    def sign_in(person: Person) -> Client:
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
