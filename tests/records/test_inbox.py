"""Mail that hands documents in: kept once, opened once, held where nobody knows its sender, answered in plain words."""

import io
import zipfile
from threading import Thread

import pytest
from django.conf import settings
from django.db import connections
from tests.cast import mill_pdf
from tests.conftest import AT
from tests.readers.test_mail import letter

from comptoir import pipeline
from comptoir.domain.mail import Door, addresses, door
from comptoir.lib.english import ENGLISH
from comptoir.records.accounts import actions as accounts
from comptoir.records.deposits import queries as documents
from comptoir.records.deposits.models import Arrival, Document, Original
from comptoir.records.inbox import actions as inbox
from comptoir.records.inbox import queries as inbox_of
from comptoir.records.inbox.models import Mail
from comptoir.records.mail.models import Letter

pytestmark = pytest.mark.django_db
PAPER = ("facture.pdf", mill_pdf(), "application/pdf")


@pytest.fixture
def token(bakery):
    return inbox.token_of(bakery, at=AT).word


def send(token, message, purpose="achat", sender="bob@example.org"):
    if not isinstance(message, bytes):
        del message["From"]
        message["From"] = sender
        message = message.as_bytes()
    pipeline.take_mail(door=Door(purpose, token), raw=message, envelope=sender, at=AT)
    for mail in Mail.objects.filter(opened_at=None, refused_at=None, held_at=None):
        pipeline.open_mail(str(mail.firm_id), str(mail.company_id), str(mail.pk))


def test_bobs_mail_is_his_piece_and_he_is_told(bakery, bob, token):
    send(token, letter(PAPER, ("notes.exe", b"MZ" + b"\0" * 60, "application/octet-stream")))
    document = Document.objects.get()
    assert (document.deposited_by, document.channel, document.purpose) == (bob, "mail", "achat")
    assert Arrival.objects.get().sent == {"from": "bob@example.org", "message_id": "<42@dupont.example>"}
    (told,) = Letter.objects.all()
    assert told.to == "bob@example.org"
    assert told.subject.startswith("1 document reçu sur 2")
    assert "✓ facture.pdf" in told.text
    assert "✗ notes.exe" in told.text


def test_who_reads_english_is_told_in_english_what_was_taken_and_what_was_not_and_why(bakery, bob, token):
    accounts.choose_language(person=bob, language=ENGLISH, at=AT)
    send(token, letter(PAPER, ("Notes & idées.exe", b"MZ" + b"\0" * 60, "application/octet-stream")))
    (told,) = Letter.objects.all()
    assert told.subject.startswith("1 document received out of 2 · ")
    for said in (told.text, told.html):
        assert "Hello Bob," in said
        assert "Here is what arrived for Boulangerie Dupont." in said
        assert "Keep the paper originals." in said
        assert "Pas pris" not in said
        assert "Ce format" not in said
    assert "Notes &amp; idées.exe" in told.html
    send(token, letter(body="Hello"))
    assert Letter.objects.last().subject.startswith("No document in your message")


def test_the_mail_itself_is_kept_bit_for_bit(bakery, bob, token):
    message = letter(PAPER)
    del message["From"]
    message["From"] = "bob@example.org"
    send(token, message.as_bytes())
    assert documents.content(Mail.objects.get().original) == message.as_bytes()


def test_what_comes_by_admin_is_never_booked(bakery, bob, token):
    send(token, letter(PAPER), "admin")
    assert Document.objects.get().purpose == "admin"


def test_a_stranger_waits_is_not_answered_and_is_let_in_with_one_gesture(bakery, bob, token):
    send(token, letter(PAPER), sender="x@inconnu.fr")
    (mail,) = inbox_of.waiting(bakery)
    assert not Document.objects.exists()
    assert not Letter.objects.exists(), "whoever was named as its sender may have sent nothing"
    pipeline.release(mail=mail, by=bob, at=AT)
    assert Document.objects.get().deposited_by is None
    assert inbox_of.count_waiting(bakery) == 0
    with pytest.raises(inbox.AlreadySettled):
        pipeline.release(mail=mail, by=bob, at=AT)


def test_what_is_refused_hands_nothing_in_and_is_kept(bakery, bob, token):
    send(token, letter(PAPER), sender="x@inconnu.fr")
    mail = Mail.objects.get()
    pipeline.refuse_mail(mail=mail, by=bob, at=AT)
    with pytest.raises(inbox.AlreadySettled):
        pipeline.release(mail=mail, by=bob, at=AT)
    with pytest.raises(inbox.AlreadySettled):
        pipeline.refuse_mail(mail=mail, by=bob, at=AT)
    assert not Document.objects.exists()


def test_an_authorised_domain_is_let_in(bakery, bob, token):
    inbox.authorise(company=bakery, written="@mill.fr", by=bob, at=AT)
    send(token, letter(PAPER), sender="factures@mill.fr")
    assert Document.objects.count() == 1


def test_a_known_name_whose_domain_disowns_the_mail_waits(bakery, bob, token, settings):
    settings.TRUSTED_CHECKS = {"mx.us"}
    send(token, letter(PAPER, Authentication_Results="mx.us; dmarc=fail"))
    assert inbox_of.count_waiting(bakery) == 1


