"""Rules: what a movement must be, the lines it is booked on, and what a rule says of itself."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comptoir.domain import rules, vat
from comptoir.domain.habit import Habit, worth_a_rule
from comptoir.domain.label import Kind, Means
from comptoir.domain.movement import Movement
from comptoir.domain.rehearsal import Past, rehearse
from comptoir.domain.rule import Needed, Part, faults, untaxed
from comptoir.domain.rule_json import flat, rule_of
from comptoir.domain.rule_text import KINDS, conditions, outcome, words_of, written
from comptoir.domain.rules import Direction, Precedent, Rule, RuleList

MOVE = Movement(date(2026, 3, 1), Decimal("-50.00"), "PRLV SEPA URSSAF 123", bank="512000")
RULE = Rule("r", ("urssaf",), "431000")


def told(lines):
    """Lines as a person reads them: `616000 12,00 D`."""
    return [
        f"{line.account} {line.auxiliary} {line.debit or line.credit} {'D' if line.debit else 'C'}".replace(
            "  ", " "
        )
        for line in lines
    ]


@pytest.mark.parametrize(
    ("more", "holds"),
    [
        ({}, True),
        ({"words": ("urs*",)}, True),
        ({"words": ("urss",)}, False),
        ({"words": ("urssaf 123",)}, True),
        ({"words": ("Ürssaf",)}, True),
        ({"words": ("urssaf", "edf")}, False),
        ({"words": ("urssaf", "edf"), "needed": Needed.ANY}, True),
        ({"words": ("edf", "gdf"), "needed": Needed.ANY}, False),
        ({"words": ("%",)}, False),
        ({"words": ("urssaf", "prlv"), "direction": Direction.OUT}, True),
        ({"direction": Direction.IN}, False),
        ({"at_least": Decimal("50.00"), "at_most": Decimal("50.00")}, True),
        ({"at_least": Decimal("50.01")}, False),
        ({"at_most": Decimal("49.99")}, False),
        ({"means": frozenset({Means.DIRECT_DEBIT, Means.CARD})}, True),
        ({"means": frozenset({Means.CARD})}, False),
        ({"words": (), "means": frozenset({Means.DIRECT_DEBIT})}, True),
        ({"kinds": frozenset({Kind.DIRECT_DEBIT, Kind.FEE})}, True),
        ({"kinds": frozenset({Kind.REJECT})}, False),
        ({"words": (), "kinds": frozenset({Kind.DIRECT_DEBIT})}, True),
        ({"since": date(2026, 3, 1), "until": date(2026, 3, 1)}, True),
        ({"since": date(2026, 3, 2)}, False),
        ({"until": date(2026, 2, 28)}, False),
        ({"bank": "512000"}, True),
        ({"bank": "512100"}, False),
        ({"account": "512000"}, False),
        ({"parts": (Part("616000", amount=Decimal("49.99")),)}, True),
        ({"parts": (Part("616000", amount=Decimal("50.00")),)}, False),
    ],
)
def test_a_rule_takes_a_movement_when_every_condition_holds(more, holds):
    assert rules.matches(replace(RULE, **more), MOVE) is holds


def test_what_the_bank_says_of_the_means_counts_over_the_label():
    assert not rules.matches(replace(RULE, means=frozenset({Means.DIRECT_DEBIT})), replace(MOVE, means=Means.FEE))


def test_a_reject_is_told_from_the_debit_of_the_same_name():
    rejected = replace(MOVE, label="REJET PRLV SEPA URSSAF 123", amount=Decimal("50.00"))
    ruled = [replace(RULE, name="rejets", kinds=frozenset({Kind.REJECT})), RULE]
    assert [rules.first(ruled, moved).name for moved in (rejected, MOVE)] == ["rejets", "r"]


def test_a_rule_says_which_kinds_it_takes_and_keeps_them():
    rule = replace(RULE, words=(), kinds=frozenset({Kind.REJECT, Kind.FEE}))
    assert conditions(rule) == "Mouvement de nature rejet ou frais."
    assert rule_of(flat(rule)) == rule
    assert faults(rule) == []
    with pytest.raises(ValueError, match="magic"):
        rule_of({**flat(rule), "kinds": ["magic"]})


def test_every_kind_has_its_french_name():
    assert set(KINDS) == set(Kind)


def test_a_label_without_any_letter_is_taken_by_no_word():
    assert not rules.matches(replace(RULE, words=("%",)), replace(MOVE, label="电费"))


def test_many_stars_cost_no_time():
    hostile = replace(RULE, words=("A*" * 29 + "B",))
    assert not rules.matches(hostile, replace(MOVE, label="A" * 500))


def test_the_first_rule_of_the_list_that_holds_books():
    second = Rule("second", ("urssaf",), "437000")
    assert rules.first([Rule("other", ("edf",), "606100"), second, RULE], MOVE) == second
    assert rules.first([], MOVE) is None


def test_a_movement_is_booked_by_rule_then_history_then_suspense():
    by_rule = rules.book(MOVE, RuleList((RULE,)), [])
    assert (told(by_rule.lines), by_rule.reason, by_rule.rule) == (["431000 50.00 D"], "Règle « r »", 0)
    known = rules.book(MOVE, RuleList(()), [Precedent("401000", "MOULIN", 3)])
    assert told(known.lines) == ["401000 MOULIN 50.00 D"]
    torn = rules.book(MOVE, RuleList(()), [Precedent("401000", "A", 3), Precedent("627000", "", 1)])
    assert torn.accounts == {"471000"}
    assert rules.label_key("CB MOULIN 12/03") == rules.label_key("CB MOULIN 15/04")


def test_a_loan_is_booked_on_interest_insurance_and_the_capital_that_is_left():
    parts = (Part("661100", percent=Decimal("12.5")), Part("616000", amount=Decimal("8.10"), label="Assurance"))
    loan = replace(RULE, account="164000", parts=parts)
    lines = rules.lines(loan, replace(MOVE, amount=Decimal("-333.33")))
    assert told(lines) == ["661100 41.67 D", "616000 8.10 D", "164000 283.56 D"]
    assert [line.label for line in lines] == [MOVE.label, "Assurance", MOVE.label]


@pytest.mark.parametrize(
    ("account", "amount", "lines"),
    [
        ("627000", "-12.00", ["627000 10.00 D", "445660 2.00 D"]),
        ("627000", "12.00", ["627000 10.00 C", "445660 2.00 C"]),
        ("708300", "120.00", ["708300 100.00 C", "445710 20.00 C"]),
        ("218300", "-1200.00", ["218300 1000.00 D", "445620 200.00 D"]),
        ("627000", "-0.01", ["627000 0.01 D"]),
    ],
)
def test_vat_stands_apart_on_the_account_that_goes_with_it(account, amount, lines):
    fees = replace(RULE, account=account, vat_rate=Decimal(20))
    assert told(rules.lines(fees, replace(MOVE, amount=Decimal(amount)))) == lines


def test_a_dossier_that_recovers_no_vat_keeps_it_in_the_charge():
    fees = replace(RULE, vat_rate=Decimal(20), parts=(Part("627000", vat_rate=Decimal(20), percent=Decimal(50)),))
    assert told(rules.lines(untaxed(fees), MOVE)) == ["627000 25.00 D", "431000 25.00 D"]


def test_the_rates_offered_are_those_of_the_day():
    assert vat.in_force(date(2026, 1, 1))[:3] == (Decimal(20), Decimal(13), Decimal(10))
    assert Decimal("19.6") in vat.in_force(date(2010, 1, 1))


cents = st.integers(1, 10**9).map(lambda n: Decimal(n) / 100)
rates = st.sampled_from([None, Decimal(20), Decimal("5.5"), Decimal("2.1")])
parts = st.lists(
    st.builds(Part, st.just("606300"), vat_rate=rates, percent=st.integers(1, 12).map(Decimal))
    | st.builds(Part, st.just("616000"), vat_rate=rates, amount=cents),
    max_size=8,
).map(tuple)


@given(parts, rates, cents, st.booleans())
def test_the_lines_of_a_rule_are_worth_the_movement_to_the_cent(made, rate, amount, is_out):
    rule = Rule("r", ("urssaf",), "627000", vat_rate=rate, parts=made)
    move = replace(MOVE, amount=-amount if is_out else amount)
    if rules.matches(rule, move):
        lines = rules.lines(rule, move)
        assert sum(line.credit - line.debit for line in lines) == move.amount
        assert all((line.debit > 0) != (line.credit > 0) for line in lines)


@pytest.mark.parametrize(
    ("more", "field", "said"),
    [
        ({"name": ""}, "name", "pas de nom"),
        ({"name": "n" * 81}, "name", "80 signes"),
        ({"words": ("*",)}, "words", "au moins un mot"),
        ({"words": ()}, "words", "un moyen de paiement ou une nature"),
        ({"words": ("x" * 61,)}, "words", "60 signes"),
        ({"words": tuple(map(str, range(21)))}, "words", "20 mots"),
        ({"at_least": Decimal("-1")}, "at_least", "positif"),
        ({"at_most": Decimal("1.001")}, "at_most", "au centime"),
        ({"at_least": Decimal(2), "at_most": Decimal(1)}, "at_most", "plus petit"),
        ({"since": date(1, 1, 1)}, "since", "pas un jour possible"),
        ({"since": date(2026, 2, 1), "until": date(2026, 1, 1)}, "until", "avant le premier"),
        ({"account": "9"}, "account", "pas un compte"),
        ({"account": "401"}, "account", "le tiers que demande le compte 401000"),
        ({"auxiliary": "A" * 21}, "account", "20 signes"),
        ({"label": "l" * 101}, "account", "100 signes"),
        ({"account": "627000", "vat_rate": Decimal(21)}, "vat_rate", "n’existe pas"),
        ({"vat_rate": Decimal(20)}, "vat_rate", "431000 n’en est pas"),
        ({"parts": (Part("616000"),)}, "parts", "un pourcentage ou un montant"),
        ({"parts": (Part("616000", amount=Decimal(0)),)}, "parts", "positif"),
        ({"parts": (Part("616000", percent=Decimal("0.001")),)}, "parts", "deux décimales"),
        ({"parts": (Part("616000", percent=Decimal(50)),) * 2}, "parts", "il ne reste rien"),
        ({"parts": (Part("616000", percent=Decimal(1)),) * 9}, "parts", "8 lignes"),
        ({"parts": (Part("x", percent=Decimal(1)),)}, "parts", "pas un compte"),
    ],
)
def test_what_forbids_keeping_a_rule_is_named_with_its_field(more, field, said):
    found = faults(replace(RULE, **more))
    assert any(fault.code == field and said in fault.message for fault in found), found


def test_a_rule_by_means_alone_and_a_third_party_are_welcome():
    assert faults(replace(RULE, words=(), means=frozenset({Means.FEE}))) == []
    assert faults(replace(RULE, account="401000", auxiliary="MOULIN")) == []


FULL = Rule(
    "Assurance",
    ("axa", "prime annuelle"),
    "616000",
    "",
    Direction.OUT,
    Decimal("10.00"),
    Decimal("50.00"),
    Needed.ANY,
    frozenset({Means.DIRECT_DEBIT, Means.CARD, Means.CHEQUE}),
    date(2026, 1, 1),
    date(2026, 12, 31),
    "512100",
    "Prime",
    Decimal(20),
    (Part("401000", "AXA", "", None, Decimal(30)), Part("661100", amount=Decimal(12), vat_rate=Decimal("5.5"))),
)


def test_a_rule_reads_as_one_french_sentence():
    assert conditions(FULL).replace("\u00a0", " ") == (
        "Sortie d’argent par carte, prélèvement ou chèque dont le libellé contient « axa » ou « prime annuelle », "
        "de 10,00 € à 50,00 €, du 01/01/2026 au 31/12/2026, sur le compte 512100."
    )
    assert outcome(FULL).replace("\u00a0", " ") == (
        "30 % en 401000 AXA, 12,00 € en 661100 (TVA 5,5 %), le reste en 616000 (TVA 20 %)"
    )
    low = replace(RULE, at_least=Decimal(10), since=date(2026, 1, 1))
    assert conditions(low).replace("\u00a0", " ") == (
        "Mouvement dont le libellé contient « urssaf », dès 10,00 €, depuis le 01/01/2026."
    )
    high = replace(RULE, words=(), direction=Direction.IN, at_most=Decimal(10), until=date(2026, 1, 1))
    assert conditions(high).replace("\u00a0", " ") == "Entrée d’argent, jusqu’à 10,00 €, jusqu’au 01/01/2026."
    assert (conditions(replace(RULE, words=())), outcome(RULE)) == ("Mouvement.", "431000")


def test_words_are_typed_apart_or_kept_together_between_quotes():
    typed = 'urssaf  « tenue de   compte » "a b" “c d” * % urssaf orange*'
    words = words_of(typed)
    assert words == ("urssaf", "tenue de compte", "a b", "c d", "orange*")
    assert words_of(written(words)) == words


@pytest.mark.parametrize("rule", [RULE, FULL], ids=["bare", "full"])
def test_a_rule_comes_back_whole_from_its_json(rule):
    assert rule_of(flat(rule)) == rule


def test_an_amount_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="NaN"):
        rule_of({**flat(RULE), "at_least": "NaN"})


def past(account, amount="-50.00", **more):
    move = replace(MOVE, amount=Decimal(amount))
    return Past(move, rules.lines(replace(RULE, account=account), move), **more)


def test_a_rehearsal_says_what_would_differ_from_the_books():
    history = [
        past("431000"),
        past("471000"),
        past("471000", is_chosen=True),
        past("437000"),
        past("645000", "-999.00"),
        replace(past("431000"), movement=replace(MOVE, label="PRLV EDF")),
    ]
    earlier = RuleList((Rule("big", ("urssaf",), "645000", at_least=Decimal(900)),))
    found = rehearse(RULE, earlier, history)
    assert (found.taken, found.alike, found.waiting, found.kept_before) == (4, 1, 1, 1)
    assert [told(d.past.lines) + told(d.lines) for d in found.differing] == [
        ["471000 50.00 D", "431000 50.00 D"],
        ["437000 50.00 D", "431000 50.00 D"],
    ]


def habit(key="ORANGE", account="626000", times=4, label="PRLV ORANGE"):
    return Habit(key, account, "", times, replace(MOVE, label=label))


def test_a_rule_is_suggested_of_what_people_do_again_and_again():
    found = worth_a_rule([habit(), habit("EDF", "606100", 9, "PRLV EDF")], RuleList(()), set())
    assert [h.key for h in found] == ["EDF", "ORANGE"], "the strongest first"


@pytest.mark.parametrize(
    ("habits", "rules_in_force", "dismissed"),
    [
        ([habit(times=2)], (), set()),
        ([habit(), habit(account="606100", times=1)], (), set()),
        ([habit(account="471000")], (), set()),
        ([habit(key="")], (), set()),
        ([habit()], (Rule("Orange", ("orange",), "626000"),), set()),
        ([habit()], (), {("ORANGE", "626000", "")}),
    ],
    ids=["too seldom", "contradicted", "suspense", "no label", "ruled already", "turned down"],
)
def test_no_rule_is_suggested(habits, rules_in_force, dismissed):
    assert worth_a_rule(habits, RuleList(rules_in_force), dismissed) == []
