"""An invitation: its letter, its link that opens once, and every link that does not."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone
from tests.conftest import AT, person
from tests.records.test_at_once import at_once

from comptoir import pipeline
from comptoir.domain.rights import Role
from comptoir.domain.text import on_one_line
from comptoir.records.audit.models import Event
from comptoir.records.firms import actions as firms
from comptoir.records.firms import invitations
from comptoir.records.firms.models import CompanyMembership, FirmMembership, Invitation, Person
from comptoir.records.mail.models import Letter

pytestmark = pytest.mark.django_db

LOCAL = {"backend": "django.core.mail.backends.locmem.EmailBackend"}
NEW_LETTER = {"email": "lea@example.org", "role": "gestionnaire"}
NEW = {"first_name": "Léa", "last_name": "Roux", "password": "une phrase de farine"}


def text(answer):
    return answer.content.decode()


@pytest.fixture
def members(bakery):
    return f"/c/{bakery.pk}/collaborateurs/"


def invite(client, page, email="lea@example.org", role="gestionnaire", **more):
    return client.post(page, {"email": email, "role": role, **more})


def link(letter=None):
    letter = letter or Letter.objects.latest("at", "id")
    return "/" + re.search(r"https?://[^/]+/(invitation/\S+)", letter.text).group(1)


def test_the_letter_names_firm_company_inviter_login_and_holds_one_button(bakery, bob, members, signed_in):
    assert invite(signed_in(bob), members, first_name="Léa").status_code == 302
    letter = Letter.objects.get()
    assert letter.to == letter.to.lower() == "lea@example.org"
    for part in (letter.text, letter.html):
        for told in (
            "Bob Essai",
            "Boulangerie Dupont",
            "Cabinet Alice",
            "lea@example.org",
            "Gestionnaire",
            "bien-demarrer",
        ):
            assert told in part, told
        assert "http://testserver/" in part
    assert letter.html.count("padding:14px 22px") == 1, "one button"
    assert letter.firm_id == bakery.firm_id


def test_only_the_tokens_hash_is_kept(bob, members, signed_in):
    invite(signed_in(bob), members)
    token = link().split("/")[-2]
    invitation = Invitation.objects.get()
    assert invitation.token_hash == invitations.fingerprint(token) != token
    assert invitation.expires_at - invitation.sent_at == timedelta(days=7)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM firms_invitation i WHERE i::text LIKE %s", [f"%{token}%"])
        assert cursor.fetchone() == (0,)


def test_who_accepts_gets_an_account_a_role_and_the_welcome(bakery, bob, members, signed_in, client):
    invite(signed_in(bob), members)
    page = client.get(link())
    assert "Boulangerie Dupont" in text(page)
    answer = client.post(link(), NEW)
    assert (answer.status_code, answer.url) == (302, f"/c/{bakery.pk}/bienvenue/")
    lea = Person.objects.get(email="lea@example.org")
    assert CompanyMembership.objects.get(person=lea).role == "gestionnaire"
    assert lea.check_password(NEW["password"])
    welcome = client.get(answer.url)
    assert "Une première pièce" in text(welcome)
    assert client.get(members).status_code == 404, "a gestionnaire manages no people"


def test_a_passkey_may_take_the_place_of_a_password(bob, members, signed_in, client):
    invite(signed_in(bob), members)
    answer = client.post(link(), {**NEW, "password": "", "passkey": "1"})
    assert answer.url == "/compte/2fa/passkeys/add/"
    assert not Person.objects.get(email="lea@example.org").has_usable_password()
    assert client.get(answer.url).status_code == 200
    assert client.get("/suite/").url.endswith("/bienvenue/"), "afterwards, where they were going"
    assert client.get("/suite/").url == "/compte/profil/", "once"


@pytest.mark.parametrize("weak", ["", "court", "0123456789", "motdepasse1", "lea@example.org"])
def test_a_weak_password_makes_no_account(bob, members, signed_in, client, weak):
    invite(signed_in(bob), members)
    assert client.post(link(), {**NEW, "password": weak}).status_code == 422
    assert not Person.objects.filter(email="lea@example.org").exists()


def test_a_link_serves_once(bob, members, signed_in, client):
    invite(signed_in(bob), members)
    client.post(link(), NEW)
    for other in (Client(), signed_in(bob)):
        again = other.get(link())
        assert (again.status_code, "déjà servi" in text(again)) == (410, True)
        assert other.post(link(), {**NEW, "first_name": "Mallory"}).status_code == 410
    assert Person.objects.filter(email="lea@example.org").count() == 1


def test_a_link_expires_after_seven_days(bob, members, signed_in, client):
    invite(signed_in(bob), members)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    answer = client.post(link(), NEW)
    assert (answer.status_code, "expiré" in text(answer)) == (410, True)
    assert not Person.objects.filter(email="lea@example.org").exists()
    assert "Expirée" in text(signed_in(bob).get(members))


def test_a_revoked_link_opens_nothing(bob, members, signed_in, client):
    bobs = signed_in(bob)
    invite(bobs, members)
    address = link()
    bobs.post(f"{members}invitations/{Invitation.objects.get().pk}/revocation")
    answer = client.post(address, NEW)
    assert (answer.status_code, "révoquée" in text(answer)) == (410, True)
    assert "lea@example.org" not in text(bobs.get(members)).split('id="there"')[1]


@pytest.mark.parametrize("forged", ["x", "A" * 43, "A" * 5000, "%00", "../../c", "é" * 20])
def test_a_forged_link_opens_nothing(client, forged):
    answer = client.get(f"/invitation/{forged}/")
    assert answer.status_code in (400, 404)
    assert client.post(f"/invitation/{forged}/", NEW).status_code in (400, 404)
    assert Person.objects.count() == 0


def test_sending_again_makes_a_new_link_and_the_former_opens_no_more(bob, members, signed_in, client):
    bobs = signed_in(bob)
    invite(bobs, members)
    former, again = link(), f"{members}invitations/{Invitation.objects.get().pk}/envoi"
    Invitation.objects.update(sent_at=timezone.now() - timedelta(minutes=2))
    bobs.post(again)
    assert link() != former
    assert client.get(former).status_code == 404
    assert client.get(link()).status_code == 200


def test_an_invitation_may_wait_before_it_is_sent(bob, members, signed_in):
    bobs = signed_in(bob)
    invite(bobs, members, later="1")
    assert not Letter.objects.exists()
    assert "Non envoyée" in text(bobs.get(members))
    bobs.post(f"{members}invitations/{Invitation.objects.get().pk}/envoi")
    assert "Lien à transmettre" in text(bobs.get(members)), "nobody carries the mail here, and the list says so"


@pytest.mark.parametrize(
    ("transport", "said", "state"),
    [
        (LOCAL, "est partie", "Envoyée"),
        ({}, "demandez à votre cabinet de transmettre son lien", "Lien à transmettre"),
    ],
)
def test_the_inviter_is_told_what_became_of_the_letter(bob, members, signed_in, settings, transport, said, state):
    settings.MAIL_TRANSPORT = transport
    bobs = signed_in(bob)
    invite(bobs, members)
    page = text(bobs.get(members))
    assert said in page
    assert state in page


def test_an_accepted_invitation_stays_in_the_list_for_a_month(bob, members, signed_in, client):
    invite(signed_in(bob), members)
    client.post(link(), NEW)
    page = text(signed_in(bob).get(members))
    assert "Acceptée" in page
    assert "Relancer" not in page, "there is nothing left to send"
    Invitation.objects.update(accepted_at=timezone.now() - timedelta(days=31))
    assert "Acceptée" not in text(signed_in(bob).get(members))


def test_lists_that_are_open_show_each_change_of_an_invitation(bakery, bob, monkeypatch):
    told = []
    monkeypatch.setattr(invitations, "announce", lambda room, topics: told.append((room, topics)))
    one = {"firm": bakery.firm, "by": bob, "at": AT}
    noted = invitations.invite(company=bakery, email="lea@example.org", role=Role.LECTEUR, **one)
    invitations.send(invitation=noted, by=bob, at=AT)
    invitations.revoke(invitation=noted, by=bob, at=AT)
    invitations.invite(email="new@example.org", role=Role.ASSISTANT, **one)
    assert told == [(bakery.pk, ["people"])] * 3 + [(bakery.firm_id, ["people"])]


def test_who_has_an_account_signs_in_and_joins(bakery, bob, members, signed_in, client):
    lea = person("Lea")
    invite(signed_in(bob), members)
    answer = client.get(link())
    assert answer.url == f"/compte/login/?next={link()}"
    assert "Vous avez déjà un compte" in text(client.get(answer.url)), "the sign-in page says why it is there"
    theirs = signed_in(lea)
    assert "Rejoindre" in text(theirs.get(link()))
    assert not CompanyMembership.objects.filter(person=lea).exists(), "looking joins nobody"
    assert theirs.post(link()).url == f"/c/{bakery.pk}/bienvenue/"
    assert CompanyMembership.objects.get(person=lea).role == "gestionnaire"


def test_the_mail_opened_again_later_leads_home(bakery, bob, members, signed_in, client):
    invite(signed_in(bob), members)
    client.post(link(), NEW)
    assert client.get(link()).url == "/"
    assert Client().get(link()).status_code == 410


def test_who_came_by_a_link_and_made_a_passkey_is_not_asked_again_who_they_are(bob, members, signed_in, client):
    invite(signed_in(bob), members)
    client.post(link(), {**NEW, "passkey": "1"})
    lea = Person.objects.get(email="lea@example.org")
    Authenticator.objects.create(user=lea, type=Authenticator.Type.WEBAUTHN, data={})
    assert client.get("/compte/2fa/codes/generate/").status_code == 200


def test_somebody_elses_invitation_is_not_taken(bob, charlie, members, signed_in):
    invite(signed_in(bob), members)
    charlies = signed_in(charlie)
    assert "Une autre personne est connectée" in text(charlies.get(link()))
    charlies.post(link())
    assert not CompanyMembership.objects.filter(person=charlie).exists()
    assert charlies.post(f"{link()}autre").url == link()
    assert "_auth_user_id" not in charlies.session


def test_who_is_already_there_is_not_invited_again(bob, dina, members, signed_in):
    answer = invite(signed_in(bob), members, email="DINA@example.org")
    assert (answer.status_code, "fait déjà partie" in text(answer)) == (422, True)
    assert not Invitation.objects.exists()
    assert "DINA@example.org" in text(answer), "what was typed stays"


def test_who_is_already_invited_is_sent_again_rather_than_twice(bob, members, signed_in):
    bobs = signed_in(bob)
    invite(bobs, members)
    answer = invite(bobs, members, email=" LEA@example.org ")
    assert (answer.status_code, "déjà invitée" in text(answer)) == (422, True)
    assert Invitation.objects.count() == Letter.objects.count() == 1


@pytest.mark.parametrize("role", ["expert_comptable", "collaborateur", "", "root", "Dirigeant"])
def test_a_role_of_the_other_side_is_never_given(bob, members, signed_in, role):
    assert invite(signed_in(bob), members, role=role).status_code == 422
    assert not Invitation.objects.exists()


def test_the_firm_invites_its_own_people_and_only_its_expert_comptable_does(bakery, alice, bob, signed_in):
    page = f"/cabinet/{bakery.firm_id}/collaborateurs/"
    karim = person("Karim")
    firms.join_firm(firm=bakery.firm, person=karim, role=Role.CHEF_DE_MISSION, at=AT)
    assert [invite(signed_in(who), page, role="assistant").status_code for who in (bob, karim, alice)] == [
        404,
        404,
        302,
    ]
    assert Invitation.objects.get().company is None


def test_a_collaborator_of_the_firm_joins_it_by_the_link(bakery, alice, signed_in, client):
    invite(signed_in(alice), f"/cabinet/{bakery.firm_id}/collaborateurs/", role="assistant")
    assert client.post(link(), NEW).url == f"/cabinet/{bakery.firm_id}/"
    assert FirmMembership.objects.get(person__email="lea@example.org").role == "assistant"
    assert client.get(f"/cabinet/{bakery.firm_id}/").status_code == 200


def test_a_name_with_a_line_break_adds_no_header(bakery, bob, members, signed_in, settings):
    settings.MAIL_TRANSPORT = LOCAL
    bakery.firm.name = "Cabinet\r\nBcc: victim@example.org"
    bakery.firm.save()
    bob.first_name = "Bob\nBcc: victim@example.org"
    bob.save()
    invite(signed_in(bob), members)
    _deliver()
    message = mail.outbox[0].message()
    assert message.get_all("To") == ["lea@example.org"]
    assert message["Bcc"] is message["Cc"] is None
    # A header may be folded (RFC 5322, 2.2.3): a line that begins with a space continues the one before.
    assert "\n" not in (str(message["Subject"]) + str(message["From"])).replace("\n ", "")


def _deliver():
    letter = Letter.objects.latest("at", "id")
    pipeline.deliver(
        letter_id=str(letter.pk),
        firm_id=str(letter.firm_id),
        company_id=str(letter.company_id or ""),
        person_id="",
    )
    return letter


def test_a_letter_leaves_once_and_its_link_is_forgotten(bob, members, signed_in, settings):
    settings.MAIL_TRANSPORT = LOCAL
    invite(signed_in(bob), members)
    _deliver()
    _deliver()
    assert len(mail.outbox) == 1
    assert [kind for _, kind in mail.outbox[0].alternatives] == ["text/html"]
    assert mail.outbox[0].reply_to == ["bob@example.org"]
    letter = Letter.objects.get()
    assert letter.sent_at
    assert letter.text == letter.html == ""


def test_a_letter_that_does_not_leave_is_kept_with_the_reason(bakery, alice, bob, members, signed_in, settings):
    settings.MAIL_TRANSPORT = {
        "backend": "django.core.mail.backends.smtp.EmailBackend",
        "host": "127.0.0.1",
        "port": 1,
    }
    invite(signed_in(bob), members)
    with pytest.raises(Exception, match="refused"):
        _deliver()
    letter = Letter.objects.get()
    assert letter.is_waiting
    assert "refused" in letter.fault
    assert "Pas encore partie" in text(signed_in(alice).get(f"/cabinet/{bakery.firm_id}/courrier/"))


def test_without_a_carrier_the_link_is_told_to_the_console_and_shown_to_the_expert_comptable(
    bakery, alice, bob, members, signed_in, capsys
):
    invite(signed_in(bob), members)
    letter = _deliver()
    assert link(letter) in capsys.readouterr().out
    page = f"/cabinet/{bakery.firm_id}/courrier/{letter.pk}/"
    assert link(letter) in text(signed_in(alice).get(page))
    karim = person("Karim")
    firms.join_firm(firm=bakery.firm, person=karim, role=Role.CHEF_DE_MISSION, at=AT)
    assert [signed_in(who).get(page).status_code for who in (karim, bob)] == [404, 404]


def test_a_letter_about_an_account_is_its_persons_alone(bakery, alice, bob, client, signed_in, settings):
    settings.EMAIL_BACKEND = "comptoir.web.shell.outbox.Backend"
    client.post("/compte/password/reset/", {"email": bob.email})
    letter = Letter.objects.get()
    assert (letter.firm_id, letter.person_id) == (None, bob.pk)
    assert bob.email not in text(signed_in(alice).get(f"/cabinet/{bakery.firm_id}/courrier/"))
    assert signed_in(alice).get(f"/cabinet/{bakery.firm_id}/courrier/{letter.pk}/").status_code == 404


def test_a_letter_to_nobodys_address_is_not_written(client, settings):
    settings.EMAIL_BACKEND = "comptoir.web.shell.outbox.Backend"
    assert client.post("/compte/password/reset/", {"email": "nobody@example.org"}).status_code == 302
    assert not Letter.objects.exists()


def test_accepting_asks_for_the_forms_own_token(bob, members, signed_in):
    invite(signed_in(bob), members)
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link(), NEW).status_code == 403
    bobs = Client(enforce_csrf_checks=True)
    bobs.force_login(bob, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert invite(bobs, members, email="mallory@example.org").status_code == 403
    assert Invitation.objects.count() == 1


def test_a_session_that_was_fixed_beforehand_is_not_the_one_that_is_signed_in(bob, members, signed_in):
    invite(signed_in(bob), members)
    victim = Client()
    victim.get("/compte/login/")
    victim.session["theme"] = "dark"
    fixed = victim.session
    fixed.save()
    before = fixed.session_key
    victim.cookies["sessionid"] = before
    victim.post(link(), NEW)
    assert victim.cookies["sessionid"].value != before
    thief = Client()
    thief.cookies["sessionid"] = before
    assert thief.get("/espaces/").status_code == 302


@pytest.mark.parametrize(
    "evil", ["https://evil.example/", "//evil.example", "\\\\evil.example", "javascript:alert(1)"]
)
def test_an_invitation_leads_to_its_own_space_only(bakery, bob, members, signed_in, client, evil):
    invite(signed_in(bob), members)
    answer = client.post(f"{link()}?next={evil}", {**NEW, "next": evil})
    assert answer.url == f"/c/{bakery.pk}/bienvenue/"


def test_each_step_is_in_the_log(bakery, bob, members, signed_in, client):
    invite(signed_in(bob), members)
    client.post(link(), NEW)
    verbs = set(Event.objects.filter(company_id=bakery.pk).values_list("verb", flat=True))
    assert {"invite", "send_invitation", "accept_invitation", "join_company", "sign_in"} <= verbs
    sent = Event.objects.get(verb="send_invitation")
    assert sent.origin.startswith("127.0.0.1 · ")


@pytest.mark.django_db(transaction=True)
def test_of_two_acceptances_at_once_one_joins_and_the_other_is_told(bakery, bob, members, signed_in):
    invite(signed_in(bob), members)
    address = link()
    answers = at_once(*[lambda: Client().post(address, NEW)] * 3)
    # Who comes once the account is made is led to sign in; who came at the same moment is told.
    joined = [a for a in answers if a.status_code == 302 and not a.url.startswith("/compte/login/")]
    assert len(joined) == 1
    assert {a.status_code for a in answers} <= {302, 410}
    assert Person.objects.filter(email="lea@example.org").count() == 1
    assert CompanyMembership.objects.filter(person__email="lea@example.org").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_invitations_of_one_address_at_once_one_is_made(bakery, bob, members, signed_in):
    clients = [signed_in(bob) for _ in range(3)]
    answers = at_once(*[lambda c=c: invite(c, members) for c in clients])
    assert sorted(answer.status_code for answer in answers) == [302, 422, 422]
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize(
    "name", ["Cabinet \\", 'Dit "le Cabinet" <x@evil.example>', "É, Fils & Cie", "a\r\nBcc: x@y.fr"]
)
def test_a_letter_is_from_the_firm_whatever_signs_its_name_holds(bakery, bob, members, signed_in, settings, name):
    settings.MAIL_TRANSPORT = LOCAL
    bakery.firm.name = name
    bakery.firm.save()
    invite(signed_in(bob), members)
    _deliver()
    (sender,) = message_from_bytes(mail.outbox[0].message().as_bytes(), policy=default)["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (on_one_line(name), settings.DEFAULT_FROM_EMAIL)


def test_links_of_a_letter_stand_on_the_public_address_whatever_host_was_asked(bob, members, signed_in, settings):
    settings.PUBLIC_URL = "https://comptoir.example"
    assert signed_in(bob).post(members, NEW_LETTER, headers={"host": "localhost:1234"}).status_code == 302
    found = re.findall(r"https?://[^/\s\"<]+", Letter.objects.get().text + Letter.objects.get().html)
    assert set(found) == {"https://comptoir.example"}


def test_who_comes_with_a_name_that_turns_the_text_around_is_asked_again(bob, members, signed_in, client):
    invite(signed_in(bob), members)
    for name in ("Léa\r\nRoux", "Léa\u202e", "Léa\u200b"):
        answer = client.post(link(), NEW | {"first_name": name})
        assert answer.status_code == 422
        assert "signe invisible" in text(answer)
    refused = invite(signed_in(bob), members, "b@example.org", last_name="Roux\nhttp://evil.example")
    assert refused.status_code == 422
    assert not Invitation.objects.filter(email="b@example.org").exists()


def test_an_invitation_pressed_twice_leaves_once_and_the_link_that_left_opens(bob, members, signed_in, client):
    bobs = signed_in(bob)
    invite(bobs, members)
    answer = bobs.post(f"{members}invitations/{Invitation.objects.get().pk}/envoi")
    assert answer.status_code == 422
    assert "vient de partir" in text(answer)
    assert Letter.objects.count() == 1
    assert client.get(link()).status_code == 200


def test_a_dirigeant_invites_twenty_a_day_and_the_firm_as_many_as_it_wants(bakery, alice, bob, members, signed_in):
    bobs = signed_in(bob)
    for n in range(20):
        assert invite(bobs, members, email=f"p{n}@example.org").status_code == 302
    answer = invite(bobs, members, email="p20@example.org")
    assert (answer.status_code, "vingt personnes" in text(answer)) == (422, True)
    assert invite(signed_in(alice), f"/dossiers/{bakery.pk}/acces/", email="p20@example.org").status_code == 302
