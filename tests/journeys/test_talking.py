"""The client answers on a phone while the firm writes: it arrives, nothing typed is lost, and a question finds its piece."""

import re

from playwright.sync_api import expect
from tests.journeys.conftest import DESKTOP, PHONE, scripts_held

from comptoir.demo import cast


def test_a_question_is_answered_while_both_look_and_no_caret_moves(visit):
    desk = visit(cast.KARIM, DESKTOP)
    desk.get_by_role("link", name="Boulangerie Dupont").click()
    desk.get_by_role("navigation", name="Dossier Boulangerie Dupont").get_by_role(
        "link", name="Messagerie"
    ).click()
    desk.get_by_role("link", name="Four : louer ou acheter ?").click()
    expect(desk.locator("#thread").get_by_text("Je vous prépare les deux calculs")).to_be_visible()

    phone = visit(cast.BOB, PHONE)
    phone.get_by_role("link", name="Plus").click()
    phone.locator("#content").get_by_role("link", name="Messagerie").click()
    phone.get_by_role("link", name="Four : louer ou acheter ?").click()
    phone.locator("live-stream[data-open]").wait_for(state="attached")
    field = phone.get_by_role("textbox", name="Votre réponse")
    field.click()
    send = phone.get_by_role("button", name="Envoyer")
    place = send.bounding_box()
    phone.keyboard.type("Merci, et la")
    expect(phone.get_by_text("Brouillon gardé")).to_be_visible()
    assert send.bounding_box() == place

    desk.get_by_role("textbox", name="Votre réponse").click()
    desk.keyboard.type("Les calculs sont prêts.")
    desk.locator(".composer input[type=file]").set_input_files(
        {"name": "calculs.csv", "mimeType": "text/csv", "buffer": b"mois;loyer\n1;480\n"}
    )
    expect(desk.locator(".joined [name=attachment]")).to_have_count(1)
    desk.get_by_role("button", name="Envoyer").click()
    expect(phone.locator("#thread").get_by_text("Les calculs sont prêts.")).to_be_visible()
    expect(phone.locator("#thread").get_by_text("calculs.csv")).to_be_visible()

    phone.keyboard.type(" garantie ?")
    expect(field).to_have_text("Merci, et la garantie ?")
    expect(phone.get_by_text("Brouillon gardé")).to_be_visible()
    phone.reload()
    expect(field).to_have_text("Merci, et la garantie ?")
    phone.get_by_role("button", name="Envoyer").click()
    expect(desk.locator("#thread").get_by_text("Merci, et la garantie ?")).to_be_visible()
    with phone.expect_download() as taken:
        phone.locator("#thread").get_by_text("calculs.csv").click()
    assert taken.value.suggested_filename == "calculs.csv"


def test_a_question_is_asked_with_one_key_while_reviewing(visit):
    desk = visit(cast.KARIM, DESKTOP)
    desk.get_by_role("link", name="Boulangerie Dupont").click()
    desk.locator("#content a.b").first.click()
    expect(desk.locator("review-desk:defined")).to_be_visible()
    desk.keyboard.press("Escape")
    desk.keyboard.press("q")
    desk.keyboard.type("De quel chantier s’agit-il ?")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("De quel chantier s’agit-il ?").first).to_be_visible()
    desk.get_by_role("link", name="Messagerie").first.click()
    desk.get_by_role("link", name=re.compile("^Pièce · ")).first.click()
    expect(desk.locator("#thread").get_by_text("De quel chantier")).to_be_visible()
    expect(desk.locator("#thread a.attach")).to_be_visible()


def test_what_is_typed_and_chosen_before_the_page_listens_is_kept_and_goes_on(visit, server):
    phone = visit(cast.BOB, PHONE)
    phone.goto(f"{phone.url}messagerie/")
    address = phone.get_by_role("link", name="Four : louer ou acheter ?").get_attribute("href")
    with scripts_held(phone):
        phone.goto(server + address, wait_until="commit")
        phone.locator("textarea[name=text]").click()
        phone.keyboard.type("Voici le devis")
        phone.locator(".composer input[type=file]").set_input_files(
            {"name": "devis.csv", "mimeType": "text/csv", "buffer": b"mois;loyer\n1;455\n"}
        )
        assert not phone.evaluate("!!customElements.get('message-draft')")
    expect(phone.locator(".joined [name=attachment]")).to_have_count(1)
    phone.keyboard.type(", merci.")
    expect(phone.get_by_role("textbox", name="Votre réponse")).to_have_text("Voici le devis, merci.")
    expect(phone.get_by_text("Brouillon gardé")).to_be_visible()
    phone.get_by_role("button", name="Envoyer").click()
    expect(phone.locator("#thread").get_by_text("Voici le devis, merci.")).to_be_visible()
    expect(phone.locator("#thread").get_by_text("devis.csv")).to_be_visible()
