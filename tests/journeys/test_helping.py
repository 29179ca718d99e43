"""The "?" beside a screen, and the first look round: opened, read, searched and left, with a thumb and with the keyboard."""

import re

import pytest
from playwright.sync_api import expect
from tests.journeys.conftest import DESKTOP, PHONE

from comptoir.demo import cast


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_the_panel_tells_of_this_screen_first_finds_despite_slips_and_closes(visit, size):
    page = visit(cast.BOB, size)
    page.goto(page.url + "manquantes/")
    page.get_by_role("link", name="Aide", exact=True).click()
    panel = page.locator(".help-drawer")
    expect(panel).to_be_visible()
    expect(panel.locator(".help-body a").first).to_contain_text(re.compile("manqu", re.IGNORECASE))
    panel.get_by_role("searchbox").fill("mot de pase oublie")
    expect(panel.locator(".help-body a").first).to_contain_text("Se connecter")
    panel.locator(".help-body a").first.click()
    expect(panel.locator(".help-body")).to_contain_text("mot de passe")
    assert page.url.endswith("/manquantes/"), "the article is read beside the page"
    panel.get_by_role("button", name="Retour aux articles").click()
    expect(panel.get_by_role("button", name="Retour aux articles")).to_be_hidden()
    expect(panel.get_by_role("link", name="Écrire à mon cabinet")).to_have_attribute(
        "href", re.compile(r"/messagerie/nouvelle$")
    )
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    assert page.evaluate("document.activeElement.ariaLabel") == "Aide", "focus is back where it was"


def test_what_is_found_nowhere_is_said(visit):
    page = visit(cast.ALICE, DESKTOP)
    page.get_by_role("link", name="Aide", exact=True).click()
    panel = page.locator(".help-drawer")
    expect(panel.locator(".help-body a").first).to_be_visible()
    panel.get_by_role("searchbox").fill("zzxqw <script>alert(1)</script>")
    expect(panel.locator(".help-body a")).to_have_count(0)
    assert len(panel.locator(".help-body").inner_text()) > 10


@pytest.mark.parametrize(
    ("who", "size"), [(cast.BOB, PHONE), (cast.BOB, DESKTOP), (cast.ALICE, DESKTOP)], ids=["phone", "desk", "firm"]
)
def test_the_first_look_round_shows_each_part_within_the_window_and_ends(visit, who, size):
    page = visit(who, size)
    page.get_by_role("link", name="Aide", exact=True).click()
    page.locator(".help-drawer").get_by_role("link", name="Visite guidée").click()
    tour = page.get_by_role("dialog", name="Visite guidée")
    expect(tour).to_be_visible()
    assert "visite" not in page.url, "a reload does not begin it again"
    told = tour.locator("[data-rank]").inner_text()
    count = int(told.rpartition(" ")[2])
    assert count >= 3
    said = set()
    for rank in range(1, count + 1):
        expect(tour.locator("[data-rank]")).to_have_text(f"{rank} sur {count}")
        said.add(tour.locator("[data-words]").inner_text())
        box = tour.bounding_box()
        assert box["x"] >= 0, "nothing of it is cut"
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= size["width"] + 1
        assert box["y"] + box["height"] <= size["height"] + 1
        expect(page.locator(".is-visited")).to_have_count(1)
        page.keyboard.press("Enter")
    assert len(said) == count
    expect(tour).to_be_hidden()
    expect(page.locator(".is-visited")).to_have_count(0)


def test_the_look_round_is_left_at_any_time(visit):
    page = visit(cast.BOB, PHONE)
    page.goto(page.url + "?visite")
    tour = page.get_by_role("dialog", name="Visite guidée")
    expect(tour).to_be_visible()
    page.keyboard.press("Escape")
    expect(tour).to_be_hidden()
    page.goto(page.url + "?visite")
    tour.get_by_role("button", name="Passer").click()
    expect(tour).to_be_hidden()
    page.reload()
    expect(tour).to_be_hidden()
