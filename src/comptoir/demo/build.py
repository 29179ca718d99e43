"""Builds the demo firm through the same pipeline as everybody's documents: nothing here writes a result."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from email.message import EmailMessage

from django.db import transaction
from django.utils import timezone

from comptoir import pipeline, readers
from comptoir.demo import cast, connected_banks, e_invoices, folders, papers, requests, talks
from comptoir.demo.cast import YEAR, Member
from comptoir.demo.papers import Expense, ExpenseReport, Invoice, Item, Till
from comptoir.demo.statements import Move, cfonb120
from comptoir.domain.bank_way import Way
from comptoir.domain.company import VatOn, VatRegime, When
from comptoir.domain.mail import Door
from comptoir.domain.money import cents
from comptoir.domain.rights import Role
from comptoir.gateways.einvoice import memory
from comptoir.lib import tenancy
from comptoir.records.banking import actions as banking
from comptoir.records.banking.models import BankAccount, Rule
from comptoir.records.deposits import actions as deposits
from comptoir.records.deposits import log as deposit_log
from comptoir.records.firms import actions as firms
from comptoir.records.firms import file as company_file
from comptoir.records.firms import invitations
from comptoir.records.firms import opening as dossiers
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import Company, Firm, Person
from comptoir.records.inbox import actions as inbox
from comptoir.records.ledger import opening as new_books
from comptoir.records.ledger import queries as books
from comptoir.records.ledger.actions import Refused
from comptoir.records.ledger.models import Entry

LAST_MONTH = 11
POSTED_UNTIL = date(YEAR, 10, 31)
VALIDATED_UNTIL = date(YEAR, 9, 30)
OPENING = Decimal("18432.56")
RULES = (
    ("Frais bancaires", ("FRAIS TENUE DE COMPTE",), "627000"),
    ("Remises de cartes", ("REM CB",), "511500"),
    ("Versements d’espèces", ("VERSEMENT ESPECES",), "530000"),
    ("Salaires", ("VIR SALAIRE",), "421000"),
    ("Commissions de cartes", ("COMMISSIONS CB",), "627000"),
    ("Urssaf", ("URSSAF",), "431000"),
    ("Loyer", ("LOYER",), "613200"),
    ("Emprunt", ("ECHEANCE PRET",), "164000"),
    ("TVA", ("DGFIP TVA",), "445510"),
    ("Rémunération du gérant", ("REMUNERATION",), "644000"),
)
PAYROLL = (("DINA MOREAU", "-1742.35"), ("LUC PERRIN", "-1968.10"), ("ANA LOPES", "-1611.48"))

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Paper:
    """A file to hand in, and the day it came."""

    content: bytes
    filename: str
    day: date
    purpose: str = ""
    by_platform: Invoice | None = None
    """The invoice itself, where it comes by the platform and nobody hands it in."""


@transaction.atomic
def build(say: Say = lambda _: None) -> None:
    """The demo, whole or not at all, unless somebody already works here."""
    if not people.is_empty():
        return
    say("Cabinet de démonstration (une seule fois)…")
    alice, bakery, account = _found()
    with tenancy.within(bakery.firm_id, bakery.pk):
        _keep_the_bakery(alice, bakery, account, say)
    with tenancy.within(bakery.firm_id):
        _connect_the_neighbours(bakery.firm, alice)


def _keep_the_bakery(alice: Person, bakery: Company, account: BankAccount, say: Say) -> None:
    moves: list[Move] = []
    balance = OPENING
    platform = memory.Platform()
    for month in range(1, LAST_MONTH + 1):
        bills, debits = _month(month)
        moves = [*moves, *debits]
        closed_on = _last_day(month)
        due = [move for move in moves if move.day <= closed_on]
        moves = [move for move in moves if move.day > closed_on]
        for paper in bills:
            if paper.by_platform is None:
                _hand_in(bakery, paper, by=_deposits_for(bakery))
            else:
                at = _moment(paper.day)
                pipeline.read_now(e_invoices.receive(platform, paper.by_platform, at=at), at=at)
        e_invoices.hear(
            platform, [paper.by_platform for paper in bills if paper.by_platform], at=_moment(closed_on)
        )
        statement = cfonb120(due, opening=balance, opened_on=date(YEAR, month, 1), closed_on=closed_on)
        balance += sum((move.amount for move in due), Decimal(0))
        _import(account, statement, f"releve-{YEAR}-{month:02d}.cfonb", alice, _moment(closed_on))
        if closed_on <= POSTED_UNTIL:
            _post_everything(bakery, alice, _moment(closed_on))
        say(f"  {papers.MONTHS[month - 1]} {YEAR} : {len(bills)} pièces, {len(due)} mouvements")
    (year,) = books.years(bakery)
    pipeline.validate(company=bakery, year=year, until=VALIDATED_UNTIL, by=alice, at=_moment(VALIDATED_UNTIL))
    e_invoices.answer(bakery, alice)
    _hand_in_pictures(bakery)
    folders.share(bakery, alice, last_month=LAST_MONTH, net=PAYROLL[0][1].strip("-").replace(".", ","))
    _receive_mail(bakery)
    talks.build(bakery)
    requests.build(bakery)
    pipeline.takeouts.ask_takeout(company=bakery, is_firm=False, by=_deposits_for(bakery), at=timezone.now())


def accounts() -> str:
    """The demo's accounts, as `bin/run` prints them."""
    lines = [f"  {member.email:<26} {member.first_name} : {member.title}" for member in cast.EVERYONE]
    return "\n".join([f"Comptes de démonstration, mot de passe « {cast.PASSWORD} » :", *lines])


