"""A passkey, in a real browser with a device of its own: made, then used to sign in without a password."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.test_for_everyone import RULES

from comptoir.demo import cast

SMALL = {"width": 320, "height": 640}
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def phone(browser: Browser, server: str):
    """A phone that knows passkeys, at an address that may have them: a bare IP may not."""
    context = browser.new_context(
        viewport=PHONE, locale="fr-FR", base_url=server.replace("127.0.0.1", "localhost")
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    yield page
    context.close()
    assert faults == []


def device_of(page: Page, **changes: object):
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    made = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": {**DEVICE, **changes}})
    return cdp, made["authenticatorId"]


def with_password(page: Page, member: cast.Member) -> None:
    page.goto("/compte/login/")
    page.get_by_label("Adresse e-mail").fill(member.email)
    page.get_by_label("Mot de passe").fill(cast.PASSWORD)
    page.get_by_role("button", name="Se connecter").click()


def sign_out(page: Page) -> None:
    page.goto("/compte/profil/")
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url("**/compte/login/")


def test_a_passkey_is_added_and_signs_in_alone_then_as_second_factor(phone: Page):
    cdp, device = device_of(phone)
    with_password(phone, cast.DINA)
    phone.wait_for_url("**/c/**")
    phone.get_by_role("link", name="Plus").click()
    phone.get_by_role("link", name="Mon compte").click()
    phone.get_by_role("link", name="Ajouter").click()
    phone.get_by_label("Mot de passe").fill(cast.PASSWORD)
    phone.get_by_role("button", name="Continuer").click()
    phone.get_by_label("Nom de la clé").fill("Téléphone de Dina")
    phone.get_by_role("button", name="Créer la clé d’accès").click()
    phone.wait_for_url("**/compte/2fa/codes/")
    expect(phone.locator(".codes code")).to_have_count(10)
    phone.get_by_role("link", name="Je les ai gardés").click()
    expect(phone.get_by_text("Téléphone de Dina")).to_be_visible()
    expect(phone.get_by_text("10 codes restants")).to_be_visible()

    sign_out(phone)
    cdp.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    phone.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(phone.get_by_role("alert").filter(has_text="annulée")).to_be_visible(timeout=60_000)
    cdp.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    phone.get_by_role("button", name="Utiliser une clé d’accès").click()
    phone.wait_for_url("**/c/**")

    sign_out(phone)
    with_password(phone, cast.DINA)
    phone.wait_for_url("**/compte/2fa/authenticate/")
    phone.get_by_role("button", name="Utiliser une clé d’accès").click()
    phone.wait_for_url("**/compte/2fa/trust/")
    phone.get_by_role("button", name="Non, pas cette fois").click()
    phone.wait_for_url("**/c/**")


@pytest.mark.parametrize(("scheme", "size"), [("light", SMALL), ("dark", DESKTOP)])
def test_the_accounts_pages_are_for_everyone(visit, server, scheme, size):
    page = visit(cast.BOB, size, bypass_csp=True)
    page.emulate_media(color_scheme=scheme)
    paths = ("profil/", "adresse/", "password/change/", "2fa/totp/activate/", "2fa/passkeys/add/")
    for path in paths:
        page.goto(f"{server}/compte/{path}")
        if "reauthenticate" in page.url:
            assert found(page) == [], "reauthenticate"
            page.get_by_label("Mot de passe").fill(cast.PASSWORD)
            page.get_by_role("button", name="Continuer").click()
            page.wait_for_load_state()
        if path == "profil/":
            page.locator("summary").first.click()
        assert found(page) == [], path
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} is {wide} px too wide"


def found(page: Page) -> list[str]:
    faults = Axe().run(page, options=RULES).response["violations"]
    return [f"{fault['id']}: {node['html'][:140]}" for fault in faults for node in fault["nodes"][:3]]
