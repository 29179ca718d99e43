"""The mail server spoken to as other servers do: addresses refused by name, mail acknowledged once it is kept."""

import asyncio
import smtplib
import threading
from contextlib import contextmanager

import pytest

from comptoir.gateways.mail_in import Desk, Later, Refused, smtp


class Box:
    """What the desk kept, and how it answers."""

    def __init__(self):
        self.kept, self.answer = [], None

    def exists(self, address):
        if self.answer == "fall":
            raise OSError
        return address.startswith("achat.")

    def take(self, address, envelope, raw):
        if isinstance(self.answer, Exception):
            raise self.answer
        self.kept.append((address, envelope, raw))


@contextmanager
def serving(box, *, is_lmtp=False):
    """A server on a free port of this machine, on a loop of its own."""
    loop, ready = asyncio.new_event_loop(), threading.Event()
    held = {}

    async def start():
        desk = Desk(box.exists, box.take)
        held["server"] = await smtp.serve(desk, host="127.0.0.1", port=0, is_lmtp=is_lmtp, tls=None)
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
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


LETTER = b"From: a@b.fr\r\nSubject: x\r\n\r\nBonjour\r\n"


@pytest.mark.parametrize(("is_lmtp", "client"), [(False, smtplib.SMTP), (True, smtplib.LMTP)])
def test_a_mail_is_kept_for_each_of_its_recipients(is_lmtp, client):
    box = Box()
    with serving(box, is_lmtp=is_lmtp) as port, client("127.0.0.1", port) as wire:
        assert wire.sendmail("a@b.fr", ["achat.one@x", "achat.two@x"], LETTER) == {}
    assert [(address, envelope) for address, envelope, _ in box.kept] == [
        ("achat.one@x", "a@b.fr"),
        ("achat.two@x", "a@b.fr"),
    ]
    assert box.kept[0][2] == LETTER


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
