"""The way in: home, first run, spaces, and whether the server lives."""

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from comptoir.records.firms import actions as firms
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import Person
from comptoir.web import doors
from comptoir.web.account import devices
from comptoir.web.names import OneLine


class FirstRun(forms.Form):
    """The firm, and its first expert-comptable."""

    firm = OneLine(label="Nom du cabinet", max_length=200)
    first_name = OneLine(label="Votre prénom", max_length=80)
    last_name = OneLine(label="Votre nom", max_length=80)
    email = forms.EmailField(label="Votre adresse e-mail")
    password = forms.CharField(
        label="Mot de passe", widget=forms.PasswordInput, help_text="Dix caractères au moins.", strip=False
    )

    def clean_password(self) -> str:
        """The password, if it is worth one."""
        password: str = self.cleaned_data["password"]
        validate_password(
            password, Person(**{k: self.cleaned_data.get(k, "") for k in ("email", "first_name", "last_name")})
        )
        return password


def home(request: HttpRequest) -> HttpResponse:
    """Where a person goes first: their only space, or the choice of them."""
    if people.is_empty():
        return redirect("first_run")
    if not request.user.is_authenticated:
        return redirect("account_login")
    spaces = people.spaces(doors.person(request), timezone.localdate())
    if len(spaces.firms) + len(spaces.companies) != 1:
        return redirect("spaces")
    if spaces.firms:
        return redirect("portfolio", spaces.firms[0].firm.pk)
    return redirect("client_home", spaces.companies[0].company.pk)


@doors.signed_in
def spaces(request: HttpRequest) -> HttpResponse:
    """Every space of a person, to choose from."""
    found = people.spaces(doors.person(request), timezone.localdate())
    return render(request, "shell/spaces.html", {"spaces": found})


def first_run(request: HttpRequest) -> HttpResponse:
    """Create the firm and its first expert-comptable; gone as soon as there is one."""
    if not people.is_empty():
        return redirect("home")
    form = FirstRun(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = firms.first_person(at=timezone.now(), **form.cleaned_data)
        except firms.AlreadySetUp:
            return redirect("home")
        get_adapter().login(request, person)
        answer = redirect("home")
        devices.remember(request, answer, person, adapter=get_adapter())
        return answer
    return render(request, "shell/first_run.html", {"form": form})


def health(request: HttpRequest) -> HttpResponse:
    """200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
