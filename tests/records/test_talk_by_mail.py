"""Letters of conversations, and answers by e-mail: taken once from who may answer, never lost, never looped."""

import re

import pytest
from django.conf import settings
from tests.cast import mill_pdf
from tests.conftest import AT, person
from tests.readers.test_mail import letter
from tests.records.test_conversations import TODAY, begin, write

from comptoir import pipeline
from comptoir.domain.conversation import Kind
from comptoir.domain.mail import reply_address, reply_word
from comptoir.domain.reply import MARK
from comptoir.domain.rights import Role
from comptoir.pipeline import talk_letters, talk_replies, talking
from comptoir.records.accounts import actions as accounts
from comptoir.records.conversations import replies
from comptoir.records.conversations.models import Message, Participant, Reply
from comptoir.records.deposits import queries as documents
from comptoir.records.firms import actions as firms
from comptoir.records.firms import members
from comptoir.records.firms.models import CompanyMembership
from comptoir.records.mail.models import Letter
from comptoir.web.intake import DESK

pytestmark = pytest.mark.django_db
PAPER = ("devis.pdf", mill_pdf(), "application/pdf")


def tell(message):
    row = message.conversation
    talk_letters.write_to_people(row.firm_id, row.company_id, row.pk, at=AT)


@pytest.fixture
def asked(bakery, alice, bob):
    return begin(bakery, alice, is_from_firm=True, text="Un acompte ?")


@pytest.fixture
def word(asked, bob):
    return replies.word_of(Participant.objects.get(person=bob))


def answer(
    word, text="Oui.", *, sender="bob@example.org", headers=(), files=(), envelope=None, message_id="<1@x.fr>"
):
    message = letter(*files, body=text)
    for name, value in (("From", sender), ("Message-ID", message_id), *headers):
        del message[name]
        message[name] = value
    talk_replies.take_reply(
        word=word, raw=message.as_bytes(), envelope=sender if envelope is None else envelope, at=AT
    )
    for row in Reply.objects.filter(settled_at=None):
        talk_replies.open_reply(str(row.firm_id), str(row.company_id), str(row.pk))
    return message.as_bytes()


def outcomes():
    return list(Reply.objects.order_by("pk").values_list("outcome", flat=True))


def test_who_did_not_look_is_written_to_once_with_all_that_was_said(asked, alice, bob):
    write(asked, alice, "Ou un solde ?", is_from_firm=True)
    tell(asked)
    tell(asked)
    (sent,) = Letter.objects.all()
    assert sent.to == bob.email
    assert "Un acompte ?" in sent.text
    assert "Ou un solde ?" in sent.text
    assert sent.text.index(MARK) < sent.text.index("Un acompte ?")
    assert reply_word(sent.reply_to) == Participant.objects.get(person=bob).word
    assert sent.firm_id == asked.firm_id


def test_the_page_of_a_letter_begins_above_its_line_and_opens_the_conversation(asked, bakery, bob):
    tell(asked)
    (sent,) = Letter.objects.all()
    assert sent.html.index(MARK) < sent.html.index(bakery.firm.sender) < sent.html.index("Un acompte ?")
    place = f"{settings.HOME}/c/{bakery.pk}/messagerie/{asked.conversation_id}/"
    assert f'href="{place}"' in sent.html
    assert place in sent.text


def test_who_looks_is_not_written_to(asked, bob):
    talking.read(conversation=asked.conversation, by=bob, rank=1)
    tell(asked)
    assert Letter.objects.count() == 0


def test_each_has_an_address_of_their_own_that_is_no_guess(bakery, alice, bob):
    karim = person("Karim")
    firms.join_firm(firm=bakery.firm, person=karim, role=Role.COLLABORATEUR, at=AT)
    firms.assign(company=bakery, person=karim, by=alice, at=AT)
    tell(begin(bakery, bob))
    addresses = set(Letter.objects.values_list("reply_to", flat=True))
    assert len(addresses) == 2
    assert all(len(reply_word(address)) == replies.LENGTH for address in addresses)


