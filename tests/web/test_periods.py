"""*Exercices et FEC*: a year is opened beside the others, the books are locked up to a day and reopened, by who may."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from tests.acts import bring_statement, hand_in
from tests.cast import Move
from tests.conftest import AT

from comptoir import pipeline
from comptoir.domain.company import Method
from comptoir.records.firms.models import FirmMembership
from comptoir.records.ledger import locks
from comptoir.records.ledger.models import Entry, FiscalYear, PeriodLock

pytestmark = pytest.mark.django_db

YESTERDAY = timezone.localdate() - timedelta(days=1)
OCTOBER = "2026-10-31"


def years(company):
    return f"/dossiers/{company.pk}/exercices/"


def said(answer):
    return " ".join(answer.content.decode().split())


@pytest.fixture
def desk(bakery, alice, signed_in):
    """Sends a form of the page and gives what the next page says."""
    client = signed_in(alice)

    def send(act, **form):
        return client.post(years(bakery) + act, form, follow=True)

    send.page = lambda: said(client.get(years(bakery)))
    return send


def test_the_next_year_is_proposed_and_opened_and_what_waited_is_booked(desk, bakery, account):
    bring_statement(account, Move(date(2027, 1, 4), Decimal("-12.00"), "CB POSTE 02/01"))
    assert not Entry.objects.exists()
    assert 'name="opens_on" value="2027-01-01"' in desk.page()
    answer = desk("ouverture", opens_on="2027-01-01", closes_on="2027-12-31", method="tresorerie")
    assert "L’exercice du 01/01/2027 au 31/12/2027 est ouvert." in said(answer)
    year = FiscalYear.objects.get(company=bakery, opens_on=date(2027, 1, 1))
    assert (year.method, Entry.objects.get().fiscal_year) == (Method.TRESORERIE.value, year)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "Donnez le premier et le dernier jour"),
        ({"opens_on": "x", "closes_on": "2027-12-31", "method": "engagement"}, "Donnez le premier"),
        ({"opens_on": "2027-01-01", "closes_on": "2027-12-31", "method": "autre"}, "Donnez le premier"),
        ({"opens_on": "2027-02-01", "closes_on": "2027-12-31", "method": "engagement"}, "sans trou"),
        ({"opens_on": "2026-06-01", "closes_on": "2027-05-31", "method": "engagement"}, "déjà dans l’exercice"),
        ({"opens_on": "0001-01-01", "closes_on": "9999-12-31", "method": "engagement"}, "doit tenir entre"),
    ],
)
def test_a_year_that_cannot_be_is_refused_with_why(desk, bakery, form, words):
    answer = desk("ouverture", **form)
    assert (answer.status_code, words in said(answer)) == (422, True)
    assert FiscalYear.objects.filter(company=bakery).count() == 1


def test_a_year_is_opened_once_however_often_it_is_sent(desk, bakery):
    form = {"opens_on": "2027-01-01", "closes_on": "2027-12-31", "method": "engagement"}
    assert desk("ouverture", **form).status_code == 200
    assert desk("ouverture", **form).status_code == 422
    assert FiscalYear.objects.filter(company=bakery).count() == 2


def test_the_books_are_locked_and_reopened_and_the_page_tells_it(desk, bakery):
    assert "Livres ouverts" in desk.page()
    assert "Les livres sont verrouillés jusqu’au 31/10/2026." in said(desk("verrou", until=OCTOBER))
    assert "Livres verrouillés jusqu’au 31/10/2026" in desk.page()
    desk("verrou", until=YESTERDAY.isoformat())
    assert f"Livres verrouillés jusqu’au {YESTERDAY:%d/%m/%Y}" in desk.page()
    assert "Dites pourquoi" in said(desk("reouverture", kept="", why=""))
    assert "Les livres restent verrouillés jusqu’au 30/06/2026." in said(
        desk("reouverture", kept="2026-06-30", why="TVA de juillet")
    )
    assert "« TVA de juillet »" in desk.page()
    assert "Les livres sont rouverts." in said(desk("reouverture", kept="", why="Contrôle"))
    assert locks.locked_until(bakery.pk) is None


@pytest.mark.parametrize(
    ("act", "form", "words"),
    [
        ("verrou", {}, "Donnez le dernier jour"),
        ("verrou", {"until": "31/10/2026"}, "Donnez le dernier jour"),
        ("verrou", {"until": "20261031"}, "Donnez le dernier jour"),
        ("verrou", {"until": "2019-01-31"}, "Aucun exercice"),
        ("verrou", {"until": "9999-12-31"}, "jours passés"),
        ("reouverture", {"kept": "", "why": "x"}, "ne sont pas verrouillés"),
        ("reouverture", {"kept": "2026-02-31", "why": "x"}, "Ce jour n’existe pas"),
    ],
)
def test_a_lock_that_cannot_be_is_refused_with_why(desk, bakery, act, form, words):
    answer = desk(act, **form)
    assert (answer.status_code, words in said(answer)) == (422, True)
    assert not PeriodLock.objects.exists()


def test_a_reason_is_kept_as_it_was_typed_and_shown_as_text(desk, alice, bakery, signed_in):
    desk("verrou", until=OCTOBER)
    desk("reouverture", kept="", why="<b>pour\a voir</b>" + "é" * 400)
    assert "« &lt;b&gt;pour voir&lt;/b&gt;ééé" in desk.page()
    assert len(PeriodLock.objects.get().ended_why) == 200
    log = said(signed_in(alice).get(f"/cabinet/{bakery.firm_id}/journal/"))
    assert "Livres rouverts" in log
    assert "jusqu’au 31/10/2026" in log


def test_a_collaborateur_keeps_the_books_but_does_not_lock_them(desk, bakery, alice, signed_in):
    FirmMembership.objects.filter(person=alice).update(role="collaborateur")
    page = said(signed_in(alice).get(years(bakery)))
    assert "Verrouiller jusqu’au" not in page
    assert signed_in(alice).post(years(bakery) + "verrou", {"until": OCTOBER}).status_code in (403, 404)


def test_the_review_and_the_bank_say_what_the_lock_holds_back(desk, bakery, bob, alice, account, signed_in):
    document = hand_in(bakery, bob)
    pipeline.lock_books(company=bakery, until=YESTERDAY, by=alice, at=timezone.now())
    bring_statement(account, Move(date(2026, 11, 18), Decimal("-12.00"), "CB POSTE 17/11"))
    client = signed_in(alice)
    review = f"/dossiers/{bakery.pk}/production/{document.pk}/"
    assert "Les livres sont verrouillés jusqu’au" in said(client.get(review))
    bank = said(client.get(f"/dossiers/{bakery.pk}/banque/"))
    assert "livres verrouillés à ces dates" in bank
    assert "1 mouvement" in desk.page()


def test_a_validated_entry_of_a_locked_year_is_reversed_today(desk, bakery, bob, alice, signed_in):
    entry = pipeline.post(entry=Entry.objects.get(document=hand_in(bakery, bob)), by=alice, at=AT)
    (year,) = FiscalYear.objects.filter(company=bakery)
    pipeline.validate(company=bakery, year=year, until=date(2026, 11, 30), by=alice, at=AT)
    today = timezone.localdate()
    pipeline.lock_books(company=bakery, until=YESTERDAY, by=alice, at=timezone.now())
    signed_in(alice).post(f"/dossiers/{bakery.pk}/ecritures/{entry.pk}/extourne")
    assert Entry.objects.get(reverses=entry).dated_on == today


def test_an_account_that_stands_behind_the_lock_is_not_taken_back(desk, bakery, alice, account, signed_in):
    (row,) = bring_statement(account, Move(date(2026, 11, 18), Decimal("-12.00"), "CB POSTE 17/11"))
    pipeline.accept_missing(transaction=row, account="626000", reason="", by=alice, at=AT)
    pipeline.lock_books(company=bakery, until=YESTERDAY, by=alice, at=timezone.now())
    path = f"/dossiers/{bakery.pk}/manquantes/{row.pk}/acceptation/retrait"
    answer = signed_in(alice).post(path)
    assert (answer.status_code, "Faites d’abord rouvrir la période" in said(answer)) == (422, True)
    desk("reouverture", kept="", why="Timbres")
    assert signed_in(alice).post(path).status_code == 302
    assert [line.account for line in Entry.objects.get(transaction=row).against] == ["471000"]


def test_a_later_closing_takes_what_stands_behind_it_into_the_year(desk, bakery, alice, account):
    FiscalYear.objects.filter(company=bakery).update(closes_on=date(2026, 10, 31))
    bring_statement(account, Move(date(2026, 11, 18), Decimal("-10.00"), "CB TEST"), by=alice)
    entry = Entry.objects.get()
    assert (entry.fiscal_year.opens_on, entry.fiscal_year.closes_on) == (date(2026, 11, 1), date(2027, 10, 31))
    first = FiscalYear.objects.get(company=bakery, opens_on=date(2026, 1, 1))
    assert "se clôt le 31/12/2026" in said(desk(f"{first.pk}/cloture", closes_on="2026-12-31"))
    spans = list(FiscalYear.objects.filter(company=bakery).values_list("opens_on", "closes_on"))
    assert spans == [(date(2026, 1, 1), date(2026, 12, 31)), (date(2027, 1, 1), date(2027, 10, 31))]
    entry.refresh_from_db()
    assert entry.fiscal_year.opens_on == date(2026, 1, 1)


def test_an_earlier_closing_leaves_no_day_between_two_years(desk, bakery, alice, account):
    pipeline.open_year(company=bakery, opens_on=date(2027, 1, 1), closes_on=date(2027, 12, 31), at=AT)
    bring_statement(account, Move(date(2026, 11, 18), Decimal("-10.00"), "CB TEST"), by=alice)
    first = FiscalYear.objects.get(company=bakery, opens_on=date(2026, 1, 1))
    assert desk(f"{first.pk}/cloture", closes_on="2026-09-30").status_code == 200
    assert Entry.objects.get().fiscal_year.opens_on == date(2026, 10, 1)


def test_a_closing_stops_before_the_next_ones_and_where_the_next_year_is_final(desk, bakery):
    (first,) = FiscalYear.objects.filter(company=bakery)
    year = pipeline.open_year(company=bakery, opens_on=date(2027, 1, 1), closes_on=date(2027, 6, 30), at=AT)
    assert desk(f"{first.pk}/cloture", closes_on="demain").status_code == 422
    answer = desk(f"{first.pk}/cloture", closes_on="2027-06-30")
    assert (answer.status_code, "se clôt le 30/06/2027" in said(answer)) == (422, True)
    FiscalYear.objects.filter(pk=year.pk).update(closed_at=AT)
    answer = desk(f"{first.pk}/cloture", closes_on="2027-03-31")
    assert (answer.status_code, "cette clôture ne bouge plus" in said(answer)) == (422, True)


def test_a_closing_that_would_make_the_next_year_too_long_is_refused(desk, bakery):
    (first,) = FiscalYear.objects.filter(company=bakery)
    pipeline.open_year(company=bakery, opens_on=date(2027, 1, 1), closes_on=date(2028, 11, 30), at=AT)
    answer = desk(f"{first.pk}/cloture", closes_on="2026-06-30")
    assert (answer.status_code, "24 mois au plus" in said(answer)) == (422, True)
    first.refresh_from_db()
    assert first.closes_on == date(2026, 12, 31)


def test_an_empty_year_is_taken_away_on_its_page_and_a_needed_one_is_not(desk, bakery, alice, signed_in):
    (first,) = FiscalYear.objects.filter(company=bakery)
    assert "Retirer cet exercice" not in desk.page()
    year = pipeline.open_year(company=bakery, opens_on=date(2027, 1, 1), closes_on=date(2027, 12, 31), at=AT)
    assert desk.page().count("Retirer cet exercice") == 1
    answer = desk(f"{first.pk}/retrait")
    assert (answer.status_code, "retirez d’abord le dernier" in said(answer)) == (422, True)
    assert "L’exercice du 01/01/2027 au 31/12/2027 est retiré." in said(desk(f"{year.pk}/retrait"))
    assert desk(f"{year.pk}/retrait").status_code == 404
    assert list(FiscalYear.objects.filter(company=bakery)) == [first]
    log = said(signed_in(alice).get(f"/cabinet/{bakery.firm_id}/journal/"))
    assert "Exercice retiré" in log
    assert "du 01/01/2027, au 31/12/2027" in log


def test_who_may_not_open_a_year_takes_none_away(bakery, alice, charlie, signed_in):
    year = pipeline.open_year(company=bakery, opens_on=date(2027, 1, 1), closes_on=date(2027, 12, 31), at=AT)
    assert signed_in(charlie).post(years(bakery) + f"{year.pk}/retrait").status_code == 404
    FirmMembership.objects.filter(person=alice).update(role="assistant")
    assert "Retirer cet exercice" not in said(signed_in(alice).get(years(bakery)))
    assert signed_in(alice).post(years(bakery) + f"{year.pk}/retrait").status_code in (403, 404)
    assert FiscalYear.objects.filter(pk=year.pk).exists()
