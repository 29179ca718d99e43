"""The firm's logo, colour and name on mails: seen by its clients, checked by content, refused with a sentence."""

import io
import re

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from tests.conftest import AT, as_web

from comptoir import pipeline, readers
from comptoir.domain.notice import Kind as NoticeKind
from comptoir.domain.request import Wanted
from comptoir.pipeline import noticing, request_letters
from comptoir.pipeline.letters import deliver, pictures_of
from comptoir.pipeline.noticing import tell_people
from comptoir.records.audit.models import Event
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import FirmLogo
from comptoir.records.mail.models import Letter
from comptoir.records.notices.actions import Fact
from comptoir.records.notices.models import Notice

pytestmark = pytest.mark.django_db

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(form="PNG", size=(900, 300)) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "#114477").save(written, form)
    return written.getvalue()


def desk(bakery):
    return f"/cabinet/{bakery.firm_id}/identite/"


def put(client, bakery, content=None, name="logo.png", **form):
    file = {"logo": SimpleUploadedFile(name, content)} if content else {}
    return client.post(desk(bakery), {"sender_name": "", "accent": "", **form, **file})


def test_a_logo_is_written_anew_and_shown_to_the_client(bakery, alice, bob, signed_in):
    assert put(signed_in(alice), bakery, picture("JPEG")).status_code == 302
    client = signed_in(bob)
    page = client.get(f"/c/{bakery.pk}/").content.decode()
    assert f"/c/{bakery.pk}/cabinet/logo.png?" in page
    answer = client.get(f"/c/{bakery.pk}/cabinet/logo.png")
    shown = Image.open(io.BytesIO(answer.content))
    assert (answer["Content-Type"], shown.format, shown.size) == ("image/png", "PNG", (480, 160))
    assert signed_in(alice).get(f"{desk(bakery)}logo.png").content == answer.content
    put(signed_in(alice), bakery, sans_logo="1")
    assert client.get(f"/c/{bakery.pk}/cabinet/logo.png").status_code == 404
    assert not FirmLogo.objects.exists()
    assert Event.objects.filter(verb="set_branding").count() == 2


@pytest.mark.parametrize("content", [SVG, b"GIF89a" + b"0" * 40, b"%PDF-1.7", picture()[:80], picture("GIF")])
def test_what_is_no_logo_is_refused_by_its_content_whatever_its_name(content, bakery, alice, signed_in):
    answer = put(signed_in(alice), bakery, content, sender_name="Martin")
    assert answer.status_code == 422
    assert "Rien n’a été enregistré" in answer.content.decode()
    bakery.firm.refresh_from_db()
    assert (bakery.firm.logo, bakery.firm.sender_name) == ("", "")


def test_a_logo_that_is_too_heavy_or_too_large_is_refused(bakery, alice, signed_in):
    assert put(signed_in(alice), bakery, b"\x89PNG" + b"0" * readers.LARGEST_LOGO).status_code == 422
    assert put(signed_in(alice), bakery, picture(size=(9000, 3000))).status_code == 422


def test_the_colour_is_the_clients_and_only_a_readable_one(bakery, alice, bob, signed_in):
    firm, client = signed_in(alice), signed_in(bob)
    assert "couleurs.css" not in client.get(f"/c/{bakery.pk}/").content.decode()
    answer = put(firm, bakery, accent="#ffcc00")
    assert answer.status_code == 422
    assert "trop claire" in answer.content.decode()
    put(firm, bakery, accent="#114477")
    assert "cabinet/couleurs.css?114477" in client.get(f"/c/{bakery.pk}/").content.decode()
    sheet = client.get(f"/c/{bakery.pk}/cabinet/couleurs.css")
    assert sheet["Content-Type"].startswith("text/css")
    assert "--accent: #114477" in sheet.content.decode()
    assert put(firm, bakery, accent="red;}body{display:none").status_code == 422


def test_mails_come_from_the_name_that_the_firm_chose(bakery, alice, bob, signed_in):
    put(signed_in(alice), bakery, sender_name="Martin & Associés\r\nBcc: x@y.fr", accent="#114477")
    bakery.firm.refresh_from_db()
    items = [(Wanted("Kbis"), None)]
    asked = pipeline.send_request(company=bakery, title="T", message="", due_on=None, items=items, by=alice, at=AT)
    (member,) = [one for one in people.members(bakery, AT.date()) if one.person_id == bob.pk]
    assert request_letters.write_to(bakery.firm_id, asked.pk, member.pk, at=AT)
    letter = Letter.objects.get(to=bob.email, subject__contains="à fournir")
    assert letter.sender == "Martin & Associés Bcc: x@y.fr" or "\n" not in letter.sender
    assert "Martin &amp; Associés" in letter.html
    assert "#114477" in letter.html


def test_charlie_and_the_client_change_nothing(bakery, charlie, bob, signed_in):
    for who in (charlie, bob):
        assert signed_in(who).post(desk(bakery), {"accent": "#114477"}).status_code == 404
    for name in ("logo.png", "couleurs.css"):
        assert signed_in(charlie).get(f"/c/{bakery.pk}/cabinet/{name}").status_code == 404


def test_the_logo_travels_inside_the_letters_and_nothing_is_fetched(bakery, alice, bob, signed_in, settings):
    settings.MAIL_TRANSPORT = {"backend": "django.core.mail.backends.locmem.EmailBackend"}
    put(signed_in(alice), bakery, picture(), sender_name="Martin & Associés")
    tell_people(bakery, [bob], Fact(NoticeKind.EXPORT, "k", "Prêt.", "/c/"), is_firm=False, at=AT)
    key = Notice.objects.get(person=bob).pk
    with as_web():
        assert noticing.mail_one(bakery.firm_id, key, at=AT)
    letter = Letter.objects.latest("at")
    with as_web():
        deliver(str(letter.pk), str(bakery.firm_id), str(bakery.pk), "")
    sent = mail.outbox[-1].message()
    assert sent.get_content_type() == "multipart/related"
    page = (
        next(part for part in sent.walk() if part.get_content_type() == "text/html")
        .get_payload(decode=True)
        .decode()
    )
    (image,) = [part for part in sent.walk() if part.get_content_type() == "image/png"]
    assert f'src="cid:{image["Content-ID"][1:-1]}"' in page
    assert "http" not in "".join(re.findall(r'src="([^"]+)"', page))
    shown = Image.open(io.BytesIO(image.get_payload(decode=True)))
    assert (shown.mode, shown.height, shown.getpixel((0, 0))) == ("RGB", 112, (255, 255, 255)), "readable at night"
    assert sent["From"].startswith("=?utf-8?") or "Martin" in sent["From"]


def test_a_letter_of_a_firm_without_a_logo_carries_its_name(bakery, alice, bob):
    tell_people(bakery, [bob], Fact(NoticeKind.EXPORT, "k", "Prêt.", "/c/"), is_firm=False, at=AT)
    assert noticing.mail_one(bakery.firm_id, Notice.objects.get(person=bob).pk, at=AT)
    page = Letter.objects.get(to=bob.email).html
    assert page.count("cid:") == 0
    assert bakery.firm.name in page


def test_words_that_look_like_a_picture_bring_none(bakery, alice, bob, signed_in):
    put(signed_in(alice), bakery, picture())
    letter = Letter(html=f"<p>src=&quot;cid:logo-{bakery.firm_id}&quot;</p>")
    assert pictures_of(letter) == {}
