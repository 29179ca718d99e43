"""Every address × every role, compared with the table beside this file: a new route without a row fails.

    bin/test tests/web/test_matrix.py --write-matrix     writes the table again, to be read before it is committed

A cell is the status that the role gets; `in` is the way to sign in. POST goes without a form, so that who may act is told what is missing (422, 302, 400) and who may not, 404.
"""

import re
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone
from tests.acts import bring_statement, hand_in
from tests.cast import mill_debit, mill_pdf
from tests.conftest import AT, person

from comptoir import pipeline
from comptoir.domain import rules
from comptoir.domain.company import When
from comptoir.domain.conversation import Kind
from comptoir.domain.folder import Folder
from comptoir.domain.notice import Kind as NoticeKind
from comptoir.domain.opening import Model
from comptoir.domain.request import Kind as Answered
from comptoir.domain.request import Wanted
from comptoir.domain.rights import CLIENT_ROLES, FIRM_ROLES, Role
from comptoir.domain.shelving import Place
from comptoir.gateways.bank.ebics import Contract, Version
from comptoir.readers import mail as mails
from comptoir.records.accounts.models import Phone
from comptoir.records.banking import columns as bank_columns
from comptoir.records.banking.models import Rule
from comptoir.records.connections.models import Connection, Feed
from comptoir.records.conversations.actions import Written
from comptoir.records.deposits import actions as deposits
from comptoir.records.deposits import uploads
from comptoir.records.ebics.models import Carried, Fetched
from comptoir.records.einvoices import actions as einvoices
from comptoir.records.firms import actions as firms
from comptoir.records.firms import branding, file, invitations
from comptoir.records.firms import opening as dossiers
from comptoir.records.firms.models import ChecklistItem, CompanyMembership, FirmMembership
from comptoir.records.inbox import actions as inbox
from comptoir.records.ledger.models import Entry, FiscalYear, Lettrage, Merge
from comptoir.records.mail.actions import Message
from comptoir.records.missing.models import SavedView
from comptoir.records.notices import actions as notices
from comptoir.records.notices.models import Device
from comptoir.records.readings.models import Resemblance
from comptoir.web import articles

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).with_name("matrix.txt")
WHO = (
    "nobody", "charlie", *(role.value for role in FIRM_ROLES), "colleague", *(role.value for role in CLIENT_ROLES), "viewer",
)  # fmt: skip
"""Charlie is another firm's; a colleague is a collaborateur of this one, not assigned; a viewer looks as the dirigeant."""
TABLE_OF_A_BANK = b"Jour;Quoi;Combien\n14/03/2026;CAFE;10,50\n"
ELSEWHERE = ("styleguide",)
"""Routes that exist in development only."""


def routes():
    """Every route by name: its pattern and the names of its parameters."""
    resolver = get_resolver()
    found = {}
    for name in resolver.reverse_dict:
        if isinstance(name, str) and name not in ELSEWHERE:
            ((pattern, parameters), *_), *_ = resolver.reverse_dict.getlist(name)[0]
            found[name] = (pattern, parameters)
    return dict(sorted(found.items()))


