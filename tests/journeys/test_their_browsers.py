"""The main journeys in the two other engines: what Firefox and Safari's users touch, each seen live beside Chromium."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from tests.cast import mill_pdf
from tests.journeys import webdriver
from tests.journeys.conftest import DESKTOP
from tests.journeys.push_service import push_service
from tests.journeys.webdriver import Window

from comptoir.demo.cast import BOB, KARIM, PASSWORD, Member
from comptoir.gateways import push

ENGINES = {
    "firefox": (webdriver.firefox, [webdriver.FIREFOX], "firefox-esr"),
    "webkit": (
        webdriver.webkit,
        [webdriver.WEBKIT, webdriver.SCREEN, webdriver.MINIBROWSER],
        "webkit2gtk-driver xvfb",
    ),
}


@pytest.fixture(params=ENGINES)
def window(request, tmp_path) -> Iterator[Window]:
    """A window of the engine; what it says of a script or of the content policy fails the test."""
    opened, needed, packages = ENGINES[request.param]
    if not all(needed):
        pytest.skip(f"sudo apt install {packages}")
    with opened(tmp_path) as window:
        yield window
        assert window.faults == []


def sign_in(window: Window, server: str, member: Member) -> None:
    window.open(server)
    window.write("input[name=login]", member.email)
    window.write("input[name=password]", PASSWORD)
    window.click("button", "Se connecter")
    window.see("nav a", "Messagerie")


def listening(window: Window) -> None:
    """Its live stream is open: what happens from now on comes by itself."""
    assert window.until("return document.querySelector('live-stream[data-open]') !== null")


def test_a_client_hands_in_a_document_and_sees_it_arrive(window, server, tmp_path):
    number = f"AU-{window.engine}"
    paper = tmp_path / f"{number}.pdf"
    paper.write_bytes(mill_pdf(number))
    sign_in(window, server, BOB)
    window.click("nav a", "Pièces")
    listening(window)
    window.choose("drop-zone input[name=file]", paper)
    window.see(".uploads li .state", "Reçue")
    window.see("#pieces", number)
    again = tmp_path / f"encore-{number}.pdf"
    again.write_bytes(paper.read_bytes())
    window.choose("drop-zone input[name=file]", again)
    window.see(".uploads li .state", "Déjà là")


def test_a_client_explains_a_missing_document_and_takes_it_back(window, server):
    sign_in(window, server, BOB)
    window.click("a", "Les fournir")
    listening(window)
    before = int(window.run("return document.querySelector('[data-count]').dataset.count"))
    counted = "return document.querySelector('[data-count]').dataset.count === arguments[0]"
    key = window.run("return document.querySelector('.miss > li:has(details.reasons)').dataset.key")
    line = f".miss > li[data-key='{key}']"
    window.click(f"{line} > details > summary")
    window.click(f"{line} details.reasons > summary")
    window.click(f"{line} .chip")
    window.click(f"{line} details.reasons button", "Envoyer à")
    window.until(counted, str(before - 1))
    window.click("nav.missing-tabs a", "Au cabinet")
    window.click(f"{line} > details > summary")
    window.click(f"{line} button", "Reprendre ma réponse")
    window.until(counted, str(before))


def test_a_client_and_the_firm_write_to_each_other_live(window, server, visit):
    sign_in(window, server, BOB)
    window.click("nav a", "Messagerie")
    window.click(".talks a", "Four : louer ou acheter ?")
    listening(window)
    desk = visit(KARIM, DESKTOP)
    desk.get_by_role("link", name="Boulangerie Dupont").click()
    tabs = desk.get_by_role("navigation", name="Dossier Boulangerie Dupont")
    tabs.get_by_role("link", name="Messagerie").click()
    desk.get_by_role("link", name="Four : louer ou acheter ?").click()
    desk.locator("live-stream[data-open]").wait_for(state="attached")

    asked, answered = f"Avec {window.engine}, la garantie ?", f"Cinq ans, {window.engine} compris."
    window.write("rich-text [contenteditable]", asked)
    window.click(".composer button.primary", "Envoyer")
    window.see("#thread", asked)
    expect(desk.locator("#thread").get_by_text(asked)).to_be_visible()
    desk.get_by_role("textbox", name="Votre réponse").click()
    desk.keyboard.type(answered)
    desk.get_by_role("button", name="Envoyer").click()
    window.see("#thread", answered)


def test_the_firm_reviews_a_piece_and_goes_to_the_next(window, server):
    sign_in(window, server, KARIM)
    window.click("#portfolio a", "Boulangerie Dupont")
    window.click("#queue tbody tr:has(.state) a", "")
    window.see("review-desk")
    window.see("svg rect.frame")
    here = window.run("return location.pathname")
    window.click("button", "Accepter et suivante")
    window.until("return location.pathname !== arguments[0]", here)


def test_the_firm_sorts_and_filters_its_portfolio(window, server):
    sign_in(window, server, KARIM)
    window.click("#portfolio th a", "Dossier")
    window.until("return location.search.includes('tri=')")
    window.write("input[name=q]", "dupont\n")
    window.see("#portfolio a", "Boulangerie Dupont")


OWN_PUSH = {
    "dom.push.connection.enabled": True,
    "dom.push.testing.allowInsecureServerURL": True,
    "permissions.default.desktop-notification": 1,
    "alerts.useSystemBackend": False,
}
SUBSCRIPTION = """
return navigator.serviceWorker.getRegistration().then((worker) => worker.pushManager.getSubscription())
  .then((subscription) => subscription.toJSON());
"""
NOTIFICATIONS = """
return navigator.serviceWorker.getRegistration().then((worker) => worker.getNotifications())
  .then((shown) => shown.length && shown.map(({ title, body, data }) => [title, body, data]));
"""


@pytest.mark.skipif(not webdriver.FIREFOX, reason="sudo apt install firefox-esr")
def test_what_is_sealed_for_a_device_is_opened_and_shown_by_it(server, tmp_path):
    said = {"title": "Comptoir", "body": "Un justificatif manque.", "path": "/espaces/", "tag": "un"}
    with push_service() as service:
        own = {**OWN_PUSH, "dom.push.serverURL": f"ws://127.0.0.1:{service.port}/"}
        with webdriver.firefox(tmp_path, own) as window:
            sign_in(window, server, BOB)
            window.open(f"{server}/compte/notifications/")
            window.click("push-switch button", "M’avertir sur cet appareil")
            window.see("main", "Cet appareil vous avertira.")
            window.see("main", "Firefox sur Linux")
            assert not window.run("return document.querySelector('[data-refused]').checkVisibility()")
            to = window.run(SUBSCRIPTION)
            service.send(push.sealed(json.dumps(said).encode(), push.Subscription(to["endpoint"], **to["keys"])))
            assert window.until(NOTIFICATIONS) == [[said["title"], said["body"], said["path"]]]
            assert window.faults == []
