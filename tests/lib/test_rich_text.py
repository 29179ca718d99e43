"""Rich text that people write: what is left of it, and what never is."""

import pytest

from comptoir.lib.rich_text import clean, from_plain, plain

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="data:text/html,x">x</a>',
    "<svg onload=alert(1)>",
    "<p onclick=alert(1) style='background:url(//evil)'>x</p>",
    "<iframe src=//evil></iframe>",
    "<style>@import '//evil'</style>",
    "<form action=//evil><input name=password></form>",
    "<math><mtext></table><mglyph><style><img src=x onerror=alert(1)>",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<a href='https://x.fr' target=_top ping=//evil>x</a>",
    '<img src="https://pixel.example/open.gif">',
    "<p><b><i>" * 30,
)


@pytest.mark.parametrize("written", HOSTILE)
def test_nothing_that_could_run_or_load_is_left(written):
    found = clean(written)
    for sign in (
        "<script",
        "onerror",
        "onclick",
        "onload",
        "javascript:",
        "data:",
        "<img",
        "<svg",
        "<iframe",
        "style",
        "<form",
        "<input",
        "ping",
        "_top",
    ):
        assert sign not in found
    assert clean(found) == found


def test_bold_italic_lists_and_links_are_left():
    found = clean("<p><b>a</b> <em>b</em></p><ul><li>c</li></ul><a href='https://x.fr/?a=1&b=2'>d</a>")
    assert "<b>a</b> <em>b</em>" in found
    assert "<ul><li>c</li></ul>" in found
    assert 'href="https://x.fr/?a=1&amp;b=2"' in found
    assert "noopener" in found
    assert "nofollow" in found


def test_plain_text_keeps_its_lines_and_its_addresses():
    found = from_plain("Bonjour,\nvoyez https://x.fr/a?b=1.\n\n<script>")
    assert found.startswith("<p>Bonjour,<br>voyez <a")
    assert 'href="https://x.fr/a?b=1"' in found
    assert "</a>.</p>" in found
    assert "&lt;script&gt;" in found
    assert plain(found) == "Bonjour,\nvoyez https://x.fr/a?b=1.\n\n<script>"


def test_rich_text_is_told_in_plain_words():
    assert plain("<p>Deux&nbsp;choses :</p><ul><li>une</li><li>deux</li></ul>") == "Deux choses :\n\n• une\n• deux"
    assert plain("<p>  </p><div><br></div>") == ""
    assert plain(from_plain("سلام 🥖 <b>")) == "سلام 🥖 <b>"


@pytest.mark.parametrize("written", ["<div>" * 100_000, "<p><b><i>" * 50_000, "<a>" * 500_000, "<" * 900_000])
def test_tags_without_end_are_shown_as_the_text_that_they_are(written):
    found = clean(written)
    assert "<div" not in found
    assert "<b" not in found
    assert found.startswith("&lt;")


def test_many_lines_are_no_depth():
    text = "\n".join(["mot"] * 5_000) + "\n\nmot" * 2_000
    assert clean(from_plain(text)).count("<br>") == 4_999
