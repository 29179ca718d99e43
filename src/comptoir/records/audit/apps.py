"""Django's entry for this stage."""

from django.apps import AppConfig


class Config(AppConfig):
    """The `audit` stage."""

    name = "comptoir.records.audit"
    label = "audit"
