"""How each setting of the firm stands now, in the words of the table of settings."""

from collections.abc import Mapping

from django.utils import timezone

from comptoir.domain.reminder import Every
from comptoir.domain.request import GIVEN
from comptoir.domain.rights import Act, Assignation, Role, SecondFactor
from comptoir.domain.settings_table import Setting
from comptoir.records.ebics import queries as ebics
from comptoir.records.firms import opening as dossiers
from comptoir.records.firms import queries as people
from comptoir.records.firms import retention
from comptoir.records.firms.models import Firm
from comptoir.records.firms.queries import FirmSeat
from comptoir.records.reminders import queries as reminded
from comptoir.records.requests import queries as requests
from comptoir.web.firm.reminders import first

Now = Mapping[tuple[str, str], str]
"""By screen and field; a screen that is no form has one entry under its own address, or under the setting's name."""

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
FACTORS = {
    SecondFactor.NOBODY: "facultatif",
    SecondFactor.FIRM: "personnes du cabinet",
    SecondFactor.EVERYBODY: "tous, clients compris",
}


def now(seat: FirmSeat) -> Now:
    """All that this person may read: what the firm set for everybody, and counts for who may change them."""
    firm = seat.firm
    return _confidentiality(firm) | _shown(firm) | _reminders(firm) | _counted(seat) | _exceptions(seat)


def said(found: Now, setting: Setting) -> str:
    """How one setting stands; empty for what is set dossier by dossier, or is not for this person to read."""
    return found.get((setting.route, setting.field), "")


def _confidentiality(firm: Firm) -> dict[tuple[str, str], str]:
    screen = "firm_confidentiality"
    return {
        (screen, "assignation"): "libre" if firm.assignation == Assignation.LIBRE else "limitée",
        (screen, "second_factor"): FACTORS[SecondFactor(firm.second_factor)],
        (screen, "collaborateurs_validate"): _yes(firm.collaborateurs_validate),
        ("firm_messaging", "has_messaging"): _yes(firm.has_messaging),
        ("firm_messaging", "how_to_reach"): _cut(firm.how_to_reach) or "vide",
        ("firm_retention", "retention_years"): f"{firm.retention_years} ans après la clôture",
    }


def _shown(firm: Firm) -> dict[tuple[str, str], str]:
    return {
        ("firm_branding", "sender_name"): firm.sender_name or "le nom du cabinet",
        ("firm_branding", "accent"): firm.accent or "le vert de Comptoir",
        ("firm_branding", ""): "le vôtre" if firm.logo else "aucun",
    }


def _reminders(firm: Firm) -> dict[tuple[str, str], str]:
    plan, screen = first(reminded.firm_plan(firm.pk)), "firm_reminders"
    is_monthly = plan["every"] == Every.MONTH.value
    roles = [f"{Role(role).french.lower()}s" for role in plan["roles"]]
    return {
        (screen, "is_on"): _yes(plan["is_on"]),
        (screen, "every"): Every(plan["every"]).french.lower(),
        (screen, "day"): f"le {plan['day']}" if is_monthly else f"le {DAYS[plan['day'] - 1]}",
        (screen, "hour"): f"{plan['hour']} h",
        (screen, "roles"): " et ".join(roles) or "personne",
        (screen, "quiet_from"): f"{plan['quiet_from']} h",
        (screen, "quiet_until"): f"{plan['quiet_until']} h",
    }


def _counted(seat: FirmSeat) -> dict[tuple[str, str], str]:
    firm, found = seat.firm, {}
    if seat.may(Act.MANAGE_FIRM):
        found["firm_ebics", ""] = _some(len(ebics.contracts(firm)), "contrat", "aucun")
    if seat.may(Act.MANAGE_PEOPLE):
        count = len(people.colleagues(firm, timezone.localdate()))
        found["firm_people", ""] = f"{count} personnes" if count > 1 else "qui l’a ouvert"
    if seat.may(Act.MANAGE_MODELS):
        found["firm_models", ""] = _some(len(dossiers.models_of(firm)), "modèle", "aucun")
        lists = requests.checklists(firm)
        is_given = lists == GIVEN
        found["firm_request_models", ""] = (
            "quatre listes données" if is_given else _some(len(lists), "liste", "aucune")
        )
    return found


def _exceptions(seat: FirmSeat) -> dict[tuple[str, str], str]:
    """In how many dossiers something else is said: told to who sees them all."""
    if not seat.may(Act.SEE_EVERY_DOSSIER):
        return {}
    own, kept = reminded.count_own_plans(seat.firm), retention.count_own(seat.firm)
    return {
        ("firm_own_reminders", ""): _some(own, "exception", "comme le cabinet"),
        ("firm_dossier_retention", ""): _some(kept, "exception", "comme le cabinet"),
        ("firm_hold", ""): _some(len(retention.holds_of(seat.firm)), "dossier", "non"),
    }


def _some(count: int, what: str, none: str) -> str:
    return f"{count} {what}{'s' if count > 1 else ''}" if count else none


def _yes(value: bool) -> str:
    return "oui" if value else "non"


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return f"{line[:59]}…" if len(line) > 60 else line
