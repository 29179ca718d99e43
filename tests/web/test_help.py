"""The help: readable by anybody, found by any word however it is written, with pictures that are there."""

import re

import pytest
from django.conf import settings

from comptoir.demo.screens import GUIDE, SCREENS
from comptoir.web import articles
from comptoir.web.articles import PICTURES, Side

EVERY = articles.every()


@pytest.mark.parametrize("article", EVERY, ids=lambda found: found.slug)
def test_an_article_is_read_without_signing_in_and_its_links_and_pictures_are_there(article, client, db):
    page = client.get(article.address)
    assert page.status_code == 200
    said = page.content.decode()
    assert f"<h1>{article.title}</h1>" in said
    for target in re.findall(r"(?<!!)\[[^\]]+\]\(([^)/]+)\)", article.text):
        assert articles.article(article.side, target), f"{article.slug} leads to {target}, which is nowhere"
    for picture in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", article.text):
        assert (PICTURES / picture).exists(), "bin/screenshots DIR --guide makes it"
        assert picture.removesuffix(".webp") in GUIDE, "a picture that nothing makes again"


def test_every_picture_of_the_guide_is_of_a_screen_and_is_used():
    names = {screen.name for screen in SCREENS}
    assert {name for name, _ in GUIDE.values()} <= names
    text = "".join(found.text for found in EVERY)
    assert [name for name in GUIDE if f"({name}.webp)" not in text] == []
    assert {path.stem for path in PICTURES.glob("*.webp")} == set(GUIDE)


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
    assert [found.slug for found in EVERY if len(found.text) > 3000] == []
