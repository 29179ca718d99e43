"""The live stream: one LISTEN connection a process, one open response a screen, topics and never contents.

A raw ASGI application beside Django: an async Django view would hold a thread for each open screen. A stream keeps
the set of topics that it has not told yet, so a slow screen collapses into one line a topic and never a queue.

Nothing falls between a page and its stream: a page says when its request began (`request.began`), each line that a
stream tells says until when it told (the `id` that a browser repeats when it comes back), and what was announced since
is told on opening. Where that is no longer known, the screen is told to look at everything again.
"""

import asyncio
import contextlib
import itertools
import json
import logging
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from math import nan
from time import monotonic, time
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from comptoir.domain.conversation import Kind, seen_whole
from comptoir.domain.rights import Act
from comptoir.domain.shelving import FIRM_TOPIC, topic_of_person, topic_of_role
from comptoir.lib.live import CHANNEL, SEATS
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import Person
from comptoir.records.firms.queries import FirmSeat, Seat
from comptoir.web import away, doors

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

HEARTBEAT = 15
RECHECK = 60
"""A stream asks again after so many seconds, however much it tells, whether its person may still listen."""
PREFIX = "/live/"
RESYNC = "resync"
"""Told to a screen that may have missed anything: it looks at everything again."""
MEMORY = 120
"""For so many seconds what was announced is remembered, for the screens that open or come back."""
MOST = 20_000
"""No more announcements than this are remembered, however many there are."""
GONE = "gone"
"""Told to a screen whose person may no longer see it: it asks for its page again, which is not there."""
FIRM = "cabinet/"
"""In the address, before a firm's identifier: the stream of its portfolio."""

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Stream:
    """One open screen: the room it listens to, what it may hear of, and what it has not been told yet."""

    room: str
    hears: dict[str, str]
    pending: set[str] = field(default_factory=set)
    is_doubted: bool = False
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, topic: str) -> None:
        """Remember a topic, under the name that this screen knows it by; a change of seats makes it doubt its own."""
        if topic in (SEATS, RESYNC):
            self.is_doubted = True
            self.wake.set()
        if topic == RESYNC or topic in self.hears:
            self.pending.add(self.hears.get(topic, topic))
            self.wake.set()


class Hub:
    """Every open stream of this process, fed by one LISTEN connection that is made again when it falls."""

    def __init__(self) -> None:
        self.rooms: dict[str, set[Stream]] = defaultdict(set)
        self.told: deque[tuple[float, str, str]] = deque()
        self.knows_from: float | None = None
        """Since when every announcement is remembered; None while the database is not listened to."""
        self.listener: asyncio.Task[None] | None = None
        self.is_closed = False

    @contextlib.asynccontextmanager
    async def open(self, stream: Stream, since: float) -> AsyncIterator[Stream]:
        """Hold a stream among those that are told, and tell it what was announced since that moment."""
        if self.listener is None or self.listener.done():
            self.listener = asyncio.create_task(self._listen())
        self.rooms[stream.room].add(stream)
        for topic in self._missed(stream.room, since):
            stream.tell(topic)
        try:
            yield stream
        finally:
            self.rooms[stream.room].discard(stream)
            if not self.rooms[stream.room]:
                del self.rooms[stream.room]

    def close(self) -> None:
        """Let every stream end, so that the server stops at once."""
        self.is_closed = True
        for stream in self._streams():
            stream.wake.set()
        if self.listener:
            self.listener.cancel()

    async def _listen(self) -> None:
        while not self.is_closed:
            try:
                await self._listen_once()
            except (psycopg.Error, OSError) as error:
                log.warning("live: the database's connection fell (%s); trying again", error)
                await asyncio.sleep(1)

    async def _listen_once(self) -> None:
        async with await psycopg.AsyncConnection.connect(_dsn(), autocommit=True) as listening:
            await listening.execute(f"LISTEN {CHANNEL}")
            self.told.clear()
            self.knows_from = time()
            # What was announced while nobody listened is not known: every screen looks again.
            for stream in self._streams():
                stream.tell(RESYNC)
            try:
                async for notice in listening.notifies():
                    told = json.loads(notice.payload)
                    self._hear(told["room"], told["topic"])
            finally:
                self.knows_from = None

    def _hear(self, room: str, topic: str) -> None:
        now = time()
        self.told.append((now, room, topic))
        while len(self.told) > MOST or self.told[0][0] < now - MEMORY:
            self.knows_from, *_ = self.told.popleft()
        for stream in self.rooms.get(room, ()):
            stream.tell(topic)

    def _missed(self, room: str, since: float) -> set[str]:
        """What was announced there since; while nobody listens nothing, for all are told to look again afterwards."""
        if self.knows_from is None:
            return set()
        if not since > self.knows_from:
            return {RESYNC}
        recent = itertools.takewhile(lambda told: told[0] >= since, reversed(self.told))
        return {topic for _, there, topic in recent if there == room}

    def _streams(self) -> list[Stream]:
        return [stream for streams in self.rooms.values() for stream in streams]