@pytest.fixture
def scene(bakery, alice, charlie, account):
    """A dossier with one of everything, and who holds each role."""
    cast = {"nobody": None, "charlie": charlie, "expert_comptable": alice, "viewer": alice}
    for role in (*FIRM_ROLES[1:], Role.COLLABORATEUR):
        key = "colleague" if role.value in cast else role.value
        cast[key] = person(key.title().replace("_", ""))
        firms.join_firm(firm=bakery.firm, person=cast[key], role=role, at=AT)
        if key != "colleague":
            firms.assign(company=bakery, person=cast[key], by=alice, at=AT)
    for role in CLIENT_ROLES:
        cast[role.value] = person(role.value.title())
        firms.join_company(company=bakery, person=cast[role.value], role=role, at=AT)
    boss = cast["dirigeant"]
    document = hand_in(bakery, boss)
    arrived = einvoices.Arrived(
        "f1", False, "CII", "MV-1197", None, "380", "EUR", ("402118939", "Moulins"), ("", "")
    )
    einvoices.keep_flow(document=document, arrived=arrived, at=AT)
    deposits.put_beside(document=document, content=mill_pdf(), pages=1, at=AT)
    (paid,) = bring_statement(account, mill_debit())
    pipeline.post(entry=Entry.objects.get(document=document), by=alice, at=AT)
    pipeline.write_rule(company=bakery, rule=rules.Rule("Loyer", ("LOYER",), "613200"), by=alice, at=AT)
    invited = [
        invitations.invite(firm=bakery.firm, company=c, email="x@example.org", role=r, by=alice, at=AT)
        for c, r in ((bakery, Role.LECTEUR), (None, Role.ASSISTANT))
    ]
    shared = pipeline.put_file(
        company=bakery, folder=Folder.SOCIAL, content=b"paie", filename="paie.txt", by=alice, at=AT
    )
    branding.put_logo(firm=bakery.firm, png=b"png", by=alice, at=AT)
    letter = pipeline.post_letter(Message("x@example.org", "Objet", "Texte"), at=AT, firm_id=bakery.firm_id)
    ours, theirs = FirmMembership.objects.get(person=cast["assistant"]), CompanyMembership.objects.get(person=boss)
    values = {
        "company_id": bakery.pk, "firm_id": bakery.firm_id, "document_id": document.pk, "number": 1,
        "transaction_id": paid.pk, "account_id": account.pk, "entry_id": Entry.objects.get(document=document).pk,
        "year_id": FiscalYear.objects.get(company=bakery).pk, "lettrage_id": Lettrage.objects.get().pk,
        "rule_id": Rule.objects.get().pk, "letter_id": letter.pk, "token": "x" * 43, "session_id": 1, "pk": 1,
        "folder": lambda name: "fiscal" if name in ("client_folder", "client_folder_zip") else shared.folder, "file_id": shared.pk,
        "subfolder_id": _filled(bakery, alice),
        "thing_id": shared.pk,
        "uidb36": "1", "key": lambda name: "bilan" if name.startswith("firm_request_model") else "x", "side": "clients", "slug": "inviter", **_opening(bakery, alice), **_ebics(bakery, alice),
        "unread_id": bank_columns.keep_unread(account=account, content=TABLE_OF_A_BANK, filename="t.csv", by=alice, at=AT).pk,
        "notice_id": _noticed(bakery, boss), "device_id": _warned(boss), "sender_id": inbox.authorise(company=bakery, written="@mill.fr", by=boss, at=AT).pk,
        "mail_id": _mail(bakery).pk,
        "resemblance_id": _asked(document).pk,
        **_connected(bakery, boss),
        "takeout_id": _taken_away(bakery, boss, alice),
        "merge_id": _merged(account, alice).pk,
        **_talking(bakery, alice, boss),
        "phone_id": Phone.objects.create(person=boss, name="Safari sur iPhone", paired_at=AT).pk,
        "upload_id": _begun(bakery, boss).pk,
        "view_id": SavedView.objects.create(firm=bakery.firm, person=alice, name="À relancer", query="").pk,
        **_asked_and_waived(bakery, alice, document, paid), "form": "csv",
        **_requested(bakery, alice, boss),
        "space": lambda name: bakery.firm_id if name.startswith("firm_people") else bakery.pk,
        "membership_id": lambda name: ours.pk if name.startswith("firm_people") else theirs.pk,
        "invitation_id": lambda name: invited[name.startswith("firm_people")].pk,
    }  # fmt: skip
    return cast, values, theirs


def _taken_away(bakery, boss, alice):
    """A dossier that each side can download; AT is long ago by the clock of a request."""
    at = timezone.now()
    rows = [
        pipeline.takeouts.ask_takeout(company=bakery, is_firm=is_firm, by=who, at=at)
        for is_firm, who in ((False, boss), (True, alice))
    ]
    assert all(pipeline.takeouts.make_now(bakery.firm_id, bakery.pk, row.pk, at=at) for row in rows)
    return lambda name: rows[name.startswith("firm")].pk


def _filled(bakery, alice):
    """A folder that the firm made where only the dirigeant sees, a file in it, and one where more people see."""
    made = pipeline.folders.make_folder(company=bakery, place=Place(Folder.SOCIAL), name="Paie", by=alice, at=AT)
    for place in (made.place, Place(Folder.FISCAL)):
        pipeline.put_file(
            company=bakery, place=place, content=b"bulletin", filename="bulletin.txt", by=alice, at=AT
        )
    return made.pk


def _asked(document):
    owner = {"firm_id": document.firm_id, "company_id": document.company_id}
    return Resemblance.objects.create(**owner, document=document, other=document, found_at=AT)


def _asked_and_waived(bakery, alice, document, paid):
    question = pipeline.ask_client(company=bakery, document=document, text="Pour qui ?", by=alice, at=AT)
    waiver = pipeline.waive(transaction=paid, whole_party=False, reason="", by=alice, at=AT)
    series = pipeline.follow(document=document, first=paid, same_amount=True, until=None, by=alice, at=AT)
    return {"question_id": question.pk, "waiver_id": waiver.pk, "series_id": series.pk}


