"""The people of a space, as the hand meets them: a role passed over by the keyboard, an act refused while one only looks."""

from playwright.sync_api import Browser, expect
from tests.journeys.conftest import PHONE

from comptoir.demo import cast


def alice(browser: Browser, server: str):
    page = browser.new_context(viewport=PHONE, locale="fr-FR", base_url=server).new_page()
    page.goto("/")
    page.get_by_label("Adresse e-mail").fill(cast.ALICE.email)
    page.get_by_label("Mot de passe").fill(cast.PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    page.get_by_role("link", name="Boulangerie Dupont").click()
    page.wait_for_url("**/production/")
    return page, page.url.removesuffix("production/")


def test_an_arrow_key_that_passes_over_a_role_gives_it_to_nobody(browser, server):
    page, dossier = alice(browser, server)
    page.goto(dossier + "acces/")
    role = page.get_by_label("Rôle de Léa Roux")
    change = page.get_by_role("button", name="Changer le rôle de Léa Roux")
    expect(change).to_be_hidden()
    role.focus()
    page.keyboard.press("ArrowUp")
    expect(change).to_be_visible()
    page.reload()
    expect(page.get_by_label("Rôle de Léa Roux")).to_have_value("lecteur")
    page.context.close()


def test_an_act_refused_to_who_only_looks_is_told_in_words(browser, server):
    page, dossier = alice(browser, server)
    page.goto(dossier + "vue-client/")
    page.get_by_label(cast.BOB.full_name).check()
    page.get_by_role("button", name="Voir son espace").click()
    page.get_by_role("link", name="Manquantes").click()
    page.locator(".miss summary").first.click()
    expect(page.get_by_text("Photographier")).to_have_count(0)
    # Nothing is offered; an act that is sent all the same, from a page that stood before, is refused in words.
    address = page.locator(".miss li:has(details)").first.evaluate(
        "line => `${location.pathname}${line.dataset.key}/piece`"
    )
    page.evaluate("where => htmx.ajax('POST', where, { source: document.body, swap: 'none' })", address)
    expect(page.get_by_text("rien ne peut y être modifié")).to_be_in_viewport()
    page.get_by_role("button", name="Revenir").click()
    page.wait_for_url("**/production/")
    page.context.close()


def test_a_colleague_is_invited_comes_by_the_link_and_leaves_by_their_own_hand(browser, server):
    page, _ = alice(browser, server)
    page.goto("/")
    page.wait_for_url("**/cabinet/**")
    firm = page.url.split("?")[0]
    page.goto(firm + "collaborateurs/")
    page.get_by_label("Prénom").fill("Ève")
    page.get_by_label("Nom", exact=False).nth(1).fill("Lenoir")
    page.get_by_label("Adresse e-mail").fill("eve@martin.example")
    page.get_by_role("radio", name="Expert-comptable").check()
    page.get_by_role("button", name="Envoyer l’invitation").click()
    expect(page.get_by_text("Lien à transmettre")).to_be_visible()
    page.goto(firm + "courrier/")
    page.locator("main a[href*='/courrier/']").first.click()
    link = page.locator("a[href*='/invitation/']").first.get_attribute("href")
    page.goto(firm + "collaborateurs/")

    hers = browser.new_context(viewport=PHONE, locale="fr-FR", base_url=server).new_page()
    hers.goto(link)
    hers.get_by_label("Mot de passe").fill("tortue lampe violet 9")
    hers.get_by_role("button", name="Entrer").click()
    hers.wait_for_url("**/cabinet/**")
    # On Alice's open list, by itself.
    expect(
        page.get_by_role("listitem").filter(has_text="eve@martin.example").get_by_text("Acceptée")
    ).to_be_visible()

    hers.goto(firm + "collaborateurs/")
    hers.get_by_role("link", name="Retirer Ève Lenoir").click()
    hers.locator("live-stream[data-open]").wait_for(state="attached")
    hers.get_by_role("button", name="Retirer l’accès").click()
    # Her own page is taken from her by her own act: she is led on, not cut off by « Cette page n’existe pas ».
    expect(hers.get_by_text("a quitté le cabinet")).to_be_visible()
    expect(page.get_by_role("link", name="Retirer Ève Lenoir")).to_have_count(0)
    hers.context.close()
    page.context.close()
