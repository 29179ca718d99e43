"""Processes that are killed while they work: nothing is lost, nothing is there twice, and the next one goes on."""

import pytest
from tests import killing
from tests.conftest import AT
from tests.records.test_cutting_files import BOUND, hand_in, numbers, work
from tests.records.test_inbox import PAPER, letter

from comptoir import pipeline
from comptoir.domain.mail import Door
from comptoir.records.deposits.models import Arrival, Cutting, Document
from comptoir.records.inbox import actions as inbox
from comptoir.records.inbox.models import Mail
from comptoir.records.mail.models import Letter
from comptoir.records.readings.models import Reading

pytestmark = pytest.mark.django_db(transaction=True)


def killed(task, row, act, rank):
    killing.killed(act, rank, task, row.firm_id, row.company_id, row.pk)


@pytest.mark.parametrize(
    ("act", "rank", "pieces"),
    [
        ("comptoir.records.readings.actions:start", 1, 1),
        ("comptoir.readers.cutting:parts_of", 1, 1),
        ("comptoir.records.deposits.arranging:split", 1, 1),
        ("comptoir.records.deposits.arranging:propose", 3, 1),
        ("comptoir.pipeline.reading:read_later", 2, 1),
        ("comptoir.pipeline.reading:cut_now", 1, 3),
        ("comptoir.records.readings.actions:record", 1, 3),
    ],
)
def test_a_worker_killed_at_any_step_of_cutting_loses_nothing_and_cuts_once(bakery, bob, act, rank, pieces):
    first = hand_in(bakery, bob, BOUND)
    killed("read", first, act, rank)
    assert Document.objects.count() == pieces, "all of a cut, or nothing of it"
    work(first)
    work(*Document.objects.filter(cut_from=first))
    assert Document.objects.count() == Cutting.objects.count() == Reading.objects.count() == 3
    assert len(set(numbers())) == 3
    assert Arrival.objects.count() == 1


@pytest.mark.parametrize(
    "act",
    [
        "comptoir.pipeline.mail_in:hand_in_all",
        "comptoir.records.inbox.actions:opened",
        "comptoir.pipeline.mail_in:post_letter",
    ],
)
def test_a_worker_killed_while_it_opens_a_mail_loses_nothing_and_answers_once(bakery, bob, act):
    word = inbox.token_of(bakery, at=AT).word
    pipeline.take_mail(door=Door("achat", word), raw=letter(PAPER, PAPER).as_bytes(), envelope=bob.email, at=AT)
    Mail.objects.update(sender=bob.email)
    mail = Mail.objects.get()
    killed("open_mail", mail, act, 1)
    assert (Document.objects.count(), Letter.objects.count()) == (0, 0)
    for _ in range(2):
        pipeline.open_mail(str(mail.firm_id), str(mail.company_id), str(mail.pk))
    assert (Document.objects.count(), Arrival.objects.count(), Letter.objects.count()) == (1, 1, 1)
