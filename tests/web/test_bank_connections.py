"""Connecting a bank on screen: the dirigeant alone, by a page of the bank; the firm says what feeds what."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.acts import bring_statement
from tests.cast import Move, statement
from tests.conftest import AT, person

from comptoir import pipeline
from comptoir.domain.bank_way import Way
from comptoir.domain.rights import Role
from comptoir.gateways.bank import bridge
from comptoir.gateways.bank.bridge.twin import Held, Moved, Twin
from comptoir.gateways.bank.bridge.webhook import signature
from comptoir.records.banking import columns as bank_columns
from comptoir.records.banking.models import BankAccount, SentStatement, Statement, Transaction
from comptoir.records.connections.models import BridgeUser, Connection, Errand, Feed
from comptoir.records.firms import actions as firms

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank(settings, bakery, alice):
    held = Held("Compte courant pro", (Moved(AT.date() - timedelta(days=3), Decimal("-50.00"), "CB FOUR"),))
    with Twin(seed={str(bakery.pk): [held]}, refresh_after=None) as twin:
        settings.BRIDGE = bridge.access(twin.address)
        pipeline.choose_bank_way(company=bakery, way=Way.BRIDGE, by=alice, at=AT)
        yield twin


@pytest.fixture
def connected(bank, bakery, bob):
    pipeline.connect(company=bakery, by=bob, callback="http://localhost/", at=AT)
    bank.refresh(bank.connect(str(bakery.pk)))
    pipeline.visit(str(bakery.firm_id), str(bakery.pk))
    return Connection.objects.get()


def page(name, company, *more):
    return reverse(name, args=[company.pk, *more])


def text(answer):
    return answer.content.decode()


def test_a_dirigeant_leaves_for_the_bank_by_one_button_and_comes_back(bank, bakery, bob, signed_in):
    client = signed_in(bob)
    assert "Connecter ma banque" in text(client.get(page("client_bank", bakery)))
    left = text(client.post(page("client_connect_bank", bakery)))
    assert bank.address.rpartition("@")[2].partition("?")[0] in left  # the bank's page, by a link of its own
    word = str(Errand.objects.get().context)
    back = client.get(page("client_bank_return", bakery), {"context": word, "success": "true"}, follow=True)
    assert "Votre banque est connectée" in text(back)
    given_up = client.get(page("client_bank_return", bakery), {"context": word, "success": "false"}, follow=True)
    assert "n’est pas allée au bout" in text(given_up)


@pytest.mark.parametrize("word", ["", "x", "0" * 300, "7b2f2c0e-9d1f-4c53-8a54-0d4cbd1d1b0c"])
def test_a_return_that_nobody_left_for_is_refused_in_words(bank, bakery, bob, signed_in, word):
    answer = signed_in(bob).get(page("client_bank_return", bakery), {"context": word, "success": "true"})
    assert answer.status_code == 422
    assert "recommencez depuis l’onglet Banque" in text(answer)


def test_who_is_no_dirigeant_neither_connects_nor_cuts(connected, bakery, signed_in):
    manager = person("Gestionnaire")
    firms.join_company(company=bakery, person=manager, role=Role.GESTIONNAIRE, at=AT)
    client = signed_in(manager)
    shown = text(client.get(page("client_bank", bakery)))
    assert "Compte courant pro" in shown
    assert "Couper" not in shown
    assert client.post(page("client_connect_bank", bakery)).status_code == 404
    assert client.post(page("client_disconnect_bank", bakery, connected.pk)).status_code == 404


def test_a_bank_that_is_away_is_said_and_nothing_is_lost(bank, bakery, bob, signed_in):
    bank.fail_next(5, 503)
    answer = signed_in(bob).post(page("client_connect_bank", bakery))
    assert answer.status_code == 422
    assert "Bridge ne répond pas en ce moment, et votre connexion n’a pas changé. Réessayez dans" in text(answer)


def test_a_dirigeant_cuts_the_connection_and_sees_that_it_was(connected, bakery, bob, signed_in):
    answer = signed_in(bob).post(page("client_disconnect_bank", bakery, connected.pk), follow=True)
    assert "La connexion est coupée" in text(answer)
    assert "Ce qui est arrivé reste" in text(answer)


def test_a_connection_that_waits_for_the_client_says_so_and_is_renewed(bank, connected, bakery, bob, signed_in):
    Connection.objects.update(status=1010)
    client = signed_in(bob)
    assert "Reconnecter ma banque" in text(client.get(page("client_bank", bakery)))
    assert client.post(page("client_repair_bank", bakery, connected.pk)).status_code == 200
    assert Errand.objects.get(repairs=connected).by == bob


@pytest.mark.parametrize(
    ("status", "said"),
    [(429, "À reconnecter"), (1005, "Voyez votre banque"), (1003, "Un instant"), (0, "Connectée")],
)
def test_only_a_bank_that_asks_nothing_is_said_to_be_well(connected, bakery, bob, signed_in, status, said):
    Feed.objects.update(is_shared=False)
    Connection.objects.update(status=status, status_since=timezone.now())
    shown = text(signed_in(bob).get(page("client_bank", bakery)))
    assert said in shown
    assert ("1 banque connectée" in shown) is (status in (0, 1003))


def test_a_bank_that_gave_no_account_is_not_said_to_be_giving_them(bank, bakery, bob, signed_in):
    pipeline.connect(company=bakery, by=bob, callback="http://localhost/", at=AT)
    bank.connect(str(bakery.pk), login="429")
    pipeline.visit(str(bakery.firm_id), str(bakery.pk))
    shown = text(signed_in(bob).get(page("client_bank", bakery)))
    assert "Aucun compte n’est arrivé." in shown
    assert "Vos comptes arrivent" not in shown


def test_the_firm_attaches_a_shared_account_and_stops_it(connected, bakery, alice, account, signed_in):
    client, feed = signed_in(alice), Feed.objects.get()
    assert "Rattacher" in text(client.get(page("firm_bank", bakery)))
    day = (AT.date() - timedelta(days=30)).isoformat()
    answer = client.post(
        page("firm_attach_feed", bakery, feed.pk), {"account": "nouveau", "opens_on": day}, follow=True
    )
    assert "alimente 512100" in text(answer)
    pipeline.visit(str(bakery.firm_id), str(bakery.pk))
    assert Transaction.objects.get().account.ledger_account == "512100"
    answer = client.post(page("firm_detach_feed", bakery, feed.pk), follow=True)
    assert "n’est plus suivi" in text(answer)


def test_what_is_offered_for_a_shared_account_is_the_one_it_is_and_never_another(
    connected, bakery, alice, account, signed_in
):
    """One wrong choice puts two accounts of a bank on one 512: nothing is chosen beforehand but what it may be."""

    def offered():
        (connection,) = signed_in(alice).get(page("firm_bank", bakery)).context["connections"]
        (offer,) = connection[1]
        return [one.name for one in offer.accounts], offer.likeliest, offer.opens_on.isoformat()

    assert offered() == (
        ["Compte courant"],
        account,
        "2026-01-01",
    )  # it has no number yet; the open year's first day
    bring_statement(account, Move(AT.date(), Decimal("-12.00"), "CB BOULANGER"))
    assert offered() == (
        ["Compte courant"],
        None,
        "2026-01-01",
    )  # by hand it may still be said; by itself a new one is
    feed = Feed.objects.get()
    account.refresh_from_db()
    Feed.objects.update(iban=account.iban)
    assert offered() == (["Compte courant"], account, (AT.date() + timedelta(days=1)).isoformat())
    Feed.objects.update(iban="FR1420041010050500013M02606")
    assert offered() == ([], None, "2026-01-01")
    Feed.objects.update(iban="")
    other = Feed.objects.create(
        firm_id=feed.firm_id, company_id=feed.company_id, connection=feed.connection, external_id="9", name="Livret",
        currency="EUR", account=account, opens_on=AT.date(),
    )  # fmt: skip
    ((_, offers),) = signed_in(alice).get(page("firm_bank", bakery)).context["connections"]
    assert [one.accounts for one in offers if one.feed != other] == [()], "it feeds from another connected account"


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"account": "nouveau"},
        {"account": "nouveau", "opens_on": "hier"},
        {"account": "nouveau", "opens_on": "2999-01-01"},
        {"account": "nouveau", "opens_on": "0001-01-01"},
        {"account": "x", "opens_on": "2026-11-01"},
        {"account": "7b2f2c0e-9d1f-4c53-8a54-0d4cbd1d1b0c", "opens_on": "2026-11-01"},
    ],
)
def test_what_makes_no_sense_attaches_nothing_and_is_said(connected, bakery, alice, signed_in, typed):
    answer = signed_in(alice).post(page("firm_attach_feed", bakery, Feed.objects.get().pk), typed, follow=True)
    assert "notice error" in text(answer) or "Choisissez" in text(answer) or "Dites à partir" in text(answer)
    assert Feed.objects.get().account is None
    assert not BankAccount.objects.exists()


def test_the_firm_chooses_the_way_and_the_client_reads_what_is_asked(bakery, alice, bob, account, signed_in):
    client = signed_in(alice)
    assert "Choisissez une voie" in text(
        client.post(page("firm_bank_way", bakery), {"way": "pigeon"}, follow=True)
    )
    client.post(page("firm_bank_way", bakery), {"way": "files"})
    assert "Envoyer un relevé" in text(signed_in(bob).get(page("client_bank", bakery)))


def test_a_client_sends_a_statement_and_reads_what_it_brought(bakery, bob, account, signed_in):
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = statement(Move(AT.date(), Decimal("-12.00"), "CB BOULANGER"))
    client = signed_in(bob)
    for said in ("1 opération ajoutée", "aucune opération ajoutée, 1 déjà connue"):
        sent = {"file": SimpleUploadedFile("releve.txt", file)}
        assert said in text(client.post(page("client_import", bakery, account.pk), sent, follow=True))
    refused = client.post(
        page("client_import", bakery, account.pk), {"file": SimpleUploadedFile("x.txt", b"\x00\x01")}
    )
    assert refused.status_code == 422


def test_a_years_statement_is_taken_and_what_is_beyond_is_said(
    bakery, alice, bob, account, signed_in, monkeypatch
):
    """A year of 100,000 card payments is 57 MB in camt.053."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    long = statement(Move(AT.date(), Decimal("-12.00"), "CB BOULANGER")) + b" " * 30_000_000
    for who, name in ((bob, "client_import"), (alice, "firm_import")):
        client, address = signed_in(who), page(name, bakery, account.pk)
        assert client.post(address, {"file": SimpleUploadedFile("releve.txt", long)}).status_code == 302
        monkeypatch.setattr(f"comptoir.web.{name.partition('_')[0]}.bank.LARGEST_STATEMENT", 1024 * 1024)
        refused = client.post(address, {"file": SimpleUploadedFile("releve.txt", long)})
        assert (refused.status_code, "dépasse 1 Mo" in text(refused)) == (422, True)
    for row in SentStatement.objects.order_by("at"):
        pipeline.statements.read_sent(row.firm_id, row.company_id, row.pk, at=AT)
    assert Transaction.objects.count() == 1
    assert SentStatement.objects.count() == 2


