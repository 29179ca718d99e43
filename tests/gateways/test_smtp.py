"""The mail server spoken to as other servers do: addresses refused by name, mail acknowledged once it is kept."""

import asyncio
import smtplib
import socket
import ssl
import threading
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from comptoir.config import intake
from comptoir.gateways.mail_in import Desk, Later, Refused, smtp


class Box:
    """What the desk kept, and how it answers."""

    def __init__(self):
        self.kept, self.answer, self.answers = [], None, {}

    def exists(self, address):
        if self.answer == "fall":
            raise OSError
        return address.startswith("achat.")

    def take(self, address, envelope, raw):
        answer = self.answers.get(address, self.answer)
        if isinstance(answer, Exception):
            raise answer
        self.kept.append((address, envelope, raw))


@contextmanager
def serving(box, *, is_lmtp=False, tls=None, wants_tls=False):
    """A server on a free port of this machine, on a loop of its own."""
    loop, ready = asyncio.new_event_loop(), threading.Event()
    held = {}

    async def start():
        desk = Desk(box.exists, box.take)
        held["server"] = await smtp.serve(
            desk, host="127.0.0.1", port=0, is_lmtp=is_lmtp, tls=tls, wants_tls=wants_tls
        )
        ready.set()

    def run():
        asyncio.set_event_loop(loop)
        loop.create_task(start())
        loop.run_forever()

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(5)
    try:
        yield held["server"].sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(held["server"].close)
        # A wire that broke in the middle of its handshake closes in the loop's next rounds.
        loop.call_soon_threadsafe(loop.call_later, 0.05, loop.stop)
        thread.join()
        loop.close()


LETTER = b"From: a@b.fr\r\nSubject: x\r\n\r\nBonjour\r\n"


def test_a_mail_is_kept_for_each_of_its_recipients():
    box = Box()
    with serving(box) as port, smtplib.SMTP("127.0.0.1", port) as wire:
        assert wire.sendmail("a@b.fr", ["achat.one@x", "achat.two@x"], LETTER) == {}
    assert [(address, envelope) for address, envelope, _ in box.kept] == [
        ("achat.one@x", "a@b.fr"),
        ("achat.two@x", "a@b.fr"),
    ]
    assert box.kept[0][2] == LETTER


