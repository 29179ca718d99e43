"""Open streams: each hears of what its person may see, and ends the moment they may not."""

import asyncio
import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from tests.cast import mill_pdf
from tests.conftest import AT, person

from comptoir import pipeline
from comptoir.domain.conversation import Kind
from comptoir.domain.rights import Assignation, Role, SecondFactor
from comptoir.lib.live import announce
from comptoir.records.conversations.actions import Written
from comptoir.records.firms import actions as firms
from comptoir.records.firms import members
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import CompanyMembership, FirmMembership, Person
from comptoir.web import live

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hear(monkeypatch):
    """What an open stream is told while something is done; `404` where it does not open, `end` where it ended."""

    def run(client, path, act=lambda: None, patience=3.0):
        monkeypatch.setattr(live, "hub", live.Hub())
        cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies['sessionid'].value}"
        # A thread of its own, as a server's: the test's connection belongs to the test's.
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(asyncio.run, _heard(path, cookie, act, patience)).result()

    return run


async def _heard(path, cookie, act, patience):
    told, gone = [], asyncio.Event()

    async def send(message):
        if message["type"] == "http.response.start" and message["status"] != 200:
            told.append(str(message["status"]))
        told.extend(
            line[7:] for line in message.get("body", b"").decode().splitlines() if line.startswith("event: ")
        )

    async def receive():
        await gone.wait()
        return {"type": "http.disconnect"}

    scope = {"type": "http", "path": path, "headers": [(b"cookie", cookie.encode())]}
    stream = asyncio.create_task(live.application(scope, receive, send))
    with suppress(TimeoutError):  # told once the database is listened to
        await asyncio.wait_for(_until(lambda: "resync" in told or stream.done()), 5)
    if not stream.done():
        told.clear()
        await (act() if asyncio.iscoroutinefunction(act) else sync_to_async(act)())
        with suppress(TimeoutError):
            await asyncio.wait_for(_until(stream.done), patience)
        told += ["end"] if stream.done() else []
    gone.set()
    await stream
    live.hub.close()
    await sync_to_async(lambda: connection.close())()
    return told


async def _until(holds):
    while not holds():
        await asyncio.sleep(0.02)


def test_a_deposante_hears_of_her_own_pieces_and_of_nobody_elses(bakery, bob, dina, signed_in, hear):
    def hand_in(who, number):
        return lambda: pipeline.hand_in(
            company=bakery, content=mill_pdf(number), filename="f.pdf", by=who, at=AT, sees_all=False
        )

    assert hear(signed_in(dina), f"/live/{bakery.pk}", hand_in(bob, "MV-1"), 0.6) == []
    assert set(hear(signed_in(dina), f"/live/{bakery.pk}", hand_in(dina, "MV-2"), 0.6)) == {"documents"}


def test_what_happened_between_the_page_and_its_stream_is_told_on_opening(bakery, bob, signed_in, hear):
    """A page that was drawn before a piece was read would else say « En lecture » for ever."""
    client = signed_in(bob)
    path, told = f"/live/{bakery.pk}", []

    def tell(topic):
        with transaction.atomic():
            announce(bakery.pk, [topic])
        time.sleep(0.2)

    def page_between_two():
        tell("bank")
        page = client.get(reverse("client_documents", args=[bakery.pk])).content.decode()
        tell("documents")
        return re.findall(rf"{path}\?depuis=([0-9.]+)", page)[0]

    async def open_the_stream_late():
        began = await sync_to_async(page_between_two)()
        told.append(await _on_opening(path, client, query=f"depuis={began}"))
        told.append(await _on_opening(path, client, last=began))
        told.append(await _on_opening(path, client, query="depuis=1", last=f"{time.time()}"))

    hear(client, path, open_the_stream_late, 0.1)
    assert told == [["documents"], ["documents"], []]


@pytest.mark.parametrize("since", ["", "1", "nan", "x", "-inf", "1e400x"])
def test_a_screen_that_may_have_missed_anything_looks_at_everything_again(since, bakery, bob, signed_in, hear):
    client = signed_in(bob)
    told = []

    async def open_again():
        told.append(await _on_opening(f"/live/{bakery.pk}", client, query=f"depuis={since}"))

    hear(client, f"/live/{bakery.pk}", open_again, 0.1)
    assert told == [["resync"]]


def test_what_is_remembered_is_bounded_and_what_is_forgotten_is_said(monkeypatch):
    monkeypatch.setattr(live, "MOST", 3)
    hub = live.Hub()
    hub.knows_from = began = time.time() - 1
    for topic in "abcde":
        hub._hear("room", topic)
    assert [topic for _, _, topic in hub.told] == ["c", "d", "e"]
    assert hub._missed("room", began + 0.001) == {live.RESYNC}
    assert hub._missed("room", hub.told[0][0]) == {"c", "d", "e"}
    assert hub._missed("elsewhere", hub.told[0][0]) == set()
    monkeypatch.setattr(live, "MEMORY", 0)
    time.sleep(0.01)
    hub._hear("room", "f")
    assert [topic for _, _, topic in hub.told] == ["f"]


