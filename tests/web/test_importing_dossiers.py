"""Five hundred dossiers from one list: read, looked at, opened once; what is wrong is said and comes back to correct."""

import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from stdnum import luhn
from tests.conftest import AT, person

from comptoir.domain import opening
from comptoir.domain.rights import Role
from comptoir.readers import dossiers as lists
from comptoir.readers import tables
from comptoir.records.audit.models import Event
from comptoir.records.banking.models import BankAccount
from comptoir.records.firms import actions as firms
from comptoir.records.firms import opening as dossiers
from comptoir.records.firms.models import Company, DossierImport, Invitation
from comptoir.records.ledger.models import FiscalYear, Journal
from comptoir.records.mail.models import Letter

pytestmark = pytest.mark.django_db
HEADER = "Raison sociale;SIREN;Clôture de l’exercice;Référence"
GOOD = f"{HEADER}\nGarage Hamon;452133770;31/12/2026;A1\n"
MIXED = f"{GOOD}Moulin;402118930;31/12/2026;A2\nDupont bis;821456308;31/12/2026;\n=Fleurs;392544177;hier;A4\n"


@pytest.fixture
def address(bakery) -> str:
    return f"/cabinet/{bakery.firm_id}/dossiers/import/"


def text(answer) -> str:
    return answer.content.decode()


def bring(client, address: str, content: str | bytes, name: str = "liste.csv", **more):
    raw = content.encode() if isinstance(content, str) else content
    return client.post(address, {"file": SimpleUploadedFile(name, raw), **more})


def sirens(count: int) -> list[str]:
    stems = (f"{30_000_000 + n}" for n in range(count))
    return [stem + luhn.calc_check_digit(stem) for stem in stems]


def test_a_list_is_shown_before_anything_is_opened(alice, address, signed_in):
    client = signed_in(alice)
    preview = bring(client, address, MIXED).url
    shown = text(client.get(preview))
    assert f'rel="canonical" href="{preview}"' in shown, "a reload shows the list again"
    assert '<b>1</b><span class="b">prête' in shown
    assert '<b class="wanted">3</b><span class="b">à corriger' in shown
    for words in ("402118930 » n’existe pas", "« Boulangerie Dupont »", "« hier » n’est pas une date"):
        assert words in shown
    assert Company.objects.filter(name="Garage Hamon").count() == 0


def test_what_is_right_is_opened_and_the_rest_comes_back_with_why(bakery, alice, address, signed_in):
    client = signed_in(alice)
    preview = bring(client, address, MIXED).url
    answer = client.post(f"{preview}ouverture", follow=True)
    assert "1 dossier est ouvert" in text(answer)
    company = Company.objects.get(siren="452133770")
    assert (company.reference, company.firm_id) == ("A1", bakery.firm_id)
    assert BankAccount.objects.filter(company=company).count() == 1
    back = text(client.get(f"{preview}a-corriger.csv"))
    assert back.startswith("\ufeffRéférence;Raison sociale")
    assert "Pourquoi" in back
    assert "'=Fleurs" in back
    assert "Garage Hamon" not in back
    corrected = back.replace("402118930", "402118939")
    again = text(client.get(bring(client, address, corrected).url))
    assert '<b>1</b><span class="b">prête' in again


def test_pressed_twice_it_opens_once(alice, address, signed_in):
    client = signed_in(alice)
    preview = bring(client, address, GOOD).url
    client.post(f"{preview}ouverture")
    answer = client.post(f"{preview}ouverture", follow=True)
    assert "déjà ouverte" in text(answer)
    assert Company.objects.filter(siren="452133770").count() == 1
    assert Event.objects.filter(verb="import_dossiers").count() == 1


def test_a_list_brought_twice_is_seen_for_what_it_is(alice, address, signed_in):
    client = signed_in(alice)
    first, second = bring(client, address, GOOD).url, bring(client, address, GOOD).url
    client.post(f"{first}ouverture")
    assert "Le SIREN 452133770 a déjà son dossier : « Garage Hamon »" in text(client.get(second))
    answer = client.post(f"{second}ouverture")
    assert (answer.status_code, "Aucune ligne n’est prête" in text(answer)) == (422, True)
    assert DossierImport.objects.filter(opened_at=None).count() == 1


