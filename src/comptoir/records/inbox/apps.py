"""Django's entry for this stage."""

from django.apps import AppConfig


class Config(AppConfig):
    """The `inbox` stage."""

    name = "comptoir.records.inbox"
    label = "inbox"
