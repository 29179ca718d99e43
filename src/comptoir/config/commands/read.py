"""`comptoir read FILE… [--json]`: what the reader sees on files, without a database. Its JSON keys are public."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comptoir.config.opening import unopened

if TYPE_CHECKING:
    from comptoir.domain.reading import Reading, Value

NAME = "read"
HELP = "Lit des pièces (PDF, photo, facture électronique) et montre ce qui y est lu."

_TEXTS = ("number", "issued_on", "due_on", "supplier", "supplier_siren", "supplier_vat", "currency")
_AMOUNTS = ("net", "vat", "total")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FICHIER", help="les pièces à lire")
    parser.add_argument("--json", action="store_true", help="un objet JSON par fichier, un par ligne")
    parser.add_argument(
        "--company", default="", metavar="NOM", help="nom de la société du dossier (achat ou vente)"
    )
    parser.add_argument("--siren", default="", metavar="SIREN", help="SIREN de la société du dossier")


def run(args: argparse.Namespace) -> int:
    """0 where every file was read; 1 where one could not be, the others being read all the same."""
    from comptoir import readers
    from comptoir.domain.reading import Identity

    own = Identity(args.company, args.siren) if args.company or args.siren else None
    code = 0
    for name in args.files:
        try:
            reading = readers.read(Path(name).read_bytes(), filename=name, own=own)
        except readers.NotReadable as fault:
            print(f"{name} : {fault}", file=sys.stderr)
            code = 1
        except OSError as fault:
            print(unopened(name, fault), file=sys.stderr)
            code = 1
        else:
            print(json.dumps(as_json(name, reading), ensure_ascii=False) if args.json else as_text(name, reading))
    return code


def as_json(name: str, reading: "Reading") -> dict[str, Any]:
    """The public keys; amounts bear the sign that the piece prints."""
    sign = "-" if reading.is_negative else ""
    return {
        "file": name,
        "kind": _kind(reading),
        **{field: _text(getattr(reading, field)) for field in _TEXTS},
        **{field: _amount(getattr(reading, field), sign) for field in _AMOUNTS},
        "vat_lines": [
            {
                "rate": _rate(line.rate),
                "base": f"{-line.base if sign else line.base:.2f}",
                "amount": f"{-line.amount if sign else line.amount:.2f}",
            }
            for line in reading.vat_lines
        ],
        "source": reading.source.value,
        "confidence": {
            field: getattr(reading, field).confidence
            for field in ("kind", *_TEXTS, *_AMOUNTS)
            if getattr(reading, field) is not None
        },
    }


def _kind(reading: "Reading") -> str:
    """The public kinds: a credit note is one, whoever issued it."""
    return "credit_note" if reading.kind.value.gives_back else reading.kind.value.value


def _text(value: "Value[Any] | None") -> str | None:
    return None if value is None else str(value.value)


def _amount(value: "Value[Any] | None", sign: str) -> str | None:
    if value is None:
        return None
    return f"{sign if value.value else ''}{value.value:.2f}"


def _rate(rate: Any) -> str:
    return f"{rate:.2f}"


# ── For people ──

_KINDS = {
    "purchase_invoice": "facture d’achat",
    "credit_note": "avoir",
    "receipt": "ticket",
    "sales_invoice": "facture de vente",
    "sales_credit_note": "avoir client",
    "z_de_caisse": "Z de caisse",
    "note_de_frais": "note de frais",
    "other": "autre pièce",
}
_SOURCES = {"e-invoice": "facture électronique", "text": "texte du PDF", "ocr": "reconnaissance de caractères"}


def as_text(name: str, reading: "Reading") -> str:
    """A listing for a person; what is below the bar of sureness says « à vérifier »."""
    from comptoir.domain.money import french
    from comptoir.domain.vat import written

    rows = [
        ("Nature", _KINDS[reading.kind.value.value], reading.kind),
        ("Numéro", reading.number and reading.number.value, reading.number),
        ("Date", reading.issued_on and f"{reading.issued_on.value:%d/%m/%Y}", reading.issued_on),
        ("Échéance", reading.due_on and f"{reading.due_on.value:%d/%m/%Y}", reading.due_on),
        ("Fournisseur", reading.supplier and reading.supplier.value, reading.supplier),
        ("SIREN", reading.supplier_siren and reading.supplier_siren.value, reading.supplier_siren),
        ("N° de TVA", reading.supplier_vat and reading.supplier_vat.value, reading.supplier_vat),
        ("Client", reading.customer and reading.customer.value, reading.customer),
        ("HT", reading.net and french(reading.net.value), reading.net),
        ("TVA", reading.vat and french(reading.vat.value), reading.vat),
        ("TTC", reading.total and french(reading.total.value), reading.total),
        ("Devise", reading.currency and reading.currency.value, reading.currency),
        ("IBAN", reading.iban and reading.iban.value, reading.iban),
    ]
    lines = [
        f"{name} ({_SOURCES.get(reading.source, reading.source)}, {reading.pages} page{'s'[: reading.pages > 1]})"
    ]
    lines += [f"  {label:<12}{shown}{_doubt(value)}" for label, shown, value in rows if shown]
    lines += [
        f"  {'TVA ' + written(line.rate):<12}{french(line.amount)} sur {french(line.base)}"
        for line in reading.vat_lines
    ]
    return "\n".join(lines)


def _doubt(value: "Value[Any] | None") -> str:
    from comptoir.domain.reading import SURE

    return "" if value is None or value.confidence >= SURE else "   (à vérifier)"
