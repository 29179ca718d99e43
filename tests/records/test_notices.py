"""One fact, one notice; the ways that each person chose; the digest of the day; never what was read or answered."""

from datetime import datetime, timedelta

import pytest
from tests.acts import bring_statement, give_notice, hand_in
from tests.cast import mill_debit
from tests.conftest import person
from tests.records.test_conversations import begin

from comptoir import pipeline
from comptoir.domain.notice import Choice, Kind, Mail
from comptoir.domain.reminder import PARIS
from comptoir.domain.rights import Role
from comptoir.lib import tenancy
from comptoir.pipeline import noticing, talk_letters, talking
from comptoir.records.firms import actions as firms
from comptoir.records.firms.models import CompanyMembership
from comptoir.records.mail.models import Letter
from comptoir.records.notices import actions
from comptoir.records.notices.models import DailyDigest, Notice

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=PARIS)
NIGHT = datetime(2026, 11, 24, 22, 0, tzinfo=PARIS)
MORNING = datetime(2026, 11, 25, 8, 15, tzinfo=PARIS)
SUNDAY = datetime(2026, 11, 29, 12, 0, tzinfo=PARIS)


@pytest.fixture
def move(account):
    return bring_statement(account, mill_debit())[0]


def wants(who, kind, mail, *, in_app=True):
    actions.choose(person=who, choices={kind: Choice(in_app, push=False, mail=mail)}, at=NOON)


def told_of(who):
    return list(Notice.objects.filter(person=who).order_by("pk").values_list("kind", flat=True))


def ask(bakery, move, alice, at=NOON):
    return pipeline.ask_client(company=bakery, transaction=move, text="Pour qui ?", by=alice, at=at)


def request(bakery, at=NOON):
    give_notice(bakery, "Bail", at=at)


def test_a_question_and_its_message_are_one_notice(bakery, move, alice, bob):
    ask(bakery, move, alice)
    assert told_of(bob) == [Kind.QUESTION]
    assert told_of(alice) == []


def test_an_answer_is_one_notice_and_ends_that_of_the_question(bakery, move, alice, bob):
    question = ask(bakery, move, alice)
    pipeline.answer_question(question=question, text="Le fournil.", by=bob, at=NOON)
    assert told_of(alice) == [Kind.ANSWER]
    assert Notice.objects.get(person=bob).read_at == NOON


def test_told_twice_it_is_one(bakery, bob):
    fact = actions.Fact(Kind.REQUEST, "k", "x" * 900, "/" * 900)
    for _ in range(2):
        noticing.tell_people(bakery, [bob, bob], fact, is_firm=False, at=NOON)
    assert told_of(bob) == [Kind.REQUEST]


def test_a_notice_falls_with_its_fact(bakery, move, alice, bob):
    with pytest.raises(ZeroDivisionError), noticing.db.atomic():
        ask(bakery, move, alice)
        raise ZeroDivisionError
    assert told_of(bob) == []


def test_reading_the_conversation_reads_its_notice(bakery, alice, bob):
    message = begin(bakery, alice, is_from_firm=True, text="Bonjour")
    talking.read(conversation=message.conversation, by=bob, rank=1)
    assert Notice.objects.get(person=bob).read_at is not None


@pytest.mark.parametrize(("mail", "letters"), [(Mail.NOW, 1), (Mail.DIGEST, 0), (Mail.NEVER, 0)])
def test_a_person_has_their_own_switch_for_the_mails_of_conversations(bakery, alice, bob, mail, letters):
    wants(bob, Kind.MESSAGE, mail)
    message = begin(bakery, alice, is_from_firm=True, text="Bonjour")
    talk_letters.write_to_people(bakery.firm_id, bakery.pk, message.conversation_id, at=NOON)
    assert Letter.objects.filter(to=bob.email).count() == letters