def test_who_has_no_place_in_the_dossier_waits_and_a_deposante_hands_in_her_own(bakery, bob, dina, charlie, token):
    send(token, letter(PAPER), sender=charlie.email)
    assert inbox_of.count_waiting(bakery) == 1
    send(token, letter(PAPER), "vente", sender=dina.email)
    assert Document.objects.get().deposited_by == dina


def test_a_token_that_was_changed_takes_nothing_more(bakery, bob, token):
    fresh = inbox.give_token(company=bakery, by=bob, at=AT).word
    with pytest.raises(pipeline.NoSuchDoor):
        send(token, letter(PAPER))
    send(fresh, letter(PAPER))
    assert Document.objects.count() == 1
    assert door(addresses(fresh, settings.DEPOSIT_DOMAIN)["achat"]).token == fresh


def test_the_same_mail_twice_is_one_piece_and_one_answer(bakery, bob, token):
    for _ in range(3):
        send(token, letter(PAPER))
    assert (Mail.objects.count(), Document.objects.count(), Letter.objects.count()) == (1, 1, 1)


def test_the_same_paper_in_another_mail_is_said_to_be_there(bakery, bob, token):
    send(token, letter(PAPER))
    other = letter(PAPER)
    del other["Message-ID"]
    other["Message-ID"] = "<43@x>"
    send(token, other)
    assert Document.objects.count() == 1
    assert "déjà là" in Letter.objects.order_by("pk").last().text


def test_a_mail_without_a_document_is_told_so_and_a_receipt_is_one_itself(bakery, bob, token):
    send(token, letter(body="Bonjour, ci-joint la facture"))
    assert "aucun document" in Letter.objects.get().text
    receipt = letter(body="Votre reçu de péage\nTotal TTC 12,50 €")
    del receipt["Message-ID"]
    send(token, receipt)
    assert Document.objects.get().filename == "Factures de mars.pdf"


def test_a_zip_gives_its_pieces(bakery, bob, token):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for n in range(3):
            archive.writestr(f"{n}.pdf", mill_pdf(f"Z-{n}"))
    send(token, letter(("mars.zip", written.getvalue(), "application/zip")))
    assert Document.objects.count() == 3


def test_a_machine_is_never_answered_and_its_documents_are_taken(bakery, bob, token):
    send(token, letter(PAPER, Auto_Submitted="auto-generated"))
    assert Document.objects.count() == 1
    assert not Letter.objects.exists()


def test_answers_to_one_address_stop_after_a_while(bakery, bob, token, monkeypatch):
    monkeypatch.setattr(pipeline.mail_in, "ANSWERS_AN_HOUR", 2)
    for n in range(4):
        message = letter(body="rien")
        del message["Message-ID"]
        message["Message-ID"] = f"<{n}@x>"
        send(token, message)
    assert Letter.objects.count() == 2


def test_too_many_mails_are_asked_to_come_later(bakery, bob, token, settings):
    settings.MAILS_AN_HOUR = 1
    send(token, letter(PAPER))
    other = letter(PAPER)
    del other["Message-ID"]
    with pytest.raises(pipeline.TooManyMails):
        send(token, other)


def test_a_worker_killed_while_it_opens_leaves_nothing_and_begins_again(bakery, bob, token, monkeypatch):
    def killed(**more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(inbox, "opened", killed)
        with pytest.raises(KeyboardInterrupt):
            send(token, letter(PAPER))
    assert not Document.objects.exists()
    monkeypatch.setattr(pipeline.upkeep, "PATIENCE", -pipeline.upkeep.PATIENCE)
    queued = []
    monkeypatch.setattr(pipeline.upkeep, "open_later", lambda mail: queued.append(mail))
    pipeline.remember(0)
    (mail,) = queued
    pipeline.open_mail(str(mail.firm_id), str(mail.company_id), str(mail.pk))
    assert Document.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_mail_five_times_at_once_is_one(bakery, bob):
    token, faults = inbox.token_of(bakery, at=AT).word, []

    def deliver():
        try:
            send(token, letter(PAPER))
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [Thread(target=deliver) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert (Mail.objects.count(), Document.objects.count(), Letter.objects.count()) == (1, 1, 1)


def test_another_mail_under_the_same_message_id_is_another_mail(bakery, bob):
    door = Door("achat", inbox.token_of(bakery, at=AT).word)
    for text in ("un", "deux"):
        raw = f"From: {bob.email}\r\nMessage-ID: <same@x>\r\n\r\n{text}\r\n".encode()
        pipeline.take_mail(door=door, raw=raw, envelope="", at=AT)
        pipeline.take_mail(door=door, raw=b"Received: by another\r\n" + raw, envelope="", at=AT)
    assert Mail.objects.count() == 2
    assert Original.objects.filter(media_type="message/rfc822").count() == 2


def test_a_mail_that_nobody_held_is_not_refused(bakery, bob):
    door = Door("achat", inbox.token_of(bakery, at=AT).word)
    raw = f"From: {bob.email}\r\nMessage-ID: <1@x>\r\n\r\nun\r\n".encode()
    pipeline.take_mail(door=door, raw=raw, envelope="", at=AT)
    with pytest.raises(inbox.AlreadySettled):
        inbox.refuse(mail=Mail.objects.get(), by=bob, at=AT)


def test_an_address_longer_than_any_is_no_sender(bakery, bob):
    with pytest.raises(inbox.NotASender):
        inbox.authorise(company=bakery, written=f"{'a' * 60}@{'b.' * 110}fr", by=bob, at=AT)
