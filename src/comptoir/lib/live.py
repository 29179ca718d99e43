"""Telling every open screen that a list changed: NOTIFY carries which list, never what is in it."""

import json
from collections.abc import Iterable
from uuid import UUID

from django.db import connection

CHANNEL = "comptoir_live"
SEATS = "seats"
"""Never told to a screen: every stream of the room asks again at once whether its person may still listen."""


def announce(room: UUID, topics: Iterable[str]) -> None:
    """Announce at commit that lists of this room (a company) changed; within a transaction, once a topic."""
    announce_each([room], topics)


def announce_each(rooms: Iterable[UUID], topics: Iterable[str]) -> None:
    """The same in many rooms, in one question."""
    heard = list(topics)
    told = [json.dumps({"room": str(room), "topic": topic}) for room in rooms for topic in heard]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, told) FROM unnest(%s::text[]) AS told", [CHANNEL, told])
