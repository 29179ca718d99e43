"""Cards with deferred debit: each purchase in the books on its day, the monthly debit once, whatever comes first."""

from datetime import date
from decimal import Decimal

import pytest
from tests.acts import how_many_missing
from tests.cast import Move
from tests.conftest import AT

from comptoir import pipeline
from comptoir.demo.statements import cfonb120
from comptoir.records.banking import cards
from comptoir.records.banking import queries as bank
from comptoir.records.banking.models import CardDebit, CardPurchase, Transaction
from comptoir.records.ledger.models import Entry, Line
from comptoir.records.missing.models import Item

pytestmark = pytest.mark.django_db

PURCHASES = (
    Move(date(2026, 9, 26), Decimal("-60.00"), "CB TOTAL ACCESS 25/09"),
    Move(date(2026, 10, 3), Decimal("-120.50"), "CB HOTEL DU PORT 02/10"),
    Move(date(2026, 10, 20), Decimal("-48.00"), "CB SNCF 19/10"),
)
NEXT = Move(date(2026, 10, 29), Decimal("-33.00"), "CB LIBRAIRIE 28/10")
DEBIT = Move(date(2026, 10, 31), Decimal("-228.50"), "RELEVE CARTE VISA 1234")


def bring(account, *moves, name="releve.txt"):
    opened = min(move.day for move in moves).replace(day=1)
    content = cfonb120(moves, opening=Decimal(0), opened_on=opened, closed_on=max(move.day for move in moves))
    if hasattr(account, "as_card"):
        content = table(moves)
        name = "carte.csv"
    return pipeline.import_statement(account=account, content=content, filename=name, by=None, at=AT)


def table(moves):
    rows = (f"{move.day:%d/%m/%Y};{move.label};{move.amount:.2f}".replace(".", ",") for move in moves)
    return "\n".join(["Date;Libellé;Montant", *rows]).encode()


@pytest.fixture
def card(bakery, account, alice):
    card = pipeline.say_card(company=bakery, card=None, name="Visa", digits="1234", pays=account, by=alice, at=AT)
    card.refresh_from_db()
    return card


def stands(account):
    lines = Line.objects.filter(company=account.company_id, account=account.ledger_account)
    return sum((line.debit - line.credit for line in lines), Decimal(0))


def against(transaction):
    entry = Entry.objects.get(transaction=transaction)
    return [line.account for line in entry.against], entry.reasons


def the(label):
    return Transaction.objects.get(label=label)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["purchases first", "debit first"])
def test_the_debit_pays_the_purchases_of_its_period_and_nothing_counts_twice(card, account, order):
    for step in order:
        bring(card, *PURCHASES, NEXT) if step == 0 else bring(account, DEBIT)
    assert stands(account) == Decimal("-228.50")
    assert stands(card) == Decimal("-33.00")
    places, reasons = against(the(DEBIT.label))
    assert places == [card.ledger_account]
    assert reasons == ["Débit de « Visa » : 3 achats du 26/09 au 20/10/2026, 228,50\u00a0€"]
    assert CardPurchase.objects.count() == 3
    charged = Line.objects.filter(entry__transaction__account=card).exclude(account=card.ledger_account)
    assert sum(line.debit for line in charged) == Decimal("261.50")


def test_each_purchase_is_booked_on_its_own_day(card, account):
    bring(card, *PURCHASES)
    bring(account, DEBIT)
    days = Entry.objects.filter(transaction__account=card).values_list("dated_on", flat=True)
    assert sorted(days) == [move.day for move in PURCHASES]


def test_documents_are_asked_for_the_purchases_and_not_for_the_debit(card, account, bakery):
    bring(card, *PURCHASES)
    bring(account, DEBIT)
    assert how_many_missing(bakery) == 3
    assert not Item.objects.filter(transaction=the(DEBIT.label)).exists()


def test_a_debit_whose_purchases_do_not_make_its_sum_stands_on_the_card_and_says_so(card, account):
    bring(card, *PURCHASES[:2])
    bring(account, DEBIT)
    places, reasons = against(the(DEBIT.label))
    assert places == [card.ledger_account]
    assert reasons == ["Débit de « Visa » : tous ses achats ne sont pas encore arrivés"]
    assert not CardPurchase.objects.exists()
    bring(card, *PURCHASES)
    assert CardPurchase.objects.count() == 3
    assert "3 achats" in against(the(DEBIT.label))[1][0]


