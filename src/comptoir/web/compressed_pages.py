"""Pages travel compressed: a list of lines is a seventh of its length, also where no proxy stands before the server."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressedPages(GZipMiddleware):
    """Compresses what is text and whole. Streams say each word when it comes, and files keep their length and ranges.

    What a page repeats of its address beside its form's key would tell the key by its length (BREACH): Django masks the
    key anew in each page, and its compression adds bytes of chance.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Answer it shorter where that is so."""
        is_text = response.headers.get("Content-Type", "").startswith(("text/", "application/json"))
        is_file = response.headers.get("Content-Disposition", "").startswith("attachment")
        if response.streaming or is_file or not is_text:
            return response
        return super().process_response(request, response)
