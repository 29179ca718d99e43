"""The forms of signing in, in the product's words; each try counts against who guesses."""

from typing import Any, ClassVar, cast

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.account.fields import SetPasswordField
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError

from comptoir.records.accounts import queries
from comptoir.records.firms.models import Person
from comptoir.web.account.adapter import Adapter
from comptoir.web.account.second_factor import is_first_use
from comptoir.web.names import OneLine, one_line

PASSWORD_HELP = "Dix caractères au moins. Trois ou quatre mots sans rapport entre eux font un bon mot de passe."  # noqa: S105
CANNOT_BE_READ = "Votre appareil a répondu de travers. Recommencez."


class Worded(forms.Form):
    """A form whose labels are ours, without a second copy of them inside the fields."""

    words: ClassVar[dict[str, str]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.words.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
            if isinstance(field, SetPasswordField):
                field.help_text = PASSWORD_HELP


class Login(Worded, account.LoginForm):  # type: ignore[misc]  # allauth has no stubs
    """Sign-in."""

    words: ClassVar = {
        "login": "Adresse e-mail",
        "password": "Mot de passe",
        "remember": "Rester connecté sur cet appareil",
    }


class ChangePassword(Worded, account.ChangePasswordForm):  # type: ignore[misc]  # allauth has no stubs
    """A new password for one who knows the old one."""

    words: ClassVar = {
        "oldpassword": "Mot de passe actuel",
        "password1": "Nouveau mot de passe",
        "password2": "Le nouveau, une seconde fois",
    }

    def clean_oldpassword(self) -> str:
        """The old one counts like any sign-in: an open screen is no place to guess at leisure."""
        password: str = self.cleaned_data.get("oldpassword", "")
        if not _adapter().reauthenticate(self.user, password):
            raise _adapter().validation_error("enter_current_password")
        return password


class SetPassword(Worded, account.SetPasswordForm):  # type: ignore[misc]  # allauth has no stubs
    """A first password for one who has only passkeys."""

    words: ClassVar = {"password1": "Mot de passe", "password2": "Une seconde fois"}


class ResetPassword(Worded, account.ResetPasswordForm):  # type: ignore[misc]  # allauth has no stubs
    """Ask for a link."""

    words: ClassVar = {"email": "Adresse e-mail"}


class NewPassword(Worded, account.ResetPasswordKeyForm):  # type: ignore[misc]  # allauth has no stubs
    """A new password for one who followed the link."""

    words: ClassVar = {"password1": "Nouveau mot de passe", "password2": "Une seconde fois"}


class Reauthenticate(Worded, account.ReauthenticateForm):  # type: ignore[misc]  # allauth has no stubs
    """Say again who one is."""

    words: ClassVar = {"password": "Mot de passe"}


class _Counted(Worded):
    """A code is tried like a password: it counts, it waits, and it serves once."""

    words: ClassVar = {"code": "Code"}
    user: Person
    authenticator: Authenticator

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Recovery codes have figures only too, and spaces are forgiven.
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autofocus": True}

    @property
    def has_totp(self) -> bool:
        """Whether the person has an application to take a code from; else only recovery codes are typed."""
        return queries.has_totp(self.user)

    def clean_code(self) -> str:
        """The code, if it is right, new, and not one guess too many."""
        adapter, request = _adapter(), context.request
        adapter.try_once(request, self.user.email)
        try:
            code = str(super().clean_code())  # type: ignore[misc]  # the other parent is allauth's form
            if not is_first_use(self.user, normalize_user_code(code)):
                raise adapter.validation_error("incorrect_code")
        except ValidationError:
            adapter.note_refusal(request, self.user, by="code")
            raise
        adapter.give_back(request, self.user.email)
        return code


class Code(_Counted, mfa.AuthenticateForm):  # type: ignore[misc]  # allauth has no stubs
    """The second factor at sign-in: a code by the application, or a recovery code."""


class CodeAgain(_Counted, mfa.ReauthenticateForm):  # type: ignore[misc]  # allauth has no stubs
    """Say again who one is, by a code."""


class ActivateCode(Worded, totp.ActivateTOTPForm):  # type: ignore[misc]  # allauth has no stubs
    """The first code proves that the application was set up."""

    words: ClassVar = {"code": "Code à six chiffres"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric"}


class _FromDevice(Worded):
    """What a device answers is read with suspicion: anything may be sent in its place."""

    words: ClassVar = {"name": "Nom de la clé"}

    def clean(self) -> Any:
        """The same, said in words where the answer has not the form of one."""
        try:
            return super().clean()
        except (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError) as error:
            raise ValidationError(CANNOT_BE_READ) from error


class AddPasskey(_FromDevice, webauthn.AddWebAuthnForm):  # type: ignore[misc]  # allauth has no stubs
    """A passkey, always one that signs in alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].widget = forms.HiddenInput()
        self.fields["passwordless"].initial = True

    def clean_name(self) -> str:
        """Its name, on one line."""
        return one_line(str(super().clean_name())[:60])


class RenamePasskey(Worded, webauthn.EditWebAuthnForm):  # type: ignore[misc]  # allauth has no stubs
    """Another name for a passkey."""

    words: ClassVar = {"name": "Nom de la clé"}

    def clean_name(self) -> str:
        """Its name, on one line."""
        return one_line(self.cleaned_data["name"][:60])


class _Answered(_FromDevice):
    def clean_credential(self) -> Any:
        """The passkey that signed, or the sentence."""
        try:
            return super().clean_credential()  # type: ignore[misc]  # the other parent is allauth's form
        except (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError) as error:
            raise ValidationError(CANNOT_BE_READ) from error


class PasskeySecond(_Answered, webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]  # allauth has no stubs
    """The second factor at sign-in, by a passkey."""


class PasskeyAlone(_Answered, webauthn.LoginWebAuthnForm):  # type: ignore[misc]  # allauth has no stubs
    """Sign-in by a passkey alone."""


class PasskeyAgain(_Answered, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]  # allauth has no stubs
    """Say again who one is, by a passkey."""


class Name(forms.Form):
    """How a person is called."""

    first_name = OneLine(label="Prénom", max_length=80, widget=forms.TextInput({"autocomplete": "given-name"}))
    last_name = OneLine(label="Nom", max_length=80, widget=forms.TextInput({"autocomplete": "family-name"}))


class Address(forms.Form):
    """The address to change to."""

    email = forms.EmailField(
        label="Nouvelle adresse e-mail", max_length=254, widget=forms.EmailInput({"autocomplete": "email"})
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        self.person = person
        super().__init__(*args, **kwargs)

    def clean_email(self) -> str:
        """The address, folded as it is kept."""
        address = cast(str, self.cleaned_data["email"]).lower()
        if address == self.person.email:
            raise ValidationError("C’est déjà votre adresse.")
        return address


def _adapter() -> Adapter:
    return cast(Adapter, get_adapter())
