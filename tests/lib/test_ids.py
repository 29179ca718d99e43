"""Identifiers sort by the moment they were made at, also within a millisecond."""

from itertools import pairwise

from comptoir.lib import ids

BEGUN = 1_764_400_000_123_000_000


def test_identifiers_follow_the_clock_closer_than_a_millisecond(monkeypatch):
    moments = range(BEGUN, BEGUN + 3_000_000, 1000)
    monkeypatch.setattr(ids.time, "time_ns", iter(moments).__next__)
    made = [ids.uuid7() for _ in moments]
    assert all(one < other for one, other in pairwise(made))


def test_they_say_their_version_and_their_millisecond_and_are_never_the_same(monkeypatch):
    monkeypatch.setattr(ids.time, "time_ns", lambda: BEGUN)
    made = {ids.uuid7() for _ in range(1000)}
    assert len(made) == 1000
    assert {one.version for one in made} == {7}
    assert {one.variant for one in made} == {ids.uuid.RFC_4122}
    assert {one.int >> 80 for one in made} == {BEGUN // 1_000_000}
