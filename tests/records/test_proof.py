"""The proof of a dossier's deposits is checked by a stranger with OpenSSL alone, as its LISEZMOI.txt says."""

import csv
import os
import re
import subprocess

import pytest
from django.conf import settings as django_settings
from tests.acts import hand_in
from tests.cast import mill_pdf
from tests.conftest import AT, as_web
from tests.tsa_twin import OPENSSL, Served, Tsa

from comptoir import pipeline
from comptoir.config import dossier_folder
from comptoir.config.commands import proof
from comptoir.gateways import timestamp
from comptoir.records.deposits.models import Arrival
from comptoir.records.exports.proof import HEAD
from comptoir.records.firms import actions as firms

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed"),
]


@pytest.fixture(scope="module")
def tsa(tmp_path_factory):
    return Tsa(tmp_path_factory.mktemp("tsa") / "ours", "Ours")


@pytest.fixture
def authority(tsa, settings):
    with Served(lambda query: (200, tsa.reply(query))) as server:
        settings.TIMESTAMP = timestamp.authority(server.address, str(tsa.root))
        yield settings.TIMESTAMP


@pytest.fixture
def deposits(bakery, bob):
    """Three deposits, stamped after the second and after the third."""
    hand_in(bakery, bob)
    hand_in(bakery, bob, mill_pdf("MV-2", 3), name="=cmd|' /C calc'!A0 \\ l’été.pdf")
    pipeline.stamp_deposits(0)
    hand_in(bakery, bob, mill_pdf("MV-3", 4))
    pipeline.stamp_deposits(0)
    return bakery


def prove(said, to):
    with as_web():
        return dossier_folder.written(os.environ, said, to, proof.write)


@pytest.fixture
def written(authority, deposits, tmp_path):
    to = tmp_path / "preuve"
    assert prove(deposits.name, to) == 0
    return to


def commands(folder):
    """The commands that LISEZMOI.txt gives, each with its number: the lines that stand four spaces in."""
    text = (folder / "LISEZMOI.txt").read_text()
    found = {}
    for part in re.split(r"^(?=\d\. )", text, flags=re.M)[1:]:
        blocks = re.findall(r"(?:^ {4}\S.*\n(?:^ {4}.*\n)*)", part, flags=re.M)
        found[int(part[0])] = [
            block.replace("LE-FICHIER", "registre.csv").replace("NUMERO", "3") for block in blocks
        ]
    return found


def run(folder, command):
    done = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def seals_are_right(folder):
    return run(folder, commands(folder)[1][0]) == "" and run(folder, commands(folder)[2][0]) == ""


def stamps_are_right(folder):
    told = run(folder, commands(folder)[4][0])
    return "FAUX" not in told and told.count("Verification: OK") == len(list((folder / "horodatages").iterdir()))


def test_what_is_written_is_proved_by_the_commands_that_it_gives(written):
    assert {path.name for path in written.iterdir()} == {
        "LISEZMOI.txt", "autorite.pem", "horodatages", "registre.csv", "registre.jsonl", "sceaux.txt",
    }  # fmt: skip
    assert {path.name for path in (written / "horodatages").iterdir()} == {"2.tsr", "3.tsr"}
    assert [len(blocks) for blocks in commands(written).values()] == [1, 1, 1, 2]
    assert seals_are_right(written)
    assert stamps_are_right(written)
    assert "Time stamp:" in run(written, commands(written)[4][1])
    assert run(written, commands(written)[3][0]).endswith("*registre.csv\n")


def change(path, old, new):
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("registre.jsonl", b"facture.pdf", b"fracture.pdf"),
        ("registre.jsonl", b'",2,"', b'",9,"'),
        ("sceaux.txt", b"\n", b"0\n"),
    ],
)
def test_a_changed_line_is_found_by_whoever_checks(written, name, old, new):
    change(written / name, old, new)
    assert not seals_are_right(written)


def test_a_line_taken_out_is_found_even_with_its_seal(written):
    for name in ("registre.jsonl", "sceaux.txt"):
        lines = (written / name).read_bytes().splitlines(keepends=True)
        (written / name).write_bytes(b"".join([lines[0], lines[2]]))
    assert not seals_are_right(written)


