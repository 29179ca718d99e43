"""A worker that is killed: `python -m tests.dying read FIRM COMPANY ROW MODULE:NAME RANK`, as `kill -9` does.

It does its task until the named act has been done for the so-manieth time, and is no more: nothing of it is put in order.
"""

import os
import signal
import sys
from importlib import import_module

import django


def main() -> None:
    """Do the task, and die on the way."""
    task, firm, company, row, act, rank = sys.argv[1:]
    django.setup()
    from comptoir import pipeline

    _die_after(act, int(rank))
    getattr(pipeline, task)(firm, company, row)


def _die_after(act: str, rank: int) -> None:
    place, _, name = act.partition(":")
    owner = import_module(place)
    real, calls = getattr(owner, name), []

    def dying(*given: object, **named: object) -> object:
        made = real(*given, **named)
        calls.append(1)
        if len(calls) == rank:
            os.kill(os.getpid(), signal.SIGKILL)
        return made

    setattr(owner, name, dying)


if __name__ == "__main__":
    main()
