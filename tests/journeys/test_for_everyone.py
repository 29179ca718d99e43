"""Each screen passes the machine's part of WCAG 2.2 AA, in light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.journeys.conftest import DESKTOP, PHONE

from comptoir.demo import cast

# The checker would fetch imported sheets from the wrong place.
RULES = {"preload": False, "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}


def faults(page) -> list[str]:
    # A button that is still fading from one scheme to the other has neither's colours.
    page.evaluate("Promise.allSettled(document.getAnimations().map(one => one.finished))")
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{fault['id']}: {node['html'][:140]}" for fault in found for node in fault["nodes"][:3]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_clients_screens_are_for_everyone(visit, scheme):
    page = visit(cast.BOB, PHONE, bypass_csp=True)
    page.emulate_media(color_scheme=scheme)
    home = page.url
    for path in (
        "",
        "manquantes/",
        "pieces/",
        "banque/",
        "dossiers/",
        "dossiers/social/",
        "collaborateurs/",
        "bienvenue/",
        "plus/",
    ):
        page.goto(home + path)
        if path == "manquantes/":
            page.locator(".miss summary").first.click()
        assert faults(page) == [], path


@pytest.mark.parametrize(("scheme", "size"), [("light", DESKTOP), ("dark", PHONE)])
def test_the_firms_screens_are_for_everyone(visit, scheme, size):
    page = visit(cast.ALICE, size, bypass_csp=True)
    page.emulate_media(color_scheme=scheme)
    assert faults(page) == []
    firm = page.url
    for path in (
        "modeles/", "banques/", "ebics/", "dossiers/", "dossiers/import/", "collaborateurs/", "confidentialite/", "journal/", "courrier/",
    ):  # fmt: skip
        page.goto(firm + path)
        assert faults(page) == [], path
    page.goto(firm + "modeles/")
    page.get_by_role("link", name="Commerce de bouche").click()
    assert faults(page) == []
    page.goto(firm)
    page.get_by_role("link", name="Boulangerie Dupont").click()
    dossier = page.url.removesuffix("production/")
    for path in (
        "production/",
        "banque/",
        "banque/regles/",
        "banque/regles/nouvelle",
        "ecritures/",
        "lettrage/",
        "lettrage/?etape=lettrees",
        "manquantes/",
        "exercices/",
        "dossiers-partages/",
        "dossiers-partages/social/",
        "dossier-permanent/",
        "acces/",
        "vue-client/",
    ):
        page.goto(dossier + path)
        assert faults(page) == [], path
    page.goto(dossier + "banque/")
    page.get_by_role("link", name="État de rapprochement").first.click()
    assert faults(page) == []
    page.goto(dossier + "production/")
    page.locator("#queue tbody a").first.click()
    page.wait_for_load_state()
    assert faults(page) == []
