"""A letter of ours is answered: papers are deposits, words reach the firm, and nobody speaks in another's name."""

from datetime import timedelta

import pytest
from django.conf import settings as configured
from tests.acts import give_notice
from tests.cast import mill_pdf
from tests.conftest import AT, person
from tests.readers.test_mail import letter
from tests.records.test_notices import MORNING, NOON, wants
from tests.records.test_request_notices import KBIS, STATUTES, write
from tests.records.test_request_notices import send as ask_for

from comptoir import pipeline
from comptoir.domain.company import Messaging
from comptoir.domain.mail import DEMAND, LETTER, RESERVED, door
from comptoir.domain.notice import Kind, Mail
from comptoir.domain.reply import parted
from comptoir.domain.rights import Role
from comptoir.lib.english import ENGLISH
from comptoir.pipeline import noticing, talking
from comptoir.records.accounts import actions as accounts
from comptoir.records.conversations.models import Conversation, Message
from comptoir.records.deposits.models import Document
from comptoir.records.firms import actions as firms
from comptoir.records.firms import members
from comptoir.records.firms.models import CompanyMembership
from comptoir.records.inbox import actions as inbox
from comptoir.records.inbox import answering
from comptoir.records.inbox import queries as inbox_of
from comptoir.records.inbox.models import Mail as Came
from comptoir.records.mail.models import Letter
from comptoir.records.notices.models import Notice
from comptoir.web.intake import DESK

pytestmark = pytest.mark.django_db
PAPER = ("facture.pdf", mill_pdf(), "application/pdf")
SUBJECT = "Fournil Dupont : 2 justificatifs manquants"


@pytest.fixture
def bobs(bakery, bob):
    return answering.address(company=bakery, person=bob, at=AT)


def answer(
    address,
    *files,
    text="",
    sender="bob@example.org",
    headers=(),
    envelope=None,
    number=1,
    subject=f"Re: {SUBJECT}",
):
    message = letter(*files, body=text)
    named = {"From": sender, "Message-ID": f"<{number}@x.fr>", "Subject": subject, **dict(headers)}
    for name, value in named.items():
        del message[name]
        message[name] = value
    DESK.take(address, sender if envelope is None else envelope, message.as_bytes())
    for mail in Came.objects.filter(opened_at=None, refused_at=None, held_at=None):
        pipeline.open_mail(str(mail.firm_id), str(mail.company_id), str(mail.pk))


def close_messages(company, by):
    talking.open_dossier_messaging(company=company, messaging=Messaging.OFF, by=by, at=AT)
    company.refresh_from_db()


def told_to(address):
    return Letter.objects.filter(to=address).order_by("pk").last()


def heard_by(who):
    return list(Notice.objects.filter(person=who, read_at=None).order_by("pk").values_list("sentence", flat=True))


# ── What an answer becomes ────────────────────────────────────────────────────────────────────────


def test_the_paper_is_a_piece_of_bobs_and_his_words_are_a_message_about_it(bakery, alice, bob, bobs):
    answer(bobs, PAPER, text="Voici, avec l’acompte déduit.\n\n> Il manque 2 justificatifs")
    piece, message = Document.objects.get(), Message.objects.get()
    assert (piece.deposited_by, piece.purpose, piece.channel) == (bob, "", "mail")
    assert (message.author, message.text, message.way) == (bob, "Voici, avec l’acompte déduit.", "mail")
    assert message.conversation.subject == SUBJECT
    assert message.conversation.waits_since == message.at, "the firm has it to treat"
    assert [mention.document for mention in message.mentions.all()] == [piece]
    assert heard_by(alice) == ["Bob Essai vous a écrit."]
    told = told_to(bob.email)
    assert told.subject.startswith("1 document bien reçu")
    assert "Votre texte est arrivé dans la messagerie" in told.text
    assert told.reply_to == bobs, "the wrong paper is answered with the right one"


def test_a_paper_without_a_word_begins_no_conversation(bakery, bob, bobs):
    answer(bobs, PAPER, text="\n\n> Total TTC 12,50 €, facture")
    assert Document.objects.count() == 1
    assert not Conversation.objects.exists()


def test_words_alone_are_a_message_and_bob_learns_that_nothing_was_joined(bakery, bob, bobs):
    answer(bobs, text="La facture de 12,50 € ? Le total TTC est faux, je la redemande.")
    assert not Document.objects.exists(), "what a person says is no receipt, whatever it names"
    assert Message.objects.get().author == bob
    assert Came.objects.get().says == Message.objects.get().text, "and stands on the page of the mails, too"
    told = told_to(bob.email)
    assert told.subject.startswith("Votre message est arrivé")
    assert "ne contient aucun document" in told.text