def test_a_list_thrown_away_opens_nothing(alice, address, signed_in):
    client = signed_in(alice)
    preview = bring(client, address, GOOD).url
    client.post(f"{preview}abandon")
    assert client.post(f"{preview}ouverture").status_code == 404
    assert not Company.objects.filter(siren="452133770").exists()


def test_five_hundred_dossiers_are_opened_within_seconds(bakery, alice, address, signed_in):
    client = signed_in(alice)
    lines = [f"Société {n};{siren};31/12/2026;R{n}" for n, siren in enumerate(sirens(500))]
    preview = bring(client, address, "\n".join((HEADER, *lines))).url
    assert "Ouvrir 500 dossiers" in text(client.get(preview))
    started = time.perf_counter()
    client.post(f"{preview}ouverture")
    assert time.perf_counter() - started < 20, "a few seconds alone on a machine"
    opened = Company.objects.filter(firm=bakery.firm, name__startswith="Société")
    assert opened.count() == 500
    assert Journal.objects.filter(company__in=opened).count() == 3000
    assert FiscalYear.objects.filter(company__in=opened).count() == 500
    assert Event.objects.filter(verb="open_dossier", company_id__in=opened.values("pk")).count() == 500


def test_opening_more_asks_the_database_no_more(alice, address, signed_in):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(alice)
    counts = []
    for start, stop in ((0, 2), (2, 60)):
        lines = [f"Société {s};{s};31/12/2026;;zoe{s}@example.org" for s in sirens(60)[start:stop]]
        preview = bring(client, address, "\n".join((f"{HEADER};E-mail du dirigeant", *lines))).url
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.post(f"{preview}ouverture")
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert Invitation.objects.count() == 60


@pytest.mark.parametrize(("ticked", "written_to"), [("1", 2), ("", 0)])
def test_directors_are_noted_and_written_to_at_once_where_that_was_ticked(
    alice, address, signed_in, ticked, written_to
):
    content = (
        "Société;SIREN;Clôture;E-mail du dirigeant\nHamon;452133770;31/12/2026;yann@hamon.example\n"
        "Moulin;402118939;31/12/2026;yann@hamon.example\nFleurs;392544177;31/12/2026;\n"
    )
    client = signed_in(alice)
    preview = bring(client, address, content, invites=ticked).url
    shown = text(client.get(preview))
    assert '<b>2</b><span class="b">dirigeants à inviter' in shown
    assert ("inviter plus tard" in shown) is not bool(ticked)
    answer = client.post(f"{preview}ouverture", follow=True)
    assert list(Invitation.objects.values_list("email", flat=True)) == ["yann@hamon.example"] * 2
    assert Invitation.objects.exclude(sent_at=None).count() == Letter.objects.count() == written_to
    assert ("2 dirigeants sont notés" in text(answer)) is not bool(ticked)


def test_a_model_is_taken_by_every_row_and_another_by_its_name(bakery, alice, address, signed_in):
    for name, keeping in (("Restaurant", opening.Keeping.MANUAL), ("Bar", opening.Keeping.AUTOMATIC)):
        model = opening.Model(settings=opening.Settings(keeping=keeping))
        dossiers.write_model(firm=bakery.firm, row=None, name=name, model=model, by=alice, at=AT)
    chosen = dossiers.models_of(bakery.firm)[1]
    assert chosen.name == "Restaurant"
    content = "Société;SIREN;Clôture;Modèle\nHamon;452133770;31/12/2026;\nMoulin;402118939;31/12/2026;bar\n"
    client = signed_in(alice)
    preview = bring(client, address, content, model=str(chosen.pk)).url
    client.post(f"{preview}ouverture")
    kept = dict(Company.objects.filter(firm=bakery.firm).values_list("siren", "keeping"))
    assert (kept["452133770"], kept["402118939"]) == ("manual", "automatic")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "vide"),
        (b"bonjour", "en-tête"),
        (b"PK\x03\x04", "abîmé"),
        (f"{HEADER}\n".encode(), "aucune ligne"),
        ((HEADER + "\n" + "A;1;2;3\n" * 2001).encode(), "2 000 dossiers"),
    ],
    ids=["empty", "not a list", "broken", "header alone", "too many"],
)
def test_what_is_no_list_is_refused_on_the_page(alice, address, signed_in, content, words):
    answer = bring(signed_in(alice), address, content)
    assert answer.status_code == 422
    assert words in text(answer)
    assert not DossierImport.objects.exists()


