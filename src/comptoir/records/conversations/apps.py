"""Django's entry for this stage."""

from django.apps import AppConfig


class Config(AppConfig):
    """The `conversations` stage."""

    name = "comptoir.records.conversations"
    label = "conversations"
