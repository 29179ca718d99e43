"""A time-stamp authority made with OpenSSL behind loopback: what it signs is believed, and nothing else is."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from tests.tsa_twin import OPENSSL, Served, Tsa, openssl

from comptoir.gateways import timestamp
from comptoir.gateways.timestamp import NotAStamp, Unreachable, rfc3161

SAID = b"a" * 64
pytestmark = pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed")


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    return Tsa(tmp_path_factory.mktemp("tsa") / "ours", "Ours")


@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    return Tsa(tmp_path_factory.mktemp("tsa") / "theirs", "Theirs")


@pytest.fixture
def served(ours):
    with Served(lambda query: (200, ours.reply(query))) as server:
        yield server


@pytest.fixture
def authority(served, ours):
    return timestamp.authority(served.address, str(ours.root))


def test_a_token_proves_the_moment_and_what_was_stamped(authority):
    token = authority.stamp(SAID)
    assert abs(authority.judged(token, SAID) - datetime.now(UTC)) < timedelta(minutes=1)


def test_the_request_is_that_of_the_norm(authority, served):
    authority.stamp(SAID)
    path, headers, query = served.asked[0]
    assert path == "/tsr?client=7"
    assert headers["Content-Type"] == "application/timestamp-query"
    assert headers["Authorization"] == "Basic Y2FiaW5ldDpzQGNyZXRz"
    text = openssl("ts", "-query", "-in", "/dev/stdin", "-text", input=query).decode()
    assert "Version: 1" in text
    assert "sha256" in text
    assert "Certificate required: yes" in text
    assert "Nonce: 0x" in text


def test_each_request_has_a_number_of_its_own(authority, served):
    authority.stamp(SAID)
    authority.stamp(SAID)
    first, second = (query for _, _, query in served.asked)
    assert first != second


def test_openssl_believes_the_token_that_is_kept(authority, ours, tmp_path):
    (tmp_path / "seal.txt").write_bytes(SAID)
    (tmp_path / "token.tsr").write_bytes(authority.stamp(SAID))
    files = ("-data", tmp_path / "seal.txt", "-in", tmp_path / "token.tsr", "-CAfile", ours.root)
    openssl("ts", "-verify", *files)


def test_a_grant_with_modifications_is_a_grant(authority, served, ours):
    plain, modified = bytes.fromhex("3003020100"), bytes.fromhex("3003020101")
    served.answer = lambda query: (200, ours.reply(query).replace(plain, modified, 1))
    token = authority.stamp(SAID)
    assert modified in token[:12]
    assert authority.judged(token, SAID)


def test_a_refusal_is_no_stamp(authority, served, ours):
    served.answer = lambda query: (200, ours.reply(query, section="refuses"))
    with pytest.raises(NotAStamp, match="refused: rejection"):
        authority.stamp(SAID)


def test_a_token_is_of_what_was_stamped_alone(authority):
    with pytest.raises(NotAStamp):
        authority.judged(authority.stamp(SAID), b"b" * 64)


def test_a_token_over_something_else_is_not_believed(authority, served, ours, tmp_path):
    (tmp_path / "other").write_bytes(b"other")
    other = openssl("ts", "-query", "-data", tmp_path / "other", "-sha256", "-cert")
    served.answer = lambda _: (200, ours.reply(other))
    with pytest.raises(NotAStamp):
        authority.stamp(SAID)


def test_a_token_over_another_kind_of_digest_is_not_believed(authority, ours, tmp_path):
    (tmp_path / "seal.txt").write_bytes(SAID)
    query = openssl("ts", "-query", "-data", tmp_path / "seal.txt", "-sha512", "-cert")
    with pytest.raises(NotAStamp, match="SHA-256"):
        authority.judged(ours.reply(query), SAID)


def test_another_authority_is_not_believed(authority, served, theirs):
    served.answer = lambda query: (200, theirs.reply(query))
    with pytest.raises(NotAStamp):
        authority.stamp(SAID)


def test_an_answer_to_another_request_is_not_believed(authority, served):
    old = authority.stamp(SAID)
    served.answer = lambda _: (200, old)
    with pytest.raises(NotAStamp):
        authority.stamp(SAID)


def test_a_token_names_the_certificate_that_signed_it(authority, served, ours):
    served.answer = lambda query: (200, ours.reply_signed_by(query, "tsa", "-cades"))
    assert authority.stamp(SAID)
    served.answer = lambda query: (200, ours.reply_signed_by(query, "tsa"))
    with pytest.raises(NotAStamp, match="does not name"):
        authority.stamp(SAID)


def test_a_certificate_put_in_the_place_of_the_one_that_signed_is_not_believed(authority, served, ours):
    """Same key, name and number, by the same root: only the hash that was signed tells them apart."""
    for who in ("one", "two"):
        ours.certify(who, "tsa", "-set_serial", "77", by="middle", key="tsa")
        (ours.folder / f"{who}.key").write_bytes((ours.folder / "tsa.key").read_bytes())
    one = ours.der("one")
    while (two := ours.der("two")) == one or len(two) != len(one):  # dated by the second
        time.sleep(1)
        ours.certify("two", "tsa", "-set_serial", "77", by="middle", key="tsa")
    served.answer = lambda query: (200, ours.reply_signed_by(query, "one", "-cades"))
    assert authority.stamp(SAID)
    served.answer = lambda query: (200, ours.reply_signed_by(query, "one", "-cades").replace(one, two))
    with pytest.raises(NotAStamp, match="does not name"):
        authority.stamp(SAID)


def test_a_certificate_that_is_not_for_stamping_is_not_believed(authority, served, ours):
    ours.certify("plain", "plain", by="middle")
    served.answer = lambda query: (200, ours.reply_signed_by(query, "plain", "-cades"))
    with pytest.raises(NotAStamp):
        authority.stamp(SAID)


@pytest.mark.parametrize(
    "body",
    [b"", b"garbage", b"\x30\x03\x02\x01\x02", bytes.fromhex("30053003020100"), b"\x30\x82" + b"\0" * 70_000],
)
def test_what_is_no_answer_is_none(authority, served, body):
    served.answer = lambda _: (200, body)
    with pytest.raises(NotAStamp):
        authority.stamp(SAID)


def test_a_token_changed_anywhere_proves_nothing_else(authority):
    token = authority.stamp(SAID)
    moment = authority.judged(token, SAID)
    for place in range(0, len(token), 37):
        changed = bytearray(token)
        changed[place] ^= 1
        try:
            found = authority.judged(bytes(changed), SAID)
        except NotAStamp:
            continue
        assert found == moment, (
            f"byte {place}"
        )  # a byte that nothing signs, as in a certificate that is not needed


def test_an_authority_that_fails_is_asked_again_later(authority, served):
    served.answer = lambda _: (500, b"")
    with pytest.raises(Unreachable):
        authority.stamp(SAID)


def test_what_speaks_no_http_is_asked_again_later(authority, served):
    served.answer = lambda _: (None, b"220 mail.example ESMTP\r\n")
    with pytest.raises(Unreachable):
        authority.stamp(SAID)


def test_the_password_is_sent_nowhere_else(authority, served):
    with Served(lambda _: (200, b"")) as elsewhere:
        there = ("Location", f"http://127.0.0.1:{elsewhere.server_port}/")
        served.answer = lambda _: (307, b"", there)
        with pytest.raises(Unreachable):
            authority.stamp(SAID)
        assert elsewhere.asked == []


def test_nothing_listening_is_asked_again_later(ours):
    with pytest.raises(Unreachable):
        timestamp.authority("http://127.0.0.1:1/", str(ours.root)).stamp(SAID)


def drop_by_drop(count):
    for _ in range(count):
        time.sleep(0.1)
        yield b"\x30"


def test_one_that_is_silent_or_slow_does_not_hold_anybody(served, ours):
    hasty = rfc3161.Authority(served.address, ours.pem("ca"), patience=0.3)
    served.answer = lambda _: (time.sleep(1), (200, b""))[1]
    with pytest.raises(Unreachable):
        hasty.stamp(SAID)
    served.answer = lambda _: (200, drop_by_drop(30))
    begun = time.monotonic()
    with pytest.raises(Unreachable, match="too slow"):
        hasty.stamp(SAID)
    assert time.monotonic() - begun < 2
    assert rfc3161.PATIENCE == 15


def test_only_certificates_are_handed_on(served, ours, tmp_path):
    both = tmp_path / "both.pem"
    both.write_bytes((ours.folder / "ca.key").read_bytes() + ours.pem("ca"))
    handed = timestamp.authority(served.address, str(both)).certificates
    assert handed.count(b"BEGIN CERTIFICATE") == 1
    assert b"PRIVATE" not in handed


def test_an_authority_wants_its_certificates():
    assert timestamp.authority("") is None
    for address in ("https://tsa.example/", "ftp://tsa.example/", "tsa"):
        with pytest.raises(ValueError, match="COMPTOIR_TIMESTAMP"):
            timestamp.authority(address)


def test_a_wrong_setting_is_named_without_its_password():
    with pytest.raises(ValueError, match="COMPTOIR_TIMESTAMP: tsa") as fault:
        timestamp.authority("ftp://cabinet:secret@tsa.example/")
    assert "secret" not in str(fault.value)
