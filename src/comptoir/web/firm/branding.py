"""How the firm shows itself to its clients: the name on its mails, its colour, its logo."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from comptoir import readers
from comptoir.domain.branding import LONGEST_SENDER, accent_fault
from comptoir.domain.limits import plain
from comptoir.domain.rights import Act
from comptoir.records.firms import branding
from comptoir.records.firms.queries import FirmSeat
from comptoir.web import brand, doors, uploads
from comptoir.web.firm.context import cabinet
from comptoir.web.refusals import refused


class BrandingForm(forms.Form):
    """What the client sees of the firm."""

    sender_name = forms.CharField(
        label="Expéditeur des e-mails", max_length=LONGEST_SENDER, required=False,
        help_text="Le nom du cabinet, sauf si vous en écrivez un autre.",
    )  # fmt: skip
    accent = forms.CharField(
        label="Couleur", max_length=7, required=False,
        help_text="De la forme #1f5641, assez foncée pour un texte blanc. Vide : le vert de Comptoir.",
    )  # fmt: skip

    def clean_sender_name(self) -> str:
        """Without signs that do not print."""
        return plain(self.cleaned_data["sender_name"].replace("\n", " "), LONGEST_SENDER)

    def clean_accent(self) -> str:
        """A colour on which white can be read."""
        written: str = self.cleaned_data["accent"].lower()
        if fault := accent_fault(written):
            raise forms.ValidationError(fault)
        return written


@doors.signed_in
@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """The page, and its change; a new logo comes with it, or the old one goes."""
    seat = doors.firm(request, firm_id, Act.MANAGE_FIRM)
    if request.method == "GET":
        return _page(request, seat, None)
    form = BrandingForm(request.POST)
    if not form.is_valid():
        return refused(request, "Rien n’a été enregistré : voyez ce qui est en rouge.", _page, seat, form)
    try:
        png = _logo(request)
    except (uploads.TooHeavy, readers.NotReadable) as refusal:
        return refused(request, f"{refusal} Rien n’a été enregistré.", _page, seat, form)
    now = timezone.now()
    branding.write(firm=seat.firm, **form.cleaned_data, by=seat.person, at=now)
    if png:
        branding.put_logo(firm=seat.firm, png=png, by=seat.person, at=now)
    elif request.POST.get("sans_logo"):
        branding.remove_logo(firm=seat.firm, by=seat.person, at=now)
    messages.success(request, "C’est enregistré : vos clients le voient à leur prochaine page.")
    return redirect("firm_branding", firm_id)


@doors.signed_in
@require_GET
def logo(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """The firm’s logo, for its own people."""
    return brand.picture(doors.firm(request, firm_id).firm)


def _logo(request: HttpRequest) -> bytes | None:
    if "logo" not in request.FILES:
        return None
    content, _ = uploads.upload(request, "logo", readers.LARGEST_LOGO)
    return readers.logo(content)


def _page(request: HttpRequest, seat: FirmSeat, form: BrandingForm | None) -> HttpResponse:
    first = {"sender_name": seat.firm.sender_name, "accent": seat.firm.accent}
    context = cabinet(seat, "branding") | {"form": form or BrandingForm(initial=first)}
    return render(request, "firm/branding.html", context)
