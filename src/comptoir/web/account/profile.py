"""« Mon compte »: who one is, how one signs in, and where one is signed in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.lib.english import NAMES
from comptoir.records.accounts import actions as accounts
from comptoir.records.accounts import queries
from comptoir.web import doors, tongue
from comptoir.web.account.forms import Name


@doors.signed_in
@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest) -> HttpResponse:
    """The page; a POST changes the name."""
    person = doors.person(request)
    form = Name(request.POST or None, initial={"first_name": person.first_name, "last_name": person.last_name})
    if request.method == "POST" and form.is_valid():
        doors.say_origin(request)
        accounts.rename(person=person, at=timezone.now(), **form.cleaned_data)
        messages.success(request, "Votre nom est enregistré.")
        return redirect("profile")
    profile = queries.profile(person, session_key=request.session.session_key, at=timezone.now())
    context = {"form": form, "profile": profile}
    return render(request, "account/profile.html", context, status=422 if form.is_bound else 200)


@doors.signed_in
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """French or English, on every device of this person's and in what is written to them."""
    back = request.POST.get("back", "")
    answer = redirect(back if url_has_allowed_host_and_scheme(back, None) else "profile")
    chosen = request.POST.get("language", "")
    if chosen in NAMES:
        doors.say_origin(request)
        accounts.choose_language(person=doors.person(request), language=chosen, at=timezone.now())
        tongue.remember(request, answer, chosen)
    return answer
