"""`python -m comptoir.demo`: build the demo firm where there is none, and print its accounts."""

import os
import signal
import sys

import django

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a trace; the database takes all back
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.config.settings")
    django.setup()

    from comptoir.demo import build

    build.build(lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201
    print(build.accounts())  # noqa: T201
