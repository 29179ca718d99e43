"""A time-stamp authority made with OpenSSL behind loopback: what it signs is believed, and nothing else is."""

import contextlib
import http.server
import shutil
import subprocess
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from comptoir.gateways import timestamp
from comptoir.gateways.timestamp import NotAStamp, Unreachable, rfc3161

SAID = b"a" * 64
OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed")

CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = {name}
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[tsa]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa_policy]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
certs = {folder}/tsa.pem
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_chain = no
ess_cert_id_alg = sha256
accuracy = secs:1
"""


def openssl(*args, **more):
    return subprocess.run([OPENSSL, *args], check=True, capture_output=True, **more).stdout


def make_authority(folder, name):
    """Keys and certificates of an authority, as OpenSSL makes them."""
    folder.mkdir()
    config = folder / "openssl.cnf"
    config.write_text(CONFIG.format(name=name, folder=folder))
    (folder / "serial").write_text("01\n")
    for who, extensions in (("ca", "ca"), ("tsa", "tsa")):
        key = ("-newkey", "rsa:2048", "-nodes", "-keyout", str(folder / f"{who}.key"), "-config", str(config))
        signed = () if who == "ca" else ("-CA", str(folder / "ca.pem"), "-CAkey", str(folder / "ca.key"))
        openssl(
            "req", "-x509", *key, "-extensions", extensions, "-days", "30", "-subj", f"/CN={name} {who}",
            "-out", str(folder / f"{who}.pem"), *signed,
        )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    return make_authority(tmp_path_factory.mktemp("tsa") / "ours", "Ours")


@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    return make_authority(tmp_path_factory.mktemp("tsa") / "theirs", "Theirs")


def reply(folder, query):
    """What this authority signs for a request."""
    (folder / "query.tsq").write_bytes(query)
    args = (
        "-config",
        str(folder / "openssl.cnf"),
        "-section",
        "tsa_policy",
        "-queryfile",
        str(folder / "query.tsq"),
    )
    return openssl("ts", "-reply", *args)


@pytest.fixture
def served():
    """A server whose answer a test chooses; keeps what it was asked."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            status, body = server.answer(asked[-1][1])
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            with contextlib.suppress(BrokenPipeError):  # who asked has gone
                self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked = asked
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def authority(served, ours):
    served.answer = lambda query: (200, reply(ours, query))
    address = f"http://cabinet:s%40crets@127.0.0.1:{served.server_port}/tsr"
    return timestamp.authority(address, str(ours / "ca.pem"))


def test_a_token_proves_the_moment_and_what_was_stamped(authority):
    token = authority.stamp(SAID)
    assert abs(authority.judged(token, SAID) - datetime.now(UTC)) < timedelta(minutes=1)


def test_the_request_is_that_of_the_norm(authority, served):
    authority.stamp(SAID)
    headers, query = served.asked[0]
    assert headers["Content-Type"] == "application/timestamp-query"
    assert headers["Authorization"] == "Basic Y2FiaW5ldDpzQGNyZXRz"
    text = openssl("ts", "-query", "-in", "/dev/stdin", "-text", input=query).decode()
    assert "sha256" in text
    assert "Certificate required: yes" in text
    assert "Nonce: 0x" in text


def test_openssl_believes_the_token_that_is_kept(authority, ours, tmp_path):
    (tmp_path / "seal.txt").write_bytes(SAID)
    (tmp_path / "token.tsr").write_bytes(authority.stamp(SAID))
    files = ("-data", tmp_path / "seal.txt", "-in", tmp_path / "token.tsr", "-CAfile", ours / "ca.pem")
    said = subprocess.run([OPENSSL, "ts", "-verify", *files], capture_output=True, check=False)
    assert b"Verification: OK" in said.stdout + said.stderr


def test_a_token_is_of_what_was_stamped_alone(authority):
    with pytest.raises(NotAStamp):
        authority.judged(authority.stamp(SAID), b"b" * 64)


def test_another_authority_is_not_believed(authority, served, theirs):
    served.answer = lambda query: (200, reply(theirs, query))
    with pytest.raises(NotAStamp):
        authority.stamp(SAID)


def test_an_answer_to_another_request_is_not_believed(authority, served, ours):
    old = authority.stamp(SAID)
    served.answer = lambda _: (200, old)
    with pytest.raises(NotAStamp):
        authority.stamp(SAID)


@pytest.mark.parametrize("body", [b"", b"garbage", b"\x30\x03\x02\x01\x02", b"\x30\x82" + b"\0" * 70_000])
def test_what_is_no_answer_is_none(authority, served, body):
    served.answer = lambda _: (200, body)
    with pytest.raises(NotAStamp):
        authority.stamp(SAID)


def test_a_changed_token_proves_nothing(authority):
    token = bytearray(authority.stamp(SAID))
    token[-20] ^= 1
    with pytest.raises(NotAStamp):
        authority.judged(bytes(token), SAID)


def test_an_authority_that_fails_is_asked_again_later(authority, served):
    served.answer = lambda _: (500, b"")
    with pytest.raises(Unreachable):
        authority.stamp(SAID)


def test_one_that_is_silent_does_not_hold_anybody(authority, served, monkeypatch):
    monkeypatch.setattr(rfc3161, "PATIENCE", 0.3)
    served.answer = lambda _: (time.sleep(1), (200, b""))[1]
    with pytest.raises(Unreachable):
        authority.stamp(SAID)


def test_an_authority_wants_its_certificates():
    assert timestamp.authority("") is None
    for address in ("https://tsa.example/", "ftp://tsa.example/", "tsa"):
        with pytest.raises(ValueError, match="COMPTOIR_TIMESTAMP"):
            timestamp.authority(address)
