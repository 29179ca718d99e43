"""The installed application: paired by a code, photographs from a camera, keeps everything through cuts and crashes."""

import io
import re

import pytest
from PIL import Image, ImageDraw
from tests.journeys.conftest import CHROMIUM, DESKTOP, PHONE, QUIET

from comptoir.demo.cast import BOB, PASSWORD

FAKE = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
TAKEN = re.compile("Reçue|Déjà là")
"""The film is short: the same frame may have been sent by the test before."""
COUNT = """async (store) => {
    const database = await new Promise((resolve) => (indexedDB.open("comptoir").onsuccess = ({ target }) => resolve(target.result)));
    const count = await new Promise((resolve) => (database.transaction(store).objectStore(store).count().onsuccess = ({ target }) => resolve(target.result)));
    database.close();
    return count;
}"""


def receipt(number, size=(1280, 720)):
    """A sheet on a dark table, as a camera sees it."""
    table = Image.new("RGB", size, (52, 44, 40))
    pen = ImageDraw.Draw(table)
    pen.polygon([(430, 68), (810, 60), (800, 660), (436, 654)], fill=(243, 241, 234))
    for row in range(12):
        pen.rectangle(
            (470, 120 + row * 40, 560 + (row * 37 + number * 11) % 200, 132 + row * 40), fill=(70, 70, 70)
        )
    out = io.BytesIO()
    table.save(out, "JPEG", quality=88)
    return out.getvalue()


@pytest.fixture(scope="module")
def phone_browser(playwright, tmp_path_factory):
    film = tmp_path_factory.mktemp("camera") / "film.mjpeg"
    film.write_bytes(b"".join(receipt(number) for number in range(20)))
    args = [*QUIET, *FAKE, f"--use-file-for-fake-video-capture={film}"]
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=args)
    yield browser
    browser.close()


@pytest.fixture
def pocket(phone_browser):
    context = phone_browser.new_context(viewport=PHONE, locale="fr-FR", permissions=["camera"], has_touch=True)
    yield context
    context.close()


