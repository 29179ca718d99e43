"""`comptoir words`: bring the English catalogs up to what templates and code say now."""

import argparse

NAME = "words"
HELP = "Met à jour les catalogues anglais d’après les modèles et le code, et dit ce qui n’a pas encore d’anglais."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose."""


def run(args: argparse.Namespace) -> int:
    """Write both catalogs; 1 while anything has no English."""
    from comptoir.lib.english.gather import GATHERED, bring_up_to_date

    missing = [(name, words) for name in GATHERED for words in bring_up_to_date(name)]
    for name, words in missing:
        print(f"{name} : {words}")
    return 1 if missing else 0
