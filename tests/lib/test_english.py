"""English beside French: nothing said is left without it, and nobody's own words are put into it."""

import re
from pathlib import Path, PurePath

import pytest
from django.template import engines
from django.utils.safestring import SafeString

import comptoir
from comptoir.domain import reply
from comptoir.lib import browser
from comptoir.lib import english as languages
from comptoir.lib.english import ENGLISH, FRENCH, catalog, gather, speaking
from comptoir.lib.english.catalog import english, told
from comptoir.lib.english.loader import in_english as put_into_english
from comptoir.lib.english.runs import put, runs
from comptoir.lib.english.sentences import sentences

ROOT = Path(comptoir.__path__[0])
VARIABLE = re.compile(r"{{ *([\w.]+)")
PLACE = re.compile(r"\{\w*\}")


@pytest.fixture
def in_english():
    with speaking(ENGLISH):
        yield


@pytest.mark.parametrize("name", gather.GATHERED)
def test_everything_that_is_said_has_its_english_and_nothing_else_is_kept(name):
    """`bin/comptoir words` brings the catalogs up to what is said now, and names what is wanted."""
    said = gather.GATHERED[name]()
    known = {str(message.id): message for message in catalog.read(name) if message.id}
    assert sorted(said.keys() - known.keys()) == []
    assert sorted(known.keys() - said.keys()) == []
    assert [words for words, message in known.items() if not message.string] == []


def test_pages_in_english_show_the_same_values_and_no_markup_of_their_own():
    for message in catalog.read("pages"):
        if not message.id:
            continue
        french, said = str(message.id), str(message.string)
        shown = set(
            VARIABLE.findall(re.sub(r"{{[^}]*\|plural[^}]*}}", "", french))
        )  # an ending may have no English
        assert shown <= set(VARIABLE.findall(said)) <= set(VARIABLE.findall(french)), french
        bare = re.sub(r"{{.*?}}", "", said)
        assert not re.search(r'[<>"]', bare) or re.search(r'[<>"]', re.sub(r"{{.*?}}", "", french)), french


def test_sentences_in_english_take_the_same_values():
    for message in catalog.read("sentences"):
        assert set(PLACE.findall(str(message.string))) <= set(PLACE.findall(str(message.id))), message.id


@pytest.mark.parametrize("path", sorted((ROOT / "web" / "templates").rglob("*.*")), ids=lambda path: path.name)
def test_every_template_compiles_in_english(path, in_english):
    name = str(path.relative_to(ROOT / "web" / "templates"))
    assert engines["django"].get_template(name)


def test_every_word_that_scripts_say_has_its_english_and_none_is_left_over():
    scripts = ROOT / "web" / "static" / "js"
    kept = (scripts / "spoken.js").read_text()
    known = set(re.findall(r'^  "((?:[^"\\]|\\.)*)": ', kept, re.MULTILINE))
    said = set()
    for path in scripts.rglob("*.js"):
        if path.name != "spoken.js":
            for words in re.findall(r"spoken`([^`]*)`", path.read_text()):
                ranks = iter(range(9))
                said.add(
                    re.sub(
                        r"\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}", lambda _, ranks=ranks: f"{{{next(ranks)}}}", words
                    )
                )
    assert sorted(said - known) == []
    assert sorted(known - said) == []


def test_a_templates_runs_are_what_stands_between_its_tags():
    source = (
        '<p title="À revoir">Déposé par {{ who.name }} le {{ at|day }}{% if n %} et <b>{{ n|whole }} autre{{ n|plural }}</b>{% endif %}</p>'
        '{% include "a.html" with words="Tout envoyer" %}{{ x|default:"sans objet" }}{# Rien #}<!-- Rien -->'
        '<style>.a { color: red }</style><a href="{% url "home" %}">{{ n|amount }} €</a>'
    )
    assert [run.words for run in runs(source)] == [
        "À revoir", "Déposé par {{ who.name }} le {{ at|day }}", "et", "{{ n|whole }} autre{{ n|plural }}", "Tout envoyer", "sans objet",
    ]  # fmt: skip
    assert put(source, lambda run: run) == source


def test_the_codes_sentences_are_found_where_they_are_said_and_not_where_it_is_explained():
    source = '''"""A module that says what is said."""
import re
SHAPE = re.compile("le solde du")
class Refused(Exception):
    """Ce fichier est vide."""
def say(name, count):
    """What is told, le cas échéant."""
    log("of no dossier here")
    open("dossiers/x.html")
    return f"« {name} » est reçu{'e' if count else ''}." + "oui"
'''
    assert list(sentences(source)) == ["Ce fichier est vide.", "« {0} » est reçu{1}.", "oui"]


def test_a_sentence_is_put_into_english_with_its_values_and_somebodys_own_words_stay(in_english):
    assert english("« a.pdf » est reçu. Ce fichier est déjà dans ce dossier.") == (
        "“a.pdf” has been received. This file is already in this folder."
    )
    assert english("« Banque » est reçu.") == "“Banque” has been received."
    assert english("Le four est en panne depuis mardi, on vous rappelle.") == (
        "Le four est en panne depuis mardi, on vous rappelle."
    )
    assert english("3 sur 11") == "3 of 11"
    assert english("La livraison sur place") == "La livraison sur place"
    assert english("") == ""
    assert english("« " + "x" * 100_000 + " » est reçu.").startswith("« x"), "nothing that long is ours"


