"""Legal forms, VAT regimes, fiscal years: what each implies, and how people write them."""

from datetime import date

import pytest

from comptoir.domain import company
from comptoir.domain.company import Keeping, Method, VatOn, VatRegime, When


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("s.a.r.l.", "SARL"), ("Société à responsabilité limitée", "SARL"), ("sas", "SAS"), ("S A S U", "SASU"),
        ("association loi 1901", "Association loi 1901"), ("Micro-entreprise", "EI"), ("chateau", None), ("", None),
    ],
)  # fmt: skip
def test_a_legal_form_is_recognised_however_it_is_written(written, form):
    assert company.legal_form(written) == form


def test_only_bodies_that_may_live_without_a_siren_may_lack_one():
    assert company.may_lack_siren("Association loi 1901")
    assert not company.may_lack_siren("SARL")


def test_who_charges_no_vat_deducts_none():
    assert [regime for regime in VatRegime if not regime.deducts] == [VatRegime.FRANCHISE, VatRegime.EXEMPT]


def test_every_word_of_the_file_has_its_french():
    everything = [*VatRegime, *VatOn, *Method, *Keeping, *When]
    assert all(word.french for word in everything)


@pytest.mark.parametrize(
    ("written", "regime"),
    [
        ("Réel normal mensuel", VatRegime.MONTHLY), ("CA12", VatRegime.SIMPLIFIED), ("mini réel", VatRegime.MINI_REAL),
        ("Franchise en base", VatRegime.FRANCHISE), ("reel_trimestriel", VatRegime.QUARTERLY), ("lunaire", None),
    ],
)  # fmt: skip
def test_a_vat_regime_is_recognised_however_it_is_written(written, regime):
    assert company.vat_regime(written) == regime


@pytest.mark.parametrize(
    ("written", "found"),
    [("Sur les débits", VatOn.DEBITS), ("encaissements", VatOn.RECEIPTS), ("jamais", None), ("", None)],
)
def test_debits_and_receipts_are_recognised(written, found):
    assert company.vat_on(written) == found


def test_methods_and_keepings_are_recognised():
    assert [company.method(w) for w in ("Créances-dettes", "TRÉSORERIE", "recettes/dépenses", "mixte")] == [
        Method.ENGAGEMENT, Method.TRESORERIE, Method.TRESORERIE, None,
    ]  # fmt: skip
    assert [company.keeping(w) for w in ("auto", "Manuelle", "parfois")] == [
        Keeping.AUTOMATIC,
        Keeping.MANUAL,
        None,
    ]


def test_a_vat_number_follows_from_the_siren_where_vat_is_due():
    assert company.vat_number("404833048") == "FR83404833048"
    assert company.derived_vat_number("404833048", VatRegime.MONTHLY) == "FR83404833048"
    assert company.derived_vat_number("404833048", VatRegime.FRANCHISE) == ""
    assert company.derived_vat_number("404833048", VatRegime.UNKNOWN) == ""
    assert company.derived_vat_number("", VatRegime.MONTHLY) == ""


def test_a_year_closes_after_it_opens_within_two_years():
    assert company.year_fault(date(2026, 1, 1), date(2026, 12, 31)) is None
    assert company.year_fault(date(2026, 1, 1), date(2027, 12, 31)) is None
    assert "24 mois" in (company.year_fault(date(2026, 1, 1), date(2028, 1, 1)) or "")
    assert "après son ouverture" in (company.year_fault(date(2026, 1, 1), date(2026, 1, 1)) or "")
    assert "entre 1950 et 2099" in (company.year_fault(date(1, 1, 1), date(2026, 12, 31)) or "")
    assert "entre 1950 et 2099" in (company.year_fault(date(2026, 1, 1), date(9999, 12, 31)) or "")


def test_a_closing_gives_the_twelve_months_before_it():
    assert company.year_of(date(2026, 12, 31)) == date(2026, 1, 1)
    assert company.year_of(date(2028, 2, 29)) == date(2027, 3, 1)


def test_a_closing_without_its_year_is_that_of_the_year_around_today():
    assert company.year_around(12, 31, date(2026, 11, 26)) == date(2026, 12, 31)
    assert company.year_around(6, 30, date(2026, 11, 26)) == date(2027, 6, 30)
    assert company.year_around(2, 29, date(2026, 11, 26)) == date(2027, 2, 28)
    with pytest.raises(ValueError, match="31/14"):
        company.year_around(14, 31, date(2026, 11, 26))