def test_answers_under_one_subject_are_one_conversation_and_the_same_mail_one_message(bakery, bob, bobs):
    for number in (1, 1, 2):
        answer(bobs, text=f"Réponse {number}", number=number)
    answer(bobs, text="Autre chose", number=3, subject="RE : TR: Autre objet")
    assert list(Conversation.objects.order_by("pk").values_list("subject", "count")) == [
        (SUBJECT, 2),
        ("Autre objet", 1),
    ]


def test_without_a_messagerie_the_words_are_told_to_the_firm_and_read_beside_the_mail(
    bakery, alice, bob, bobs, signed_in
):
    close_messages(bakery, alice)
    answer(bobs, text="Le ticket est perdu.")
    assert not Message.objects.exists()
    assert heard_by(alice) == ["Bob Essai vous répond par e-mail : « Le ticket est perdu. »"]
    path = Notice.objects.get(person=alice).path
    assert ">Le ticket est perdu.</span>" in signed_in(alice).get(path).content.decode()
    assert f"{bakery.firm.name} lira votre texte." in told_to(bob.email).text


def test_a_deposante_writes_no_message_and_her_words_are_not_lost(bakery, alice, bob, dina):
    answer(answering.address(company=bakery, person=dina, at=AT), PAPER, text="Ma facture.", sender=dina.email)
    assert Document.objects.get().deposited_by == dina
    assert not Message.objects.exists()
    assert Came.objects.get().says == "Ma facture."
    assert heard_by(alice) == ["Dina Essai vous répond par e-mail : « Ma facture. »"]


def test_a_document_asked_for_is_kept_whatever_its_format_and_who_asked_is_told(bakery, alice, bob, signed_in):
    address = answering.address(company=bakery, person=bob, purpose=DEMAND, at=AT)
    answer(address, ("bail.txt", b"Bail commercial", "text/plain"))
    assert Document.objects.get().purpose == "admin"
    assert heard_by(alice) == ["Bob Essai répond par e-mail à une demande : « bail.txt »"]
    shown = signed_in(alice).get(Notice.objects.get(person=alice).path).content.decode()
    assert f'/production/{Document.objects.get().pk}/">bail.txt</a>' in shown


@pytest.fixture
def secret(bakery, bob):
    return answering.address(company=bakery, person=bob, purpose=RESERVED, at=AT)


def test_what_is_reserved_is_a_private_message_and_no_piece_and_nobody_else_sees_that_it_came(
    bakery, alice, bob, secret, signed_in
):
    gina, karim = person("Gina"), person("Karim")
    firms.join_company(company=bakery, person=gina, role=Role.GESTIONNAIRE, at=AT)
    firms.join_firm(firm=bakery.firm, person=karim, role=Role.EXPERT_COMPTABLE, at=AT)
    answer(secret, ("bulletin-salaire.pdf", mill_pdf(), "application/pdf"), text="Le bulletin de Gina.")
    message = Message.objects.get()
    assert (message.author, message.text, message.conversation.kind) == (bob, "Le bulletin de Gina.", "private")
    assert [file.name for file in message.attachments.all()] == ["bulletin-salaire.pdf"]
    assert not Document.objects.exists()
    assert heard_by(alice) == ["Bob Essai vous a écrit."]
    for other in (gina, karim):
        assert heard_by(other) == []
        assert SUBJECT not in signed_in(other).get(f"/c/{bakery.pk}/adresses/").content.decode()
    told = told_to(bob.email)
    assert "dans une conversation privée" in told.text
    assert "✓ bulletin-salaire.pdf" in told.text
    assert told.reply_to == secret
    answer(secret, text="Et un mot.", number=2)
    assert Conversation.objects.get().count == 2


def test_what_a_private_message_cannot_hold_is_said(bakery, alice, bob, secret, monkeypatch):
    monkeypatch.setattr(talking, "MOST_ATTACHMENTS", 1)
    program = ("virus.exe", b"MZ" + b"\0" * 60, "application/octet-stream")
    answer(secret, program)
    assert not Message.objects.exists()
    assert "conversation privée" not in told_to(bob.email).text
    answer(secret, PAPER, ("autre.pdf", mill_pdf(), "application/pdf"), number=2)
    assert Message.objects.get().attachments.count() == 1
    assert "✗ autre.pdf : Un message porte trente fichiers au plus" in told_to(bob.email).text


