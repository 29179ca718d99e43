"""A dossier taken away whole: every file of it is there, says what it is, and no other dossier's is."""

import csv
import hashlib
import io
import os
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.storage import storages
from tests.acts import bring_statement, hand_in
from tests.cast import mill_debit, mill_pdf
from tests.conftest import AT, as_web

from comptoir import pipeline
from comptoir.config import dossier_folder
from comptoir.config.commands import export
from comptoir.demo.statements import Move
from comptoir.domain.conversation import Kind
from comptoir.domain.folder import Folder
from comptoir.domain.shelving import Place
from comptoir.pipeline.folders import make_folder
from comptoir.records.audit.models import Event
from comptoir.records.conversations.actions import Written
from comptoir.records.deposits.actions import address
from comptoir.records.deposits.models import Document
from comptoir.records.firms import actions as firms

pytestmark = pytest.mark.django_db


def take(company, to):
    with as_web():
        assert dossier_folder.written(os.environ, str(company.pk), to, export.write) == 0
    return {str(path.relative_to(to)): path for path in to.rglob("*") if path.is_file()}


def rows(path):
    head, *found = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")), delimiter=";")
    return [dict(zip(head, row, strict=True)) for row in found]


def write(company, by, words, kind, *, is_from_firm):
    html = f"<p>{words}</p>"
    return pipeline.talking.begin(
        company=company, subject="TVA / octobre", kind=kind, written=Written(html, key=words), by=by,
        is_from_firm=is_from_firm, at=AT,
    )  # fmt: skip


@pytest.fixture
def kept(bakery, alice, bob, account):
    """A dossier with something of each kind."""
    hand_in(bakery, bob)
    hand_in(bakery, bob, mill_pdf("MV-2", 3), name="=cmd é\u202e.pdf")
    bring_statement(account, mill_debit("-61.00"), Move(date(2026, 11, 3), Decimal("-900.00"), "=VIR INCONNU"))
    for folder, name in ((Folder.JURIDIQUE, "statuts.txt"), (Folder.CABINET, "entre-nous.txt")):
        pipeline.put_file(
            company=bakery, place=Place(folder), content=name.encode(), filename=name, by=alice, at=AT
        )
    return bakery


def test_every_piece_is_there_bit_for_bit_and_in_the_list(kept, tmp_path):
    found = take(kept, tmp_path / "tout")
    listed = rows(found["pieces.csv"])
    assert len(listed) == 2
    for row in listed:
        assert hashlib.sha256(found[row["Fichier"]].read_bytes()).hexdigest() == row["SHA-256"]
    assert [row["Nom d’origine"][0] for row in listed] == ["f", "'"], "what a spreadsheet would run is marked"


def test_movements_statements_and_what_is_missing_are_tables(kept, tmp_path):
    found = take(kept, tmp_path / "tout")
    moved = {row["Libellé"]: row["Montant"] for row in rows(found["banque/mouvements.csv"])}
    assert moved["'=VIR INCONNU"] == "-900,00"
    assert len(moved) == 2
    assert len(rows(found["banque/releves.csv"])) == 1
    assert "À justifier" in {row["État"] for row in rows(found["manquantes.csv"])}


def test_the_entries_are_a_fec_that_is_provisional(kept, tmp_path):
    found = take(kept, tmp_path / "tout")
    (fec,) = [path for way, path in found.items() if way.startswith("ecritures/")]
    assert fec.name.endswith("-PROVISOIRE.txt")
    assert fec.read_text().startswith("JournalCode\t")
    assert "VIR INCONNU" in fec.read_text()


def test_shared_files_go_and_the_firms_own_stay(kept, tmp_path):
    found = take(kept, tmp_path / "tout")
    shared = {way for way in found if way.startswith("dossiers/")}
    assert shared == {f"dossiers/{Folder.JURIDIQUE.french}/statuts.txt"}


def test_another_dossiers_files_are_not_there(kept, alice, tmp_path):
    other = firms.open_dossier(firm=kept.firm, by=alice, at=AT, name="Autre", siren="500000009", reference="99")
    found = take(other, tmp_path / "tout")
    assert not [way for way in found if way.startswith(("pieces/", "dossiers/", "ecritures/"))]
    assert rows(found["pieces.csv"]) == []


def test_the_proof_goes_with_it_and_the_log_says_that_it_left(kept, tmp_path):
    found = take(kept, tmp_path / "tout")
    assert {"preuve/registre.jsonl", "preuve/LISEZMOI.txt", "LISEZMOI.txt"} <= set(found)
    event = Event.objects.get(verb="export_dossier")
    assert event.company_id == kept.pk
    assert event.detail["files"] > 5


def test_a_folder_that_holds_something_is_left_alone(kept, tmp_path, capsys):
    (tmp_path / "tout").mkdir()
    (tmp_path / "tout" / "mien.txt").write_text("x")
    with as_web():
        assert dossier_folder.written(os.environ, kept.name, tmp_path / "tout", export.write) == 1
    assert "n’est pas un dossier vide" in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == {"tout"}


def test_conversations_are_texts_and_what_the_firm_says_inside_is_not_among_them(kept, alice, bob, tmp_path):
    write(kept, bob, "Bonjour, quand part la TVA ?", Kind.EXTERNAL, is_from_firm=False)
    write(kept, alice, "À voir entre nous", Kind.CONFIDENTIAL, is_from_firm=True)
    found = take(kept, tmp_path / "tout")
    (text,) = [path for way, path in found.items() if way.startswith("messagerie/")]
    assert text.parent.name == "2026-11-24 TVA   octobre"
    assert "Bonjour, quand part la TVA ?" in text.read_text()
    assert "Bob" in text.read_text()


def test_no_name_of_a_clients_keeps_the_dossier_from_leaving(kept, alice, bob, tmp_path):
    """Longer than a file system takes, an ending of words, a file and a folder of one name, capitals apart."""
    hand_in(kept, bob, mill_pdf("MV-3", 4), name="Fac. " + "é" * 230)
    hand_in(kept, bob, mill_pdf("MV-4", 5), name="\U0001f950" * 80 + ".pdf")
    place = Place(Folder.JURIDIQUE)
    pipeline.put_file(company=kept, place=place, content=b"un", filename="2025", by=alice, at=AT)
    inner = make_folder(company=kept, place=place, name="2025", by=alice, at=AT)
    pipeline.put_file(
        company=kept,
        place=Place(Folder.JURIDIQUE, inner.pk),
        content=b"deux",
        filename="Bail.txt",
        by=alice,
        at=AT,
    )
    found = take(kept, tmp_path / "tout")
    assert len([way for way in found if way.startswith("pieces/")]) == 4
    told = {way: path.read_bytes() for way, path in found.items() if "2025" in way and way.startswith("dossiers/")}
    assert sorted(told.values()) == [b"deux", b"un"]


def test_an_original_that_is_lost_keeps_no_other_from_leaving(kept, tmp_path, capsys):
    lost = Document.objects.order_by("pk").first().original
    storages["originals"].delete(address(lost.sha256))
    found = take(kept, tmp_path / "tout")
    assert len([way for way in found if way.startswith("pieces/")]) == 1
    assert found["ILLISIBLES.txt"].read_text().count("pieces/") == 1
    assert "1 n’ont pas pu être lus" in capsys.readouterr().out
