"""Three answers that fit the question: what was asked decides, never the rest of the message."""

import pytest

from comptoir.domain.quick_reply import CHECK, replies


@pytest.mark.parametrize(
    ("said", "first"),
    [
        (
            "Merci. Le devis est de 1 500 € : ces 450 €, c’est un acompte ? Sinon je solde la ligne.",
            "Oui, c’est un acompte",
        ),
        ("Est-ce une dépense personnelle ?", "Oui, c’est personnel"),
        ("Pouvez-vous nous envoyer la facture de mars ?", "Je vous l’envoie"),
        ("Est-ce le loyer d’avril ?", "Oui"),
        ("À quoi correspond ce mouvement ?", CHECK),
        ("Bonjour, pouvez-vous nous dire à quoi correspond ce mouvement ?", CHECK),
        ("Quelle est la date du ticket ?", CHECK),
        ("Avez-vous embauché quelqu’un ?", "Oui"),
        ("La facture est bien arrivée.", "Bien reçu, merci"),
        ("", "Bien reçu, merci"),
        ("?", "Oui"),
        ("x" * 100_000 + " une facture ?", "Je vous l’envoie"),
    ],
)
def test_the_question_decides(said, first):
    found = replies(said)
    assert found[0] == first
    assert len(set(found)) == 3
