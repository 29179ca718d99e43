"""Django's entry for this stage."""

from django.apps import AppConfig


class Config(AppConfig):
    """The `banking` stage."""

    name = "comptoir.records.banking"
    label = "banking"
