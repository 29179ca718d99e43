"""Django's entry for this stage."""

from django.apps import AppConfig


class Config(AppConfig):
    """The `readings` stage."""

    name = "comptoir.records.readings"
    label = "readings"
