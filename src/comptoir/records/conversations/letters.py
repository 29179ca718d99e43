"""What participants are written: what was said while they were not looking, and why an answer did not arrive."""

from collections.abc import Sequence

from django.utils.html import escape

from comptoir.domain.reply import MARK
from comptoir.domain.text import on_one_line
from comptoir.lib.english import speaking
from comptoir.lib.english.catalog import english
from comptoir.records.conversations.models import Message, Participant, Reply
from comptoir.records.firms.branding import letterhead
from comptoir.records.mail.actions import Message as Letter


def news(participant: Participant, said: Sequence[Message], *, reply_to: str, home: str) -> Letter:
    """Everything that somebody has not seen of a conversation, in one letter that may be answered."""
    conversation = participant.conversation
    place = _place(participant, home)
    with speaking(participant.person.language):
        return Letter(
            to=participant.person.email,
            subject=f"{conversation.subject} · {conversation.company.name}",
            text=_text(participant, said, place),
            html=_html(participant, said, place),
            sender=on_one_line(f"{said[-1].author.full_name} ({conversation.company.firm.sender})"),
            reply_to=reply_to,
        )


def _place(participant: Participant, home: str) -> str:
    conversation = participant.conversation
    side = "dossiers" if participant.is_firm else "c"
    path = f"/{side}/{conversation.company_id}/messagerie/{conversation.pk}/"
    return f"{home}{path}" if home else ""


def _text(participant: Participant, said: Sequence[Message], place: str) -> str:
    lines = [
        f"──── {english(MARK)} ────",
        "",
        english(f"Bonjour {on_one_line(participant.person.first_name)},"),
        "",
    ]
    for message in said:
        lines += [
            f"{message.author.full_name} :",
            "",
            message.text or english("(sans texte)"),
            *_files(message),
            "",
        ]
    lines += [
        english("Répondez à ce message : votre texte et vos pièces jointes arrivent dans la conversation."),
        *([english(f"Ou ouvrez-la : {place}")] if place else []),
        "",
        participant.conversation.company.firm.name,
    ]
    return "\n".join(lines)


def _files(message: Message) -> list[str]:
    files = list(message.attachments.all())
    return ["", *(english(f"Pièce jointe : {file.name}") for file in files)] if files else []


def _html(participant: Participant, said: Sequence[Message], place: str) -> str:
    """The same, plainly drawn: no picture but the firm's logo, which comes with it; nothing tells whether it was opened."""
    parts = [
        letterhead(participant.conversation.company.firm),
        f'<p style="color:#777;font-size:13px">──── {english(MARK)} ────</p>',
        english(f"<p>Bonjour {escape(participant.person.first_name)},</p>"),
    ]
    for message in said:
        files = "".join(english(f"<br>Pièce jointe : {escape(file.name)}") for file in message.attachments.all())
        parts.append(
            f"<p><strong>{escape(message.author.full_name)}</strong></p>"
            f'<div dir="auto" style="border-left:3px solid #1d5c45;padding-left:12px">{message.html}{files}</div>'
        )
    ask = "Répondez à ce message : votre texte et vos pièces jointes arrivent dans la conversation."
    parts.append(f"<p>{english(ask)}</p>")
    if place:
        parts.append(f'<p><a href="{escape(place)}">{english("Ouvrir la conversation")}</a></p>')
    parts.append(f"<p>{escape(participant.conversation.company.firm.name)}</p>")
    return f'<div style="font-family:sans-serif;font-size:15px;line-height:1.5">{"".join(parts)}</div>'


def not_taken(reply: Reply, why: str) -> Letter:
    """Why an answer by e-mail did not arrive, to who sent it: nothing of the conversation is told."""
    firm = reply.participant.conversation.company.firm
    lines = [
        "Bonjour,",
        "",
        why,
        "Votre message n’a pas été ajouté à la conversation.",
        *_reach(reply),
        "",
        firm.name,
    ]
    return Letter(
        to=reply.sender,
        subject="Votre réponse n’est pas arrivée dans la conversation",
        text="\n".join(lines),
        sender=firm.sender,
    )


def some_left_out(reply: Reply, left: Sequence[str]) -> Letter:
    """Which files of an answer were not kept, and why; the rest arrived."""
    firm = reply.participant.conversation.company.firm
    lines = ["Bonjour,", "", "Votre réponse est arrivée, sauf :", *(f"  ✗ {one}" for one in left), "", firm.name]
    return Letter(
        to=reply.sender,
        subject="Votre réponse est arrivée, sans tous ses fichiers",
        text="\n".join(lines),
        sender=firm.sender,
    )


def _reach(reply: Reply) -> list[str]:
    told = reply.participant.conversation.company.firm.how_to_reach.strip()
    return ["", "Pour nous joindre :", told] if told else []
