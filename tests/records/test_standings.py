"""The portfolio's kept figures are those that the dossier's rows give, whatever was done to it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from tests.acts import bring_statement, hand_in, how_many_missing
from tests.cast import mill_debit, mill_pdf
from tests.conftest import AT, as_web
from tests.records.test_at_once import at_once

from comptoir import pipeline
from comptoir.demo.statements import Move
from comptoir.domain.rules import Rule as DomainRule
from comptoir.lib import tenancy
from comptoir.records.audit.models import Event
from comptoir.records.banking.models import Transaction
from comptoir.records.deposits.models import Document
from comptoir.records.firms import actions as firms
from comptoir.records.ledger.actions import open_year
from comptoir.records.ledger.models import Entry, FiscalYear, Lettrage, Line
from comptoir.records.ledger.pieces import count_to_review
from comptoir.records.ledger.queries import draft_of
from comptoir.records.missing.models import Keeping, Moved, Standing
from comptoir.records.missing.standings import mark, refresh, verify_standings

pytestmark = pytest.mark.django_db
TODAY = AT.date()


def standing(company) -> Standing:
    refresh(firm=company.firm, on=TODAY)
    assert list(verify_standings()) == []
    return Standing.objects.get(company=company)


def counted(company) -> dict[str, object]:
    """The same figures, counted row by row by other code than the product's."""
    lines = [
        line
        for line in Line.objects.filter(company=company).select_related("entry")
        if line.entry.posted_at and not hasattr(line, "lettered")
    ]
    kept = Keeping.objects.filter(company=company).order_by("at").last()
    since = kept.at if kept else AT - timedelta(days=9999)
    documents = list(Document.objects.filter(company=company))
    movements = Transaction.objects.filter(company=company).select_related("statement")
    return {
        "to_review": count_to_review(company),
        "in_suspense": sum(line.account == "471000" for line in lines),
        "unlettered": sum(
            line.account[:3] in ("401", "404", "411") and line.entry.transaction_id is not None for line in lines
        ),
        "to_validate": sum(e.posted_at is not None and e.validated_at is None for e in company.entries_of.all()),
        "unseen": sum(d.deposited_at > since for d in documents) + sum(m.statement.at > since for m in movements),
        "missing": how_many_missing(company),
        "last_deposit_at": max((d.deposited_at for d in documents), default=None),
    }


def as_kept(company) -> dict[str, object]:
    row = standing(company)
    return {name: getattr(row, name) for name in counted(company)}


def test_after_each_act_the_kept_figures_are_those_counted_anew(bakery, alice, bob, account):
    """Every act of the pipeline in turn; after each, the standing is what the rows say."""
    seen = []

    def after(act):
        kept = as_kept(bakery)
        assert kept == counted(bakery), act
        seen.append(tuple(kept.values()))

    after("opening")
    document = pipeline.hand_in(company=bakery, content=mill_pdf(), filename="f.pdf", by=bob, at=AT)
    after("hand in")
    pipeline.read_now(document, at=AT)
    after("read")
    debit, other, _ = bring_statement(
        account,
        mill_debit(),
        Move(date(2026, 11, 19), Decimal("-80.00"), "PRLV LAITERIE DU PERCHE"),
        Move(date(2026, 11, 20), Decimal("-12.00"), "CB INCONNU"),
    )
    after("import")
    pipeline.post(entry=draft_of(document.pk), by=alice, at=AT)
    after("post, and its letter")
    pipeline.unletter(made=Lettrage.objects.get(), by=alice, at=AT)
    after("unletter")
    pipeline.letter(lines=list(Line.objects.to_letter()), by=alice, at=AT)
    after("letter")
    pipeline.detach(document=document, transaction=debit, by=alice, at=AT)
    after("detach")
    pipeline.attach(document=document, transaction=debit, by=alice, at=AT)
    after("attach")
    pipeline.take_back(entry=draft_of(document.pk), by=alice, at=AT)
    after("take back")
    pipeline.correct(document=document, values={"number": "MV-1"}, by=alice, at=AT)
    after("correct")
    pipeline.dismiss(document=document, reason="Illisible", by=alice, at=AT)
    after("dismiss")
    pipeline.reopen(document=document, by=alice, at=AT)
    after("reopen")
    pipeline.post(entry=draft_of(document.pk), by=alice, at=AT)
    after("post again")
    pipeline.assign(entry=other.entry, account="401000", auxiliary="", by=alice, at=AT)
    after("assign")
    rule = DomainRule("x", ("INCONNU",), "625700", "")
    pipeline.write_rule(company=bakery, rule=rule, by=alice, at=AT)
    after("rule")
    year = FiscalYear.objects.get(company=bakery)
    pipeline.validate(company=bakery, year=year, until=date(2026, 12, 31), by=alice, at=AT)
    after("validate")
    pipeline.reverse(entry=Entry.objects.get(transaction=other), on=TODAY, by=alice, at=AT)
    after("reverse")
    pipeline.keep_up(company=bakery, by=alice, at=AT)
    after("keep up")
    hand_in(bakery, bob, b"%PDF-1.4 nothing" + mill_pdf("MV-2"), "casse.pdf")
    after("what cannot be read well")
    bakery.asks_missing = False
    bakery.save()
    pipeline.ask_missing(bakery, at=AT)
    after("nothing is asked for any more")
    assert len(set(seen)) >= 12, "the acts do move the figures"


