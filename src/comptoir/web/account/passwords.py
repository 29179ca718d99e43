"""How passwords are kept, and which are refused: those that everybody tries, however they are dressed up."""

from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import CommonPasswordValidator, UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError

from comptoir.lib.passwords import plain_forms

FEWEST_SIGNS = 4
LONGEST_WORD = 80
"""What is longer is no word; looking for one in a megabyte would only keep the server busy."""
FRENCH = {
    "motdepasse", "bonjour", "bonsoir", "azerty", "azertyuiop", "qsdfghjklm", "soleil", "chocolat",
    "doudou", "loulou", "nicolas", "camille", "marseille", "jetaime", "boulanger", "boulangerie",
    "comptable", "comptabilite", "comptoir", "cabinet", "entreprise", "societe", "facture", "factures",
    "bienvenue", "ordinateur", "secret", "france", "paris",
}  # fmt: skip
"""What people here choose, and what is written on the screen before them."""


class Argon2(Argon2PasswordHasher):
    """Argon2id with OWASP's figures: as hard to guess, and forty sign-ins at once do not take the machine's memory."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1


class NotTheirName(UserAttributeSimilarityValidator):
    """Nobody's own name or address, in words that name no field of ours."""

    def get_error_message(self) -> str:
        """What is wrong, as the person sees it: Django's own sentence would say « last name »."""
        return "Ce mot de passe est trop semblable à votre nom ou à votre adresse."


class NotCommon(CommonPasswordValidator):
    """Django's list of common passwords, and the same words with figures, signs, capitals or accents about them."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise where a common word, or the same few signs again and again, is all there is to it."""
        forms = plain_forms(password[:LONGEST_WORD])
        if len(set(password)) < FEWEST_SIGNS or forms & FRENCH or not forms.isdisjoint(self.passwords):
            raise ValidationError(self.get_error_message(), code="password_too_common")

    def get_error_message(self) -> str:
        """What to do instead."""
        return (
            "Ce mot de passe est trop facile à deviner, même avec des chiffres ou des signes autour. "
            "Choisissez plutôt trois ou quatre mots qui n’ont rien à voir entre eux."
        )

    def get_help_text(self) -> str:
        """What to do, said beforehand."""
        return "Trois ou quatre mots sans rapport entre eux font un bon mot de passe."
