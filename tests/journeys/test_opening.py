"""The firm brings a list in a browser, corrects it, opens it; the client sees whom to ask."""

from tests.journeys.conftest import DESKTOP, PHONE

from comptoir.demo import cast
from comptoir.readers import tables

LIST = [
    ["Société", "SIREN", "Clôture", "Forme"],
    ["Menuiserie Hamon", "392 544 177", "31/12", "SARL"],
    ["Fleurs et Saisons", "778120445", "30/06/2027", "sas"],
]


def test_a_list_of_dossiers_is_looked_at_then_opened(visit, tmp_path):
    page = visit(cast.ALICE, DESKTOP)
    firm = page.url
    page.get_by_role("link", name="Importer des dossiers").click()
    file = tmp_path / "dossiers.xlsx"
    file.write_bytes(tables.workbook({"Feuille 1": LIST}))
    page.get_by_label("Fichier").set_input_files(file)
    page.get_by_label("Modèle des dossiers").select_option(label="Commerce de bouche")
    page.get_by_role("button", name="Lire la liste").click()
    page.get_by_text("778120445 » n’existe pas").wait_for()
    page.reload()
    page.once("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name="Ouvrir 1 dossier").click()
    page.get_by_text("1 dossier est ouvert").wait_for()
    assert page.url == firm
    page.get_by_role("link", name="Menuiserie Hamon").click()
    page.get_by_role("link", name="Dossier permanent").first.click()
    page.get_by_text("Kbis de moins de trois mois").wait_for()
    assert page.get_by_label("Régime de TVA").input_value() == "reel_mensuel"
    page.get_by_label("Forme juridique").select_option("autre")
    page.get_by_label("Autre forme").fill("Société d’attribution")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.get_by_text("Le dossier permanent est à jour").wait_for()


def test_the_client_sees_whom_to_ask(visit):
    page = visit(cast.BOB, PHONE)
    page.get_by_role("heading", name="Vos interlocuteurs").wait_for()
    page.get_by_text("Votre comptable au quotidien").wait_for()
