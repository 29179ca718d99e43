"""The table of settings tells the truth: its screens exist, their doors follow it, no field is left out, its page is fresh."""

from pathlib import Path

import pytest
from tests.web.test_matrix import table

from comptoir.domain import reminder, settings_table
from comptoir.domain.rights import CLIENT_ROLES, FIRM_ROLES
from comptoir.domain.settings_table import SETTINGS
from comptoir.records.firms.models import Firm
from comptoir.web.firm.branding import BrandingForm
from comptoir.web.firm.reminders import FirmPlanForm
from comptoir.web.firm.retention import RetentionForm
from comptoir.web.firm.settings import Confidentiality
from comptoir.web.firm.talks import MessagingForm

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
FORMS = {
    "firm_confidentiality": Confidentiality, "firm_branding": BrandingForm, "firm_reminders": FirmPlanForm,
    "firm_messaging": MessagingForm, "firm_retention": RetentionForm,
}  # fmt: skip


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda one: one.name)
def test_who_may_change_a_setting_is_who_the_door_lets_in(setting):
    row = table()[("POST", setting.route)]
    let_in = {role for role in FIRM_ROLES + CLIENT_ROLES if row[role.value] not in ("404", "403")}
    assert let_in == set(setting.roles)


@pytest.mark.parametrize("route", FORMS)
def test_every_field_of_a_settings_screen_is_in_the_table(route):
    told = {one.field for one in SETTINGS if one.route == route and one.field}
    assert told == set(FORMS[route].base_fields)


def test_what_the_table_says_holds_at_first_does():
    firm, plan = Firm(), reminder.Plan(is_on=False)
    said = {one.field: one.default for one in SETTINGS if one.field}
    assert (said["assignation"], said["has_messaging"]) == (
        firm.assignation,
        "oui" if firm.has_messaging else "non",
    )
    assert said["collaborateurs_validate"] == ("oui" if firm.collaborateurs_validate else "non")
    assert (said["accent"], firm.accent, firm.sender) == ("le vert de Comptoir", "", firm.name)
    assert (said["day"], said["hour"]) == (f"le {plan.day}", f"{plan.hour} h")
    assert (said["quiet_from"], said["quiet_until"]) == (f"{plan.quiet_from} h", f"{plan.quiet_until} h")
    assert said["every"] == plan.every.french.lower()


def test_the_page_of_the_documentation_is_the_table():
    assert settings_table.as_markdown() in PAGE.read_text(), "write docs/settings.md again from as_markdown()"
