"""The Messagerie at 100,000 messages, one conversation of 10,000 among them: words, lists, threads; as a browser's request.

`PYTHONPATH=src .venv/bin/python -m bench messages` prints these figures alone.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median
from uuid import uuid4

from django.test import Client

from bench.books import _house, timed
from bench.pieces import WORDS, _get
from bench.portfolio import _analyze as analyze
from comptoir.domain.rights import Role
from comptoir.lib import tenancy
from comptoir.records.conversations.models import Conversation, Message, Participant
from comptoir.records.firms.models import Company, CompanyMembership, FirmMembership, Person

COUNT, LONG = 100_000, 10_000
LIMIT = "≤ 50 ms"
BEGAN = datetime(2026, 1, 1, 8, tzinfo=UTC)


def rows() -> Iterator[tuple[str, str, str]]:
    """The median of 15 of each way to ask."""
    company, client_person, firm_person, talk = house()
    client, firm = _signed_in(client_person), _signed_in(firm_person)
    base, whole = f"/c/{company.pk}/messagerie/", f"/cabinet/{company.firm_id}/messagerie/"
    asked = {
        f"messagerie, {COUNT} messages : la liste": (client, base),
        "… un mot rare": (client, f"{base}?q=introuvable77"),
        "… deux mots": (client, f"{base}?q=farine+échéance"),
        "… un mot d’un message sur deux": (client, f"{base}?q=virement"),
        f"… une conversation de {LONG} messages": (client, f"{base}{talk.pk}/"),
        "… ses messages du milieu": (client, f"{base}{talk.pk}/?avant={LONG // 2}"),
        "… le compte de l’onglet": (client, f"{base}compte"),
        "… le cabinet : à traiter": (firm, whole),
        "… le cabinet : un mot rare dans tous ses dossiers": (firm, f"{whole}?q=introuvable77"),
        "… le cabinet : un mot d’un message sur deux": (firm, f"{whole}?q=virement"),
    }
    for what, (who, address) in asked.items():
        _get(who, address)
        seconds = median(timed(lambda w=who, a=address: _get(w, a)) for _ in range(15))
        yield f"{what}, médiane de 15", f"{seconds * 1000:.0f} ms", LIMIT


def _signed_in(person: Person) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def house() -> tuple[Company, Person, Person, Conversation]:
    """A company with that many messages: one long conversation, and many of thirty."""
    company, _, person = _house()
    keeper = Person.objects.create_user(
        f"bench-{uuid4().hex}@example.org", "x", first_name="Firme", last_name="Mesure"
    )
    with tenancy.within(company.firm_id):
        FirmMembership.objects.create(firm=company.firm, person=keeper, role=Role.EXPERT_COMPTABLE)
    with tenancy.within(company.firm_id, company.pk):
        if not CompanyMembership.objects.filter(company=company, person=person).exists():
            CompanyMembership.objects.create(
                firm_id=company.firm_id, company=company, person=person, role=Role.DIRIGEANT
            )
        long = _fill(company, person, keeper)
    analyze()  # after the commit: housekeeping sees no row before
    return company, person, keeper, long


def _fill(company: Company, person: Person, keeper: Person) -> Conversation:
    chance = random.Random(11)  # the same messages each time
    sizes = [LONG, *[30] * ((COUNT - LONG) // 30)]
    talks = Conversation.objects.bulk_create(
        (_talk(company, person, number, size) for number, size in enumerate(sizes)), batch_size=2_000
    )
    whose = {"firm_id": company.firm_id, "company_id": company.pk}
    Participant.objects.bulk_create(
        (
            Participant(**whose, conversation=talk, person=who, is_firm=who == keeper, since=BEGAN, is_unread=number % 50 == 0)
            for number, talk in enumerate(talks)
            for who in (person, keeper)
        ),
        batch_size=5_000,
    )  # fmt: skip
    Message.objects.bulk_create(
        (
            _message(talk, rank, (person, keeper)[rank % 2], chance)
            for talk in talks
            for rank in range(1, talk.count + 1)
        ),
        batch_size=5_000,
    )
    return talks[0]


def _talk(company: Company, person: Person, number: int, size: int) -> Conversation:
    at = BEGAN + timedelta(minutes=number)
    return Conversation(
        firm_id=company.firm_id, company=company, kind="external", subject=f"Sujet {number}", begun_by=person,
        begun_at=at, count=size, last_at=at, last_by=person, last_said="…", waits_since=at if number % 40 == 0 else None,
    )  # fmt: skip


def _message(talk: Conversation, rank: int, author: Person, chance: random.Random) -> Message:
    text = " ".join(chance.choices(WORDS, k=chance.randrange(3, 18)))
    text = f"{text} introuvable77" if rank == LONG - 77 else text
    return Message(
        firm_id=talk.firm_id, company_id=talk.company_id, conversation=talk, rank=rank, author=author,
        is_from_firm=rank % 2 == 1, html=f"<p>{text}</p>", text=text, at=talk.begun_at + timedelta(seconds=rank),
        key=f"{talk.pk}{rank}",
    )  # fmt: skip
