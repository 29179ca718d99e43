"""Who sees which conversation, what a subject may be, and what a reply by e-mail says."""

import pytest

from comptoir.domain.conversation import (
    LONGEST_SUBJECT,
    Kind,
    begins,
    opening,
    seen_by_part,
    seen_whole,
    subject,
    writes,
)
from comptoir.domain.mail import door, reply_address, reply_word
from comptoir.domain.reply import MARK, parted
from comptoir.domain.rights import CLIENT_ROLES, FIRM_ROLES, Role, may


def rights(role):
    return lambda act: may(role, act)


@pytest.mark.parametrize("role", CLIENT_ROLES)
def test_what_is_inside_the_firm_is_never_there_for_a_client(role):
    assert Kind.CONFIDENTIAL not in seen_whole(rights(role), is_firm=False)
    assert Kind.CONFIDENTIAL not in seen_by_part(rights(role), is_firm=False)
    assert Kind.CONFIDENTIAL not in begins(rights(role), is_firm=False)
    assert not writes(Kind.CONFIDENTIAL, rights(role), is_firm=False, is_participant=True)


@pytest.mark.parametrize("role", [*FIRM_ROLES, *CLIENT_ROLES])
def test_a_private_conversation_is_seen_and_written_by_who_takes_part_alone(role):
    is_firm = role in FIRM_ROLES
    assert Kind.PRIVATE not in seen_whole(rights(role), is_firm=is_firm)
    assert writes(Kind.PRIVATE, rights(role), is_firm=is_firm, is_participant=True)
    assert not writes(Kind.PRIVATE, rights(role), is_firm=is_firm, is_participant=False)


def test_a_deposant_and_a_lecteur_see_only_what_they_take_part_in():
    for role in (Role.DEPOSANT, Role.LECTEUR):
        assert seen_whole(rights(role), is_firm=False) == ()
        assert seen_by_part(rights(role), is_firm=False) == (Kind.EXTERNAL, Kind.PRIVATE)
        assert begins(rights(role), is_firm=False) == ()
        assert writes(Kind.EXTERNAL, rights(role), is_firm=False, is_participant=True)
        assert not writes(Kind.EXTERNAL, rights(role), is_firm=False, is_participant=False)


def test_who_may_nothing_sees_nothing():
    assert seen_by_part(lambda _: False, is_firm=True) == ()


def test_an_assistant_reads_the_client_and_writes_inside_the_firm():
    assistant = rights(Role.ASSISTANT)
    assert seen_whole(assistant, is_firm=True) == (Kind.EXTERNAL, Kind.CONFIDENTIAL)
    assert not writes(Kind.EXTERNAL, assistant, is_firm=True, is_participant=True)
    assert writes(Kind.CONFIDENTIAL, assistant, is_firm=True, is_participant=False)
    assert begins(assistant, is_firm=True) == (Kind.CONFIDENTIAL,)
    assert begins(rights(Role.COLLABORATEUR), is_firm=True) == tuple(Kind)


def test_each_kind_says_who_reads_it():
    assert all(kind.french and kind.explained.endswith(".") and kind.icon for kind in Kind)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  Four :\n louer ? ", "Four : louer ?"),
        ("facture\u202egpj.exe", "facturegpj.exe"),
        ("عقد الإيجار 🥖", "عقد الإيجار 🥖"),
        ("👨‍👩‍👧 famille", "👨‍👩‍👧 famille"),
        ("\u200e \u2069", ""),
        ("a" * 500, "a" * LONGEST_SUBJECT),
    ],
)
def test_a_subject_is_one_line_that_turns_nothing_around(given, kept):
    assert subject(given) == kept


def test_the_beginning_of_a_message_is_cut_where_a_list_ends():
    assert opening("un\n deux") == "un deux"
    assert len(opening("mot " * 100)) <= 160
    assert opening("mot " * 100).endswith("…")


def test_a_reply_address_is_its_words_and_no_door_for_pieces():
    address = reply_address("k" * 26, "depot.example")
    assert reply_word(address) == "k" * 26
    assert reply_word(address.upper()) == "k" * 26
    assert door(address) is None
    for other in (
        "achat.abcdefgh@depot.example",
        "reponse.court@x.fr",
        "reponse.@x.fr",
        "",
        "@",
        "reponse." + "é" * 26,
    ):
        assert reply_word(other) == ""


BODIES = {
    "an iPhone": "Oui, un acompte.\n\nEnvoyé de mon iPhone\n\n> Le 16 nov. 2026 à 17:20, Karim <k@x.fr> a écrit :\n> Bonjour",
    "Gmail": f"Oui, un acompte.\n\nLe lun. 16 nov. 2026 à 17:20, Karim Benali (Cabinet Martin) <\nne-pas-repondre@x.fr> a écrit :\n\n> ──── {MARK} ────\n> Bonjour",
    "Thunderbird": "Oui, un acompte.\r\n\r\nLe 16/11/2026 à 17:20, Karim a écrit :\r\n> Bonjour\r\n",
    "Outlook": "Oui, un acompte.\n\nDe : Karim <k@x.fr>\nEnvoyé : lundi 16 novembre 2026 17:20\nÀ : Bob\nObjet : Virement\n\nBonjour Bob",
    "old Outlook": "Oui, un acompte.\n\n-----Message d'origine-----\nDe : Karim\n\nBonjour",
    "English": "Oui, un acompte.\n\nOn Mon, Nov 16, 2026 at 5:20 PM Karim <k@x.fr> wrote:\n> Bonjour",
    "a signature": "Oui, un acompte.\n\n-- \nBob Dupont\nBoulangerie Dupont",
    "our own line": f"Oui, un acompte.\n──── {MARK} ────\nBonjour",
    "bare quotes": "Oui, un acompte.\n\n> Bonjour\n>\n> Savez-vous ?\n",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_reply_is_apart_from_what_its_program_quotes(body):
    found = parted(body)
    assert found.said == "Oui, un acompte."
    assert found.rest
    assert "Oui" not in found.rest


def test_nothing_of_a_mail_is_lost():
    for body in BODIES.values():
        found = parted(body)
        whole = "".join((found.said + found.rest).split())
        assert whole == "".join(body.split())


def test_who_answers_beneath_the_quotation_is_read_too():
    found = parted("Le 16/11/2026, Karim a écrit :\n> Un acompte ?\n\nOui, c’est ça.\n\n-- \nBob")
    assert found.said == "Oui, c’est ça."
    assert "Un acompte ?" in found.rest


def test_a_mail_that_only_quotes_says_nothing():
    assert parted("> Bonjour\n> Un acompte ?").said == ""
    assert parted("-- \nBob Dupont").said == ""
    assert parted("").said == ""


def test_words_that_look_like_headers_stay_in_the_text():
    body = "De : nos dépenses, je retiens ceci.\nLe loyer a été payé.\nOn verra."
    assert parted(body).said == body
    quoted_within = "Voici :\n> une citation\net ma réponse."
    assert parted(quoted_within).said == quoted_within
