"""What a browser that was never here takes from the network to show the first page."""

from collections.abc import Iterator

from playwright.sync_api import BrowserContext, sync_playwright

from bench import serving
from comptoir.demo import cast

SIZES = {"téléphone": {"width": 390, "height": 844}, "bureau": {"width": 1440, "height": 900}}
SETTLED = 2500


def rows() -> Iterator[tuple[str, str, str]]:
    """Kilobytes and answers of the page of signing in, then of each side's home, with nothing kept from before."""
    with serving.demo() as served, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for name, size in SIZES.items():
            yield (
                f"première page ({name}) : connexion",
                _weight(browser.new_context(viewport=size), served.address),
                "≤ 100 Ko",
            )
            for whose, member in (("accueil du client", cast.BOB), ("tableau du cabinet", cast.ALICE)):
                home, signed_in = _home(browser.new_context(), served.address, member.email)
                there = browser.new_context(viewport=size, storage_state=signed_in)
                yield f"… {whose}", _weight(there, home), "≤ 100 Ko"
        browser.close()


def _home(context: BrowserContext, address: str, email: str) -> tuple[str, dict]:
    page = context.new_page()
    page.goto(address)
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", cast.PASSWORD)
    page.click("button.primary")
    page.wait_for_url(lambda url: "/c/" in url or "/cabinet/" in url)
    return page.url, context.storage_state()


def _weight(context: BrowserContext, address: str) -> str:
    page = context.new_page()
    line = context.new_cdp_session(page)
    taken: list[float] = []
    line.send("Network.enable")
    line.on("Network.loadingFinished", lambda answer: taken.append(answer["encodedDataLength"]))
    page.goto(address)
    page.wait_for_timeout(SETTLED)
    context.close()
    return f"{sum(taken) / 1024:.0f} Ko en {len(taken)} réponses"


def main() -> None:
    """Print the figures."""
    from bench.__main__ import printed

    printed(rows())


if __name__ == "__main__":
    main()
