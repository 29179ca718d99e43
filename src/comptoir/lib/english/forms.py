"""Choices of a form's fields, in the page's language: Django draws them, out of the templates' reach."""

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest

from comptoir.lib.english.catalog import english


class Renderer(DjangoTemplates):
    """Django's own, with the labels of choices put into the language that is spoken."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """A field as HTML."""
        for _, options, _ in _widget(context).get("optgroups", ()):
            for option in options:
                option["label"] = english(str(option["label"]))
        return str(super().render(template_name, context, request))


def _widget(context: Mapping[str, Any]) -> Mapping[str, Any]:
    widget = context.get("widget", {})
    return widget if isinstance(widget, Mapping) else {}
