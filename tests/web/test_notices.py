"""The bell, the centre, the choices and the devices: one's own, and nobody else's."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from tests.acts import give_notice
from tests.conftest import AT, person
from tests.push_twin import serving

from comptoir.domain.notice import Kind, Mail
from comptoir.domain.reminder import PARIS
from comptoir.domain.rights import Role
from comptoir.gateways import push
from comptoir.pipeline import noticing
from comptoir.pipeline.noticing import tell_clients
from comptoir.records.firms import actions as firms
from comptoir.records.notices.models import Device, Notice, Preference

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=PARIS)
HOSTILE = '<script>alert("x")</script> \u202e🥐' + "x" * 500


def ask_for(bakery, label="Bail"):
    give_notice(bakery, label, at=NOON)


def test_the_bell_counts_and_the_page_lists_what_one_was_told(bakery, alice, bob, signed_in):
    ask_for(bakery)
    client = signed_in(bob)
    assert ">1<" in client.get(f"/c/{bakery.pk}/avis/cloche").content.decode()
    assert "Bail" in client.get(f"/c/{bakery.pk}/avis/").content.decode()
    assert "Bail" in client.get(f"/c/{bakery.pk}/avis/panneau").content.decode()


def test_opening_the_thing_marks_its_notice_read(bakery, alice, bob, signed_in):
    ask_for(bakery)
    where = f"https://comptoir.example/c/{bakery.pk}/"
    bell = signed_in(bob).get(
        f"/c/{bakery.pk}/avis/cloche", headers={"HX-Request": "true", "HX-Current-URL": where}
    )
    assert ">1<" not in bell.content.decode()
    assert Notice.objects.get(person=bob).read_at is not None


def test_one_may_be_read_and_come_back_to_and_all_read_at_once(bakery, alice, bob, signed_in):
    ask_for(bakery)
    row, client = Notice.objects.get(person=bob), signed_in(bob)
    for said, is_read in (("1", True), ("1", True), ("0", False)):
        client.post(f"/c/{bakery.pk}/avis/{row.pk}/lu", {"read": said})
        row.refresh_from_db()
        assert (row.read_at is not None) is is_read
    client.post(f"/c/{bakery.pk}/avis/lus")
    row.refresh_from_db()
    assert row.read_at is not None


def test_a_notice_is_its_persons_alone(bakery, alice, bob, dina, charlie, signed_in):
    ask_for(bakery)
    row = Notice.objects.get(person=bob)
    assert "Bail" not in signed_in(dina).get(f"/c/{bakery.pk}/avis/").content.decode()
    for other in (dina, charlie, alice):
        assert signed_in(other).post(f"/c/{bakery.pk}/avis/{row.pk}/lu").status_code == 404
    for page in ("", "cloche", "panneau", "nouveautes"):
        assert signed_in(charlie).get(f"/c/{bakery.pk}/avis/{page}").status_code == 404
        assert signed_in(charlie).get(f"/cabinet/{bakery.firm_id}/avis/{page}").status_code == 404


def test_the_firm_sees_its_own_and_no_clients(bakery, alice, bob, signed_in):
    ask_for(bakery)
    page = signed_in(alice).get(f"/cabinet/{bakery.firm_id}/avis/").content.decode()
    assert "Bail" not in page
    assert "Rien de nouveau" in page


def test_what_came_meanwhile_is_said_above_the_list(bakery, alice, bob, signed_in):
    ask_for(bakery)
    first = Notice.objects.get(person=bob)
    ask_for(bakery, "Kbis")
    page = signed_in(bob).get(f"/c/{bakery.pk}/avis/nouveautes?depuis={first.pk}").content.decode()
    assert "1 nouvelle notification" in page


def test_a_hostile_label_is_shown_as_it_is_written(bakery, alice, bob, signed_in):
    ask_for(bakery, HOSTILE[:200])
    page = signed_in(bob).get(f"/c/{bakery.pk}/avis/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_forty_a_page_and_the_older_ones_after(bakery, alice, bob, signed_in):
    for number in range(45):
        ask_for(bakery, f"Papier {number:02}")
    client = signed_in(bob)
    page = client.get(f"/c/{bakery.pk}/avis/").content.decode()
    assert page.count('class="heard new"') == 40
    oldest = Notice.objects.filter(person=bob).order_by("-pk")[39]
    assert client.get(f"/c/{bakery.pk}/avis/?avant={oldest.pk}").content.decode().count('class="heard new"') == 5
    assert client.get(f"/c/{bakery.pk}/avis/?avant=nimporte").status_code == 200


def test_choices_are_kept_kind_by_kind_and_only_those_one_may_hear_of(bakery, dina, bob, signed_in):
    client = signed_in(bob)
    page = client.get("/compte/notifications/").content.decode()
    assert "Une question du cabinet" in page
    assert "Une réponse d’un client" not in page
    assert "Une question du cabinet" not in signed_in(dina).get("/compte/notifications/").content.decode()
    form = {f"{kind}-mail": "never" for kind in Kind}
    assert client.post("/compte/notifications/", form).status_code == 302
    row = Preference.objects.get(person=bob, kind=Kind.QUESTION)
    assert (row.in_app, row.push, row.mail) == (False, False, Mail.NEVER)
    assert client.post("/compte/notifications/", {"question-mail": "parfois"}).status_code == 422
    assert not Preference.objects.filter(person=dina).exists()


@pytest.fixture
def twin(settings):
    with serving() as found:
        settings.PUSH = replace(settings.PUSH, allows_loopback=True)
        yield found


def subscribed(client, twin, name="a"):
    to = twin.subscription(name)
    given = {"endpoint": to.endpoint, "p256dh": to.p256dh, "auth": to.auth}
    return client.post("/compte/notifications/appareils", given)


def pushed(bakery, row):
    return [noticing.push_one(bakery.firm_id, row.pk, one.pk, at=NOON) for one in Device.objects.order_by("pk")]


def test_a_device_names_the_bank_that_is_to_be_reconnected(bakery, bob, signed_in, twin):
    assert subscribed(signed_in(bob), twin).status_code == 302
    tell_clients(bakery, Kind.BANK, "bank-1", "À reconnecter : Demo Bank.", "banque/", at=NOON)
    assert pushed(bakery, Notice.objects.get(person=bob)) == [True]
    assert twin.shown[0]["body"] == "À reconnecter : Demo Bank."


def test_a_device_shows_a_short_sentence_without_what_it_is_about(bakery, alice, bob, signed_in, twin):
    assert subscribed(signed_in(bob), twin).status_code == 302
    ask_for(bakery, "Facture Moulins 237,38 €")
    row = Notice.objects.get(person=bob)
    assert pushed(bakery, row) == [True]
    assert twin.shown == [
        {"title": "Comptoir", "body": Kind.REQUEST.short, "path": f"/c/{bakery.pk}/", "tag": str(row.pk)}
    ]


def test_what_was_read_or_is_another_persons_is_not_shown(bakery, alice, bob, charlie, signed_in, twin):
    subscribed(signed_in(charlie), twin)
    ask_for(bakery)
    row = Notice.objects.get(person=bob)
    assert pushed(bakery, row) == [False]
    Device.objects.update(person=bob)
    Notice.objects.update(read_at=timezone.now())
    assert pushed(bakery, row) == [False]


def test_a_browser_that_has_gone_is_forgotten_and_a_busy_service_is_asked_again(
    bakery, alice, bob, signed_in, twin
):
    subscribed(signed_in(bob), twin)
    ask_for(bakery)
    row, twin.status = Notice.objects.get(person=bob), 429
    with pytest.raises(push.Later):
        pushed(bakery, row)
    twin.status = 410
    assert pushed(bakery, row) == [False]
    assert not Device.objects.exists()


def test_a_browser_twice_is_one(bob, signed_in, twin):
    client = signed_in(bob)
    subscribed(client, twin)
    subscribed(client, twin)
    assert Device.objects.count() == 1


def test_a_device_is_taken_off_by_its_person_alone(bob, charlie, signed_in, twin):
    subscribed(signed_in(bob), twin)
    device = Device.objects.get()
    assert signed_in(charlie).post(f"/compte/notifications/appareils/{device.pk}/retrait").status_code == 404
    assert signed_in(bob).post(f"/compte/notifications/appareils/{device.pk}/retrait").status_code == 302
    assert not Device.objects.exists()


def test_an_address_in_our_own_network_is_refused_with_a_sentence(bob, signed_in):
    given = {"endpoint": "https://10.0.0.1/x", "p256dh": "x", "auth": "x"}
    answer = signed_in(bob).post("/compte/notifications/appareils", given)
    assert answer.status_code == 422
    assert "n’est pas acceptée" in answer.content.decode()
    assert not Device.objects.exists()


def test_who_left_the_company_is_shown_nothing(bakery, alice, signed_in, twin):
    eve = person("Eve")
    row = firms.join_company(company=bakery, person=eve, role=Role.GESTIONNAIRE, at=AT)
    subscribed(signed_in(eve), twin)
    ask_for(bakery)
    type(row).objects.filter(pk=row.pk).update(ended_on=NOON.date() - timedelta(days=1))
    assert pushed(bakery, Notice.objects.get(person=eve)) == [False]
