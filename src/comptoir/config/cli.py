"""`comptoir …`: the command line. Each command is a module of `config.commands`."""

import argparse
import importlib
import pkgutil
import sys
from types import ModuleType

from comptoir.config import commands
from comptoir.lib.postgres import CannotStart

INTERRUPTED = 130
"""The shells' code for a program that Ctrl-C stopped."""


def main(argv: list[str] | None = None) -> int:
    """Run one command; its exit code is 0 for done, 1 for a fault that is named, 2 for a wrong call."""
    parser = argparse.ArgumentParser(prog="comptoir", description="Comptoir, en ligne de commande.")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMANDE")
    for module in _commands():
        sub = subparsers.add_parser(module.NAME, help=module.HELP, description=module.HELP)
        module.add_arguments(sub)
        sub.set_defaults(run=module.run)
    args = parser.parse_args(argv)
    try:
        return int(args.run(args))
    except CannotStart as fault:
        print(fault, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrompu. La même commande reprendra sans rien perdre.", file=sys.stderr)
        return INTERRUPTED


def _commands() -> list[ModuleType]:
    names = sorted(m.name for m in pkgutil.iter_modules(commands.__path__))
    return [importlib.import_module(f"{commands.__name__}.{name}") for name in names]


if __name__ == "__main__":
    sys.exit(main())
