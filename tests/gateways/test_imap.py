"""A mailbox emptied by IMAP: each mail is moved once it is kept, put aside where it is for nobody, and never lost."""

import imaplib
import threading

import pytest
from tests.imap_twin import Twin

from comptoir.gateways.mail_in import Desk, Later, Refused, imap

OURS = "achat.abcd@depot.example"


def letter(*headers, body="Bonjour"):
    return (
        "\r\n".join(["From: mill@example.fr", "Return-Path: <mill@example.fr>", *headers, "", body]) + "\r\n"
    ).encode()


class Box:
    """What the desk kept, and how it answers."""

    def __init__(self):
        self.kept, self.answers = [], {}

    def exists(self, address):
        return address.endswith("@depot.example")

    def take(self, address, envelope, raw):
        if fault := self.answers.get(address):
            raise fault
        self.kept.append((address, envelope, raw))

    @property
    def desk(self):
        return Desk(self.exists, self.take)


@pytest.fixture
def box():
    return Box()


@pytest.fixture
def twin():
    made = []

    def make(*mails):
        made.append(Twin(*mails))
        return made[-1]

    yield make
    for one in made:
        one.shutdown()
        one.server_close()


def emptied(server, box):
    return imap.empty(imap.mailbox(server.address), box.desk)


def test_a_mail_for_one_of_our_addresses_is_kept_then_moved(twin, box):
    raw = letter(f"To: {OURS}")
    server = twin(raw)
    assert emptied(server, box) == 1
    assert box.kept == [(OURS, "mill@example.fr", raw)]
    assert server.folders["INBOX"] == {}
    assert server.folders[imap.TAKEN] == {1: raw}


def test_whom_the_server_delivered_to_counts_more_than_what_the_letter_says(twin, box):
    server = twin(letter("Delivered-To: vente.x@depot.example", f"To: {OURS}"))
    emptied(server, box)
    assert [address for address, *_ in box.kept] == ["vente.x@depot.example"]


def test_several_dossiers_in_one_letter_each_get_it(twin, box):
    server = twin(letter(f"To: {OURS}, Autre <ndf.y@depot.example>", "Cc: someone@elsewhere.fr"))
    assert emptied(server, box) == 1
    assert [address for address, *_ in box.kept] == [OURS, "ndf.y@depot.example"]


@pytest.mark.parametrize(
    "raw", [letter("To: contact@elsewhere.fr"), letter(), b"", b"\xff\xfe garbage", letter("To: =?x")]
)
def test_what_is_for_nobody_is_put_aside_and_not_lost(twin, box, raw):
    server = twin(raw)
    assert emptied(server, box) == 0
    assert server.folders[imap.ASIDE] == {1: raw}
    assert box.kept == []


def test_what_is_refused_for_ever_is_put_aside(twin, box):
    box.answers[OURS] = Refused("changée")
    server = twin(letter(f"To: {OURS}"))
    emptied(server, box)
    assert list(server.folders[imap.ASIDE]) == [1]


def test_what_cannot_be_kept_now_stays_where_it_is(twin, box):
    box.answers[OURS] = Later("plus de place")
    server = twin(letter(f"To: {OURS}"))
    with pytest.raises(Later):
        emptied(server, box)
    assert list(server.folders["INBOX"]) == [1]
    box.answers.clear()
    assert emptied(server, box) == 1


def test_a_cut_in_the_middle_loses_nothing(twin, box):
    server = twin(letter(f"To: {OURS}", body="1"), letter(f"To: {OURS}", body="2"))
    server.cut_after = 1
    with pytest.raises((OSError, imaplib.IMAP4.error)):
        emptied(server, box)
    assert list(server.folders["INBOX"]) == [2]
    server.cut_after = None
    assert emptied(server, box) == 1
    assert [raw[-3:] for *_, raw in box.kept] == [b"1\r\n", b"2\r\n"]


def test_a_huge_mail_is_put_aside_unread(twin, box):
    server = twin(letter(f"To: {OURS}"))
    server.claimed[1] = imap.LARGEST + 1
    emptied(server, box)
    assert server.fetched == 0
    assert list(server.folders[imap.ASIDE]) == [1]


@pytest.mark.parametrize("capabilities", ["IMAP4rev1 UIDPLUS", "IMAP4rev1"])
def test_a_server_that_cannot_move_copies_and_marks(twin, box, capabilities):
    server = twin(letter(f"To: {OURS}"))
    server.capabilities = capabilities
    assert emptied(server, box) == 1
    assert emptied(server, box) == 0
    assert list(server.folders[imap.TAKEN]) == [1]
    assert ("UID EXPUNGE" in server.commands) == ("UIDPLUS" in capabilities)


def test_a_wrong_password_and_a_missing_folder_are_faults_that_are_told(twin, box):
    server = twin()
    server.password = "another"
    with pytest.raises(imaplib.IMAP4.error):
        emptied(server, box)
    server.password = "s@crets"
    with pytest.raises(imaplib.IMAP4.error):
        imap.empty(imap.mailbox(server.address.replace("INBOX", "Nulle%20part")), box.desk)


def test_a_mailbox_that_fails_is_asked_again_and_less_often(box, caplog):
    stopped, waits = threading.Event(), []

    class Stop(threading.Event):
        def wait(self, timeout=None):
            waits.append(timeout)
            if len(waits) == 5:
                self.set()

    stopped = Stop()
    imap.keep_emptying(imap.mailbox("imap://a:b@127.0.0.1:9/INBOX"), box.desk, stopped)
    assert waits == [120, 240, 480, 900, 900]
    assert "mailbox a@127.0.0.1" in caplog.text
    assert ":b@" not in caplog.text


def test_a_password_never_goes_in_clear():
    assert imap.mailbox("") is None
    assert imap.mailbox("imaps://a:b@mail.example").port == 993
    assert imap.mailbox("imap://a:b@mail.example/X?starttls=1").is_upgraded
    for address in ("imap://a:b@mail.example", "http://a:b@mail.example", "imaps://mail.example"):
        with pytest.raises(ValueError, match="COMPTOIR_IMAP"):
            imap.mailbox(address)
