"""Doors for machines that tell us that something has changed: signed, bounded, and each heard once."""

from django.http import HttpRequest, HttpResponse, RawPostDataException
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from comptoir import pipeline
from comptoir.gateways.bank.bridge import Refused, webhook


@csrf_exempt  # no browser comes this way: the signature of its bytes says who writes
@require_POST
def bridge(request: HttpRequest) -> HttpResponse:
    """News from Bridge: 204 once it is kept, also when it comes again or is nobody's; 403 where Bridge did not sign it."""
    if not 0 < int(request.headers.get("Content-Length") or 0) <= webhook.LARGEST:
        return HttpResponse(status=413)
    try:
        raw = request.read(webhook.LARGEST + 1)
        is_bridge = pipeline.hear(raw=raw, signature=request.headers.get(webhook.HEADER, ""), at=timezone.now())
    except (Refused, RawPostDataException):
        return HttpResponse(status=400)
    return HttpResponse(status=204 if is_bridge else 403)