@pytest.fixture(scope="module")
def computer(browser, server):
    """Bob's computer, signed in once."""
    context = browser.new_context(viewport=DESKTOP, locale="fr-FR")
    page = context.new_page()
    page.goto(server)
    page.get_by_label("Adresse e-mail").fill(BOB.email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_role("link", name="Téléphone").click()
    page.get_by_role("link", name="Relier un téléphone").click()
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("heading", name="Relier un téléphone").wait_for()
    yield page
    context.close()


@pytest.fixture
def code(computer, server):
    """Bob shows a code on his computer."""
    computer.goto(f"{server}/compte/telephones/ajout/")
    return computer.locator(".secret").inner_text()


@pytest.fixture
def camera(pocket, code, server):
    """A phone that is Bob's, on its camera."""
    page = pocket.new_page()
    page.goto(f"{server}/telephone/appairage/")
    page.get_by_role("textbox", name="Code").fill(code)
    page.get_by_role("button", name="Relier", exact=True).click()
    page.wait_for_url("**/telephone/")
    page.locator("[data-only]", has_text="Boulangerie Dupont").wait_for()
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    return page


def shoot(page):
    page.get_by_role("button", name="Photographier").click()
    page.get_by_role("button", name=re.compile("^Envoyer")).wait_for()


def send(page):
    page.get_by_role("button", name=re.compile("^Envoyer")).click()


def sent(page, words):
    page.get_by_role("button", name=re.compile("en attente")).click()
    # Long enough for a second try after a first one that a busy machine cut.
    page.get_by_role("dialog").get_by_text(words).first.wait_for(timeout=90_000)


def test_a_code_pairs_the_phone_and_the_computer_says_so(computer, camera):
    computer.get_by_text("est relié").wait_for()


def test_a_photo_is_sent_in_two_touches_from_the_camera(camera):
    camera.get_by_text("Bien cadré").wait_for()
    shoot(camera)
    send(camera)
    sent(camera, TAKEN)
    assert camera.evaluate(COUNT, "files") == 0


def test_a_photo_taken_without_a_network_leaves_when_it_is_back(camera, pocket):
    pocket.set_offline(True)
    shoot(camera)
    send(camera)
    camera.get_by_text("elle partira dès que le réseau revient").wait_for()
    assert camera.evaluate(COUNT, "files") == 1
    pocket.set_offline(False)
    sent(camera, TAKEN)
    assert camera.evaluate(COUNT, "files") == 0


def test_the_camera_opens_without_a_network(camera, pocket, server):
    pocket.set_offline(True)
    camera.reload()
    camera.locator("[data-only]", has_text="Boulangerie Dupont").wait_for()
    shoot(camera)
    assert camera.evaluate(COUNT, "pages") == 1
    pocket.set_offline(False)


def test_a_page_killed_in_the_middle_loses_no_photo(camera, pocket, server):
    shoot(camera)
    camera.get_by_role("button", name="Ajouter une page").click()
    shoot(camera)
    camera.close()
    again = pocket.new_page()
    again.goto(f"{server}/telephone/")
    again.get_by_role("button", name="Envoyer (2 pages)").wait_for()
    send(again)
    sent(again, TAKEN)
    assert again.evaluate(COUNT, "pages") == 0


def test_a_photo_sent_before_the_network_has_said_whose_it_is_arrives(camera, pocket, server):
    """A slow network and a quick finger: the page knows from the last time whose phone it is, and for which space."""
    shoot(camera)
    camera.close()
    again = pocket.new_page()
    held = []
    again.route("**/telephone/moi", lambda route: held.append(route))
    again.goto(f"{server}/telephone/")
    again.get_by_role("button", name="Envoyer").wait_for()
    send(again)
    sent(again, TAKEN)
    assert held, "the network has not answered yet"
    assert again.evaluate(COUNT, "files") == 0


def test_the_service_worker_sends_what_a_closed_page_left(camera, pocket, server):
    pocket.set_offline(True)
    shoot(camera)
    send(camera)
    camera.get_by_text("elle partira dès que le réseau revient").wait_for()
    other = pocket.new_page()
    other.goto("about:blank")
    camera.close()
    pocket.set_offline(False)
    wire = pocket.new_cdp_session(other)
    found = []
    wire.on("ServiceWorker.workerRegistrationUpdated", lambda said: found.extend(said["registrations"]))
    wire.send("ServiceWorker.enable")
    other.wait_for_timeout(500)
    (registration,) = [one for one in found if one["scopeURL"].startswith(server) and not one["isDeleted"]]
    wire.send(
        "ServiceWorker.dispatchSyncEvent",
        {
            "origin": server,
            "registrationId": registration["registrationId"],
            "tag": "comptoir-send",
            "lastChance": False,
        },
    )
    other.wait_for_timeout(3000)
    # A page of ours that sends nothing by itself, to look at what is left.
    other.goto(f"{server}/sante/")
    assert other.evaluate(COUNT, "files") == 0
    assert other.evaluate(COUNT, "told") == 1


def test_a_session_that_ended_keeps_the_photos_until_the_phone_is_paired_again(camera, pocket, computer, server):
    pocket.clear_cookies()
    camera.reload()
    camera.get_by_role("link", name="Relier ce téléphone").wait_for()
    shoot(camera)
    send(camera)
    camera.get_by_text("rien n’est perdu").wait_for()
    assert camera.evaluate(COUNT, "files") == 1
    computer.goto(f"{server}/compte/telephones/ajout/")
    camera.goto(f"{server}/telephone/appairage/")
    camera.get_by_role("textbox", name="Code").fill(computer.locator(".secret").inner_text())
    camera.get_by_role("button", name="Relier", exact=True).click()
    camera.wait_for_url("**/telephone/")
    sent(camera, TAKEN)
    assert camera.evaluate(COUNT, "files") == 0


def test_files_of_the_gallery_are_pieces_apart_or_together(camera):
    files = [{"name": f"ticket-{n}.jpg", "mimeType": "image/jpeg", "buffer": receipt(90 + n)} for n in range(3)]
    camera.locator("footer [data-files]").set_input_files(files)
    camera.get_by_role("button", name="Envoyer 3 pièces").wait_for()
    camera.get_by_role("button", name="Une seule pièce").click()
    camera.get_by_role("button", name="Envoyer (3 pages)").wait_for()
    camera.get_by_role("button", name="Une pièce par photo").click()
    send(camera)
    sent(camera, "ticket-2.jpg")


def test_pages_are_put_in_order_and_taken_again(camera):
    files = [{"name": f"page-{n}.jpg", "mimeType": "image/jpeg", "buffer": receipt(n)} for n in range(2)]
    camera.locator("footer [data-files]").set_input_files(files)
    camera.get_by_role("button", name="Avancer cette page").click()
    assert camera.get_by_role("button", name="Page 1").get_attribute("aria-current") == "true"
    camera.get_by_role("button", name="Reprendre").click()
    camera.get_by_role("button", name="Voir la pièce").click()
    camera.get_by_role("button", name="Envoyer", exact=True).wait_for()


def test_what_another_application_shares_is_kept_before_it_is_shown(camera, server):
    camera.evaluate(
        """async (bytes) => {
            const form = document.createElement("form");
            Object.assign(form, { method: "post", enctype: "multipart/form-data", action: "/telephone/partage" });
            const input = Object.assign(document.createElement("input"), { type: "file", name: "files" });
            const files = new DataTransfer();
            files.items.add(new File([new Uint8Array(bytes)], "partagé.jpg", { type: "image/jpeg" }));
            input.files = files.files;
            form.append(input);
            document.body.append(form);
            form.submit();
        }""",
        list(receipt(7)),
    )
    camera.get_by_role("button", name="Envoyer", exact=True).wait_for()
    assert camera.evaluate(COUNT, "pages") == 1


def test_a_photo_that_the_server_refuses_stays_with_its_sentence(camera):
    camera.locator("footer [data-files]").set_input_files(
        {"name": "feuille.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 broken"}
    )
    send(camera)
    sent(camera, "Ce fichier est abîmé")
    assert camera.evaluate(COUNT, "files") == 1
