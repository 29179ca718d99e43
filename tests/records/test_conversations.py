"""Conversations between a firm and its client: who sees them, whose turn it is, and that nothing comes twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from tests.acts import bring_statement, hand_in
from tests.cast import mill_debit
from tests.conftest import AT, as_web, person
from tests.records.test_at_once import at_once

from comptoir import pipeline, readers
from comptoir.domain.company import Messaging
from comptoir.domain.conversation import Kind
from comptoir.domain.folder import Folder
from comptoir.domain.rights import Role
from comptoir.lib import tenancy
from comptoir.lib.rich_text import from_plain
from comptoir.pipeline import talking
from comptoir.records.audit.models import Event
from comptoir.records.conversations import actions, cards, marks, queries
from comptoir.records.conversations.actions import Written
from comptoir.records.conversations.models import Attachment, Conversation, Draft, Message, Participant
from comptoir.records.deposits.models import Original
from comptoir.records.firms import actions as firms
from comptoir.records.firms import members
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import CompanyMembership
from comptoir.records.missing.models import Standing
from comptoir.records.missing.standings import refresh, verify_standings

pytestmark = pytest.mark.django_db
TODAY = AT.date()


def say(text, key=None, **more):
    return Written(html=from_plain(text), key=key or text, **more)


def seat(who, company, *, is_firm=False):
    found = (people.firm_side if is_firm else people.client_side)(who, company.pk, TODAY)
    assert found is not None
    return found


def begin(company, by, *, kind=Kind.EXTERNAL, is_from_firm=False, text="Bonjour", subject="Four", at=AT, **more):
    return talking.begin(
        company=company,
        kind=kind,
        subject=subject,
        written=say(text),
        by=by,
        at=at,
        is_from_firm=is_from_firm,
        **more,
    )


def write(first, by, text, *, is_from_firm=False, at=AT, **more):
    return talking.write(
        conversation=first.conversation, written=say(text, **more), by=by, at=at, is_from_firm=is_from_firm
    )


def seen(who, company, *, is_firm=False):
    with tenancy.within(company.firm_id, company.pk):
        return set(queries.visible(seat(who, company, is_firm=is_firm)).values_list("subject", flat=True))


def waiting(company):
    refresh(firm=company.firm, on=TODAY)
    assert list(verify_standings()) == []
    return Standing.objects.get(company=company).messages


@pytest.fixture
def karim(bakery, alice):
    karim = person("Karim")
    firms.join_firm(firm=bakery.firm, person=karim, role=Role.COLLABORATEUR, at=AT)
    firms.assign(company=bakery, person=karim, by=alice, at=AT)
    return karim


@pytest.fixture
def lea(bakery):
    lea = person("Lea")
    firms.join_company(company=bakery, person=lea, role=Role.LECTEUR, at=AT)
    return lea


# Who sees what


def test_what_is_confidential_and_private_is_there_for_nobody_else(bakery, alice, karim, bob, dina):
    begin(bakery, bob, subject="Four")
    begin(bakery, karim, kind=Kind.CONFIDENTIAL, is_from_firm=True, subject="Marge")
    begin(bakery, alice, kind=Kind.PRIVATE, is_from_firm=True, subject="Rachat", people=[(bob, False)])
    assert seen(bob, bakery) == {"Four", "Rachat"}
    assert seen(alice, bakery, is_firm=True) == {"Four", "Marge", "Rachat"}
    assert seen(karim, bakery, is_firm=True) == {"Four", "Marge"}, "not even who keeps the dossier"
    assert seen(dina, bakery) == set()


def test_a_deposante_and_a_lectrice_see_what_they_take_part_in_until_they_are_let_go(
    bakery, alice, bob, dina, lea
):
    first = begin(bakery, alice, is_from_firm=True, subject="Tickets", people=[(dina, False)])
    begin(bakery, bob, subject="Four")
    assert seen(dina, bakery) == {"Tickets"}
    assert seen(lea, bakery) == set()
    talking.invite_to_talk(conversation=first.conversation, people=[(lea, False)], by=alice, at=AT)
    assert seen(lea, bakery) == {"Tickets"}
    part = Participant.objects.get(person=lea)
    talking.let_go(participant=part, by=alice, at=AT)
    assert seen(lea, bakery) == set()
    talking.invite_to_talk(conversation=first.conversation, people=[(lea, False)], by=alice, at=AT)
    assert seen(lea, bakery) == {"Tickets"}


def test_who_looks_with_the_dirigeants_eyes_reads_no_private_conversation_of_theirs(bakery, alice, karim, bob):
    begin(bakery, alice, kind=Kind.PRIVATE, is_from_firm=True, subject="Rachat", people=[(bob, False)])
    begin(bakery, bob, subject="Four")
    member = CompanyMembership.objects.get(person=bob)
    for viewer, found in ((karim, {"Four"}), (alice, {"Four", "Rachat"})):
        looked = people.viewed(viewer, bakery.pk, member.pk, TODAY)
        assert set(queries.visible(looked).values_list("subject", flat=True)) == found
        assert not queries.may_write(looked, Conversation.objects.first())


def test_another_company_finds_no_word_of_it(bakery, bob, charlie):
    begin(bakery, bob, text="introuvable")
    garage = charlie.assignments.get().company
    with as_web(), transaction.atomic():
        tenancy.enter(garage.firm_id, garage.pk)
        assert Message.objects.count() == Conversation.objects.count() == 0
        assert queries.search(seat(charlie, garage, is_firm=True), "introuvable").messages == []


def test_nobody_of_the_clients_is_brought_into_what_is_inside_the_firm(bakery, alice, bob):
    first = begin(bakery, alice, kind=Kind.CONFIDENTIAL, is_from_firm=True, people=[(bob, False)])
    talking.invite_to_talk(conversation=first.conversation, people=[(bob, False)], by=alice, at=AT)
    assert [part.person for part in Participant.objects.all()] == [alice]


def test_who_sits_on_both_sides_takes_part_once_as_the_firm(bakery, alice, bob):
    firms.join_company(company=bakery, person=alice, role=Role.DIRIGEANT, at=AT)
    begin(bakery, bob)
    assert Participant.objects.get(person=alice).is_firm


# Whose turn it is


def test_the_clients_word_brings_it_to_the_firm_and_an_answer_takes_it_away(bakery, alice, bob):
    first = begin(bakery, bob)
    assert waiting(bakery) == 1
    write(first, alice, "Oui", is_from_firm=True)
    assert waiting(bakery) == 0
    write(first, bob, "Et quand ?")
    assert waiting(bakery) == 1
    talking.treat(conversation=first.conversation, by=alice, at=AT)
    assert waiting(bakery) == 0
    talking.leave_open(conversation=first.conversation, by=alice, at=AT)
    assert waiting(bakery) == 1


def test_one_put_off_returns_on_its_day_and_at_the_clients_word(bakery, alice, bob):
    first = begin(bakery, bob)
    talking.snooze(conversation=first.conversation, until=TODAY + timedelta(7), by=alice, at=AT)
    assert waiting(bakery) == 0
    assert Standing.objects.get(company=bakery).holds_until == TODAY + timedelta(7)
    refresh(firm=bakery.firm, on=TODAY + timedelta(7))
    assert Standing.objects.get(company=bakery).messages == 1
    write(first, bob, "Alors ?")
    assert waiting(bakery) == 1


def test_what_is_inside_the_firm_never_shows_in_the_portfolio(bakery, alice, karim):
    begin(bakery, karim, kind=Kind.CONFIDENTIAL, is_from_firm=True)
    first = begin(bakery, karim, kind=Kind.PRIVATE, is_from_firm=True, people=[(alice, True)])
    talking.leave_open(conversation=first.conversation, by=karim, at=AT)
    assert waiting(bakery) == 0


def test_each_person_reads_for_themselves(bakery, alice, karim, bob):
    first = begin(bakery, bob)
    unread = {part.person: part.is_unread for part in Participant.objects.all()}
    assert unread == {bob: False, alice: True, karim: True}
    talking.read(conversation=first.conversation, by=alice, rank=1)
    unread = {part.person: part.is_unread for part in Participant.objects.all()}
    assert unread == {bob: False, alice: False, karim: True}
    talking.mark_unread(conversation=first.conversation, by=alice)
    assert Participant.objects.get(person=alice).is_unread
    answer = write(first, alice, "Oui", is_from_firm=True)
    assert not Participant.objects.get(person=alice).is_unread
    talking.read(conversation=answer.conversation, by=bob, rank=1)
    assert Participant.objects.get(person=bob).is_unread, "the second was not seen"


def test_the_tab_counts_what_is_unread_for_the_client_and_what_waits_for_the_firm(bakery, alice, karim, bob):
    def counts():
        with tenancy.within(bakery.firm_id, bakery.pk):
            own = [queries.count_waiting(seat(bob, bakery), TODAY)]
            own += [queries.count_waiting(seat(who, bakery, is_firm=True), TODAY) for who in (alice, karim)]
        with tenancy.within(bakery.firm_id):
            at_firm = people.firm_seat(karim, bakery.firm_id, TODAY)
            return [*own, queries.count_waiting_at_firm(at_firm, TODAY)]

    assert counts() == [0, 0, 0, 0]
    first = begin(bakery, bob)
    assert counts() == [0, 1, 1, 1]
    write(first, alice, "Oui", is_from_firm=True)
    assert counts() == [1, 0, 0, 0]
    begin(bakery, alice, kind=Kind.CONFIDENTIAL, is_from_firm=True, subject="Marge")
    assert counts() == [1, 0, 1, 1]
    begin(bakery, alice, kind=Kind.PRIVATE, is_from_firm=True, text="Rachat ?", people=[(bob, False)])
    assert counts() == [2, 0, 1, 1]


def test_one_who_comes_later_has_no_old_news(bakery, alice, bob):
    first = begin(bakery, bob)
    karim = person("Karim")
    firms.join_firm(firm=bakery.firm, person=karim, role=Role.COLLABORATEUR, at=AT)
    firms.assign(company=bakery, person=karim, by=alice, at=AT)
    write(first, bob, "Suite")
    part = Participant.objects.get(person=karim)
    assert (part.seen, part.is_unread) == (1, True)


def test_it_is_assigned_and_that_is_in_the_log(bakery, alice, karim, bob):
    first = begin(bakery, bob)
    for _ in range(2):
        talking.assign_talk(conversation=first.conversation, to=karim, by=alice, at=AT)
    assert Conversation.objects.get().assigned_to == karim
    assert Event.objects.filter(verb="assign_conversation").count() == 1
    talking.assign_talk(conversation=first.conversation, to=None, by=alice, at=AT)
    assert Conversation.objects.get().assigned_to is None


# Twice, at once, hostile, too much


def test_a_double_click_is_one_message_and_one_conversation(bakery, alice, bob):
    first = begin(bakery, bob)
    assert begin(bakery, bob) == first
    assert write(first, bob, "Suite") == write(first, bob, "Suite")
    assert (Conversation.objects.count(), Message.objects.count()) == (1, 2)
    write(first, alice, "Suite", is_from_firm=True)
    assert Message.objects.count() == 3, "another's key is another message"


def test_one_act_leaves_one_line_in_the_log_without_a_word_of_it(bakery, bob, alice):
    first = begin(bakery, bob, subject="Secret", kind=Kind.PRIVATE, people=[(alice, True)])
    write(first, bob, "Mot")
    told = Event.objects.filter(verb__in=("begin_conversation", "write_message"))
    assert [event.verb for event in told.order_by("id")] == ["begin_conversation", "write_message"]
    assert "Secret" not in repr([event.detail for event in told])


def test_a_message_is_never_changed_nor_removed(bakery, bob):
    first = begin(bakery, bob)
    for act in (
        lambda: Message.objects.update(text="x"),
        lambda: Message.objects.filter(pk=first.pk)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            act()


def test_nothing_is_not_sent_and_too_much_is_refused(bakery, bob):
    with pytest.raises(actions.NothingSaid), transaction.atomic():
        begin(bakery, bob, text=" \n ")
    with pytest.raises(actions.NoSubject), transaction.atomic():
        begin(bakery, bob, subject="\u202e ")
    with pytest.raises(actions.TooLong), transaction.atomic():
        begin(bakery, bob, text="a" * 50_001)
    with pytest.raises(actions.NobodyChosen), transaction.atomic():
        begin(bakery, bob, kind=Kind.PRIVATE)
    assert Conversation.objects.count() == 0


def test_a_script_in_a_message_is_text_at_most(bakery, bob):
    written = Written(html="<p>a<script>alert(1)</script><img src=x onerror=alert(1)></p>", key="k")
    message = talking.begin(
        company=bakery,
        kind=Kind.EXTERNAL,
        subject="<script>alert(1)</script>",
        written=written,
        by=bob,
        at=AT,
        is_from_firm=False,
    )
    assert message.html == "<p>a</p>"
    assert message.conversation.subject == "<script>alert(1)</script>", "escaped where it is shown"


@pytest.mark.parametrize(
    "name", ["é" * 500 + ".pdf", "👩‍🍳🥖.txt", "عقد.txt", "../../etc/passwd", "a\u202etxt.exe.txt", "<script>.txt"]
)
def test_a_file_of_any_name_is_kept_once_under_a_name_that_does_no_harm(bakery, bob, name):
    given = {"company": bakery, "content": b"devis", "filename": name, "by": bob, "at": AT}
    one, two = talking.attach_to_talk(**given), talking.attach_to_talk(**given)
    assert Original.objects.count() == 1
    assert one.original == two.original
    assert len(one.name) <= 200
    assert not set(one.name) & set("/\\\u202e\n")


def test_a_program_is_refused_with_a_sentence(bakery, bob):
    with pytest.raises(readers.NotReadable, match="programme"):
        talking.attach_to_talk(company=bakery, content=b"MZ" + b"\0" * 90, filename="a.exe", by=bob, at=AT)


def test_anothers_file_is_not_sent_with_ones_message(bakery, alice, bob):
    file = talking.attach_to_talk(company=bakery, content=b"x", filename="a.txt", by=alice, at=AT)
    message = begin(bakery, bob)
    write(message, bob, "Suite", attachments=[file.pk])
    assert Attachment.objects.get().message is None


def test_a_file_too_many_is_refused_and_the_draft_keeps_them_all(bakery, bob, monkeypatch):
    monkeypatch.setattr(actions, "MOST_ATTACHMENTS", 2)
    given = {"company": bakery, "by": bob, "at": AT}
    files = [talking.attach_to_talk(content=b"%d" % n, filename=f"{n}.txt", **given) for n in range(3)]
    draft(bakery, bob, "<p>Voici</p>", attachments=[file.pk for file in files])
    message = begin(bakery, bob)
    with pytest.raises(actions.TooManyFiles), transaction.atomic():
        write(message, bob, "Voici", attachments=[file.pk for file in files])
    assert queries.waiting_attachments(bakery, bob, "k") == files
    write(message, bob, "Voici", attachments=[file.pk for file in files[:2]])
    assert Attachment.objects.filter(message=None).get() == files[2]


@pytest.mark.django_db(transaction=True)
def test_two_who_write_at_once_have_each_their_rank(bakery, alice, bob):
    first = begin(bakery, bob)
    at_once(
        *[
            lambda n=n, who=who: write(first, who, f"mot {n}", is_from_firm=who == alice)
            for n in range(4)
            for who in (alice, bob)
        ]
    )
    assert sorted(Message.objects.values_list("rank", flat=True)) == list(range(1, 10))
    assert Conversation.objects.get().count == 9


@pytest.mark.django_db(transaction=True)
def test_the_same_click_in_two_processes_is_one_message(bakery, bob):
    at_once(*[lambda: begin(bakery, bob)] * 4)
    assert (Conversation.objects.count(), Message.objects.count()) == (1, 1)


# Questions


def test_a_question_opens_a_conversation_and_the_next_one_goes_on_there(bakery, alice, bob, account):
    (paid,) = bring_statement(account, mill_debit())
    first = talking.ask(company=bakery, about=paid, text="Quelle facture ?", by=alice, at=AT)
    again = talking.ask(company=bakery, about=paid, text="Alors ?", by=alice, at=AT)
    assert first.conversation == again.conversation
    assert "237,38" in first.conversation.subject
    piece = hand_in(bakery, bob)
    other = talking.ask(company=bakery, about=piece, text="Lisible ?", by=bob, at=AT, is_from_firm=False)
    assert other.conversation != first.conversation
    assert "Moulins" in other.conversation.subject
    assert Participant.objects.filter(conversation=first.conversation, person=bob, is_unread=True).exists()


@pytest.mark.django_db(transaction=True)
def test_two_questions_at_once_about_one_thing_are_one_conversation(bakery, alice, bob, account):
    (paid,) = bring_statement(account, mill_debit())
    at_once(
        *[lambda n=n: talking.ask(company=bakery, about=paid, text=f"{n} ?", by=alice, at=AT) for n in range(4)]
    )
    assert (Conversation.objects.count(), Message.objects.count()) == (1, 4)


def test_a_card_shows_the_thing_as_it_is_now_to_who_may_see_it(bakery, alice, bob, dina, account):
    (paid,) = bring_statement(account, mill_debit())
    first = talking.ask(company=bakery, about=paid, text="?", by=alice, at=AT)
    talking.invite_to_talk(conversation=first.conversation, people=[(dina, False)], by=alice, at=AT)
    mentions = list(first.mentions.all())

    def card(who, *, is_firm=False):
        return cards.of_mentions(seat(who, bakery, is_firm=is_firm), mentions)[mentions[0].pk]

    assert card(bob).state == "Sans justificatif"
    assert card(bob).amount == paid.amount
    assert card(dina) == cards.HIDDEN
    hand_in(bakery, bob)
    assert card(alice, is_firm=True).state == "Justifié"


def test_an_entry_and_a_reserved_folder_are_reserved_for_who_may_not_see_them(bakery, alice, bob, dina, lea):
    entry = hand_in(bakery, bob).entries.get()
    things = [entry, Folder.SOCIAL, entry.document]
    told = {who: cards.of_things(seat(who, bakery, is_firm=is_firm), things) for who, is_firm in ((alice, True), (bob, False), (dina, False), (lea, False))}  # fmt: skip
    hidden = {who: [card.is_reserved for card in found.values()] for who, found in told.items()}
    assert hidden == {alice: [False] * 3, bob: [True, False, False], dina: [True] * 3, lea: [True] * 3}


def test_an_entry_that_is_proposed_again_leaves_its_mention_empty(bakery, alice, bob):
    piece = hand_in(bakery, bob)
    entry = piece.entries.get()
    written = replace(say("Voyez"), mentions=[entry])
    message = talking.begin(
        company=bakery, kind=Kind.CONFIDENTIAL, subject="x", written=written, by=alice, at=AT, is_from_firm=True
    )
    entry.lines.all().delete()
    type(entry).objects.filter(pk=entry.pk).delete()
    (mention,) = message.mentions.all()
    assert cards.of_mentions(seat(alice, bakery, is_firm=True), [mention])[mention.pk] == cards.GONE


# Drafts


def draft(company, by, html, *, key="k", conversation=None, attachments=()):
    actions.save_draft(
        company=company,
        conversation=conversation,
        key=key,
        subject_given="",
        html=html,
        attachments=attachments,
        by=by,
        at=AT,
    )


def test_a_draft_is_kept_for_its_writer_alone_and_goes_when_it_is_sent(bakery, alice, bob):
    first = begin(bakery, alice, is_from_firm=True)
    draft(bakery, bob, "<p>Oui<script>x</script></p>", conversation=first.conversation)
    draft(bakery, bob, "<p>Oui, mais</p>", conversation=first.conversation)
    assert Draft.objects.get().html == "<p>Oui, mais</p>"
    assert queries.draft(bakery, alice, first.conversation) is None
    write(first, bob, "Oui", key="k")
    assert Draft.objects.count() == 0
    draft(bakery, bob, "<p>trop tard</p>", conversation=first.conversation)
    assert Draft.objects.count() == 0, "what was sent stays sent"


def test_an_empty_draft_is_none_and_one_of_a_new_conversation_goes_with_it(bakery, bob):
    draft(bakery, bob, "<p>Four</p>")
    assert Draft.objects.count() == 1
    draft(bakery, bob, "<p><br></p>")
    assert Draft.objects.count() == 0
    draft(bakery, bob, "<p>Four</p>", key="Bonjour")
    begin(bakery, bob)
    assert Draft.objects.count() == 0


def test_a_file_waits_with_its_draft_and_one_that_nobody_sent_is_forgotten(bakery, bob):
    kept = talking.attach_to_talk(company=bakery, content=b"a", filename="a.txt", by=bob, at=AT)
    talking.attach_to_talk(company=bakery, content=b"b", filename="b.txt", by=bob, at=AT)
    draft(bakery, bob, "", attachments=[kept.pk])
    assert queries.waiting_attachments(bakery, bob, "k") == [kept]
    assert actions.forget_unsent(before=AT + timedelta(8)) == 1
    assert Attachment.objects.get() == kept


# Search and paging


def test_words_are_found_without_accents_in_what_one_may_see(bakery, alice, karim, bob):
    begin(bakery, bob, text="La réparation du laminoir à été payée")
    begin(bakery, alice, kind=Kind.CONFIDENTIAL, is_from_firm=True, text="laminoir trop cher", subject="Marge")
    file = talking.attach_to_talk(company=bakery, content=b"x", filename="Échéancier pétrin.txt", by=bob, at=AT)
    talking.begin(company=bakery, kind=Kind.EXTERNAL, subject="Crédit-bail", written=say("Voici", attachments=[file.pk]), by=bob, at=AT, is_from_firm=False)  # fmt: skip

    def found(who, words, *, is_firm=False):
        with as_web(), transaction.atomic():
            tenancy.enter(bakery.firm_id, bakery.pk)
            return len(queries.search(seat(who, bakery, is_firm=is_firm), words).messages)

    assert found(bob, "reparation LAMINOIR") == 1
    assert found(bob, "laminoir") == 1
    assert found(alice, "laminoir", is_firm=True) == 2
    assert found(bob, "echeancier") == found(bob, "crédit bail") == 1
    assert found(bob, "réparations payées") == 1, "endings count as French does"
    assert found(bob, "zzz") == found(bob, "!!") == found(bob, "") == 0


def test_the_firms_search_stays_in_ones_dossiers(bakery, alice, karim, bob, charlie):
    begin(bakery, bob, text="laminoir")
    other = firms.open_dossier(firm=bakery.firm, by=alice, at=AT, name="Fleurs", siren="452133770")
    begin(other, alice, kind=Kind.CONFIDENTIAL, is_from_firm=True, text="laminoir aussi")

    def found(who, firm_id):
        with as_web(), transaction.atomic():
            at_firm = people.firm_seat(who, firm_id, TODAY)
            tenancy.enter(firm_id, None)
            return len(queries.search_at_firm(at_firm, "laminoir", TODAY).messages)

    assert found(alice, bakery.firm_id) == 2
    assert found(karim, bakery.firm_id) == 1
    assert found(charlie, charlie.firm_memberships.get().firm_id) == 0


def test_a_long_conversation_is_read_page_by_page_and_no_message_falls_between(bakery, alice, bob):
    first = begin(bakery, bob)
    for number in range(2, 121):
        write(first, bob, f"mot {number}")
    talk = Conversation.objects.get()
    last = queries.thread(talk)
    assert [last.messages[0].rank, last.messages[-1].rank, last.earlier, last.later] == [91, 120, 91, 0]
    before = queries.thread(talk, before=last.earlier)
    assert [before.messages[0].rank, before.messages[-1].rank] == [61, 90]
    assert queries.thread(talk, before=before.later).messages[-1].rank == 120
    assert queries.thread(talk, before=31).earlier == 0
    write(first, bob, "et un de plus")
    talk.refresh_from_db()
    assert [m.rank for m in queries.thread(talk, since=91).messages] == list(range(91, 122))
    assert 60 in [m.rank for m in queries.thread(talk, around=60).messages]


# Closed


def test_closed_by_the_firm_or_the_dossier_it_is_gone_and_comes_back_whole(bakery, alice, bob):
    begin(bakery, bob)
    assert waiting(bakery) == 1
    talking.open_messaging(firm=bakery.firm, has_messaging=False, how_to_reach="02 99", by=alice, at=AT)
    bakery.firm.refresh_from_db()
    assert seen(bob, bakery) == seen(alice, bakery, is_firm=True) == set()
    assert waiting(bakery) == 0
    with pytest.raises(talking.MessagingOff):
        talking.ask(company=bakery, about=None, text="?", by=alice, at=AT)
    talking.open_dossier_messaging(company=bakery, messaging=Messaging.ON, by=alice, at=AT)
    bakery.refresh_from_db()
    assert seen(bob, bakery) == {"Four"}
    assert waiting(bakery) == 1
    talking.open_dossier_messaging(company=bakery, messaging=None, by=alice, at=AT)
    bakery.refresh_from_db()
    assert seen(bob, bakery) == set()


def test_who_left_the_company_takes_part_no_more(bakery, alice, bob, dina):
    first = begin(bakery, alice, is_from_firm=True, people=[(dina, False)])
    members.leave_company(membership=CompanyMembership.objects.get(person=dina), by=bob, at=AT)
    assert queries.seat_of(dina, bakery, TODAY, is_firm=False) is None
    assert marks.read(conversation=first.conversation, by=dina, rank=1)  # harmless: their own mark
    assert pipeline.talking.subject_of(Folder.SOCIAL) == ""
