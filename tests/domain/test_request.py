"""A request for documents: what follows from answers and decisions, how far a list is, what a list may hold."""

from dataclasses import replace
from datetime import date

import pytest

from comptoir.domain import request
from comptoir.domain.folder import Folder
from comptoir.domain.request import GIVEN, Answered, Checklist, Decided, Kind, State, Wanted, from_json, to_json

FILE, WORDS, NONE = Kind.FILE, Kind.WORDS, Kind.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("answers", "decided", "expected"),
    [
        ([], None, State.WANTED),
        ([Answered(1, FILE)], None, State.HANDED),
        ([Answered(1, WORDS)], None, State.TOLD),
        ([Answered(1, FILE), Answered(2, NONE)], None, State.NOT_APPLICABLE),
        ([Answered(1, FILE)], Decided(2, True), State.ACCEPTED),
        ([Answered(1, FILE)], Decided(2, False), State.REDO),
        ([Answered(1, FILE), Answered(3, FILE)], Decided(2, False), State.HANDED),
        ([], Decided(1, True), State.ACCEPTED),
        ([Answered(4, WORDS)], Decided(3, True), State.TOLD),
    ],
)
def test_the_later_of_answer_and_decision_counts(answers, decided, expected):
    assert request.state(answers, decided) is expected


def test_each_state_waits_for_the_client_or_for_the_firm_or_for_nobody():
    waits = {state: (state.is_open, state.is_to_check) for state in State}
    assert waits.pop(State.ACCEPTED) == (False, False)
    assert all(client != firm for client, firm in waits.values())
    assert [state.french for state in State] == [
        "Demandé", "Déposé", "Répondu", "Sans objet", "À refaire", "Accepté",
    ]  # fmt: skip


def test_progress_counts_what_was_given_and_what_is_left_of_the_required():
    done = request.progress(
        [
            (State.WANTED, True),
            (State.WANTED, False),
            (State.REDO, True),
            (State.HANDED, True),
            (State.ACCEPTED, True),
        ]
    )
    assert (done.sentence, done.left, done.to_check, done.accepted) == ("2 sur 5", 2, 1, 1)
    assert not done.is_over
    assert request.progress([(State.ACCEPTED, True), (State.WANTED, False)]).is_over
    assert not request.progress([(State.HANDED, True)]).is_over


def test_a_request_is_late_from_the_day_after_while_something_required_is_left():
    day = date(2026, 11, 24)
    assert not request.is_overdue(day, 1, day)
    assert request.is_overdue(day, 1, date(2026, 11, 25))
    assert not request.is_overdue(day, 0, date(2026, 11, 25))
    assert not request.is_overdue(None, 1, day)


def test_a_list_says_what_is_wrong_with_it():
    kbis = Wanted("Kbis")
    assert Checklist("Début", "", (kbis,)).faults() == []
    assert Checklist("", "", ()).faults() == ["Donnez un nom à la liste.", "Demandez au moins un document."]
    assert Checklist("x", "", (kbis, Wanted("KBIS"))).faults() == ["« Kbis » est demandé deux fois."]
    many = tuple(Wanted(str(rank)) for rank in range(61))
    assert Checklist("x", "", many).faults() == ["Pas plus de 60 documents dans une liste."]
    assert Checklist("x", "", many[:60]).faults() == []


@pytest.mark.parametrize("key", GIVEN)
def test_each_given_list_may_be_kept_and_sent(key):
    given = GIVEN[key]
    assert given.faults() == []
    assert given.required
    assert from_json(given.name, to_json(given)) == given
    assert {item.folder for item in given.items} <= set(Folder)
    assert all(len(item.label) <= request.LONGEST_LABEL for item in given.items)
    assert replace(given, items=()).faults() == ["Demandez au moins un document."]
