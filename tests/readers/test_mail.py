"""What a mail brings, whatever shape it comes in."""

import base64
import io
import struct
from email.message import EmailMessage

import pytest
from PIL import Image
from tests.cast import mill_pdf

from comptoir.readers import admit, mail, tnef

PAPER = mill_pdf()


def letter(*files, body="Bonjour", html="", **headers):
    message = EmailMessage()
    message["From"], message["To"] = "Bob <bob@dupont.example>", "achat.x@y"
    message["Message-ID"], message["Subject"] = "<42@dupont.example>", "Factures de mars"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    if html:
        message.add_alternative(html, subtype="html")
    for name, content, kind in files:
        main, sub = kind.split("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message


def read(message, **more):
    raw = message if isinstance(message, bytes) else message.as_bytes()
    return mail.read(raw, envelope="bob@dupont.example", **more)


def names(found):
    return [attachment.filename for attachment in found.attachments]


def noise(side):
    written = io.BytesIO()
    Image.effect_noise((side, side), 90).convert("RGB").save(written, "JPEG", quality=95)
    return written.getvalue()


def test_attachments_come_with_their_names_and_bytes():
    found = read(letter(("facture é.pdf", PAPER, "application/pdf"), ("b.PDF", PAPER, "application/octet-stream")))
    assert names(found) == ["facture é.pdf", "b.PDF"]
    assert found.attachments[0].content == PAPER
    assert (found.sender, found.message_id, found.subject) == (
        "bob@dupont.example",
        "<42@dupont.example>",
        "Factures de mars",
    )
    assert not found.is_automatic


def test_logos_signatures_and_appointments_are_left_out_and_a_photo_is_not():
    found = read(
        letter(
            ("image001.png", noise(60), "image/png"),
            ("rdv.ics", b"BEGIN:VCALENDAR", "text/calendar"),
            ("smime.p7s", b"x" * 900, "application/pkcs7-signature"),
            ("contact.vcf", b"BEGIN:VCARD", "text/vcard"),
            ("ticket.jpg", noise(900), "image/jpeg"),
        )
    )
    assert names(found) == ["ticket.jpg"]
    assert set(found.left_out) == {"image001.png", "rdv.ics", "smime.p7s", "contact.vcf"}


def test_a_mail_within_the_mail_is_opened_and_so_is_an_eml_file():
    inner = letter(("interne.pdf", PAPER, "application/pdf"))
    outer = letter(("copie.eml", inner.as_bytes(), "application/octet-stream"))
    outer.add_attachment(inner)
    assert names(read(outer)) == ["interne.pdf", "interne.pdf"]


RECEIPT = "Merci de votre achat. Total TTC : 45,00 €. Paiement par carte."


@pytest.mark.parametrize("way", ["attached", "file", "coded"])
def test_logos_within_a_forwarded_mail_are_left_out_and_its_receipt_is_a_paper(way):
    inner = letter(("logo.png", noise(60), "image/png"), body=RECEIPT)
    outer = letter(("facture.pdf", PAPER, "application/pdf"), body="Voir les deux")
    if way == "attached":
        outer.add_attachment(inner)
    elif way == "file":
        outer.add_attachment(inner.as_bytes(), maintype="application", subtype="octet-stream", filename="a.eml")
    else:
        outer.add_attachment(b"x", maintype="application", subtype="octet-stream", filename="a.eml")
        raw, coded = outer.as_bytes(), base64.encodebytes(inner.as_bytes())
        outer = raw.replace(b"application/octet-stream", b"message/rfc822").replace(b"eA==\n", coded)
    found = read(outer)
    assert names(found) == ["facture.pdf", "Factures de mars.pdf"]
    assert found.left_out == ("logo.png",)
    assert found.body.strip() == "Voir les deux"
    assert admit(found.attachments[1].content) == "application/pdf"


def test_two_receipts_forwarded_together_are_two_papers_and_the_same_again_the_same_bytes():
    outer = letter(body="ci-joint")
    for total in ("45,00", "12,50"):
        outer.add_attachment(letter(body=RECEIPT.replace("45,00", total), Reply_To="x@y.fr"))
    once, again = read(outer), read(outer)
    assert len(once.attachments) == 2
    assert once.attachments == again.attachments
    assert once.attachments[0].content != once.attachments[1].content


def test_an_endless_nest_of_mails_ends():
    nest = letter(("fond.pdf", PAPER, "application/pdf"))
    for _ in range(40):
        outer = letter()
        outer.add_attachment(nest)
        nest = outer
    assert len(read(nest).attachments) <= 1


def wrapped(*files):
    """A `winmail.dat`."""
    made = struct.pack("<IH", 0x223E9F78, 1)

    def attribute(identity, value):
        return struct.pack("<BII", 2, identity, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)

    for name, content in files:
        made += attribute(0x00069002, b"\0" * 14) + attribute(0x00018010, name.encode("cp1252") + b"\0")
        made += attribute(0x0006800F, content)
    return made


def test_winmail_dat_gives_the_files_in_it():
    content = wrapped(("facture é.pdf", PAPER), ("b.pdf", PAPER))
    found = read(letter(("winmail.dat", content, "application/ms-tnef")))
    assert names(found) == ["facture é.pdf", "b.pdf"]
    assert [one.content for one in found.attachments] == [PAPER, PAPER]


def named(*properties):
    """What Outlook says of a file besides: each property of text, with one of a number and one of its own before it."""
    made = struct.pack("<I", 2 + len(properties)) + struct.pack("<HHI", 0x03, 0x3705, 1)
    own = "Nom à moi\0".encode("utf-16-le")
    made += struct.pack("<HH16sII", 0x1F, 0x8001, b"g" * 16, 1, len(own)) + own + b"\0" * (-len(own) % 4)
    made += struct.pack("<II", 1, 4) + b"x\0\0\0"
    for kind, identity, value in properties:
        made += struct.pack("<HHII", kind, identity, 1, len(value)) + value + b"\0" * (-len(value) % 4)
    return made


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (named((0x1F, 0x3707, "Facture été n° 12.pdf\0".encode("utf-16-le"))), "Facture été n° 12.pdf"),
        (named((0x1E, 0x3704, b"F~1.PDF\0"), (0x1E, 0x3707, b"Facture.pdf\0")), "Facture.pdf"),
        (named((0x1F, 0x3707, "a\n/../b.pdf\0".encode("utf-16-le")))[:-9], "FACTUR~1.PDF"),
        (named((0x1F, 0x3707, "a\n/../b.pdf\0".encode("utf-16-le"))), "b.pdf"),
        (struct.pack("<IHH", 9, 0x7777, 1), "FACTUR~1.PDF"),
        (b"\xff" * 40, "FACTUR~1.PDF"),
        (b"", "FACTUR~1.PDF"),
    ],
)
def test_winmail_dat_gives_the_whole_name(said, name):
    content = wrapped(("FACTUR~1.PDF", PAPER))
    content += struct.pack("<BII", 2, 0x00069005, len(said)) + said + b"\0\0"
    assert [one.filename for one in tnef.attachments(content)] == [name]


