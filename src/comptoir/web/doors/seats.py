"""Who asks, and where they sit: the client's space, the dossier, the firm; the database shows that company's rows from here on."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, Generic, NamedTuple, TypeVar, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from comptoir.domain.rights import Act, SecondFactor
from comptoir.lib import browser, tenancy
from comptoir.records.accounts import queries as accounts
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import Company, Person
from comptoir.records.firms.queries import FirmSeat, Seat

T = TypeVar("T")

VIEWING = "viewing"
"""Where a session keeps whose eyes somebody of the firm looks with: the company, and one of its people or nobody."""

signed_in = login_required
"""Every page but sign-in, first run and health asks who it is."""

PASSED = "passed"
"""Where a session keeps what a reminder's link opened: whose list, of which company, until when."""

PASSED_ACTS = frozenset({Act.SEE_MISSING, Act.JUSTIFY, Act.SEE_REQUESTS, Act.ANSWER_REQUESTS})
"""What the link of a reminder lets do: see what is missing or asked for, give it or answer. Nothing else is there."""


def signed_in_or_passed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For who is signed in, and for who came by a reminder's link for this company."""

    @wraps(view)
    def asked(request: HttpRequest, company_id: UUID, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated or _passing(request, company_id):
            return view(request, company_id, *args, **kwargs)
        return redirect_to_login(request.get_full_path())

    return asked


def _passing(request: HttpRequest, company_id: UUID) -> Person | None:
    """Whose list a reminder's link opened in this session, as long as it holds and they could sign in without more."""
    passed = request.session.get(PASSED, {})
    if passed.get("company") != str(company_id) or passed["until"] < timezone.now().timestamp():
        return None
    found = people.active_person(UUID(passed["person"]))
    return None if found is None or accounts.is_second_factor_set(found) else found


class Seen(NamedTuple, Generic[T]):
    """An object of a company, and the seat from which it is seen."""

    seat: Seat
    thing: T


def person(request: HttpRequest) -> Person:
    """Who is signed in; only behind `signed_in`."""
    return cast(Person, request.user)


class NotTheirs(Http404):
    """Somebody asked for what does not exist for them; the log of the firm concerned keeps it (`refusal_log.py`)."""

    def __init__(self, firm_id: UUID | None, company_id: UUID | None) -> None:
        super().__init__()
        self.firm_id, self.company_id = firm_id, company_id


class OnlyLooking(PermissionDenied):
    """Vous regardez cet espace avec les yeux du client : rien ne peut y être modifié."""


class SecondFactorWanted(Exception):
    """Ce cabinet exige un second facteur : ajoutez-en un, puis continuez."""


def company(request: HttpRequest, company_id: UUID, *acts: Act) -> Seat:
    """The client's space, for its own people who may do one of these acts, and for who looks with their eyes."""
    today = timezone.localdate()
    if not request.user.is_authenticated:
        return _entered(request, there(_passed_seat(request, company_id, acts)), company_id, acts)
    seat = people.client_side(person(request), company_id, today) or _viewed(request, company_id)
    if seat is not None and seat.viewer and request.method not in ("GET", "HEAD"):
        raise OnlyLooking(OnlyLooking.__doc__)
    return _entered(request, seat, company_id, acts)


def _passed_seat(request: HttpRequest, company_id: UUID, acts: tuple[Act, ...]) -> Seat | None:
    """The place of who came by a reminder's link; nobody is named in the log where it opens nothing."""
    who = _passing(request, company_id)
    seat = people.client_side(who, company_id, timezone.localdate()) if who else None
    seat = replace(seat, only=PASSED_ACTS) if seat else None
    return seat if seat and any(seat.may(act) for act in acts) else None


def dossier(request: HttpRequest, company_id: UUID, *acts: Act) -> Seat:
    """The company as its firm works on it: never for the client's own people."""
    seat = people.firm_side(person(request), company_id, timezone.localdate())
    return _entered(request, seat, company_id, acts)


def either_side(request: HttpRequest, company_id: UUID, *acts: Act) -> Seat:
    """The company's space, from the client's side or the firm's: for what both sides show by one address.

    Who has a place on both sides sits where the first of these acts may be done.
    """
    who, today = person(request), timezone.localdate()
    seat = people.client_side(who, company_id, today)
    if seat is None or not seat.may(acts[0]):
        seat = people.firm_side(who, company_id, today) or seat
    return _entered(request, seat, company_id, acts)


def firm(request: HttpRequest, firm_id: UUID, act: Act | None = None) -> FirmSeat:
    """The firm, for those who work there, or only for those of them who may do `act`."""
    seat = people.firm_seat(person(request), firm_id, timezone.localdate())
    if seat is None or (act is not None and not seat.may(act)):
        raise NotTheirs(firm_id, None)
    _ask_second_factor(seat)
    tenancy.enter(seat.firm.pk, None, origin=origin(request))
    return seat


def origin(request: HttpRequest) -> str:
    """Where a request comes from, for the log: address and device."""
    # A proxy may pass on anything as an address; no IPv6 address is longer.
    way = " · par le lien d’un rappel" if PASSED in request.session and not request.user.is_authenticated else ""
    device = browser.in_words(request.headers.get("user-agent", ""))
    return f"{request.META.get('REMOTE_ADDR', '')[:45]} · {device}{way}"


def say_origin(request: HttpRequest) -> None:
    """Where the acts of this request come from, for those of an account or of an invitation: no door says it there."""
    tenancy.came_from(origin(request))


def lacks_second_factor(seat: Seat | FirmSeat) -> bool:
    """Whether the firm requires a second factor of who sits there (or looks from there), and they have none."""
    if isinstance(seat, FirmSeat):
        firm, who, is_firm = seat.firm, seat.person, True
    else:
        firm, who, is_firm = seat.company.firm, seat.viewer or seat.person, seat.is_firm or seat.viewer is not None
    return SecondFactor(firm.second_factor).binds(is_firm=is_firm) and not accounts.is_second_factor_set(who)


def _ask_second_factor(seat: Seat | FirmSeat) -> None:
    if lacks_second_factor(seat):
        raise SecondFactorWanted(SecondFactorWanted.__doc__)


def _viewed(request: HttpRequest, company_id: UUID) -> Seat | None:
    """The client's space with the eyes that this session chose (`web/firm/viewing.py`)."""
    viewing = request.session.get(VIEWING, {})
    if viewing.get("company") != str(company_id):
        return None
    member = UUID(viewing["member"]) if viewing["member"] else None
    return people.viewed(person(request), company_id, member, timezone.localdate())


def seen(seat: Seat, find: Callable[[Company, UUID], T | None], key: UUID) -> Seen[T]:
    """A thing of the seat's company, or 404."""
    return Seen(seat, there(find(seat.company, key)))


def _entered(request: HttpRequest, seat: Seat | None, company_id: UUID, acts: tuple[Act, ...]) -> Seat:
    if seat is None or not any(seat.may(act) for act in acts):
        raise NotTheirs(None, company_id)
    _ask_second_factor(seat)
    # From here on the database shows this request the rows of this company alone.
    tenancy.enter(seat.company.firm_id, seat.company.pk, origin=origin(request))
    return seat


def there(thing: T | None) -> T:
    """The thing; 404 where there is none."""
    if thing is None:
        raise Http404
    return thing


class Held(NamedTuple, Generic[T]):
    """An object of a firm, and the seat from which it is seen."""

    seat: FirmSeat
    thing: T


def as_key(written: str) -> UUID | None:
    """An identifier as a form writes it; None for what is none."""
    try:
        return UUID(written)
    except ValueError:
        return None
