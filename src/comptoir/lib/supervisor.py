"""Several processes that live and die together: started, watched, started again, stopped in order."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

GRACE = 10.0
"""Seconds that a process has to stop by itself."""


@dataclass
class Process:
    """One program of the group."""

    name: str
    command: Sequence[str]
    # Sockets that it shares with its like: who falls leaves the door open.
    sockets: Sequence[int] = ()
    # Started once the group stands: nobody waits for it.
    is_later: bool = False
    # From 0 to 19: how far it gives way to the others where the processor is wanted by all.
    niceness: int = 0
    running: "subprocess.Popen[bytes] | None" = field(default=None)
    falls: int = 0
    again_at: float = 0.0


class Supervisor:
    """Runs the group until a signal; whoever falls is started again, later each time, and it is said."""

    def __init__(self, processes: Sequence[Process], environment: Mapping[str, str], say: Callable[[str], None]):
        self.processes, self.environment, self.say = processes, environment, say
        self.is_stopping = False

    def run(self, on_started: Callable[[], None]) -> None:
        """Start everything, tell when it stands, watch it, and stop it in order at SIGINT or SIGTERM."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop_soon)
        try:
            for process in self.processes:
                if not process.is_later:
                    self._start(process)
            on_started()
            while not self.is_stopping:
                self._watch()
                time.sleep(0.2)
        finally:
            self._stop()

    def _stop_soon(self, *_: object) -> None:
        self.is_stopping = True

    def _start(self, process: Process) -> None:
        process.running = subprocess.Popen(
            process.command,
            env=dict(self.environment),
            start_new_session=True,
            preexec_fn=partial(_begin, process.niceness),
            pass_fds=tuple(process.sockets),
        )

    def _watch(self) -> None:
        now = time.monotonic()
        for process in self.processes:
            if process.running is not None and process.running.poll() is not None:
                process.falls += 1
                wait = min(30.0, 0.5 * 2**process.falls)
                self.say(
                    f"« {process.name} » s’est arrêté (code {process.running.returncode}) ; reprise dans {wait:.0f} s."
                )
                process.running, process.again_at = None, now + wait
            elif process.running is None and now >= process.again_at:
                self._start(process)

    def _stop(self) -> None:
        for process in self.processes:
            if process.running and process.running.poll() is None:
                process.running.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        for process in self.processes:
            if process.running:
                _wait_or_kill(process.running, deadline)


def _wait_or_kill(running: "subprocess.Popen[bytes]", deadline: float) -> None:
    try:
        running.wait(timeout=max(0.1, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()


def _begin(niceness: int) -> None:
    """In the new process, before its program: it dies with its parent, and gives way as it was told."""
    os.nice(niceness)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
        # A session is a group of its own to the scheduler, and niceness counts within a group (sched(7), autogroup).
        with contextlib.suppress(OSError):
            Path("/proc/self/autogroup").write_text(str(niceness))
