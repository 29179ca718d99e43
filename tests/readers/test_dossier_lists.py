"""Lists of dossiers: any column order, any encoding, any date; and what is hostile is refused in a sentence."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest

from comptoir.domain.company import Keeping, Method, VatOn, VatRegime
from comptoir.domain.opening import Model, Settings
from comptoir.readers import dossiers, tables
from comptoir.readers.dossiers import Known
from comptoir.readers.tables import NotATable

TODAY = date(2026, 11, 26)
GARAGE = "Garage Hamon;452133770;31/12/2026"


def csv_of(*lines: str, header: str = "Raison sociale;SIREN;Clôture de l’exercice") -> bytes:
    return "\n".join((header, *lines)).encode()


def judged(content: bytes, known: Known | None = None) -> list[dossiers.Candidate]:
    return dossiers.judge(dossiers.read(content).rows, known or Known(), on=TODAY)


def xlsx(*lines: list[object], prepare=lambda sheet: None) -> bytes:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    prepare(book.active)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def said(content: bytes) -> str:
    (found,) = judged(content)
    return " ".join(found.faults)


def refusal(content: bytes) -> str:
    with pytest.raises(NotATable) as fault:
        dossiers.read(content)
    return str(fault.value)


def test_a_whole_row_becomes_a_dossier_to_open():
    header = [column.header for column in dossiers.COLUMNS]
    example = [column.example for column in dossiers.COLUMNS]
    (found,) = judged(tables.written([header, example]).encode())
    assert found.faults == ()
    opening = found.opening
    assert (opening.name, opening.siren, opening.legal_form) == ("Boulangerie Dupont", "821456308", "SARL")
    assert (opening.vat_regime, opening.vat_on) == (VatRegime.SIMPLIFIED, VatOn.RECEIPTS)
    assert (opening.method, opening.keeping) == (Method.ENGAGEMENT, Keeping.AUTOMATIC)
    assert opening.address == "12, place du Marché, 72350 Brûlon"
    assert (opening.contact.name, opening.director.email) == ("Marie Dupont", "bob@dupont.example")


def test_columns_are_found_whatever_their_order_case_and_accents():
    content = csv_of("31/12/2026;452 133 770;Garage Hamon", header="CLOTURE EXERCICE;n° siren;societe")
    (found,) = judged(content)
    assert (found.opening.name, found.opening.siren) == ("Garage Hamon", "452133770")


def test_columns_that_we_do_not_know_are_said():
    listing = dossiers.read(csv_of(f"{GARAGE};12", header="Raison sociale;SIREN;Clôture;Effectif"))
    assert listing.unknown == ("Effectif",)


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_any_delimiter_and_encoding_is_read(delimiter, encoding):
    text = "Société;SIREN;Clôture\nÉlec Hôtel;452133770;31/12/2026\n".replace(";", delimiter)
    (found,) = judged(text.encode(encoding))
    assert found.opening.name == "Élec Hôtel"


def test_a_title_above_the_header_and_empty_lines_are_left_aside():
    content = (
        "Nos dossiers au 1er novembre;;\n;;\nSociété;SIREN;Clôture\n;;\nGarage Hamon;452133770;31/12/2026\n;;\n"
    )
    (found,) = judged(content.encode())
    assert found.row.number == 5


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("31/12/2026", date(2026, 12, 31)), ("31-12-26", date(2026, 12, 31)), ("31.12.2026", date(2026, 12, 31)),
        ("2026-12-31", date(2026, 12, 31)), ("31 décembre 2026", date(2026, 12, 31)), ("30 juin 2026", date(2026, 6, 30)),
        ("1er janvier 2026", date(2026, 1, 1)), ("46387", date(2026, 12, 31)), ("31/12", date(2026, 12, 31)),
        ("30/06", date(2027, 6, 30)), ("29/02", date(2027, 2, 28)), ("2026-12-31 00:00:00", date(2026, 12, 31)),
    ],
)  # fmt: skip
def test_a_day_is_read_as_people_and_spreadsheets_write_it(written, day):
    assert dossiers.day(written, on=TODAY, closing=True) == day


@pytest.mark.parametrize("written", ["31/02/2026", "fin d’année", "32/12", "00/00/0000", "١٢/١٢/٢٠٢٦", "99999999"])
def test_what_is_no_day_is_said(written):
    assert "n’est pas une date" in said(csv_of(f"Garage;452133770;{written}"))


def test_a_closing_alone_means_twelve_months():
    (found,) = judged(csv_of(GARAGE))
    assert found.opening.opens_on == date(2026, 1, 1)
    assert "douze mois" in found.remarks[0]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Garage;452133771;31/12/2026", "n’existe pas"),
        ("Garage;;31/12/2026", "Le SIREN manque"),
        (";452133770;31/12/2026", "raison sociale manque"),
        ("Garage;452133770;", "clôture de l’exercice manque"),
        ("Garage;452133770;01/01/1900", "n’est pas une date|entre 1950"),
        ("G" * 300 + ";452133770;31/12/2026", "200 signes au plus"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_row_is_said_in_words(line, words):
    found = said(csv_of(line))
    assert any(word in found for word in words.split("|")), found


@pytest.mark.parametrize(
    ("header", "cell", "words"),
    [
        ("Forme juridique", "château", "n’est pas reconnu"),
        ("Régime de TVA", "lunaire", "n’est pas reconnu"),
        ("Exigibilité", "jamais", "n’est pas reconnu"),
        ("Méthode", "au feeling", "n’est pas reconnu"),
        ("Tenue", "parfois", "n’est pas reconnu"),
        ("Modèle", "Restaurant", "n’en a pas qui s’appelle"),
        ("SIRET", "12345678901234", "n’existe pas"),
        ("SIRET", "73282932000074", "doit commencer par le SIREN"),
        ("N° de TVA", "FR00452133770", "n’existe pas"),
        ("N° de TVA", "FR83404833048", "doit finir par le SIREN"),
        ("Code NAF", "boulanger", "quatre chiffres"),
        ("E-mail", "marie@", "adresse e-mail"),
        ("E-mail du dirigeant", "pas d’adresse", "adresse e-mail"),
        ("Ouverture de l’exercice", "01/01/2027", "après son ouverture"),
        ("Ouverture de l’exercice", "01/01/2020", "24 mois"),
        ("Ouverture de l’exercice", "hier", "n’est pas une date"),
    ],
)
def test_what_is_wrong_in_a_column_is_said_in_words(header, cell, words):
    content = csv_of(f"{GARAGE};{cell}", header=f"Raison sociale;SIREN;Clôture;{header}")
    assert words in said(content)


def test_la_postes_own_siret_key_is_known():
    assert dossiers.siret_fault("35600000049837", "356000000") is None


def test_zeros_lost_by_a_spreadsheet_are_put_back_and_said():
    content = xlsx(["Société", "SIREN", "Clôture"], ["Garage", 5420021, date(2026, 12, 31)])
    (found,) = judged(content)
    assert (found.opening.siren, found.remarks[0]) == ("005420021", "SIREN complété : 005420021.")


def test_a_siren_twice_in_the_file_is_said_of_both():
    both = judged(csv_of(GARAGE, "Garage bis;452 133 770;31/12/2026"))
    assert ["figure 2 fois" in " ".join(found.faults) for found in both] == [True, True]


def test_a_reference_twice_in_the_file_is_said_of_both():
    header = "Raison sociale;SIREN;Clôture;Réf"
    both = judged(csv_of(f"{GARAGE};a1", "Moulin;402118939;31/12/2026;A1", header=header))
    assert ["A1 figure 2 fois" in " ".join(found.faults) for found in both] == [True, True]


def test_a_siren_and_a_reference_that_the_firm_has_are_said_with_their_dossier():
    known = Known({"452133770": "Garage Hamon"}, {"A1": ""})
    (found,) = judged(csv_of(f"{GARAGE};a1", header="Société;SIREN;Clôture;Réf"), known)
    assert found.faults == (
        "Le SIREN 452133770 a déjà son dossier : « Garage Hamon ».",
        "La référence A1 a déjà son dossier dans le cabinet.",
    )
    assert found.opening is None


def test_a_row_may_name_its_model():
    manual = Model(settings=Settings(keeping=Keeping.MANUAL))
    content = csv_of(f"{GARAGE};restaurant", header="Société;SIREN;Clôture;Modèle")
    (found,) = judged(content, Known(models={"RESTAURANT": manual}))
    assert found.opening.kept == Keeping.MANUAL


def test_an_association_may_have_no_siren():
    (found,) = judged(csv_of("Les Coquelicots;;31/08/2026;Association", header="Nom;SIREN;Clôture;Forme"))
    assert found.faults == ()


def test_formulas_give_their_last_value_and_none_is_run():
    content = xlsx(["Société", "SIREN", "Clôture"], ['=HYPERLINK("http://x","y")', 452133770, "31/12/2026"])
    assert "raison sociale manque" in said(content)


def test_merged_cells_and_a_sheet_that_says_it_is_huge_are_read():
    def prepare(sheet):
        sheet.merge_cells("A1:C1")
        sheet["XFD1048576"] = " "

    content = xlsx(
        ["Nos dossiers", None, None],
        ["Société", "SIREN", "Clôture"],
        ["Garage", 452133770, date(2026, 12, 31)],
        prepare=prepare,
    )
    (found,) = judged(content)
    assert found.opening.closes_on == date(2026, 12, 31)


def test_more_than_two_thousand_dossiers_are_refused():
    assert "plus de 2 000" in refusal(csv_of(*[f"Société {n};{n:09d};31/12/2026" for n in range(2001)]))
    assert len(dossiers.read(csv_of(*[f"Société {n};{n:09d};31/12/2026" for n in range(2000)])).rows) == 2000


def test_a_million_rows_are_refused_before_they_are_read():
    line = b"A;1;2\n"
    assert "plus de 2 000" in refusal(csv_of() + b"\n" + line * 1_000_000)


def packed(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return file.getvalue()


def test_a_zip_bomb_is_refused_before_it_unpacks():
    bomb = packed(xl__workbook=b" " * (41 * 1024 * 1024))
    assert len(bomb) < 100_000
    assert "quantité démesurée" in refusal(bomb)
    assert "quantité démesurée" in refusal(packed(**{f"p{n}": b"" for n in range(501)}))


def test_a_workbook_that_brings_entities_is_refused():
    assert "définition XML" in refusal(
        packed(xl__workbook=b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><x/>")
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "vide"),
        (b"  \n", "vide"),
        (b"\xd0\xcf\x11\xe0 old", "ancien format .xls"),
        (b"PK\x03\x04 broken", "abîmé"),
        (packed(word__document=b"<x/>"), "abîmé"),
        (bytes(range(256)) * 20, "ni un CSV ni un classeur"),
        (b"\xff\xfe\x00", "ni un CSV ni un classeur"),
        (b"bonjour", "en-tête"),
        (b"SIREN;Ville\n1;2", "Il manque les colonnes « Raison sociale » et « Clôture"),
        (b"Nom;SIREN;Cloture\n", "aucune ligne"),
        (b"x" * (10 * 1024 * 1024 + 1), "10 Mo"),
        (b'Nom;SIREN;Cloture\n"' + b"x" * 200_000, "abîmé"),
    ],
    ids=range(12),
)  # fmt: skip
def test_what_is_no_list_is_refused_in_a_sentence(content, words):
    assert words in refusal(content)


def test_the_rows_to_correct_come_back_harmless_and_readable():
    wrong = judged(csv_of("=2+5;452133771;31/12/2026;+33 6", header="Société;SIREN;Clôture;Téléphone"))
    text = tables.written(dossiers.faulty(wrong))
    assert "'=2+5" in text
    assert "n’existe pas" in text
    listing = dossiers.read(text.encode())
    assert listing.unknown == ()
    assert (listing.rows[0].cells["name"], listing.rows[0].cells["contact_phone"]) == ("=2+5", "+33 6")


def test_our_workbook_is_read_by_ourselves_and_explains_its_columns():
    book = tables.workbook({"Dossiers": [*dossiers.template(), ["0001", "Garage"]], "Aide": dossiers.explained()})
    assert dossiers.read(book).rows[0].cells == {"reference": "0001", "name": "Garage"}
    assert "aucune ligne" in refusal(tables.workbook({"Dossiers": dossiers.template()}))
