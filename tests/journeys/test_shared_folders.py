"""The firm shares a paper and takes it back while the client looks at the list."""

from playwright.sync_api import expect
from tests.journeys.conftest import DESKTOP, PHONE

from comptoir.demo import cast


def test_a_shared_file_comes_to_an_open_phone_and_leaves_it_when_it_is_withdrawn(visit, tmp_path):
    paper = tmp_path / "Avis CFE 2026.csv"
    paper.write_text("montant\n1248\n")
    phone = visit(cast.BOB, PHONE)
    phone.get_by_role("link", name="Plus").click()
    phone.locator("#content").get_by_role("link", name="Dossiers").click()
    phone.get_by_role("link", name="Fiscal").click()
    expect(phone.get_by_text("Rien ici pour l’instant")).to_be_visible()
    phone.locator("live-stream[data-open]").wait_for(state="attached")

    desk = visit(cast.ALICE, DESKTOP)
    desk.get_by_role("link", name="Boulangerie Dupont").click()
    desk.get_by_role("link", name="Dossiers partagés").click()
    desk.locator("#content").get_by_role("link", name="Fiscal").click()
    desk.locator("drop-zone input[type=file]").set_input_files(paper)
    expect(desk.locator(".uploads li .state")).to_have_text("Partagé")
    expect(phone.get_by_text(paper.name)).to_be_visible()
    with phone.expect_download() as taken:
        phone.get_by_text(paper.name).click()
    assert taken.value.suggested_filename == paper.name

    desk.get_by_role("link", name=f"Retirer {paper.name}").click()
    desk.get_by_role("button", name="Retirer le fichier").click()
    expect(desk.get_by_text("le client ne le voit plus")).to_be_visible()
    expect(phone.get_by_text("Rien ici pour l’instant")).to_be_visible()