def _found() -> tuple[Person, Company, BankAccount]:
    at = _moment(date(YEAR, 1, 1))
    alice, karim, bob, dina, lea, charlie = map(_person, cast.EVERYONE)
    martin = firms.set_up_firm(name="Cabinet Martin", by=alice)
    durand = firms.set_up_firm(name="Cabinet Durand", by=charlie)
    with tenancy.within(durand.pk):
        _dossier(durand, cast.GARAGE, "0007", "EURL", by=charlie, at=at)
    with tenancy.within(martin.pk):
        firms.join_firm(firm=martin, person=karim, role=cast.KARIM.role, at=at)
        florist, plumber = _neighbours(martin, alice, karim)
        bakery, account = _bakery(martin, alice, karim, bob, dina)
        e_invoices.ask_mandates(
            signed=bakery, asked=plumber, refused=florist, by=alice, at=_moment(e_invoices.SINCE)
        )
        firms.join_company(company=bakery, person=lea, role=cast.LEA.role, at=at)
        return alice, bakery, account


def _neighbours(martin: Firm, alice: Person, karim: Person) -> tuple[Company, Company]:
    """Three dossiers opened this autumn; Karim keeps the florist's alone, and its présidente is still to be invited."""
    at = _moment(date(YEAR, 11, 2))
    florist, plumber, _ = pipeline.open_dossiers(firm=martin, openings=cast.NEIGHBOURS, by=alice, at=at)
    firms.assign(company=florist, person=karim, by=alice, at=at)
    firms.unassign(company=florist, person=alice, by=alice, at=at)
    invitations.invite(
        firm=martin, company=florist, email="nadia@fleurs.example", first_name="Nadia", last_name="Cherif",
        role=Role.DIRIGEANT, by=karim, at=at,
    )  # fmt: skip
    requests.build_late(plumber, alice)
    return florist, plumber


def _connect_the_neighbours(martin: Firm, alice: Person) -> None:
    """What banks ask of people, each at one neighbour's."""
    florist, plumber, landlord = (Company.objects.get(firm=martin, siren=one.siren) for one in cast.NEIGHBOURS)
    connected_banks.build(asks_again=florist, ends_soon=plumber, in_doubt=landlord, by=alice, at=timezone.now())


def _bakery(martin: Firm, alice: Person, karim: Person, bob: Person, dina: Person) -> tuple[Company, BankAccount]:
    at = _moment(date(YEAR, 1, 1))
    bakery = _dossier(martin, cast.BAKERY, "0142", "SARL", by=alice, at=at)
    firms.assign(company=bakery, person=karim, by=alice, at=at)
    firms.join_company(company=bakery, person=bob, role=cast.BOB.role, at=at, claimant_account="455000")
    firms.join_company(company=bakery, person=dina, role=cast.DINA.role, at=at, claimant_account="421000")
    account = banking.open_account(company=bakery, name="Compte courant", ledger_account="512000")
    for rank, (name, words, number) in enumerate(RULES, 1):
        Rule.objects.create(
            firm_id=bakery.firm_id, company=bakery, rank=rank, name=name, words=list(words), account=number
        )
    _know(bakery, alice, karim, at)
    _invite_too_long_ago(bakery, bob)
    pipeline.choose_bank_way(company=bakery, way=Way.BRIDGE, by=alice, at=at)
    return bakery, account