def _requested(bakery, alice, boss):
    """A request with one document, answered; its item stands where the checklist's does not."""
    request = pipeline.send_request(
        company=bakery,
        title="Bilan",
        message="",
        due_on=None,
        items=[(Wanted("Inventaire"), None)],
        by=alice,
        at=AT,
    )
    item, ticked = request.items.get(), ChecklistItem.objects.get()
    given = pipeline.answer_request(item=item, kind=Answered.WORDS, words="Parti", by=boss, at=AT)

    def of(name):
        return item.pk if name.startswith(("firm_demand", "client_request")) else ticked.pk

    return {"request_id": request.pk, "answer_id": given.pk, "item_id": of}


def _noticed(bakery, boss):
    """A notice of the dirigeant's: nobody else's."""
    fact = notices.Fact(NoticeKind.REQUEST, "k", "Un bail.", f"/c/{bakery.pk}/")
    ((row, _),) = notices.give(company=bakery, people=[boss], fact=fact, is_firm=False, at=AT)
    return row.pk


def _warned(boss):
    return Device.objects.create(person=boss, endpoint="https://push.example.net/x", name="Firefox", at=AT).pk


def _mail(bakery):
    raw = b"From: x@y.fr\r\nMessage-ID: <1@y.fr>\r\n\r\nText"
    mail = inbox.keep(company=bakery, purpose="achat", raw=raw, read=mails.read(raw), envelope="x@y.fr", at=AT)
    inbox.hold(mail=mail, at=AT)
    return mail


def _merged(account, alice):
    owner = {"firm_id": account.firm_id, "company_id": account.company_id}
    return Merge.objects.create(**owner, account=account, until=AT.date(), pairs=0, by=alice, at=AT)


def _connected(bakery, boss):
    owner = {"firm_id": bakery.firm_id, "company": bakery}
    connection = Connection.objects.create(
        **owner, item_id="1", status_since=AT, connected_by=boss, connected_at=AT
    )
    feed = Feed.objects.create(**owner, connection=connection, external_id="1", name="Courant", currency="EUR")
    return {"connection_id": connection.pk, "feed_id": feed.pk}


def _talking(bakery, alice, boss):
    """A conversation between the expert-comptable and the dirigeant, with a file."""
    whose = {"company": bakery, "by": boss, "at": AT}
    file = pipeline.talking.attach_to_talk(content=b"devis", filename="devis.txt", **whose)
    written = Written(html="<p>Bonjour</p>", key="k", attachments=[file.pk])
    message = pipeline.talking.begin(
        kind=Kind.EXTERNAL, subject="Four", written=written, is_from_firm=False, **whose
    )
    part = message.conversation.participants.get(person=alice)
    return {"conversation_id": message.conversation_id, "part_id": part.pk, "attachment_id": file.pk}


def _begun(bakery, boss):
    return uploads.begin(company=bakery, announced=uploads.Announced("k", 10, "f.pdf"), by=boss, at=AT)


def _ebics(bakery, alice):
    """A contract with a bank that nobody listens for, and a statement that waits."""
    said = Contract("http://localhost:9/ebics", "HOST", "PARTNER", "USER", Version.H005)
    row = pipeline.ebics.open_contract(
        firm=bakery.firm, bank="Banque", said=said, order="EOP/FR/ZIP/camt.053", by=alice, at=AT
    )
    owner = {"firm_id": bakery.firm_id, "contract": row}
    fetched = Fetched.objects.create(**owner, transaction_id="1", sha256="0" * 64, size=1, stored_at=AT)
    waiting = Carried.objects.create(**owner, fetched=fetched, part=0, rank=0, digest="0" * 64, movements=0)
    return {"contract_id": row.pk, "carried_id": waiting.pk}


def _opening(bakery, alice):
    """A company file with one of everything, a model, and a list to open."""
    filled = {"name": "Marie", "title": "", "email": "", "phone": ""}
    contact = file.write_contact(company=bakery, contact=None, values=filled, is_main=True, by=alice, at=AT)
    (item,) = file.request_documents(company=bakery, labels=["Kbis"], when=When.BILAN, by=alice, at=AT)
    model = dossiers.write_model(firm=bakery.firm, row=None, name="Bar", model=Model(), by=alice, at=AT)
    rows = [{"number": 2, "cells": {"name": "Hamon"}}]
    kept = dossiers.keep_import(firm=bakery.firm, filename="l.csv", rows=rows, unknown=[], by=alice, at=AT)
    return {"contact_id": contact.pk, "item_id": item.pk, "model_id": model.pk, "import_id": kept.pk}


