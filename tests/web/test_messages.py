"""The Messagerie on screen: both sides, read marks, refusals that keep what was typed, and what a stranger never sees."""

import re

import pytest
from tests.acts import bring_statement, hand_in
from tests.cast import mill_debit
from tests.conftest import AT, person
from tests.records.test_conversations import begin, write

from comptoir import pipeline
from comptoir.domain.conversation import Kind
from comptoir.domain.rights import Role
from comptoir.pipeline import talking
from comptoir.records.conversations import actions as talk_actions
from comptoir.records.conversations.models import Attachment, Conversation, Draft, Message, Participant
from comptoir.records.firms import actions as firms
from comptoir.records.firms.models import CompanyMembership
from comptoir.records.ledger.models import Entry
from comptoir.records.missing.standings import refresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def karim(bakery, alice):
    karim = person("Karim")
    firms.join_firm(firm=bakery.firm, person=karim, role=Role.COLLABORATEUR, at=AT)
    firms.assign(company=bakery, person=karim, by=alice, at=AT)
    return karim


@pytest.fixture
def talk(bakery, alice, bob):
    return begin(bakery, alice, is_from_firm=True, text="Un acompte ?", subject="Virement de 450 €").conversation


def at(talk, side="c", more=""):
    return f"/{side}/{talk.company_id}/messagerie/{talk.pk}/{more}"


def page(client, address, status=200, **more):
    answer = client.get(address, **more)
    assert answer.status_code == status, address
    return answer.content.decode()


def test_bob_reads_answers_and_alice_sees_it(bakery, talk, alice, bob, signed_in):
    client = signed_in(bob)
    assert "Virement de 450" in page(client, f"/c/{bakery.pk}/messagerie/")
    shown = page(client, at(talk))
    assert "Un acompte ?" in shown
    assert not Participant.objects.get(person=bob).is_unread
    key = re.search(r'name="key" value="([^"]+)"', shown)[1]
    for _ in range(2):
        answer = client.post(at(talk), {"key": key, "text": "Oui.\nPour le four."})
        assert answer.status_code == 302
    assert Message.objects.get(author=bob).html == "<p>Oui.<br>Pour le four.</p>"
    assert "Pour le four" in page(signed_in(alice), at(talk, "dossiers"))


def test_a_message_comes_rich_from_the_page_and_is_cleaned_both_ways(talk, bob, signed_in):
    client = signed_in(bob)
    client.post(at(talk), {"key": "k", "html": "<b>Oui</b><script>alert(1)</script><img src=x onerror=alert(1)>"})
    Message.objects.filter(author=bob)  # what is kept is clean
    shown = page(client, at(talk))
    assert "<b>Oui</b>" in shown
    assert "alert(1)" not in shown


def test_names_of_scripts_are_text(bakery, alice, bob, signed_in):
    bob.first_name = "<script>alert('n')</script>"
    bob.save(update_fields=["first_name"])
    talk = begin(bakery, bob, subject="<script>alert('s')</script>").conversation
    client = signed_in(bob)
    client.post(at(talk), {"key": "k", "text": "Voici", "file": _file("<script>alert('f')</script>.txt")})
    for side, who in (("c", bob), ("dossiers", alice)):
        for address in (at(talk, side), f"/{side}/{bakery.pk}/messagerie/"):
            assert "<script>alert(" not in page(signed_in(who), address)
    assert "<script>alert(" not in page(signed_in(alice), f"/cabinet/{bakery.firm_id}/messagerie/")


def _file(name, content=b"devis"):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, content)


def test_a_refusal_keeps_what_was_typed(bakery, bob, signed_in):
    client = signed_in(bob)
    answer = client.post(
        f"/c/{bakery.pk}/messagerie/nouvelle", {"kind": "external", "subject": " ", "text": "Mon four"}
    )
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "Donnez un objet" in shown
    assert "Mon four" in shown
    answer = client.post(
        f"/c/{bakery.pk}/messagerie/nouvelle", {"kind": "external", "subject": "Four", "text": ""}
    )
    assert "Écrivez quelques mots" in answer.content.decode()
    assert Conversation.objects.count() == 0


