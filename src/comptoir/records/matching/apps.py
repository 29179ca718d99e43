"""Django's entry for this stage."""

from django.apps import AppConfig


class Config(AppConfig):
    """The `matching` stage."""

    name = "comptoir.records.matching"
    label = "matching"
