"""The mail server's door into the product: which addresses exist, and keeping a mail before it is acknowledged."""

import errno
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import OperationalError, close_old_connections, connection
from django.utils import timezone

from comptoir import pipeline
from comptoir.domain import mail
from comptoir.gateways.mail_in import Desk, Later, Refused
from comptoir.records.conversations import replies
from comptoir.records.inbox import queries as inbox

P = ParamSpec("P")
R = TypeVar("R")


def _with_a_connection(act: Callable[P, R]) -> Callable[P, R]:
    """A thread of the mail server works as a request does: it leaves its connection, and says what may pass later."""

    @wraps(act)
    def acted(*args: P.args, **kwargs: P.kwargs) -> R:
        _leave_connection()
        try:
            return act(*args, **kwargs)
        except OperationalError as fault:
            raise Later("La base de données ne répond pas.") from fault
        except OSError as fault:
            if fault.errno in (errno.ENOSPC, errno.EDQUOT):
                raise Later("Plus de place.") from fault
            raise
        finally:
            _leave_connection()

    return acted


def _leave_connection() -> None:
    """Back to the pool, as at the end of a request; within somebody's transaction it is theirs."""
    if not connection.in_atomic_block:
        close_old_connections()


@_with_a_connection
def _exists(address: str) -> bool:
    if address.rpartition("@")[2].lower() != settings.DEPOSIT_DOMAIN.lower():
        return False
    if word := mail.reply_word(address):
        return replies.tenant_of(word) is not None
    door = mail.door(address)
    return door is not None and inbox.tenant_of(door.token) is not None


@_with_a_connection
def _take(address: str, envelope: str, raw: bytes) -> None:
    word, door = mail.reply_word(address), mail.door(address)
    if not word and door is None:
        raise Refused("Cette adresse n’existe pas.")
    try:
        if door is None:
            pipeline.talk_replies.take_reply(word=word, raw=raw, envelope=envelope, at=timezone.now())
        else:
            pipeline.take_mail(door=door, raw=raw, envelope=envelope, at=timezone.now())
    except pipeline.NoSuchDoor as fault:
        raise Refused("Cette adresse a changé.") from fault
    except pipeline.TooManyMails as fault:
        raise Later("Trop de messages.") from fault


DESK = Desk(exists=_exists, take=_take)
