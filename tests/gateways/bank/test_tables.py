"""Tables of the French banks, in CSV and XLSX: each gives the same movement, whatever its headings, encoding and signs."""

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest

from comptoir.gateways.bank import files
from comptoir.gateways.bank.files import table
from comptoir.gateways.bank.files.table import Columns

DAY = date(2026, 3, 14)

CSV = {
    "BPCE": "Date de comptabilisation;Libelle simplifie;Libelle operation;Reference;Informations complementaires;"
    "Type operation;Categorie;Sous categorie;Debit;Credit;Date operation;Date de valeur;Pointage operation\r\n"
    "14/03/2026;CAFÉ;CB CAFÉ DU MAIL;R1;;Carte bancaire;Repas;Bar;-10,50;;13/03/2026;14/03/2026;0\r\n"
    "15/03/2026;DUPONT;VIR SEPA DUPONT;R2;;Virement;Revenus;;;+1 200,00;15/03/2026;15/03/2026;0\r\n",
    "Crédit Agricole": "Téléchargement du  31/03/2026;\n\nM. DUPONT\nCompte de Dépôt carte n° 00010123456;\n"
    "Solde au 31/03/2026 1 234,56 €\nListe des opérations du compte entre le 01/03/2026 et le 31/03/2026;\n\n"
    "Date;Date valeur;Libellé;Débit euros;Crédit euros;\n"
    '14/03/2026;14/03/2026;"PAIEMENT PAR CARTE\nX4912 CAFÉ DU MAIL 13/03\n";10,50;;\n'
    '15/03/2026;15/03/2026;"VIREMENT EN VOTRE FAVEUR\nDUPONT\n";;1 200,00;\n',
    "La Banque Postale": "Numéro Compte   ;0001012345X\nType         ;CCP\nCompte tenu en  ;euros\nDate            ;31/03/2026\n"
    "Solde (EUROS)   ;1 234,56\nSolde (FRANCS)  ;8 098,18\n\nDate;Libellé;Montant(EUROS);Montant(FRANCS)\n"
    "14/03/2026;ACHAT CB CAFÉ DU MAIL 13.03.26;-10,50;-68,87\n15/03/2026;VIREMENT DE DUPONT;1 200,00;7 871,48\n",
    "BoursoBank": "dateOp;dateVal;label;category;categoryParent;supplierFound;amount;comment;accountNum;accountLabel;"
    'accountbalance\n2026-03-14;2026-03-14;"CARTE 13/03/26 CAFÉ DU MAIL CB*1234";x;y;café;-10,50;;00010123456;B;4425.21\n'
    '2026-03-15;2026-03-15;"VIR INST DUPONT";x;y;;"1 200,00";;00010123456;B;4425.21\n',
    "BNP Paribas, with headings": "Date operation;Libelle court;Type operation;Libelle operation;Montant operation en euro\n"
    "14/03/2026;CARTE;CB;FACTURE CARTE DU 130326 CAFÉ DU MAIL;-10,50\n15/03/2026;VIR;VIR;VIR SEPA RECU /DE DUPONT;1200,00\n",
    "BNP Paribas, without": '"Compte de chèques";"Compte de chèques";****0042;31/03/2026;;1 234,56\n'
    "14/03/2026;PAIEMENT CB;FACTURE CARTE;FACTURE CARTE DU 130326 CAFÉ DU MAIL   CARTE 4974XXXXXXXX1111;14/03/2026;-10,50\n"
    "15/03/2026;VIREMENT;VIR SEPA RECU;VIR SEPA RECU /DE DUPONT;15/03/2026;1 200,00\n",
    "Société Générale": '="0000300001234567";01/03/2026;31/03/2026;2;31/03/2026;1 234,56 EUR\n\n'
    "Date de l'opération;Libellé;Détail de l'écriture;Montant de l'opération;Devise\n"
    "14/03/2026;CARTE X1234 13/03;CARTE X1234 13/03 CAFÉ DU MAIL;-10,50;EUR\n"
    "15/03/2026;VIR RECU 951;VIR RECU 9515 DE: DUPONT;1 200,00;EUR\n",
    "Société Générale, labels over rows": '"Date";"Libellé";"Débit";"Crédit";"Devise";"Date de valeur";"Libellé interbancaire"\n'
    '"14/03/2026";"CARTE X1234 13/03";"-10,50";"";"EUR";"14/03/2026";"PAIEMENTS PAR CARTE"\n"";"CAFÉ DU MAIL";"";"";"";"";""\n'
    '"15/03/2026";"VIR RECU 9515";"";"1.200,00";"EUR";"15/03/2026";"VIREMENTS"\n"";"DE: DUPONT";"";"";"";"";""\n'
    '"";"SOLDE AU 31/03/2026";"";"";"";"";""\n',
    "Crédit Mutuel, CIC": "Date;Date de valeur;Débit;Crédit;Libellé;Solde\n"
    "14/03/2026;14/03/2026;-10,50;;PAIEMENT CB 1303 CAFÉ DU MAIL CARTE 1234;89,50\n"
    "15/03/2026;15/03/2026;;1200,00;VIR SEPA DUPONT;1289,50\n",
    "LCL": "14/03/2026;-10,50;Carte;;CB  CAFÉ DU MAIL         13/03/26;0;Divers\n15/03/2026;1200,00;Virement;;VIR SEPA DUPONT;0;Divers\n"
    "31/03/2026;1289,50;;00823 012345X\n",
    "Qonto": "Statut,Date de la valeur (UTC),Date de l'opération (UTC),Montant total (TTC),Devise,Nom de la contrepartie,"
    "Méthode de paiement,Référence\nExécuté,14-03-2026 10:00:00,13-03-2026 10:00:00,\"-10,50\",EUR,CAFÉ DU MAIL,Carte,\n"
    'En attente,,14-03-2026 12:00:00,"-99,00",EUR,GARAGE,Carte,\nExécuté,15-03-2026 09:00:00,15-03-2026 09:00:00,"1200,00",EUR,DUPONT,Virement,F12\n',
    "Qonto, in English": "Status;Settlement date (UTC);Operation date (UTC);Counterparty name;Total amount (incl. VAT);Currency\n"
    "Settled;14-03-2026 10:00:00;13-03-2026 10:00:00;CAFÉ DU MAIL;-10,50;EUR\n"
    "Pending;;14-03-2026 12:00:00;GARAGE;-99,00;EUR\nSettled;15-03-2026 09:00:00;15-03-2026 09:00:00;DUPONT;1200,00;EUR\n",
    "N26": '"Date","Payee","Account number","Transaction type","Payment reference","Amount (EUR)"\n'
    '"2026-03-14","CAFÉ DU MAIL","","MasterCard Payment","","-10.50"\n"2026-03-15","DUPONT","FR7612345","Income","F12","1200.00"\n',
    "Revolut": "Type,Produit,Date de début,Date de fin,Description,Montant,Frais,Devise,État,Solde\n"
    "CARD_PAYMENT,Actuel,2026-03-13 18:00:00,2026-03-14 06:00:00,CAFÉ DU MAIL,-10.00,0.50,EUR,TERMINÉ,89.50\n"
    "TOPUP,Actuel,2026-03-15 08:00:00,2026-03-15 08:00:00,DUPONT,1200.00,0.00,EUR,TERMINÉ,1289.50\n"
    "CARD_PAYMENT,Actuel,2026-03-15 18:00:00,,GARAGE,-99.00,0.00,EUR,EN ATTENTE,\n",
}  # fmt: skip
PROVED = {"Crédit Mutuel, CIC", "Revolut"}


