"""Opening a dossier from a model, and the models themselves: from a dossier, rewritten, deleted, refused."""

import pytest
from tests.conftest import AT, person

from comptoir import pipeline
from comptoir.domain import opening
from comptoir.domain.rights import Role
from comptoir.domain.rules import Rule
from comptoir.records.audit.models import Event
from comptoir.records.banking import queries as bank
from comptoir.records.firms import actions as firms
from comptoir.records.firms import file
from comptoir.records.firms import opening as dossiers
from comptoir.records.firms.models import ChecklistItem, Company, Contact, DossierModel, Invitation
from comptoir.records.ledger import opening as books
from comptoir.records.ledger.models import Account, FiscalYear, Journal

pytestmark = pytest.mark.django_db
YEAR = {"opens_on": "2026-01-01", "closes_on": "2026-12-31"}
WHOLE = {
    "name": "Restaurant", "vat_regime": "reel_mensuel", "keeping": "manual", "sales_account": "707",
    "asks_missing": "on", "missing_floor": "12,50", "justifiable": "471, 455", "accounts": "601100 Achats de farine",
    "journals": "BQ2 Banque postale\nAC Fournisseurs", "requests_onboarding": "Kbis\nStatuts",
    "requests_tenue": "", "requests_bilan": "Inventaire",
}  # fmt: skip


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def models(bakery) -> str:
    return f"/cabinet/{bakery.firm_id}/modeles/"


@pytest.fixture
def restaurant(bakery, alice) -> DossierModel:
    model = opening.Model(
        accounts=(opening.Account("601100", "Achats de farine"),),
        journals=(opening.Journal("BQ2", "Banque postale"), opening.Journal("AC", "Fournisseurs")),
        rules=(Rule("Loyer", ("LOYER",), "613200"),),
        requests=(opening.Request("Kbis", opening.When.ONBOARDING),),
        settings=opening.Settings(False, keeping=opening.Keeping.MANUAL, sales_account="701000"),
    )
    return dossiers.write_model(firm=bakery.firm, row=None, name="Restaurant", model=model, by=alice, at=AT)


def test_a_dossier_takes_everything_from_its_model(bakery, alice, restaurant, signed_in):
    form = {
        "name": "Le Quai", "siren": "452133770", "legal_form": "SAS", "reference": "Q1", "model": str(restaurant.pk),
        "vat_regime": "reel_trimestriel", "method": "tresorerie", "contact_name": "Thomas", "contact_title": "Chef",
        **YEAR,
    }  # fmt: skip
    assert signed_in(alice).post(f"/cabinet/{bakery.firm_id}/dossiers/", form).status_code == 302
    company = Company.objects.get(siren="452133770")
    assert (company.reference, company.sales_account, company.keeping) == ("Q1", "701000", "manual")
    assert (company.vat_number, company.asks_missing) == ("FR76452133770", False)
    assert FiscalYear.objects.get(company=company).method == "tresorerie"
    journals = dict(Journal.objects.filter(company=company).values_list("code", "label"))
    assert (journals["BQ2"], journals["AC"], len(journals)) == ("Banque postale", "Fournisseurs", 7)
    assert [a.label for a in Account.objects.filter(company=company)] == ["Achats de farine"]
    assert [rule.name for rule in bank.rules_in_force(company, AT.date())] == ["Loyer"]
    assert [item.label for item in ChecklistItem.objects.filter(company=company)] == ["Kbis"]
    assert [(c.name, c.is_main) for c in file.contacts(company)] == [("Thomas", True)]
    assert Event.objects.filter(verb="open_dossier", company_id=company.pk).count() == 1


def test_the_director_is_invited_with_the_dossier(bakery, alice, signed_in):
    form = {
        "name": "Hamon", "siren": "452133770", "director_first_name": "Yann", "director_last_name": "Hamon",
        "director_email": "Yann@hamon.example", **YEAR,
    }  # fmt: skip
    signed_in(alice).post(f"/cabinet/{bakery.firm_id}/dossiers/", form)
    invitation = Invitation.objects.get()
    assert (invitation.company.siren, invitation.email, invitation.role) == (
        "452133770",
        "yann@hamon.example",
        Role.DIRIGEANT,
    )