def test_news_is_taken_from_bridge_alone(connected, client):
    user = BridgeUser.objects.get().uuid
    raw = f'{{"type": "item.refreshed", "content": {{"user_uuid": "{user}"}}}}'.encode()
    signed = f"v1={signature('webhook-secret', raw)}"

    def told(body, mark):
        return client.post(
            reverse("bridge_news"), body, content_type="application/json", headers={"BridgeApi-Signature": mark}
        ).status_code

    assert told(raw, signed) == 204
    assert told(raw, signed) == 204
    assert told(raw + b" ", signed) == 403
    assert told(raw, "") == 403
    assert told(b"[]", f"v1={signature('webhook-secret', b'[]')}") == 400
    assert told(b"x" * 70_000, signed) == 413
    assert told(b"", signed) == 413
    assert client.get(reverse("bridge_news")).status_code == 405


def test_the_portfolio_says_which_client_has_to_reconnect(connected, bakery, alice, signed_in):
    client, address = signed_in(alice), reverse("portfolio", args=[bakery.firm_id])
    assert "reconnexion" not in text(client.get(address))
    assert "Boulangerie Dupont" not in text(client.get(address, {"avec": "banque", "dossiers": "tous"}))
    Connection.objects.update(consent_until=AT + timedelta(days=3))
    assert "reconnexion" in text(client.get(address))


