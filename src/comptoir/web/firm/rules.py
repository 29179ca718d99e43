"""The booking rules of a dossier: in their order, tried on the past before they are kept, ended rather than removed."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir import pipeline
from comptoir.domain import rule_text
from comptoir.domain.habit import Habit, worth_a_rule
from comptoir.domain.label import Kind
from comptoir.domain.limits import plain
from comptoir.domain.rehearsal import rehearse as rehearsal_of
from comptoir.domain.rights import Act
from comptoir.domain.rule import untaxed
from comptoir.records.banking import queries as bank
from comptoir.records.banking import rules
from comptoir.records.banking.models import Rule
from comptoir.records.firms.queries import Seat
from comptoir.records.ledger import habits
from comptoir.records.ledger import queries as books
from comptoir.web import doors
from comptoir.web.firm.context import frame
from comptoir.web.firm.rule_form import RuleForm, as_typed, from_habit
from comptoir.web.refusals import refused

A_YEAR = timedelta(days=365)
MOST_SUGGESTED = 5
MOST_DIFFERING = 50
"""How many movements booked otherwise are listed; all are counted."""


@doors.signed_in
@require_GET
def screen(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The rules in their order with how often each served; those that ended are folded."""
    return _list(request, doors.dossier(request, company_id, Act.SEE_BOOKS))


@doors.signed_in
@require_GET
def new(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The form of a rule, empty or filled with what people do."""
    seat = doors.dossier(request, company_id, Act.WRITE_RULES)
    first = {name: request.GET.get(name, "")[:200] for name in ("words", "account", "auxiliary", "name")}
    kinds = [kind for kind in request.GET.getlist("kinds") if kind in set(Kind)]
    return _page(request, seat, _form(seat, initial=first | {"kinds": kinds}))


@doors.signed_in
@require_POST
def write(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Add a booking rule; movements in suspense are booked by it at once."""
    seat = doors.dossier(request, company_id, Act.WRITE_RULES)
    return _written(request, seat, None)


@doors.signed_in
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, company_id: UUID, rule_id: UUID) -> HttpResponse:
    """Write a rule anew: the old one ends, so that what it booked keeps its reason, and this one takes its place."""
    seat, row = doors.rule(request, company_id, rule_id, Act.WRITE_RULES)
    if request.method == "POST":
        return _written(request, seat, row)
    return _page(request, seat, _form(seat, row=row), row)


@doors.signed_in
@require_POST
def rehearse(request: HttpRequest, company_id: UUID, rule_id: UUID | None = None) -> HttpResponse:
    """What the rule in the form would have booked of the last twelve months; nothing is kept."""
    seat, row = doors.dossier(request, company_id, Act.WRITE_RULES), None
    if rule_id:
        seat, row = doors.rule(request, company_id, rule_id, Act.WRITE_RULES)
    form = _form(seat, request, row=row)
    if not form.is_valid():
        return _page(request, seat, form, row, status=200 if request.htmx else 422)  # type: ignore[attr-defined]
    return _page(request, seat, form, row, _rehearsed(seat, form, row))


@doors.signed_in
@require_POST
def end(request: HttpRequest, company_id: UUID, rule_id: UUID) -> HttpResponse:
    """Stop a rule; what it booked stays."""
    seat, row = doors.rule(request, company_id, rule_id, Act.WRITE_RULES)
    try:
        pipeline.end_rule(rule=row, by=seat.person, at=timezone.now())
    except rules.AlreadyEnded as refusal:
        return refused(request, str(refusal), _list, seat)
    messages.success(request, f"La règle « {row.name} » ne sert plus ; ce qu’elle a imputé reste.")
    return redirect("firm_rules", company_id)


@doors.signed_in
@require_POST
def place(request: HttpRequest, company_id: UUID, rule_id: UUID) -> HttpResponse:
    """Put a rule one place higher or lower."""
    seat, row = doors.rule(request, company_id, rule_id, Act.WRITE_RULES)
    before = request.POST.get("vers") != "bas"
    try:
        pipeline.place_rule(rule=row, before=before, by=seat.person, at=timezone.now())
    except rules.AlreadyEnded as refusal:
        return refused(request, str(refusal), _list, seat)
    return redirect(f"{reverse('firm_rules', args=[company_id])}#regle-{row.pk}")