def _invite_too_long_ago(bakery: Company, bob: Person) -> None:
    """Somebody whom Bob invited and who never came: the link has expired, to be sent again."""
    at = _moment(date(YEAR, 11, 2))
    invitation = invitations.invite(
        firm=bakery.firm, company=bakery, email="sam@dupont.example", first_name="Sam", last_name="Petit",
        role=Role.GESTIONNAIRE, by=bob, at=at,
    )  # fmt: skip
    invitations.send(invitation=invitation, by=bob, at=at)


def _know(bakery: Company, alice: Person, karim: Person, at: datetime) -> None:
    """Whom to ask at the bakery, whom it sees here, what was asked of it, and the model that it gives."""
    bob = {"name": cast.BOB.full_name, "title": "Gérant", "email": cast.BOB.email, "phone": "02 43 00 00 00"}
    company_file.write_contact(company=bakery, contact=None, values=bob, is_main=True, by=alice, at=at)
    titles = {alice.pk: "Expert-comptable", karim.pk: "Votre comptable au quotidien"}
    company_file.show_interlocutors(company=bakery, shown=list(titles), titles=titles, by=alice, at=at)
    labels = ["Kbis de moins de trois mois", "Statuts à jour", "Dernier bilan"]
    asked = company_file.request_documents(company=bakery, labels=labels, when=When.ONBOARDING, by=alice, at=at)
    company_file.tick(item=asked[0], is_done=True, by=karim, at=at)
    company_file.request_documents(
        company=bakery, labels=["Inventaire au 31 décembre"], when=When.BILAN, by=alice, at=at
    )
    model = new_books.as_model(bakery, at.date())
    dossiers.write_model(firm=bakery.firm, row=None, name="Commerce de bouche", model=model, by=alice, at=at)


def _person(member: Member) -> Person:
    return Person.objects.create_user(
        member.email, cast.PASSWORD, first_name=member.first_name, last_name=member.last_name
    )


def _dossier(
    firm: Firm, party: papers.Party, reference: str, legal_form: str, *, by: Person, at: datetime
) -> Company:
    company = firms.open_dossier(
        firm=firm,
        by=by,
        at=at,
        name=party.name,
        siren=party.siren,
        vat_number=party.vat_number,
        vat_regime=VatRegime.MONTHLY,
        vat_on=VatOn.DEBITS,
        address=f"{party.street}, {party.town}",
        reference=reference,
        legal_form=legal_form,
        asks_missing=True,
        missing_since=date(YEAR, 1, 1),
        justifiable=["471"],
        sales_account="701000",
    )
    pipeline.open_year(company=company, opens_on=date(YEAR, 1, 1), closes_on=date(YEAR, 12, 31), at=at)
    return company


def _month(month: int) -> tuple[list[Paper], list[Move]]:
    """A month's papers and the movements that they bring; in November some papers have not come."""
    chance = random.Random(YEAR * 100 + month)  # noqa: S311  # invented data, the same each time
    bills: list[Paper] = []
    debits: list[Move] = []
    for rank, supplier in enumerate(cast.SUPPLIERS):
        invoice = cast.bill(supplier, month, chance)
        paid_on = invoice.issued_on + timedelta(days=supplier.days)
        label = supplier.label.format(number=invoice.number.replace("-", ""), day=f"{paid_on:%d/%m}")
        debits.append(Move(paid_on, -invoice.gross, label, "28" if label.startswith("CB") else "B1"))
        if not _is_missing(month, rank):
            draw = papers.facturx_pdf if supplier.is_electronic else papers.invoice_pdf
            is_dematerialised = supplier.is_electronic and invoice.issued_on >= e_invoices.SINCE
            bills.append(
                Paper(
                    draw(invoice, supplier.layout),
                    f"{invoice.number}.pdf",
                    invoice.issued_on,
                    by_platform=invoice if is_dematerialised else None,
                )
            )
    bills += _sales(month)
    tills = list(_tills(month, chance))
    bills += [Paper(papers.till_pdf(till), f"Z-{till.number}.pdf", till.day) for till in tills]
    report = _expense_report(month, chance)
    bills.append(Paper(papers.expense_report_pdf(report), f"{report.number}.pdf", report.issued_on, "ndf"))
    debits.append(
        Move(report.issued_on + timedelta(days=6), -report.gross, f"VIR BOB DUPONT {report.number}", "06")
    )
    receipts = _receipts(month)
    debits += [
        Move(r.issued_on, -r.gross, f"CB {r.seller.name.upper()} {r.issued_on:%d/%m}", "28") for r in receipts
    ]
    if month < LAST_MONTH:
        bills += [Paper(papers.receipt_photo(r, month), f"IMG_{r.number}.jpg", r.issued_on) for r in receipts]
    debits += _usual_moves(month, tills)
    return sorted(bills, key=lambda paper: paper.day), debits


