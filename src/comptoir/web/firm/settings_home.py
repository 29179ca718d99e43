"""All settings of the firm on one page: on which screen each is, who may change it, what holds until somebody does."""

from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from comptoir.domain.settings_table import SETTINGS, Setting
from comptoir.records.firms.queries import FirmSeat
from comptoir.web import doors
from comptoir.web.firm.context import cabinet
from comptoir.web.firm.settings_now import Now, now, said

SCREENS = {
    "firm_confidentiality": ("Confidentialité", "lock"),
    "firm_branding": ("Identité", "eye"),
    "firm_reminders": ("Relances", "send"),
    "firm_messaging": ("Messagerie", "chat"),
    "firm_retention": ("Conservation", "archive"),
    "firm_ebics": ("Contrats EBICS", "key"),
    "firm_people": ("Collaborateurs", "people"),
    "firm_models": ("Modèles de dossiers", "archive"),
    "firm_request_models": ("Listes de documents", "check"),
}
"""The screens of the firm that hold settings, by their address's name: title and icon."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A setting and how it stands now: empty where that is not for this person to read, or set dossier by dossier."""

    setting: Setting
    now: str

    @property
    def is_changed(self) -> bool:
        """Whether it stands otherwise than at first."""
        return bool(self.now) and self.now != self.setting.default


@dataclass(frozen=True, slots=True)
class Group:
    """The settings of one screen; `address` is empty for who may change none of them."""

    title: str
    icon: str
    address: str
    settings: tuple["Standing", ...]


@doors.signed_in
@require_GET
def screen(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """Every setting, those of the firm first, then those of each dossier and of the client's space."""
    seat = doors.firm(request, firm_id)
    by_screen = {route: tuple(rows) for route, rows in groupby(SETTINGS, key=lambda one: one.route)}
    found = now(seat)
    context = cabinet(seat, "settings") | {
        "groups": [_group(seat, found, route, rows) for route, rows in by_screen.items() if route in SCREENS],
        "others": [Standing(one, said(found, one)) for one in SETTINGS if one.route not in SCREENS],
    }
    return render(request, "firm/settings_home.html", context)


def _group(seat: FirmSeat, found: Now, route: str, rows: tuple[Setting, ...]) -> Group:
    title, icon = SCREENS[route]
    is_open = any(seat.may(one.act) for one in rows)
    return Group(
        title,
        icon,
        reverse(route, args=[seat.firm.pk]) if is_open else "",
        tuple(Standing(one, said(found, one)) for one in rows),
    )
