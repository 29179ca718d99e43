"""Pages travel compressed; streams and files do not."""

import gzip
import io

import pytest
from django.http import FileResponse, HttpResponse, StreamingHttpResponse

from comptoir.web.compressed_pages import CompressedPages

pytestmark = pytest.mark.django_db
TAKES = {"Accept-Encoding": "gzip, deflate, br"}


def test_a_page_is_sent_compressed_to_who_takes_it(client):
    answer = client.get("/compte/login/", headers=TAKES)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    page = gzip.decompress(answer.content).decode()
    assert len(answer.content) * 2 < len(page)
    assert "</html>" in page


def test_who_does_not_say_so_gets_it_plain(client):
    assert "Content-Encoding" not in client.get("/compte/login/").headers


def test_its_length_does_not_tell_what_it_holds(client):
    lengths = {len(client.get("/compte/login/", headers=TAKES).content) for _ in range(8)}
    assert len(lengths) > 1


@pytest.mark.parametrize(
    "answer",
    [
        lambda: StreamingHttpResponse([b"data: un\n\n" * 50], content_type="text/event-stream"),
        lambda: FileResponse(io.BytesIO(b"date;montant\n" * 50), content_type="text/csv"),
        lambda: HttpResponse(
            b"date;montant\n" * 50,
            content_type="text/csv",
            headers={"Content-Disposition": "attachment", "Content-Length": "650"},
        ),
        lambda: HttpResponse(b"\x89PNG" + b"\0" * 500, content_type="image/png"),
    ],
    ids=["a stream", "a file", "an original", "a picture"],
)
def test_streams_files_and_pictures_go_as_they_are(rf, answer):
    said = CompressedPages(lambda _: answer())(rf.get("/", headers=TAKES))
    assert "Content-Encoding" not in said.headers
    assert said.headers.get("Content-Length") == answer().headers.get("Content-Length")
