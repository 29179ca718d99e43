"""The help: readable by anybody in their language, found by any word however it is written, with pictures that are there."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from tests.conftest import AT

from comptoir.demo.screens import GUIDE, SCREENS
from comptoir.lib.english import ENGLISH, FRENCH, catalog, speaking
from comptoir.records.accounts import actions as accounts
from comptoir.web import articles
from comptoir.web.articles import PICTURES, Side

LANGUAGES = (FRENCH, ENGLISH)
ENGLISH_GUIDE = settings.GUIDE / "english"


def written_in(language):
    with speaking(language):
        return articles.every()


def links(text):
    return re.findall(r"(?<!!)\[[^\]]+\]\(([^)/]+)\)", text)


def pictures(text):
    return re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)


BOTH = [pytest.param(one, id=f"{language}-{one.slug}") for language in LANGUAGES for one in written_in(language)]
PAIRS = [
    pytest.param(french, english, id=french.slug)
    for french, english in zip(written_in(FRENCH), written_in(ENGLISH), strict=True)
]


@pytest.mark.parametrize("article", BOTH)
def test_an_article_is_read_without_signing_in_and_its_links_and_pictures_are_there(article, client, db):
    page = client.get(article.address, {"langue": article.language})
    assert page.status_code == 200
    said = page.content.decode()
    assert f"<h1>{article.title}</h1>" in said
    for target in links(article.text):
        assert articles.article(article.side, target), f"{article.slug} leads to {target}, which is nowhere"
    for picture in pictures(article.text):
        assert (PICTURES / picture).exists(), "bin/screenshots DIR --guide makes it"
        assert picture.removesuffix(".webp") in GUIDE, "a picture that nothing makes again"


def test_each_article_has_its_english_and_no_english_stands_alone():
    def names(guide: Path):
        return {f"{side}/{path.name}" for side in Side for path in (guide / side).glob("*.md")}

    assert names(ENGLISH_GUIDE) == names(settings.GUIDE)
    assert {one.language for one in written_in(ENGLISH)} == {ENGLISH}


def shape(text):
    """What a translation leaves as it is: headings, lists, rows of tables, links, pictures, commands."""
    marks = [re.match(r"#+ |\d+\. |- |\| |!\[", line) for line in text.splitlines()]
    return [mark[0] for mark in marks if mark], links(text), pictures(text)


@pytest.mark.parametrize(("french", "english"), PAIRS)
def test_an_english_article_says_what_the_french_one_says_with_the_same_links_and_pictures(french, english):
    assert shape(english.text) == shape(french.text)
    assert english.screens == french.screens
    assert english.title != french.title
    # French words are glosses there, in italics; a French letter anywhere else is a sentence left behind.
    plain = re.sub(r"\*[^*]+\*", "", f"{english.title} {english.summary} {english.text}")
    assert re.findall(r"\w*[à-ÿ«»œ]\w*", plain) == []


def test_the_english_files_name_no_screens_of_their_own():
    for path in ENGLISH_GUIDE.rglob("*.md"):
        assert "screens:" not in path.read_text().partition("\n---\n")[0], path.name


def test_what_an_english_article_calls_by_name_is_called_so_on_the_english_screens():
    said = _said_on_screens()
    quoted = {words for one in written_in(ENGLISH) for words in re.findall(r"“([^”]+)”", one.text)}
    assert sorted(words for words in quoted if _bare(words) not in said and words not in NAMED_ELSEWHERE) == []


NAMED_ELSEWHERE = {
    "Comptoir",
    "Mail",  # of the iPhone
    "Share",  # of the phone
}
"""Names of things that are not ours."""


def _said_on_screens():
    script = (settings.GUIDE.parents[1] / "src/comptoir/web/static/js/spoken.js").read_text()
    spoken = re.findall(r'": "([^"]*)",\n', script)
    kept = [said for name in ("pages", "sentences") for said in catalog.read(name)]
    return {_bare(str(said)) for said in [*(message.string for message in kept), *spoken]}


def _bare(words):
    """Words in the plural that their figure gives, without figures, variables and what stands at their ends."""
    words = re.sub(r"\{\{[^}]*\|plural *\}\}", "s", words)
    words = re.sub(r"\{\{.*?\}\}|\{\d+\}|\d+", "", words)
    return re.sub(r" +", " ", words).strip(" .…?:").casefold()


def test_every_picture_of_the_guide_is_of_a_screen_and_is_used():
    names = {screen.name for screen in SCREENS}
    assert {name for name, _ in GUIDE.values()} <= names
    text = "".join(found.text for found in written_in(FRENCH))
    assert [name for name in GUIDE if f"({name}.webp)" not in text] == []
    for folder in (PICTURES, PICTURES / ENGLISH):
        assert {path.stem for path in folder.glob("*.webp")} == set(GUIDE), (
            "bin/screenshots DIR --guide makes them"
        )


def test_an_english_article_shows_english_screens():
    with speaking(ENGLISH):
        shown = re.findall(r'<img src="([^"]*)"', "".join(one.html for one in articles.every()))
    assert len(shown) == len(GUIDE)
    assert [picture for picture in shown if "/guide/en/" not in picture] == []


def test_a_picture_is_placed_with_its_size_so_that_nothing_moves():
    html = articles.article(Side.CLIENTS, "deposer-par-e-mail").html
    assert re.search(
        r'<img src="[^"]*client-adresses[^"]*" alt="[^"]+" width="1080" height="\d+" loading="lazy"', html
    )


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("mot de passe oublié", "se-connecter"),
        ("mot de pase oublie", "se-connecter"),
        ("lettrage", "lettrage"),
        ("comment délettrer", "lettrage"),
        ("EBISC", "ebics"),
        ("déposer par mail", "deposer-par-e-mail"),
        ("photographier un ticket", "deposer-par-telephone"),
        ("inviter", "inviter"),
        ("z de caisse", "z-de-caisse"),
    ],
)
def test_a_search_forgives_accents_endings_and_slips(asked, first):
    assert articles.search(asked)[0].slug == first


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("forgotten password", "se-connecter"),
        ("forgoten pasword", "se-connecter"),
        ("how do I sign in", "se-connecter"),
        ("matching", "lettrage"),
        ("unmatch", "lettrage"),
        ("EBISC", "ebics"),
        ("hand in by email", "deposer-par-e-mail"),
        ("photograph a receipt", "deposer-par-telephone"),
        ("invite a colleague", "inviter"),
        ("till report", "z-de-caisse"),
        ("expenses", "notes-de-frais"),
        ("file refused", "fichier-refuse"),
    ],
)
def test_a_search_in_english_forgives_as_much(asked, first):
    with speaking(ENGLISH):
        assert articles.search(asked)[0].slug == first


def test_each_language_is_searched_in_its_own_words():
    assert articles.search("justificatif")
    assert articles.search("forgotten") == []
    with speaking(ENGLISH):
        assert articles.search("forgotten")
        assert articles.search("justificatif") == []
        assert articles.search("how do I") == []


@pytest.mark.parametrize("asked", ["", "   ", "zzzxqwk", "le la les", "\0", "<script>", "é" * 5000])
def test_what_means_nothing_finds_nothing(asked):
    assert articles.search(asked) == []


def test_the_home_says_what_was_looked_for_and_not_found(client, db):
    page = client.get("/aide/", {"q": "<b>zzzxqwk"})
    assert page.status_code == 200
    assert "Rien sur « &lt;b&gt;zzzxqwk »" in page.content.decode()


def test_the_panel_begins_with_the_articles_of_the_screen(client, db):
    said = client.get("/aide/panneau/", {"cote": "cabinets", "ecran": "firm_lettering"}).content.decode()
    assert said.index("Lettrer au clavier") < said.index("Et aussi") < said.index("Le portefeuille")
    assert "Pour les clients" not in said


def test_a_screen_that_nobody_knows_has_the_articles_of_its_side(client, db):
    said = client.get("/aide/panneau/", {"cote": "<x>", "ecran": "<x>"}).content.decode()
    assert "Sur cet écran" not in said
    assert "Bien démarrer" in said


def test_who_speaks_english_reads_home_panel_and_article_in_english(bakery, bob, signed_in):
    accounts.choose_language(person=bob, language=ENGLISH, at=AT)
    client = signed_in(bob)

    def read(address, **asked):
        return client.get(address, asked).content.decode()

    home = read("/aide/")
    assert "For clients" in home
    assert "Getting started" in home
    assert "Take photos with the phone" in read("/aide/", q="foto")
    panel = read("/aide/panneau/", cote="clients", ecran="client_missing")
    assert (
        panel.index("On this screen") < panel.index("Provide a missing document") < panel.index("Getting started")
    )
    article = read("/aide/clients/pieces-manquantes/")
    assert "<h1>Provide a missing document</h1>" in article
    assert "Fournir une pièce manquante" not in home + panel + article


def test_a_visitor_chooses_the_language_of_the_help(client, db):
    assert 'href="?langue=en"' in client.get("/aide/clients/inviter/").content.decode()
    page = client.get("/aide/clients/inviter/", {"langue": "en"}).content.decode()
    assert "<h1>Invite your team members</h1>" in page
    assert 'href="?langue=fr"' in page
    assert "<h1>Invite your team members</h1>" in client.get("/aide/clients/inviter/").content.decode()


def test_an_article_that_is_not_there_is_404(client, db):
    assert client.get("/aide/clients/rien/").status_code == 404
    assert client.get("/aide/autre/inviter/").status_code == 404


def test_the_first_steps_keep_their_address(client, db):
    assert client.get("/aide/bien-demarrer/").status_code == 200
    answer = client.get("/aide/clients/bien-demarrer/")
    assert (answer.status_code, answer.url) == (302, "/aide/bien-demarrer/")


def test_every_page_of_a_space_has_its_help(bakery, bob, alice, signed_in):
    for person, address, side in (
        (bob, f"/c/{bakery.pk}/", "clients"),
        (alice, f"/dossiers/{bakery.pk}/production/", "cabinets"),
        (alice, f"/cabinet/{bakery.firm_id}/", "cabinets"),
    ):
        said = signed_in(person).get(address).content.decode()
        assert f"?cote={side}&amp;ecran=" in said
        assert 'aria-label="Aide"' in said


def test_articles_are_short_enough_to_be_read():
    assert settings.GUIDE.is_dir()
    assert [one.slug for language in LANGUAGES for one in written_in(language) if len(one.text) > 3000] == []
