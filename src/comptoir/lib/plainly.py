"""Text compared without case and accents by the database itself: plain SQL, no extension that a server may lack."""

from functools import reduce
from typing import Any

from django.db.models import Func, TextField, Value
from django.db.models.functions import Cast, Coalesce, Lower, Replace

PLAIN = ("àâäáãåèéêëìîïíòôöóõùûüúçñýÿ’", "aaaaaaeeeeiiiiooooouuuucnyy'")
"""Letters that one writes with accents, and the bare ones that they stand for, one for one."""
PAIRS = (("œ", "oe"), ("æ", "ae"))


def plainly(*columns: str) -> Any:
    """The columns' text, a blank between them, in small letters without accents."""
    first, *others = (Coalesce(Cast(column, TextField()), _text("")) for column in columns)
    parts: list[Any] = [first, *(part for other in others for part in (_text(" "), other))]
    # By the operator, since the database keeps no column that a function such as concat_ws computes.
    whole = Func(*parts, template="(%(expressions)s)", arg_joiner=" || ", output_field=TextField())
    small: Any = Func(Lower(whole), *map(_text, PLAIN), function="TRANSLATE", output_field=TextField())
    return reduce(lambda text, pair: Replace(text, _text(pair[0]), _text(pair[1])), PAIRS, small)


def bare(word: str) -> str:
    """A word as `plainly` writes it."""
    plain = word.lower().translate(str.maketrans(*PLAIN))
    return reduce(lambda text, pair: text.replace(*pair), PAIRS, plain)


def _text(written: str) -> Any:
    return Value(written, output_field=TextField())
