"""Django's entry for this stage."""

from django.apps import AppConfig


class Config(AppConfig):
    """The `requests` stage."""

    name = "comptoir.records.requests"
    label = "requests"
