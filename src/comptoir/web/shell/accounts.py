"""Sign-in: an account comes from the firm, never from a form that anyone may fill in."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no stubs
    """allauth, closed to strangers."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up alone: the first-run page and invitations make accounts."""
        return False
