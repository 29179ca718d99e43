"""The dossier's booking rules: written, put in order, ended; and suggestions turned down."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from comptoir.domain import rule as domain
from comptoir.domain.fault import Fault
from comptoir.domain.habit import Choice
from comptoir.domain.rule_json import flat
from comptoir.records.audit.actions import record
from comptoir.records.banking import queries
from comptoir.records.banking.models import BankAccount, Rule, RuleDismissal
from comptoir.records.firms.models import Company, Person


class NotARule(Exception):
    """Cette règle ne peut pas être gardée."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(" ".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


class AlreadyEnded(Exception):
    """Cette règle est déjà arrêtée : quelqu’un vient de le faire."""


@transaction.atomic
def write(
    *, company: Company, rule: domain.Rule, by: Person, at: datetime, instead_of: Rule | None = None
) -> Rule:
    """Add a rule at the end of the dossier's ordered list, or in the place of one that ends with it.

    Raises `NotARule` with every fault, and `AlreadyEnded` where the rule to replace ended meanwhile.
    """
    if faults := domain.faults(rule):
        raise NotARule(faults)
    if instead_of:
        end(rule=instead_of, by=by, at=at)
    last = Rule.objects.filter(company=company).order_by("-rank").first()
    row = _row(company, instead_of.rank if instead_of else last.rank + 1 if last else 1, rule)
    row.written_by, row.written_at = by, at
    row.save()
    record("write_rule", row, by=by, at=at, name=rule.name, words=list(rule.words), account=rule.account)
    return row


@transaction.atomic
def end(*, rule: Rule, by: Person, at: datetime) -> Rule:
    """A rule stops; what it booked stays, and so does the trace of it. Raises `AlreadyEnded`."""
    held = Rule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    if held.ended_on:
        raise AlreadyEnded(AlreadyEnded.__doc__)
    # Rules in force are those of a day: it serves no more from today on, whatever day is imported.
    held.ended_on, held.ended_by, held.ended_at = timezone.localdate(at) - timedelta(days=1), by, at
    held.save(update_fields=["ended_on", "ended_by", "ended_at"])
    record("end_rule", held, by=by, at=at, name=held.name)
    return held


@transaction.atomic
def place(*, rule: Rule, before: bool, by: Person, at: datetime) -> bool:
    """Let a rule change places with the one before or after it, and say whether anything moved.

    Two people at once: the second moves it in the list that the first has left.
    """
    in_force = Rule.objects.filter(company=rule.company_id).exclude(ended_on__lt=timezone.localdate(at))
    rows = list(in_force.select_for_update(of=("self",)))
    here = next((n for n, row in enumerate(rows) if row.pk == rule.pk), None)
    if here is None:
        raise AlreadyEnded(AlreadyEnded.__doc__)
    there = here - 1 if before else here + 1
    if not 0 <= there < len(rows):
        return False
    ranks = [row.rank for row in rows]
    rows[here], rows[there] = rows[there], rows[here]
    for rank, row in zip(_rising(ranks), rows, strict=True):
        row.rank = rank
    Rule.objects.bulk_update(rows, ["rank"])
    record("place_rule", rule, by=by, at=at, name=rule.name, rank=there + 1)
    return True


def write_first(*, dossiers: Iterable[tuple[Company, Sequence[domain.Rule]]]) -> None:
    """The rules that new companies begin with: one query however many they are."""
    rows = [_row(company, rank, rule) for company, rules in dossiers for rank, rule in enumerate(rules, 1)]
    Rule.objects.bulk_create(rows, batch_size=1000)


@transaction.atomic
def dismiss(*, company: Company, choice: Choice, by: Person, at: datetime) -> RuleDismissal:
    """A person wants no rule of this habit: it is remembered, whoever looks."""
    key, account, auxiliary = choice
    row, is_new = RuleDismissal.objects.get_or_create(
        company=company,
        label_key=key,
        account=account,
        auxiliary=auxiliary,
        defaults={"firm_id": company.firm_id, "by": by, "at": at},
    )
    if is_new:
        record("dismiss_rule", row, by=by, at=at, name=key, account=account)
    return row


def _row(company: Company, rank: int, rule: domain.Rule) -> Rule:
    return Rule(
        firm_id=company.firm_id,
        company=company,
        rank=rank,
        name=rule.name,
        words=list(rule.words),
        needed=rule.needed,
        means=sorted(rule.means),
        kinds=sorted(rule.kinds),
        direction=rule.direction,
        at_least=rule.at_least,
        at_most=rule.at_most,
        since=rule.since,
        until=rule.until,
        bank_account=_bank_account(company, rule.bank),
        account=rule.account,
        auxiliary=rule.auxiliary,
        label=rule.label,
        vat_rate=rule.vat_rate,
        parts=[flat(part) for part in rule.parts],
    )


def _bank_account(company: Company, ledger_account: str) -> BankAccount | None:
    if not ledger_account:
        return None
    found = queries.account_on(company, ledger_account)
    if found is None:
        raise NotARule([Fault("bank", f"Aucune banque de ce dossier n’est suivie en {ledger_account[:12]}.", "")])
    return found


def _rising(ranks: Sequence[int]) -> list[int]:
    """The same ranks, each above the one before it: two rows of one rank could not change places."""
    rising: list[int] = []
    for rank in sorted(ranks):
        rising.append(max(rank, rising[-1] + 1) if rising else rank)
    return rising