def told_by_lmtp(port, addresses):
    """What a relay is told of each of its recipients after the mail: one line each (RFC 2033)."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as wire, wire.makefile("rwb") as lines:

        def asked(words):
            lines.write(words + b"\r\n")
            lines.flush()
            return answer()

        def answer():
            while (line := lines.readline()) and line[3:4] == b"-":
                pass
            return line.decode().strip()

        answer()
        for words in [b"LHLO relay", b"MAIL FROM:<a@b.fr>", *(f"RCPT TO:<{one}>".encode() for one in addresses)]:
            assert asked(words).startswith("250")
        assert asked(b"DATA").startswith("354")
        told = [asked(LETTER + b"."), *(answer() for _ in addresses[1:])]
        assert asked(b"NOOP").startswith("250"), "and not one line more"
        asked(b"QUIT")
        return told


def test_a_relay_is_told_of_each_recipient():
    box = Box()
    box.answers = {"achat.two@x": Refused("changée"), "achat.three@x": Later("plus tard")}
    with serving(box, is_lmtp=True) as port:
        told = told_by_lmtp(port, [f"achat.{name}@x" for name in ("one", "two", "three", "four")])
    assert [line[:3] for line in told] == ["250", "554", "452", "250"]
    assert [address for address, _, _ in box.kept] == ["achat.one@x", "achat.four@x"]


@pytest.mark.parametrize(
    ("second", "code"), [(Refused("changée"), 554), (Later("plus tard"), 452), (RuntimeError("x"), 451)]
)
def test_what_one_recipient_refuses_keeps_a_mail_from_no_other(second, code):
    box = Box()
    box.answers = {"achat.two@x": second}
    with serving(box) as port, smtplib.SMTP("127.0.0.1", port) as wire:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            wire.sendmail("a@b.fr", ["achat.two@x", "achat.one@x"], LETTER)
    assert refused.value.smtp_code == code
    assert [address for address, _, _ in box.kept] == ["achat.one@x"]


def test_an_address_that_is_not_there_is_refused_by_its_name():
    box = Box()
    with serving(box) as port, smtplib.SMTP("127.0.0.1", port) as wire:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            wire.sendmail("a@b.fr", ["autre@x"], LETTER)
        assert refused.value.recipients["autre@x"][0] == 550
    assert not box.kept


@pytest.mark.parametrize(
    ("answer", "code"), [(Refused("changée"), 554), (Later("plus tard"), 452), (RuntimeError("x"), 451)]
)
def test_what_is_not_kept_is_never_acknowledged(answer, code):
    box = Box()
    box.answer = answer
    with serving(box) as port, smtplib.SMTP("127.0.0.1", port) as wire:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            wire.sendmail("a@b.fr", ["achat.one@x"], LETTER)
    assert refused.value.smtp_code == code


def test_a_database_that_is_away_makes_the_sender_try_again():
    box = Box()
    box.answer = "fall"
    with serving(box) as port, smtplib.SMTP("127.0.0.1", port) as wire:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            wire.sendmail("a@b.fr", ["achat.one@x"], LETTER)
    assert refused.value.recipients["achat.one@x"][0] == 451


def test_a_mail_that_is_too_large_is_refused_before_it_is_sent(monkeypatch):
    monkeypatch.setattr(smtp, "LARGEST", 1000)
    with serving(Box()) as port, smtplib.SMTP("127.0.0.1", port) as wire:
        with pytest.raises((smtplib.SMTPSenderRefused, smtplib.SMTPDataError)) as refused:
            wire.sendmail("a@b.fr", ["achat.one@x"], LETTER + b"x" * 5000)
    assert refused.value.smtp_code == 552


def test_a_bounce_comes_without_a_sender():
    box = Box()
    with serving(box) as port, smtplib.SMTP("127.0.0.1", port) as wire:
        wire.sendmail("", ["achat.one@x"], LETTER)
    assert box.kept[0][1] == ""


def test_more_mails_at_once_than_memory_holds_are_asked_to_come_later(monkeypatch):
    monkeypatch.setattr(smtp, "MOST_MAILS", 2)
    with serving(Box()) as port, ExitStack() as open_ones:
        first, second, third = (open_ones.enter_context(smtplib.SMTP("127.0.0.1", port)) for _ in range(3))

        def announced(wire):
            wire.ehlo()
            wire.mail("a@b.fr")
            return wire.rcpt("achat.one@x")[0]

        assert [announced(wire) for wire in (first, second, third)] == [250, 250, 452]
        assert first.rcpt("achat.two@x")[0] == 250, "who is there may name another"
        assert first.data(LETTER)[0] == 250
        third.rset()
        assert announced(third) == 250


# ── STARTTLS (RFC 3207) ──


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate that signs itself, for this machine, and its key: their files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("certificate")
    (folder / "own.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "own.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return folder / "own.pem", folder / "own.key"


@pytest.fixture
def tls(certificate, monkeypatch):
    monkeypatch.setenv("COMPTOIR_SMTP_CERTIFICATE", str(certificate[0]))
    monkeypatch.setenv("COMPTOIR_SMTP_KEY", str(certificate[1]))
    return intake._tls()


def test_a_mail_is_taken_under_starttls_whose_certificate_is_the_settings(tls, certificate):
    box = Box()
    with serving(box, tls=tls) as port, smtplib.SMTP("localhost", port) as wire:
        wire.ehlo()
        assert wire.has_extn("starttls")
        wire.starttls(context=ssl.create_default_context(cafile=str(certificate[0])))
        wire.ehlo()
        assert not wire.has_extn("starttls"), "it is offered once"
        assert wire.sock.version().startswith("TLSv1.")
        assert wire.sendmail("a@b.fr", ["achat.one@x"], LETTER) == {}
    assert [address for address, *_ in box.kept] == ["achat.one@x"]


def test_what_was_said_in_clear_before_counts_for_nothing(tls):
    box = Box()
    with serving(box, tls=tls) as port, smtplib.SMTP("localhost", port) as wire:
        wire.ehlo()
        wire.mail("a@b.fr")
        wire.rcpt("achat.one@x")
        wire.starttls(context=ssl._create_unverified_context())
        wire.ehlo()
        assert wire.docmd("DATA")[0] == 503
    assert box.kept == []


def test_commands_slipped_in_behind_starttls_are_not_heard_as_secret(tls):
    box = Box()
    with serving(box, tls=tls) as port, socket.create_connection(("localhost", port), timeout=5) as wire:
        lines = wire.makefile("rb")
        lines.readline()
        wire.sendall(b"EHLO x\r\n")
        while not lines.readline().startswith(b"250 "):
            pass
        wire.sendall(b"STARTTLS\r\nMAIL FROM:<evil@x.fr>\r\nRCPT TO:<achat.one@x>\r\nDATA\r\n")
        assert lines.readline().startswith(b"220")
        with suppress(OSError):  # whether the handshake still works is the server's to say
            with ssl._create_unverified_context().wrap_socket(wire) as secret:
                secret.settimeout(1)
                secret.sendall(LETTER + b".\r\n")
                assert not secret.recv(200).startswith((b"354", b"250"))
        lines.close()
    assert box.kept == []


def test_in_clear_a_mail_is_taken_unless_the_setting_wants_it_secret(tls):
    box = Box()
    with serving(box, tls=tls) as port, smtplib.SMTP("localhost", port) as wire:
        assert wire.sendmail("a@b.fr", ["achat.one@x"], LETTER) == {}
    with serving(box, tls=tls, wants_tls=True) as port, smtplib.SMTP("localhost", port) as wire:
        with pytest.raises(smtplib.SMTPResponseException) as refused:
            wire.sendmail("a@b.fr", ["achat.two@x"], LETTER)
        assert refused.value.smtp_code == 530
        wire.starttls(context=ssl._create_unverified_context())
        assert wire.sendmail("a@b.fr", ["achat.three@x"], LETTER) == {}
    assert [address for address, *_ in box.kept] == ["achat.one@x", "achat.three@x"]


def test_without_a_certificate_nothing_is_offered_and_nothing_can_be_wanted(monkeypatch):
    monkeypatch.delenv("COMPTOIR_SMTP_CERTIFICATE", raising=False)
    assert intake._tls() is None
    with serving(Box()) as port, smtplib.SMTP("localhost", port) as wire:
        wire.ehlo()
        assert not wire.has_extn("starttls")
    for wanted in ("required", "yes"):
        monkeypatch.setenv("COMPTOIR_SMTP_TLS", wanted)
        with pytest.raises(ValueError, match="COMPTOIR_SMTP_TLS"):
            intake._wants_tls()


def test_the_setting_is_read_at_the_start(monkeypatch, certificate):
    assert not intake._wants_tls()
    monkeypatch.setenv("COMPTOIR_SMTP_CERTIFICATE", str(certificate[0]))
    monkeypatch.setenv("COMPTOIR_SMTP_TLS", "required")
    assert intake._wants_tls()
