"""Django's entry for this stage."""

from django.apps import AppConfig


class Config(AppConfig):
    """The `accounts` stage."""

    name = "comptoir.records.accounts"
    label = "accounts"
