"""A client and the firm, in real browsers: the whole way, and a list that shrinks while one looks at it."""

import io
import random
import re
import zipfile

from playwright.sync_api import expect
from tests.journeys.conftest import DESKTOP, PHONE, scripts_held

from comptoir.demo import cast, papers
from comptoir.domain import fec_check


def bill(month: int, rank: int) -> papers.Invoice:
    """The invoice that the demo left out, drawn again as its supplier would send it again."""
    chance = random.Random(cast.YEAR * 100 + month)
    return [cast.bill(supplier, month, chance) for supplier in cast.SUPPLIERS][rank]


def handed(invoice: papers.Invoice) -> dict[str, object]:
    return {
        "name": f"{invoice.number}.pdf",
        "mimeType": "application/pdf",
        "buffer": papers.invoice_pdf(invoice, layout=2),
    }


def count(page) -> int:
    return int(page.locator("[data-count]").first.get_attribute("data-count"))


def all_read(visit) -> None:
    """The photos that wait at the first start are read, and what they justify has left the list.

    A database that another journey killed may have taken the end of a reading with it: such a piece is read anew when it
    is remembered, within ten minutes (`pipeline.upkeep.PATIENCE`).
    """
    pieces = visit(cast.BOB, DESKTOP)
    pieces.get_by_role("link", name="Pièces", exact=True).first.click()
    pieces.wait_for_url("**/pieces/")
    expect(pieces.locator(".state", has_text=re.compile("^(Reçue|En lecture)$"))).to_have_count(0, timeout=660_000)


def test_a_piece_dropped_on_a_desktop_leaves_the_phones_list_live(visit):
    all_read(visit)
    phone = visit(cast.BOB, PHONE)
    phone.get_by_role("link", name=re.compile("Manquantes")).last.click()
    before = count(phone)
    phone.wait_for_selector("live-stream[data-open]", state="attached")
    opened = phone.locator(".miss > li > details").last
    opened.locator("> summary").click()

    desktop = visit(cast.BOB, DESKTOP)
    desktop.get_by_role("link", name="Pièces", exact=True).first.click()
    desktop.locator("drop-zone input[name=file]").set_input_files(handed(bill(11, 8)))
    expect(desktop.locator(".uploads li .state")).to_have_text("Reçue")

    expect(phone.locator("[data-count]").first).to_have_attribute("data-count", str(before - 1), timeout=15_000)
    expect(phone.locator(".bottombar .count.missing")).to_have_text(str(before - 1))
    expect(opened).to_have_attribute("open", "")


def test_a_piece_attached_from_the_list_leaves_it_and_can_come_back(visit):
    all_read(visit)
    phone = visit(cast.BOB, PHONE)
    phone.get_by_role("link", name="Les fournir").click()
    before = count(phone)
    line = phone.locator(".miss > li:has(details)").filter(has_text="MAINTENANCE FOURNIL").first
    line.locator("summary").first.click()
    line.locator("input[type=file]").last.set_input_files(handed(bill(11, 6)))
    left = phone.locator(".leaving").first
    expect(left).to_be_visible()
    expect(phone.locator("[data-count]").first).to_have_attribute("data-count", str(before - 1))
    left.hover()
    left.get_by_role("button", name="Annuler").click()
    expect(phone.locator("[data-count]").first).to_have_attribute("data-count", str(before))


def test_a_file_chosen_before_the_page_listens_is_attached(visit):
    all_read(visit)
    phone = visit(cast.BOB, PHONE)
    with scripts_held(phone):
        phone.goto(f"{phone.url}manquantes/", wait_until="commit")
        line = phone.locator(".miss > li:has(details)").filter(has_text="MAINTENANCE FOURNIL").first
        line.locator("input[type=file]").last.set_input_files(handed(bill(11, 7)))
    left = phone.locator(".leaving").first
    expect(left).to_be_visible()
    left.hover()
    left.get_by_role("button", name="Annuler").click()
    expect(left).to_be_hidden()


def test_an_answer_is_seen_on_the_line_it_was_given_on(visit):
    all_read(visit)
    desk, phone = visit(cast.ALICE, DESKTOP), visit(cast.BOB, PHONE)
    phone.goto(f"{phone.url}manquantes/")
    line = phone.locator(".miss > li:has([data-drop])").filter(has_text="MAINTENANCE FOURNIL").first
    key = line.get_attribute("data-key")
    desk.goto(phone.url.replace("/c/", "/dossiers/"))
    asked = desk.locator(f"[data-key='{key}']")
    asked.locator("summary").first.click()
    asked.get_by_label("Une question au client").fill("Quel four a été réparé ?")
    asked.get_by_role("button", name="Demander", exact=True).click()

    line = phone.locator(f".miss > li[data-key='{key}']")
    expect(line).to_contain_text("1 question")
    line.locator("summary").first.click()
    line.get_by_label("Votre réponse").fill("Le grand.")
    line.get_by_role("button", name="Répondre").click()
    expect(line.get_by_text("Votre réponse : Le grand.")).to_be_visible()


def test_a_refused_file_says_why_where_one_is(visit):
    phone = visit(cast.BOB, PHONE)
    phone.get_by_role("link", name="Les fournir").click()
    before = count(phone)
    line = phone.locator(".miss > li:has(details)").first
    line.locator("summary").first.click()
    wrong = {"name": "note.docx", "mimeType": "application/zip", "buffer": b"PK\x03\x04 rien"}
    line.locator("input[type=file]").last.set_input_files(wrong)
    expect(line.get_by_role("alert").first).not_to_be_empty()
    assert count(phone) == before


