"""Django's own commands: `python -m comptoir.config.manage …`."""

import os
import signal
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a trace; the database takes all back
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.config.settings")
    execute_from_command_line(sys.argv)
