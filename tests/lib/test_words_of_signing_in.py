"""Browsers in words that their owner knows, and the word that hides in a password."""

import pytest

from comptoir.lib import browser
from comptoir.lib.english import speaking
from comptoir.lib.passwords import plain_forms

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0"
PIXEL = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (IPHONE, "Safari sur iPhone"),
        (EDGE, "Edge sur Windows"),
        (PIXEL, "Chrome sur Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox sur Linux"),
        ("curl/8 (Linux)", "Navigateur sur Linux"),
        ("Firefox/1", "Firefox"),
        ("", "Navigateur inconnu"),
        ("<script>alert(1)</script>", "Navigateur inconnu"),
    ],
)
def test_a_browser_is_named(sent, words):
    assert browser.in_words(sent) == words


def test_a_browser_is_named_in_english_to_who_reads_english():
    with speaking("en"):
        assert browser.spoken("Safari sur iPhone") == "Safari on iPhone"
        assert browser.spoken("Navigateur sur Linux") == "Browser on Linux"
        assert browser.spoken("Navigateur inconnu") == "Unknown browser"
    assert browser.spoken("Safari sur iPhone") == "Safari sur iPhone"


def test_a_phone_is_told_from_a_desk():
    assert (browser.is_phone(IPHONE), browser.is_phone(PIXEL), browser.is_phone(EDGE)) == (True, True, False)


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("P@ssw0rd2024!", "password"), ("MOTDEPASSE!!!", "motdepasse"), ("m0tdep4sse-2026", "motdepasse"),
        ("b0ul4ng3rie", "boulangerie"), ("--soleil--75", "soleil"), ("bonjourbonjour", "bonjour"),
        ("azerty.uiop.1", "azertyuiop"), ("Société1234", "societe"), ("w31c0me2026", "welcome"), ("1oulou12345", "loulou"),
    ],
)  # fmt: skip
def test_a_word_hides_under_figures_and_signs(password, word):
    assert word in plain_forms(password)


def test_what_is_left_is_never_nothing():
    assert "" not in plain_forms("1234567890") | plain_forms("!!!!") | plain_forms("")