def _is_missing(month: int, rank: int) -> bool:
    return (month in (10, 11) and rank in (3, 6, 8)) or (month, rank) == (9, 7)


def _sales(month: int) -> list[Paper]:
    invoice = Invoice(
        cast.BAKERY,
        cast.MAYOR,
        f"V-{YEAR}-{month:03d}",
        date(YEAR, month, 12),
        (Item("Plateaux de viennoiseries", 10 + month, Decimal("25.59"), Decimal("5.5")),),
    )
    by_platform = invoice if invoice.issued_on >= e_invoices.SINCE else None
    return [
        Paper(papers.invoice_pdf(invoice, 2), f"{invoice.number}.pdf", invoice.issued_on, "vente", by_platform)
    ]


def _expense_report(month: int, chance: random.Random) -> ExpenseReport:
    """What Bob paid from his own pocket: motorway and car park, of one nature, on the 16th."""
    tolls = [
        Expense(date(YEAR, month, day), "Péage A11, Le Mans Nord", Decimal("14.60"), Decimal(20))
        for day in (6, 13)
    ]
    park = Expense(
        date(YEAR, month, 13), "Parking du marché de gros", Decimal(chance.randrange(600, 2200)) / 100, Decimal(20)
    )
    return ExpenseReport(
        cast.BAKERY, "Bob Dupont", f"NDF-{YEAR}-{month:02d}", date(YEAR, month, 16), (*tolls, park)
    )


def _receipts(month: int) -> list[Invoice]:
    """What was paid by card at a counter; the last month's photos wait in the queue at the first start."""
    bought = ((cast.FUEL, "Gazole", "51.92", 17), (cast.HARDWARE, "Lame et grignette", "24.08", 18))
    kept = bought if month == LAST_MONTH else bought[:1] if month in (8, 9, 10) else ()
    return [
        Invoice(
            seller,
            cast.BAKERY,
            f"00{4500 + 2 * month + rank}",
            date(YEAR, month, day),
            (Item(item, 1, Decimal(price) + month),),
        )
        for rank, (seller, item, price, day) in enumerate(kept)
    ]


def _tills(month: int, chance: random.Random) -> Iterator[Till]:
    """A Z each day but Monday."""
    day = date(YEAR, month, 1)
    while day.month == month and day <= date(YEAR, LAST_MONTH, 24):
        if day.weekday() != 0:
            bread, snacks = Decimal(chance.randrange(70_000, 130_000)), Decimal(chance.randrange(8_000, 30_000))
            total = (bread + snacks) / 100
            cash, vouchers = cents(total * Decimal("0.3")), cents(total * Decimal("0.05"))
            takings = (("Espèces", cash), ("CB", total - cash - vouchers), ("Titres-restaurant", vouchers))
            number = (day - date(YEAR, 1, 1)).days + 1000
            yield Till(
                cast.BAKERY, number, day, ((Decimal("5.5"), bread / 100), (Decimal(10), snacks / 100)), takings
            )
        day += timedelta(days=1)


def _usual_moves(month: int, tills: list[Till]) -> list[Move]:
    cards = sum((amount for till in tills for means, amount in till.takings if means == "CB"), Decimal(0))
    cash = sum((amount for till in tills for means, amount in till.takings if means == "Espèces"), Decimal(0))
    last = _last_day(month)
    return [
        Move(last, cards, "REM CB CONTRAT 4471203", "30"),
        Move(last, -cents(cards * Decimal("0.008")), "COMMISSIONS CB CONTRAT 4471203", "62"),
        Move(last, cents(cash * Decimal("0.5")), "VERSEMENT ESPECES", "02"),
        Move(date(YEAR, month, 20), Decimal("-18.50"), "FRAIS TENUE DE COMPTE", "62"),
        Move(date(YEAR, month, 15), Decimal("-3284.00"), "PRLV SEPA URSSAF PAYS DE LA LOIRE", "B1"),
        Move(date(YEAR, month, 5), Decimal("-1850.00"), "VIR LOYER SCI DU MARCHE", "06"),
        Move(date(YEAR, month, 10), Decimal("-982.17"), "ECHEANCE PRET 00412", "08"),
        Move(date(YEAR, month, 19), Decimal("-1640.00"), "PRLV DGFIP TVA", "B1"),
        Move(date(YEAR, month, 22), Decimal("-3400.00"), "VIR BOB DUPONT REMUNERATION", "06"),
        *(Move(last, Decimal(pay), f"VIR SALAIRE {name}", "06") for name, pay in PAYROLL),
        Move(date(YEAR, month, 26), _sale_amount(month), f"VIR MAIRIE DE BRULON V{YEAR}{month:03d}", "05"),
    ]


