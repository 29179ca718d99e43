"""Django's entry for this stage."""

from django.apps import AppConfig


class Config(AppConfig):
    """The `reminders` stage."""

    name = "comptoir.records.reminders"
    label = "reminders"
