"""Who is asked for documents, and who hears of their answers: each once, by the ways that they chose."""

from datetime import datetime, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.conftest import person

from comptoir import pipeline
from comptoir.domain.folder import Folder
from comptoir.domain.notice import Choice, Kind, Mail
from comptoir.domain.reminder import PARIS
from comptoir.domain.request import Kind as Answers
from comptoir.domain.request import Wanted
from comptoir.domain.rights import Role
from comptoir.lib import tenancy
from comptoir.pipeline import request_letters
from comptoir.records.firms import actions as firms
from comptoir.records.firms import members
from comptoir.records.firms import queries as people
from comptoir.records.folders.models import SharedFile
from comptoir.records.mail.models import Letter
from comptoir.records.notices import actions as notices
from comptoir.records.notices.models import Notice

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=PARIS)
SUNDAY = datetime(2026, 11, 29, 12, 0, tzinfo=PARIS)
KBIS, LEASE = Wanted("Kbis"), Wanted("Bail")
STATUTES = Wanted("Statuts", folder=Folder.JURIDIQUE.value)


def send(company, by, *items, at=NOON):
    asked = [(item, None) for item in items]
    return pipeline.send_request(
        company=company, title="Entrée en relation", message="", due_on=None, items=asked, by=by, at=at
    )


def item(request, label):
    return request.items.get(label=label)


def hand(row, by, content=b"kbis", name="photo.txt", at=NOON):
    return pipeline.answer_by_file(item=row, content=content, filename=name, by=by, at=at)


def told(who):
    return list(Notice.objects.filter(person=who, read_at=None).order_by("pk").values_list("sentence", flat=True))


def write(request, who, *, at=NOON, first=1):
    (member,) = [row for row in people.members(request.company, at.date()) if row.person_id == who.pk]
    return request_letters.write_to(request.firm_id, request.pk, member.pk, first=first, at=at)


def letters():
    return list(Letter.objects.order_by("pk"))


@pytest.fixture
def gina(bakery):
    found = person("Gina")
    firms.join_company(company=bakery, person=found, role=Role.GESTIONNAIRE, at=NOON)
    return found


def test_each_is_told_once_of_what_is_there_for_them(bakery, alice, bob, gina, dina):
    request = send(bakery, alice, KBIS, STATUTES)
    assert told(bob) == ["Votre cabinet vous demande : Kbis, Statuts"]
    assert told(gina) == ["Votre cabinet vous demande : Kbis"]
    assert told(dina) == []
    pipeline.ask_more(request=request, items=[LEASE], by=alice, at=NOON)
    assert told(gina) == ["Votre cabinet vous demande : Kbis", "Votre cabinet vous demande : Bail"]


def test_of_many_the_first_are_named(bakery, alice, bob):
    send(bakery, alice, *(Wanted(name) for name in ("Kbis", "Bail", "RIB", "Statuts")))
    assert told(bob) == ["Votre cabinet vous demande 4 documents, dont : Kbis, Bail, RIB"]


@pytest.mark.parametrize("is_accepted", [True, False])
def test_what_is_decided_or_taken_back_is_no_news_any_more(bakery, alice, bob, is_accepted):
    request = send(bakery, alice, KBIS, LEASE)
    hand(item(request, "Kbis"), bob)
    pipeline.decide_requested(item=item(request, "Kbis"), is_accepted=is_accepted, reason="Flou", seen=1, by=alice, at=NOON)  # fmt: skip
    assert told(alice) == []
    given = hand(item(request, "Bail"), bob, b"bail")
    assert told(alice) == ["Bob Essai a répondu : Bail"]
    pipeline.take_back_answer(answer=given, by=bob, at=NOON)
    assert told(alice) == []


def test_of_a_reserved_document_nobody_else_hears_anything(bakery, alice, bob, gina):
    request = send(bakery, alice, STATUTES)
    pipeline.decide_requested(item=item(request, "Statuts"), is_accepted=False, reason="Signés ?", seen=0, by=alice, at=NOON)  # fmt: skip
    assert told(gina) == []
    assert told(bob) == ["Votre cabinet vous demande : Statuts", "À refaire : Statuts. Signés ?"]
    assert not write(request, gina)


