"""A line of the portfolio: drawn once for what it shows, since fifty of them are most of the page's time."""

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from comptoir.lib.english import tongue
from comptoir.records.missing.portfolio import Row
from comptoir.web.templatetags.comptoir import ago

register = template.Library()

MOST = 2_000
"""How many lines a process remembers: beyond, it begins again."""
_DRAWN: dict[tuple[object, ...], SafeString] = {}


@register.simple_tag(takes_context=True)
def portfolio_row(context: Context, row: Row) -> SafeString:
    """The line as `firm/portfolio_row.html` draws it; remembered by all that it depends on."""
    if row.standing is None:  # a colleague's, whose form holds this page's own token
        return _draw(context, row)
    key = _key(context, row)
    if key not in _DRAWN:
        if len(_DRAWN) >= MOST:
            _DRAWN.clear()
        _DRAWN[key] = _draw(context, row)
    return _DRAWN[key]


def _key(context: Context, row: Row) -> tuple[object, ...]:
    seat, kept = context["seat"], row.standing
    said = (ago(kept.kept_at), ago(kept.last_deposit_at)) if kept else ()
    return tongue(), row.company.pk, row.version, row.is_mine, seat.role, seat.firm.given, context["back"], *said


def _draw(context: Context, row: Row) -> SafeString:
    assert context.template is not None
    page = context.template.engine.get_template("firm/portfolio_row.html")
    with context.push(row=row):
        return page.render(context)