def test_movements_are_found_by_word_amount_direction_and_day_and_leave_as_a_file(bakery, bob, account, signed_in):
    day = AT.date()
    bring_statement(
        account,
        Move(day - timedelta(days=5), Decimal("-61.00"), "CB CAFÉ DU MARCHÉ"),
        Move(day - timedelta(days=1), Decimal("250.00"), "VIR MAIRIE DE BRULON"),
    )
    client, address = signed_in(bob), page("client_bank", bakery)
    cases = {
        "q=cafe": (True, False),
        "q=61": (True, False),
        "q=mairie+brulon": (False, True),
        "q=250,00": (False, True),
        "sens=in": (False, True),
        f"du={day - timedelta(days=2)}": (False, True),
        f"au={day - timedelta(days=2)}": (True, False),
        f"compte={account.pk}": (True, True),
        "sens=x&du=x&au=9999-99-99&compte=x&apres=x": (True, True),
        "q=NaN": (False, False),
        "q=zzz": (False, False),
    }
    for query, (cafe, mairie) in cases.items():
        shown = text(client.get(f"{address}?{query}", headers={"HX-Request": "true", "HX-Target": "movements"}))
        assert ("MARCH" in shown, "MAIRIE" in shown) == (cafe, mairie), query
        file = b"".join(client.get(f"{page('client_bank_export', bakery)}?{query}").streaming_content).decode()
        assert ("MARCH" in file, "MAIRIE" in file) == (cafe, mairie), query


def test_the_treasury_is_drawn_and_said_in_words(bakery, bob, account, signed_in):
    client = signed_in(bob)
    assert "<svg viewBox" not in text(client.get(page("client_bank", bakery)))
    bring_statement(account, Move(AT.date(), Decimal("-61.00"), "CB CAFÉ"))
    shown = text(client.get(page("client_bank", bakery)))
    assert "Trésorerie du" in shown
    assert "au plus bas" in shown


