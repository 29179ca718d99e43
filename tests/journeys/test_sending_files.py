"""Files sent from the page: many at once, cut, resumed after a reload, protected, in a ZIP."""

import io
import os
import re
import signal
import zipfile
from pathlib import Path

import pikepdf
import pytest
from tests.cast import mill_pdf
from tests.journeys.conftest import DESKTOP

from comptoir.demo.cast import BOB, PASSWORD

HOLD = "**/envois/**"
KEPT = """await new Promise((resolve) => {
    const asked = indexedDB.open("comptoir");
    asked.onsuccess = () => {
        const count = asked.result.transaction("files").objectStore("files").count();
        count.onsuccess = () => (asked.result.close(), resolve(count.result));
    };
})"""


def paper(number, **more):
    return {"name": f"{number}.pdf", "mimeType": "application/pdf", "buffer": mill_pdf(number), **more}


@pytest.fixture
def page(visit, server):
    page = visit(BOB, DESKTOP)
    page.goto(page.url + "pieces/")
    return page


def choose(page, *files):
    page.set_input_files("drop-zone input[name=file]", list(files))


def test_many_files_arrive_each_with_its_answer(page):
    choose(page, *(paper(f"S-{n}") for n in range(30)), paper("S-1", name="encore.pdf"))
    page.get_by_text("30 pièces reçues · 31 fichiers sur 31").wait_for()
    again = page.locator(
        ".uploads li", has_text="Déjà là"
    )  # of the two that are the same: they may travel side by side
    assert again.count() == 1
    assert {"S-1.pdf", "encore.pdf"} & set(again.inner_text().split("\n"))
    assert again.get_by_role("link", name="Voir la pièce").is_visible()


def given(page, way, name):
    """A file that is pasted, or dropped on the page's heading, as the browser tells of it."""
    page.evaluate(
        """([way, name, bytes]) => {
            const brought = new DataTransfer();
            brought.items.add(new File([new Uint8Array(bytes)], name, { type: "application/pdf" }));
            const told = { bubbles: true, cancelable: true };
            const event = way === "paste"
                ? new ClipboardEvent(way, { ...told, clipboardData: brought })
                : new DragEvent(way, { ...told, dataTransfer: brought });
            document.querySelector("h1").dispatchEvent(event);
        }""",
        [way, f"{name}.pdf", list(mill_pdf(name))],
    )


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_a_file_is_pasted_or_dropped_anywhere_in_the_window(page, way):
    given(page, way, f"G-{way}")
    page.get_by_text("1 pièce reçue · 1 fichier sur 1").wait_for()
    assert page.locator(".uploads li", has_text=f"G-{way}.pdf").count() == 1


def test_a_whole_folder_is_sent_with_those_in_it(page, tmp_path):
    for place in ("mars", "mars/tickets"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "f.pdf").write_bytes(mill_pdf(f"F-{place}"))
    page.set_input_files("drop-zone input[webkitdirectory]", tmp_path / "mars")
    page.get_by_text("2 pièces reçues · 2 fichiers sur 2").wait_for()


def test_the_kind_that_was_chosen_is_that_of_the_whole_batch(page):
    page.locator("drop-zone [name=purpose]").select_option("admin")
    choose(page, paper("N-1"), paper("N-2"))
    page.get_by_text("2 pièces reçues · 2 fichiers sur 2").wait_for()
    for name in ("N-1", "N-2"):
        page.locator("#pieces tr", has_text=f"{name}.pdf").get_by_text("Conservée").wait_for()


def test_what_a_cut_stopped_goes_on_after_a_reload_without_being_chosen_again(page):
    page.route(HOLD, lambda route: route.abort("connectionreset"))
    choose(page, paper("R-1"), paper("R-2"))
    page.locator(".uploads li").nth(1).wait_for()
    page.wait_for_function(f"async () => {KEPT} === 2")
    page.unroute(HOLD)
    page.reload()
    page.get_by_text("2 pièces reçues · 2 fichiers sur 2").wait_for()


def test_a_protected_pdf_asks_for_its_password_on_its_line(page):
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(mill_pdf("P-1"))) as document:
        document.save(locked, encryption=pikepdf.Encryption(owner="x", user="sésame"))
    choose(page, {**paper("P-1"), "buffer": locked.getvalue()})
    page.get_by_label("Mot de passe de P-1.pdf").fill("autre")
    page.get_by_role("button", name="Ouvrir").click()
    page.get_by_text("n’ouvre pas ce PDF").wait_for()
    page.get_by_label("Mot de passe de P-1.pdf").fill("sésame")
    page.get_by_role("button", name="Ouvrir").click()
    page.get_by_text("1 pièce reçue · 1 fichier sur 1").wait_for()


def test_a_protected_pdf_whose_password_is_lost_is_let_go(page):
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(mill_pdf("P-2"))) as document:
        document.save(locked, encryption=pikepdf.Encryption(owner="x", user="sésame"))
    choose(page, {**paper("P-2"), "buffer": locked.getvalue()})
    asked = page.get_by_label("Mot de passe de P-2.pdf")
    assert asked.bounding_box()["width"] > 150
    page.get_by_role("button", name="Ne pas envoyer ce fichier").click()
    page.locator(".uploads li", has_text="Annulé").wait_for()
    page.reload()
    page.get_by_role("heading", name="Pièces", exact=True).wait_for()
    page.wait_for_timeout(500)
    assert page.locator(".uploads li").count() == 0


