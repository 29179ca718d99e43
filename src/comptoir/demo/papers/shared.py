"""Papers that a firm shares with its client: an extract of the register, a payslip, a page of the accounts."""

import io
from datetime import date

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from comptoir.demo.papers.things import MONTHS, Party, long_date

Rows = tuple[tuple[str, str], ...]


def register_pdf(company: Party, day: date) -> bytes:
    """An extract of the trade register, as a clerk's office prints it."""
    rows = (
        ("Immatriculation au RCS, numéro", f"{company.siren} R.C.S. Le Mans"),
        ("Date d’immatriculation", "3 avril 2016"),
        ("Dénomination", company.name),
        ("Forme juridique", "Société à responsabilité limitée"),
        ("Capital social", "8 000,00 euros"),
        ("Adresse du siège", f"{company.street}, {company.town}"),
        ("Activités principales", "Boulangerie, pâtisserie, vente de pain"),
        ("Gérant", "DUPONT Bob, né le 12 mai 1981 au Mans"),
        ("Clôture de l’exercice", "31 décembre"),
    )
    head = ("Greffe du Tribunal de commerce du Mans", "EXTRAIT KBIS", f"À jour au {long_date(day)}")
    return _sheet(head, rows, "Document de démonstration : n’a aucune valeur légale.")


def payslip_pdf(company: Party, name: str, month: int, year: int, net: str) -> bytes:
    """A payslip of a month."""
    rows = (
        ("Employeur", f"{company.name}, {company.street}, {company.town}"),
        ("SIRET", f"{company.siren}00017"),
        ("Salarié", name),
        ("Emploi", "Vendeuse, coefficient 165"),
        ("Période", f"{MONTHS[month - 1]} {year}, 151,67 h"),
        ("Salaire brut", "2 214,80 €"),
        ("Cotisations et contributions salariales", "– 486,52 €"),
        ("Net à payer avant impôt sur le revenu", "1 728,28 €"),
        ("Remboursement de transport", "14,07 €"),
        ("Net payé", f"{net} €"),
    )
    head = (
        "Convention collective de la boulangerie-pâtisserie",
        "BULLETIN DE PAIE",
        f"{MONTHS[month - 1]} {year}",
    )
    return _sheet(head, rows, "À conserver sans limitation de durée.")


def balance_sheet_pdf(company: Party, year: int) -> bytes:
    """The one page of the accounts that everybody reads."""
    rows = (
        ("Immobilisations nettes", "64 218,00 €"),
        ("Stocks", "3 902,40 €"),
        ("Créances clients", "2 871,15 €"),
        ("Disponibilités", "18 432,56 €"),
        ("TOTAL DE L’ACTIF", "89 424,11 €"),
        ("Capitaux propres", "41 906,70 €"),
        ("Emprunts", "27 480,00 €"),
        ("Dettes fournisseurs", "9 218,66 €"),
        ("Dettes fiscales et sociales", "10 818,75 €"),
        ("TOTAL DU PASSIF", "89 424,11 €"),
    )
    head = (company.name, f"BILAN {year}", f"Exercice clos le 31 décembre {year}")
    return _sheet(head, rows, "Cabinet Martin, expertise comptable. Comptes annuels, page 3.")


def _sheet(head: tuple[str, str, str], rows: Rows, foot: str) -> bytes:
    out = io.BytesIO()
    page = Canvas(out, pagesize=A4, invariant=1)
    page.setTitle(head[1])
    for text, font, size, y in zip(
        head, ("Helvetica", "Times-Bold", "Helvetica"), (10, 20, 10), (278, 266, 258), strict=True
    ):
        page.setFont(font, size)
        page.drawString(20 * mm, y * mm, text)
    for rank, (label, value) in enumerate(rows):
        y = (240 - 10 * rank) * mm
        page.setFont("Helvetica-Bold" if label.startswith(("TOTAL", "Net payé")) else "Helvetica", 10)
        page.drawString(20 * mm, y, label)
        page.drawRightString(190 * mm, y, value)
        page.line(20 * mm, y - 3 * mm, 190 * mm, y - 3 * mm)
    page.setFont("Helvetica", 8)
    page.drawString(20 * mm, 18 * mm, foot)
    page.save()
    return out.getvalue()