def test_the_firms_board_shows_every_account_and_what_each_wants(
    connected, bakery, alice, charlie, account, signed_in
):
    client, address = signed_in(alice), reverse("firm_banks", args=[bakery.firm_id])
    assert "Aucun relevé" in text(client.get(address))
    assert "Compte courant pro" in text(client.get(address, {"attend": "rattachement"}))
    feed = Feed.objects.get()
    pipeline.attach_feed(feed=feed, account=account, opens_on=AT.date() - timedelta(days=30), by=alice, at=AT)
    assert "Connecté" in text(client.get(address))
    Connection.objects.update(status=1010)
    assert "reconnexion" in text(client.get(address, {"attend": "reconnexion"}))
    for nonsense in ({"attend": "x", "page": "x"}, {"page": "99999999"}, {"page": "-1"}):
        assert "Boulangerie Dupont" in text(client.get(address, nonsense))
    assert signed_in(charlie).get(address).status_code == 404


def test_a_statement_that_is_expected_is_on_the_board(bakery, alice, account, signed_in):
    bring_statement(account, Move(AT.date() - timedelta(days=60), Decimal("-61.00"), "CB CAFÉ"))
    Statement.objects.update(closed_on=AT.date() - timedelta(days=50))
    answer = signed_in(alice).get(reverse("firm_banks", args=[bakery.firm_id]), {"attend": "releve"})
    assert "Relevé attendu depuis le" in text(answer)


def test_an_agreement_that_ends_is_no_connection_that_is_cut(connected, bakery, alice, account, signed_in):
    feed = Feed.objects.get()
    pipeline.attach_feed(feed=feed, account=account, opens_on=AT.date() - timedelta(days=9), by=alice, at=AT)
    board, own = reverse("firm_banks", args=[bakery.firm_id]), page("firm_bank", bakery)
    firm, now = signed_in(alice), timezone.now()
    Connection.objects.update(consent_until=now + timedelta(days=9), status=0)
    day = f"{now + timedelta(days=9):%d/%m/%Y}"
    assert f"Accord à renouveler avant le {day}" in text(firm.get(board))
    assert f"L’accord avec la banque se termine le {day}" in text(firm.get(own))
    Connection.objects.update(status=1010)
    assert "Client à relancer : reconnexion" in text(firm.get(board))
    assert "Accord à renouveler" not in text(firm.get(board))


def test_a_file_that_waits_for_an_answer_is_on_the_board(bakery, alice, account, signed_in):
    address = reverse("firm_banks", args=[bakery.firm_id])
    assert "attend votre réponse" not in text(signed_in(alice).get(address))
    bank_columns.keep_unread(account=account, content=b"Jour;Quoi;Combien\n", filename="t.csv", by=alice, at=AT)
    for query in ({}, {"attend": "fichier"}):
        shown = text(signed_in(alice).get(address, query))
        assert "Un fichier attend votre réponse" in shown
        assert "Fichier à expliquer 1" in shown


def test_the_firm_reads_the_balance_that_the_bank_says_and_its_day(connected, bakery, alice, account, signed_in):
    feed = Feed.objects.get()
    pipeline.attach_feed(feed=feed, account=account, opens_on=AT.date() - timedelta(days=9), by=alice, at=AT)
    Feed.objects.update(balance=Decimal("1234.50"), told_at=AT)
    shown = text(signed_in(alice).get(page("firm_bank", bakery)))
    assert "Selon la banque, au 24/11/2026" in shown
    assert "1\u202f234,50" in shown
    Feed.objects.update(balance=None, told_at=None)
    assert "Selon la banque" not in text(signed_in(alice).get(page("firm_bank", bakery)))


def test_what_was_paid_in_another_money_is_shown_beside_its_euros(bakery, account, alice, bob, signed_in):
    bring_statement(account, Move(AT.date(), Decimal("-50.00"), "CB HOTEL NEW YORK 54,20 USD COURS 1,0840"))
    for who, name in ((bob, "client_bank"), (alice, "firm_bank")):
        assert "54,20\u00a0USD, cours\u00a01,0840" in text(signed_in(who).get(page(name, bakery)))
    rows = b"".join(signed_in(bob).get(page("client_bank_export", bakery)).streaming_content).decode()
    assert "54.20 USD 1.0840" in rows


def test_yens_have_no_cents(bakery, account, bob, signed_in):
    bring_statement(account, Move(AT.date(), Decimal("-30.10"), "CB TOKYO 5000 JPY"))
    shown = text(signed_in(bob).get(page("client_bank", bakery)))
    assert "5\u202f000\u00a0JPY" in shown
    assert "cours" not in shown.partition("JPY")[2][:20]