def test_a_private_letter_is_not_in_the_firms_outbox(bakery, alice, bob):
    tell(begin(bakery, alice, kind=Kind.PRIVATE, is_from_firm=True, people=[(bob, False)]))
    sent = Letter.objects.get()
    assert (sent.firm_id, sent.person_id) == (None, bob.pk)


def test_who_left_is_not_written_to(asked, bakery, bob, alice):
    eve = person("Eve")
    firms.join_company(company=bakery, person=eve, role=Role.DIRIGEANT, at=AT)
    members.leave_company(membership=CompanyMembership.objects.get(person=bob), by=eve, at=AT)
    tell(asked)
    assert Letter.objects.count() == 0


def test_names_and_texts_do_no_harm_in_a_letter(bakery, alice, bob):
    alice.first_name = "<b>Alice</b>"
    alice.save(update_fields=["first_name"])
    tell(begin(bakery, alice, is_from_firm=True, text="<script>x</script>", subject="a\r\nBcc: x@y.fr"))
    sent = Letter.objects.get()
    assert "\n" not in sent.subject
    assert "<script" not in sent.html
    assert "<b>Alice" not in sent.html
    assert "<img" not in sent.html


def test_an_answer_is_a_message_with_its_files_and_the_mail_is_kept(asked, bob, word):
    raw = answer(word, "Oui.\n\nEnvoyé de mon iPhone\n\n> Un acompte ?", files=[PAPER])
    message = Message.objects.get(author=bob)
    assert (message.text, message.way, message.is_from_firm) == ("Oui.", "mail", False)
    assert "Un acompte ?" in message.rest
    assert [file.name for file in message.attachments.all()] == ["devis.pdf"]
    assert documents.content(message.original) == raw
    assert outcomes() == ["taken"]
    assert message.conversation.waits_since is not None


def test_the_same_mail_twice_is_one_message(asked, word):
    for _ in range(3):
        answer(word)
    assert Message.objects.filter(way="mail").count() == 1
    assert outcomes() == ["taken"]


def test_a_job_that_runs_twice_writes_once(asked, word):
    answer(word)
    row = Reply.objects.get()
    talk_replies.open_reply(str(row.firm_id), str(row.company_id), str(row.pk))
    assert Message.objects.filter(way="mail").count() == 1


@pytest.mark.parametrize(
    "header",
    [
        ("Auto-Submitted", "auto-replied"),
        ("Precedence", "bulk"),
        ("List-Id", "<x.y>"),
        ("X-Auto-Response-Suppress", "All"),
    ],
)
def test_a_machine_is_neither_heard_nor_answered(asked, word, header):
    answer(word, "Je suis absent.", headers=[header])
    assert outcomes() == ["automatic"]
    assert Message.objects.count() == 1
    assert Letter.objects.count() == 0


def test_a_bounce_is_neither_heard_nor_answered(asked, word):
    answer(word, "Undelivered", sender="mailer-daemon@x.fr", envelope="")
    assert outcomes() == ["automatic"]
    assert Letter.objects.count() == 0


def test_a_forged_origin_is_neither_heard_nor_answered(asked, word, settings):
    settings.TRUSTED_CHECKS = {"mx.cabinet.fr"}
    answer(word, headers=[("Authentication-Results", "mx.cabinet.fr; dmarc=fail")])
    assert outcomes() == ["forged"]
    assert (Message.objects.count(), Letter.objects.count()) == (1, 0)


def test_another_sender_is_told_so_and_learns_nothing(asked, word):
    answer(word, sender="eve@evil.example")
    assert outcomes() == ["stranger"]
    told = Letter.objects.get()
    assert told.to == "eve@evil.example"
    assert "Un acompte" not in told.text
    assert asked.conversation.subject not in told.text
    assert Message.objects.count() == 1


def test_who_left_is_told_in_french_that_they_have_no_access(asked, bakery, alice, bob, word):
    eve = person("Eve")
    firms.join_company(company=bakery, person=eve, role=Role.DIRIGEANT, at=AT)
    members.leave_company(membership=CompanyMembership.objects.get(person=bob), by=eve, at=AT)
    answer(word)
    assert outcomes() == ["no_access"]
    assert "plus accès" in Letter.objects.get().text
    assert Message.objects.count() == 1


