"""What pages are made of: one sheet, and of the scripts those that the page asks for."""

import re

import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders

from comptoir.web.static_files import SHEET, HashedFiles

WEB = settings.GUIDE.parents[1] / "src/comptoir/web"


def gather(folder):
    """As `collectstatic` does; answers the sheet under its hashed name."""
    storage = HashedFiles(location=str(folder), base_url="/static/")
    paths = {
        path: (source, path)
        for finder in get_finders()
        for path, source in finder.list(["ext", "htmax*", "htmx-4*"])
    }
    for path, (source, _) in paths.items():
        if not storage.exists(path):
            with source.open(path) as file:
                storage.save(path, file)
    for name, _, done in storage.post_process(paths):
        assert not isinstance(done, Exception), name
    return storage.stored_name(SHEET), (folder / storage.stored_name(SHEET)).read_text()


@pytest.fixture(scope="module")
def gathered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("static")
    return folder, *gather(folder)


def test_the_sheet_that_pages_load_asks_for_no_other(gathered):
    _, _, sheet = gathered
    assert "@import" not in sheet
    assert "url(" not in sheet


def test_every_sheet_stands_in_it_whole_in_its_layer(gathered):
    _, _, sheet = gathered
    written = (WEB / "static" / SHEET).read_text()
    parts = re.findall(r'@import url\("([^"]+)"\) layer\((\w+)\);', written)
    assert len(parts) > 40
    for name, layer in parts:
        assert f"@layer {layer} {{\n{(WEB / 'static/css' / name).read_text()}}}" in sheet
    assert sheet.startswith(written[: written.index("@import")])


def test_gathering_again_gives_the_same_sheet_under_the_same_name(gathered):
    folder, name, sheet = gathered
    assert gather(folder) == (name, sheet)


def elements(page):
    return set(re.findall(r"<([a-z]+-[a-z]+)[\s>]", page))


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in (WEB / "templates").rglob("*.html")
        if "phone" not in path.parts and elements(path.read_text())
    ],
    ids=lambda path: path.stem,
)
def test_every_element_of_a_page_brings_its_module(path):
    page = path.read_text()
    assert set(re.findall(r'{% script "([a-z-]+)" %}', page)) == elements(page)
    for element in elements(page):
        assert page.index(f'{{% script "{element}" %}}') < page.index(f"<{element}")
        assert f'customElements.define("{element}"' in (WEB / f"static/js/{element}.js").read_text()
