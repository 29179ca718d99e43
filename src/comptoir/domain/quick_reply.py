"""Three short answers to what the firm just wrote, by the words that its last question holds."""

import re

from comptoir.domain.text import folded

CHECK = "Je vérifie et vous réponds"
_BY_WORDS = (
    (r"\bacomptes?\b", ("Oui, c’est un acompte", "Non", CHECK)),
    (r"\b(personnel|perso|privee?s?)(le|les|s)?\b", ("Oui, c’est personnel", "Non, c’est professionnel", CHECK)),
    (r"\b(loyers?|assurances?|abonnements?|emprunts?|echeances?)\b", ("Oui", "Non", "Je vous envoie le contrat")),
    (
        r"\b(factures?|justificatifs?|tickets?|recus?|pieces?|documents?|contrats?|relev\w+|attestations?|copies?)\b",
        ("Je vous l’envoie", "Je ne l’ai pas", "Je la demande au fournisseur"),
    ),
)
_OPEN = r"\b(quand|combien|qui|quoi|quel(le)?s?|pourquoi|comment|ou est|lequel|laquelle)\b"
_TO_AN_OPEN_QUESTION = (CHECK, "Je ne sais pas", "Appelez-moi")
_TO_A_QUESTION = ("Oui", "Non", CHECK)
_TO_NEWS = ("Bien reçu, merci", "Je m’en occupe", "Appelez-moi")


def replies(said: str) -> tuple[str, ...]:
    """What the client may answer with one touch; to what is no question, that it was read."""
    if "?" not in said:
        return _TO_NEWS
    words = folded(_last_question(said[-2000:])).lower()
    if re.search(_OPEN, words) and not re.search(r"\b(envo\w+|transmett\w+|fournir|avez)\b", words):
        return _TO_AN_OPEN_QUESTION
    return next((answers for sign, answers in _BY_WORDS if re.search(sign, words)), _TO_A_QUESTION)


def _last_question(said: str) -> str:
    """The sentence of the last question mark."""
    return re.split(r"[.!?\n]", said[: said.rfind("?")])[-1]
