"""A backup that was restored is the same house: rows, originals, chain; a spoiled one is refused whole."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from comptoir.config import cli

ROOT = Path(__file__).resolve().parents[2]


def comptoir(*arguments: str, code: int = 0) -> str:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "COMPTOIR_"))}
    done = subprocess.run(
        [sys.executable, "-m", "comptoir.config.cli", *arguments],
        env={**kept, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A house that is built once: building takes longer than all that is asked of it."""
    folder = tmp_path_factory.mktemp("house")
    for parent in (folder, folder.parent, folder.parent.parent):
        parent.chmod(0o755)
    data = folder / "des données"
    comptoir("manage", "--owner", "--data", str(data), "migrate", "--verbosity=0")
    filled = (
        "from comptoir.demo.build import _found, _hand_in, Paper, YEAR\n"
        "from comptoir.demo import papers, cast\nfrom comptoir.demo.build import _moment\n"
        "from datetime import date\nimport random\nfrom comptoir.lib import tenancy\nfrom django.db import transaction\n"
        "transaction.set_autocommit(False)\n"
        "alice, bakery, account = _found()\n"
        "tenancy.enter(bakery.firm_id, bakery.pk)\n"
        "bill = cast.bill(cast.SUPPLIERS[0], 3, random.Random(1))\n"
        "_hand_in(bakery, Paper(papers.invoice_pdf(bill), 'f.pdf', date(2026, 3, 4)), by=alice)\n"
        "from comptoir import pipeline\nfrom comptoir.records.ledger.models import Entry\n"
        "now = _moment(date(2026, 5, 4))\n"
        "pipeline.post(entry=Entry.objects.get(), by=alice, at=now)\n"
        "pipeline.lock_books(company=bakery, until=date(2026, 4, 30), by=alice, at=now)\n"
        "transaction.commit()\n"
    )
    comptoir("manage", "--data", str(data), "shell", "-c", filled)
    return data


@pytest.fixture
def house(built, tmp_path):
    """One of its own for each test, with the owners and rights of its files, as its server asks."""
    for folder in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        folder.chmod(0o755)
    data = tmp_path / "des données"
    subprocess.run(["cp", "-a", str(built), str(data)], check=True)
    return data


def test_what_is_restored_is_what_was_kept(house, tmp_path):
    kept = tmp_path / "sauvegarde"
    comptoir("backup", str(kept), "--data", str(house))
    assert "en ordre" in comptoir("restore", str(kept), "--data", str(tmp_path / "neuf"))
    told = "from comptoir.records.ledger.models import Line; print('lignes', Line.objects.count())"
    new = str(tmp_path / "neuf")
    assert "lignes 3" in comptoir("manage", "--owner", "--data", new, "shell", "-v0", "-c", told)
    forged = "from comptoir.records.ledger.models import Line; Line.objects.update(label='x')"
    told_why = comptoir("manage", "--owner", "--data", new, "shell", "-v0", "-c", forged, code=1)
    assert "are locked" in told_why, "the lock holds where it was restored"
    for secret in ("secret-key", "ebics-key"):
        assert (tmp_path / "neuf" / secret).read_text() == (house / secret).read_text()
    assert "lignes 0" in comptoir("manage", "--data", new, "shell", "-v0", "-c", told), "no tenant, no rows"
    assert "n’est pas vide" in comptoir("backup", str(kept), "--data", str(house), code=1)


def test_a_spoiled_backup_is_refused_before_anything_is_written(house, tmp_path):
    kept = tmp_path / "sauvegarde"
    comptoir("backup", str(kept), "--data", str(house))
    original = next(p for p in (kept / "originals").rglob("*") if p.is_file())
    original.chmod(0o600)
    original.write_bytes(b"spoiled")
    assert "rien n’a été restauré" in comptoir("restore", str(kept), "--data", str(tmp_path / "neuf"), code=1)


def test_an_original_that_was_lost_is_named(house):
    next(p for p in (house / "originals").rglob("*") if p.is_file()).unlink()
    assert "manque" in comptoir("verify", "--data", str(house), code=1)


def test_the_proof_of_a_dossier_is_written_from_a_house_that_rests(house, tmp_path):
    deposit = (
        "from comptoir import pipeline\nfrom comptoir.lib import tenancy\nfrom datetime import UTC, datetime\n"
        "from comptoir.demo import papers, cast\nimport random\n"
        "from comptoir.records.firms.models import Company, Person\n"
        "with tenancy.within(tenancy.every_firm()[0]):\n"
        "    content = papers.invoice_pdf(cast.bill(cast.SUPPLIERS[0], 4, random.Random(2)))\n"
        "    pipeline.hand_in(company=Company.objects.get(name='Boulangerie Dupont'), content=content, filename='g.pdf',"
        " by=Person.objects.first(), at=datetime.now(UTC))\n"
    )
    comptoir("manage", "--data", str(house), "shell", "-v0", "-c", deposit)
    told = comptoir("proof", "--company", "Boulangerie Dupont", str(tmp_path / "preuve"), "--data", str(house))
    lines = (tmp_path / "preuve" / "registre.jsonl").read_text().splitlines()
    assert f"{len(lines)} lignes, 0 horodatage" in told
    assert "g.pdf" in lines[-1]
    assert "Aucun dossier" in comptoir(
        "proof", "--company", "x", str(tmp_path / "y"), "--data", str(house), code=1
    )


@pytest.mark.parametrize("command", [["verify"], ["backup", "unused"], ["proof", "--company", "x", "unused"]])
def test_what_is_no_installation_is_said_and_nothing_is_made(tmp_path, capsys, command, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert cli.main([*command, "--data", str(tmp_path / "nothing")]) == 1
    assert "ne contient pas d’installation" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_does_not_answer_is_named(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://x:y@127.0.0.1:1/z")
    assert cli.main(["verify", "--data", str(tmp_path)]) == 1
    assert "DATABASE_URL ne répond pas" in capsys.readouterr().err


def test_a_person_who_lost_every_second_factor_is_let_in_again(house):
    made = (
        "from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret as new\n"
        "from comptoir.records.firms.models import Person\n"
        "TOTP.activate(Person.objects.get(email='bob@dupont.example'), new())\n"
    )
    comptoir("manage", "--data", str(house), "shell", "-c", made)
    told = comptoir("account", "reset-second-factor", "bob@dupont.example", "--data", str(house))
    assert "Bob Dupont n’a plus de second facteur" in told
    left = (
        "from allauth.mfa.models import Authenticator as A; from comptoir.records.audit.models import Event as E\n"
        "print('facteurs', A.objects.count(), 'notés', E.objects.filter(verb='second_factor_removed').count())"
    )
    assert "facteurs 0 notés 1" in comptoir("manage", "--owner", "--data", str(house), "shell", "-v0", "-c", left)
    assert "Personne n’a de compte" in comptoir("account", "unlock", "x@y.example", "--data", str(house), code=1)