def test_a_list_of_reasons_is_put_into_english_where_each_is_known(in_english):
    said = english("même montant, nom dans le libellé")
    assert said.startswith("same amount, ")
    assert "libellé" not in said
    assert english("nom dans le libellé, et le reste") == "nom dans le libellé, et le reste"


def test_in_french_nothing_is_touched():
    with speaking(FRENCH):
        assert english("« Banque » est reçu.") == "« Banque » est reçu."
    with speaking("<script>"):
        assert languages.tongue() == FRENCH


def test_what_a_script_is_told_is_said_in_the_pages_language(in_english):
    answer = {
        "sentence": "« a.pdf » est reçu.",
        "answers": [{"sentence": "Ce fichier est déjà dans ce dossier.", "filename": "Oui"}],
    }
    assert told(answer) == {
        "sentence": "“a.pdf” has been received.",
        "answers": [{"sentence": "This file is already in this folder.", "filename": "Oui"}],
    }


def test_a_hostile_value_stays_escaped_in_english(in_english):
    page = engines["django"].from_string("{{ said|english }}|{{ ours|english }}")
    said, ours = "« <script> » est reçu.", SafeString("« &lt;b&gt; » est reçu.")
    assert page.render({"said": said, "ours": ours}) == (
        "“&lt;script&gt;” has been received.|“&lt;b&gt;” has been received."
    )


def test_one_word_with_two_meanings_has_one_english_a_template():
    source = '<a title="Nouveau dossier">Nouveau dossier</a>'
    assert put_into_english(source, PurePath("firm/folder.html")) == '<a title="New folder">New folder</a>'
    assert "New client file" in put_into_english(source, PurePath("firm/portfolio.html"))


def test_what_the_product_says_is_told_from_what_others_wrote():
    source = "{{ role.french|lower }} {{ line.label }} {{ field.label }} {{ e.transaction.label }} {{ why }}"
    assert put_into_english(source, PurePath("x.html")) == (
        "{{ role.french|english|lower }} {{ line.label }} {{ field.label|english }} {{ e.transaction.label }} {{ why|english }}"
    )


def test_what_the_code_puts_together_is_put_together_in_english(in_english):
    said = english("Sortie d’argent par prélèvement dont le libellé contient « Banque ».")
    assert said == "Money out by direct debit whose description contains « Banque »."
    assert english("2 modèles") == "2 templates"
    assert english("1 modèle") == "1 template"
    assert english("La caisse dont le libellé contient « x ».") == "La caisse dont le libellé contient « x »."


def test_what_a_rule_takes_is_said_to_its_last_bound_and_its_words_stay(in_english):
    said = english(
        "Sortie d’argent par prélèvement ou carte de nature frais dont le libellé contient « a, dès b » ou « carte », "
        "de 10,00 € à 20,00 €, depuis le 03/03/2026, sur le compte 512000."
    )
    assert said == (
        "Money out by direct debit or card of type charges whose description contains « a, dès b » or « carte », "
        "from 10,00 € to 20,00 €, since 03/03/2026, on account 512000."
    )
    assert english("Mouvement, dès 10,00 €.") == "Transaction, from 10,00 €."
    assert english("30 % en 661100, le reste en 164000") == "30 % to 661100, the rest to 164000"


def test_what_begins_a_line_is_known_by_what_it_is_within_one(in_english):
    assert english("Versement d’espèces") == "Cash deposit"
    assert english("Dupont et fils") == "Dupont et fils"


def test_a_device_is_said_in_english_wherever_it_stands_and_a_name_that_somebody_gave_stays(in_english):
    assert browser.spoken("127.0.0.1 · Chrome sur Linux") == "127.0.0.1 · Chrome on Linux"
    assert browser.spoken("Navigateur sur iPad") == "Browser on iPad"
    assert browser.spoken("Navigateur inconnu") == "Unknown browser"
    assert browser.spoken("Téléphone posé sur Linux") == "Téléphone posé sur Linux"
    with speaking(FRENCH):
        assert browser.spoken("Chrome sur Linux") == "Chrome sur Linux"


def test_the_space_before_a_colon_is_french():
    assert put_into_english("{{ a }} : <b>{{ b }}</b> ?", PurePath("x.html")) == "{{ a }}: <b>{{ b }}</b>?"
    assert (
        put_into_english('<a href="/?x={{ a }}">{{ b }}</a>', PurePath("x.html"))
        == '<a href="/?x={{ a }}">{{ b }}</a>'
    )


def test_a_reply_to_an_english_letter_is_cut_where_one_to_a_french_letter_is(in_english):
    assert english(reply.MARK) in reply.MARKS
    assert reply.parted(f"Yes.\n\n──── {english(reply.MARK)} ────\nHello Bob,").said == "Yes."


def test_what_a_form_sends_back_is_never_put_into_english():
    source = (
        '<input value="{{ asked.words }}" name="{{ label }}" placeholder="{{ field.hint }}"><p>{{ asked.words }}</p>'
        '<option value="{{ words }}">{{ words }}</option>'
    )
    assert put_into_english(source, PurePath("x.html")) == (
        '<input value="{{ asked.words }}" name="{{ label }}" placeholder="{{ field.hint|english }}"><p>{{ asked.words|english }}</p>'
        '<option value="{{ words }}">{{ words|english }}</option>'
    )