def table():
    head, *rows = (line.split() for line in TABLE.read_text().splitlines() if line.strip())
    return {tuple(row[:2]): dict(zip(head[2:], row[2:], strict=True)) for row in rows}


@pytest.mark.parametrize("who", WHO)
def test_each_role_gets_what_the_table_says_at_every_address(who, scene, bakery, signed_in, request):
    cast, values, boss = scene
    client = signed_in(cast[who]) if cast[who] else Client()
    if who == "viewer":
        client.post(f"/dossiers/{bakery.pk}/vue-client/", {"member": str(boss.pk)})
    session = client.cookies.get("sessionid")
    got, unexplained = {}, set()
    for name, (pattern, parameters) in routes().items():
        missing = set(parameters) - set(values)
        assert not missing, f"{name}: give the scene a {missing}"
        given = {p: values[p](name) if callable(values[p]) else values[p] for p in parameters}
        for method in ("GET", "POST"):
            if session:
                client.cookies["sessionid"] = session.value
            with transaction.atomic():
                answer = client.generic(method, "/" + pattern % given)
                got[method, name] = _told(answer)
                unexplained |= _unexplained(answer)
                for close in answer._resource_closers:  # the file of a download
                    close()
                transaction.set_rollback(True)
    if request.config.getoption("--write-matrix"):
        _write(who, got)
    wanted = {key: row.get(who, "–") for key, row in table().items()}
    assert got.keys() - wanted.keys() == set(), "a new route: give it a row"
    assert wanted.keys() - got.keys() == set(), "a route is gone: take its row away"
    wrong = {f"{m} {n}": f"{got[m, n]}, not {wanted[m, n]}" for m, n in got if got[m, n] != wanted[m, n]}
    assert wrong == {}
    assert unexplained == set(), "a screen without an article: write one in docs/guide"


def test_no_two_addresses_share_a_name_so_that_each_has_its_row():
    resolver = get_resolver()
    names = [name for name in resolver.reverse_dict if isinstance(name, str)]
    shared = [name for name in names if len({p[1] for p in resolver.reverse_dict.getlist(name)}) > 1]
    assert shared == []


def test_no_client_reaches_the_firms_side_and_charlie_reaches_nothing():
    """The table itself is judged, whatever was written into it."""
    of_the_firm = [row for (_, name), row in table().items() if name.startswith(("firm_", "portfolio", "palette"))]
    assert len(of_the_firm) > 60
    for row in of_the_firm:
        for who in ("charlie", *(role.value for role in CLIENT_ROLES)):
            assert row[who] in ("404", "405")
    for (_, name), row in table().items():
        if name.startswith("client_"):
            assert row["charlie"] in ("404", "405")
            assert row["nobody"] in ("in", "405")
            assert row["viewer"] in ("200", "403", "404", "405"), "who looks changes nothing"


def _told(answer):
    if answer.status_code == 302 and answer.url.startswith("/compte/login/"):
        return "in"
    return str(answer.status_code)


def _unexplained(answer):
    """The screen whose panel of help has no article of its own."""
    if answer.status_code != 200 or answer.streaming:
        return set()
    asked = re.search(r'data-panel="[^"]*\?cote=(\w+)&amp;ecran=(\w+)"', answer.content.decode(errors="replace"))
    return {asked.groups()} if asked and not articles.for_screen(*asked.groups()) else set()


def _write(who, got):
    kept = table() if TABLE.exists() and TABLE.read_text().strip() else {}
    rows = {key: kept.get(key, {}) | {who: said} for key, said in got.items()}
    name = max(len(name) for _, name in rows) + 2
    short = [max(len(w), 4) + 2 for w in WHO]
    lines = ["".join([f"{'METHOD':<8}{'ROUTE':<{name}}", *(f"{w:<{n}}" for w, n in zip(WHO, short, strict=True))])]
    for (method, route), row in sorted(rows.items(), key=lambda item: (item[0][1], item[0][0])):
        cells = (f"{row.get(w, '–'):<{n}}" for w, n in zip(WHO, short, strict=True))
        lines.append("".join([f"{method:<8}{route:<{name}}", *cells]))
    TABLE.write_text("\n".join(line.rstrip() for line in lines) + "\n")
