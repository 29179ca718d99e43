"""Two people open the same dossiers at once: one opens them, the other is told; nothing is opened twice."""

from datetime import date

import pytest
from tests.conftest import AT
from tests.records.test_at_once import at_once

from comptoir import pipeline
from comptoir.domain.opening import Opening
from comptoir.readers import dossiers as lists
from comptoir.records.firms import file
from comptoir.records.firms import opening as dossiers
from comptoir.records.firms.file import Taken
from comptoir.records.firms.models import Company, Contact

pytestmark = pytest.mark.django_db(transaction=True)
HAMON = Opening("Garage Hamon", "452133770", date(2026, 1, 1), date(2026, 12, 31))


def test_two_presses_open_a_list_once(bakery, alice):
    row = dossiers.keep_import(firm=bakery.firm, filename="l.csv", rows=[], unknown=[], by=alice, at=AT)
    candidate = lists.Candidate(lists.Row(2, {"siren": HAMON.siren}), (), opening=HAMON)

    def press():
        return pipeline.open_import(row=row, judge=lambda held: [candidate], by=alice, at=AT)

    opened = at_once(press, press)
    assert sorted(len(found) if found else 0 for found in opened) == [0, 1]
    assert None in opened
    assert Company.objects.filter(siren=HAMON.siren).count() == 1


def test_two_people_who_open_one_company_make_one_dossier(bakery, alice):
    def act():
        return pipeline.open_dossiers(firm=bakery.firm, openings=[HAMON], by=alice, at=AT)

    assert {type(result) for result in at_once(act, act)} == {list, Taken}


def test_two_main_contacts_at_once_leave_one(bakery, alice):
    def add(name):
        values = {"name": name, "title": "", "email": "", "phone": ""}
        return lambda: file.write_contact(
            company=bakery, contact=None, values=values, is_main=True, by=alice, at=AT
        )

    assert {type(result) for result in at_once(add("Marie"), add("Paul"))} == {Contact}
    assert Contact.objects.filter(company=bakery, is_main=True).count() == 1
