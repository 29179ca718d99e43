"""Each screen passes the machine's part of WCAG 2.2 AA, in light and dark."""

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from tests.journeys.conftest import DESKTOP, PHONE
from tests.web.test_matrix import routes, table

from comptoir.demo import cast
from comptoir.domain.rights import Role

# The checker would fetch imported sheets from the wrong place.
RULES = {"preload": False, "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}


def faults(page) -> list[str]:
    # A button that is still fading from one scheme to the other has neither's colours.
    page.evaluate("Promise.allSettled(document.getAnimations().map(one => one.finished))")
    found = Axe().run(page, options=RULES).response["violations"]
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
WALKS = [
    (cast.BOB, PHONE, "light", Role.DIRIGEANT),
    (cast.BOB, DESKTOP, "dark", Role.DIRIGEANT),
    (cast.ALICE, DESKTOP, "light", Role.EXPERT_COMPTABLE),
    (cast.ALICE, PHONE, "dark", Role.EXPERT_COMPTABLE),
    (cast.LEA, PHONE, "dark", Role.LECTEUR),
]


def route_of(address):
    """The name of what answers there; nothing where nothing of ours does."""
    try:
        return resolve(urlsplit(address).path).url_name
    except Resolver404:
        return None


def is_page(page, address) -> bool:
    """Whether it is a whole page, and no file nor part of one."""
    answer = page.request.get(address)
    return answer.ok and "text/html" in answer.headers.get("content-type", "") and "</html>" in answer.text()


def starts(page):
    """Where the walk begins: the person's home, and each address that needs to know their space alone."""
    home = urlsplit(page.url)
    root, space = f"{home.scheme}://{home.netloc}", home.path.split("/")[1:3]
    yield page.url
    for pattern, parameters in routes().values():
        own = {"c": "company_id", "cabinet": "firm_id"}[space[0]]
        is_own = parameters == [own] and pattern.startswith(space[0] + "/")
        if not parameters or is_own:
            yield root + "/" + pattern % {own: space[1]}


@pytest.mark.parametrize(("who", "size", "scheme", "role"), WALKS, ids=lambda one: getattr(one, "email", None))
def test_every_page_that_one_can_reach_is_for_everyone(visit, who, size, scheme, role):
    page = visit(who, size, bypass_csp=True)
    page.emulate_media(color_scheme=scheme)
    waiting, seen, found = list(starts(page)), set(LEADS_AWAY), []
    while waiting:
        address = waiting.pop(0).partition("#")[0]
        name = route_of(address)
        if name is None or name in seen:
            continue
        if table().get(("GET", name), {}).get(role.value) in ("404", "405"):
            seen.add(name)
            continue
        if not is_page(page, address):
            continue
        seen.add(name)
        page.goto(address)
        found += [f"{name} {fault}" for fault in faults(page)]
        waiting += page.evaluate(
            "[...document.links].map(({href}) => href).filter((one) => one.startsWith(location.origin))"
        )
    assert found == []
    assert len(seen) > 12
