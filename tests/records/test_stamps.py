"""The deposit log is stamped by an authority: once for many lines, again after new ones, and each stamp is proved."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from tests.acts import hand_in
from tests.cast import mill_pdf
from tests.conftest import AT, as_web
from tests.tsa_twin import OPENSSL, Served, Tsa

from comptoir import pipeline
from comptoir.gateways import timestamp
from comptoir.gateways.timestamp import Unreachable
from comptoir.lib import tenancy
from comptoir.records.deposits import stamps
from comptoir.records.deposits.models import Arrival, Stamp
from comptoir.records.firms.models import Company

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def authority(settings):
    settings.TIMESTAMP = timestamp.authority("memory:")
    return settings.TIMESTAMP


def stamp():
    pipeline.stamp_deposits(0)


def faults(company):
    with tenancy.within(company.firm_id):
        return [fault.code for fault in stamps.verify_stamps()]


def test_one_stamp_covers_every_line_until_then(bakery, bob):
    hand_in(bakery, bob)
    hand_in(bakery, bob, mill_pdf("MV-2", 3))
    stamp()
    found = Stamp.objects.get()
    last = Arrival.objects.order_by("-number").first()
    assert (found.number, found.seal, found.authority) == (2, last.seal, "memory")
    assert faults(bakery) == []


def test_nothing_new_is_stamped_no_second_time(bakery, bob):
    hand_in(bakery, bob)
    stamp()
    stamp()
    assert Stamp.objects.count() == 1
    hand_in(bakery, bob, mill_pdf("MV-2", 3))
    stamp()
    assert list(Stamp.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_an_authority_that_fails_loses_nothing_and_is_asked_again(bakery, bob, settings, authority):
    class Down:
        name = "down"

        def stamp(self, said):
            raise Unreachable("no route")

    hand_in(bakery, bob)
    settings.TIMESTAMP = Down()
    stamp()
    assert not Stamp.objects.exists()
    settings.TIMESTAMP = authority
    stamp()
    assert Stamp.objects.count() == 1


def test_a_moment_before_the_deposit_is_not_kept_and_holds_up_no_other_dossier(
    bakery, bob, charlie, settings, authority, caplog
):
    garage = Company.objects.get(name="Garage Lebreton")
    hand_in(bakery, bob)
    hand_in(garage, charlie)

    class Late:
        """Its clock is an hour late whenever it speaks of the bakery."""

        name, stamp = "late", authority.stamp

        def judged(self, token, said):
            is_bakerys = said == stamps.said(Arrival.objects.get(company=bakery).seal)
            return AT - timedelta(hours=1) if is_bakerys else AT

    settings.TIMESTAMP = Late()
    stamp()
    assert [found.company for found in Stamp.objects.all()] == [garage]
    assert "one of two clocks is wrong" in caplog.text
    settings.TIMESTAMP = authority
    stamp()
    assert Stamp.objects.filter(company=bakery).count() == 1


def test_a_stamp_is_only_ever_added_and_of_its_company_alone(bakery, bob, charlie):
    hand_in(bakery, bob)
    stamp()
    garage = Company.objects.get(name="Garage Lebreton")
    with as_web(), tenancy.within(garage.firm_id, garage.pk):
        assert not Stamp.objects.exists()
    with as_web(), tenancy.within(bakery.firm_id, bakery.pk):
        for act in ("UPDATE deposits_stamp SET number = 2", "DELETE FROM deposits_stamp"):
            with pytest.raises(DatabaseError, match=r"never changed|permission denied"), transaction.atomic():
                connection.cursor().execute(act)
        assert Stamp.objects.count() == 1


@pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed")
def test_verify_believes_the_authority_that_is_set_and_no_other(bakery, bob, settings, tmp_path):
    ours, theirs = Tsa(tmp_path / "ours", "Ours"), Tsa(tmp_path / "theirs", "Theirs")
    hand_in(bakery, bob)
    with Served(lambda query: (200, ours.reply(query))) as server:
        settings.TIMESTAMP = timestamp.authority(server.address, str(ours.root))
        stamp()
        assert faults(bakery) == []
        settings.TIMESTAMP = timestamp.authority(server.address, str(theirs.root))
        assert faults(bakery) == ["stamp_wrong"]


def test_without_an_authority_nothing_is_asked(bakery, bob, settings):
    hand_in(bakery, bob)
    settings.TIMESTAMP = None
    stamp()
    assert not Stamp.objects.exists()


def forge(**columns):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE deposits_stamp DISABLE TRIGGER USER")
        for column, value in columns.items():
            cursor.execute(f"UPDATE deposits_stamp SET {column} = %s", [value])  # a test's own column
        cursor.execute("ALTER TABLE deposits_stamp ENABLE TRIGGER USER")


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("token", b"{}", "stamp_wrong"),
        ("seal", "0" * 64, "stamp_of_other"),
        ("number", 9, "stamp_of_other"),
        ("stamped_at", "2020-01-01T00:00:00Z", "stamp_wrong"),
    ],
)
def test_a_stamp_that_was_changed_is_found(bakery, bob, column, value, code):
    hand_in(bakery, bob)
    stamp()
    forge(**{column: value})
    assert faults(bakery) == [code]
