"""French first, English for who chooses it: pages, refusals, letters; what is kept and the books stay French."""

import html
import re

import pytest
from django.core import mail
from django.urls import reverse
from tests.acts import hand_in
from tests.conftest import AT
from tests.web.test_matrix import routes, scene  # noqa: F401  # the dossier with one of everything

from comptoir.domain.folder import Folder
from comptoir.domain.shelving import Place
from comptoir.lib.english import catalog
from comptoir.records.accounts import actions as accounts
from comptoir.records.audit.actions import record
from comptoir.records.audit.models import Event
from comptoir.records.folders import actions as folders
from comptoir.records.mail.models import Letter
from comptoir.records.notices import letters as notices
from comptoir.records.notices.models import Notice

pytestmark = pytest.mark.django_db


def speak(person, language="en"):
    accounts.choose_language(person=person, language=language, at=AT)
    person.refresh_from_db()
    return person


def text_of(answer):
    return answer.content.decode()


def test_who_chooses_english_reads_it_everywhere_and_may_come_back(bakery, bob, signed_in):
    client = signed_in(bob)
    home = reverse("client_home", args=[bakery.pk])
    assert '<html lang="fr"' in text_of(client.get(home))
    answer = client.post(reverse("language"), {"language": "en", "back": home})
    assert (answer.status_code, answer.url) == (302, home)
    assert '<html lang="en"' in text_of(client.get(home))
    assert Event.objects.get(verb="choose_language").detail["language"] == "en"
    client.post(reverse("language"), {"language": "fr"})
    assert '<html lang="fr"' in text_of(client.get(home))


@pytest.mark.parametrize("said", ["", "de", "<script>", "en" * 300, "EN"])
def test_an_unknown_language_changes_nothing(said, bob, signed_in):
    client = signed_in(bob)
    assert client.post(reverse("language"), {"language": said, "back": "https://evil.example/"}).url == reverse(
        "profile"
    )
    bob.refresh_from_db()
    assert bob.language == ""


def test_the_sign_in_page_speaks_what_it_is_asked_for_and_remembers_it(client):
    login = reverse("account_login")
    assert 'href="?langue=en"' in text_of(client.get(login))
    english = text_of(client.get(login, {"langue": "en"}))
    assert "E-mail address" in english
    assert 'href="?langue=fr"' in english
    assert '<html lang="en"' in text_of(client.get(login))
    for said in ("de", "../en", "é" * 300):
        assert '<html lang="en"' in text_of(client.get(login, {"langue": said}))
    assert client.cookies["langue"].value == "en"


def test_a_persons_own_choice_counts_more_than_the_browsers(bakery, bob, signed_in):
    client = signed_in(speak(bob, "fr"))
    client.cookies["langue"] = "en"
    assert '<html lang="fr"' in text_of(client.get(reverse("client_home", args=[bakery.pk])))


def test_two_persons_at_once_each_read_their_own(bakery, bob, dina, signed_in):
    speak(bob)
    page = reverse("client_documents", args=[bakery.pk])
    for who, wanted in ((bob, "en"), (dina, "fr"), (bob, "en"), (dina, "fr")):
        assert f'<html lang="{wanted}"' in text_of(signed_in(who).get(page))


def test_what_is_said_of_a_piece_is_english_and_what_is_written_on_it_stays(bakery, bob, alice, signed_in):
    piece = hand_in(bakery, bob)
    page = text_of(signed_in(speak(bob)).get(reverse("client_document", args=[bakery.pk, piece.pk])))
    assert "Moulins" in page
    assert "Télécharger" not in page
    assert "Download" in page
    books = text_of(signed_in(speak(alice)).get(reverse("firm_entries", args=[bakery.pk])))
    assert '<html lang="en"' in books


def test_a_refusal_is_told_in_english(bakery, bob, signed_in):
    answer = signed_in(speak(bob)).post(
        reverse("client_documents", args=[bakery.pk]), {}, headers={"accept": "application/json"}
    )
    assert answer.status_code == 422
    sentence = answer.json()["sentence"]
    assert sentence in catalog.words("sentences").values()
    assert not re.search(r"[éèàç]", sentence)


def test_a_notice_is_kept_in_french_and_written_in_its_readers_language(bakery, bob, alice):
    hand_in(bakery, bob)
    row = Notice(
        company=bakery,
        firm_id=bakery.firm_id,
        person=bob,
        kind="message",
        sentence="Alice Martin vous a écrit.",
        path="/x/",
    )
    assert "Alice Martin vous a écrit." in notices.letter(row, home="https://c.example").text
    letter = notices.letter(Notice(company=bakery, firm_id=bakery.firm_id, person=speak(bob), kind="message", sentence=row.sentence, path="/x/"), home="https://c.example")  # fmt: skip
    assert "Alice Martin has written to you." in letter.text
    assert f"Hello {bob.first_name}," in letter.text
    assert "Alice Martin has written to you." in letter.html