def test_what_wants_a_look_stands_before_what_is_well(page):
    bad = [{"name": f"{n}.gif", "mimeType": "image/gif", "buffer": b"GIF89a" + b"x" * n} for n in range(2)]
    choose(page, *(paper(f"W-{n}") for n in range(8)), *bad)
    page.get_by_text("8 pièces reçues · 10 fichiers sur 10 · 2 à regarder").wait_for()
    first = [page.locator(".uploads li").nth(rank).inner_text() for rank in (0, 1)]
    assert all("Une image GIF" in line for line in first)


def test_a_zip_says_how_many_pieces_it_held_and_what_was_left_out(page):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("a.pdf", mill_pdf("Z-1"))
        archive.writestr("b.exe", b"MZ" + b"\0" * 60)
        archive.writestr("encore.pdf", mill_pdf("Z-1"))
    choose(page, {"name": "mars.zip", "mimeType": "application/zip", "buffer": written.getvalue()})
    line = page.locator(".uploads li", has_text="mars.zip")
    line.get_by_text("1 pièce reçue").wait_for()
    assert "b.exe : Un programme ne convient pas" in line.inner_text()
    line.get_by_role("link", name="Voir la pièce").click()
    page.wait_for_url("**/pieces/*/")


def test_what_was_cancelled_does_not_come_back(page):
    page.route(HOLD, lambda route: route.abort("connectionreset"))
    choose(page, paper("C-1"))
    page.locator(".uploads li", has_text="C-1").get_by_role("button", name="Annuler").click()
    page.locator(".uploads li", has_text="Annulé").wait_for()
    page.unroute(HOLD)
    page.reload()
    page.get_by_role("heading", name="Pièces", exact=True).wait_for()
    page.wait_for_timeout(500)
    assert page.locator(".uploads li").count() == 0


def test_a_server_killed_in_the_middle_loses_no_byte_and_the_page_goes_on_by_itself(page, server):
    heavy = io.BytesIO()
    with pikepdf.open(io.BytesIO(mill_pdf("K-1"))) as document:
        document.attachments["bruit"] = os.urandom(20_000_000)
        document.save(heavy)
    wire = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 6_000_000}
    wire.send("Network.emulateNetworkConditions", slow)
    choose(page, {**paper("K-1"), "buffer": heavy.getvalue()})
    page.wait_for_function("() => document.querySelector('.uploads li progress')?.value > 0.2")
    for web in web_processes(server):
        os.kill(web, signal.SIGKILL)
    page.get_by_text("1 pièce reçue · 1 fichier sur 1").wait_for(timeout=60_000)


@pytest.fixture
def patient(browser, server):
    """Bob's page, which may be told in between that the database is away."""
    context = browser.new_context(viewport=DESKTOP, locale="fr-FR")
    page = context.new_page()
    page.goto(server)
    page.get_by_label("Adresse e-mail").fill(BOB.email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url("**/c/**")
    page.goto(page.url + "pieces/")
    yield page
    context.close()


def test_a_database_killed_in_the_middle_loses_nothing_and_the_page_goes_on_by_itself(patient, server):
    page = patient
    heavy = io.BytesIO()
    with pikepdf.open(io.BytesIO(mill_pdf("D-1"))) as document:
        document.attachments["bruit"] = os.urandom(20_000_000)
        document.save(heavy)
    wire = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 6_000_000}
    wire.send("Network.emulateNetworkConditions", slow)
    choose(page, {**paper("D-1"), "buffer": heavy.getvalue()})
    page.wait_for_function("() => document.querySelector('.uploads li progress')?.value > 0.2")
    os.kill(database_process(server), signal.SIGKILL)
    page.get_by_text("1 pièce reçue · 1 fichier sur 1").wait_for(timeout=90_000)
    page.reload()
    # By its file's name, and by its number once it is read.
    page.locator("#pieces a:visible", has_text=re.compile(r"\bD-1\b")).first.wait_for()


def database_process(server):
    """The database of the server at an address: the one that its launcher started."""
    web = web_processes(server)[0]
    launcher = Path(f"/proc/{web}/stat").read_text().rpartition(")")[2].split()[1]
    children = Path(f"/proc/{launcher}/task").glob("*/children")
    every = [int(pid) for listed in children for pid in listed.read_text().split()]
    return next(pid for pid in every if b"pginstall" in Path(f"/proc/{pid}/cmdline").read_bytes())


def web_processes(server):
    """The processes that answer at an address: they hold its door, which their command names by a number alone."""
    port, found = int(server.rpartition(":")[2]), []
    door = f"0100007F:{port:04X}"
    inodes = {line.split()[9] for line in Path("/proc/net/tcp").read_text().splitlines() if f" {door} " in line}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            held = {str(link.readlink()) for link in (folder / "fd").iterdir()}
            if b"uvicorn" in (folder / "cmdline").read_bytes() and any(
                f"socket:[{one}]" in held for one in inodes
            ):
                found.append(int(folder.name))
        except OSError:
            continue
    assert found, "no web process"
    return found