def one(content):
    (statement,) = files.read(content.encode() if isinstance(content, str) else content).statements
    return statement


@pytest.mark.parametrize("bank", CSV)
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_each_banks_csv_gives_its_two_movements(bank, charset):
    statement = one(CSV[bank].encode(charset))
    coffee, paid = statement.movements
    assert (coffee.booked_on, coffee.amount) == (DAY, Decimal("-10.50"))
    assert (paid.booked_on, paid.amount) == (date(2026, 3, 15), Decimal("1200.00"))
    assert "CAFÉ DU MAIL" in coffee.label
    assert "DUPONT" in paid.label
    assert statement.currency == "EUR"
    balances = (Decimal("100.00"), Decimal("1289.50")) if bank in PROVED else (None, None)
    assert (statement.opening, statement.closing) == balances


@pytest.mark.parametrize("bank", CSV)
def test_the_same_table_in_a_workbook_gives_the_same(bank):
    wanted = [(m.booked_on, m.amount, m.label, m.value_on) for m in one(CSV[bank]).movements]
    found = files.read(workbook(typed(CSV[bank])))
    assert found.format == "xlsx"
    assert [(m.booked_on, m.amount, m.label, m.value_on) for m in found.statements[0].movements] == wanted


@pytest.mark.parametrize(
    ("bank", "number"),
    [
        ("Crédit Agricole", "00010123456"),
        ("BoursoBank", "00010123456"),
        ("La Banque Postale", "0001012345X"),
        ("Société Générale", None),
        ("LCL", None),
    ],
)
def test_the_account_is_told_where_the_table_tells_it(bank, number):
    assert one(CSV[bank]).number == number