def test_a_file_comes_with_the_form_and_is_downloaded_never_shown(bakery, talk, alice, bob, charlie, signed_in):
    client = signed_in(bob)
    client.post(at(talk), {"key": "k", "text": "Voici", "file": _file("devis.html.txt", b"<b>x</b> texte")})
    client.post(at(talk), {"key": "k2", "text": "Voici", "file": _file("عقد 🥖.txt")})
    file = Attachment.objects.order_by("pk").last()
    address = f"/c/{bakery.pk}/messagerie/fichiers/{file.pk}"
    answer = signed_in(bob).get(address)
    assert answer.content == b"devis"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert signed_in(alice).get(address.replace("/c/", "/dossiers/")).status_code == 200
    assert signed_in(charlie).get(address).status_code == 404
    answer = client.post(at(talk), {"key": "k3", "text": "Voici", "file": _file("a.exe", b"MZ" + b"\0" * 90)})
    assert answer.status_code == 422
    assert "programme" in answer.content.decode()
    assert "Voici" in answer.content.decode()


def test_a_file_too_many_is_refused_with_all_of_them_still_there(talk, bob, signed_in, monkeypatch):
    monkeypatch.setattr(talk_actions, "MOST_ATTACHMENTS", 1)
    client = signed_in(bob)
    answer = client.post(
        at(talk), {"key": "k", "text": "Voici", "file": [_file("a.txt", b"a"), _file("b.txt", b"b")]}
    )
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "trente fichiers au plus" in shown
    assert all(words in shown for words in ("a.txt", "b.txt", "Voici"))
    kept = [str(file.pk) for file in Attachment.objects.all()]
    assert client.post(at(talk), {"key": "k", "text": "Voici", "attachment": kept[:1]}).status_code == 302


def test_a_file_is_sent_ahead_and_waits_for_its_message(bakery, talk, bob, dina, signed_in):
    client = signed_in(bob)
    said = "purpose bWVzc2FnZQ==,filename ZGV2aXMudHh0"
    sent = client.post(
        f"/c/{bakery.pk}/envois/", b"devis", content_type="application/offset+octet-stream",
        headers={"Upload-Length": "5", "Upload-Metadata": said, "Tus-Resumable": "1.0.0"},
    )  # fmt: skip
    assert sent.status_code == 201
    (answer,) = sent.json()["answers"]
    assert answer["kind"] == "received"
    client.post(at(talk, more="brouillon"), {"key": "k", "html": "<p>Voici</p>", "attachment": answer["document"]})
    shown = page(client, at(talk))
    assert "devis.txt" in shown
    assert "Voici" in shown
    assert 'value="k"' in shown
    client.post(at(talk), {"key": "k", "html": "<p>Voici</p>", "attachment": answer["document"]})
    assert Attachment.objects.get().message.author == bob
    assert Draft.objects.count() == 0


def test_live_changes_come_without_the_writing_field(talk, alice, bob, signed_in):
    client = signed_in(bob)
    write(Message.objects.get(), alice, "Et quand ?", is_from_firm=True)
    part = page(client, at(talk, more="?depuis=1"), headers={"HX-Request": "true"})
    assert "Et quand ?" in part
    assert "composer" not in part
    assert Participant.objects.get(person=bob).is_unread, "what an unseen page asks for is not read"
    assert client.post(at(talk, more="lecture"), {"rank": "2"}).status_code == 204
    assert not Participant.objects.get(person=bob).is_unread
    assert client.post(at(talk, more="lecture"), {"rank": "²"}).status_code == 404


def test_older_messages_come_page_by_page(talk, alice, bob, signed_in):
    first = Message.objects.get()
    for number in range(2, 60):
        write(first, alice, f"mot-{number}-", is_from_firm=True)
    client = signed_in(bob)
    shown = page(client, at(talk))
    assert "mot-59-" in shown
    assert "mot-9-" not in shown
    assert "Messages plus anciens" in shown
    older = page(client, at(talk, more="?avant=10"), headers={"HX-Request": "true"})
    assert "mot-9-" in older
    assert "mot-10-" not in older
    assert "mot-9-" in page(client, at(talk, more="?avant=10"))
    for odd in ("?avant=x", "?avant=-1", "?autour=²", "?depuis=99999999999"):
        page(client, at(talk, more=odd))


