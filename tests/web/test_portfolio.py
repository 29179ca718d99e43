"""The portfolio: any order, any filter, fifty a page, views that a person saved, a file of it."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.acts import hand_in
from tests.conftest import AT, person

from comptoir import pipeline
from comptoir.domain.rights import Role
from comptoir.records.firms import actions as firms
from comptoir.records.firms.models import Company, Contact
from comptoir.records.ledger.actions import open_year
from comptoir.records.missing import filters, portfolio
from comptoir.records.missing.models import SavedView, Standing
from comptoir.records.missing.standings import mark, refresh

pytestmark = pytest.mark.django_db
NAMES = ("Épicerie Zola", "boulangerie Abel", "Cave du Pont", "Écurie Noël", "Œuvres & Cie")


@pytest.fixture
def firm(bakery):
    return bakery.firm


@pytest.fixture
def dossiers(bakery, alice):
    """Five more dossiers, with figures that differ."""
    made = []
    for n, name in enumerate(NAMES):
        company = firms.open_dossier(
            firm=bakery.firm, by=alice, at=AT, name=name, siren=f"50000000{n}", reference=f"01{n}",
            legal_form=("SARL", "SAS")[n % 2],
        )  # fmt: skip
        open_year(company=company, opens_on=date(2026, 1, 1), closes_on=date(2026, 6 + n, 28), at=timezone.now())
        Contact.objects.create(firm=bakery.firm, company=company, name=f"{'ZYXWV'[n]}oé Martin", is_main=n != 2)
        made.append(company)
    Company.objects.filter(pk=made[1].pk).update(keeping="manual")
    today = timezone.localdate()
    refresh(firm=bakery.firm, on=today)
    for n, company in enumerate(made):
        Standing.objects.filter(company=company).update(
            to_review=n, in_suspense=n % 2, unlettered=5 - n, to_validate=n * 10, unseen=n + 3, missing=(3 * n) % 5,
            last_deposit_at=AT - timedelta(days=n), proved_on=today - timedelta(days=20 * n) if n else None,
        )  # fmt: skip
    return made


def look(company, who, query="dossiers=tous", **more):
    from django.test import Client

    client = Client()
    client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.get(f"/cabinet/{company.firm_id}/?{query}", **more)
    assert answer.status_code == 200, query
    return answer


def names(answer):
    return [row.company.name for row in answer.context["portfolio"].rows]


@pytest.mark.parametrize("column", filters.COLUMNS, ids=lambda column: column.key)
def test_every_column_sorts_both_ways_and_says_so(bakery, alice, dossiers, column):
    up = look(bakery, alice, f"dossiers=tous&tri={column.key}")
    down = look(bakery, alice, f"dossiers=tous&tri=-{column.key}")
    assert sorted(names(up)) == sorted(names(down))
    assert len(names(up)) == 6
    assert 'aria-sort="ascending"' in up.content.decode()
    assert 'aria-sort="descending"' in down.content.decode()
    key = {
        "ref": lambda r: r.company.reference, "forme": lambda r: r.company.legal_form,
        "siren": lambda r: r.company.siren, "cloture": lambda r: r.closes_on,
        "pieces": lambda r: r.standing.to_review, "suspens": lambda r: r.standing.in_suspense,
        "lettrage": lambda r: r.standing.unlettered, "validation": lambda r: r.standing.to_validate,
        "neuves": lambda r: r.standing.unseen, "manquantes": lambda r: r.standing.missing,
        "depot": lambda r: r.standing.last_deposit_at, "banque": lambda r: r.standing.proved_on,
    }.get(column.key)  # fmt: skip
    for answer, falls in ((up, False), (down, True)):
        if key:
            known = [key(row) for row in answer.context["portfolio"].rows if key(row) not in (None, "")]
            assert known == sorted(known, reverse=falls)
            assert all(key(row) in (None, "") for row in answer.context["portfolio"].rows[len(known) :]), (
                "none last"
            )


def test_contact_and_keeping_are_shown_to_who_may_enter(bakery, alice, dossiers):
    karim = person("Karim")
    firms.join_firm(firm=bakery.firm, person=karim, role=Role.COLLABORATEUR, at=AT)
    hers, his = (look(bakery, who).content.decode().split('id="portfolio"')[1] for who in (alice, karim))
    assert ("Zoé Martin" in hers, "Manuelle" in hers) == (True, True)
    assert ("Martin" in his, "Manuelle" in his) == (False, False)
    orders = [names(look(bakery, karim, f"dossiers=tous&tri={way}contact")) for way in ("", "-")]
    assert orders[0] == orders[1], "an order tells nothing of a colleague's contact"


def test_names_sort_as_one_reads_them(bakery, alice, dossiers):
    assert names(look(bakery, alice, "dossiers=tous&tri=nom")) == [
        "boulangerie Abel", "Boulangerie Dupont", "Cave du Pont", "Écurie Noël", "Épicerie Zola", "Œuvres & Cie",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=epicerie", {"Épicerie Zola"}),
        ("q=ZOLA+ep", {"Épicerie Zola"}),
        ("q=oeuvres", {"Œuvres & Cie"}),
        ("q=500+000+003", {"Écurie Noël"}),
        ("q=012", {"Cave du Pont"}),
        ("q=%25", set()),
        ("q='", set()),
        ("cloture=8", {"Cave du Pont"}),
        ("forme=SAS", {"boulangerie Abel", "Écurie Noël"}),
        ("avec=pieces", {"boulangerie Abel", "Cave du Pont", "Écurie Noël", "Œuvres & Cie"}),
        ("avec=suspens", {"boulangerie Abel", "Écurie Noël"}),
        ("avec=suspens&avec=manquantes&forme=SAS&q=noel", {"Écurie Noël"}),
        ("avec=banque", {"Cave du Pont", "Écurie Noël", "Œuvres & Cie"}),
        ("tenu_par=personne", set()),
        ("tenue=manual", {"boulangerie Abel"}),
        ("tenue=zzz&forme=SAS", {"boulangerie Abel", "Écurie Noël"}),
        (
            "avec=lettrage&q=01",
            {"boulangerie Abel", "Cave du Pont", "Écurie Noël", "Épicerie Zola", "Œuvres & Cie"},
        ),
        ("avec=validation", {"boulangerie Abel", "Cave du Pont", "Écurie Noël", "Œuvres & Cie"}),
        ("avec=neuves&tenue=manual", {"boulangerie Abel"}),
        ("avec=contact", {"Boulangerie Dupont", "Cave du Pont"}),
    ],
)
def test_filters_find_what_they_say(bakery, alice, dossiers, query, found):
    assert set(names(look(bakery, alice, f"dossiers=tous&{query}"))) == found


def test_dossiers_that_hand_nothing_in_and_clients_without_access_are_found(bakery, alice, bob, dossiers):
    now = timezone.now()
    Standing.objects.filter(company=bakery).update(last_deposit_at=now - timedelta(days=30))
    Standing.objects.filter(company__in=dossiers).update(last_deposit_at=now - timedelta(days=33))
    Standing.objects.filter(company=dossiers[0]).update(last_deposit_at=None)
    assert set(names(look(bakery, alice, "dossiers=tous&avec=silence"))) == {c.name for c in dossiers}
    assert set(names(look(bakery, alice, "dossiers=tous&avec=acces"))) == {c.name for c in dossiers}


def test_sums_are_of_the_scope_and_the_foot_of_what_is_shown(bakery, alice, dossiers):
    shown = look(bakery, alice, "dossiers=tous&avec=suspens").context["portfolio"]
    assert (shown.scope.to_review, shown.sums.to_review) == (10, 4)
    assert (shown.scope.dossiers, shown.sums.dossiers, shown.count) == (6, 2, 2)
    assert shown.busiest == dossiers[4].pk


def test_what_an_address_may_hold_never_breaks_the_page(bakery, alice):
    for query in (
        "tri=--pieces", "tri=zzz", "tri=-", "page=0", "page=-1", "page=99999", "page=²", "page=x", "cloture=13",
        "cloture=²", "tenu_par=zzz", "tenu_par=%00", "avec=zzz&avec=pieces", "q=" + "x" * 5000, "dossiers=zzz",
        "forme=" + "y" * 900, "q=%F0%9F%92%A9",
    ):  # fmt: skip
        if "%00" not in query:
            assert look(bakery, alice, query).status_code == 200, query


def test_fifty_a_page_and_every_dossier_on_one_page_only(bakery, alice, dossiers, monkeypatch):
    monkeypatch.setattr(portfolio, "PAGE", 4)
    first = look(bakery, alice, "dossiers=tous&tri=-neuves")
    assert 'href="?dossiers=tous&amp;tri=-neuves&amp;page=2"' in first.content.decode()
    second = look(bakery, alice, "dossiers=tous&tri=-neuves&page=2")
    assert 'rel="prev"' in second.content.decode()
    assert len(names(first)) == 4
    assert sorted(names(first) + names(second)) == sorted(
        Company.objects.filter(firm=bakery.firm).values_list("name", flat=True)
    )
    assert names(look(bakery, alice, "dossiers=tous&tri=-neuves&page=9")) == names(second), (
        "beyond the end is the end"
    )


@pytest.mark.parametrize("scope", ["tous", "miens"])
@pytest.mark.parametrize("way", ["-", ""])
@pytest.mark.parametrize("column", ["pieces", "suspens", "neuves", "manquantes", "messages"])
def test_pages_of_a_figure_follow_each_other(bakery, alice, dossiers, monkeypatch, scope, way, column):
    asked = f"dossiers={scope}&tri={way}{column}"
    together = names(look(bakery, alice, asked))
    monkeypatch.setattr(portfolio, "PAGE", 3)
    pages = [names(look(bakery, alice, f"{asked}&page={page}")) for page in range(1, -(-len(together) // 3) + 1)]
    assert [name for page in pages for name in page] == together
    assert all(len(page) == 3 for page in pages[:-1])


def test_health_of_the_bank_is_said_in_words(bakery, alice, dossiers):
    page = look(bakery, alice).content.decode()
    today = timezone.localdate()
    assert f"Prouvé au\u00a0{today - timedelta(days=20):%d/%m/%Y}" in page
    assert f"En retard depuis\u00a0le\u00a0{today - timedelta(days=40):%d/%m/%Y}" in page
    assert "Aucune" in page


@pytest.mark.parametrize(("days", "late"), [(35, False), (36, True)])
def test_a_bank_is_late_after_thirty_five_days(bakery, alice, dossiers, days, late):
    company, *_ = dossiers
    Standing.objects.filter(company=company).update(proved_on=timezone.localdate() - timedelta(days=days))
    rows = {row.company: row for row in look(bakery, alice).context["portfolio"].rows}
    assert rows[company].bank.is_late is late
    assert (company.name in names(look(bakery, alice, "dossiers=tous&avec=banque"))) is late


def test_the_list_alone_answers_a_page_that_asks_for_it(bakery, alice):
    answer = look(bakery, alice, headers={"HX-Request": "true"})
    assert answer.content.decode().lstrip().startswith('<div id="portfolio"')


def test_as_many_questions_for_ten_dossiers_as_for_one(
    bakery, alice, signed_in, dossiers, django_assert_max_num_queries
):
    client = signed_in(alice)
    client.get(f"/cabinet/{bakery.firm_id}/?dossiers=tous")
    # Three of them are the test's own change of role.
    with django_assert_max_num_queries(28):
        client.get(f"/cabinet/{bakery.firm_id}/?dossiers=tous&q=e")


def test_the_file_holds_every_row_asked_for_and_no_formula(bakery, alice, dossiers, signed_in, monkeypatch):
    monkeypatch.setattr(portfolio, "PAGE", 2)
    Company.objects.filter(pk=dossiers[0].pk).update(name='=HYPERLINK("x")', reference="+1")
    answer = signed_in(alice).get(f"/cabinet/{bakery.firm_id}/portefeuille.csv?dossiers=tous&tri=nom&avec=suspens")
    text = answer.content.decode("utf-8-sig")
    head, *lines = text.strip().split("\r\n")
    assert head.startswith("Référence;Dossier;Forme;SIREN")
    assert [line.split(";")[1] for line in lines] == ["boulangerie Abel", "Écurie Noël"]
    whole = signed_in(alice).get(f"/cabinet/{bakery.firm_id}/portefeuille.csv?dossiers=tous").content.decode()
    assert "'=HYPERLINK" in whole
    assert ";=HYPERLINK" not in whole
    assert "'+1" in whole


# ── Saved views ───────────────────────────────────────────────────────────────────────────────────


def post(client, firm, path, **form):
    return client.post(f"/cabinet/{firm.pk}/vues{path}", form)


def test_a_view_is_saved_renamed_opened_at_arrival_and_forgotten(bakery, firm, alice, dossiers, signed_in):
    client = signed_in(alice)
    query = "dossiers=tous&q=cave&avec=manquantes&tri=-manquantes"
    assert post(client, firm, "", name="  À   relancer ", retour=query).status_code == 302
    view = SavedView.objects.get(person=alice)
    assert (view.name, view.query) == ("À relancer", query)
    assert "À relancer" in client.get(f"/cabinet/{firm.pk}/").content.decode()
    post(client, firm, f"/{view.pk}/nom", name="Relances", retour=query)
    post(client, firm, f"/{view.pk}/ouverture", ouverture="1", retour=query)
    assert client.get(f"/cabinet/{firm.pk}/").url == f"/cabinet/{firm.pk}/?{query}"
    assert names(client.get(f"/cabinet/{firm.pk}/", follow=True)) == ["Cave du Pont"]
    assert client.get(f"/cabinet/{firm.pk}/?dossiers=miens").status_code == 200, "what is asked comes first"
    post(client, firm, f"/{view.pk}/ouverture", ouverture="0", retour=query)
    assert client.get(f"/cabinet/{firm.pk}/").status_code == 200
    post(client, firm, f"/{view.pk}/retrait", retour=query)
    assert not SavedView.objects.exists()


def test_a_view_holds_known_filters_only(firm, alice, signed_in):
    retour = "dossiers=tous&q=a%00b&tri=zzz&next=//evil.example&avec=zzz&page=7&cloture=99"
    answer = post(signed_in(alice), firm, "", name="x", retour=retour)
    assert SavedView.objects.get().query == "dossiers=tous&q=ab"
    assert answer.url.startswith(f"/cabinet/{firm.pk}/?dossiers=tous")
    assert "evil" not in answer.url


def test_a_view_is_nobody_elses(bakery, firm, alice, charlie, signed_in):
    karim = person("Karim")
    firms.join_firm(firm=firm, person=karim, role=Role.COLLABORATEUR, at=AT)
    post(signed_in(alice), firm, "", name="Secrète", retour="")
    view = SavedView.objects.get()
    assert "Secrète" not in signed_in(karim).get(f"/cabinet/{firm.pk}/").content.decode()
    for path in ("nom", "ouverture", "retrait"):
        for stranger in (karim, charlie):
            assert post(signed_in(stranger), firm, f"/{view.pk}/{path}", name="x").status_code == 404
    assert SavedView.objects.get().name == "Secrète"


def test_a_name_is_asked_for_and_held_once(firm, alice, signed_in):
    client = signed_in(alice)
    for bad in ("", "   ", "x" * 41):
        assert post(client, firm, "", name=bad, retour="").status_code == 422
    post(client, firm, "", name="A", retour="dossiers=tous")
    post(client, firm, "", name="A", retour="dossiers=miens&tri=nom")
    post(client, firm, "", name="B", retour="")
    a, b = SavedView.objects.order_by("name")
    assert a.query == "dossiers=miens&tri=nom", "the same name takes the new filters"
    answer = post(client, firm, f"/{b.pk}/nom", name="A")
    assert (answer.status_code, "déjà une vue" in answer.content.decode()) == (422, True)
    b.refresh_from_db()
    assert b.name == "B"


def test_one_view_opens_at_arrival_at_most(firm, alice, signed_in):
    client = signed_in(alice)
    for name in "AB":
        post(client, firm, "", name=name, retour=f"dossiers=tous&q={name}")
        post(client, firm, f"/{SavedView.objects.get(name=name).pk}/ouverture", ouverture="1")
    assert [v.name for v in SavedView.objects.filter(is_default=True)] == ["B"]
    post(client, firm, f"/{SavedView.objects.get(name='A').pk}/ouverture", ouverture="0")
    assert [v.name for v in SavedView.objects.filter(is_default=True)] == ["B"], "another's stays"
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedView.objects.update(is_default=True)


def test_thirty_views_are_enough(firm, alice, signed_in):
    client = signed_in(alice)
    SavedView.objects.bulk_create(SavedView(firm=firm, person=alice, name=f"v{n}", query="") for n in range(30))
    assert post(client, firm, "", name="une de trop", retour="").status_code == 422
    assert post(client, firm, "", name="v3", retour="dossiers=tous").status_code == 302


def test_the_longest_words_fit(firm, alice, signed_in):
    from urllib.parse import quote

    retour = f"dossiers=tous&q={quote('é' * 100)}&forme={quote('é' * 20)}"
    assert post(signed_in(alice), firm, "", name="x", retour=retour).status_code == 302
    assert filters.parse(SavedView.objects.get().query).words == "é" * 100


def test_what_comes_in_moves_the_line(bakery, alice, bob):
    assert look(bakery, alice).context["portfolio"].rows[0].standing.to_review == 0
    hand_in(bakery, bob)
    assert look(bakery, alice).context["portfolio"].rows[0].standing.to_review == 1


def test_when_many_have_moved_the_page_says_so_and_a_job_makes_the_others(bakery, alice, dossiers, monkeypatch):
    monkeypatch.setattr(portfolio, "AT_A_LOOK", 2)
    Standing.objects.update(to_review=99)
    for company in dossiers:
        mark(company)
    shown = look(bakery, alice)
    assert shown.context["portfolio"].behind == 3
    assert "3 dossiers viennent de bouger" in shown.content.decode()
    assert ProcrastinateJob.objects.filter(task_name="stand", args={"firm_id": str(bakery.firm_id)}).exists()
    pipeline.stand(str(bakery.firm_id))
    shown = look(bakery, alice)
    assert shown.context["portfolio"].behind == 0
    assert shown.context["portfolio"].scope.to_review == 99  # the bakery's own line, which did not move