def test_without_a_model_a_dossier_is_ready_all_the_same(bakery, alice, signed_in):
    form = {"name": "Hamon", "siren": "452133770", **YEAR}
    assert signed_in(alice).post(f"/cabinet/{bakery.firm_id}/dossiers/", form).status_code == 302
    company = Company.objects.get(siren="452133770")
    assert (company.asks_missing, company.justifiable, company.keeping) == (True, ["471"], "automatic")
    assert Journal.objects.filter(company=company).count() == 6
    assert not Contact.objects.filter(company=company).exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"siren": ""}, "Le SIREN manque"),
        ({"siren": "1"}, "n’existe pas"),
        ({"siren": "821456308"}, "« Boulangerie Dupont »"),
        ({"legal_form": "château"}, "château"),
        ({"legal_form": "autre"}, "Écrivez la forme juridique"),
        ({"vat_regime": "lunaire"}, "lunaire"),
        ({"model": "00000000-0000-0000-0000-000000000000"}, "00000000"),
        ({"closes_on": "2025-12-31"}, "après son ouverture"),
        ({"closes_on": "2028-12-31"}, "24 mois"),
        ({"opens_on": "demain"}, "date"),
        ({"contact_email": "marie@"}, "Saisissez une adresse"),
        ({"director_email": "bob@dupont.example"}, "prénom, son nom et son e-mail"),
        ({"director_first_name": "Bob"}, "prénom, son nom et son e-mail"),
        ({"name": "  "}, "obligatoire"),
        ({"reference": "x" * 21}, "20"),
    ],
)
def test_a_dossier_that_cannot_be_opened_says_why(bakery, alice, signed_in, changes, words):
    form = {"name": "Hamon", "siren": "452133770", **YEAR} | changes
    answer = signed_in(alice).post(f"/cabinet/{bakery.firm_id}/dossiers/", form)
    assert answer.status_code == 422
    assert words in text(answer)
    assert Company.objects.filter(firm=bakery.firm).count() == 1


def test_an_association_may_be_opened_without_a_siren_and_twice(bakery, alice, signed_in):
    for name in ("Les Coquelicots", "Les Tilleuls"):
        form = {"name": name, "siren": "", "legal_form": "Association loi 1901", **YEAR}
        assert signed_in(alice).post(f"/cabinet/{bakery.firm_id}/dossiers/", form).status_code == 302
    assert Company.objects.filter(siren="", firm=bakery.firm).count() == 2


def test_two_firms_may_keep_the_same_company(bakery, charlie, signed_in):
    other = Company.objects.get(name="Garage Lebreton").firm_id
    form = {"name": "Dupont", "siren": bakery.siren, **YEAR}
    assert signed_in(charlie).post(f"/cabinet/{other}/dossiers/", form).status_code == 302


def test_whoever_is_slower_is_told_and_opens_nothing(bakery, alice):
    from datetime import date

    one = opening.Opening("Hamon", "452133770", date(2026, 1, 1), date(2026, 12, 31))
    pipeline.open_dossiers(firm=bakery.firm, openings=[one], by=alice, at=AT)
    other = opening.Opening("Moulin", "402118939", date(2026, 1, 1), date(2026, 12, 31))
    with pytest.raises(file.Taken):
        pipeline.open_dossiers(firm=bakery.firm, openings=[other, one], by=alice, at=AT)
    assert not Company.objects.filter(siren="402118939").exists()


def test_a_model_is_made_from_a_dossier(bakery, alice, models, signed_in):
    pipeline.write_rule(company=bakery, rule=Rule("Loyer", ("LOYER",), "613200"), by=alice, at=AT)
    books.write_chart(company=bakery, accounts=[opening.Account("601100", "Farine")], by=alice, at=AT)
    file.request_documents(company=bakery, labels=["Kbis"], when=opening.When.ONBOARDING, by=alice, at=AT)
    Journal.objects.filter(company=bakery, code="OD").update(label="Divers")
    answer = signed_in(alice).post(models, {"name": "Boulangerie", "dossier": str(bakery.pk)})
    row = DossierModel.objects.get()
    assert answer.url == f"{models}{row.pk}/"
    model = dossiers.content(row)
    assert [rule.name for rule in model.rules] == ["Loyer"]
    assert model.accounts == (opening.Account("601100", "Farine"),)
    assert model.journals == (opening.Journal("OD", "Divers"),)
    assert [request.label for request in model.requests] == ["Kbis"]
    assert model.settings.justifiable == ("471",)
    assert Event.objects.get(verb="write_model").firm_id == bakery.firm_id
    assert "Boulangerie" in text(signed_in(alice).get(models))