@pytest.mark.parametrize("case", ["passed on", "no messages", "left", "forged", "a machine", "nobody keeps it"])
def test_what_is_reserved_is_taken_from_nobody_else_and_never_waits_in_sight(
    bakery, alice, bob, secret, settings, case
):
    gina = person("Gina")
    firms.join_company(company=bakery, person=gina, role=Role.GESTIONNAIRE, at=AT)
    more = {}
    if case == "passed on":
        more = {"sender": gina.email}
    elif case == "no messages":
        close_messages(bakery, alice)
    elif case == "left":
        firms.join_company(company=bakery, person=person("Eve"), role=Role.DIRIGEANT, at=AT)
        members.leave_company(membership=CompanyMembership.objects.get(person=bob), by=alice, at=AT)
    elif case == "forged":
        settings.TRUSTED_CHECKS = {"mx.us"}
        more = {"headers": [("Authentication-Results", "mx.us; dmarc=fail")]}
    elif case == "a machine":
        more = {"headers": [("Auto-Submitted", "auto-replied")]}
    else:
        firms.unassign(company=bakery, person=alice, by=alice, at=AT)
    answer(secret, PAPER, text="Le bulletin.", **more)
    assert not Message.objects.exists()
    assert not Document.objects.exists()
    assert inbox_of.count_waiting(bakery) == 0
    assert inbox_of.latest(bakery) == []
    is_told = case in ("no messages", "left", "nobody keeps it")
    assert [row.subject.startswith("Votre réponse n’est pas arrivée") for row in Letter.objects.all()] == [
        True
    ] * is_told


def test_a_gestionnaire_is_asked_for_nothing_reserved_and_answers_as_others(bakery):
    gina = person("Gina")
    firms.join_company(company=bakery, person=gina, role=Role.GESTIONNAIRE, at=AT)
    assert door(answering.address(company=bakery, person=gina, purpose=RESERVED, at=AT)).purpose == DEMAND


# ── Who may not ───────────────────────────────────────────────────────────────────────────────────


def test_who_left_hands_nothing_in_says_nothing_and_is_told_that_it_waits(bakery, alice, bob, bobs):
    eve = person("Eve")
    firms.join_company(company=bakery, person=eve, role=Role.DIRIGEANT, at=AT)
    members.leave_company(membership=CompanyMembership.objects.get(person=bob), by=eve, at=AT)
    answer(bobs, PAPER, text="Je suis encore là.")
    assert inbox_of.count_waiting(bakery) == 1
    assert not Document.objects.exists()
    assert not Message.objects.exists()
    assert heard_by(alice) == ["Un e-mail d’un expéditeur inconnu attend votre accord."]
    told = told_to(bob.email)
    assert told.subject.startswith("Votre message attend un accord")
    pipeline.release(mail=Came.objects.get(), by=alice, at=AT)
    assert Document.objects.get().deposited_by is None
    assert not Message.objects.exists(), "nobody speaks there who has left"
    assert Came.objects.get().says == "Je suis encore là."


def test_a_forged_answer_waits_and_nobody_is_told_anything(bakery, alice, bob, bobs, settings):
    settings.TRUSTED_CHECKS = {"mx.us"}
    answer(bobs, PAPER, text="Payez ici.", headers=[("Authentication-Results", "mx.us; dmarc=fail")])
    assert inbox_of.count_waiting(bakery) == 1
    assert not Letter.objects.exists()
    pipeline.release(mail=Came.objects.get(), by=alice, at=AT)
    assert not Message.objects.exists(), "let in, it still does not speak as Bob"
    assert Came.objects.get().says == "Payez ici."


def test_a_supplier_who_knows_the_token_does_not_speak_as_bob(bakery, alice, bob, bobs):
    own = door(bobs)
    guessed = bobs.replace(own.signed, "a" * 16)
    answer(guessed, PAPER, text="Mon RIB a changé.", sender=bob.email)
    assert not Message.objects.exists()
    assert Came.objects.get().says == "Mon RIB a changé."


def test_a_letter_that_was_passed_on_speaks_for_nobody(bakery, alice, bob, dina, bobs):
    answer(bobs, PAPER, text="De la part de Bob.", sender=dina.email)
    assert Document.objects.get().deposited_by == dina
    assert not Message.objects.exists()
    answer(bobs, PAPER, text="De la part de Bob.", sender="x@inconnu.fr", number=2)
    assert inbox_of.count_waiting(bakery) == 1
    assert told_to("x@inconnu.fr") is None


@pytest.mark.parametrize(
    "header", [("Auto-Submitted", "auto-replied"), ("Precedence", "bulk"), ("X-Auto-Response-Suppress", "All")]
)
def test_an_absence_is_no_message_and_is_not_answered(bakery, alice, bob, bobs, header):
    answer(bobs, text="Je suis absent jusqu’à lundi.", headers=[header])
    assert not Message.objects.exists()
    assert not Letter.objects.exists()
    assert heard_by(alice) == []


def test_a_bounce_is_no_message_and_is_not_answered(bakery, bob, bobs):
    answer(bobs, text="Undelivered mail", envelope="")
    assert not Message.objects.exists()
    assert not Letter.objects.exists()


