"""English, chosen in a browser: the page, and what its scripts say."""

import re

from playwright.sync_api import expect
from tests.journeys.conftest import DESKTOP

from comptoir.demo import cast


def test_who_chooses_english_is_answered_in_english_by_page_and_script_alike(visit):
    page = visit(cast.DINA, DESKTOP)
    home = page.url.split("?")[0]
    page.goto(re.sub(r"/c/.*", "/compte/profil/", page.url))
    page.get_by_role("button", name="English").click()
    try:
        expect(page.locator("html")).to_have_attribute("lang", "en")
        page.goto(f"{home.rstrip('/')}/pieces/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Documents")
        page.locator("drop-zone input[name=file]").set_input_files(
            {"name": "note.txt", "mimeType": "text/plain", "buffer": b"bonjour"}
        )
        line = page.locator(".uploads li").first
        expect(line.locator(".state")).to_have_text("Refused")
        expect(line).to_contain_text("A text file will not do: save it as PDF, then hand in that PDF.")
    finally:
        page.goto(re.sub(r"/c/.*", "/compte/profil/", page.url))
        page.get_by_role("button", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
