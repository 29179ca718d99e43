"""Django's entry for this stage."""

from django.apps import AppConfig


class Config(AppConfig):
    """The `firms` stage."""

    name = "comptoir.records.firms"
    label = "firms"