def test_the_firm_begins_inside_and_in_private_and_the_client_sees_neither(bakery, alice, karim, bob, signed_in):
    client = signed_in(alice)
    new = f"/dossiers/{bakery.pk}/messagerie/nouvelle"
    assert (
        client.post(
            new, {"kind": "confidential", "subject": "Marge", "text": "x", "key": "1", "person": str(bob.pk)}
        ).status_code
        == 302
    )
    assert (
        client.post(
            new, {"kind": "private", "subject": "Rachat", "text": "x", "key": "2", "person": str(karim.pk)}
        ).status_code
        == 302
    )
    assert not Participant.objects.filter(person=bob).exists()
    assert client.post(new, {"kind": "private", "subject": "Seul", "text": "x", "key": "3"}).status_code == 422
    assert client.post(new, {"kind": "secret", "subject": "x", "text": "x", "key": "4"}).status_code == 404
    assert (
        signed_in(bob)
        .post(new.replace("/dossiers/", "/c/"), {"kind": "confidential", "subject": "x", "text": "x"})
        .status_code
        == 404
    )
    shown = page(signed_in(bob), f"/c/{bakery.pk}/messagerie/?q=x") + page(
        signed_in(bob), f"/c/{bakery.pk}/messagerie/"
    )
    assert "Marge" not in shown
    assert "Rachat" not in shown
    for talk in Conversation.objects.all():
        assert signed_in(bob).get(at(talk)).status_code == 404
        assert signed_in(bob).post(at(talk, more="lecture"), {"rank": "1"}).status_code == 404


def test_a_colleague_who_takes_no_part_finds_no_private_conversation_anywhere(
    bakery, alice, karim, bob, signed_in
):
    talk = begin(
        bakery, karim, kind=Kind.PRIVATE, is_from_firm=True, subject="Rachat", people=[(bob, False)]
    ).conversation
    client = signed_in(alice)
    assert client.get(at(talk, "dossiers")).status_code == 404
    for address in (f"/dossiers/{bakery.pk}/messagerie/", f"/cabinet/{bakery.firm_id}/messagerie/?voir=toutes", f"/cabinet/{bakery.firm_id}/messagerie/?q=Bonjour", f"/dossiers/{bakery.pk}/messagerie/?q=Bonjour"):  # fmt: skip
        assert "Rachat" not in page(client, address)


def test_treated_put_off_and_assigned_from_the_page(bakery, talk, alice, karim, bob, signed_in):
    write(Message.objects.get(), bob, "Alors ?")
    client = signed_in(alice)
    firm_list = f"/cabinet/{bakery.firm_id}/messagerie/"
    assert "Virement" in page(client, firm_list)
    assert client.post(at(talk, "dossiers", "affectation"), {"person": str(karim.pk)}).status_code == 302
    assert client.post(at(talk, "dossiers", "affectation"), {"person": str(bob.pk)}).status_code == 404
    assert "Virement" in page(signed_in(karim), f"{firm_list}?voir=a-moi")
    for odd in ("", "x", "2001-01-01", "2999-01-01"):
        client.post(at(talk, "dossiers", "report"), {"until": odd})
        assert Conversation.objects.get().snoozed_until is None
    client.post(at(talk, "dossiers", "reglement"), follow=True)
    assert "Virement" not in page(client, firm_list)
    client.post(at(talk, "dossiers", "reouverture"))
    assert "Virement" in page(client, firm_list)
    assert signed_in(bob).post(at(talk, "dossiers", "reouverture")).status_code == 404


