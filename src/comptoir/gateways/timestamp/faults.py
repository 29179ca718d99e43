"""What goes wrong with a time-stamp authority."""


class Unreachable(Exception):
    """The authority does not answer, or answers that it cannot: it is asked again later."""


class NotAStamp(Exception):
    """What was given as a token proves nothing: of something else, by somebody else, or changed."""
