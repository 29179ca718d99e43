"""What the eight large French banks write, read as an accountant reads it: a table a bank, beside this file.

A section says the kind and the means; a line says the label, after → who stands at the other end, and in brackets the amount
in another money. A label without → stays as the bank wrote it, and names nobody.
"""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from comptoir.domain import label
from comptoir.domain.label import Kind, Label, Means, Original

BANKS = sorted((Path(__file__).parent / "labels").glob("*.txt"))
CASE = re.compile(
    r"(?P<label>.+?)(?: → (?P<who>.+?))?(?: \((?P<amount>[\d.]+) (?P<currency>[A-Z]{3})(?: at (?P<rate>[\d.]+))?\))?"
)


def cases(bank):
    section = None
    for line in bank.read_text().splitlines()[1:]:
        if line.startswith("["):
            section = re.fullmatch(r"\[(\w+), (\w+)\]", line).groups()
        elif line:
            yield Kind(section[0]), Means(section[1]), CASE.fullmatch(line).groupdict()


def expected(kind, means, said):
    rate = Decimal(said["rate"]) if said["rate"] else None
    original = Original(Decimal(said["amount"]), said["currency"], rate) if said["amount"] else None
    return Label(kind, means, said["who"] or said["label"], said["who"], original)


@pytest.mark.parametrize("bank", BANKS, ids=lambda bank: bank.stem)
def test_a_banks_labels_are_read(bank):
    wrong = {}
    for kind, means, said in cases(bank):
        if (found := label.read(said["label"])) != (wanted := expected(kind, means, said)):
            wrong[said["label"]] = f"{found}, not {wanted}"
    assert wrong == {}


def test_each_of_the_eight_banks_has_forty_labels_and_every_kind():
    assert len(BANKS) == 8
    for bank in BANKS:
        told = list(cases(bank))
        labels = {said["label"] for _, _, said in told}
        assert len(labels) == len(told) >= 40, bank.stem
        assert {kind for kind, _, _ in told} >= set(Kind) - {Kind.OTHER}, bank.stem
        assert any(said["currency"] for _, _, said in told), bank.stem


def test_a_shops_name_is_no_means():
    """« CARTE », « CHEQUE » and « VIR » begin the names of shops too."""
    assert label.read("CARTE BLANCHE SARL") == Label(Kind.OTHER, Means.OTHER, "CARTE BLANCHE SARL", None, None)
    assert label.counterparty("PRLV SEPA CHEQUE DEJEUNER") == "CHEQUE DEJEUNER"
    assert label.kind("VIRGIN MEGASTORE") == Kind.OTHER
    assert label.counterparty("CB VIRGIN MEGASTORE 12/03") == "VIRGIN MEGASTORE"


def test_a_name_keeps_the_accents_and_capitals_of_the_bank():
    assert label.counterparty("Prélèvement de Électricité du Val – Réf : 12") == "Électricité du Val –"
    assert label.clean_label("Virement Straße & Cœur") == "Straße & Cœur"


WORDS = some.sampled_from(
    re.findall(
        r"\S+",
        "VIR PRLV SEPA CB CARTE X1234 FACTURE RETRAIT DAB DE POUR: /BEN /MOTIF REF : MDT 12/03/26 120326 CB*12 10,00 USD "
        "REJET INST DUPONT É ß œ ﬁ É CHEQUE * - / 000001 CARTE: ECH/",
    )
)
LABELS = some.lists(WORDS | some.text(max_size=8), max_size=12).map(" ".join)


@given(LABELS)
def test_any_label_is_read_and_reading_it_again_changes_nothing(written):
    found = label.read(written)
    assert bool(found.text) == bool(written.strip())
    assert len(found.text) <= len(written)
    assert found.text in " ".join(written.split())
    assert found.counterparty in (None, found.text)
    assert label.read(found.text).text == found.text
