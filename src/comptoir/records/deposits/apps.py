"""Django's entry for this stage."""

from django.apps import AppConfig


class Config(AppConfig):
    """The `deposits` stage."""

    name = "comptoir.records.deposits"
    label = "deposits"
