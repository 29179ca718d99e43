"""The people of a space, managed from three sides: the firm's own, a company's from its firm, a company's by its dirigeant.

One desk: who is there, who is invited, and the acts on both. The side only says which door, which roles, which frame.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from comptoir import pipeline
from comptoir.domain.claimant import ACCOUNTS
from comptoir.domain.rights import CLIENT_ROLES, FIRM_ROLES, Act, Role
from comptoir.records.firms import invitations, members
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import Company, CompanyMembership, Firm, FirmMembership, Invitation, Person
from comptoir.records.mail.actions import is_carried
from comptoir.web import doors, letters
from comptoir.web.client.context import frame as client_frame
from comptoir.web.firm.context import cabinet, frame
from comptoir.web.names import OneLine
from comptoir.web.refusals import refused

REFUSALS = (
    invitations.AlreadyThere,
    invitations.AlreadyInvited,
    invitations.WrongRole,
    invitations.NoLongerOpen,
    invitations.JustSent,
    invitations.TooMany,
    members.LastExpertComptable,
    members.LastDirigeant,
)


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose people, managed by whom, on which page."""

    firm: Firm
    company: Company | None
    by: Person
    routes: str
    frame: dict[str, Any]

    @property
    def space(self) -> UUID:
        """What its addresses name."""
        key: UUID = self.company.pk if self.company else self.firm.pk
        return key

    @property
    def is_firms(self) -> bool:
        """Whether it is somebody of the firm who manages, their own people or a client's."""
        return self.routes != "client_members"

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles of this side."""
        return CLIENT_ROLES if self.company else FIRM_ROLES

    def one(self, membership_id: UUID) -> "FirmMembership | CompanyMembership":
        """One of the people; 404 for who is not, or no longer, there."""
        today = timezone.localdate()
        if self.company:
            found: Any = people.member(self.company, membership_id, today)
        else:
            found = people.colleague(self.firm, membership_id, today)
        if found is None:
            raise Http404
        return found  # type: ignore[no-any-return]  # one of the two above

    def invitation(self, invitation_id: UUID) -> Invitation:
        """One open invitation; 404 for what is not, or no longer, open here."""
        found = invitations.one(self.firm, self.company, invitation_id)
        if found is None:
            raise Http404
        return found


class Invite(forms.Form):
    """Who is invited, as what."""

    first_name = OneLine(label="Prénom", max_length=80, required=False)
    last_name = OneLine(label="Nom", max_length=80, required=False)
    email = forms.EmailField(label="Adresse e-mail", max_length=254)
    role = forms.TypedChoiceField(label="Rôle", coerce=Role, widget=forms.RadioSelect)

    def __init__(self, *args: Any, roles: tuple[Role, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["role"]
        choice.choices = [(role.value, role.french) for role in roles]  # type: ignore[attr-defined]
        self.roles = roles


@doors.signed_in
@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest, side: str, space: UUID) -> HttpResponse:
    """Who is there and who is invited; a POST invites, and sends the letter unless it is to wait."""
    desk = _desk(request, side, space)
    if request.method != "POST":
        return _page(request, desk)
    form = Invite(request.POST, roles=desk.roles)
    if not form.is_valid():
        return _page(request, desk, form, status=422)
    return _done(request, desk, lambda: _invite(request, desk, form.cleaned_data), form)


@doors.signed_in
@require_POST
def send(request: HttpRequest, side: str, space: UUID, invitation_id: UUID) -> HttpResponse:
    """Send the letter, for the first time or again (*relancer*): the former link no longer opens."""
    desk = _desk(request, side, space)
    invitation = desk.invitation(invitation_id)

    def act() -> str:
        return _send(request, desk, invitation)

    return _done(request, desk, act)


@doors.signed_in
@require_POST
def revoke(request: HttpRequest, side: str, space: UUID, invitation_id: UUID) -> HttpResponse:
    """Close an invitation."""
    desk = _desk(request, side, space)
    invitation = desk.invitation(invitation_id)

    def act() -> str:
        invitations.revoke(invitation=invitation, by=desk.by, at=timezone.now())
        return f"L’invitation de {invitation.email} est révoquée : son lien n’ouvre plus rien."

    return _done(request, desk, act)


@doors.signed_in
@require_POST
def change_role(request: HttpRequest, side: str, space: UUID, membership_id: UUID) -> HttpResponse:
    """Give somebody another role of this side."""
    desk = _desk(request, side, space)
    row = desk.one(membership_id)
    role = next((role for role in desk.roles if role.value == request.POST.get("role")), None)
    if role is None:
        return refused(request, "Choisissez l’un des rôles proposés.", _page, desk)

    def act() -> str:
        if isinstance(row, CompanyMembership):
            members.change_company_role(membership=row, role=role, by=desk.by, at=timezone.now())
        else:
            members.change_firm_role(membership=row, role=role, by=desk.by, at=timezone.now())
        return f"{row.person.full_name} est désormais {role.french.lower()}."

    return _done(request, desk, act, about=row.person)


@doors.signed_in
@require_POST
def set_account(request: HttpRequest, side: str, space: UUID, membership_id: UUID) -> HttpResponse:
    """The firm says which account somebody's notes de frais are owed to."""
    desk = _desk(request, side, space)
    row, account = desk.one(membership_id), request.POST.get("account", "")
    if not isinstance(row, CompanyMembership) or not desk.is_firms:
        raise Http404
    if account not in ACCOUNTS:
        return refused(request, "Choisissez l’un des comptes proposés.", _page, desk)

    def act() -> str:
        pipeline.set_claimant_account(membership=row, account=account, by=desk.by, at=timezone.now())
        return f"Les notes de frais de {row.person.full_name} iront au compte {account}."

    return _done(request, desk, act, about=row.person)


