"""Django's entry for this stage."""

from django.apps import AppConfig


class Config(AppConfig):
    """The `ledger` stage."""

    name = "comptoir.records.ledger"
    label = "ledger"
