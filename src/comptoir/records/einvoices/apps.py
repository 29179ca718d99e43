"""Django's entry for this stage."""

from django.apps import AppConfig


class Config(AppConfig):
    """The `einvoices` stage."""

    name = "comptoir.records.einvoices"
    label = "einvoices"
