"""The platform spoken to over a real wire: nothing lost, nothing twice, whatever goes wrong on the way."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime

import pytest

from comptoir.gateways import einvoice
from comptoir.gateways.einvoice import Kind, Message, Refused, Trader, Unreachable, Unrecognised, afnor, cdar, wire
from comptoir.gateways.einvoice.twin import Fault, Twin

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def twin():
    return Twin()


@pytest.fixture
def platform(twin):
    with twin.serve() as serving:
        yield afnor.Platform(afnor.Access.of(serving.address), patience=2)


def message(key="k1", code="210", **more):
    given = {
        "number": "MV-1197", "issued_on": date(2026, 11, 4), "type_code": "380", "name": "Refusée",
        "seller": Trader("402118939", "Moulins & fils"), "buyer": Trader("821456308"), "is_by_seller": False,
        "at": AT, "motive": "DOUBLON", "reason": "Reçue <deux> fois",
    }  # fmt: skip
    return Message(key=key, code=code, **given | more)


def ids(platform, since=""):
    return [listed.flow_id for listed in platform.received(since)]


def test_what_waits_is_listed_once_in_its_order_page_after_page(twin, platform):
    for n in range(250):
        twin.hold(f"f{n}", b"x")
    assert ids(platform) == [f"f{n}" for n in range(250)]


def test_flows_of_one_moment_on_both_sides_of_a_page_are_all_seen(twin, platform):
    for n in range(90):
        twin.hold(f"a{n}", b"x")
    for n in range(60):
        twin.hold(f"b{n}", b"x", moment="2026-11-25T08:00:00.000Z")
    twin.hold("c", b"x", moment="2026-11-25T08:00:00.001Z")
    found = ids(platform)
    assert len(found) == len(set(found)) == 151


def test_more_of_one_moment_than_a_page_holds_are_all_seen(twin, platform):
    for n in range(350):
        twin.hold(f"f{n}", b"x", moment="2026-11-25T08:00:00.000Z")
    assert len(set(ids(platform))) == 350


def test_a_platform_that_lists_the_newest_first_loses_nothing(twin, platform):
    for n in range(250):
        twin.hold(f"f{n}", b"x")
    twin.newest_first = True
    assert sorted(ids(platform)) == sorted(f"f{n}" for n in range(250))


def test_a_platform_that_gives_its_first_page_for_ever_is_left(twin, platform):
    for n in range(150):
        twin.hold(f"f{n}", b"x")
    twin.repeats_pages = True
    found = []
    with pytest.raises(Unreachable, match="sans fin"):
        for listed in afnor.Platform(platform.wire.access).received(""):
            found.append(listed.flow_id)
            if len(twin.flows) < 3300:  # it always has a full page more
                for n in range(1000):
                    twin.hold(f"g{len(twin.flows)}-{n}", b"x", moment="2026-11-20T00:00:00.000Z")
    assert len(found) == len(set(found))


def test_the_list_begins_again_a_little_earlier_than_where_it_ended(twin, platform):
    twin.hold("old", b"x", moment="2026-11-24T08:00:00.000Z")
    twin.hold("late", b"x", moment="2026-11-24T08:55:00.000Z")
    assert ids(platform, "2026-11-24T09:00:00.000Z") == ["late"]


def test_what_is_not_ready_or_no_flow_of_ours_is_not_listed(twin, platform):
    twin.hold("pending", b"x", acknowledgement={"status": "Pending"})
    twin.hold("own", b"x", Kind.PURCHASE_NEWS, flowDirection="Out")
    twin.hold("../x y", b"x")
    twin.hold("when", b"x", moment="demain")
    twin.hold("good", b"x", Kind.SALE_NEWS)
    assert ids(platform) == ["good"]


def test_an_original_comes_bit_for_bit(twin, platform):
    content = bytes(range(256)) * 4000
    twin.hold("f/1", content)
    twin.files["f1"] = content
    assert platform.fetch("f1") == content


def test_a_token_that_has_expired_is_asked_again_and_wrong_credentials_are_said(twin, platform):
    twin.hold("f", b"x")
    assert ids(platform) == ["f"]
    twin.tokens.append("another")
    assert ids(platform) == ["f"]
    twin.faults = [("/v1/flows/search", Fault(status=401))] * 2
    with pytest.raises(Unrecognised, match=r"identifiants.*401"):
        ids(platform)
    stranger = wire.Access(platform.wire.access.base, platform.wire.access.token, "x", "y")
    with pytest.raises(Unrecognised, match="401"):
        ids(afnor.Platform(stranger))


def test_many_at_once_share_a_token_though_each_new_one_ends_the_last(twin, platform):
    for n in range(8):
        twin.hold(f"f{n}", b"x")
    twin.tokens.append("another")
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(platform.fetch, [f"f{n}" for n in range(8)])) == [b"x"] * 8
    assert twin.asked.count("/oauth2/token") == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
def test_a_platform_that_falls_is_asked_later(twin, platform, status):
    twin.hold("f", b"x")
    twin.faults = [("/v1/flows/search", Fault(status=status))]
    with pytest.raises(Unreachable):
        ids(platform)
    assert ids(platform) == ["f"]


def test_how_long_it_wants_us_away_is_heard_in_seconds_or_as_a_moment(twin, platform):
    for asked, low, high in (
        ("120", 120, 120),
        (format_datetime(datetime.now(UTC) + timedelta(seconds=300), usegmt=True), 290, 300),
        ("bientôt".encode("ascii", "replace").decode(), 0, 0),
        ("99999999999", 86400, 86400),
    ):
        twin.faults = [("/v1/flows/search", Fault(status=429, retry_after=asked))]
        with pytest.raises(Unreachable) as away:
            ids(platform)
        assert low <= away.value.wait <= high


def test_half_a_file_is_no_file(twin, platform):
    twin.hold("f", b"x" * 100_000)
    twin.faults = [("/v1/flows/f", Fault(truncated=True))]
    with pytest.raises(Unreachable):
        platform.fetch("f")
    assert len(platform.fetch("f")) == 100_000


def test_half_a_list_is_no_list(twin, platform):
    twin.hold("f", b"x")
    twin.faults = [("/v1/flows/search", Fault(truncated=True))]
    with pytest.raises(Unreachable):
        ids(platform)


def test_what_is_larger_than_any_invoice_is_not_taken_into_memory(twin, platform, monkeypatch):
    twin.hold("f", b"x")
    twin.faults = [("/v1/flows/f", Fault(huge=True))]
    with pytest.raises(Refused, match="volumineuse"):
        platform.fetch("f")


def test_a_platform_that_hangs_holds_nobody(twin, platform):
    twin.hold("f", b"x")
    platform.wire.patience = 0.2
    twin.faults = [("/v1/flows/search", Fault(hangs=1))]
    with pytest.raises(Unreachable):
        ids(platform)


def test_a_platform_that_is_not_there_is_asked_later():
    gone = afnor.Platform(afnor.Access.of("afnor+http://a:b@127.0.0.1:9/x"), patience=0.5)
    with pytest.raises(Unreachable):
        ids(gone)


def test_an_answer_that_leads_elsewhere_is_not_followed(twin, platform):
    twin.faults = [("/v1/flows/search", Fault(status=302))]
    with pytest.raises(Refused, match="302"):
        ids(platform)


def test_a_receipt_is_kept_where_the_platform_keeps_any(twin, platform):
    twin.hold("f", b"x")
    platform.acknowledge("f")
    twin.keeps_receipts = False
    platform.acknowledge("f")
    assert twin.acknowledged == ["f"]


def test_a_status_is_sent_once_even_where_the_answer_was_lost(twin, platform):
    twin.faults = [("/v1/flows", Fault()), ("/v1/flows", Fault(status=502, after_the_act=True))]
    with pytest.raises(Unreachable):
        platform.send_status(message())
    assert platform.send_status(message()) == platform.send_status(message()) == "sent-1"
    ((info, file),) = twin.posted
    assert (info["flowSyntax"], info["flowType"], info["trackingId"]) == ("CDAR", "SupplierInvoiceLC", "k1")
    news = cdar.read(file)
    assert (news.code, news.number, news.seller_siren) == ("210", "MV-1197", "402118939")
    assert (news.motive, news.reason, news.at) == ("DOUBLON", "Reçue <deux> fois", AT)


def test_what_was_cashed_is_said_by_rate():
    paid = ((Decimal("5.5"), Decimal("237.38")), (Decimal("20"), Decimal("12.00")))
    sold = message(code="212", is_by_seller=True, motive="", reason="", paid=paid)
    assert cdar.paid_in(cdar.written(sold)) == paid
    assert cdar.read(cdar.written(sold)).reason == ""


@pytest.mark.parametrize("content", [b"", b"<a/>", b"%PDF-1.7", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"])
def test_what_is_no_message_is_said_to_be_none(content):
    with pytest.raises(cdar.NotAMessage):
        cdar.read(content)


def test_a_setting_names_a_platform_and_never_shows_its_secret():
    assert einvoice.platform("") is None
    assert einvoice.platform("memory:") is not None
    found = afnor.Access.of("afnor+https://me:s%40cret@pa.example/flow?token=https://auth.example/t")
    assert (found.secret, found.base.geturl(), found.token.hostname) == (
        "s@cret",
        "https://pa.example/flow",
        "auth.example",
    )
    assert "cret" not in repr(found)
    for wrong in ("afnor+http://a:hidden@pa.example/", "afnor+https://pa.example/", "ftp://a:hidden@b"):
        with pytest.raises(ValueError, match="COMPTOIR_PLATFORM") as fault:
            einvoice.platform(wrong)
        assert "hidden" not in str(fault.value)


def test_a_list_that_is_no_list_is_asked_later(twin, platform):
    twin.files["search"] = b""
    for body in ("[]", json.dumps({"results": None})):
        platform.wire.ask = lambda *_, body=body: json.loads(body)
        with pytest.raises(Unreachable):
            ids(platform)
