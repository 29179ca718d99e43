"""The house style, as far as a machine can hold it."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from comptoir.config import cli

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "comptoir"
DOMAIN = sorted((SOURCE / "domain").rglob("*.py"))
ACTIONS = sorted((SOURCE / "records").glob("*/actions.py"))
WEB = sorted((SOURCE / "web").rglob("*.py"))
LETTERS = SOURCE / "web" / "templates" / "mail"
TEMPLATES = sorted((SOURCE / "web" / "templates").rglob("*.html"))
SHEETS = sorted((SOURCE / "web" / "static" / "css").rglob("*.css"))


def test_foreign_keys_point_backwards_only():
    rank = {stage: n for n, stage in enumerate(settings.STAGES)}
    for model in apps.get_models():
        if model._meta.app_label not in rank:
            continue
        for field in model._meta.get_fields():
            if getattr(field, "many_to_one", False) or (field.one_to_one and field.concrete):
                target = field.related_model._meta.app_label
                assert rank.get(target, 0) <= rank[model._meta.app_label], f"{model.__name__}.{field.name}"


def test_every_tenant_row_carries_firm_and_company():
    from comptoir.records.firms.models import Company, Firm, FirmMembership, InCompany, InFirm, Person

    own = {
        Company,
        Firm,
        FirmMembership,
        Person,
        apps.get_model("audit", "Event"),
        apps.get_model("mail", "Letter"),
    }
    own |= set(apps.get_app_config("accounts").get_models())  # a person's own, whatever firms they belong to
    own |= {apps.get_model("notices", "Preference"), apps.get_model("notices", "Device")}  # a person's own too
    # What is still at the platform is of no firm yet.
    own |= {apps.get_model("einvoices", "Unclaimed"), apps.get_model("einvoices", "Reach")}
    own.add(apps.get_model("connections", "News"))  # known by a digest before anybody knows whose it is
    for stage in settings.STAGES:
        for model in apps.get_app_config(stage).get_models():
            assert model in own or issubclass(model, InCompany | InFirm), model


def test_a_class_alone_is_of_one_screen():
    """Else a screen's sheet draws another screen: the bank's rows once had the height of a card of the home page."""
    found: dict[str, set[str]] = {}
    for sheet in SHEETS:
        if sheet.parent.name == "screens":
            for rule in re.findall(r"([^{};]+)\{", re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)):
                for name in re.findall(r"(?:^|,)\s*(\.[a-z][\w-]*)\s*(?=,|$)", rule):
                    found.setdefault(name, set()).add(sheet.name)
    assert {name: sheets for name, sheets in found.items() if len(sheets) > 1} == {}


@pytest.mark.parametrize("path", DOMAIN, ids=lambda p: p.name)
def test_the_domain_has_no_float_for_money_and_no_clock(path):
    text = path.read_text()
    assert not re.search(r"\b(?:datetime\.now|date\.today|time\.time)\(", text)
    assert "float(" not in text


@pytest.mark.parametrize("path", ACTIONS, ids=lambda p: p.parent.name)
def test_actions_are_told_the_time(path):
    assert not re.search(r"(?:timezone\.now|datetime\.now|date\.today)\(", path.read_text())


def test_only_the_pipeline_starts_a_stage():
    for path in SOURCE.rglob("*.py"):
        text = path.read_text()
        assert "django.dispatch" not in text, path
        assert not re.search(r"def save\(self", text), path
        if path.parent.name != "pipeline":
            assert ".defer(" not in text, path


@pytest.mark.parametrize("path", WEB, ids=lambda p: str(p.relative_to(SOURCE)))
def test_screens_ask_queries_not_tables(path):
    assert ".objects" not in path.read_text()


@pytest.mark.parametrize("path", WEB, ids=lambda p: str(p.relative_to(SOURCE)))
def test_screens_read_days_in_one_way(path):
    assert "fromisoformat" not in path.read_text(), "`domain.limits.read_day` reads what is typed"


def test_views_fit_in_a_glance():
    for path in WEB:
        if path.name in ("live.py",):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.args.args and node.args.args[0].arg == "request":
                assert (node.end_lineno or 0) - node.lineno <= 32, f"{path.name}:{node.name}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_pages_hold_no_style_and_no_script_of_their_own(path):
    # Mail programs read no sheet: a letter carries its own style, and never a script.
    is_letter = path.is_relative_to(LETTERS) or path.parent.name == "email"
    own = r"\son[a-z]+=|<script" if is_letter else r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*src=)"
    assert not re.search(own, path.read_text())


@pytest.mark.parametrize("path", SHEETS, ids=lambda p: p.name)
def test_sheets_need_no_force(path):
    assert "!important" not in path.read_text()


def test_every_command_is_documented():
    told = (ROOT / "docs" / "command-line.md").read_text()
    for module in cli._commands():
        assert f"## {module.NAME}" in told, module.NAME


def test_no_lock_records_an_address():
    assert "http" not in re.sub(r"httptools|httpx", "", (ROOT / "requirements.lock").read_text())


def test_no_function_bears_one_decorator_twice():
    """A function put between another and its `@transaction.atomic` takes it away from it: both then read well."""
    twice = []
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                borne = [ast.unparse(decorator) for decorator in node.decorator_list]
                twice += [f"{path.name}: {node.name}" for name in set(borne) if borne.count(name) > 1]
    assert twice == []
