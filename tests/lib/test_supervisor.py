"""Processes that live and die together, and give way to each other."""

import os
import sys
from pathlib import Path

import pytest

from comptoir.lib.supervisor import Process, Supervisor

AUTOGROUP = Path("/proc/self/autogroup")
SAY = "import os, pathlib; print(os.nice(0), *[p.read_text() for p in [pathlib.Path('/proc/self/autogroup')] if p.exists()])"


@pytest.fixture
def started(tmp_path, capfd):
    """What a process of the group says of itself."""

    def said(niceness: int) -> str:
        process = Process("une", (sys.executable, "-c", SAY), niceness=niceness)
        group = Supervisor([process], os.environ, lambda sentence: None)

        def once_started() -> None:
            process.running.wait(timeout=20)
            group.is_stopping = True

        group.run(once_started)
        return capfd.readouterr().out

    return said


def test_a_process_gives_way_as_it_is_told(started):
    assert started(5).startswith("5 ")
    assert started(0).startswith("0 ")


@pytest.mark.skipif(not AUTOGROUP.exists(), reason="a kernel without groups of sessions")
def test_it_gives_way_to_other_sessions_too(started):
    assert started(5).rstrip().endswith("nice 5")