def test_a_model_is_rewritten_in_its_form(bakery, alice, restaurant, models, signed_in):
    client, address = signed_in(alice), f"{models}{restaurant.pk}/"
    page = text(client.get(address))
    assert "601100 Achats de farine" in page
    assert "Loyer : Mouvement dont le libellé contient «\u00a0LOYER\u00a0» → 613200" in page
    assert client.post(address, WHOLE | {"name": "Brasserie", "rules": ["0"]}).status_code == 302
    restaurant.refresh_from_db()
    model = dossiers.content(restaurant)
    assert (restaurant.name, str(model.settings.missing_floor)) == ("Brasserie", "12.50")
    assert model.settings.justifiable == ("471", "455")
    assert [(r.label, r.when) for r in model.requests][-1] == ("Inventaire", "bilan")
    assert [rule.name for rule in model.rules] == ["Loyer"]
    client.post(address, WHOLE | {"name": "Brasserie"})
    restaurant.refresh_from_db()
    assert dossiers.content(restaurant).rules == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "obligatoire"),
        ({"accounts": "99 Rien"}, "n’est pas un compte"),
        ({"accounts": "601100"}, "n’a pas de libellé"),
        ({"journals": "é x"}, "n’est pas un code de journal"),
        ({"journals": "OD"}, "n’a pas de libellé"),
        ({"justifiable": "castle"}, "n’est pas un compte"),
        ({"sales_account": "7"}, "n’est pas un compte"),
        ({"missing_floor": "-1"}, "supérieure"),
        ({"missing_floor": "NaN"}, "nombre"),
        ({"vat_regime": "lunaire"}, "lunaire"),
        ({"keeping": ""}, "obligatoire"),
        ({"rules": ["7"]}, "7"),
        ({"requests_bilan": "\n".join(map(str, range(501)))}, "Pas plus de 500"),
    ],
)
def test_a_model_that_cannot_be_kept_says_why(alice, restaurant, models, signed_in, changes, words):
    answer = signed_in(alice).post(f"{models}{restaurant.pk}/", WHOLE | {"name": "Typed"} | changes)
    assert answer.status_code == 422
    assert words in text(answer)
    restaurant.refresh_from_db()
    assert restaurant.name == "Restaurant"


def test_two_models_do_not_share_a_name(alice, restaurant, models, signed_in):
    answer = signed_in(alice).post(models, {"name": "RESTAURANT"})
    assert (answer.status_code, "porte déjà ce nom" in text(answer)) == (422, True)
    other = DossierModel.objects.create(
        firm=restaurant.firm, name="Autre", content={}, changed_by=alice, changed_at=AT
    )
    answer = signed_in(alice).post(f"{models}{other.pk}/", WHOLE)
    assert (answer.status_code, "porte déjà ce nom" in text(answer)) == (422, True)


def test_a_model_without_a_name_is_refused(alice, models, signed_in):
    assert signed_in(alice).post(models, {"name": "  "}).status_code == 422
    assert not DossierModel.objects.exists()


def test_a_deleted_model_leaves_its_dossiers_as_they_are(bakery, alice, restaurant, models, signed_in):
    form = {"name": "Le Quai", "siren": "452133770", "model": str(restaurant.pk), **YEAR}
    signed_in(alice).post(f"/cabinet/{bakery.firm_id}/dossiers/", form)
    signed_in(alice).post(f"{models}{restaurant.pk}/suppression")
    assert not DossierModel.objects.exists()
    assert Account.objects.filter(company__siren="452133770").exists()
    assert Event.objects.get(verb="delete_model").detail["before"]["name"] == "Restaurant"


def test_only_who_manages_models_finds_them(bakery, alice, bob, charlie, restaurant, models, signed_in):
    people = {role: person(role.value) for role in (Role.CHEF_DE_MISSION, Role.COLLABORATEUR, Role.ASSISTANT)}
    for role, one in people.items():
        firms.join_firm(firm=bakery.firm, person=one, role=role, at=AT)
    seen = [signed_in(one).get(models).status_code for one in (alice, *people.values(), bob, charlie)]
    assert seen == [200, 200, 404, 404, 404, 404]


def test_nobody_takes_a_model_from_a_dossier_that_they_may_not_enter(bakery, models, signed_in):
    chef = person("Chef")
    firms.join_firm(firm=bakery.firm, person=chef, role=Role.CHEF_DE_MISSION, at=AT)
    answer = signed_in(chef).post(models, {"name": "Copie", "dossier": str(bakery.pk)})
    assert answer.status_code == 404
    assert "Boulangerie Dupont" not in text(signed_in(chef).get(models))