def test_who_looks_as_the_client_reads_only_and_leaves_no_mark(bakery, talk, alice, bob, signed_in):
    client = signed_in(alice)
    member = CompanyMembership.objects.get(person=bob)
    client.post(f"/dossiers/{bakery.pk}/vue-client/", {"member": str(member.pk)})
    shown = page(client, at(talk))
    assert "Un acompte ?" in shown
    assert 'name="html"' not in shown
    assert 'id="composer"' not in shown
    assert Participant.objects.get(person=bob).is_unread
    for more in ("", "lecture", "reglement", "brouillon", "lecture/retrait"):
        assert client.post(at(talk, more=more), {"rank": "1", "text": "x"}).status_code == 403


def test_a_deposante_finds_the_tab_once_she_takes_part(bakery, talk, alice, bob, dina, signed_in):
    client = signed_in(dina)
    assert "Messagerie" not in page(client, f"/c/{bakery.pk}/plus/")
    assert client.get(at(talk)).status_code == client.get(f"/c/{bakery.pk}/messagerie/").status_code == 404
    talking.invite_to_talk(conversation=talk, people=[(dina, False)], by=alice, at=AT)
    assert "Messagerie" in page(client, f"/c/{bakery.pk}/plus/")
    assert client.post(at(talk), {"key": "d", "text": "Je l’ai."}).status_code == 302
    assert client.get(f"/c/{bakery.pk}/messagerie/nouvelle").status_code == 404


def test_a_stranger_finds_nothing_and_hears_no_count(bakery, talk, charlie, signed_in):
    client = signed_in(charlie)
    for side in ("c", "dossiers"):
        for more in ("", "compte", "choix?q=x", "nouvelle", f"{talk.pk}/"):
            assert client.get(f"/{side}/{bakery.pk}/messagerie/{more}").status_code == 404
    assert client.get(f"/cabinet/{bakery.firm_id}/messagerie/").status_code == 404
    assert "Virement" not in page(
        client, f"/cabinet/{charlie.firm_memberships.get().firm_id}/messagerie/?voir=toutes"
    )


def test_a_question_is_asked_from_a_piece_and_from_a_movement(bakery, alice, bob, account, signed_in):
    (paid,) = bring_statement(account, mill_debit("-61.00"))
    piece = hand_in(bakery, bob)
    client, firm = signed_in(bob), signed_in(alice)
    assert f"nouvelle?sur=document:{piece.pk}" in page(client, f"/c/{bakery.pk}/pieces/{piece.pk}/")
    assert "Une question au client sur cette pièce" in page(firm, f"/dossiers/{bakery.pk}/production/{piece.pk}/")
    assert f"nouvelle?sur=transaction:{paid.pk}" in page(client, f"/c/{bakery.pk}/banque/")
    assert f"nouvelle?sur=transaction:{paid.pk}" in page(firm, f"/dossiers/{bakery.pk}/banque/?voir=tous")
    new = f"/dossiers/{bakery.pk}/messagerie/nouvelle"
    shown = page(firm, f"{new}?sur=transaction:{paid.pk}")
    assert "Paiement de 61,00" in shown
    asked = {
        "kind": "external",
        "subject": "Paiement",
        "text": "?",
        "key": "1",
        "mention": f"transaction:{paid.pk}",
    }
    firm.post(new, asked)
    assert "Sans justificatif" in page(client, at(Conversation.objects.get()))
    answer = firm.get(f"{new}?sur=transaction:{paid.pk}")
    assert answer.status_code == 302
    assert str(Conversation.objects.get().pk) in answer.url
    for odd in ("transaction:x", f"entry:{paid.pk}", "folder:x", "x", f"document:{paid.pk}"):
        assert firm.get(f"{new}?sur={odd}").status_code == 404


