"""Who is asked for documents hears of it: a notice with the act, a letter by day; the firm hears of what they answer."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from procrastinate.contrib.django import app

from comptoir.domain import folder as shelves
from comptoir.domain.mail import DEMAND, RESERVED
from comptoir.domain.notice import Kind, Mail, place, writes_at
from comptoir.domain.rights import Act, may
from comptoir.domain.text import on_one_line
from comptoir.lib import tenancy
from comptoir.lib.english import colon, speaking
from comptoir.lib.english.catalog import english
from comptoir.pipeline.between import AGAIN
from comptoir.pipeline.letters import post_letter
from comptoir.pipeline.noticing import settle_facts, tell_keepers, tell_people
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import CompanyMembership
from comptoir.records.inbox import answering
from comptoir.records.mail.actions import Message
from comptoir.records.notices.actions import Fact
from comptoir.records.notices.queries import choice_of
from comptoir.records.requests import queries as asked
from comptoir.records.requests.models import DocumentRequest, ItemAnswer, ItemDecision, RequestedItem

FEW = 3
"""So many documents are named in a notice; of more, so many."""


def tell_asked(request: DocumentRequest, items: Sequence[RequestedItem], *, at: datetime) -> None:
    """Each who may answer, of what is there for them; nobody hears of a folder that they do not see."""
    first = min(items, key=lambda item: item.rank)
    for member in _answering(request, at):
        if there := [item.label for item in items if _sees(member, item)]:
            fact = Fact(Kind.REQUEST, f"request-{first.pk}", _asks(there), _place(member), has_letter=True)
            _notice(member, fact, at)
            _write_later(member, request, first.rank, at=at)


def _write_later(member: CompanyMembership, request: DocumentRequest, first: int, *, at: datetime) -> None:
    keys = {"firm_id": str(request.firm_id), "request_id": str(request.pk), "membership_id": str(member.pk)}
    write_request_letter.configure(schedule_at=writes_at(at)).defer(**keys, first=first)


def _asks(labels: Sequence[str]) -> str:
    """What a notice says: each document by its name, or the first of them and how many more."""
    if len(labels) <= FEW:
        return f"Votre cabinet vous demande : {', '.join(labels)}"
    return f"Votre cabinet vous demande {len(labels)} documents, dont : {', '.join(labels[:FEW])}"


def tell_sent_back(decision: ItemDecision) -> None:
    """What was sent back is asked for again, with the firm's reason."""
    item = decision.item
    for member in _answering(item.request, decision.at):
        if _sees(member, item):
            sentence = f"À refaire : {item.label}. {decision.reason}"
            _notice(member, Fact(Kind.REQUEST, f"redo-{decision.pk}", sentence, _place(member)), decision.at)


def tell_answered(answer: ItemAnswer) -> None:
    """Those who keep the dossier: what is answered before they looked is one notice."""
    item = answer.item
    sentence = f"{answer.by.full_name} a répondu : {item.label}"
    key, tail = f"requested-{answer.pk}", f"demandes/{item.request_id}/"
    tell_keepers(item.company, Kind.ANSWER, key, sentence, tail, at=answer.at, is_latest=True)


def settle_answers(answers: Sequence[ItemAnswer], *, at: datetime) -> None:
    """The firm has decided on these: nothing is left to look at."""
    if answers:
        settle_facts(answers[0].company, [f"requested-{one.pk}" for one in answers], at=at)


def settle_request(request: DocumentRequest, *, at: datetime) -> None:
    """The firm awaits nothing more: nobody is asked any longer."""
    keys = [f"request-{pk}" for pk in request.items.values_list("pk", flat=True)]
    settle_facts(request.company, keys, at=at)


@app.task(queue="mail", retry=AGAIN, name="write_request_letter")
def write_request_letter(firm_id: str, request_id: str, membership_id: str, first: int) -> None:
    """Write to one person of the documents asked for from that rank on."""
    write_to(UUID(firm_id), UUID(request_id), UUID(membership_id), first=first, at=timezone.now())


def write_to(firm_id: UUID, request_id: UUID, membership_id: UUID, *, first: int = 1, at: datetime) -> bool:
    """One letter, of what is still awaited; none to who chose another way, has left, or has nothing to answer there."""
    with tenancy.within(firm_id):
        request = asked.standing(request_id)
        if request is None:
            return False
        member = next((one for one in _answering(request, at) if one.pk == membership_id), None)
        if member is None or choice_of(member.person, Kind.REQUEST, is_firm=False).mail is not Mail.NOW:
            return False
        sheet = asked.sheet(request, asked.visible_to(member.role_enum), timezone.localdate(at))
        lines = [line for line in sheet.lines if line.item.rank >= first and line.state.is_open]
        if lines:
            letter = _letter(request, member, lines, reply_to=_answered_at(member, lines, at=at))
            post_letter(letter, at=at, firm_id=firm_id, company_id=request.company_id)
    return bool(lines)


def _answered_at(member: CompanyMembership, lines: Sequence[asked.Line], *, at: datetime) -> str:
    """Where the letter is answered: in private where a document is asked for that not everybody at the client's may see."""
    purpose = RESERVED if any(line.item.is_reserved for line in lines) else DEMAND
    return answering.address(company=member.company, person=member.person, purpose=purpose, at=at)


def _letter(
    request: DocumentRequest, member: CompanyMembership, lines: Sequence[asked.Line], *, reply_to: str
) -> Message:
    company, count = request.company, len(lines)
    context = {
        "request": request, "lines": lines, "person": member.person, "company": company, "firm": company.firm,
        "home": settings.HOME, "reply_to": reply_to,
        "link": f"{settings.HOME}{_place(member)}",
    }  # fmt: skip
    wanted = f"{count} document{'s' if count > 1 else ''} à fournir"
    with speaking(member.person.language):
        return Message(
            to=member.person.email,
            subject=f"{on_one_line(company.name)}{colon()}{english(wanted)}",
            text=render_to_string("mail/request_message.txt", context),
            html=render_to_string("mail/request_message.html", context),
            sender=company.firm.sender,
            reply_to=reply_to,
        )


def _answering(request: DocumentRequest, at: datetime) -> list[CompanyMembership]:
    members = people.members(request.company, timezone.localdate(at))
    return [one for one in members if one.person.is_active and may(one.role_enum, Act.ANSWER_REQUESTS)]


def _sees(member: CompanyMembership, item: RequestedItem) -> bool:
    return shelves.Folder(item.folder) in shelves.visible_to(member.role_enum)


def _notice(member: CompanyMembership, fact: Fact, at: datetime) -> None:
    tell_people(member.company, [member.person], fact, is_firm=False, at=at)


def _place(member: CompanyMembership) -> str:
    return place(member.company_id, "demandes/", is_firm=False)
