"""What comes over the wire is whole, and its numbers are those that were written."""

import contextlib
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from urllib.parse import urlsplit

import pytest

from comptoir.lib.wire import LONGEST_WAIT, Answer, Cut, TooLarge, Unreadable, exact, is_safe, parsed, send


@pytest.mark.parametrize(
    ("place", "safe"),
    [
        ("https://bank.example", True), ("http://127.0.0.1:8000", True), ("http://[::1]", True),
        ("http://localhost", True), ("http://bank.example", False), ("http://127.0.0.1.bank.example", False),
        ("ftp://127.0.0.1", False), ("", False),
    ],
)  # fmt: skip
def test_a_secret_goes_by_https_or_nowhere_outside(place, safe):
    assert is_safe(urlsplit(place)) is safe


@pytest.mark.parametrize(
    ("status", "is_yes", "is_later"),
    [(200, True, False), (204, True, False), (302, False, False), (404, False, False), (429, False, True), (500, False, True)],
)  # fmt: skip
def test_an_answer_is_yes_later_or_no(status, is_yes, is_later):
    answer = Answer(status, "", b"")
    assert (answer.is_yes, answer.is_later) == (is_yes, is_later)


@pytest.mark.parametrize(
    ("asked", "wait"),
    [("", 0), ("7", 7), (" 7 ", 7), ("-7", 0), ("²", 0), ("9" * 5000, LONGEST_WAIT), ("Mon, 99 Foo 99999", 0),
     ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Thu, 01 Jan 2099 00:00:00 GMT", LONGEST_WAIT)],
)  # fmt: skip
def test_how_long_to_stay_away_is_a_number_or_a_moment(asked, wait):
    assert Answer(429, asked, b"").wait == wait


def test_a_moment_soon_is_waited_for():
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert 50 <= Answer(429, soon, b"").wait <= 60


def test_a_number_is_read_digit_for_digit_where_it_is_money():
    assert parsed(b'{"a": 0.10}', number=exact) == {"a": Decimal("0.10")}
    assert parsed(b'{"a": 0.5}') == {"a": 0.5}


@pytest.mark.parametrize("body", [b"", b"{", b"NaN", b"[Infinity]", b"-Infinity", b"[" * 200_000, b"\xff", b"9" * 5000,
                                  b"1e99999999999999999999"])  # fmt: skip
def test_what_is_no_json_is_said_to_be_none(body):
    with pytest.raises(Unreadable):
        parsed(body, number=exact)


@pytest.fixture
def host():
    """A host that says the given parts, one each twentieth of a second, to whoever calls once."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        callers = []

        def speak(parts):
            with contextlib.suppress(OSError), server.accept()[0] as link:
                link.recv(65536)
                for part in parts:
                    link.sendall(part)
                    time.sleep(0.05)

        def says(*parts):
            callers.append(threading.Thread(target=speak, args=[parts]))
            callers[-1].start()
            return urlsplit(f"http://127.0.0.1:{server.getsockname()[1]}")

        yield says
    for caller in callers:
        caller.join(10)


def asked(place):
    return send(place, "GET", "/", b"", {}, at_most=100, patience=1)


def test_a_whole_answer_is_given_to_its_last_byte(host):
    assert asked(host(b"HTTP/1.1 200 X\r\nContent-Length: 4\r\n\r\nab", b"cd")).body == b"abcd"


@pytest.mark.parametrize(
    "parts",
    [
        (b"HTTP/1.1 200 X\r\n", *[b"X: y\r\n"] * 40),
        (b"HTTP/1.1 200 X\r\n\r\n", *[b"y"] * 40),
        (b"HTTP/1.1 200 X\r\nContent-Length: 40\r\n\r\n", *[b"y"] * 40),
    ],
)
def test_who_drips_is_hung_up_on(host, monkeypatch, parts):
    monkeypatch.setattr("comptoir.lib.wire.LONGEST", 0.3)
    begun = time.monotonic()
    with pytest.raises(Cut):
        asked(host(*parts))
    assert time.monotonic() - begun < 1.5


@pytest.mark.parametrize("head", [b"Content-Length: 101\r\n", b""])
def test_what_is_larger_than_was_to_be_taken_is_left(host, head):
    with pytest.raises(TooLarge):
        asked(host(b"HTTP/1.1 200 X\r\n" + head + b"\r\n" + b"x" * 101))


def test_half_of_what_was_promised_is_no_answer(host):
    with pytest.raises(Cut, match="tronquée"):
        asked(host(b"HTTP/1.1 200 X\r\nContent-Length: 50\r\n\r\nab"))


def test_a_host_without_a_certificate_is_no_host(host):
    with pytest.raises(Cut, match="SSL"):
        asked(host(b"HTTP/1.1 200 X\r\n\r\n")._replace(scheme="https"))
