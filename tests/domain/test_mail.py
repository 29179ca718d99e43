"""Mail that hands documents in: its doors, who may send, what is never answered, what is a receipt itself."""

import pytest

from comptoir.domain.mail import (
    DEMAND,
    LETTER,
    PURPOSES,
    RESERVED,
    Door,
    Incoming,
    addresses,
    answer_address,
    door,
    is_among,
    is_answer,
    is_answered,
    is_receipt,
    kept_as,
    pattern,
)


def incoming(**checks):
    return Incoming("<1@x>", "a@b.fr", "", (), (), "", checks, is_automatic=False)


def test_each_purpose_has_its_address_and_each_address_its_purpose():
    given = addresses("abcdefgh2345", "depot.example")
    assert given["achat"] == "achat.abcdefgh2345@depot.example"
    assert {door(address).purpose for address in given.values()} == {"achat", "vente", "ndf", "admin"}
    assert door("ACHAT.ABCDEFGH2345@x") == Door("achat", "abcdefgh2345")


@pytest.mark.parametrize(("purpose", "kept"), [(LETTER, ""), (DEMAND, "admin"), (RESERVED, "")])
def test_a_letter_is_answered_at_a_door_that_is_signed(purpose, kept):
    given = Door(purpose, "abcdefgh2345", "abcdefghijkl2345")
    assert door(answer_address(given, "depot.example").upper()) == given
    assert door(f"{purpose}.abcdefgh2345@depot.example") is None, "without its signature it is no door"
    assert is_answer(purpose)
    assert kept_as(purpose) == kept


def test_what_a_supplier_sends_answers_nothing_and_is_what_its_door_says():
    assert not any(map(is_answer, PURPOSES))
    assert [kept_as(purpose) for purpose in PURPOSES] == list(PURPOSES)


@pytest.mark.parametrize(
    "address", ["", "achat@x", "achat.a@x", "autre.abcdefgh2345@x", "achat.abcdefgh2345.x@x", "achat.abcd efgh@x"]
)
def test_what_is_no_door_is_none(address):
    assert door(address) is None


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" Factures@Mill.FR ", "factures@mill.fr"),
        ("mill.fr", "@mill.fr"),
        ("@mill.fr", "@mill.fr"),
        ("mill", ""),
        ("a@b@c.fr", ""),
        ("a@b.fr\nBcc: x", ""),
        ("", ""),
    ],
)
def test_a_sender_is_an_address_or_a_domain(written, kept):
    assert pattern(written) == kept


def test_a_domain_lets_its_addresses_in_and_no_other():
    patterns = frozenset({"@mill.fr", "paul@home.fr"})
    assert is_among("Any@Mill.fr", patterns)
    assert is_among("paul@home.fr", patterns)
    assert not is_among("anne@home.fr", patterns)
    assert not is_among("x@evil-mill.fr", patterns)


@pytest.mark.parametrize(
    ("sender", "automatic", "answered"),
    [
        ("bob@dupont.fr", False, True),
        ("bob@dupont.fr", True, False),
        ("", False, False),
        ("mailer-daemon@x.fr", False, False),
        ("no-reply@x.fr", False, False),
        ("achat.abcdefgh@depot.example", False, False),
    ],
)
def test_machines_bounces_and_our_own_addresses_are_never_answered(sender, automatic, answered):
    assert is_answered(sender, is_automatic=automatic, own_domain="DEPOT.example") is answered


def test_a_domain_that_disowns_its_mail_is_believed():
    assert incoming(dmarc="fail").is_forged
    assert not incoming(dmarc="pass", spf="fail").is_forged


def test_a_domain_without_a_policy_is_believed_where_it_refuses_the_host_and_nothing_vouches():
    assert incoming(dmarc="none", spf="fail", dkim="none").is_forged
    assert incoming(spf="fail").is_forged
    assert not incoming(dmarc="none", spf="fail", dkim="pass", signer="author").is_forged
    assert not incoming(dmarc="none", spf="fail", dkim="temperror", signer="author").is_forged
    assert incoming(dmarc="none", spf="fail", dkim="fail", signer="author").is_forged
    assert incoming(dmarc="none", spf="fail", dkim="pass").is_forged, (
        "whoever forges signs with a domain of theirs"
    )
    assert not incoming(dmarc="none", spf="softfail").is_forged
    assert incoming(**{"dmarc": "none", "spf": "pass", "dkim": "pass", "x-author": "fail"}).is_forged
    assert not incoming(**{"dmarc": "none", "spf": "fail", "x-author": "pass"}).is_forged
    assert not incoming().is_forged


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("Votre reçu\nTotal : 12,50 €\nMerci", True),
        ("Facture 12\nMontant TTC 1 234,56 EUR", True),
        ("Receipt\nTotal € 9.99", True),
        ("Bonjour, voici la facture demandée.", False),
        ("On se voit pour 12,50 € ?", False),
    ],
)
def test_a_receipt_names_a_total_and_an_amount(body, told):
    assert is_receipt(body) is told
