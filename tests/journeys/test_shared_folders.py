"""The firm shares a paper and takes it back while the client looks at the list; the client hands one in where they may."""

from playwright.sync_api import expect
from tests.journeys.conftest import DESKTOP, PHONE

from comptoir.demo import cast


def folders_of(phone):
    phone.get_by_role("link", name="Plus").click()
    phone.locator("#content").get_by_role("link", name="Dossiers").click()


def folders_at(desk):
    desk.get_by_role("link", name="Boulangerie Dupont").click()
    desk.get_by_role("link", name="Dossiers partagés").click()


def test_a_shared_file_comes_to_an_open_phone_and_leaves_it_when_it_is_withdrawn(visit, tmp_path):
    paper = tmp_path / "Avis CFE 2026.csv"
    paper.write_text("montant\n1248\n")
    phone = visit(cast.BOB, PHONE)
    folders_of(phone)
    phone.get_by_role("link", name="Dossier permanent").click()
    phone.get_by_role("link", name="Baux et assurances").click()
    expect(phone.get_by_text("Rien ici pour l’instant")).to_be_visible()
    phone.locator("live-stream[data-open]").wait_for(state="attached")

    desk = visit(cast.ALICE, DESKTOP)
    folders_at(desk)
    desk.locator("#content").get_by_role("link", name="Dossier permanent").click()
    desk.get_by_role("link", name="Baux et assurances").click()
    desk.locator("drop-zone input[type=file]").set_input_files(paper)
    expect(desk.locator(".uploads li .state")).to_have_text("Partagé")
    expect(phone.get_by_role("link", name=f"Télécharger {paper.name}")).to_be_visible()
    with phone.expect_download() as taken:
        phone.get_by_role("link", name=f"Télécharger {paper.name}").click()
    assert taken.value.suggested_filename == paper.name
    phone.locator("#files a.named, #files .named").first.click()
    expect(phone.locator("pre")).to_contain_text("1248")
    phone.go_back()

    desk.locator("#files").get_by_role("link", name=paper.name, exact=True).click()
    desk.get_by_role("link", name="Mettre à la corbeille").click()
    desk.get_by_role("button", name="Mettre à la corbeille").click()
    expect(desk.get_by_text("le client ne le voit plus")).to_be_visible()
    expect(phone.get_by_text("Rien ici pour l’instant")).to_be_visible()
    desk.get_by_role("link", name="Corbeille", exact=True).click()
    desk.get_by_role("button", name=f"Restaurer {paper.name}").first.click()
    expect(phone.get_by_role("link", name=f"Télécharger {paper.name}")).to_be_visible()


def test_the_client_hands_a_paper_in_where_the_firm_lets_them_and_the_firm_sees_it_come(visit, tmp_path):
    paper = tmp_path / "Avis d’imposition 🧾.csv"
    paper.write_text("avis\n12\n")
    desk = visit(cast.ALICE, DESKTOP)
    folders_at(desk)
    desk.locator("#content").get_by_role("link", name="Fiscal").click()
    desk.get_by_role("link", name="À transmettre au cabinet").click()
    desk.locator("live-stream[data-open]").wait_for(state="attached")
    phone = visit(cast.BOB, PHONE)
    folders_of(phone)
    phone.get_by_role("link", name="Fiscal").click()
    phone.get_by_role("link", name="À transmettre au cabinet").click()
    phone.locator("drop-zone input[type=file]").set_input_files(paper)
    expect(phone.locator(".uploads li .state")).to_have_text("Déposé")
    expect(phone.locator("[data-summary]")).to_contain_text("1 fichier déposé")
    expect(desk.locator("#files").get_by_text(paper.name).first).to_be_visible()


def drop(page, *paths):
    """Let go of files and directories on the page, as a person who brings them from their desktop."""
    box = page.locator("drop-zone").bounding_box()
    where = {"x": box["x"] + 40, "y": box["y"] + 20}
    brought = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    hand = page.context.new_cdp_session(page)
    for moment in ("dragEnter", "dragOver", "drop"):
        hand.send("Input.dispatchDragEvent", {"type": moment, **where, "data": brought})


def test_a_directory_that_is_dropped_keeps_its_tree(visit, tmp_path):
    brought = tmp_path / "Clôture 2025 🧾"
    (brought / "TVA" / "Mars").mkdir(parents=True)
    for way in ("bilan.csv", "TVA/ca3.csv", "TVA/Mars/détail.csv", "TVA/.cache"):
        (brought / way).write_text(f"{way}\n12\n")
    desk = visit(cast.ALICE, DESKTOP)
    folders_at(desk)
    desk.locator("#content").get_by_role("link", name="Fiscal").click()
    desk.locator("live-stream[data-open]").wait_for(state="attached")
    drop(desk, brought)
    expect(desk.locator(".uploads li .state", has_text="Partagé")).to_have_count(3)
    for folder, file in ((brought.name, "bilan.csv"), ("TVA", "ca3.csv"), ("Mars", "détail.csv")):
        desk.locator("#files").get_by_role("link", name=folder).first.click()
        expect(desk.locator("#files").get_by_role("link", name=file, exact=True)).to_be_visible()
    expect(desk.get_by_text(".cache")).to_have_count(0)
