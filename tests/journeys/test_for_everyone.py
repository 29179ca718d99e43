"""Each screen passes the machine's part of WCAG 2.2 AA, in light and dark."""

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from tests.journeys.conftest import DESKTOP, PHONE
from tests.web.test_matrix import routes, table

from comptoir.demo import cast
from comptoir.domain.rights import Role

RULES = {
    "preload": False,  # the checker would fetch imported sheets from the wrong place
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],  # telling of what passes takes longer than finding it
}
CALM = """Promise.race([
  Promise.allSettled(document.getAnimations().map(one => one.finished)),
  new Promise(then => setTimeout(then, 1000)),  // what turns until something comes never ends
])"""


def faults(page) -> list[str]:
    """What keeps somebody from using the page as it stands now."""
    # A button that is still fading from one scheme to the other has neither's colours.
    page.evaluate(CALM)
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate("rules => axe.run(rules).then(({violations}) => violations)", RULES)
    return [f"{fault['id']}: {node['html'][:140]}" for fault in found for node in fault["nodes"][:3]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_opened_line_is_for_everyone(visit, scheme):
    page = visit(cast.BOB, PHONE, bypass_csp=True)
    page.emulate_media(color_scheme=scheme)
    page.goto(page.url + "manquantes/")
    page.locator(".miss summary").first.click()
    assert faults(page) == []


# ── Every page ────────────────────────────────────────────────────────────────────────────────────

LEADS_AWAY = {"account_logout", "phone_worker", "original", "client_firm_colours"}
"""Addresses that end the visit, or that are no page."""
OF_A_LETTER = {"uidb36": "1", "key": "x"}
"""What a letter's link says, and no page."""
NO_PAGES = {
    "page", "small_page", "thumbnail", "page_text", "readable", "client_subfolder_zip", "firm_takeout_file", "firm_ebics_letters", "import_faulty",
    "client_choices", "firm_talk_choices", "firm_to_validate", "client_missing_badge", "firm_messages_badge", "upload", "uploads",
}  # fmt: skip
"""Files, pictures and parts of pages, which a page's scripts ask for and no link leads to."""
OF_SOMETHING_RARE = {
    "firm_bank_merging": "an account whose lines are in the books twice",
    "firm_ebics_contract": "a contract with a bank",
    "firm_statement_columns": "a table whose columns nobody has explained",
    "firm_statement_twice": "a statement that may tell again what is known",
    "import_preview": "a list of dossiers that somebody is importing",
}
"""Pages of what the demo has none of, and what each would be of; `tests/web/test_matrix.py` asks for them all."""
ON_THE_PHONE = ((PHONE, "light"), (DESKTOP, "dark"))
AT_THE_DESK = ((DESKTOP, "light"), (PHONE, "dark"))
IN_BED = ((PHONE, "dark"), (DESKTOP, "light"))
WALKS = [
    (cast.BOB, ON_THE_PHONE, Role.DIRIGEANT),
    (cast.ALICE, AT_THE_DESK, Role.EXPERT_COMPTABLE),
    (cast.LEA, IN_BED, Role.LECTEUR),
]
"""Who walks, and how each page is looked at, loaded once: as it opens, then at the other size and in the other scheme."""


OWN_LINKS = "[...document.links].map(({href}) => href).filter((one) => one.startsWith(location.origin))"


def route_of(address):
    """The name of what answers there; nothing where nothing of ours does."""
    try:
        return resolve(urlsplit(address).path).url_name
    except Resolver404:
        return None


def is_page(page, address) -> bool | None:
    """Whether it is a whole page; None where the route gives files, whatever the thing."""
    answer = page.request.get(address)
    if answer.ok and "text/html" not in answer.headers.get("content-type", ""):
        return None
    return answer.ok and "</html>" in answer.text()


def starts(page):
    """Where the walk begins: the person's home, and each address that needs to know their space alone."""
    home = urlsplit(page.url)
    root, space = f"{home.scheme}://{home.netloc}", home.path.split("/")[1:3]
    yield page.url
    own = {"c": "company_id", "cabinet": "firm_id"}[space[0]]
    spaces = [(space[0], {own: space[1]})]
    if space[0] == "cabinet":  # and the dossier that has most of everything
        bakery = page.get_by_role("link", name=cast.BAKERY.name).first.get_attribute("href")
        spaces.append(("dossiers", {"company_id": bakery.split("/")[2]}))
    for top, keys in spaces:
        known = {**keys, **OF_A_LETTER}
        for pattern, parameters in routes().values():
            is_own = not keys.keys() & set(parameters) or pattern.startswith(top + "/")
            if is_own and known.keys() >= set(parameters):
                yield root + "/" + pattern % known


@pytest.mark.parametrize(("who", "looks", "role"), WALKS, ids=lambda one: getattr(one, "email", None))
def test_every_page_that_one_can_reach_is_for_everyone(visit, who, looks, role):
    page = visit(who, looks[0][0], bypass_csp=True)
    page.emulate_media(reduced_motion="reduce")  # colours that fade are waited for at each look
    rows = {name: row[role.value] for (method, name), row in table().items() if method == "GET"}
    seen = LEADS_AWAY | {name for name, status in rows.items() if status in ("404", "405")}
    waiting, asked, met, found = list(starts(page)), set(), set(), []
    while waiting:
        address = waiting.pop(0).partition("#")[0]
        name = route_of(address)
        if name is None or name in seen or address in asked:
            continue
        asked.add(address)
        met.add(name)
        is_one = is_page(page, address)
        if is_one is False:
            continue
        seen.add(name)
        if is_one:
            found += walk_in(page, address, looks)
            waiting += page.evaluate(OWN_LINKS)
    assert found == []
    shown = {name for name, status in rows.items() if status == "200"}
    assert sorted(shown - seen - met - NO_PAGES - OF_SOMETHING_RARE.keys()) == []


def walk_in(page, address, looks) -> list[str]:
    """What is wrong with a page, looked at in each way."""
    look(page, *looks[0])
    page.goto(address)
    found = []
    for size, scheme in looks:
        look(page, size, scheme)
        found += [f"{address}, {scheme}, {size['width']}: {fault}" for fault in faults(page)]
    return found


def look(page, size, scheme):
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
