"""What participants are written: what was said while they were not looking, and why an answer did not arrive."""

from collections.abc import Sequence

from django.template.loader import render_to_string

from comptoir.domain.reply import MARK
from comptoir.domain.text import on_one_line
from comptoir.lib.english import colon, speaking
from comptoir.lib.english.catalog import english
from comptoir.records.conversations.models import Message, Participant, Reply
from comptoir.records.mail.actions import Message as Letter


def news(participant: Participant, said: Sequence[Message], *, reply_to: str, home: str) -> Letter:
    """Everything that somebody has not seen of a conversation, in one letter that may be answered."""
    conversation, person = participant.conversation, participant.person
    company = conversation.company
    with speaking(person.language):
        context = {
            "conversation": conversation, "said": said, "person": person, "company": company, "firm": company.firm,
            "mark": english(MARK), "nothing": english("(sans texte)"), "home": home,
            "place": f"{home}{_place(participant)}",
        }  # fmt: skip
        return Letter(
            to=person.email,
            subject=f"{conversation.subject} · {company.name}",
            text=render_to_string("mail/talk_message.txt", context),
            html=render_to_string("mail/talk_message.html", context),
            sender=on_one_line(f"{said[-1].author.full_name} ({company.firm.sender})"),
            reply_to=reply_to,
        )


def _place(participant: Participant) -> str:
    conversation = participant.conversation
    side = "dossiers" if participant.is_firm else "c"
    return f"/{side}/{conversation.company_id}/messagerie/{conversation.pk}/"


def not_taken(reply: Reply, why: str) -> Letter:
    """Why an answer by e-mail did not arrive, to who sent it: nothing of the conversation is told."""
    told = ["", why, "Votre message n’a pas été ajouté à la conversation.", *_reach(reply)]
    return _answer(reply, "Votre réponse n’est pas arrivée dans la conversation", told)


def some_left_out(reply: Reply, left: Sequence[tuple[str, str]]) -> Letter:
    """Which files of an answer were not kept, and why; the rest arrived."""
    with speaking(reply.participant.person.language):
        files = [f"  ✗ {filename}{colon()}{english(why)}" for filename, why in left]
    told = ["", "Votre réponse est arrivée, sauf :", *files]
    return _answer(reply, "Votre réponse est arrivée, sans tous ses fichiers", told)


def _answer(reply: Reply, subject: str, told: Sequence[str]) -> Letter:
    """In the language of the person whose address was written to."""
    firm = reply.participant.conversation.company.firm
    with speaking(reply.participant.person.language):
        lines = [*map(english, ["Bonjour,", *told]), "", firm.name]
        return Letter(to=reply.sender, subject=english(subject), text="\n".join(lines), sender=firm.sender)


def _reach(reply: Reply) -> list[str]:
    told = reply.participant.conversation.company.firm.how_to_reach.strip()
    return ["", "Pour nous joindre :", told] if told else []