def test_a_robot_that_hides_itself_is_answered_so_often_and_no_more(bakery, bob, bobs, monkeypatch):
    monkeypatch.setattr(pipeline.mail_in, "ANSWERS_AN_HOUR", 2)
    for number in range(4):
        answer(bobs, text=f"Absent. {number}", number=number)
    assert Letter.objects.filter(to=bob.email).count() == 2
    assert Conversation.objects.get().count == 4


@pytest.mark.parametrize("language", ["fr", ENGLISH])
def test_a_mailbox_that_sends_everything_on_is_answered_once(bakery, bob, bobs, language):
    accounts.choose_language(person=bob, language=language, at=AT)
    answer(bobs, text="Absent.")
    for number in (2, 3):
        answer(bobs, text="Absent.", number=number, subject=f"TR: {told_to(bob.email).subject}")
    assert Letter.objects.filter(to=bob.email).count() == 1
    assert Message.objects.count() == 3, "and nothing is lost"
    answer(bobs, PAPER, number=4, subject=f"Re: {told_to(bob.email).subject}")
    assert told_to(bob.email).subject[:1] == "1", "who sends the paper after all is told so"


def test_a_letter_of_ours_that_is_redirected_here_is_told_to_nobody(bakery, alice, bob, bobs, settings):
    ours = settings.DEFAULT_FROM_EMAIL
    answer(
        bobs, PAPER, text="Il manque 2 justificatifs", sender=ours, headers=[("Auto-Submitted", "auto-generated")]
    )
    assert inbox_of.count_waiting(bakery) == 0
    assert heard_by(alice) == heard_by(bob) == []
    assert not Letter.objects.exists()
    assert Came.objects.get().refused_at, "it is among the last mails, refused"


def test_other_addresses_of_the_company_end_those_of_its_letters(bakery, bob, bobs):
    assert DESK.exists(bobs)
    inbox.give_token(company=bakery, by=bob, at=AT)
    assert not DESK.exists(bobs)
    assert answering.address(company=bakery, person=bob, at=AT) != bobs


# ── Which letters may be answered ─────────────────────────────────────────────────────────────────


def test_a_request_is_answered_where_documents_are_kept_and_in_private_where_one_is_reserved(bakery, alice, bob):
    write(ask_for(bakery, alice, KBIS), bob)
    sent = told_to(bob.email)
    assert door(sent.reply_to).purpose == DEMAND
    assert answering.writer(door(sent.reply_to), bob.email) == bob
    assert "répondez à ce message" in sent.text
    write(ask_for(bakery, alice, KBIS, STATUTES), bob)
    assert door(told_to(bob.email).reply_to).purpose == RESERVED
    close_messages(bakery, alice)
    write(ask_for(bakery, alice, STATUTES), bob)
    sent = told_to(bob.email)
    assert sent.reply_to == ""
    assert "répondez dans votre espace, pas à ce message" in sent.text


@pytest.mark.parametrize("language", ["fr", ENGLISH])
def test_what_is_written_above_the_line_is_what_is_said(bakery, bob, language):
    accounts.choose_language(person=bob, language=language, at=AT)
    give_notice(bakery, "Une banque", at=NOON, kind=Kind.BANK)
    noticing.mail_round(bakery.firm_id, at=NOON + timedelta(minutes=5))
    sent = told_to(bob.email)
    assert door(sent.reply_to).purpose == LETTER
    assert parted(f"D’accord.\n\n{sent.text}").said == "D’accord."


def test_a_digest_of_two_companies_says_that_it_is_not_answered(bakery, alice, bob):
    other = firms.open_dossier(firm=bakery.firm, name="Autre SARL", siren="552100554", by=alice, at=AT)
    firms.join_company(company=other, person=bob, role=Role.DIRIGEANT, at=AT)
    wants(bob, Kind.BANK, Mail.DIGEST)
    for company in (bakery, other):
        give_notice(company, f"Banque de {company.name}", at=NOON, kind=Kind.BANK)
    noticing.mail_round(bakery.firm_id, at=MORNING)
    sent = told_to(bob.email)
    assert "Autre SARL" in sent.text
    assert sent.reply_to == ""
    assert "Ne répondez pas à ce message" in sent.text


def test_the_firms_own_people_are_given_no_address(bakery, alice):
    assert answering.address(company=bakery, person=alice, at=AT) == ""


def test_a_reader_is_given_no_address(bakery):
    lou = person("Lou")
    firms.join_company(company=bakery, person=lou, role=Role.LECTEUR, at=AT)
    assert answering.address(company=bakery, person=lou, at=AT) == ""


def test_the_addresses_are_where_the_firm_takes_mail(bobs):
    assert bobs.endswith(f"@{configured.DEPOSIT_DOMAIN}")