@pytest.mark.parametrize("content", [b"", b"\x78\x9f\x3e\x22", wrapped(("a.pdf", PAPER))[:-200], b"x" * 400])
def test_a_broken_winmail_gives_what_is_whole(content):
    assert list(tnef.attachments(content)) == []


def test_a_receipt_in_the_text_becomes_a_paper():
    page = "<html><style>p{}</style><body><p>Votre reçu Péage</p><table><tr><td>Total</td><td>12,50&nbsp;€</td></tr></table>"
    found = read(letter(body="", html=page))
    assert "Votre reçu Péage" in found.body
    assert "p{}" not in found.body
    paper = mail.as_paper(found)
    assert paper.filename == "Factures de mars.pdf"
    assert admit(paper.content) == "application/pdf"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<x.y>"},
        {"X_Auto_Response_Suppress": "All"},
    ],
)
def test_machines_are_known_by_their_headers(headers):
    assert read(letter(**headers)).is_automatic


def test_a_bounce_has_no_sender():
    assert mail.read(letter().as_bytes(), envelope="").is_automatic


def test_only_our_own_servers_word_is_taken_for_the_origin():
    message = letter()
    message["Authentication-Results"] = "mx.dupont.example; spf=pass; dkim=pass; dmarc=fail (p=reject)"
    message["Authentication-Results"] = "evil.example; dmarc=pass"
    assert read(message, trusted={"mx.dupont.example"}).checks == {
        "spf": "pass",
        "dkim": "pass",
        "dmarc": "fail",
        "policy": "reject",
    }
    assert read(message).checks == {}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00\x01" * 200,
        b"From: x\r\n" + b"A" * 200_000,
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n--x\r\n",
        b"Content-Type: text/plain; charset=klingon\r\n\r\nbonjour",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b'Content-Transfer-Encoding: base64\r\nContent-Type: application/pdf; name="a.pdf"\r\n\r\n!!!not base64!!!',
        b"Subject: =?utf-8?Q?=ff=fe?=\r\nFrom: =?x?=\r\nMessage-ID: a\r\n b\r\n\r\n",
        b"From: a@b.fr\nBcc: x@y.fr\n\nhello",
        b"Content-Disposition: attachment; filename*=utf-8''%ff%00a.pdf\r\nContent-Type: application/pdf\r\n\r\nx",
    ],
)
def test_nothing_that_comes_makes_it_fall(raw):
    found = read(raw)
    assert "\n" not in found.subject + found.sender + found.message_id
    assert all("/" not in one.filename and "\n" not in one.filename for one in found.attachments)