def test_the_firm_posts_validates_and_exports_a_fec_that_passes(visit):
    alice = visit(cast.ALICE, DESKTOP)
    alice.get_by_role("link", name="Boulangerie Dupont").click()
    alice.wait_for_load_state()
    alice.keyboard.press("ArrowDown")
    expect(alice.locator("#queue tbody a").first).to_be_focused()
    waiting = alice.locator("#queue tbody tr").filter(has_text="Proposée").first
    name = waiting.get_by_role("link").inner_text()
    waiting.get_by_role("link").click()
    expect(alice.get_by_role("heading", name=re.compile(re.escape(name)))).to_be_visible()
    expect(alice.locator("rect.frame").first).to_be_attached()
    posted_before = alice.locator(".rail .count").first.inner_text()
    alice.get_by_role("button", name="Accepter et suivante").click()
    expect(alice.locator(".rail .count").first).to_have_text(str(int(posted_before) - 1))

    alice.keyboard.press("Control+k")
    alice.get_by_role("searchbox", name="Chercher un dossier").fill("exerc")
    alice.get_by_role("link", name="Exercices, validation et FEC").click()
    alice.get_by_text("Valider des écritures…").click()
    expect(alice.get_by_role("status").filter(has_text="seront validées")).to_be_visible()
    alice.get_by_label("Je sais que ce geste est définitif.").check()
    alice.get_by_role("button", name="Valider définitivement").click()
    expect(alice.get_by_text("écritures validées, numérotées et scellées")).to_be_visible()
    with alice.expect_download() as download:
        alice.get_by_role("button", name="FEC légal").click()
    expect(alice.locator("#written tbody tr")).to_have_count(1)
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as archive:
        (name,) = [entry for entry in archive.namelist() if "descriptif" not in entry]
        report = fec_check.check(archive.read(name), name=name)
    assert [str(fault) for fault in report.faults if fault.gravity == "fault"] == []
    assert report.entries > 300


def test_what_was_unlettered_is_lettered_again_by_the_keyboard(visit):
    alice = visit(cast.ALICE, DESKTOP)
    alice.get_by_role("link", name="Boulangerie Dupont").click()
    alice.get_by_role("link", name="Lettrage").click()
    # Rows of a desk that listens: a page is drawn before its script hears the first key.
    waiting = alice.locator("letter-desk:defined [data-row]")
    expect(waiting).not_to_have_count(0)
    before = waiting.count()
    alice.get_by_role("link", name=re.compile("^Lettrées")).click()
    alice.get_by_role("row", name=re.compile("Note de frais Bob")).first.get_by_role("button").click()
    expect(waiting).to_have_count(before + 2)

    ticked = alice.locator(".letter [data-row]:has(:checked)")
    alice.get_by_role("searchbox", name="Filtrer : Règlements").fill("ndf")
    alice.keyboard.press("ArrowDown")
    alice.keyboard.press("Space")
    expect(alice.locator("[data-letter]")).to_be_disabled()
    alice.keyboard.press("ArrowRight")
    alice.keyboard.press("Space")
    expect(ticked).to_have_count(2)
    expect(alice.locator("[data-verdict]")).to_have_text("Soldé")
    alice.keyboard.press("Enter")
    expect(waiting).to_have_count(before)
    alice.keyboard.press("z")
    expect(waiting).to_have_count(before + 2)
    alice.keyboard.press("1")
    expect(waiting).to_have_count(before)


def test_nothing_typed_is_lost_and_no_doubt_goes_by_unseen(visit):
    all_read(visit)
    alice = visit(cast.ALICE, DESKTOP)
    alice.get_by_role("link", name="Boulangerie Dupont").click()
    alice.get_by_role("link", name="Serrurerie du Pont").click()
    address = alice.url
    alice.locator("#values [name=number]").fill("SD-1")
    alice.get_by_role("button", name="Accepter et suivante").click()
    expect(alice.locator("#values [name=number]")).to_have_value("SD-1")
    assert alice.url == address, "the correction was kept first"
    accept = alice.get_by_role("button", name="Accepter et suivante")
    accept.click()
    expect(alice.get_by_role("alert").filter(has_text="Il reste un doute")).to_be_visible()
    accept.dblclick()
    expect(alice.get_by_text("est comptabilisée")).to_be_visible()
    assert alice.url != address


def test_a_small_phone_squeezes_no_text_and_nothing_jumps_in_and_out(visit, server):
    desk = visit(cast.ALICE, {"width": 360, "height": 640})
    desk.get_by_role("link", name="Boulangerie Dupont").first.click()
    assert desk.get_by_text("Déposez ici, ou n’importe où").bounding_box()["width"] > 250
    assert desk.get_by_text("pièces à traiter").bounding_box()["height"] < 30
    pieces = desk.url.replace("production", "pieces")
    desk.goto(f"{server}/aide/")
    assert desk.evaluate("document.scrollingElement.scrollWidth") == 360
    with scripts_held(desk):
        desk.goto(pieces, wait_until="commit")
        desk.locator("[data-pick]").first.wait_for()
        expect(desk.locator("pick-list")).to_be_hidden()
    desk.locator("[data-pick]").first.check()
    expect(desk.locator("pick-list")).to_contain_text("1 pièce")


def test_charlie_finds_an_empty_house(visit, server):
    bob = visit(cast.BOB, PHONE)
    address = bob.url
    charlie = visit(cast.CHARLIE, DESKTOP)
    expect(charlie.get_by_text("Boulangerie")).to_have_count(0)
    answer = charlie.request.get(address)
    assert answer.status == 404
    assert charlie.request.get(address.replace("/c/", "/live/")).status == 404
