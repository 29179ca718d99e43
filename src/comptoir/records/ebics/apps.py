"""Django's entry for this stage."""

from django.apps import AppConfig


class Config(AppConfig):
    """The `ebics` stage."""

    name = "comptoir.records.ebics"
    label = "ebics"
