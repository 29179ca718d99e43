"""How amounts, dates, icons and states are written on every page: each in one place."""

from django import template

register = template.Library()
