"""Django's entry for this stage."""

from django.apps import AppConfig


class Config(AppConfig):
    """The `exports` stage."""

    name = "comptoir.records.exports"
    label = "exports"
