"""Bridge on this machine until it is interrupted: prints the setting that leads to it."""

import argparse
import signal
import sys
import threading

from comptoir.gateways.bank.bridge.twin import Twin
from comptoir.lib.turnstile import Turnstile


def main() -> None:
    """Listen until the keyboard says otherwise."""
    asked = argparse.ArgumentParser(prog="python -m comptoir.gateways.bank.bridge.twin")
    asked.add_argument("--port", type=int, default=0)
    asked.add_argument("--webhook", default="", help="where news goes, on this machine")
    asked.add_argument("--most", type=int, default=60, help="questions a minute, beyond which it answers 429")
    given = asked.parse_args()
    # A shell that starts it in the background has Ctrl-C ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Bridge's own limit for one user, 60 in 60 seconds, is the one that a program meets first.
    with Twin(port=given.port, webhook=given.webhook, limit=Turnstile(given.most, 60)) as twin:
        sys.stdout.write(f"COMPTOIR_BRIDGE={twin.address}\n")
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
