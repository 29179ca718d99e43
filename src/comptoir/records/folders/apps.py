"""Django's entry for this stage."""

from django.apps import AppConfig


class Config(AppConfig):
    """The `folders` stage."""

    name = "comptoir.records.folders"
    label = "folders"