@doors.signed_in
@require_POST
def dismiss(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Turn a suggested rule down, for good."""
    seat = doors.dossier(request, company_id, Act.WRITE_RULES)
    key, account, auxiliary = (
        plain(request.POST.get(name, ""), most)
        for name, most in (("key", 200), ("account", 12), ("auxiliary", 20))
    )
    known = {(habit.key, habit.account, habit.auxiliary) for habit, _ in suggestions(seat, None, most=None)}
    if (key, account, auxiliary) in known:
        rules.dismiss(company=seat.company, choice=(key, account, auxiliary), by=seat.person, at=timezone.now())
        messages.success(request, f"« {key} » ne sera plus proposé.")
    return redirect("firm_rules", company_id)


def suggestions(seat: Seat, rows: list[Rule] | None, most: int | None = MOST_SUGGESTED) -> list[tuple[Habit, str]]:
    """Rules that people's habits suggest, each with the form filled in; none for who may write none."""
    if not seat.may(Act.WRITE_RULES):
        return []
    in_force = bank.rules_in_force(seat.company, timezone.localdate()) if rows is None else rows
    ruled = bank.rule_list(seat.company, in_force)
    found = worth_a_rule(habits.habits(seat.company), ruled, bank.dismissed(seat.company))
    form = reverse("firm_new_rule", args=[seat.company.pk])
    return [(habit, f"{form}?{urlencode(from_habit(habit), doseq=True)}") for habit in found[:most]]


def _written(request: HttpRequest, seat: Seat, row: Rule | None) -> HttpResponse:
    form = _form(seat, request, row=row)
    if not form.is_valid():
        return refused(request, "Rien n’a été enregistré : voyez ce qui est en rouge.", _page, seat, form, row)
    try:
        pipeline.write_rule(
            company=seat.company, rule=form.rule, by=seat.person, at=timezone.now(), instead_of=row
        )
    except (rules.NotARule, rules.AlreadyEnded) as refusal:
        return refused(request, str(refusal), _page, seat, form, row)
    messages.success(request, f"La règle « {form.rule.name} » est en place.")
    return redirect("firm_rules", seat.company.pk)


def _rehearsed(seat: Seat, form: RuleForm, row: Rule | None) -> dict[str, Any]:
    """The rule played on the past in the place where it would stand: last, or that of the rule it replaces."""
    today = timezone.localdate()
    in_force = bank.rules_in_force(seat.company, today)
    before = [one for one in in_force if row is None or (one.rank, one.pk) < (row.rank, row.pk)]
    rule = form.rule if seat.company.deducts_vat else untaxed(form.rule)
    history = habits.history(seat.company, today - A_YEAR)
    found = rehearsal_of(rule, bank.rule_list(seat.company, before), history)
    return {
        "rehearsal": found,
        "differing": found.differing[:MOST_DIFFERING],
        "since": today - A_YEAR,
        "most": habits.MOST,
    }


def _form(
    seat: Seat, request: HttpRequest | None = None, row: Rule | None = None, initial: dict[str, Any] | None = None
) -> RuleForm:
    rule = bank.domain_rule(row) if row else None
    return RuleForm(
        request.POST if request else None,
        rule=rule,
        initial=as_typed(rule) if rule else initial,
        banks=bank.accounts(seat.company),
        on=timezone.localdate(),
        deducts_vat=seat.company.deducts_vat,
    )


def _list(request: HttpRequest, seat: Seat) -> HttpResponse:
    today = timezone.localdate()
    uses, in_force = books.rule_uses(seat.company), bank.rules_in_force(seat.company, today)
    context = frame(seat, "bank") | {
        "address": reverse("firm_rules", args=[seat.company.pk]),
        "rules": [_told(row, uses) for row in in_force],
        "ended": [_told(row, uses) for row in bank.ended_rules(seat.company, today)],
        "suggestions": suggestions(seat, in_force),
    }
    return render(request, "firm/rules.html", context)


def _told(row: Rule, uses: dict[UUID, int]) -> dict[str, Any]:
    rule = bank.domain_rule(row)
    return {
        "row": row,
        "conditions": rule_text.conditions(rule),
        "outcome": rule_text.outcome(rule),
        "uses": uses.get(row.pk, 0),
    }


def _page(
    request: HttpRequest,
    seat: Seat,
    form: RuleForm,
    row: Rule | None = None,
    shown: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    asked = [row.pk] if row else []
    context = frame(seat, "bank") | {
        "form": form,
        "rule": row,
        "has_several_banks": len(form.fields["bank"].choices) > 2,  # type: ignore[attr-defined]  # a ChoiceField
        "address": reverse("firm_rule" if row else "firm_new_rule", args=[seat.company.pk, *asked]),
        "save": reverse("firm_rule" if row else "firm_write_rule", args=[seat.company.pk, *asked]),
        "try": reverse("firm_rule_rehearsal" if row else "firm_rehearsal", args=[seat.company.pk, *asked]),
        **(shown or {}),
    }
    part = "#rehearsal" if request.htmx and request.method == "POST" else ""  # type: ignore[attr-defined]
    return render(request, f"firm/rule.html{part}", context, status=status)
