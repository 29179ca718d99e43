"""Mandates asked, signed and refused; flows kept once; statuses said, sent and heard; what nobody claims, set aside."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction

from comptoir.domain import lifecycle
from comptoir.domain.fault import Fault
from comptoir.domain.lifecycle import Code
from comptoir.domain.mandate import State
from comptoir.records.audit.actions import record
from comptoir.records.deposits.models import Document
from comptoir.records.einvoices.models import Flow, Mandate, Reach, Status, Unclaimed
from comptoir.records.firms.models import Company, Person

_FIELD = {State.TO_SIGN: "asked", State.SIGNED: "signed", State.REFUSED: "refused"}
_VERB = {State.TO_SIGN: "ask_mandate", State.SIGNED: "sign_mandate", State.REFUSED: "refuse_mandate"}


class Arrived(NamedTuple):
    """A flow that has come: how the platform names it, and what the invoice's data says."""

    flow_id: str
    is_sale: bool
    syntax: str
    number: str
    issued_on: date | None
    type_code: str
    currency: str
    seller: tuple[str, str]
    buyer: tuple[str, str]


class NotSayable(Exception):
    """Ce statut ne peut pas être envoyé."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(" ".join(str(fault) for fault in faults))
        self.faults = faults


@transaction.atomic
def set_mandate(*, company: Company, state: State, by: Person, at: datetime) -> Mandate:
    """The mandate is asked for, came back signed, or was refused; said again, nothing changes."""
    Mandate.objects.bulk_create([Mandate(firm_id=company.firm_id, company=company)], ignore_conflicts=True)
    mandate = Mandate.objects.select_for_update().get(company=company)
    if mandate.state == state:
        return mandate
    name = _FIELD[state]
    setattr(mandate, f"{name}_at", at)
    setattr(mandate, f"{name}_by", by)
    mandate.save(update_fields=[f"{name}_at", f"{name}_by"])
    record(_VERB[state], mandate, by=by, at=at)
    return mandate


@transaction.atomic
def set_mandates(*, companies: Iterable[Company], state: State, by: Person, at: datetime) -> int:
    """The same for many companies of a firm, all or none; says how many."""
    return len([set_mandate(company=company, state=state, by=by, at=at) for company in companies])


@transaction.atomic(savepoint=False)
def keep_flow(*, document: Document, arrived: Arrived, at: datetime) -> Flow:
    """Keep what a flow brought, once."""
    seller, buyer = arrived.seller, arrived.buyer
    flow, is_new = Flow.objects.get_or_create(
        company_id=document.company_id,
        flow_id=arrived.flow_id,
        defaults={
            "firm_id": document.firm_id,
            "document": document,
            "is_sale": arrived.is_sale,
            "syntax": arrived.syntax,
            "number": arrived.number[:100],
            "issued_on": arrived.issued_on,
            "type_code": arrived.type_code[:10],
            "currency": arrived.currency[:3],
            "seller_siren": seller[0][:9],
            "seller_name": seller[1][:200],
            "buyer_siren": buyer[0][:9],
            "buyer_name": buyer[1][:200],
            "received_at": at,
        },
    )
    if is_new:
        record("receive_flow", flow, by=None, at=at, number=flow.number)
    return flow


def acknowledged(*, flow: Flow, at: datetime) -> None:
    """The platform knows that it is kept here."""
    Flow.objects.filter(pk=flow.pk, acknowledged_at=None).update(acknowledged_at=at)


class NoMandate(NotSayable):
    """Le mandat de ce dossier n’est pas signé : rien ne peut être dit à la plateforme en son nom."""

    def __init__(self) -> None:
        super().__init__([Fault("no_mandate", self.__class__.__doc__ or "")])


class NotSettled(NotSayable):
    """Le règlement de cette facture n’est pas lettré : lettrez-le d’abord."""

    def __init__(self) -> None:
        super().__init__([Fault("not_settled", self.__class__.__doc__ or "")])


@transaction.atomic
def say(
    *,
    flow: Flow,
    code: Code,
    by: Person,
    at: datetime,
    motive: str = "",
    reason: str = "",
    paid: Sequence[tuple[str, str]] = (),
) -> Status:
    """Say a status of an invoice, to be sent; raises `NotSayable`."""
    mandate = Mandate.objects.filter(company_id=flow.company_id).first()
    if mandate is None or mandate.state is not State.SIGNED:
        raise NoMandate
    Flow.objects.select_for_update().get(pk=flow.pk)  # two people at once say one thing after the other
    said = [Code(row) for row in flow.statuses.order_by("at", "pk").values_list("code", flat=True)]
    if faults := lifecycle.check(code, said=said, is_sale=flow.is_sale, reason=reason, motive=motive):
        raise NotSayable(faults)
    status = Status.objects.create(
        firm_id=flow.firm_id,
        company_id=flow.company_id,
        flow=flow,
        code=code.value,
        motive=motive if code.needs_reason else "",
        reason=reason.strip()[:300] if code.needs_reason else "",
        paid=[list(pair) for pair in paid],
        by=by,
        at=at,
    )
    record("say_status", status, by=by, at=at, status=code.value, number=flow.number, reason=status.reason)
    return status


def told(*, status: Status, at: datetime) -> None:
    """The platform knows that its message is kept here."""
    Status.objects.filter(pk=status.pk, sent_at=None).update(sent_at=at)


def sent(*, status: Status, at: datetime) -> None:
    """The platform has it."""
    Status.objects.filter(pk=status.pk).update(sent_at=at, tried_at=at, fault="")


def not_sent(*, status: Status, fault: str, at: datetime) -> None:
    """The platform did not take it, and why."""
    Status.objects.filter(pk=status.pk, sent_at=None).update(tried_at=at, fault=fault[:300])


@transaction.atomic
def hear(*, flow: Flow, code: Code, motive: str, reason: str, key: str, said_at: datetime, at: datetime) -> Status:
    """Keep a status that the platform tells, once."""
    status, is_new = Status.objects.get_or_create(
        company_id=flow.company_id,
        key=key,
        defaults={
            "firm_id": flow.firm_id,
            "flow": flow,
            "code": code.value,
            "motive": motive,
            "reason": reason,
            "at": said_at,
        },
    )
    if is_new:
        record("hear_status", status, by=None, at=at, status=code.value, number=flow.number)
    return status


def set_aside(
    *, flow_id: str, kind: str, syntax: str, updated_at: str, at: datetime, siren: str = "", fault: str = ""
) -> None:
    """A flow stays at the platform; it is looked at again when its company's mandate is signed, or after a while."""
    Unclaimed.objects.update_or_create(
        flow_id=flow_id,
        defaults={"siren": siren[:9], "fault": fault[:300], "tried_at": at},
        create_defaults={
            "siren": siren[:9], "fault": fault[:300], "tried_at": at, "seen_at": at,
            "kind": kind, "syntax": syntax, "updated_at": updated_at[:40],
        },
    )  # fmt: skip


def claimed(*, flow_id: str) -> None:
    """A flow that was left has been taken."""
    Unclaimed.objects.filter(flow_id=flow_id).delete()


def reached(*, until: str) -> None:
    """The platform's list has been read up to there."""
    Reach.objects.update_or_create(id=1, defaults={"until": until[:40]})