def test_a_token_of_another_line_or_of_another_authority_is_found(written, tmp_path):
    (written / "horodatages" / "1.tsr").write_bytes((written / "horodatages" / "3.tsr").read_bytes())
    assert not stamps_are_right(written)
    (written / "horodatages" / "1.tsr").unlink()
    assert stamps_are_right(written)
    (written / "autorite.pem").write_bytes(Tsa(tmp_path / "theirs", "Theirs").pem("ca"))
    assert not stamps_are_right(written)


def test_a_spreadsheet_shows_the_log_and_runs_nothing(written, deposits):
    with (written / "registre.csv").open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file, delimiter=";")
    assert head == list(HEAD)
    first, line = rows[0], Arrival.objects.order_by("number").first()
    assert first == [
        "1", str(line.document_id), "facture.pdf", line.original.sha256, str(line.original.size), "Site", "Bob Essai",
        "2026-11-24T09:00:00+00:00", line.seal,
    ]  # fmt: skip
    assert rows[1][2].startswith("'=cmd")
    assert len(rows) == Arrival.objects.filter(company=deposits).count() == 3


def test_nothing_of_another_dossier_is_written(written, charlie, tmp_path):
    assert "Lebreton" not in "".join(path.read_text() for path in written.glob("*.*"))
    assert prove("Garage Lebreton", tmp_path / "garage") == 0
    assert (tmp_path / "garage" / "registre.jsonl").read_bytes() == b""
    assert seals_are_right(tmp_path / "garage")


@pytest.mark.parametrize("by", ["name", "pk", "reference"])
def test_a_dossier_is_named_by_its_name_its_identifier_or_its_reference(bakery, tmp_path, by):
    type(bakery).objects.update(reference="B012")
    bakery.refresh_from_db()
    said = str(getattr(bakery, by))
    assert prove(said.upper(), tmp_path / "preuve") == 0
    assert str(bakery.pk) in (tmp_path / "preuve" / "LISEZMOI.txt").read_text()


@pytest.mark.parametrize("said", ["Personne", "", "  ", "0190a000-0000-7000-8000-000000000000"])
def test_a_dossier_that_is_not_there_is_said_and_nothing_is_written(bakery, tmp_path, capsys, said):
    assert prove(said, tmp_path / "preuve") == 1
    assert "Aucun dossier" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_two_dossiers_of_one_name_are_told_apart_by_their_identifier(bakery, alice, tmp_path, capsys):
    other = firms.open_dossier(firm=bakery.firm, by=alice, at=AT, name=bakery.name, siren="452133770")
    assert prove(bakery.name, tmp_path / "preuve") == 1
    told = capsys.readouterr().err
    assert str(bakery.pk) in told
    assert str(other.pk) in told
    assert prove(str(other.pk), tmp_path / "preuve") == 0


def test_a_folder_with_something_in_it_is_left_alone(bakery, tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("mine")
    assert prove(bakery.name, tmp_path) == 1
    assert prove(bakery.name, tmp_path / "mine.txt") == 1
    assert capsys.readouterr().err.count("n’est pas un dossier vide") == 2
    assert prove(bakery.name, tmp_path / "mine.txt" / "preuve") == 1
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_without_stamps_the_seals_are_proved_and_the_rest_is_said(bakery, bob, tmp_path):
    assert django_settings.TIMESTAMP is None
    hand_in(bakery, bob)
    assert prove(bakery.name, tmp_path / "preuve") == 0
    assert seals_are_right(tmp_path / "preuve")
    assert "Aucun horodatage" in (tmp_path / "preuve" / "LISEZMOI.txt").read_text()
    assert not (tmp_path / "preuve" / "horodatages").exists()


def test_where_no_authority_is_set_any_more_its_certificates_are_to_be_asked_for(
    authority, deposits, tsa, settings, tmp_path
):
    settings.TIMESTAMP = None
    to = tmp_path / "preuve"
    assert prove(deposits.name, to) == 0
    assert "demandez-les-lui" in (to / "LISEZMOI.txt").read_text()
    (to / "autorite.pem").write_bytes(tsa.pem("ca"))
    assert stamps_are_right(to)
