"""The help: a home and its articles for anybody, and a panel beside every screen, whose own articles come first."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from comptoir.web import articles
from comptoir.web.articles import Side


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Every article, by whom it is for; with words, those that speak of them."""
    asked = request.GET.get("q", "").strip()
    context = {
        "asked": asked,
        "found": articles.search(asked),
        "sides": [(side, articles.of_side(side)) for side in Side],
    }
    return render(request, "shell/help.html#results" if _is_part(request) else "shell/help.html", context)


@require_GET
def article(request: HttpRequest, side: str, slug: str) -> HttpResponse:
    """One article, beside the others of its side; in the panel, alone."""
    found = articles.article(side, slug)
    if found is None:
        raise Http404
    if not _is_part(request) and request.path != found.address:
        return redirect(found.address)
    return _shown(request, found)


@require_GET
def guide(request: HttpRequest) -> HttpResponse:
    """*Bien démarrer*, for anybody, at an address that never changes."""
    found = articles.article(Side.CLIENTS, "bien-demarrer")
    if found is None:
        raise Http404
    return _shown(request, found)


@require_GET
def panel(request: HttpRequest) -> HttpResponse:
    """The panel's list: what was asked for, or this screen's articles and then its side's others."""
    side = Side.FIRMS if request.GET.get("cote") == Side.FIRMS else Side.CLIENTS
    asked = request.GET.get("q", "").strip()
    here = articles.for_screen(side, request.GET.get("ecran", ""))
    others = [found for found in articles.of_side(side) if found not in here]
    context = {"asked": asked, "found": articles.search(asked, side), "here": here, "others": others}
    return render(request, "shell/help_panel.html", context)


def _shown(request: HttpRequest, found: articles.Article) -> HttpResponse:
    template = "shell/article.html#article" if _is_part(request) else "shell/article.html"
    return render(request, template, {"article": found, "others": articles.of_side(found.side)})


def _is_part(request: HttpRequest) -> bool:
    """Whether a script asks, for a part of a page that stands."""
    return bool(request.htmx)  # type: ignore[attr-defined]
