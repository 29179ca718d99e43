"""Sign-in: an account comes from the firm, never from a form that anyone may fill in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no stubs
    """allauth, closed to strangers."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up alone: the first-run page and invitations make accounts."""
        return False


class Login(LoginForm):  # type: ignore[misc]  # allauth has no stubs
    """Sign-in, in the product's words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Adresse e-mail"
        self.fields["remember"].label = "Rester connecté sur cet appareil"