def test_who_was_let_go_has_no_address_any_more(asked, alice, bob, word):
    talking.let_go(participant=Participant.objects.get(person=bob), by=alice, at=AT)
    assert not DESK.exists(reply_address(word, settings.DEPOSIT_DOMAIN))
    with pytest.raises(pipeline.NoSuchDoor):
        answer(word)
    assert Reply.objects.count() == 0


def test_a_closed_messaging_takes_no_answer(asked, bakery, alice, bob, word):
    talking.open_messaging(
        firm=bakery.firm, has_messaging=False, how_to_reach="Appelez le 02 99.", by=alice, at=AT
    )
    answer(word)
    assert outcomes() == ["no_access"]
    assert "02 99" in Letter.objects.get().text


def test_an_answer_without_a_word_is_told_so(asked, word):
    answer(word, "> Un acompte ?\n")
    assert outcomes() == ["empty"]
    assert "ni texte" in Letter.objects.get().text


def test_a_program_among_the_files_is_left_out_and_told(asked, bob, word):
    answer(word, "Voici.", files=[PAPER, ("virus.exe", b"MZ" + b"\0" * 90, "application/octet-stream")])
    assert [file.name for file in Message.objects.get(author=bob).attachments.all()] == ["devis.pdf"]
    assert "virus.exe" in Letter.objects.get().text


def test_more_files_than_a_message_holds_are_told_and_none_is_lost_in_silence(asked, bob, word, monkeypatch):
    monkeypatch.setattr(talking, "MOST_ATTACHMENTS", 2)
    answer(word, files=[(f"photo-{n}.txt", b"x%d" % n, "text/plain") for n in range(3)])
    assert [file.name for file in Message.objects.last().attachments.order_by("pk")] == [
        "photo-0.txt",
        "photo-1.txt",
    ]
    (sent,) = Letter.objects.filter(to=bob.email)
    assert "photo-2.txt" in sent.text
    assert "trente fichiers au plus" in sent.text


def test_who_reads_english_is_told_in_english_what_did_not_arrive(asked, bob, word):
    accounts.choose_language(person=bob, language="en", at=AT)
    answer(word, text="", message_id="<1@x.fr>")
    answer(word, files=[("a.exe", b"MZ\x90\x00", "application/octet-stream")], message_id="<2@x.fr>")
    empty, program = Letter.objects.filter(to=bob.email).order_by("pk")
    assert empty.subject == "Your reply did not arrive in the conversation"
    assert "Your reply contains neither text nor an attachment." in empty.text
    assert "✗ a.exe: " in program.text
    assert not re.search(r"Votre|votre|Bonjour", empty.text + program.text)


def test_a_huge_answer_is_kept_whole(asked, bob, word):
    answer(word, "mot " * 30_000)
    message = Message.objects.get(author=bob)
    assert len(message.text) <= 50_000
    assert message.rest


def test_answers_are_few_enough_for_two_machines_to_stop(asked, word):
    for number in range(35):
        answer(word, sender="eve@evil.example", message_id=f"<{number}@x.fr>")
    assert Letter.objects.count() == 30


def test_too_many_mails_are_put_off(asked, word, settings):
    settings.MAILS_AN_HOUR = 2
    for number in range(2):
        answer(word, f"{number}", message_id=f"<{number}@x.fr>")
    with pytest.raises(pipeline.TooManyMails):
        answer(word, "3", message_id="<3@x.fr>")


def test_the_mail_server_knows_a_reply_address_and_no_guess(asked, word, bakery):
    own = settings.DEPOSIT_DOMAIN
    assert DESK.exists(reply_address(word, own))
    for other in (reply_address("k" * 26, own), reply_address(word, "evil.example"), f"reponse.{word[:-1]}@{own}"):
        assert not DESK.exists(other)
    assert AT.date() == TODAY


def test_a_firms_person_answers_by_mail_too(bakery, alice, bob):
    first = begin(bakery, bob)
    word = replies.word_of(Participant.objects.get(person=alice))
    answer(word, "Je regarde.", sender="alice@example.org")
    message = Message.objects.get(author=alice)
    assert message.is_from_firm
    first.conversation.refresh_from_db()
    assert first.conversation.waits_since is None
