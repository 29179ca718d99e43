"""The demo firm: whole, or not there at all."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.conftest import AT

from comptoir import pipeline
from comptoir.demo import approved_platform, bridge_bank, build, cast, connected_banks, e_invoices
from comptoir.domain.mandate import State
from comptoir.gateways import einvoice
from comptoir.gateways.bank import bridge
from comptoir.gateways.bank.bridge.statuses import Act
from comptoir.gateways.bank.bridge.twin import Twin
from comptoir.lib import tenancy
from comptoir.records.banking.models import Transaction, UnreadStatement
from comptoir.records.connections import queries as connected
from comptoir.records.connections.board import Want, board
from comptoir.records.connections.models import Connection
from comptoir.records.deposits.models import Document
from comptoir.records.einvoices.models import Flow, Mandate, Unclaimed
from comptoir.records.firms import actions as firms
from comptoir.records.firms.models import Company, Firm, Person

pytestmark = pytest.mark.django_db


def test_a_build_cut_in_the_middle_leaves_nothing_behind():
    def cut(line: str) -> None:
        if "mouvements" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build.build(cut)
    assert [model.objects.count() for model in (Firm, Person, Document)] == [0, 0, 0]


def test_the_platform_beside_the_demo_is_read_as_any():
    """What waits there arrives in the dossier that has signed, with what was said of it; the others' stays."""
    alice = Person.objects.create_user("alice@martin.example", first_name="Alice")
    martin = firms.set_up_firm(name="Cabinet Martin", by=alice)
    with tenancy.within(martin.pk):
        bakery, plumber, florist = (
            firms.open_dossier(firm=martin, by=alice, at=AT, name=one.name, siren=one.siren)
            for one in (cast.BAKERY, cast.PLUMBER, cast.FLORIST)
        )
        e_invoices.ask_mandates(signed=bakery, asked=plumber, refused=florist, by=alice, at=AT)
    with approved_platform.twin().serve() as serving:
        platform = einvoice.platform(serving.address)
        pipeline.fetch_from(platform, at=timezone.now())
        pipeline.fetch_from(platform, at=timezone.now())
    flows = list(Flow.objects.order_by("number"))
    assert [(flow.company, flow.number, flow.syntax) for flow in flows] == [
        (bakery, "EM-7781", "Factur-X"),
        (bakery, "EV-2026-11877", "UBL"),
        (bakery, "FE-L-0311", "CII"),
        (bakery, "MV-B-261120", "Factur-X"),
    ]
    assert all([row.code for row in flow.statuses.order_by("at")] == ["200", "202", "203"] for flow in flows)
    assert {row.siren for row in Unclaimed.objects.all()} == {cast.PLUMBER.siren, cast.FLORIST.siren}
    states = [Mandate.objects.get(company=one).state for one in (bakery, plumber, florist)]
    assert states == [State.SIGNED, State.TO_SIGN, State.REFUSED]


def test_the_neighbours_banks_ask_what_banks_ask_and_a_bank_that_starts_again_remembers_them(settings, tmp_path):
    settings.UPLOADS = tmp_path / "uploads"
    settings.BRIDGE = None
    alice = Person.objects.create_user("alice@martin.example", first_name="Alice")
    martin = firms.set_up_firm(name="Cabinet Martin", by=alice)
    now = timezone.now()
    with tenancy.within(martin.pk):
        florist, plumber, landlord = pipeline.open_dossiers(
            firm=martin, openings=cast.NEIGHBOURS, by=alice, at=now
        )
        connected_banks.build(asks_again=florist, ends_soon=plumber, in_doubt=landlord, by=alice, at=now)
    (asks,), (ends,) = (connected.states(one, at=now) for one in (florist, plumber))
    assert (asks.advice.act, len(asks.waits_for_firm)) == (Act.RECONNECT, 1)
    assert (ends.advice.act, ends.ends_soon_on) == (Act.NOTHING, (now + timedelta(days=9)).date())
    assert ends.needs_client
    assert UnreadStatement.objects.get().waits == "twice"
    found = board(Company.objects.filter(firm=martin), want=None, page=1, on=now.date())
    assert found.counts == {Want.RECONNECT: 2, Want.ATTACH: 1, Want.STATEMENT: 0, Want.FILE: 1}
    moved = Transaction.objects.filter(company=plumber).count()
    assert moved == 5
    served = bridge_bank.read(tmp_path / bridge_bank.FILE)
    with Twin(seed=bridge_bank.held_by(served, now.date()), refresh_after=None) as twin:
        bridge_bank.connect(twin, served)
        settings.BRIDGE = bridge.access(twin.address)
        for company in (florist, plumber):
            pipeline.visit(str(martin.pk), str(company.pk))
    assert Transaction.objects.filter(company=plumber).count() == moved
    assert Connection.objects.filter(ended_at=None).count() == 2
