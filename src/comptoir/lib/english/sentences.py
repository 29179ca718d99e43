"""What the product's own code says: its French sentences, found in the source as it stands, with a place for each value.

`f"« {name} » est trop lourd."` is the sentence `« {0} » est trop lourd.`
"""

import ast
import re
from collections.abc import Iterator

_LITTLE = (
    "le la les un une des du de est pas vous ce cette par pour sur dans au aux en et ou sans avec il elle ne se son sa "
    "ses qui que plus tout tous trop aucun aucune autre autres chaque jamais comment comme cela deux trois"
)
_NAMED = (
    "achat achats adresse association attend attendent avoir bancaire banque bonjour cabinet calmes carte choisi choisie "
    "choisies chiffres client clients colonne commercial comptable compte comptes contact contrat contrats cours divers "
    "dossier dossiers entreprise exemple facteur facultatif facultatifs facultative fausse faux forme fournisseur frais "
    "gardez avant nombre nouveaux statut messagerie assignation horodatage inconnu interne invitations joindre juridique justificatif justificatifs langue lecture ligne "
    "lignes litige maintenant mandat manque manquent message minutes mois montant mots moyen nom nouveau nouvelle "
    "nouvelles objet onglet ouvert ouverte ouvrir paiement personne personnes phrase portefeuille postal prix question "
    "raison rappel relance relances relancer automatiques remise reprise retard retenu retenus seconde serveur sociale suspendu suspendues "
    "tenue total traitement utilisateur ventes virement virgule"
)
_ALONE = frozenset(
    [
        "TVA",
        "adresse",
        "au",
        "aucun",
        "aucune",
        "autre",
        "avant",
        "carte",
        "comptes",
        "demander",
        "dimanche",
        "enseigne",
        "facultatif",
        "forme",
        "frais",
        "jeudi",
        "libre",
        "lundi",
        "mardi",
        "mercredi",
        "non",
        "oui",
        "rejet",
        "samedi",
        "tenue",
        "vendredi",
        "vide",
        "ville",
        "virement",
    ]
)
"""Words that are said by themselves, where any other small word alone is a name in the code."""
_WORDS = "|".join(f"[{word[0]}{word[0].upper()}]{word[1:]}" for word in (_LITTLE + " " + _NAMED).split())
_FRENCH = re.compile(rf"[à-ÿÀ-Ýœ«»’]|^[A-Z][a-z]{{2,}}$|\b(?:{_WORDS})\b")
_ENGLISH = re.compile(
    r"\b(?:the|of|is|are|and|to|it|its|what|which|for|with|in|by|that|not|own|one|another|every|whom|a firm|a dossier|a question|a message|a thing|an accounting|without|how|when)\b",
    re.IGNORECASE,
)
_LOGGED = re.compile(r"\b(?:the|of|is|are|and|with|this|which|client:secret)\b")
_CODE = re.compile(
    r"\b(?:SELECT|INSERT|UPDATE|CREATE|ALTER|DELETE)\b|^[a-z_/.:%-]+$|[\\^$]\S*[\\+*\[(]|\(\?|^\S*[/=|#]\S*$|^[A-Z ]+$|^(?:[A-Z][a-z]+-)+(?:[A-Z][a-z]+|I[Dd])$|\w\|\w|filename="
)


def sentences(source: str) -> Iterator[str]:
    """Each French sentence that a module's source holds, in order; the words of an exception are its docstring."""
    tree = _parsed(source)
    mute = {id(node) for node in _mute(tree)}
    yield from _under(tree, mute)


def _parsed(source: str) -> ast.Module:
    """Python's own parser counts its depth for all threads together, and stops where another one writes a traceback."""
    try:
        return ast.parse(source)
    except SystemError:
        return ast.parse(source)


def _under(node: ast.AST, mute: set[int]) -> Iterator[str]:
    if id(node) in mute:
        return
    if isinstance(node, ast.JoinedStr):
        yield from _if_said(_with_places(node))
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                yield from _under(value.value, mute)
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield from _if_said(node.value)
    else:
        for child in ast.iter_child_nodes(node):
            yield from _under(child, mute)


def _if_said(text: str) -> Iterator[str]:
    words = re.sub(r"\{\d+\}", "", text)
    if text in _ALONE or (_FRENCH.search(words) and not _CODE.search(words) and not _LOGGED.search(words)):
        yield text


def _with_places(node: ast.JoinedStr) -> str:
    parts, rank = [], 0
    for value in node.values:
        if isinstance(value, ast.Constant):
            parts.append(str(value.value))
        else:
            parts.append(f"{{{rank}}}")
            rank += 1
    return "".join(parts)


def _mute(tree: ast.AST) -> Iterator[ast.AST]:
    """Docstrings that explain the code, and the patterns that it reads with."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and not _is_french(node.value.value)
        ) or (isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.")):
            yield node


def _is_french(docstring: object) -> bool:
    """Whether a docstring is what an exception says to a person."""
    return isinstance(docstring, str) and bool(_FRENCH.search(docstring)) and not _ENGLISH.search(docstring)