# ── Balances beside the movements ─────────────────────────────────────────────────────────────────

STEPS = (
    "Date;Libellé;Montant;Solde\n14/03/2026;A;-10,50;89,50\n14/03/2026;B;-9,50;80,00\n15/03/2026;C;30,00;110,00\n"
)


def test_a_balance_on_each_row_proves_the_table_from_either_end():
    head, *rows = STEPS.splitlines(keepends=True)
    for order in (rows, rows[::-1]):
        statement = one(head + "".join(order))
        assert (statement.opening, statement.closing) == (Decimal("100.00"), Decimal("110.00"))
    some = one(STEPS.replace("-10,50;89,50", "-10,50;").replace("30,00;110,00", "30,00;"))
    assert (some.opening, some.closing) == (Decimal("100.00"), Decimal("110.00"))


@pytest.mark.parametrize(
    ("was", "now", "reason"),
    [
        (
            "-9,50;",
            "-9,00;",
            "ligne 3 : le solde 80,00 ne suit pas du précédent, 80,50 était attendu ; écart de −0,50",
        ),
        ("14/03/2026;B;-9,50;80,00\n", "", "ligne 3 : le solde 110,00 ne suit pas"),
        ("89,50", "beaucoup", "ligne 2 : le solde « beaucoup » n’est pas un montant"),
    ],
)
def test_a_step_that_does_not_follow_is_named(was, now, reason):
    assert was in STEPS
    with pytest.raises(files.RefusedFile, match=reason):
        files.read(STEPS.replace(was, now).encode())


def test_the_same_balance_on_each_row_is_that_of_the_export_and_proves_nothing():
    statement = one(STEPS.replace("89,50", "100,00").replace("80,00", "100,00").replace("110,00", "100,00"))
    assert not statement.is_proved


# ── Encodings ─────────────────────────────────────────────────────────────────────────────────────


def test_two_exports_put_together_are_read_each_in_its_encoding():
    head, first, second = (line + "\n" for line in CSV["Crédit Mutuel, CIC"].splitlines())
    mixed = head.encode("cp1252") + first.encode("utf-8") + second.replace("DUPONT", "DUPRÉ").encode("cp1252")
    labels = [moved.label for moved in one(mixed).movements]
    assert labels == ["PAIEMENT CB 1303 CAFÉ DU MAIL CARTE 1234", "VIR SEPA DUPRÉ"]


def test_text_encoded_twice_is_undone_and_what_cannot_be_is_named():
    twice = CSV["Revolut"].encode().decode("cp1252", "ignore").encode()
    assert one(twice).movements[0].label == "CAFÉ DU MAIL"
    with pytest.raises(files.RefusedFile, match="ligne 2 : la ligne mêle deux encodages"):
        files.read(STEPS.replace(";A;", ";CAFÃ© DUPRÉ – ☕;").encode())


