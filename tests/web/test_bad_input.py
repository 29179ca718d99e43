"""What hostile or absurd forms get: 4xx, a French sentence, what was typed still there, and nothing kept."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.cast import mill_debit, mill_pdf, statement
from tests.conftest import AT

from comptoir import pipeline
from comptoir.records.banking import actions as banking
from comptoir.records.banking.models import Rule, Statement, Transaction
from comptoir.records.firms import actions as firms
from comptoir.records.ledger.models import Lettrage
from comptoir.records.ledger.queries import content, draft_of
from comptoir.records.readings.models import Correction

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(bakery, bob):
    document = pipeline.hand_in(company=bakery, content=mill_pdf(), filename="f.pdf", by=bob, at=AT)
    pipeline.read_now(document, at=AT)
    return document


@pytest.fixture
def review(bakery, document) -> str:
    return f"/dossiers/{bakery.pk}/production/{document.pk}/"


def text(answer) -> str:
    return answer.content.decode()


@pytest.mark.parametrize("path", ["pieces/?q=%00", "manquantes/?apres=%00x"])
def test_a_nul_in_an_address_is_refused_before_any_page(bakery, bob, signed_in, path):
    answer = signed_in(bob).get(f"/c/{bakery.pk}/{path}")
    assert (answer.status_code, "incompris" in text(answer)) == (400, True)


def test_a_nul_in_a_form_is_refused_before_any_page(review, alice, signed_in):
    assert signed_in(alice).post(f"{review}valeurs", {"supplier": "Mou\0lins"}).status_code == 400
    assert not Correction.objects.exists()


@pytest.mark.parametrize(
    ("field", "written"),
    [
        ("total", "NaN"), ("total", "Infinity"), ("total", "1e400"), ("net", "9" * 30), ("vat", "-5"), ("total", "١٢"),
        ("issued_on", "31/02/2026"), ("due_on", "01/01/0001"), ("issued_on", "10000-01-01"), ("kind", "castle"),
    ],
)  # fmt: skip
def test_a_value_that_means_nothing_is_refused_and_stays_in_the_form(review, alice, signed_in, field, written):
    answer = signed_in(alice).post(f"{review}valeurs", {field: written})
    assert answer.status_code == 422
    assert "n’est pas une valeur possible" in text(answer)
    if field != "kind":
        assert f'value="{written}"' in text(answer)
    assert not Correction.objects.exists()


@pytest.mark.parametrize("written", ["0", "12", "237,38"])
def test_a_total_that_contradicts_the_vat_is_proposed_with_a_doubt(review, document, alice, signed_in, written):
    assert signed_in(alice).post(f"{review}valeurs", {"total": written}).status_code == 302
    entry = draft_of(document.pk)
    assert entry is None or all(line.debit >= 0 and line.credit >= 0 for line in entry.lines.all())
    assert (entry is None) == (written == "0")


def form(entry, **changes):
    lines = content(entry).lines
    return {
        "piece_ref": "MV-1",
        "account": [line.account for line in lines],
        "auxiliary": [line.auxiliary for line in lines],
        "label": [line.label for line in lines],
        "debit": ["225", "12,38", ""],
        "credit": ["", "", "237,38"],
        **changes,
    }


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"debit": ["NaN", "12,38", ""]}, "Un montant ou une date n’est pas lisible"),
        ({"debit": ["1e400", "12,38", ""]}, "Un montant ou une date n’est pas lisible"),
        ({"debit": ["200", "12,38", ""]}, "Il manque 25,00 € au débit"),
        ({"account": ["6²1", "445660", "401000"]}, "n’est pas un compte"),
        ({"auxiliary": ["", "", "M" * 21]}, "20 signes au plus"),
        ({"piece_ref": " "}, "La référence de la pièce est vide"),
        ({"debit": ["9" * 14, "12,38", ""]}, "dépasse mille milliards"),
    ],
)
def test_an_absurd_entry_is_refused_with_what_was_typed(review, document, alice, signed_in, changes, said):
    entry = draft_of(document.pk)
    answer = signed_in(alice).post(
        f"{review}comptabilisation", form(entry, label=["typed by hand"] * 3, **changes)
    )
    assert (answer.status_code, said in text(answer)) == (422, True)
    assert "typed by hand" in text(answer)
    entry.refresh_from_db()
    assert entry.posted_at is None


def test_a_lettered_entry_is_not_rewritten(review, document, account, alice, signed_in):
    pipeline.import_statement(account=account, content=statement(mill_debit()), filename="r", by=alice, at=AT)
    entry = pipeline.post(entry=draft_of(document.pk), by=alice, at=AT)
    answer = signed_in(alice).post(f"{review}comptabilisation", form(entry, label=["other"] * 3))
    assert (answer.status_code, "Délettrez-la d’abord" in text(answer)) == (422, True)
    assert Lettrage.objects.count() == 1


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"words": "%", "account": "601000"}, "au moins un mot"),
        ({"words": "*", "account": "601000"}, "au moins un mot"),
        ({"words": "edf", "account": "6²1"}, "du plan comptable"),
        ({"words": "edf", "account": "401"}, "le tiers"),
        ({"words": "x" * 61, "account": "601000"}, "60"),
        ({"words": "edf", "name": "n" * 81, "account": "601000"}, "80 signes"),
    ],
)
def test_a_rule_that_would_match_anything_or_nothing_is_refused(bakery, alice, signed_in, form, said):
    answer = signed_in(alice).post(f"/dossiers/{bakery.pk}/banque/regles", form)
    assert (answer.status_code, said in text(answer)) == (422, True)
    assert not Rule.objects.exists()


def test_a_movement_is_never_booked_against_its_own_bank(bakery, account, alice, signed_in):
    imported = pipeline.import_statement(
        account=account, content=statement(mill_debit()), filename="r", by=alice, at=AT
    )
    (move,) = imported.transactions
    address = f"/dossiers/{bakery.pk}/banque/ecritures/{move.entry.pk}/affectation"
    answer = signed_in(alice).post(address, {"account": "512000"})
    assert (answer.status_code, "le compte de la banque elle-même" in text(answer)) == (422, True)


def test_a_statement_of_another_dossiers_account_is_refused_without_naming_it(bakery, account, alice, signed_in):
    pipeline.import_statement(account=account, content=statement(mill_debit()), filename="r", by=alice, at=AT)
    other = firms.open_dossier(firm=bakery.firm, by=alice, at=AT, name="Garage Hamon", siren="452133770")
    empty = banking.open_account(company=other, name="Compte courant")
    file = SimpleUploadedFile("releve.cfonb", statement(mill_debit()))
    answer = signed_in(alice).post(f"/dossiers/{other.pk}/banque/{empty.pk}/releves", {"file": file})
    assert (answer.status_code, "celui du compte" in text(answer)) == (422, True)
    assert "Boulangerie" not in text(answer).split("<main")[1]
    assert (
        Statement.objects.filter(company=other).count() == Transaction.objects.filter(company=other).count() == 0
    )


def test_the_theme_leads_back_to_this_site_only(bob, signed_in):
    for back in ("//evil.example/", "https://evil.example/", "javascript:alert(1)"):
        assert signed_in(bob).post("/apparence/", {"theme": "dark", "back": back}).url == "/"
    assert signed_in(bob).post("/apparence/", {"theme": "dark", "back": "/espaces/"}).url == "/espaces/"


def test_a_file_that_breaks_the_reader_is_kept_and_said(bakery, bob, monkeypatch):
    class Broken:
        def read(self, content, **more):
            raise ZeroDivisionError

    monkeypatch.setattr(pipeline.reading, "READER", Broken())
    document = pipeline.hand_in(company=bakery, content=mill_pdf(), filename="f.pdf", by=bob, at=AT)
    pipeline.read_now(document, at=AT)
    assert "la pièce est gardée" in document.reading.fault


def test_a_piece_may_be_corrected_before_it_is_read(bakery, bob, alice, signed_in):
    document = pipeline.hand_in(company=bakery, content=mill_pdf(), filename="f.pdf", by=bob, at=AT)
    address = f"/dossiers/{bakery.pk}/production/{document.pk}/valeurs"
    assert signed_in(alice).post(address, {"number": "A-1"}).status_code == 302
    pipeline.read_now(document, at=AT)
    document.reading.refresh_from_db()
    assert document.reading.number == "A-1"
