"""Names as people give them: they go into mails, pages and the log, where nothing in them may pass for something else."""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError


class OneLine(forms.CharField):
    """A name, on one line."""

    def clean(self, value: object) -> str:
        """The name, or the sentence."""
        return one_line(super().clean(value))


def one_line(text: str) -> str:
    """A name goes into mails and pages: no line end, no sign that turns the text around."""
    if any(unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"} for c in text):
        raise ValidationError("Ce nom contient un signe invisible : écrivez-le sur une seule ligne.")
    return text