def test_a_utf16_that_is_cut_is_refused():
    with pytest.raises(files.RefusedFile, match="UTF-16"):
        files.read(STEPS.encode("utf-16")[:-1])


# ── What a table may hold ─────────────────────────────────────────────────────────────────────────


def test_accounts_and_currencies_of_one_table_are_statements_apart():
    content = (
        "Date;Libellé;Montant;Devise;Compte\n14/03/2026;A;-10,50;EUR;00010123456\n14/03/2026;B;-9,50;USD;00010123456\n"
        "14/03/2026;C;-8,50;EUR;00099999999\n15/03/2026;D;1500;XPF;00099999999\n"
    )
    found = files.read(content.encode()).statements
    assert [(s.number, s.currency, len(s.movements)) for s in found] == [
        ("00010123456", "EUR", 1),
        ("00010123456", "USD", 1),
        ("00099999999", "EUR", 1),
        ("00099999999", "XPF", 1),
    ]


def test_a_total_below_the_table_is_no_movement():
    assert len(one(STEPS + ";TOTAL;0,00;\n;SOLDE AU 31/03/2026;;\n").movements) == 3


def test_a_file_cut_within_its_last_amount_is_refused():
    whole = "Date;Libellé;Montant\n14/03/2026;A;-9,50\n15/03/2026;B;-10,50"
    assert len(one(whole).movements) == 2
    for length in (1, 2, 3):
        with pytest.raises(files.RefusedFile, match="ligne 3"):
            files.read(whole[:-length].encode())


def test_a_header_without_a_movement_is_an_empty_statement():
    assert one("Date;Libellé;Montant\n").movements == ()


# ── Columns that nobody knows ─────────────────────────────────────────────────────────────────────

UNKNOWN = (
    "Jour;Quoi;Sens;Combien;Reste\n03/14/2026;CAFE DU MAIL;X;10.50;89.50\n03/15/2026;DUPONT;X;-1,200.00;1289.50\n"
)
EXPLAINED = Columns(0, (1,), amount=3, balance=4, is_month_first=True, decimal=".", is_reversed=True)


def test_an_unknown_table_is_refused_with_its_columns_and_read_once_they_are_explained():
    with pytest.raises(files.UnknownColumns, match="ne connaît pas encore les colonnes") as refusal:
        files.read(UNKNOWN.encode())
    unknown = refusal.value.table
    assert unknown.headings == ("Jour", "Quoi", "Sens", "Combien", "Reste")
    (statement,) = files.read(UNKNOWN.encode(), "x.csv", {unknown.signature: EXPLAINED}).statements
    assert [(m.booked_on, m.amount) for m in statement.movements] == [
        (DAY, Decimal("-10.50")),
        (date(2026, 3, 15), Decimal("1200.00")),
    ]
    assert (statement.opening, statement.closing) == (Decimal("100.00"), Decimal("1289.50"))


def test_an_unknown_table_without_headings_is_explained_too():
    bare = "\n".join(UNKNOWN.splitlines()[1:]) + "\n"
    unknown = table.table_of(bare.encode())
    assert (unknown.headings, unknown.signature) == ((), "sans titre, 5 colonnes")
    (statement,) = files.read(bare.encode(), "x.csv", {unknown.signature: EXPLAINED}).statements
    assert len(statement.movements) == 2


def test_a_guess_says_what_the_cells_show():
    said = {"booked_on": 0, "label": 1, "amount": 3, "balance": 4}
    assert table.guess(table.table_of(UNKNOWN.encode())).items() >= said.items()
    assert table.is_month_first(table.table_of(UNKNOWN.encode()), 0)
    turns = "Jour;Quoi;Sorties;Entrées\n14/03/2026;CAFE DU MAIL;10,50;\n15/03/2026;DUPONT;;1200,00\n"
    assert table.guess(table.table_of(turns.encode())) == {"booked_on": 0, "label": 1, "debit": 2, "credit": 3}
    assert not table.is_month_first(table.table_of(turns.encode()), 0)


