"""Every component in each of its states, on one page: for those who build the screens, never in use."""

import re
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from comptoir.domain.document import Status


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """The page, as the client's or the firm's face; colours and icons are read from their own files."""
    context = {
        "face": "firm" if request.GET.get("face") == "firm" else "client",
        "colours": _names("css/tokens.css", r"--([a-z-]+):\s*light-dark"),
        "icons": _names("icons.svg", r'id="i-([a-z]+)"'),
        "statuses": list(Status),
    }
    return render(request, "shell/styleguide.html", context)


def _names(path: str, pattern: str) -> list[str]:
    found = finders.find(path)
    assert isinstance(found, str)  # both files are the project's own
    return re.findall(pattern, Path(found).read_text("utf-8"))