def test_a_name_with_folders_is_a_name():
    found = read(letter(("../../etc/facture.pdf", PAPER, "application/pdf")))
    assert names(found) == ["facture.pdf"]


@pytest.mark.parametrize(
    ("said", "is_vouched"),
    [
        ("dkim=pass header.d=dupont.example header.s=k", True),
        ("dkim=pass (2048-bit key) header.i=@mail.dupont.example", True),
        ("dkim=pass header.D=DUPONT.example", True),
        ("dkim=pass header.d=evil.example; dkim=pass header.d=dupont.example", True),
        ("dkim=fail header.d=dupont.example; dkim=pass header.d=dupont.example", True),
        ("dkim=pass header.d=dupont.example; dkim=fail header.d=dupont.example", True),
        ("dkim=pass", False),
        ("dkim=pass header.d=evil.example", False),
        ("dkim=pass header.d=evildupont.example", False),
        ("dkim=pass header.d=evil.example header.i=@dupont.example", False),
        ("dkim=pass (header.d=dupont.example) header.d=evil.example", False),
        ("dkim=pass (a (b) \\) ; dkim=pass header.d=dupont.example) header.d=evil.example", False),
        ('dkim=pass header.d=evil.example; x=y smtp.mailfrom="a;dkim=pass header.d=dupont.example"@evil.example', False),
        ("dkim=fail header.d=dupont.example; dkim=pass header.d=evil.example", False),
        ("dkim=temperror header.d=evil.example", False),
        ("dkim=pass header.d=example", False),
    ],
)  # fmt: skip
def test_a_relays_signature_counts_where_it_is_of_the_authors_domain(said, is_vouched):
    message = letter()
    message["Authentication-Results"] = f"mx.cabinet.example; spf=fail smtp.mailfrom=x@y; {said}"
    assert read(message, trusted={"mx.cabinet.example"}).is_forged is not is_vouched


def test_two_customers_of_one_public_ending_are_not_one_owner():
    message = letter()
    message.replace_header("From", "a@un.co.uk")
    message["Authentication-Results"] = "mx.cabinet.example; spf=fail; dkim=pass header.d=deux.co.uk"
    assert read(message, trusted={"mx.cabinet.example"}).is_forged
