"""The addresses on screen: given, changed, copied to an address book; senders and mails that wait."""

import io

import pikepdf
import pytest
from tests.cast import mill_pdf
from tests.conftest import AT
from tests.readers.test_mail import letter
from tests.records.test_inbox import send

from comptoir.gateways.mail_in import Later, Refused
from comptoir.records.deposits.models import Document
from comptoir.records.inbox import actions as inbox
from comptoir.records.inbox.models import Mail, Sender, Token
from comptoir.web import intake

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(bakery):
    return f"/c/{bakery.pk}/adresses/"


@pytest.fixture
def stranger(bakery):
    word = inbox.token_of(bakery, at=AT).word
    send(word, letter(("f.pdf", mill_pdf(), "application/pdf")), sender="x@inconnu.fr")
    return Mail.objects.get()


def test_bob_and_alice_see_the_same_four_addresses(page, bob, alice, signed_in, bakery):
    pages = [signed_in(who).get(page).content.decode() for who in (bob, alice)]
    word = Token.objects.get(company=bakery).word
    for purpose in ("achat", "vente", "ndf", "admin"):
        assert all(f"{purpose}.{word}@" in shown for shown in pages)


def test_the_addresses_are_changed_by_who_may_and_the_old_ones_are_dead(page, bob, signed_in, bakery, settings):
    old = inbox.token_of(bakery, at=AT).word
    signed_in(bob).post(page)
    new = inbox.token_of(bakery, at=AT).word
    assert new != old
    assert intake.DESK.exists(f"achat.{new}@{settings.DEPOSIT_DOMAIN}")
    assert not intake.DESK.exists(f"achat.{old}@{settings.DEPOSIT_DOMAIN}")
    assert not intake.DESK.exists(f"achat.{new}@autre.example")
    assert not intake.DESK.exists("bob@dupont.example")
    with pytest.raises(Refused):
        intake.DESK.take(f"achat.{old}@x", "a@b.fr", b"x")
    with pytest.raises(Refused):
        intake.DESK.take("autre@x", "a@b.fr", b"x")


def test_too_many_mails_and_a_full_disk_are_asked_to_come_later(bakery, settings, monkeypatch):
    word = inbox.token_of(bakery, at=AT).word
    settings.MAILS_AN_HOUR = 0
    with pytest.raises(Later):
        intake.DESK.take(f"achat.{word}@x", "a@b.fr", b"x")

    def full(**more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("comptoir.pipeline.take_mail", full)
    with pytest.raises(Later):
        intake.DESK.take(f"achat.{word}@x", "a@b.fr", b"x")


def test_the_card_holds_the_four_addresses(page, bob, signed_in):
    card = signed_in(bob).get(page + "contacts.vcf").content.decode()
    assert card.startswith("BEGIN:VCARD\r\n")
    assert card.count("EMAIL") == 4


def test_senders_are_added_and_withdrawn(page, bob, signed_in):
    browser = signed_in(bob)
    browser.post(page + "expediteurs", {"sender": "Factures@Mill.fr"})
    sender = Sender.objects.get()
    assert sender.pattern == "factures@mill.fr"
    refused = browser.post(page + "expediteurs", {"sender": "n'importe quoi"})
    assert refused.status_code == 422
    assert "domaine entier" in refused.content.decode()
    browser.post(f"{page}expediteurs/{sender.pk}/retrait")
    assert not Sender.objects.exists()


def test_a_mail_that_waits_is_let_in_and_its_sender_from_then_on(page, stranger, bob, signed_in):
    browser = signed_in(bob)
    assert "x@inconnu.fr" in browser.get(page).content.decode()
    browser.post(f"{page}messages/{stranger.pk}/acceptation", {"always": "1"})
    assert Document.objects.count() == 1
    assert Sender.objects.get().pattern == "x@inconnu.fr"
    assert browser.post(f"{page}messages/{stranger.pk}/acceptation").status_code == 422
    assert browser.post(f"{page}messages/{stranger.pk}/refus").status_code == 422


def test_a_mail_that_waits_is_refused(page, stranger, alice, signed_in):
    signed_in(alice).post(f"{page}messages/{stranger.pk}/refus")
    assert not Document.objects.exists()


def test_a_name_full_of_scripts_is_text(page, bakery, bob, signed_in):
    word = inbox.token_of(bakery, at=AT).word
    message = letter()
    del message["Subject"]
    message["Subject"] = "<script>alert(1)</script>"
    send(word, message, sender="x@inconnu.fr")
    assert "<script>alert" not in signed_in(bob).get(page).content.decode()


def test_dina_and_charlie_find_no_addresses(page, stranger, dina, charlie, signed_in):
    for who in (dina, charlie):
        assert signed_in(who).get(page).status_code == 404
        assert signed_in(who).post(f"{page}messages/{stranger.pk}/acceptation").status_code == 404


def test_what_a_mail_did_not_bring_is_said_with_the_way_on(page, bakery, bob, alice, signed_in):
    word = inbox.token_of(bakery, at=AT).word
    with pikepdf.open(io.BytesIO(mill_pdf())) as paper:
        paper.save(locked := io.BytesIO(), encryption=pikepdf.Encryption(user="secret", owner="x"))
    send(word, letter(("f.pdf", mill_pdf(), "application/pdf")), sender=bob.email)
    send(word, letter(("encore.pdf", mill_pdf(), "application/pdf"), Reply_To="a@b.fr"), sender=bob.email)
    send(word, letter(("p.pdf", locked.getvalue(), "application/pdf")), sender=bob.email)
    send(word, letter(body="Bonjour"), sender=bob.email)
    key = Document.objects.get().pk
    for who, piece in (
        (bob, f"/c/{bakery.pk}/pieces/{key}/"),
        (alice, f"/dossiers/{bakery.pk}/production/{key}/"),
    ):
        shown = signed_in(who).get(page).content.decode()
        assert f'href="{piece}">Voir la pièce' in shown
        assert "Déposez-le sur la page Pièces, où il vous sera demandé" in shown
        assert "Aucun document" in shown
        assert shown.count("Rien de pris") == 2
        assert signed_in(who).get(piece).status_code == 200