def test_a_forgotten_mark_would_be_found(bakery, bob):
    standing(bakery)
    Standing.objects.update(to_review=7)
    (fault,) = verify_standings()
    assert "to_review" in str(fault)
    mark(bakery)
    assert list(verify_standings()) == [], "what waits to be made again is not wrong"
    assert standing(bakery).to_review == 0


def test_a_dossier_has_one_mark_a_transaction(bakery, bob):
    standing(bakery)
    hand_in(bakery, bob)
    mark(bakery)
    assert Moved.objects.count() == 1, "tests are one transaction"


def test_every_press_of_kept_up_is_a_row_and_an_event(bakery, alice, bob):
    hand_in(bakery, bob)
    assert standing(bakery).unseen == 1
    for n in range(2):
        pipeline.keep_up(company=bakery, by=alice, at=AT + timedelta(minutes=n))
    assert standing(bakery).unseen == 0
    assert Keeping.objects.count() == Event.objects.filter(verb="keep_up", person_id=alice.pk).count() == 2


def test_the_current_year_changes_with_the_day(bakery):
    pipeline.open_year(company=bakery, opens_on=date(2027, 1, 1), closes_on=date(2027, 9, 30), at=AT)
    assert standing(bakery).closes_on == date(2026, 12, 31)
    assert refresh(firm=bakery.firm, on=date(2026, 12, 31)) == 0
    assert refresh(firm=bakery.firm, on=date(2027, 1, 1)) == 1
    assert Standing.objects.get(company=bakery).closes_on == date(2027, 9, 30)


def test_each_account_says_up_to_which_day_it_is_proved(bakery, account):
    assert (standing(bakery).proved_on, standing(bakery).accounts) == (None, [["Compte courant", ""]])
    bring_statement(account, mill_debit())
    assert standing(bakery).proved_on == date(2026, 11, 23)
    assert standing(bakery).accounts == [["Compte courant", "2026-11-23"]]


def test_many_dossiers_ask_no_more_questions_than_one(bakery, alice, django_assert_max_num_queries):
    for n in range(30):
        company = firms.open_dossier(firm=bakery.firm, by=alice, at=AT, name=f"Société {n}", siren="")
        open_year(company=company, opens_on=date(2026, 1, 1), closes_on=date(2026, 12, 31), at=AT)
    with django_assert_max_num_queries(20):
        assert refresh(firm=bakery.firm, on=TODAY) == 31
    with django_assert_max_num_queries(4):
        assert refresh(firm=bakery.firm, on=TODAY) == 0


def test_the_working_role_makes_them_within_its_firm_only(bakery, charlie):
    with as_web(), tenancy.within(bakery.firm_id):
        assert refresh(firm=bakery.firm, on=TODAY) == 1
        assert Moved.objects.count() == 0
    assert Standing.objects.count() == 1
    assert Moved.objects.count() == 1, "the other firm's mark is still there"


@pytest.mark.django_db(transaction=True)
def test_a_hand_in_never_waits_for_a_portfolio_and_two_portfolios_agree(bakery, bob, account):
    """Portfolios, deposits and an import at once: nobody falls, and the last look is right."""
    acts = [lambda: refresh(firm=bakery.firm, on=TODAY)] * 4
    acts += [lambda n=n: hand_in(bakery, bob, mill_pdf(f"MV-{n}"), f"{n}.pdf") for n in range(3)]
    acts += [lambda: bring_statement(account, mill_debit())]
    results = at_once(*acts)
    assert [result for result in results if isinstance(result, Exception)] == []
    assert as_kept(bakery) == counted(bakery)
    assert Entry.objects.drafts().count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_hand_in_does_not_wait_for_who_holds_the_standing(bakery, bob):
    import threading

    from django.db import transaction

    standing(bakery)
    held, done = threading.Event(), threading.Event()

    def hold():
        try:
            with transaction.atomic():
                mark(bakery)
                refresh(firm=bakery.firm, on=TODAY)
                held.set()
                assert done.wait(20), "the deposit waited"
        finally:
            connection.close()

    holding = threading.Thread(target=hold)
    holding.start()
    held.wait(20)
    pipeline.hand_in(company=bakery, content=mill_pdf(), filename="f.pdf", by=bob, at=AT)
    done.set()
    holding.join()
    assert as_kept(bakery) == counted(bakery)