def test_the_letter_leaves_at_once_by_day_and_on_monday_of_a_sunday(bakery, alice, bob):
    jobs = ProcrastinateJob.objects.filter(task_name="write_request_letter").order_by("id")
    send(bakery, alice, KBIS)
    send(bakery, alice, KBIS, at=SUNDAY)
    now, later = (job.scheduled_at for job in jobs)
    assert now == NOON
    assert SUNDAY + timedelta(hours=18) <= later.astimezone(PARIS) <= SUNDAY + timedelta(hours=24)


def test_a_letter_tells_of_what_is_still_awaited_then(bakery, alice, bob):
    request = send(bakery, alice, KBIS, LEASE)
    hand(item(request, "Kbis"), bob)
    assert write(request, bob)
    (letter,) = letters()
    assert letter.to == bob.email
    assert "Bail" in letter.text
    assert "Kbis" not in letter.text
    assert f"/c/{bakery.pk}/demandes/" in letter.text
    hand(item(request, "Bail"), bob, b"bail")
    assert not write(request, bob)


def test_more_documents_are_a_letter_of_those_alone(bakery, alice, bob):
    request = send(bakery, alice, KBIS)
    pipeline.ask_more(request=request, items=[LEASE], by=alice, at=NOON)
    assert write(request, bob, first=2)
    assert "Kbis" not in letters()[0].text


@pytest.mark.parametrize("mail", [Mail.DIGEST, Mail.NEVER])
def test_who_chose_another_way_gets_no_letter(bakery, alice, bob, mail):
    notices.choose(person=bob, choices={Kind.REQUEST: Choice(mail=mail)}, at=NOON)
    assert not write(send(bakery, alice, KBIS), bob)
    assert letters() == []


def test_nobody_is_written_to_of_what_was_ended_or_of_a_place_they_left(bakery, alice, bob, gina):
    request = send(bakery, alice, KBIS)
    (member,) = [row for row in people.members(bakery, NOON.date()) if row.person_id == gina.pk]
    members.leave_company(membership=member, by=alice, at=NOON)
    later = NOON + timedelta(days=1)
    assert not request_letters.write_to(bakery.firm_id, request.pk, member.pk, at=later)
    pipeline.end_request(request=request, by=alice, at=NOON)
    assert not write(request, bob)
    assert told(bob) == []


def test_answers_that_the_firm_has_not_looked_at_are_one_notice(bakery, alice, bob):
    request = send(bakery, alice, KBIS, LEASE)
    hand(item(request, "Kbis"), bob)
    assert told(alice) == ["Bob Essai a répondu : Kbis"]
    pipeline.answer_request(item=item(request, "Bail"), kind=Answers.WORDS, words="Demain", by=bob, at=NOON)
    assert told(alice) == ["Bob Essai a répondu : Bail"]
    assert Notice.objects.filter(person=alice).count() == 2


def test_photos_of_one_name_are_each_a_file_of_its_own(bakery, alice, bob):
    request = send(bakery, alice, KBIS, LEASE)
    hand(item(request, "Kbis"), bob, b"kbis")
    hand(item(request, "Bail"), bob, b"bail")
    assert sorted(SharedFile.objects.values_list("name", "version")) == [("photo (2).txt", 1), ("photo.txt", 1)]


def test_sending_an_answer_back_takes_no_file_of_the_firms(bakery, alice, bob):
    theirs = pipeline.put_file(
        company=bakery, folder=Folder(KBIS.folder), content=b"modele", filename="photo.txt", by=alice, at=NOON
    )
    request = send(bakery, alice, KBIS)
    hand(item(request, "Kbis"), bob)
    pipeline.decide_requested(
        item=item(request, "Kbis"), is_accepted=False, reason="Flou", seen=1, by=alice, at=NOON
    )
    there = SharedFile.objects.filter(withdrawn_at=None)
    assert [(row.pk, row.version) for row in there] == [(theirs.pk, 1)]


def test_an_answer_that_the_firm_put_a_version_on_stays(bakery, alice, bob):
    request = send(bakery, alice, KBIS)
    hand(item(request, "Kbis"), bob)
    pipeline.put_file(
        company=bakery, folder=Folder(KBIS.folder), content=b"corrige", filename="photo.txt", by=alice, at=NOON
    )
    pipeline.decide_requested(
        item=item(request, "Kbis"), is_accepted=False, reason="Flou", seen=1, by=alice, at=NOON
    )
    with tenancy.within(bakery.firm_id, bakery.pk):
        assert SharedFile.objects.filter(withdrawn_at=None, version=2).count() == 1
