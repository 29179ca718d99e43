"""Reminders: who, when, of what; once a day whatever happens, and never of what was answered."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.core import mail as outbox
from django.db import connection
from tests.acts import bring_statement
from tests.cast import Move
from tests.conftest import AT, person

from comptoir import pipeline
from comptoir.domain.missing import Reason
from comptoir.domain.reminder import PARIS
from comptoir.domain.request import Wanted
from comptoir.domain.rights import Role
from comptoir.pipeline import reminders as way
from comptoir.records.accounts import actions as accounts
from comptoir.records.audit.models import Event
from comptoir.records.firms import actions as firms
from comptoir.records.firms.models import CompanyMembership
from comptoir.records.mail.actions import NotDelivered
from comptoir.records.mail.models import Letter
from comptoir.records.reminders import actions as reminders
from comptoir.records.reminders.models import FirmPlan, Pass, Reminded, Reminder, Round

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 9, 5, tzinfo=PARIS)
PLAN = {
    "is_on": True, "every": "week", "day": 1, "hour": 9, "roles": ["dirigeant", "gestionnaire"], "quiet_from": 20,
    "quiet_until": 8,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _carried(settings):
    settings.MAIL_TRANSPORT = {"backend": "django.core.mail.backends.locmem.EmailBackend"}


@pytest.fixture
def unknown(account, bob, dina):
    """Two payments without a piece; Bob sees what is missing, Dina hands in only."""
    return bring_statement(
        account,
        Move(date(2026, 11, 3), Decimal("-48.00"), "CB GARAGE LEBRETON 03/11"),
        Move(date(2026, 11, 4), Decimal("-91.08"), "CB PAPETERIE DU MAIL 04/11"),
    )


@pytest.fixture
def planned(bakery, alice, unknown):
    return reminders.write_firm_plan(firm=bakery.firm, values=PLAN, by=alice, at=MONDAY - timedelta(days=30))


def run_round(bakery, at=MONDAY):
    """What the periodic job and the worker do, with a clock that is passed."""
    way.begin_rounds(bakery.firm_id, at=at)
    return [
        way.send(bakery.firm_id, row.pk, at=at)
        for row in Reminder.objects.filter(sent_at=None, ended_at=None, due_at__lte=at)
    ]


def test_a_round_writes_to_those_who_see_what_is_missing_and_to_nobody_else(planned, bakery, bob):
    assert run_round(bakery) == [True]
    (letter,) = outbox.outbox
    assert letter.to == [bob.email]
    assert letter.subject == "Boulangerie Dupont : 2 justificatifs manquants"
    assert "GARAGE LEBRETON" in letter.body
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter.alternatives[0][1] == "text/html"
    row = Reminder.objects.get()
    assert (row.count, row.by, Reminded.objects.count()) == (2, None, 2)
    assert Letter.objects.get().text == "", "the link in it is forgotten once it left"


def test_who_reads_english_is_reminded_in_english_of_what_was_asked_from_our_lists(planned, bakery, alice, bob):
    accounts.choose_language(person=bob, language="en", at=AT)
    items = [(Wanted("Inventaire des stocks"), None)]
    pipeline.send_request(company=bakery, title="T", message="", due_on=None, items=items, by=alice, at=AT)
    run_round(bakery)
    (letter,) = [one for one in outbox.outbox if one.to == [bob.email]]
    assert letter.subject.endswith(": 2 supporting documents missing and 1 document requested")
    assert " :" not in letter.subject
    for said in (letter.body, str(letter.alternatives[0][0])):
        assert "Stock count" in said
        assert "Inventaire" not in said


def test_the_same_round_comes_once_however_many_workers_and_restarts(planned, bakery):
    run_round(bakery)
    assert run_round(bakery, MONDAY + timedelta(minutes=10)) == []
    assert run_round(bakery, MONDAY + timedelta(hours=5)) == []
    assert (len(outbox.outbox), Round.objects.count()) == (1, 1)
    assert run_round(bakery, MONDAY + timedelta(days=7)) == [True], "and the next week again"


def test_a_plan_does_not_make_up_for_the_days_before_it_was_written(bakery, alice, unknown):
    reminders.write_firm_plan(firm=bakery.firm, values=PLAN, by=alice, at=MONDAY)
    assert run_round(bakery, MONDAY + timedelta(hours=1)) == []


def test_nobody_is_written_to_in_quiet_hours_and_a_click_waits(planned, bakery, alice):
    night = datetime(2026, 11, 24, 22, 0, tzinfo=PARIS)
    due = pipeline.remind(company=bakery, lines=[], by=alice, at=night)
    assert due == datetime(2026, 11, 25, 8, 0, tzinfo=PARIS)
    row = Reminder.objects.get()
    assert not way.send(bakery.firm_id, row.pk, at=night)
    assert outbox.outbox == []
    assert way.send(bakery.firm_id, row.pk, at=due)


def test_never_twice_in_a_day_by_plan_and_by_click(planned, bakery, alice):
    run_round(bakery)
    with pytest.raises(pipeline.NobodyLeft):
        pipeline.remind(company=bakery, lines=[], by=alice, at=MONDAY + timedelta(hours=2))
    assert len(outbox.outbox) == 1


def test_a_click_before_the_round_is_the_days_one_reminder(planned, bakery, alice):
    pipeline.remind(company=bakery, lines=[], by=alice, at=MONDAY - timedelta(minutes=30))
    way.begin_rounds(bakery.firm_id, at=MONDAY)
    assert Reminder.objects.count() == 1


def test_what_is_answered_before_it_leaves_is_in_no_mail(planned, bakery, bob, unknown):
    way.begin_rounds(bakery.firm_id, at=MONDAY)
    pipeline.answer_missing(transaction=unknown[0], reason=Reason.LOST, text="", by=bob, at=AT)
    (row,) = Reminder.objects.all()
    assert way.send(bakery.firm_id, row.pk, at=MONDAY)
    (letter,) = outbox.outbox
    assert "GARAGE" not in letter.body + str(letter.alternatives)
    assert "1 justificatif manquant" in letter.subject


def test_when_all_is_answered_it_stops_by_itself(planned, bakery, bob, unknown):
    way.begin_rounds(bakery.firm_id, at=MONDAY)
    for move in unknown:
        pipeline.answer_missing(transaction=move, reason=Reason.LOST, text="", by=bob, at=AT)
    assert run_round(bakery) == [False]
    assert outbox.outbox == []
    assert Reminder.objects.get().ended_at is not None


def test_only_the_lines_that_were_ticked_are_told(planned, bakery, alice, unknown):
    pipeline.remind(company=bakery, lines=[unknown[1].pk], by=alice, at=MONDAY)
    way.send(bakery.firm_id, Reminder.objects.get().pk, at=MONDAY)
    assert "PAPETERIE" in outbox.outbox[0].body
    assert "GARAGE" not in outbox.outbox[0].body
    assert Reminded.objects.get().transaction_id == unknown[1].pk


def test_who_unsubscribed_since_gets_nothing_and_may_come_back(planned, bakery, bob):
    way.begin_rounds(bakery.firm_id, at=MONDAY)
    for _ in range(2):
        reminders.unsubscribe(company=bakery, person=bob, at=AT)
    assert run_round(bakery) == [False]
    assert run_round(bakery, MONDAY + timedelta(days=7)) == []
    reminders.subscribe(company=bakery, person=bob, at=AT)
    assert run_round(bakery, MONDAY + timedelta(days=14)) == [True]
    assert Event.objects.filter(verb="unsubscribe").count() == 1


def test_who_left_the_company_meanwhile_gets_nothing(planned, bakery, bob):
    way.begin_rounds(bakery.firm_id, at=MONDAY)
    CompanyMembership.objects.filter(person=bob).update(ended_on=date(2026, 11, 23))
    assert run_round(bakery) == [False]
    assert outbox.outbox == []


def test_a_dossier_may_have_its_own_day_or_none(planned, bakery, alice):
    reminders.write_own_plan(
        company=bakery, values={**_own(), "is_on": False}, by=alice, at=MONDAY - timedelta(days=20)
    )
    assert run_round(bakery) == []
    reminders.write_own_plan(company=bakery, values={**_own(), "day": 2}, by=alice, at=MONDAY - timedelta(days=20))
    assert run_round(bakery) == []
    assert run_round(bakery, MONDAY + timedelta(days=1)) == [True]
    reminders.write_own_plan(company=bakery, values=None, by=alice, at=AT)
    assert run_round(bakery, MONDAY + timedelta(days=7)) == [True]


def _own():
    return {name: PLAN[name] for name in ("is_on", "every", "day", "hour", "roles")}


def test_only_the_chosen_roles(planned, bakery):
    gina = person("Gina")
    firms.join_company(company=bakery, person=gina, role=Role.GESTIONNAIRE, at=AT)
    FirmPlan.objects.update(roles=["gestionnaire", "deposant", "lecteur"])
    run_round(bakery)
    assert [letter.to for letter in outbox.outbox] == [[gina.email]]


def test_what_no_mail_server_takes_is_written_anew_and_never_read_stale(
    planned, bakery, bob, unknown, monkeypatch
):
    def refuse(*_):
        raise NotDelivered("421 plus tard")

    with monkeypatch.context() as broken:
        broken.setattr(way.mail, "hand_over", refuse)
        assert run_round(bakery) == [False]
    assert (Letter.objects.count(), Reminded.objects.count(), Pass.objects.count()) == (0, 0, 0)
    assert Reminder.objects.get().fault == "421 plus tard"
    pipeline.answer_missing(transaction=unknown[0], reason=Reason.LOST, text="", by=bob, at=AT)
    assert run_round(bakery, MONDAY + timedelta(minutes=10)) == [True]
    assert "GARAGE" not in outbox.outbox[0].body


def test_the_day_after_it_is_too_late(planned, bakery):
    way.begin_rounds(bakery.firm_id, at=MONDAY)
    row = Reminder.objects.get()
    assert not way.send(bakery.firm_id, row.pk, at=MONDAY + timedelta(days=1))
    row.refresh_from_db()
    assert row.ended_at is not None


def test_a_worker_that_dies_while_it_sends_leaves_nobody_reminded_twice(planned, bakery, monkeypatch):
    class Dead(BaseException):
        pass

    def die(*_):
        raise Dead

    with monkeypatch.context() as broken:
        broken.setattr(way.mail, "hand_over", die)
        with pytest.raises(Dead):
            run_round(bakery)
    assert run_round(bakery, MONDAY + timedelta(minutes=10)) == [False]
    assert outbox.outbox == []


def test_nothing_to_justify_is_nobody_to_remind(planned, bakery, alice, bob, unknown):
    for move in unknown:
        pipeline.answer_missing(transaction=move, reason=Reason.LOST, text="", by=bob, at=AT)
    with pytest.raises(pipeline.NothingWanted):
        pipeline.remind(company=bakery, lines=[], by=alice, at=MONDAY)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one_mail(planned, bakery):
    way.begin_rounds(bakery.firm_id, at=MONDAY)
    row, together, sent = Reminder.objects.get(), Barrier(2), []

    def work():
        together.wait()
        try:
            sent.append(way.send(bakery.firm_id, row.pk, at=MONDAY))
        finally:
            connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(sent) == [False, True]
    assert len(outbox.outbox) == 1
