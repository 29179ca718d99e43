"""The firm’s colour as a sheet of its own, and its logo: what the client’s pages load beside ours."""

from django.http import Http404, HttpResponse

from comptoir.domain.branding import at_night, is_colour
from comptoir.records.firms import branding
from comptoir.records.firms.models import Firm


def sheet(firm: Firm) -> HttpResponse:
    """The colour in place of ours, light and dark; written from six checked figures and nothing else."""
    text = ""
    if is_colour(firm.accent):
        day, night = firm.accent, at_night(firm.accent)
        text = (
            f":root {{ --accent: {day}; --accent-hover: color-mix(in oklab, {day}, black 18%); "
            f"--accent-mark: light-dark({day}, {night}); --accent-text: light-dark({day}, {night}); "
            f"--accent-tint: light-dark(color-mix(in oklab, {day} 9%, white), color-mix(in oklab, {day} 24%, black)); "
            f"--accent-edge: light-dark(color-mix(in oklab, {day} 40%, white), color-mix(in oklab, {night} 45%, black)); }}"
        )
    return _kept(HttpResponse(text, content_type="text/css; charset=utf-8"))


def picture(firm: Firm) -> HttpResponse:
    """The logo; 404 without one."""
    png = branding.logo_of(firm)
    if png is None:
        raise Http404
    return _kept(HttpResponse(png, content_type="image/png"))


def _kept(answer: HttpResponse) -> HttpResponse:
    """Its address changes with what it holds."""
    answer["Cache-Control"] = "private, max-age=86400"
    return answer