def _sale_amount(month: int) -> Decimal:
    net = cents((10 + month) * Decimal("25.59"))
    return net + cents(net * Decimal("0.055"))


def _hand_in(company: Company, paper: Paper, *, by: Person) -> None:
    at = _moment(paper.day)
    media_type = readers.admit(paper.content, paper.filename)
    deposit = deposits.Deposit(
        paper.content, paper.filename, media_type, readers.page_count(paper.content), paper.purpose
    )
    document = deposits.receive(company=company, deposit=deposit, by=by, sees_all=True, at=at)
    deposit_log.enter(
        document=document, original=document.original, filename=paper.filename, way=document.channel, by=by, at=at
    )
    pipeline.read_now(document, at=at)


def _deposits_for(company: Company) -> Person:
    return Person.objects.get(email=cast.BOB.email)


def _import(account: BankAccount, content: bytes, filename: str, by: Person, at: datetime) -> None:
    pipeline.import_statement(account=account, content=content, filename=filename, by=by, at=at)


def _post_everything(company: Company, by: Person, at: datetime) -> None:
    """Post what the firm would post without a second look; the rest waits for review."""
    for entry in Entry.objects.drafts().filter(company=company, doubts=[]).order_by("id"):
        try:
            pipeline.post(entry=entry, by=by, at=at)
        except Refused:
            continue


def _hand_in_pictures(company: Company) -> None:
    """Photos and a scan wait in the queue, so that a newcomer sees them being read, and matched."""
    bob, dina = (Person.objects.get(email=member.email) for member in (cast.BOB, cast.DINA))
    for receipt in _receipts(LAST_MONTH):
        pipeline.hand_in(
            company=company,
            content=papers.receipt_photo(receipt, LAST_MONTH),
            filename=f"IMG_{receipt.number}.jpg",
            by=dina,
            at=_moment(receipt.issued_on),
        )
    bill = cast.bill(cast.LOCKSMITH, LAST_MONTH, random.Random(YEAR))  # noqa: S311  # invented data
    content = papers.scan_pdf(papers.invoice_pdf(bill, cast.LOCKSMITH.layout))
    pipeline.hand_in(company=company, content=content, filename="scan.pdf", by=bob, at=_moment(bill.issued_on))


def _receive_mail(company: Company) -> None:
    """A mail of a stranger waits, and one supplier's are let in: what « Dépôt par e-mail » is for, seen at once."""
    bob, at = Person.objects.get(email=cast.BOB.email), _moment(date(YEAR, LAST_MONTH, 23))
    inbox.authorise(company=company, written="@comptoir-des-farines.example", by=bob, at=at)
    item = Item("Location de vitrine réfrigérée, une semaine", 1, Decimal("180.00"))
    seller = papers.Party("Froid Sarthois", "ZA du Bourray", "72250 Parigné-l’Évêque", "488301226")
    bill = Invoice(seller, cast.BAKERY, "FS-1184", at.date(), (item,))
    letter = EmailMessage()
    letter["From"], letter["Subject"] = "Froid Sarthois <factures@froid-sarthois.example>", "Votre facture FS-1184"
    letter["To"], letter["Message-ID"] = "la boulangerie", "<fs-1184@froid-sarthois.example>"
    letter.set_content("Bonjour,\n\nVeuillez trouver notre facture ci-jointe.\n\nFroid Sarthois")
    content = papers.invoice_pdf(bill)
    letter.add_attachment(content, maintype="application", subtype="pdf", filename="FS-1184.pdf")
    door = Door("achat", inbox.token_of(company, at=at).word)
    pipeline.take_mail(door=door, raw=letter.as_bytes(), envelope="factures@froid-sarthois.example", at=at)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=timezone.get_default_timezone())


def _last_day(month: int) -> date:
    if month == LAST_MONTH:
        return date(YEAR, LAST_MONTH, 24)
    return date(YEAR, month + 1, 1) - timedelta(days=1)
