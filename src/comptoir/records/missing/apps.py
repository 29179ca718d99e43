"""Django's entry for this stage."""

from django.apps import AppConfig


class Config(AppConfig):
    """The `missing` stage."""

    name = "comptoir.records.missing"
    label = "missing"
