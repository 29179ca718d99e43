"""Django's entry for the screens: templates, tags and static files."""

from django.apps import AppConfig


class Config(AppConfig):
    """The screens."""

    name = "comptoir.web"
    label = "web"
