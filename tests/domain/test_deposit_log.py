"""The deposit log: a line changed, lost or put between breaks every later seal."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

from comptoir.domain.deposit_log import GENESIS, Arrival, seal, written

AT = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
LINE = Arrival(
    1, UUID(int=1), "ab" * 32, 1234, "ticket.jpg", "mail", UUID(int=2), AT, {"from": "a@b.fr", "id": "<1>"}
)


def test_a_seal_depends_on_every_word_of_the_line():
    sealed = seal(LINE, previous=GENESIS)
    changes = [
        {"number": 2},
        {"document": UUID(int=3)},
        {"sha256": "cd" * 32},
        {"size": 1235},
        {"filename": "ticket2.jpg"},
        {"way": "web"},
        {"by": None},
        {"at": AT + timedelta(seconds=1)},
        {"sent": {"from": "c@b.fr", "id": "<1>"}},
    ]
    others = {seal(replace(LINE, **change), previous=GENESIS) for change in changes}
    assert len(others) == len(changes)
    assert sealed not in others
    assert seal(LINE, previous=sealed) != sealed


def test_a_seal_is_the_same_wherever_and_in_whatever_order_it_is_made():
    elsewhere = LINE.at.astimezone(timezone(timedelta(hours=2)))
    turned = {"id": "<1>", "from": "a@b.fr"}
    assert seal(replace(LINE, at=elsewhere, sent=turned), previous=GENESIS) == seal(LINE, previous=GENESIS)


def test_a_line_is_written_to_the_letter_as_it_is_sealed():
    line = replace(LINE, filename='a"b\n\u2028é.jpg')
    text = written(line, previous=GENESIS)
    assert text.startswith(f'["{GENESIS}",1,')
    assert "\n" not in text, "one line each, whatever a file is named"
    assert hashlib.sha256(text.encode()).hexdigest() == seal(line, previous=GENESIS)