def test_where_the_card_tells_its_debit_too_both_stand_on_580(card, account):
    told = Move(date(2026, 11, 2), Decimal("228.50"), "PRLV DEBIT DIFFERE")
    bring(account, DEBIT)
    bring(card, *PURCHASES, NEXT, told)
    assert against(the(DEBIT.label))[0] == ["580000"]
    assert against(the(told.label))[0] == ["580000"]
    assert stands(card) == Decimal("-33.00")
    assert stands(account) == Decimal("-228.50")
    assert CardPurchase.objects.count() == 3


@pytest.mark.parametrize("until", [date(2026, 10, 31), date(2026, 11, 2)], ids=["the debit", "both"])
def test_what_the_card_tells_of_a_locked_debit_goes_with_it_once_it_is_reopened(
    card, account, bakery, alice, until
):
    told = Move(date(2026, 11, 2), Decimal("228.50"), "PRLV DEBIT DIFFERE")
    bring(account, DEBIT)
    bring(card, *PURCHASES, NEXT)
    pipeline.lock_books(company=bakery, until=until, by=alice, at=AT)
    bring(card, *PURCHASES, NEXT, told)
    assert against(the(DEBIT.label))[0] == [card.ledger_account], "what is locked stays"
    pipeline.reopen_books(company=bakery, kept=None, why="Carte", by=alice, at=AT)
    assert against(the(DEBIT.label))[0] == against(the(told.label))[0] == ["580000"]
    assert (stands(card), stands(account)) == (Decimal("-33.00"), Decimal("-228.50"))


def test_the_refund_of_a_shop_is_no_debit_told_by_the_card(card, account):
    bring(card, Move(date(2026, 10, 29), Decimal("60.00"), "AVOIR CB TOTAL ACCESS 28/10"))
    bring(account, Move(date(2026, 10, 31), Decimal("-60.00"), DEBIT.label))
    assert CardDebit.objects.get().mirror is None


def test_two_cards_of_one_account_each_get_their_own_debit(card, account, bakery, alice):
    other = pipeline.say_card(company=bakery, card=None, name="Gold", digits="9876", pays=account, by=alice, at=AT)
    other.refresh_from_db()
    bring(card, *PURCHASES)
    bring(other, NEXT)
    bring(account, DEBIT, Move(date(2026, 10, 31), Decimal("-33.00"), "RELEVE CARTE 9876"))
    assert (stands(card), stands(other)) == (0, 0)
    assert against(the("RELEVE CARTE 9876"))[0] == [other.ledger_account]


def test_with_two_cards_the_sum_says_which_where_the_label_does_not(card, account, bakery, alice):
    other = pipeline.say_card(company=bakery, card=None, name="Gold", digits="", pays=account, by=alice, at=AT)
    other.refresh_from_db()
    bring(other, NEXT)
    bring(card, *PURCHASES)
    bring(account, Move(date(2026, 10, 31), Decimal("-33.00"), "DEBIT DIFFERE"))
    assert against(the("DEBIT DIFFERE"))[0] == [other.ledger_account]
    bring(account, Move(date(2026, 10, 31), Decimal("-12.00"), "DEBIT DIFFERE BIS"))
    assert against(the("DEBIT DIFFERE BIS"))[0] == ["471000"]


def test_the_same_files_again_change_nothing(card, account):
    for _ in range(2):
        bring(card, *PURCHASES, NEXT)
        bring(account, DEBIT)
    assert (CardDebit.objects.count(), CardPurchase.objects.count()) == (1, 3)
    assert (stands(account), stands(card)) == (Decimal("-228.50"), Decimal("-33.00"))


def test_what_a_person_said_of_a_debit_stays(card, account, alice):
    bring(account, Move(date(2026, 10, 31), Decimal("-228.50"), "PRLV BANQUE 31/10"))
    entry = Entry.objects.get()
    pipeline.assign(entry=entry, account=card.ledger_account, auxiliary="", by=alice, at=AT)
    bring(card, *PURCHASES)
    entry.refresh_from_db()
    assert entry.revised_by == alice
    assert CardPurchase.objects.count() == 3


def test_an_account_said_to_be_a_card_takes_the_debits_that_were_here_before(bakery, account, alice):
    bring(account, DEBIT)
    assert against(the(DEBIT.label))[0] == ["471000"]
    card = pipeline.say_card(company=bakery, card=None, name="Visa", digits="", pays=account, by=alice, at=AT)
    assert against(the(DEBIT.label))[0] == [card.ledger_account]


def test_what_the_bank_takes_back_is_paid_no_more(card, account):
    bring(card, *PURCHASES)
    bring(account, DEBIT)
    pipeline.bank.undo(account.company, [the(DEBIT.label)], at=AT)
    assert not CardDebit.objects.exists()
    assert (stands(account), stands(card)) == (0, Decimal("-228.50"))


