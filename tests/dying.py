"""A worker that is killed: `python -m tests.dying MODULE:NAME RANK TASK GIVEN…`, as `kill -9` does.

It does its task until the named act has been done for the so-manieth time, and is no more: nothing of it is put in order.
A rank below nothing kills it as it is about to begin that act.
"""

import os
import signal
import sys
from datetime import datetime
from importlib import import_module
from pathlib import Path

import django


def main() -> None:
    """Do the task, and die on the way."""
    act, rank, task, *given = sys.argv[1:]
    django.setup()
    from comptoir import pipeline

    _die_at(act, int(rank))
    tasks = {"import": _import, "fetch": pipeline.ebics.fetch, "worker": _worker}
    (tasks.get(task) or getattr(pipeline, task))(*given)


def _import(account_id: str, firm_id: str, company_id: str, path: str, moment: str) -> None:
    """What a request does with the file that somebody sends."""
    from comptoir import pipeline
    from comptoir.lib import tenancy
    from comptoir.records.banking.models import BankAccount

    with tenancy.within(firm_id, company_id):
        account = BankAccount.objects.select_related("company").get(pk=account_id)
    content, at = Path(path).read_bytes(), datetime.fromisoformat(moment)
    pipeline.import_statement(account=account, content=content, filename="releve.txt", by=None, at=at)


def _worker(queue: str) -> None:
    """A worker of the product, that does what its queue holds and goes."""
    from django.core.management import call_command

    call_command("procrastinate", "worker", f"--queues={queue}", "--one-shot", "--concurrency=1")


def _die_at(act: str, rank: int) -> None:
    place, _, name = act.partition(":")
    owner = import_module(place)
    real, calls = getattr(owner, name), []

    def dying(*given: object, **named: object) -> object:
        calls.append(1)
        if -len(calls) == rank:
            os.kill(os.getpid(), signal.SIGKILL)
        made = real(*given, **named)
        if len(calls) == rank:
            os.kill(os.getpid(), signal.SIGKILL)
        return made

    setattr(owner, name, dying)


if __name__ == "__main__":
    main()
