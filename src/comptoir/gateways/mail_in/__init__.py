"""Mail that comes in: a small SMTP or LMTP server of our own behind the firm's mail server, or a mailbox that is emptied by IMAP."""

from collections.abc import Callable
from dataclasses import dataclass


class Refused(Exception):
    """A mail that is not taken, for ever: the sentence goes back to who sent it."""


class Later(Exception):
    """A mail that cannot be taken now: the sender's server tries again."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the server asks of the product: whether an address exists, and to keep a mail before it is acknowledged.

    `take` gets one recipient, the sender that the transport named, and the bytes; it has committed when it returns.
    """

    exists: Callable[[str], bool]
    take: Callable[[str, str, bytes], None]
