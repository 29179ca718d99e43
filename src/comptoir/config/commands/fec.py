"""`comptoir fec check FILE`: is this FEC one that passes?"""

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from comptoir.config.opening import unopened
from comptoir.domain.limits import read_day

if TYPE_CHECKING:
    from comptoir.domain.fault import Fault
    from comptoir.domain.fec_check import Report

NAME = "fec"
HELP = "Contrôle un fichier des écritures comptables."
MOST_TOLD = 20
"""How many findings of one kind a person is told; `--json` tells up to MOST_KEPT."""
MOST_KEPT = 10_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`check`, the file, and the year's opening where its name does not tell."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACTE")
    check = acts.add_parser("check", help="structure, équilibre, numérotation, dates, et le reste")
    check.add_argument("file", type=Path, metavar="FICHIER")
    check.add_argument("--from", dest="opens_on", type=_day, metavar="AAAA-MM-JJ")
    check.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    """0 with at most alerts, 1 with a fault or a file that does not open."""
    from comptoir.domain import fec_check

    try:
        with args.file.open("rb") as lines:
            report = fec_check.check(lines, name=args.file.name, opens_on=args.opens_on)
    except OSError as error:
        print(unopened(args.file, error), file=sys.stderr)
        return 1
    print(_json(args.file, report) if args.json else _told(args.file, report))
    return 1 if report.is_refused else 0


def _day(written: str) -> date:
    day = read_day(written)
    if day is None:
        raise argparse.ArgumentTypeError(f"« {written} » n’est pas un jour (AAAA-MM-JJ)")
    return day


def _json(path: Path, report: "Report") -> str:
    faults, alerts = _split(report)
    return json.dumps(
        {
            "file": str(path),
            "lines": report.lines,
            "entries": report.entries,
            "faults": [_fault(fault) for fault in faults[:MOST_KEPT]],
            "alerts": [_fault(alert) for alert in alerts[:MOST_KEPT]],
        },
        ensure_ascii=False,
    )


def _fault(fault: "Fault") -> dict[str, object]:
    return {"code": fault.code, "line": fault.line, "message": fault.message, "remedy": fault.remedy}


def _split(report: "Report") -> tuple[list["Fault"], list["Fault"]]:
    from comptoir.domain.fault import Gravity

    ordered = sorted(report.faults, key=lambda fault: fault.line or 0)
    faults = [fault for fault in ordered if fault.gravity is Gravity.FAULT]
    return faults, [fault for fault in ordered if fault.gravity is Gravity.ALERT]


def _told(path: Path, report: "Report") -> str:
    faults, alerts = _split(report)
    lines = [f"{path.name} : {report.lines} lignes, {report.entries} écritures."]
    for title, found in (("Anomalies", faults), ("Alertes", alerts)):
        if found:
            lines += [f"\n{title} ({len(found)})", *_some(found)]
    if not faults:
        lines.append("\nAucune anomalie : le fichier passe.")
    return "\n".join(lines)


def _some(found: list["Fault"]) -> list[str]:
    told: dict[str, int] = {}
    lines = []
    for fault in found:
        told[fault.code] = told.get(fault.code, 0) + 1
        if told[fault.code] <= MOST_TOLD:
            lines.append(f"  {fault}")
    hidden = sum(max(0, count - MOST_TOLD) for count in told.values())
    return [*lines, *([f"  … et {hidden} autres du même genre."] if hidden else [])]