def test_pieces_and_movements_are_found_to_be_mentioned_by_who_sees_them(
    bakery, talk, alice, bob, dina, account, signed_in
):
    bring_statement(account, mill_debit("-61.00"))
    hand_in(bakery, bob)
    talking.invite_to_talk(conversation=talk, people=[(dina, False)], by=alice, at=AT)
    address = f"/c/{bakery.pk}/messagerie/choix?q=moulins"
    assert page(signed_in(bob), address).count("checkbox") == 2
    assert "folder:social" in page(signed_in(bob), f"/c/{bakery.pk}/messagerie/choix?q=social")
    assert "folder:social" not in page(signed_in(dina), f"/c/{bakery.pk}/messagerie/choix?q=social")
    entry = Entry.objects.get(document__isnull=False)
    pipeline.post(entry=entry, by=alice, at=AT)
    assert f"entry:{entry.pk}" in page(signed_in(alice), address.replace("/c/", "/dossiers/"))
    assert "entry:" not in page(signed_in(bob), address)
    assert "checkbox" not in page(signed_in(dina), address)


def test_the_portfolios_contact_shows_what_waits_and_filters_and_sorts_by_it(bakery, alice, bob, signed_in):
    firms.open_dossier(firm=bakery.firm, by=alice, at=AT, name="Fleurs Hamon", siren="452133770")
    client = signed_in(alice)
    home = f"/cabinet/{bakery.firm_id}/"
    assert "message à traiter" not in page(client, f"{home}?dossiers=miens")
    begin(bakery, bob)
    shown = page(client, f"{home}?dossiers=miens")
    assert "1 conversation à traiter" in shown
    only = page(client, f"{home}?dossiers=miens&avec=messages")
    assert "Boulangerie" in only
    assert "Fleurs" not in only.split("<tbody")[1]
    rows = page(client, f"{home}?dossiers=miens&tri=-messages").split("<tbody")[1]
    assert rows.index("Boulangerie") < rows.index("Fleurs")
    file = client.get(f"{home}portefeuille.csv?dossiers=miens").content.decode()
    assert "Messages à traiter" in file.splitlines()[0]
    signed_in(alice).post(at(Conversation.objects.get(), "dossiers", "reglement"))
    refresh(firm=bakery.firm, on=AT.date())
    assert "à traiter</span></a>" not in page(client, f"{home}?dossiers=miens")


def test_a_colleagues_dot_is_not_seen_where_their_dossier_may_not_be_entered(bakery, alice, bob, signed_in):
    begin(bakery, bob)
    eve = person("Eve")
    firms.join_firm(firm=bakery.firm, person=eve, role=Role.COLLABORATEUR, at=AT)
    client = signed_in(eve)
    shown = page(client, f"/cabinet/{bakery.firm_id}/?dossiers=tous")
    assert "Boulangerie" in shown
    assert "conversation à traiter" not in shown
    assert (
        "Boulangerie"
        not in page(client, f"/cabinet/{bakery.firm_id}/?dossiers=tous&avec=messages").split("content")[-1]
    )
    assert "Four" not in page(client, f"/cabinet/{bakery.firm_id}/messagerie/?voir=toutes")


def test_closed_its_tab_buttons_and_pages_vanish_and_the_firms_text_stands_there(
    bakery, talk, alice, bob, signed_in
):
    firm, client = signed_in(alice), signed_in(bob)
    settings_page = f"/cabinet/{bakery.firm_id}/messagerie/reglages/"
    assert firm.post(settings_page, {"how_to_reach": "Portail : 02 99 00 18 42"}).status_code == 302
    home = page(client, f"/c/{bakery.pk}/")
    assert "02 99 00 18 42" in home
    assert "Messagerie" not in home
    assert "/messagerie/" not in page(firm, f"/dossiers/{bakery.pk}/banque/")
    piece = hand_in(bakery, bob)
    assert "Poser une question" not in page(client, f"/c/{bakery.pk}/pieces/{piece.pk}/")
    for side, who in (("c", client), ("dossiers", firm)):
        assert who.get(at(talk, side)).status_code == 404
        assert who.get(f"/{side}/{bakery.pk}/messagerie/compte").status_code == 404
    firm.post(f"/dossiers/{bakery.pk}/dossier-permanent/messagerie", {"messaging": "on"})
    assert client.get(at(talk)).status_code == 200
    assert signed_in(bob).post(settings_page, {}).status_code == 404