@doors.signed_in
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, side: str, space: UUID, membership_id: UUID) -> HttpResponse:
    """Take somebody's access away, after a page that says what follows; the firm's dossiers go to an heir."""
    desk = _desk(request, side, space)
    row = desk.one(membership_id)
    if request.method != "POST":
        return _leaving(request, desk, row)

    def act() -> str:
        if isinstance(row, CompanyMembership):
            members.leave_company(membership=row, by=desk.by, at=timezone.now(), is_by_firm=desk.is_firms)
            return f"{row.person.full_name} n’a plus accès à l’espace. Ce que cette personne a déposé reste."
        heir = _heir(request, desk, row)
        count = members.leave_firm(membership=row, heir=heir, by=desk.by, at=timezone.now())
        handed = f" {count} dossier{'s' if count > 1 else ''} pour {heir.full_name}." if heir and count else ""
        return f"{row.person.full_name} a quitté le cabinet.{handed} Tout ce que cette personne a fait reste."

    return _done(request, desk, act, about=row.person)


def _invite(request: HttpRequest, desk: Desk, given: dict[str, Any]) -> str:
    at = timezone.now()
    if desk.company and not desk.is_firms:
        invitations.refuse_too_many(desk.company, by=desk.by, at=at)
    invitation = invitations.invite(firm=desk.firm, company=desk.company, by=desk.by, at=at, **given)
    if request.POST.get("later"):
        return f"{invitation.email} est noté : envoyez l’invitation quand vous voudrez."
    return _send(request, desk, invitation)


def _send(request: HttpRequest, desk: Desk, invitation: Invitation) -> str:
    """What became of the letter, as it is: where nobody carries the mail, who is to hand the link on."""
    letters.send_invitation(request, invitation, by=desk.by, at=timezone.now())
    if is_carried():
        return f"L’invitation est partie pour {invitation.email} : elle vaut sept jours."
    where = (
        "demandez à votre cabinet de transmettre son lien"
        if desk.routes == "client_members"
        else "un expert-comptable trouve son lien dans « Courrier envoyé », à transmettre"
    )
    return f"L’invitation de {invitation.email} est écrite, mais ce serveur n’envoie pas de courrier : {where}."


def _done(
    request: HttpRequest,
    desk: Desk,
    act: Callable[[], str],
    form: Invite | None = None,
    about: Person | None = None,
) -> HttpResponse:
    """The act, then the page again; a refusal is the page with its sentence and what was typed."""
    try:
        messages.success(request, act())
    except REFUSALS as refusal:
        return refused(request, str(refusal), _page, desk, form)
    # Who has just changed their own place may have lost this page.
    return redirect("home") if about == desk.by else redirect(desk.routes, desk.space)


def _page(request: HttpRequest, desk: Desk, form: Invite | None = None, status: int = 200) -> HttpResponse:
    today, now = timezone.localdate(), timezone.now()
    rows: Any = people.members(desk.company, today) if desk.company else people.colleagues(desk.firm, today)
    context = desk.frame | {
        "desk": desk,
        "form": form or Invite(roles=desk.roles),
        "people": rows,
        "accounts": ACCOUNTS,
        "is_carried": is_carried(),
        "invitations": [(row, row.state(now)) for row in invitations.listed(desk.firm, desk.company, now)],
    }
    return render(request, f"people/{desk.routes}.html", context, status=status)


def _leaving(request: HttpRequest, desk: Desk, row: "FirmMembership | CompanyMembership") -> HttpResponse:
    today = timezone.localdate()
    heirs = [] if desk.company else [c for c in people.colleagues(desk.firm, today) if c.pk != row.pk]
    context = desk.frame | {"desk": desk, "leaver": row, "heirs": heirs}
    if not desk.company:
        context["kept"] = people.kept(row.person, desk.firm)
        context["stays_at"] = people.client_places(row.person, desk.firm, today)
    return render(request, f"people/{desk.routes}_leave.html", context)


def _heir(request: HttpRequest, desk: Desk, leaver: "FirmMembership | CompanyMembership") -> Person | None:
    """Who takes the dossiers over; nobody where none was chosen, 404 for who is not of the firm, or leaves it."""
    chosen = request.POST.get("heir", "")
    if not chosen:
        return None
    try:
        heir = desk.one(UUID(chosen))
    except ValueError as error:
        raise Http404 from error
    if heir.pk == leaver.pk:
        raise Http404
    return heir.person


def _desk(request: HttpRequest, side: str, space: UUID) -> Desk:
    if side == "firm":
        seat = doors.firm(request, space, Act.MANAGE_PEOPLE)
        return Desk(seat.firm, None, seat.person, "firm_people", cabinet(seat, "people"))
    if side == "dossier":
        inside = doors.dossier(request, space, Act.INVITE_CLIENTS)
        return Desk(inside.company.firm, inside.company, inside.person, "firm_members", frame(inside, "members"))
    inside = doors.company(request, space, Act.MANAGE_MEMBERS)
    return Desk(
        inside.company.firm, inside.company, inside.person, "client_members", client_frame(inside, "members")
    )
