"""Django's entry for this stage."""

from django.apps import AppConfig


class Config(AppConfig):
    """The `connections` stage."""

    name = "comptoir.records.connections"
    label = "connections"
