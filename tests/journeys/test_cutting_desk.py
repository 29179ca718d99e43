"""The cutting desk in a browser: cuts are marked and pages moved by the keyboard, by dragging, and by one finger."""

from urllib.parse import urljoin

import pytest
from tests.cast import mill_pdf
from tests.journeys.conftest import DESKTOP, PHONE
from tests.readers.test_cutting import bound

from comptoir.demo.cast import BOB


@pytest.fixture
def desk(visit):
    """Opens the desk of a new piece of three pages."""

    def opened(viewport, name):
        page = visit(BOB, viewport)
        page.goto(page.url + "pieces/")
        file = {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": bound(*[mill_pdf(name)] * 3)}
        page.set_input_files("drop-zone input[name=file]", [file])
        page.get_by_text("1 pièce reçue · 1 fichier sur 1").wait_for()
        # By the words of its file, whatever it is called once it is read and whatever else has come; by addresses, since a
        # list changes under a finger.
        page.goto(f"{page.url}?q={name}")
        for link in (
            page.locator("#pieces a:has(img):visible").first,
            page.get_by_role("link", name="Pages", exact=True),
        ):
            page.goto(urljoin(page.url, link.get_attribute("href")))
        page.locator(".cells li").nth(2).wait_for()
        return page

    return opened


def order(page):
    return [cell.get_attribute("data-rank") for cell in page.locator(".cells li").all()]


def test_cuts_are_marked_and_pages_moved_turned_and_left_out_by_the_keyboard(desk):
    page = desk(DESKTOP, "CD-1")
    cells, confirm = page.locator(".cells li"), page.locator("[data-confirm-cut]")
    assert confirm.inner_text() == "Enregistrer"
    cells.nth(0).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press(" ")
    assert confirm.inner_text() == "Faire 2 pièces"
    page.keyboard.press("Alt+ArrowRight")
    assert order(page) == ["1", "3", "2"]
    page.keyboard.press("r")
    assert page.locator("[name=turn-2]").input_value() == "90"
    cells.nth(1).focus()
    page.keyboard.press("x")
    confirm.click()
    page.get_by_text("2 pièces sont faites, chacune est lue à part.").wait_for()
    page.get_by_role("link", name="Pages", exact=True).click()
    page.get_by_role("button", name="Remettre le fichier en une seule pièce").click()
    page.locator(".cells li").nth(2).wait_for()


def test_a_page_is_dragged_to_its_place(desk):
    page = desk(DESKTOP, "CD-2")
    page.locator(".cells li").nth(2).locator("figure").drag_to(page.locator(".cells li").nth(0).locator("figure"))
    assert order(page) == ["3", "1", "2"]
    first, second = (page.locator(".cells li").nth(rank).locator("[name=begins]") for rank in (0, 1))
    assert first.is_checked()
    assert first.is_disabled()
    assert second.is_enabled()


def test_one_finger_moves_a_page(desk):
    page = desk(PHONE, "CD-3")
    last = page.locator(".cells li").nth(2)
    last.get_by_role("button", name="Avancer d’une place").click()
    assert order(page) == ["1", "3", "2"]
    button = page.locator(".cells li").nth(1).get_by_role("button", name="Avancer d’une place")
    box = button.bounding_box()
    assert min(box["width"], box["height"]) >= 40
    button.click()
    assert order(page) == ["3", "1", "2"]
    page.locator("[data-confirm-cut]").click()
    page.get_by_text("La pièce est gardée ainsi.").wait_for()
