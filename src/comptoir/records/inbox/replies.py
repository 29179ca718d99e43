"""What the sender of a mail is told: what was taken, what was not and why, in plain words."""

from collections.abc import Sequence

from comptoir.domain.mail import Incoming
from comptoir.records.deposits.answers import Answer
from comptoir.records.inbox.models import Mail
from comptoir.records.mail.actions import Message


def reply(*, mail: Mail, incoming: Incoming, answers: Sequence[Answer]) -> Message:
    """The answer to a mail that was opened."""
    taken = [answer for answer in answers if answer.kind == Answer.RECEIVED]
    return Message(
        to=mail.sender,
        subject=f"{_headline(len(taken), len(answers))} · {incoming.subject}"[:250],
        text="\n".join([*_told(mail, taken, answers), *_left_out(incoming), *_closing(mail)]),
        sender=mail.company.firm.name,
    )


def _headline(taken: int, all_of_them: int) -> str:
    if not all_of_them:
        return "Aucun document dans votre message"
    if taken == all_of_them:
        return f"{taken} document{'s' if taken > 1 else ''} bien reçu{'s' if taken > 1 else ''}"
    return f"{taken} document{'s' if taken > 1 else ''} reçu{'s' if taken > 1 else ''} sur {all_of_them}"


def _told(mail: Mail, taken: Sequence[Answer], answers: Sequence[Answer]) -> list[str]:
    if not answers:
        return [
            "Bonjour,",
            "",
            f"Votre message pour {mail.company.name} ne contient aucun document : rien n’a été déposé.",
            "Joignez une facture, un ticket ou un relevé (PDF ou photo), puis renvoyez-le à la même adresse.",
        ]
    lines = ["Bonjour,", "", f"Voici ce qui est arrivé pour {mail.company.name}."]
    lines += ["", "Reçu :", *(f"  ✓ {answer.filename}" for answer in taken)] if taken else []
    others = [answer for answer in answers if answer.kind != Answer.RECEIVED]
    return lines + (["", "Pas pris :", *(f"  ✗ {one.filename} : {_why(one)}" for one in others)] if others else [])


def _why(answer: Answer) -> str:
    if answer.kind == Answer.LOCKED:
        return "ce PDF est protégé par un mot de passe. Déposez-le sur le site, où il vous sera demandé."
    return answer.sentence


def _left_out(incoming: Incoming) -> list[str]:
    if not incoming.left_out:
        return []
    return ["", f"Laissé de côté (logos, signatures, invitations) : {', '.join(incoming.left_out[:10])}."]


def _closing(mail: Mail) -> list[str]:
    return ["", "Gardez les originaux papier.", "", mail.company.firm.name]
