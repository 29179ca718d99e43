"""How many may pass in a while, as servers limit who asks them too often."""

from collections import deque
from collections.abc import Callable
from math import ceil
from threading import Lock
from time import monotonic


class Turnstile:
    """At most `most` in `seconds`; whoever comes beyond is told how long to stay away."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = monotonic) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._passed: deque[float] = deque()
        self._lock = Lock()

    def wait(self) -> int:
        """Pass, and 0; or the whole seconds to wait, at least one."""
        with self._lock:
            now = self._clock()
            while self._passed and self._passed[0] <= now - self._seconds:
                self._passed.popleft()
            if len(self._passed) < self._most:
                self._passed.append(now)
                return 0
            return max(1, ceil(self._passed[0] + self._seconds - now))
