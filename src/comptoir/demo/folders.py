"""The shared folders of the demo firm: what the firm gives to read, what it keeps for itself, and what waits in the bin."""

import io
from datetime import date, datetime, time

from django.utils import timezone
from openpyxl import Workbook

from comptoir import pipeline
from comptoir.demo import cast, papers
from comptoir.demo.cast import YEAR
from comptoir.domain.folder import Folder
from comptoir.domain.rights import Role
from comptoir.domain.shelving import Place
from comptoir.records.firms.models import Company, Person
from comptoir.records.folders.models import SharedFile, SubFolder


def share(company: Company, by: Person, *, last_month: int, net: str) -> None:
    """Fill the company's folders as a firm does in a year."""
    shelf = _Shelf(company, by)
    shelf.put(
        Place(Folder.JURIDIQUE),
        "Extrait Kbis.pdf",
        papers.register_pdf(cast.BAKERY, date(YEAR, 1, 12)),
        date(YEAR, 1, 15),
    )
    _permanent(shelf)
    _years(shelf)
    _payslips(shelf, last_month, net)
    _taxes(shelf)
    notes = shelf.make(Folder.CABINET, f"Révision {YEAR}", date(YEAR, 10, 5))
    shelf.put(notes, "Note de synthèse.txt", _NOTE.encode(), date(YEAR, 10, 6))


class _Shelf:
    """Puts things in one company's folders, on the days on which they were put."""

    def __init__(self, company: Company, by: Person) -> None:
        self.company, self.by = company, by

    def make(self, inside: Folder, name: str, day: date) -> Place:
        return self.made(inside, name, day).place

    def made(self, inside: Folder, name: str, day: date) -> SubFolder:
        place = Place(inside)
        return pipeline.folders.make_folder(
            company=self.company, place=place, name=name, by=self.by, at=_moment(day)
        )

    def put(self, place: Place, name: str, content: bytes, day: date) -> SharedFile:
        return pipeline.put_file(
            company=self.company, place=place, content=content, filename=name, by=self.by, at=_moment(day)
        )


def _permanent(shelf: _Shelf) -> None:
    loans = shelf.make(Folder.PERMANENT, "Emprunts", date(YEAR, 1, 20))
    shelf.put(loans, "Échéancier du four.xlsx", _schedule(), date(YEAR, 1, 20))
    shelf.make(Folder.PERMANENT, "Baux et assurances", date(YEAR, 1, 20))
    shelf.put(Place(Folder.PERMANENT), f"Lettre de mission {YEAR}.txt", _LETTER.encode(), date(YEAR, 1, 20))


def _years(shelf: _Shelf) -> None:
    sheet = papers.balance_sheet_pdf(cast.BAKERY, YEAR - 1)
    shelf.put(Place(Folder.EXERCICES), f"Bilan {YEAR - 1}.pdf", sheet, date(YEAR, 4, 28))
    past = shelf.make(Folder.EXERCICES, f"Exercice {YEAR - 1}", date(YEAR, 4, 28))
    name = f"Détail des charges {YEAR - 1}.csv"
    shelf.put(past, name, "compte;libellé;montant\n606;Farines;41 820,00\n".encode(), date(YEAR, 4, 28))
    shelf.put(past, name, _CHARGES.encode(), date(YEAR, 5, 4))


def _payslips(shelf: _Shelf, last_month: int, net: str) -> None:
    own = shelf.made(Folder.SOCIAL, "Bulletins de Dina Moreau", date(YEAR, 2, 3))
    dina = Person.objects.get(email=cast.DINA.email)
    pipeline.folders.give_folder(subfolder=own, owner=dina, by=shelf.by, at=_moment(date(YEAR, 2, 3)))
    for month in range(last_month - 3, last_month):
        slip = papers.payslip_pdf(cast.BAKERY, "Dina MOREAU", month, YEAR, net)
        shelf.put(own.place, f"Bulletin de paie Dina Moreau {YEAR}-{month:02}.pdf", slip, date(YEAR, month + 1, 3))


def _taxes(shelf: _Shelf) -> None:
    sent = shelf.make(Folder.FISCAL, "À transmettre au cabinet", date(YEAR, 9, 1))
    pipeline.folders.set_access(
        company=shelf.company,
        place=sent,
        readers=[Role.GESTIONNAIRE],
        writers=[Role.DIRIGEANT, Role.GESTIONNAIRE],
        by=shelf.by,
        at=_moment(date(YEAR, 9, 1)),
    )
    vat = shelf.make(Folder.FISCAL, f"TVA {YEAR}", date(YEAR, 9, 1))
    shelf.put(vat, f"Acomptes de TVA {YEAR}.csv", _VAT.encode(), date(YEAR, 10, 20))
    wrong = shelf.put(
        Place(Folder.FISCAL), "CFE brouillon.txt", b"Brouillon de la CFE, ne pas transmettre.\n", date(YEAR, 11, 5)
    )
    pipeline.withdraw_file(file=wrong, by=shelf.by, at=_moment(date(YEAR, 11, 6)))


def _schedule() -> bytes:
    book, written = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None  # a new workbook has one
    sheet.title = "Échéancier"
    sheet.append(["Date", "Capital", "Intérêts", "Échéance"])
    for month in range(1, 13):
        sheet.append([date(YEAR, month, 5), 412 + month, 48 - month, 460])
    book.save(written)
    return written.getvalue()


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=timezone.get_default_timezone())


_LETTER = f"""Lettre de mission {YEAR}

Le cabinet Martin tient la comptabilité de la Boulangerie Dupont, établit ses déclarations de TVA,
son bilan et sa liasse, et lui répond sur ses questions de gestion.
"""
_NOTE = """Points à revoir avant le bilan
- stock de farines : inventaire à demander
- four : vérifier l’amortissement
"""
_CHARGES = """compte;libellé;montant
606;Farines et matières;41 820,00
613;Loyer;10 800,00
615;Entretien du four;2 140,00
616;Assurance;1 260,00
"""
_VAT = """échéance;montant
juillet;1 240,00
août;980,00
septembre;1 310,00
"""