def test_a_fact_is_written_of_once_and_not_when_read(bakery, alice, bob):
    eve = person("Eve")
    firms.join_company(company=bakery, person=eve, role=Role.GESTIONNAIRE, at=NOON)
    request(bakery)
    first, other = Notice.objects.get(person=bob), Notice.objects.get(person=eve)
    noticing.read_notices(rows=[other], at=NOON)
    sent = [noticing.mail_one(bakery.firm_id, row.pk, at=NOON) for row in (first, first, other)]
    assert sent == [True, False, False]
    assert Letter.objects.get().to == bob.email
    assert "Bail" in Letter.objects.get().text
    assert "/compte/notifications/" in Letter.objects.get().text


@pytest.mark.parametrize(("moment", "hours"), [(NIGHT, 12), (SUNDAY, 24)])
def test_what_is_said_in_quiet_hours_is_written_when_they_end(bakery, alice, bob, moment, hours):
    request(bakery, at=moment)
    row = Notice.objects.get(person=bob)
    assert not noticing.mail_one(bakery.firm_id, row.pk, at=moment)
    noticing.mail_round(bakery.firm_id, at=moment)
    assert Letter.objects.count() == 0
    for _ in range(2):
        noticing.mail_round(bakery.firm_id, at=moment + timedelta(hours=hours))
    assert Letter.objects.filter(to=bob.email).count() == 1


def test_the_digest_leaves_once_a_day_with_what_is_unread(bakery, alice, bob):
    wants(bob, Kind.REQUEST, Mail.DIGEST)
    request(bakery)
    request(bakery)
    noticing.read_notices(rows=Notice.objects.filter(person=bob)[:1], at=NOON)
    for _ in range(2):
        noticing.mail_round(bakery.firm_id, at=MORNING)
    (letter,) = seen_by(bob)
    assert letter.text.count("Votre cabinet vous demande") == 1
    assert DailyDigest.objects.get().count == 1
    request(bakery, at=MORNING)
    noticing.mail_round(bakery.firm_id, at=MORNING + timedelta(hours=2))
    assert len(seen_by(bob)) == 1, "the next day's"
    noticing.mail_round(bakery.firm_id, at=MORNING + timedelta(days=1))
    assert len(seen_by(bob)) == 2


def test_an_answered_question_is_in_no_digest(bakery, move, alice, bob):
    wants(bob, Kind.QUESTION, Mail.DIGEST)
    question = ask(bakery, move, alice)
    pipeline.answer_question(question=question, text="Le fournil.", by=bob, at=NOON)
    noticing.mail_round(bakery.firm_id, at=MORNING)
    assert seen_by(bob) == []


def test_who_has_left_is_written_nothing(bakery, alice, bob):
    request(bakery)
    row = Notice.objects.get(person=bob)
    membership = CompanyMembership.objects.get(person=bob)
    CompanyMembership.objects.filter(pk=membership.pk).update(ended_on=NOON.date() - timedelta(days=1))
    assert not noticing.mail_one(bakery.firm_id, row.pk, at=NOON)


def test_who_wants_nothing_in_the_app_has_an_empty_bell(bakery, alice, bob):
    wants(bob, Kind.REQUEST, Mail.NEVER, in_app=False)
    request(bakery)
    assert not Notice.objects.get(person=bob).is_shown
    noticing.mail_round(bakery.firm_id, at=MORNING)
    assert Letter.objects.count() == 0


def test_a_client_and_the_firm_hear_of_the_same_piece_in_their_own_words(bakery, bob, alice, account):
    document = hand_in(bakery, bob)
    pipeline.dismiss(document=document, reason="Illisible.", by=alice, at=NOON)
    assert Kind.SET_ASIDE in told_of(bob)
    assert Notice.objects.get(person=bob, kind=Kind.SET_ASIDE).path == f"/c/{bakery.pk}/pieces/{document.pk}/"


def seen_by(who):
    with tenancy.person(who.pk):
        return list(Letter.objects.filter(person_id=who.pk).order_by("pk"))
