"""Django's entry for this stage."""

from django.apps import AppConfig


class Config(AppConfig):
    """The `mail` stage."""

    name = "comptoir.records.mail"
    label = "mail"
