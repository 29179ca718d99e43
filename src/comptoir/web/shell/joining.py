"""The way in by an invitation: the link, a name and a password or a passkey, then the space."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.domain.invitation import State
from comptoir.records.firms import invitations
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import Invitation, Person
from comptoir.web import doors, onward
from comptoir.web.account import devices
from comptoir.web.names import OneLine

CLOSED = {
    State.ACCEPTED: "Cette invitation a déjà servi. Connectez-vous avec votre adresse.",
    State.REVOKED: "Cette invitation a été révoquée par la personne qui vous l’avait envoyée.",
    State.EXPIRED: "Ce lien a expiré : il valait sept jours. Demandez qu’on vous relance l’invitation.",
}
UNKNOWN = "Ce lien n’ouvre rien. Vérifiez qu’il est entier, ou demandez qu’on vous relance l’invitation."


REFUSALS = (invitations.NoLongerOpen, invitations.OtherAddress)


class NewPerson(forms.Form):
    """Who comes, and how they will sign in: by a password, or by a passkey made on the next page."""

    first_name = OneLine(label="Prénom", max_length=80)
    last_name = OneLine(label="Nom", max_length=80)
    password = forms.CharField(
        label="Mot de passe",
        strip=False,
        required=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Dix caractères au moins. Une phrase se retient mieux.",
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    @property
    def wants_passkey(self) -> bool:
        """Whether they chose a passkey rather than a password."""
        return bool(self.data.get("passkey"))

    def clean(self) -> dict[str, Any]:
        """A password worth one, unless a passkey takes its place."""
        found = super().clean() or self.cleaned_data
        if self.wants_passkey:
            return found | {"password": None}
        person = Person(
            email=self.email, first_name=found.get("first_name", ""), last_name=found.get("last_name", "")
        )
        try:
            validate_password(found.get("password") or "", person)
        except forms.ValidationError as weak:
            self.add_error("password", weak)
        return found


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The link: joins at once who has the account it is for, else asks for what is missing."""
    found = invitations.find(token)
    if found is None:
        return _closed(request, UNKNOWN, status=404)
    doors.say_origin(request)
    state = found.state(timezone.now())
    if state is State.ACCEPTED and _is_theirs(request, found):
        return redirect("home")  # the same mail, opened again a week later
    if sentence := CLOSED.get(state):
        return _closed(request, sentence, status=410)
    if request.user.is_authenticated:
        return _signed_in(request, found, token)
    if people.by_address(found.email):
        messages.info(
            request, f"Vous avez déjà un compte, à l’adresse {found.email} : connectez-vous pour rejoindre."
        )
        return redirect(f"{reverse('account_login')}?next={reverse('invitation', args=[token])}")
    return _new_person(request, found, token)


@require_POST
def not_me(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody else is signed in here: they leave, and the link goes on."""
    logout(request)
    return redirect("invitation", token)


def _signed_in(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    person = doors.person(request)
    is_theirs = _is_theirs(request, found)
    if request.method == "POST" and is_theirs:
        try:
            invitations.accept(invitation=found, person=person, at=timezone.now())
        except REFUSALS as refusal:
            return _closed(request, str(refusal), status=410)
        return redirect(_space(found))
    context = {"invitation": found, "is_theirs": is_theirs, "token": token}
    return render(request, "shell/join.html", context)


def _is_theirs(request: HttpRequest, found: Invitation) -> bool:
    return request.user.is_authenticated and doors.person(request).email.lower() == found.email


def _new_person(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    names = {"first_name": found.first_name, "last_name": found.last_name}
    form = NewPerson(request.POST or None, initial=names, email=found.email)
    if request.method == "POST" and form.is_valid():
        try:
            person = invitations.accept_as_new(invitation=found, at=timezone.now(), **form.cleaned_data)
        except REFUSALS as refusal:
            return _closed(request, str(refusal), status=410)
        return _entered(request, found, person, passkey=form.wants_passkey)
    context = {"invitation": found, "form": form, "token": token}
    return render(request, "shell/welcome_in.html", context, status=422 if form.is_bound else 200)


def _entered(request: HttpRequest, found: Invitation, person: Person, *, passkey: bool) -> HttpResponse:
    """The first sign-in: the link proved who they are, so that a passkey may be added without asking again."""
    adapter = get_adapter(request)
    adapter.login(request, person)
    record_authentication(request, person, method="invitation", reauthenticated=True)
    space = _space(found)
    if passkey:
        onward.remember(request, space)
    answer = redirect("mfa_add_webauthn" if passkey else space)
    devices.remember(request, answer, person, adapter=adapter)
    return answer


def _space(found: Invitation) -> str:
    if found.company_id:
        return reverse("client_welcome", args=[found.company_id])
    return reverse("portfolio", args=[found.firm_id])


def _closed(request: HttpRequest, sentence: str, *, status: int) -> HttpResponse:
    return render(request, "shell/invitation_closed.html", {"sentence": sentence}, status=status)