async def _on_opening(path, client, query="", last=None):
    """What a stream is told at once, where it is opened beside one that is open already."""
    told, gone = [], asyncio.Event()

    async def send(message):
        lines = message.get("body", b"").decode().splitlines()
        told.extend(line[7:] for line in lines if line.startswith("event: "))

    async def receive():
        await gone.wait()
        return {"type": "http.disconnect"}

    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies['sessionid'].value}"
    headers = [(b"cookie", cookie.encode()), *([(b"last-event-id", last.encode())] if last else [])]
    scope = {"type": "http", "path": path, "query_string": query.encode(), "headers": headers}
    stream = asyncio.create_task(live.application(scope, receive, send))
    await asyncio.sleep(0.3)
    gone.set()
    await stream
    return told


def test_a_stranger_hears_nothing_and_is_told_nothing(bakery, charlie, signed_in, hear):
    for path in (f"/live/{bakery.pk}", f"/live/cabinet/{bakery.firm_id}", "/live/x", "/live/"):
        assert hear(signed_in(charlie), path) == ["404"]


def test_a_client_does_not_hear_of_the_firms_portfolio(bakery, bob, signed_in, hear):
    assert hear(signed_in(bob), f"/live/cabinet/{bakery.firm_id}") == ["404"]


def test_who_leaves_the_company_is_cut_off_at_once(bakery, bob, dina, signed_in, hear):
    seat = CompanyMembership.objects.get(person=dina)

    def leave():
        members.leave_company(membership=seat, by=bob, at=AT)

    assert hear(signed_in(dina), f"/live/{bakery.pk}", leave) == ["gone", "end"]


def test_who_loses_a_dossier_is_cut_off_from_it_at_once(bakery, alice, signed_in, hear):
    karim = person("Karim")
    firms.join_firm(firm=bakery.firm, person=karim, role=Role.COLLABORATEUR, at=AT)
    firms.assign(company=bakery, person=karim, by=alice, at=AT)

    def unassign():
        firms.unassign(company=bakery, person=karim, by=alice, at=AT)

    assert hear(signed_in(karim), f"/live/{bakery.pk}", unassign) == ["gone", "end"]


def test_who_leaves_the_firm_is_cut_off_from_its_portfolio_at_once(bakery, alice, signed_in, hear):
    karim = person("Karim")
    firms.join_firm(firm=bakery.firm, person=karim, role=Role.COLLABORATEUR, at=AT)
    seat = FirmMembership.objects.get(person=karim)

    def leave():
        members.leave_firm(membership=seat, heir=None, by=alice, at=AT)

    assert "gone" in hear(signed_in(karim), f"/live/cabinet/{bakery.firm_id}", leave)


def test_limiting_assignation_tells_every_open_portfolio_at_once(bakery, alice, signed_in, hear):
    karim = person("Karim")
    firms.join_firm(firm=bakery.firm, person=karim, role=Role.COLLABORATEUR, at=AT)

    def limit():
        members.set_confidentiality(
            firm=bakery.firm,
            assignation=Assignation.LIMITEE,
            second_factor=SecondFactor.NOBODY,
            collaborateurs_validate=False,
            by=alice,
            at=AT,
        )

    assert hear(signed_in(karim), f"/live/cabinet/{bakery.firm_id}", limit, 0.6) == ["portfolio"]


def test_a_role_that_gives_less_hears_less_on_the_stream_that_is_open(bakery, bob, signed_in, hear):
    eve = person("Eve")
    firms.join_company(company=bakery, person=eve, role=Role.GESTIONNAIRE, at=AT)
    seat = CompanyMembership.objects.get(person=eve)

    def demote_then_announce():
        members.change_company_role(membership=seat, role=Role.LECTEUR, by=bob, at=AT)
        with transaction.atomic():
            announce(bakery.pk, ["documents", "bank"])

    told = hear(signed_in(eve), f"/live/{bakery.pk}", demote_then_announce, 0.8)
    assert "bank" in told
    assert "documents" not in told


def test_who_signs_out_elsewhere_no_longer_opens_a_stream(bakery, bob, signed_in, hear):
    client = signed_in(bob)
    kept = client.cookies["sessionid"].value
    client.post("/compte/logout/")
    client.cookies["sessionid"] = kept
    assert hear(client, f"/live/{bakery.pk}") == ["404"]


def test_a_session_from_before_a_change_of_password_opens_no_stream(bakery, bob, signed_in, hear):
    client = signed_in(bob)
    bob.set_password("trois mots sans rapport")
    bob.save()
    assert hear(client, f"/live/{bakery.pk}") == ["404"]


