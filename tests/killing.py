"""Processes that work on the test's own database and are killed (`kill -9`) on the way: see `tests.dying`."""

import base64
import os
import signal
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.db import connection
from psycopg.conninfo import conninfo_to_dict

ROOT = Path(__file__).resolve().parents[1]


def killed(act, rank, task, *given, **environment):
    """A process of its own does the task, and kills itself at the named act."""
    done = started(act, rank, task, *given, **environment)
    _, said = done.communicate(timeout=120)
    assert done.returncode == -signal.SIGKILL, said.decode()


def started(act, rank, task, *given, **environment):
    """The same, on its way."""
    said = conninfo_to_dict(os.environ["DATABASE_URL"]) | {"dbname": connection.settings_dict["NAME"]}
    of_its_own = {
        "DATABASE_URL": "postgresql://{user}:{password}@{host}:{port}/{dbname}".format(**said),
        "COMPTOIR_DATA": str(settings.UPLOADS.parent),
        "COMPTOIR_EBICS_KEY": base64.b64encode(settings.EBICS_KEY).decode(),
        "DJANGO_SETTINGS_MODULE": "comptoir.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        **environment,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "tests.dying", act, str(rank), task, *map(str, given)],
        env={**os.environ, **of_its_own},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
