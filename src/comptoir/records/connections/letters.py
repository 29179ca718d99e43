"""What the client is written when only they can make the bank speak again: one sentence, where to go, no link to a bank."""

from django.template.loader import render_to_string

from comptoir.domain.text import on_one_line
from comptoir.gateways.bank.bridge.statuses import Act
from comptoir.lib.english import speaking
from comptoir.lib.english.catalog import english
from comptoir.records.connections.queries import State
from comptoir.records.firms.models import Company, Person
from comptoir.records.mail.actions import Message


def about(state: State) -> str:
    """What there is to write about now; empty where there is nothing to ask of the client."""
    if state.connection.ended_at is not None:
        return ""
    if state.advice.act is Act.RECONNECT:
        return f"status {state.connection.status} {state.connection.status_since:%Y-%m-%d %H:%M}"
    return f"consent {state.ends_soon_on}" if state.ends_soon_on else ""


def needs_you(state: State, *, company: Company, to: Person, home: str, reply_to: str) -> Message:
    """The letter: which bank, what is wrong or about to end, and how to mend it in two minutes."""
    with speaking(to.language):
        bank = english(state.connection.called)
        context = {
            "state": state, "told": _told(state), "bank": bank[:1].upper() + bank[1:], "person": to, "company": company,
            "firm": company.firm, "home": home, "link": f"{home}/c/{company.pk}/banque/", "reply_to": reply_to,
        }  # fmt: skip
        return Message(
            to=to.email,
            subject=f"{english(_subject(state))} · {on_one_line(company.name)}",
            text=render_to_string("mail/bank_message.txt", context),
            html=render_to_string("mail/bank_message.html", context),
            sender=company.firm.sender,
            reply_to=reply_to,
        )


def _subject(state: State) -> str:
    if state.advice.act is Act.RECONNECT:
        return f"À reconnecter : {state.connection.called}"
    return f"Votre accord avec {state.connection.called} se termine le {state.ends_soon_on:%d/%m/%Y}"


def _told(state: State) -> str:
    if state.advice.act is Act.RECONNECT:
        return english(state.advice.sentence)
    return english(
        f"L’accord par lequel votre banque transmet vos opérations se termine le {state.ends_soon_on:%d/%m/%Y} (il dure 180 "
        "jours). Renouvelez-le avant, sinon les opérations n’arriveront plus."
    )
