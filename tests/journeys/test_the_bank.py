"""A baker connects her bank on the phone, sees the accounts come by themselves, and cuts the connection again."""

from tests.journeys.conftest import PHONE

from comptoir.demo import cast


def test_a_bank_is_connected_by_one_button_and_cut_by_another(visit):
    page = visit(cast.BOB, PHONE)
    page.goto(page.url + "banque/")
    page.get_by_role("button", name="Connecter ma banque").click()
    page.get_by_role("link", name="Continuer").click()
    page.get_by_label("Mot de passe").fill("n’importe")
    page.get_by_role("button", name="Valider").click()
    page.get_by_text("Votre banque est connectée").first.wait_for()
    # Nobody reloads: the accounts come when the bank has answered.
    page.get_by_text("Compte courant pro").first.wait_for(timeout=30_000)
    assert page.get_by_text("Votre cabinet le rattache à vos comptes").first.is_visible()
    page.get_by_text("Couper la connexion").click()
    page.get_by_role("button", name="Couper", exact=True).click()
    page.get_by_text("La connexion est coupée").wait_for()
    page.get_by_role("button", name="Connecter ma banque").wait_for()
