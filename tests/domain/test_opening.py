"""A model of dossiers keeps what it says through its JSON, and refuses what no dossier could be opened with."""

from datetime import date
from decimal import Decimal

import pytest

from comptoir.domain import opening
from comptoir.domain.company import Keeping, VatRegime, When
from comptoir.domain.opening import Account, Journal, Model, NotAModel, Opening, Request, Settings
from comptoir.domain.rules import Direction, Rule

WHOLE = Model(
    accounts=(Account("601100", "Achats de farine"),),
    journals=(Journal("BQ2", "Banque postale"), Journal("AC", "Fournisseurs")),
    rules=(Rule("Loyer", ("LOYER",), "613200", "", Direction.OUT, Decimal("10.00"), None),),
    requests=(Request("Kbis", When.ONBOARDING), Request("Inventaire", When.BILAN)),
    settings=Settings(False, Decimal("12.50"), ("471", "455"), "701000", VatRegime.MONTHLY, Keeping.MANUAL),
)


def test_a_model_comes_back_whole_from_its_json():
    assert opening.from_json(opening.to_json(WHOLE)) == WHOLE
    assert opening.from_json({}) == Model()


def test_a_models_journals_stand_over_the_usual_ones():
    assert WHOLE.all_journals["AC"] == "Fournisseurs"
    assert {"BQ2", "OD", "AN"} <= WHOLE.all_journals.keys()


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (Model(accounts=(Account("99", "x"),)), "n’est pas un compte"),
        (Model(accounts=(Account("601100", ""),)), "n’a pas de libellé"),
        (Model(accounts=(Account("601100", "a"), Account("601100", "b"))), "figure deux fois"),
        (Model(journals=(Journal("é", "x"),)), "n’est pas un code de journal"),
        (Model(journals=(Journal("BQ2", ""),)), "n’a pas de libellé"),
        (Model(rules=(Rule("r", ("*",), "613200"),)), "au moins un mot"),
        (Model(rules=(Rule("r", ("loyer",), "9"),)), "n’est pas un compte"),
        (Model(requests=(Request("", When.BILAN),)), "n’a pas de libellé"),
        (Model(requests=(Request("Kbis", When.BILAN),) * 501), "Pas plus de 500"),
        (Model(settings=Settings(missing_floor=Decimal(-1))), "montant positif"),
        (Model(settings=Settings(missing_floor=Decimal("NaN"))), "montant positif"),
        (Model(settings=Settings(justifiable=("castle",))), "n’est pas un compte"),
        (Model(settings=Settings(sales_account="")), "n’est pas un compte"),
    ],
)
def test_a_model_that_no_dossier_could_start_with_says_why(model, words):
    assert words in " ".join(model.faults())


@pytest.mark.parametrize(
    "kept", [[], "x", {"accounts": [{}]}, {"rules": [{"name": "r"}]}, {"requests": [{"label": "x", "when": "never"}]},
             {"settings": {"missing_floor": "much"}}, {"accounts": [{"number": "9", "label": "x"}]}],
)  # fmt: skip
def test_a_row_that_is_no_model_is_refused(kept):
    with pytest.raises(NotAModel):
        opening.from_json(kept)


def test_accounts_journals_and_documents_are_read_one_a_line():
    assert opening.accounts_of("6011 Achats de farine\n\n 607000;Négoce ") == (
        Account("601100", "Achats de farine"),
        Account("607000", "Négoce"),
    )
    assert opening.journals_of("bq2 Banque postale\nOD") == (Journal("BQ2", "Banque postale"), Journal("OD", ""))
    assert opening.labels_of("Kbis\n\nKbis\n Statuts ") == ("Kbis", "Statuts")


def test_what_an_opening_says_counts_over_its_model():
    plain = Opening("Garage", "452133770", date(2026, 1, 1), date(2026, 12, 31), model=WHOLE)
    told = Opening(
        "Garage", "452133770", date(2026, 1, 1), date(2026, 12, 31),
        vat_regime=VatRegime.EXEMPT, keeping=Keeping.AUTOMATIC, model=WHOLE,
    )  # fmt: skip
    assert (plain.regime, plain.kept) == (VatRegime.MONTHLY, Keeping.MANUAL)
    assert (told.regime, told.kept) == (VatRegime.EXEMPT, Keeping.AUTOMATIC)