def test_who_is_invited_is_written_in_french_whoever_invites(bakery, alice, signed_in):
    client = signed_in(speak(alice))
    client.post(reverse("firm_members", args=[bakery.pk]), {"email": "eve@dupont.example", "role": "lecteur"})
    letter = Letter.objects.latest("pk")
    assert "vous invite" in letter.subject
    assert not mail.outbox


KEPT = {
    "Achats", "Banque", "Compte courant", "Caisse", "Ventes",  # journals and accounts
    "Bonjour", "Objet", "À relancer",  # what the cast wrote
}  # fmt: skip
"""What stays as the books hold it, or as somebody wrote it, though the product says it elsewhere."""
OF_FILES = {"page_text", "import_dossiers"}
"""Screens of a paper's own words, and of the columns of a French file."""
MUTE = re.compile(r"<(script|style|textarea|code)\b.*?</\1>", re.DOTALL)


@pytest.mark.parametrize("who", ["expert_comptable", "dirigeant"])
def test_every_page_is_english_for_who_reads_english(who, scene, bakery, signed_in):  # noqa: F811
    cast, values, _ = scene
    client = signed_in(speak(cast[who]))
    known = catalog.words("sentences") | catalog.words("pages")
    said = {french for french in known if "{" not in french} - set(known.values()) - KEPT
    left, seen = [], 0
    for name, (pattern, parameters) in routes().items():
        answer = client.get(
            "/" + pattern % {p: values[p](name) if callable(values[p]) else values[p] for p in parameters}
        )
        for close in answer._resource_closers:  # the file of a download
            close()
        if answer.status_code != 200 or answer.streaming or "text/html" not in answer["Content-Type"]:
            continue
        page, seen = text_of(answer), seen + 1
        shown = {html.unescape(words).strip() for words in re.findall(r">([^<>]+)<", re.sub(MUTE, "", page))}
        left += [f"{name}: {french}" for french in sorted(shown & said) if name not in OF_FILES]
        assert "<html" not in page or '<html lang="en"' in page, name
    assert left == []
    assert seen > 30


def test_a_line_of_the_portfolio_is_read_by_two_people_each_in_their_language(bakery, alice, signed_in):
    portfolio = reverse("portfolio", args=[bakery.firm_id])
    assert 'data-label="Clôture"' in text_of(signed_in(alice).get(portfolio))
    english = text_of(signed_in(speak(alice)).get(portfolio))
    assert 'data-label="Closing"' in english
    assert "Clôture" not in english
    assert 'data-label="Clôture"' in text_of(signed_in(speak(alice, "fr")).get(portfolio))


def test_the_log_is_read_in_english_and_leaves_as_a_french_file(bakery, alice, bob, signed_in):
    at = {"by": alice, "at": AT}
    record("edit_file", bakery, **at, changes={"legal_form": ["SARL", "SAS"], "city": [None, "Brûlon"]})
    record("deposit", bakery, **at, filename="avant : oui.pdf", folder="fiscal")
    record("match", bakery, by=None, at=AT, reason="même montant, le jour même")
    record("dismiss", bakery, **at, reason="même montant")
    client = signed_in(speak(alice))
    page = text_of(client.get(reverse("firm_audit", args=[bakery.firm_id])))
    assert "town: empty → Brûlon, legal form: SARL → SAS" in page
    assert "avant : oui.pdf, in Tax" in page
    assert ">same amount, the same day<" in page
    assert ">même montant<" in page, "what a person wrote"
    file = client.post(reverse("firm_audit_export", args=[bakery.firm_id]))
    kept = b"".join(file.streaming_content).decode("utf-8-sig")
    assert "ville : vide → Brûlon, forme juridique : SARL → SAS" in kept
    assert "avant : oui.pdf, dans Fiscal" in kept


def test_the_palette_is_searched_in_english(bakery, alice, signed_in):
    client, palette = signed_in(speak(alice)), reverse("palette", args=[bakery.firm_id])
    assert "Client file templates" in text_of(client.get(palette, {"q": "templ"}))
    assert "Portfolio" in text_of(client.get(palette, {"q": "portf"}))
    assert "Portefeuille" not in text_of(client.get(palette, {"q": "portef"}))


def test_fixed_folders_are_named_in_english_and_the_firms_own_keep_their_name(bakery, alice, bob, signed_in):
    own = folders.make_folder(company=bakery, place=Place(Folder.FISCAL), name="Ventes", by=alice, at=AT)
    client = signed_in(speak(bob))
    assert ">Tax<" in text_of(client.get(reverse("client_folders", args=[bakery.pk])))
    inside = text_of(client.get(reverse("client_subfolder", args=[bakery.pk, "fiscal", own.pk])))
    assert ">Tax<" in inside
    assert ">Ventes<" in inside
    assert "Sales" not in inside