def test_the_list_asks_as_few_questions_for_fifty_conversations_as_for_one(
    bakery, alice, bob, signed_in, django_assert_max_num_queries
):
    client = signed_in(bob)
    for number in range(30):
        begin(bakery, bob, text=f"{number}", subject=f"n° {number}")
    client.get(f"/c/{bakery.pk}/messagerie/")
    with django_assert_max_num_queries(25):
        client.get(f"/c/{bakery.pk}/messagerie/")


def test_a_thread_asks_as_few_questions_for_fifty_messages_as_for_one(
    bakery, talk, alice, bob, account, signed_in, django_assert_max_num_queries
):
    (paid,) = bring_statement(account, mill_debit())
    first = Message.objects.get()
    for number in range(30):
        write(first, alice, f"{number}", is_from_firm=True, mentions=[paid])
    client = signed_in(bob)
    client.get(at(talk))
    with django_assert_max_num_queries(42):
        client.get(at(talk))


def test_a_question_on_the_missing_list_and_its_answer_are_in_the_conversation(bakery, alice, bob, account):
    (paid,) = bring_statement(account, mill_debit("-61.00"))
    question = pipeline.ask_client(company=bakery, transaction=paid, text="Pour qui ?", by=alice, at=AT)
    pipeline.answer_question(question=question, text="Pour le four", by=bob, at=AT)
    said = [message.text for message in Conversation.objects.get().messages.order_by("pk")]
    assert said == ["Pour qui ?", "Pour le four"]


def test_a_question_about_a_movement_begins_written_with_its_card_and_leaves_in_one_act(
    bakery, alice, bob, account, signed_in
):
    (move,) = bring_statement(account, mill_debit())
    client = signed_in(alice)
    address = f"/dossiers/{bakery.pk}/messagerie/nouvelle?sur=transaction:{move.pk}"
    assert address.replace("&", "&amp;") in page(client, f"/dossiers/{bakery.pk}/banque/?voir=tous")
    shown = page(client, address)
    composer = shown[shown.index('id="composer"') :]
    assert "à quoi correspond ce mouvement ?</textarea>" in composer
    form = dict(re.findall(r'name="(key|subject|mention)"[^>]*value="([^"]+)"', composer))
    assert form["mention"] == f"transaction:{move.pk}"
    words = re.search(r">(Bonjour[^<]+)</textarea>", composer)[1]
    answer = client.post(f"/dossiers/{bakery.pk}/messagerie/nouvelle", {"kind": "external", **form, "text": words})
    assert answer.status_code == 302
    sent = Message.objects.get()
    assert (sent.text, sent.mentions.get().transaction_id) == (words, move.pk)
    bobs = page(signed_in(bob), at(sent.conversation))
    assert "moulins" in bobs.lower(), "the card is live for the client"


def test_three_quick_replies_stand_under_the_firms_question_and_one_is_sent_by_itself(
    bakery, talk, alice, bob, signed_in
):
    client = signed_in(bob)
    shown = page(client, at(talk))
    chips = re.findall(r'name="quick" value="([^"]+)"', shown)
    assert (len(chips), chips[0]) == (3, "Oui, c’est un acompte")
    assert client.post(at(talk), {"key": "k", "text": " ", "quick": chips[0]}).status_code == 302
    assert Message.objects.get(author=bob).text == chips[0]
    assert 'name="quick"' not in page(client, at(talk)), "who had the last word is not asked"
    assert 'name="quick"' not in page(signed_in(alice), at(talk, "dossiers"))


def test_a_question_of_the_missing_list_has_them_too(bakery, alice, bob, account, signed_in):
    (move,) = bring_statement(account, mill_debit())
    question = pipeline.ask_client(
        company=bakery, transaction=move, text="Est-ce une dépense personnelle ?", by=alice, at=AT
    )
    client = signed_in(bob)
    assert "Oui, c’est personnel" in page(client, f"/c/{bakery.pk}/manquantes/")
    client.post(f"/c/{bakery.pk}/manquantes/questions/{question.pk}/reponse", {"text": "", "quick": "Non" * 900})
    question.refresh_from_db()
    assert question.answer == ("Non" * 900)[:1000]