hub = Hub()


class Began:
    """Keeps on each request the moment at which it began, for the stream that its page opens."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; whatever is announced from here on, the page may not show."""
        request.began = f"{time():.6f}"  # type: ignore[attr-defined]
        return self.get_response(request)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """`GET /live/<company>`, `GET /live/cabinet/<firm>`: 404 for whoever may not enter, else a stream without end."""
    try:
        stream = await _authorise(scope)
    except (OperationalError, InterfaceError) as fault:
        if not away.is_away(fault):
            raise
        headers = [(b"content-length", b"0"), (b"retry-after", str(away.AGAIN).encode())]
        await send({"type": "http.response.start", "status": 503, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    if stream is None:
        await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    gone = asyncio.create_task(_until_gone(receive))
    async with hub.open(stream, _since(scope)):
        await _tell_until(gone, stream, scope, send)
    gone.cancel()
    with contextlib.suppress(OSError, RuntimeError):
        await send({"type": "http.response.body", "body": b""})


_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache"),
    (b"x-accel-buffering", b"no"),
]


async def _tell_until(gone: "asyncio.Task[None]", stream: Stream, scope: Scope, send: Send) -> None:
    await _send(send, "retry: 2000\n\n")
    asked_at = monotonic()
    while not (gone.done() or hub.is_closed):
        waiting = asyncio.create_task(stream.wake.wait())
        await asyncio.wait({waiting, gone}, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        stream.wake.clear()
        if stream.is_doubted or monotonic() - asked_at >= RECHECK:
            stream.is_doubted, asked_at = False, monotonic()
            if not await _still(stream, scope):
                await _send(send, f"event: {GONE}\ndata:\n\n")
                return
        topics, stream.pending = stream.pending, set()
        # With nothing told, a beat: the line is known to hold, and the browser knows until when it was told.
        told = [*(f"event: {topic}\ndata:\n\n" for topic in sorted(topics)), f"id: {time():.6f}\n\n"]
        await _send(send, "".join(told))


async def _send(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _authorise(scope: Scope) -> Stream | None:
    place = scope["path"].removeprefix(PREFIX).strip("/")
    try:
        key = UUID(place.removeprefix(FIRM))
    except ValueError:
        return None
    hears = await sync_to_async(_hears)(_session_key(scope), key, is_firm=place.startswith(FIRM))
    return Stream(str(key), hears) if hears else None


async def _still(stream: Stream, scope: Scope) -> bool:
    """Whether the person may listen as before; what they may hear of follows their role as it is now."""
    try:
        now = await _authorise(scope)
    except (OperationalError, InterfaceError) as fault:
        if not away.is_away(fault):
            raise
        # Nothing is told while the database is away; it is asked again as soon as it tells anything.
        stream.is_doubted = True
        return True
    if now is not None:
        stream.hears = now.hears
        stream.pending &= {RESYNC, *now.hears.values()}
    return now is not None


def _since(scope: Scope) -> float:
    """Until when this screen knows: as it was told last, else when its page's request began; NaN where it says neither."""
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("depuis", [""])[0]
    said = dict(scope["headers"]).get(b"last-event-id", b"").decode("latin-1") or asked
    try:
        return float(said)
    except ValueError:
        return nan


def _session_key(scope: Scope) -> str:
    headers = dict(scope["headers"])
    cookies = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1"))
    morsel = cookies.get(settings.SESSION_COOKIE_NAME)
    return morsel.value if morsel else ""


def _hears(session_key: str, key: UUID, *, is_firm: bool) -> dict[str, str]:
    """What this session may hear of there; the connection goes back to the pool, a stream must not keep one for life."""
    try:
        person = _signed_in(session_key)
        seats = _seats(person, key, is_firm=is_firm) if person else []
        return {heard: said for seat in seats for heard, said in _topics(seat).items()}
    finally:
        connection.close()


def _signed_in(session_key: str) -> Person | None:
    """Who is signed in, by the rules of any page: a session from before a change of password is none."""
    request = HttpRequest()
    request.session = SessionStore(session_key)
    found = get_user(request)
    return found if isinstance(found, Person) else None


def _seats(person: Person, key: UUID, *, is_firm: bool) -> list[Seat | FirmSeat]:
    """Every place that the person has there and may enter: who hands in where they keep the books has two."""
    today = timezone.localdate()
    finders = (people.firm_seat,) if is_firm else (people.client_side, people.firm_side)
    found = [seat for find in finders if (seat := find(person, key, today))]
    return [seat for seat in found if not doors.lacks_second_factor(seat)]


def _topics(seat: Seat | FirmSeat) -> dict[str, str]:
    """What this seat may hear of: topic as announced → topic as the screen knows it."""
    if isinstance(seat, FirmSeat):
        own = {
            "portfolio": "portfolio",
            "ebics": "ebics",
            "requests": "requests",
            f"notices-of-{seat.person.pk}": "notices",
        }
        every = dict.fromkeys(("messages", "messages-inside"), "messages")
        mine = {f"messages-of-{seat.person.pk}": "messages"}
        people_there = {"people": "people"} if seat.may(Act.MANAGE_PEOPLE) else {}
        return own | mine | people_there | (every if seat.may(Act.SEE_EVERY_DOSSIER) else {})
    hears = {f"notices-of-{seat.person.pk}": "notices"} | _talks(seat)
    if seat.may(Act.MANAGE_MEMBERS) or seat.may(Act.INVITE_CLIENTS):
        hears["people"] = "people"
    if seat.may(Act.SEE_DOCUMENTS):
        hears["documents"] = "documents"
    elif seat.may(Act.SEE_OWN_DOCUMENTS):
        hears[f"documents-of-{seat.person.pk}"] = "documents"
    if seat.may(Act.EXPORT_DOSSIER):
        hears["takeout-firm" if seat.is_firm else "takeout"] = "takeout"
    if seat.may(Act.SETTLE_MAIL):
        hears["inbox"] = "inbox"
    if seat.may(Act.SEE_MISSING):
        hears["missing"] = "missing"
    if seat.may(Act.SEE_REQUESTS):
        hears["requests"] = "requests"
        if seat.may(Act.SEE_RESERVED_FOLDERS):
            hears["reserved-requests"] = "requests"
    if seat.may(Act.SEE_BANK):
        hears["bank"] = "bank"
    if seat.is_firm and seat.may(Act.SEE_FOLDERS):
        hears[FIRM_TOPIC] = "folders"
    if not seat.is_firm:
        hears |= {topic_of_role(seat.role): "folders", topic_of_person(seat.person.pk): "folders"}
    if seat.may(Act.SEE_BOOKS):
        hears["production"] = "production"
    return hears


def _talks(seat: Seat) -> dict[str, str]:
    """Conversations: all of those with the client, those inside the firm, or only those one takes part in."""
    if not seat.company.has_messaging:
        return {}
    kinds = seen_whole(seat.may, is_firm=seat.is_firm)
    heard = {Kind.EXTERNAL: "messages", Kind.CONFIDENTIAL: "messages-inside"}
    own = {f"messages-of-{seat.person.pk}": "messages"} if seat.may(Act.TAKE_PART) else {}
    return own | {heard[kind]: "messages" for kind in kinds}


def _dsn() -> str:
    database = settings.DATABASES["default"]
    return psycopg.conninfo.make_conninfo(
        dbname=database["NAME"],
        user=database["USER"] or None,
        password=database["PASSWORD"] or None,
        host=database["HOST"] or None,
        port=database["PORT"] or None,
    )
