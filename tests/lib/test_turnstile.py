"""So many in a while, and who comes beyond is told how long to stay away."""

from comptoir.lib.turnstile import Turnstile


def test_who_comes_beyond_is_told_how_long_to_stay_away():
    now = [100.0]
    gate = Turnstile(2, 10, clock=lambda: now[0])
    assert [gate.wait(), gate.wait(), gate.wait()] == [0, 0, 10]
    now[0] = 109.5
    assert gate.wait() == 1
    now[0] = 110
    assert gate.wait() == 0