def test_what_a_card_still_has_to_pay_is_no_balance_of_the_company(card, account, bakery):
    bring(card, *PURCHASES, NEXT)
    bring(account, DEBIT)
    _, of_card = bank.balances(bakery)
    assert (of_card.owed, of_card.amount, of_card.paid_by) == (Decimal("-33.00"), None, account)
    (one,) = cards.outstanding(bakery)
    assert (one.amount, one.purchases, one.debits[0].purchases) == (Decimal("-33.00"), 1, 3)


def test_a_card_is_not_paid_by_itself_nor_by_another_card(card, account, bakery, alice):
    for wrong in (
        {"card": account, "pays": account},
        {"card": account, "pays": card},
        {"card": None, "pays": card},
    ):
        with pytest.raises(cards.NotACard):
            pipeline.say_card(company=bakery, name="", digits="", by=alice, at=AT, **wrong)


def test_a_card_that_is_none_any_more_keeps_what_is_booked(card, account, alice):
    bring(card, *PURCHASES)
    bring(account, DEBIT)
    pipeline.end_card(card=card, by=alice, at=AT)
    pipeline.end_card(card=card, by=alice, at=AT)
    assert against(the(DEBIT.label))[0] == [card.ledger_account]
    assert cards.of(card.company) == []


def camt(*parts, amount="228.50", label="RELEVE CARTE VISA 1234"):
    """A statement whose bank tells the purchases with the monthly debit."""
    details = "".join(
        f'<TxDtls><Amt Ccy="EUR">{size}</Amt><CdtDbtInd>{side}</CdtDbtInd><RltdDts><TxDtTm>{day}T10:00:00</TxDtTm></RltdDts>'
        f"<RmtInf><Ustrd>{name}</Ustrd></RmtInf></TxDtls>"
        for day, size, side, name in parts
    )
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt><Acct><Id><IBAN>'
        f'FR7630004008230001012345669</IBAN></Id><Ccy>EUR</Ccy></Acct><Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd>'
        f"<Sts>BOOK</Sts><BookgDt><Dt>2026-10-31</Dt></BookgDt><NtryDtls>{details}</NtryDtls><AddtlNtryInf>{label}</AddtlNtryInf>"
        "</Ntry></Stmt></BkToCstmrStmt></Document>"
    ).encode()


TOLD = (
    ("2026-09-26", "60.00", "DBIT", "TOTAL ACCESS"),
    ("2026-10-03", "150.50", "DBIT", "HOTEL DU PORT"),
    ("2026-10-04", "30.00", "CRDT", "HOTEL DU PORT AVOIR"),
    ("2026-10-20", "48.00", "DBIT", "SNCF"),
)


def take(account, content):
    return pipeline.import_statement(account=account, content=content, filename="r.xml", by=None, at=AT)


def test_purchases_that_the_bank_tells_with_the_debit_are_booked_each_on_its_day(card, account):
    for _ in range(2):
        take(account, camt(*TOLD))
    days = Entry.objects.filter(transaction__account=card).values_list("dated_on", flat=True)
    assert sorted(str(day) for day in days) == [day for day, *_ in TOLD]
    assert (stands(account), stands(card)) == (Decimal("-228.50"), 0)
    assert CardPurchase.objects.count() == 4
    assert against(the("RELEVE CARTE VISA 1234"))[0] == [card.ledger_account]


def test_detail_that_does_not_make_the_debits_sum_is_left_alone(card, account):
    take(account, camt(*TOLD[:3]))
    assert not Transaction.objects.filter(account=card).exists()
    assert stands(card) == Decimal("228.50")


def test_detail_is_taken_once_the_card_is_declared(bakery, account, alice):
    take(account, camt(*TOLD))
    card = pipeline.say_card(company=bakery, card=None, name="Visa", digits="", pays=account, by=alice, at=AT)
    take(account, camt(*TOLD))
    assert (stands(card), CardPurchase.objects.count()) == (0, 4)


def test_the_cards_own_list_and_the_detail_of_the_debit_are_one(card, account):
    take(account, camt(*TOLD))
    rows = "".join(
        f"{d[8:]}/{d[5:7]}/{d[:4]};CB {n};{'-' if s == 'DBIT' else ''}{a.replace('.', ',')}\n"
        for d, a, s, n in TOLD
    )
    found = take(card, f"Date;Libellé;Montant\n{rows}".encode())
    assert (found.new, stands(card)) == (0, 0)


def test_a_batch_that_is_no_cards_debit_stays_one_movement(card, account):
    take(account, camt(*TOLD, label="VIR SALAIRES"))
    assert Transaction.objects.count() == 1
