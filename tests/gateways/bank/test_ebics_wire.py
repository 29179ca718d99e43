"""The way to the bank: nothing followed elsewhere, nothing endless, nothing unlocked but on this machine."""

import contextlib
import http.server
import threading
import time

import pytest
from tests.ebics_desk import Desk, certificate_of_this_machine, contract, tls_of

from comptoir.gateways.bank.ebics import Unreachable, Unreadable, Version, WrongAddress, initialisation, wire
from comptoir.gateways.bank.ebics.twin import Fault, Serving


@pytest.fixture
def desk():
    with Desk(Version.H005) as desk:
        yield desk


def test_a_redirection_is_no_answer(desk):
    with Desk(Version.H005) as elsewhere:
        desk.twin.faults.append(("HEV", Fault(elsewhere=elsewhere.serving.url)))
        with pytest.raises(WrongAddress, match="307"):
            initialisation.versions(desk.contract)
        assert elsewhere.twin.asked == []


@pytest.mark.parametrize("status", [301, 400, 404, 405])
def test_an_address_where_no_bank_answers_is_told_as_such(desk, status):
    desk.twin.faults.append(("HEV", Fault(status=status)))
    with pytest.raises(WrongAddress, match="aucun serveur EBICS"):
        initialisation.versions(desk.contract)


@pytest.mark.parametrize("status", [408, 429, 500, 502])
def test_a_server_that_fails_is_asked_again_later(desk, status):
    desk.twin.faults.append(("HEV", Fault(status=status)))
    with pytest.raises(Unreachable, match="rien n’est perdu"):
        initialisation.versions(desk.contract)
    assert initialisation.versions(desk.contract)


def test_a_server_that_asks_for_time_is_given_it(desk):
    desk.twin.faults.append(("HEV", Fault(status=503)))
    with pytest.raises(Unreachable) as fault:
        initialisation.versions(desk.contract)
    assert fault.value.wait == 120


def test_an_answer_cut_short_or_without_end_is_none(desk):
    desk.twin.faults.append(("HEV", Fault(truncated=True)))
    with pytest.raises(Unreachable, match=r"tronquée|IncompleteRead"):
        initialisation.versions(desk.contract)
    desk.twin.faults.append(("HEV", Fault(huge=True)))
    with pytest.raises(Unreadable, match="volumineuse"):
        initialisation.versions(desk.contract)


def test_an_answer_of_unknown_length_ends_somewhere(monkeypatch):
    """Without a length, in pieces that do not end, or a byte a minute."""

    def drops(handler):
        for _ in range(60):
            handler.wfile.write(b"5\r\nabcde\r\n")
            handler.wfile.flush()
            time.sleep(0.02)

    with Dripping(drops) as url:
        monkeypatch.setattr(wire, "LARGEST", 20)
        with pytest.raises(Unreadable, match="volumineuse"):
            wire.posted(contract(Version.H004, url), b"<a/>")
        monkeypatch.setattr(wire, "LARGEST", 2000)
        monkeypatch.setattr(wire, "LONGEST", 0.1)
        with pytest.raises(Unreachable, match="lente"):
            wire.posted(contract(Version.H004, url), b"<a/>")


class Dripping:
    """A server that says no length and sends in its own time."""

    def __init__(self, says):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                self.close_connection = True
                with contextlib.suppress(OSError):
                    says(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}/"

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def test_a_silent_server_holds_nobody(desk):
    desk.twin.faults.append(("", Fault(hangs=1)))
    begun = time.monotonic()
    with pytest.raises(Unreachable):
        wire.posted(desk.contract, b"<a/>", patience=0.2)
    assert time.monotonic() - begun < 1
    assert wire.PATIENCE == 60


def test_nothing_listening_is_asked_again_later():
    with pytest.raises(Unreachable):
        initialisation.versions(contract(Version.H004, "http://127.0.0.1:1/"))


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>maintenance</html>",
        b"<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>",
        b'<!DOCTYPE a [<!ENTITY e "x">]><ebicsHEVResponse xmlns="http://www.ebics.org/H000"/>',
        b"<ebicsHEVResponse xmlns='http://www.ebics.org/H000'/>",
        b"<a>" * 100_000,
    ],
)
def test_what_is_no_answer_of_ebics_is_unreadable(desk, answer):
    desk.twin.faults.append(("HEV", Fault(alters=lambda _: answer)))
    with pytest.raises(Unreadable):
        initialisation.versions(desk.contract)


@pytest.fixture(scope="module")
def certified(tmp_path_factory):
    return certificate_of_this_machine(tmp_path_factory.mktemp("tls"))


def test_https_is_spoken_to_who_is_certified_alone(desk, certified, monkeypatch):
    with Serving(desk.twin, tls_of(certified)) as serving:
        assert serving.url.startswith("https://")
        there = contract(Version.H005, serving.url)
        with pytest.raises(Unreachable, match="certificat du serveur"):
            initialisation.versions(there)
        monkeypatch.setenv("SSL_CERT_FILE", str(certified / "certificate.pem"))
        assert initialisation.versions(there) == ("H004", "H005")
