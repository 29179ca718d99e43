"""What the client is written when only they can make the bank speak again: one sentence, where to go, no link to a bank."""

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


def needs_you(state: State, *, company: Company, to: Person, home: str) -> Message:
    """The letter: what is wrong or about to end, and how to mend it in two minutes."""
    if state.advice.act is Act.RECONNECT:
        subject, told = f"Votre banque attend un geste de vous · {company.name}", state.advice.sentence
    else:
        day = f"{state.ends_soon_on:%d/%m/%Y}"
        subject = f"Votre accord avec la banque se termine le {day} · {company.name}"
        told = (
            f"L’accord par lequel votre banque transmet vos opérations se termine le {day} (il dure 180 jours). "
            "Renouvelez-le avant, sinon les opérations n’arriveront plus."
        )
    lines = [
        f"Bonjour {on_one_line(to.first_name)},",
        "",
        told,
        "",
        f"Cela prend deux minutes : {home}/c/{company.pk}/banque/",
        "Ne donnez jamais vos codes bancaires par mail ou par téléphone : seule la page de votre banque les demande.",
        "",
        company.firm.name,
    ]
    with speaking(to.language):
        text = "\n".join(map(english, lines))
        return Message(to=to.email, subject=english(subject), text=text, sender=company.firm.sender)