def test_a_stream_opens_for_nobody_whom_the_pages_ask_for_a_second_factor(bakery, alice, bob, signed_in, hear):
    _confide(bakery, alice, SecondFactor.FIRM)
    assert hear(signed_in(alice), f"/live/cabinet/{bakery.firm_id}") == ["404"]
    assert hear(signed_in(bob), f"/live/{bakery.pk}", patience=0.1) == []
    _confide(bakery, alice, SecondFactor.EVERYBODY)
    assert hear(signed_in(bob), f"/live/{bakery.pk}") == ["404"]


def _confide(bakery, alice, second_factor):
    members.set_confidentiality(
        firm=bakery.firm, assignation=Assignation.LIBRE, second_factor=second_factor,
        collaborateurs_validate=False, by=alice, at=AT,
    )  # fmt: skip


def test_a_stream_that_never_rests_asks_again_all_the_same(bakery, bob, signed_in, hear, monkeypatch):
    monkeypatch.setattr(live, "RECHECK", 0.3)

    def close_the_account_and_stay_busy():
        Person.objects.filter(pk=bob.pk).update(is_active=False)
        for _ in range(20):
            with transaction.atomic():
                announce(bakery.pk, ["documents"])
            time.sleep(0.05)

    assert hear(signed_in(bob), f"/live/{bakery.pk}", close_the_account_and_stay_busy, 0.5)[-2:] == ["gone", "end"]


def test_who_keeps_a_dossier_and_hands_in_there_too_hears_as_both(bakery, alice, signed_in, hear):
    firms.join_company(company=bakery, person=alice, role=Role.DEPOSANT, at=AT)

    def tell():
        with transaction.atomic():
            announce(bakery.pk, ["production", f"documents-of-{alice.pk}"])

    assert set(hear(signed_in(alice), f"/live/{bakery.pk}", tell, 0.5)) == {"production", "documents"}


def test_a_private_conversation_is_heard_of_by_who_takes_part_alone(bakery, alice, bob, dina, signed_in, hear):
    karim = person("Karim")
    firms.join_firm(firm=bakery.firm, person=karim, role=Role.COLLABORATEUR, at=AT)
    firms.assign(company=bakery, person=karim, by=alice, at=AT)
    numbers = iter(range(100))

    def begin(kind, people=()):
        def act():
            written = Written(html="<p>x</p>", key=str(next(numbers)))
            pipeline.talking.begin(
                company=bakery, kind=kind, subject="x", written=written, by=alice, at=AT, is_from_firm=True, people=people
            )  # fmt: skip

        return act

    private, inside, open_to_all = (
        begin(Kind.PRIVATE, [(bob, False)]),
        begin(Kind.CONFIDENTIAL),
        begin(Kind.EXTERNAL),
    )
    for who, act, told in (
        (bob, private, {"messages"}),
        (karim, private, set()),
        (dina, private, set()),
        (bob, inside, set()),
        (karim, inside, {"messages"}),
        (dina, open_to_all, set()),
        (bob, open_to_all, {"messages"}),
    ):
        heard = set(hear(signed_in(who), f"/live/{bakery.pk}", act, 0.6))
        assert heard - {"notices"} == told, (who, act)
        assert told or not heard, "nobody else's bell moves"


def test_the_pages_script_listens_to_what_seats_hear_and_templates_wait_for(bakery, alice, bob):
    web = Path(live.__file__).parent
    script = (web / "static/js/live-stream.js").read_text()
    listened = set(re.findall(r'"([a-z-]+)"', script.split("\n")[1]))
    seats = [people.firm_seat(alice, bakery.firm_id, AT.date()), people.client_side(bob, bakery.pk, AT.date()), people.firm_side(alice, bakery.pk, AT.date())]  # fmt: skip
    assert listened == {topic for seat in seats for topic in live._topics(seat).values()}
    waited = {found for page in web.rglob("templates/**/*.html") for found in re.findall(r"live:([a-z-]+)", page.read_text())}  # fmt: skip
    assert waited <= listened


def test_only_who_manages_people_hears_that_they_change(bakery, alice, bob, dina):
    chef = person("Chef")
    firms.join_firm(firm=bakery.firm, person=chef, role=Role.CHEF_DE_MISSION, at=AT)
    on = AT.date()
    seats = {
        "alice in her firm": people.firm_seat(alice, bakery.firm_id, on),
        "the chef there": people.firm_seat(chef, bakery.firm_id, on),
        "alice in the dossier": people.firm_side(alice, bakery.pk, on),
        "bob": people.client_side(bob, bakery.pk, on),
        "dina": people.client_side(dina, bakery.pk, on),
    }
    hear = {name for name, seat in seats.items() if "people" in live._topics(seat)}
    assert hear == {"alice in her firm", "alice in the dossier", "bob"}