def test_no_file_is_said(alice, address, signed_in):
    assert "Aucun fichier" in text(signed_in(alice).post(address, {}))


def test_a_hostile_name_is_shown_and_never_run(alice, address, signed_in):
    client = signed_in(alice)
    content = f'{HEADER}\n<script>alert(1)</script>;1;31/12/2026;"<b>"\n'
    shown = text(client.get(bring(client, address, content, name="<i>.csv").url))
    assert "<script>alert" not in shown
    assert "&lt;script&gt;" in shown


def test_unknown_columns_are_said(alice, address, signed_in):
    client = signed_in(alice)
    content = "Société;SIREN;Clôture;Effectif\nHamon;452133770;31/12/2026;3\n"
    assert "Effectif" in text(client.get(bring(client, address, content).url))


def test_a_long_list_is_paged(alice, address, signed_in):
    client = signed_in(alice)
    lines = [f"Société {n};{siren};31/12/2026;" for n, siren in enumerate(sirens(250))]
    preview = bring(client, address, "\n".join((HEADER, *lines))).url
    first = text(client.get(preview))
    assert "Société 199<" in first
    assert "Société 200<" not in first
    rest = text(client.get(f"{preview}?voir=pretes&apres=201"))
    assert "Société 200<" in rest
    assert client.get(f"{preview}?voir=x&apres=%C2%B2").status_code == 200


def test_our_templates_are_downloaded_and_come_back_readable(alice, address, signed_in):
    client = signed_in(alice)
    for name in ("modele.csv", "modele.xlsx"):
        answer = client.get(f"{address}{name}")
        assert "attachment" in answer["Content-Disposition"]
        with pytest.raises(tables.NotATable, match="aucune ligne"):
            lists.read(answer.content)


def test_only_who_opens_dossiers_imports_them_and_sees_only_their_own_lists(
    bakery, alice, bob, charlie, address, signed_in
):
    chef, karim = person("Chef"), person("Karim")
    firms.join_firm(firm=bakery.firm, person=chef, role=Role.CHEF_DE_MISSION, at=AT)
    firms.join_firm(firm=bakery.firm, person=karim, role=Role.COLLABORATEUR, at=AT)
    seen = [signed_in(one).get(address).status_code for one in (alice, chef, karim, bob, charlie)]
    assert seen == [200, 200, 404, 404, 404]
    of_alice = bring(signed_in(alice), address, GOOD).url
    assert signed_in(chef).get(of_alice).status_code == 404
    assert "liste.csv" not in text(signed_in(chef).get(address))
    of_chef = bring(signed_in(chef), address, MIXED).url
    assert signed_in(alice).get(of_chef).status_code == 200
    assert "Boulangerie Dupont" not in text(signed_in(chef).get(of_chef))


def test_another_firms_model_is_nobodys(bakery, alice, charlie, address, signed_in):
    other = Company.objects.get(name="Garage Lebreton").firm
    model = dossiers.write_model(firm=other, row=None, name="Secret", model=opening.Model(), by=charlie, at=AT)
    assert bring(signed_in(alice), address, GOOD, model=str(model.pk)).status_code == 404
    assert not DossierImport.objects.exists()


@pytest.mark.parametrize("after", ["9" * 5000, "²", "-1", "x"])
def test_a_page_of_a_list_that_is_none_is_the_first_or_an_empty_one(alice, address, signed_in, after):
    client = signed_in(alice)
    assert client.get(bring(client, address, MIXED).url, {"apres": after}).status_code == 200