def test_a_preview_shows_the_movements_their_sum_and_the_first_fault():
    unknown = table.table_of(UNKNOWN.encode())
    shown = table.preview(unknown, EXPLAINED)
    assert (shown.count, shown.sum, shown.is_proved, shown.fault) == (2, Decimal("1189.50"), True, "")
    assert (shown.first_on, shown.last_on) == (DAY, date(2026, 3, 15))
    wrong = table.preview(unknown, Columns(0, (1,), amount=2, is_month_first=True))
    assert (wrong.count, wrong.is_proved) == (0, False)
    assert wrong.fault == "Ligne 2 : « X » n’est ni une date ni un montant."
    unproved = table.preview(unknown, Columns(0, (1,), amount=3, balance=4, is_month_first=True))
    assert "ne suit pas du précédent" in unproved.fault
    assert table.preview(unknown, Columns(1, (0,), amount=3)).fault.startswith("Aucune ligne n’a de date")


# ── Workbooks ─────────────────────────────────────────────────────────────────────────────────────


def typed(content):
    """The rows of a CSV with days and amounts as a workbook's own."""
    sheet = max(table.rows.sheets(content.encode()), key=lambda sheet: max(len(cells) for _, cells in sheet.rows))
    for _, cells in sheet.rows:
        yield [cell_of(cell) for cell in cells]


def cell_of(text):
    if table.is_day(text):
        return datetime.fromisoformat(table.rows.written.day(text).isoformat())
    if table.is_amount(text) and not text.startswith("0001"):
        return float(table.rows.written.french_amount(text))
    return text


def workbook(rows, *, before=()):
    book = openpyxl.Workbook()
    for title in before:
        book.create_sheet(title, 0).append(["Rien ici"])
    for row in rows:
        book.worksheets[-1].append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_the_first_sheet_with_a_table_is_read():
    content = workbook(
        [["Date", "Libellé", "Montant"], [datetime.fromisoformat("2026-03-14"), "CAFE", -10.5]],
        before=["Lisez-moi"],
    )
    assert one(content).movements[0].amount == Decimal("-10.50")


def test_a_number_loses_nothing_and_brings_no_noise():
    rows = [["Date", "Libellé", "Montant", "Devise"]]
    rows += [
        [date(2026, 3, 14), "A", 0.1 + 0.2, "TND"],
        [date(2026, 3, 14), "B", 1.234, "TND"],
        [date(2026, 3, 14), "C", -1234567, "TND"],
    ]
    assert [m.amount for m in one(workbook(rows)).movements] == [
        Decimal("0.30"),
        Decimal("1.234"),
        Decimal("-1234567.00"),
    ]


def test_a_workbook_that_unpacks_beyond_measure_is_refused():
    file = io.BytesIO(workbook([["Date", "Libellé", "Montant"]]))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b"0" * (201 * 1024 * 1024))
    with pytest.raises(files.NotAStatement, match="démesurée"):
        files.read(file.getvalue())


def test_a_sheet_that_says_it_has_a_million_rows_ends_at_its_last():
    content = workbook(
        [
            ["Date", "Libellé", "Montant"],
            [date(2026, 3, 14), "A", -1],
            *([[None]] * 5),
            [date(2026, 3, 15), "B", -2],
        ]
    )
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            held = old.read(part)
            new.writestr(
                part,
                held.replace(b'ref="A1:C8"', b'ref="A1:XFD1048576"').replace(
                    b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                ),
            )
    assert len(one(file.getvalue()).movements) == 2


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "enregistrez-le en .xlsx"),
        (b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "enregistrez-le en .xlsx"),
        (b"PK\x03\x04 coupe", "abîmé"),
        (b"%PDF-1.7 facture", "CFONB120, camt.053, OFX, CSV ou XLSX"),
        (b"bonjour", "CSV ou XLSX"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_the_remedy(content, remedy):
    with pytest.raises(files.NotAStatement, match=remedy):
        files.read(content)


def test_a_workbook_without_a_table_is_refused():
    with pytest.raises(files.NotAStatement, match="sait lire"):
        files.read(workbook([["Bonjour"]]))
