"""Django's entry for this stage."""

from django.apps import AppConfig


class Config(AppConfig):
    """The `notices` stage."""

    name = "comptoir.records.notices"
    label = "notices"
