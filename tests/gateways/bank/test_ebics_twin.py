"""The twin bank forgives nothing: what a real bank refuses, it refuses with the same code."""

import http.client
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from tests.ebics_desk import CAMT, CFONB, SCHEMAS, STATEMENT, WHO, Desk, now, some_keys

from comptoir.gateways.bank.ebics import (
    Access,
    Unreachable,
    Version,
    initialisation,
    order_data,
    requests,
    signature,
)
from comptoir.gateways.bank.ebics.twin import Fault, answered
from comptoir.gateways.bank.ebics.xml import element, leaf

KEY = bytes(16)


@pytest.fixture(params=list(Version))
def desk(request):
    with Desk(request.param, schemas=None) as desk:
        yield desk


@pytest.fixture
def access(desk):
    return desk.access()


def codes(answer):
    return {code.decode() for code in re.findall(rb"<ReturnCode[^>]*>(\d{6})", answer)} - {"000000"}


def asked(desk, request):
    return codes(answered(desk.twin, request))


def begun(desk, access):
    """A download under way, and its number."""
    answer = answered(desk.twin, requests.download(access, desk.order))
    return re.search(rb"<TransactionID>(\w+)", answer)[1].decode()


def resigned(access, request, *changes):
    """A request of ours with another text, signed as well as the first."""
    text = re.sub(rb"<AuthSignature>.*</AuthSignature>", b"", request, flags=re.DOTALL).decode()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    name, attributes, inner = re.search(r"<(ebics\w+) ([^>]*)>(.*)</ebics", text, re.DOTALL).groups()
    header, body = re.fullmatch(r"(<header.*</header>)(<body.*)", inner, re.DOTALL).groups()
    said = dict(re.findall(r'([\w:]+)="([^"]*)"', attributes))
    return signature.signed(name, said, header, body, access.keys.authentication)


def test_a_request_signed_anew_is_as_good_as_the_first(desk, access):
    desk.offer()
    assert asked(desk, resigned(access, requests.download(access, desk.order))) == set()


@pytest.mark.parametrize("request_text", [b"", b"<a", b"<!DOCTYPE a><a/>", b"\xff\xfe"])
def test_what_is_no_xml(desk, request_text):
    assert asked(desk, request_text) == {"091010"}


def test_what_is_no_request_of_ebics(desk, access):
    space = desk.version.namespace
    assert asked(desk, b"<a/>") == {"061002"}
    assert asked(desk, f'<ebicsResponse xmlns="{space}" Version="{desk.version}"/>'.encode()) == {"061002"}
    assert asked(desk, f'<ebicsRequest xmlns="{space}" Version="H003"/>'.encode()) == {"061002"}
    assert asked(desk, f'<ebicsRequest xmlns="{space}" Version="{desk.version}"/>'.encode()) == {"091010"}


def test_schemas_are_held_to_where_they_are_given(access):
    if not SCHEMAS.exists():
        pytest.skip("the official schemas are not there")
    with Desk(access.contract.version, schemas=SCHEMAS) as desk:
        mine = desk.access()
        desk.offer()
        good = requests.download(mine, desk.order)
        assert asked(desk, resigned(mine, good)) == set()
        wrong = resigned(mine, good, ("<SecurityMedium>0000", "<SecurityMedium>00000"))
        assert asked(desk, wrong) == {"091010"}


def test_another_server_is_not_this_one(desk, access):
    request = resigned(access, requests.download(access, desk.order), ("TWINBANK", "OTHER"))
    assert asked(desk, request) == {"091011"}


def test_a_tampered_request_is_not_believed(desk, access):
    desk.offer()
    for old, new in (
        (b"FR", b"DE"),
        (b"</ds:DigestValue>", b"A</ds:DigestValue>"),
        (b' authenticate="true"', b""),
        (b"<body/>", b'<body><TransferReceipt authenticate="true"/></body>'),
    ):
        request = requests.download(access, desk.order)
        assert old in request
        assert asked(desk, request.replace(old, new, 1)) == {"061001"}


def test_an_unsigned_header_is_not_believed_beside_a_signed_one(desk, access):
    """Only a body that says so is signed; the header that is read is not."""
    request = requests.receipt(access, "0" * 32, is_kept=True).decode()
    header = re.search(r"<header.*</header>", request, re.DOTALL)[0]
    plain = requests.download(access, desk.order).decode()
    forged = re.search(r"<header.*</header>", plain, re.DOTALL)[0].replace(' authenticate="true"', "")
    body = element("body", element("Signed", authenticate="true"))
    attributes = dict(re.findall(r'([\w:]+)="([^"]*)"', re.search(r"<ebicsRequest ([^>]*)>", plain)[1]))
    assert header != forged
    wrapped = signature.signed("ebicsRequest", attributes, forged, body, access.keys.authentication)
    assert asked(desk, wrapped) == {"061001"}


def test_a_nonce_is_taken_once_and_a_clock_not_far_off(desk, access):
    desk.offer()
    request = requests.download(access, desk.order)
    assert asked(desk, request) == set()
    assert asked(desk, request) == {"091103"}
    desk.twin.clock = lambda: now() + timedelta(minutes=16)
    assert asked(desk, requests.download(access, desk.order)) == {"091103"}
    text = re.sub(rb"<Timestamp>[^<]*", b"<Timestamp>yesterday", requests.download(access, desk.order))
    assert asked(desk, resigned(access, text)) == {"091010"}


def test_a_stranger_hears_no_more_than_somebody_who_waits(desk, access):
    request = resigned(access, requests.download(access, desk.order), ("<UserID>USER", "<UserID>OTHER"))
    assert asked(desk, request) == {"091002"}
    desk.twin.admit("PARTNER", "OTHER")
    assert asked(desk, resigned(access, request, ("<Nonce>", "<Nonce>"))) == {"091002"}


def test_the_banks_keys_are_named_as_they_are(desk, access):
    desk.offer()
    other = some_keys("other")
    for wrong in (
        Access(
            access.contract, access.keys, type(access.bank)(other.authentication.public, access.bank.encryption)
        ),
        Access(
            access.contract, access.keys, type(access.bank)(access.bank.authentication, other.encryption.public)
        ),
    ):
        assert asked(desk, requests.download(wrong, desk.order)) == {"091008"}
        assert asked(desk, requests.upload(wrong, "SPR", b" ", key=KEY, has_data=False)) == {"091008"}
    assert desk.twin.subscribers[WHO].is_ready


def test_orders_and_attributes_that_do_not_exist(desk, access):
    order_type = "BTD" if desk.order == CAMT else "FDL"
    tag = "AdminOrderType" if desk.order == CAMT else "OrderType"
    request = requests.download(access, desk.order)
    assert asked(desk, resigned(access, request, (f"<{tag}>{order_type}", f"<{tag}>XXX"))) == {"091005"}
    request = requests.download(access, desk.order)
    assert asked(desk, resigned(access, request, (">Initialisation<", ">Transfer<"))) == {"061002"}
    if desk.version is Version.H004:
        request = requests.download(access, desk.order)
        assert asked(desk, resigned(access, request, ("DZHNN", "DZNNN"))) == {"091121"}
        request = requests.upload(access, "SPR", b" ", key=KEY, has_data=False)
        assert asked(desk, resigned(access, request, ("UZHNN", "OZHNN"))) == {"091121"}


def test_parameters_that_are_none(desk, access):
    desk.offer()
    name = "BTDOrderParams" if desk.order == CAMT else "FDLOrderParams"
    request = requests.download(access, desk.order)
    assert asked(desk, resigned(access, request, (name, "Other"))) == {"091112"}
    for days in (
        "<Start>2026-02-30</Start><End>2026-03-01</End>",
        "<Start>2026-03-02</Start><End>2026-03-01</End>",
        "",
    ):
        request = requests.download(access, desk.order)
        changed = resigned(access, request, (f"<{name}>", f"<{name}><DateRange>{days}</DateRange>"))
        assert asked(desk, changed) == {"091112"}


def test_what_the_contract_does_not_cover(desk, access):
    desk.offer(order=CAMT if desk.order == CFONB else CFONB)
    assert asked(desk, requests.download(access, desk.order)) == {"090003"}
    desk.twin.allow(desk.order, "Relevé")
    assert asked(desk, requests.download(access, desk.order)) == {"090005"}


def test_pieces_in_order_and_a_receipt_at_the_end_alone(desk, access):
    desk.twin.segment_size = 40
    desk.offer(bytes(range(256)))
    number = begun(desk, access)
    count = len(desk.twin.transactions[number].segments)
    assert count > 3
    assert asked(desk, requests.segment(access, number, 3, is_last=False)) == {"091104"}
    assert asked(desk, requests.segment(access, number, 2, is_last=True)) == {"091104"}
    assert asked(desk, requests.segment(access, number, count + 1, is_last=True)) == {"091104"}
    assert asked(desk, requests.receipt(access, number, is_kept=True)) == {"091102"}
    for piece in range(2, count + 1):
        assert asked(desk, requests.segment(access, number, piece, is_last=piece == count)) == set()
        assert asked(desk, requests.segment(access, number, piece, is_last=piece == count)) == set()
    odd = resigned(access, requests.receipt(access, number, is_kept=True), ("<ReceiptCode>0", "<ReceiptCode>2"))
    assert asked(desk, odd) == {"091113"}
    assert asked(desk, requests.receipt(access, number, is_kept=True)) == {"011000"}
    assert asked(desk, requests.receipt(access, number, is_kept=True)) == {"091101"}


def test_an_unsigned_receipt_is_no_receipt(desk, access):
    desk.offer()
    number = begun(desk, access)
    request = resigned(
        access,
        requests.receipt(access, number, is_kept=True),
        ('<TransferReceipt authenticate="true">', "<TransferReceipt>"),
    )
    assert asked(desk, request) == {"061001"}
    assert not desk.twin.statements[0].is_fetched


def test_a_receipt_of_another_user_is_no_receipt(desk, access):
    desk.offer()
    number = begun(desk, access)
    strange = Access(access.contract, some_keys("other"), access.bank)
    assert asked(desk, requests.receipt(strange, number, is_kept=True)) == {"061001"}
    desk.twin.subscribers[WHO].is_ready = False
    assert asked(desk, requests.receipt(access, number, is_kept=True)) == {"091002"}
    assert asked(desk, requests.receipt(access, "F" * 32, is_kept=True)) == {"091101"}


def test_a_phase_that_does_not_follow(desk, access):
    desk.offer()
    number = begun(desk, access)
    request = requests.receipt(access, number, is_kept=True)
    assert asked(desk, resigned(access, request, (">Receipt<", ">Initialisation<"))) == {"061002"}


def test_keys_are_those_of_who_sends_them(desk):
    subscription = desk.begun()
    content = order_data.for_ini(subscription.contract, subscription.keys.signature, at=now())
    for changed in (
        content.replace(b">USER<", b">OTHER<"),
        content.replace(b"SignaturePubKeyOrderData", b"Other"),
        b"x",
    ):
        answer = asked(desk, requests.unsecured(subscription.contract, "INI", changed))
        assert answer <= {"090004", "091002"}
        assert answer
    assert asked(desk, requests.unsecured(subscription.contract, "XXX", content)) == {"091005"}
    wrong = content.replace(b"A006", b"A004")
    assert asked(desk, requests.unsecured(subscription.contract, "INI", wrong)) == {"091201"}
    content = order_data.for_hia(subscription.contract, subscription.keys, at=now())
    for old, code in ((b"X002", "091202"), (b"E002", "091203")):
        wrong = content.replace(old, b"Z999")
        assert asked(desk, requests.unsecured(subscription.contract, "HIA", wrong)) == {code}
    damaged = re.sub(rb"(<ds:X509Certificate>).{8}", rb"\1AAAAAAAA", content)
    assert asked(desk, requests.unsecured(subscription.contract, "HIA", damaged)) == {"091219"}
    packed = requests.unsecured(subscription.contract, "HIA", content)
    assert asked(desk, re.sub(rb"(<OrderData>).{8}", rb"\1AAAAAAAA", packed)) == {"090004"}


def test_ebics_3_takes_no_key_without_its_certificate():
    with Desk(Version.H005, schemas=None) as desk:
        subscription = desk.begun()
        content = order_data.for_ini(subscription.contract, subscription.keys.signature, at=now())
        bare = re.sub(rb"<ds:X509Data>.*</ds:X509Data>", b"", content, flags=re.DOTALL)
        assert asked(desk, requests.unsecured(subscription.contract, "INI", bare)) == {"091217"}


def test_an_upload_is_signed_whole(desk, access):
    content = order_data.for_hcs(access.contract, some_keys("other"), at=now())
    request = requests.upload(access, "HCS", content, key=KEY, has_data=True)
    assert asked(desk, resigned(access, request, ("<NumSegments>1", "<NumSegments>2"))) == {"091113"}
    request = requests.upload(access, "HCS", content, key=KEY, has_data=True)
    loose = resigned(access, request, ('<SignatureData authenticate="true">', "<SignatureData>"))
    assert asked(desk, loose) == {"061001"}
    other = requests.upload(access, "HCS", content, key=bytes(15) + b"x", has_data=True)
    mixed = re.search(rb"<SignatureData[^>]*>([^<]*)", other)[1].decode()
    request = requests.upload(access, "HCS", content, key=KEY, has_data=True)
    own = re.search(rb"<SignatureData[^>]*>([^<]*)", request)[1].decode()
    assert asked(desk, resigned(access, request, (own, mixed))) == {"091111"}


@pytest.mark.parametrize("change", ["data", "key", "signature"])
def test_an_order_is_what_was_signed(desk, access, change):
    new, other = some_keys("other"), some_keys("third")
    content = order_data.for_hcs(access.contract, new, at=now())
    request = requests.upload(access, "HCS", content, key=KEY, has_data=True)
    number = re.search(rb"<TransactionID>(\w+)", answered(desk.twin, request))[1].decode()
    sent = {
        "data": requests.upload_segment(
            access, number, order_data.for_hcs(access.contract, other, at=now()), key=KEY
        ),
        "key": requests.upload_segment(access, number, content, key=bytes(15) + b"x"),
        "signature": requests.upload_segment(access, number, content + b" ", key=KEY),
    }[change]
    assert asked(desk, sent) == {"090004" if change == "key" else "091301"}
    assert desk.twin.subscribers[WHO].signature.modulus == access.keys.signature.public.modulus


def test_renewed_keys_are_those_of_who_renews(desk, access):
    content = order_data.for_hcs(access.contract, some_keys("other"), at=now()).replace(b">USER<", b">OTHER<")
    desk.twin.admit("PARTNER", "OTHER")
    request = requests.upload(access, "HCS", content, key=KEY, has_data=True)
    number = re.search(rb"<TransactionID>(\w+)", answered(desk.twin, request))[1].decode()
    assert asked(desk, requests.upload_segment(access, number, content, key=KEY)) == {"090004"}


def test_the_digest_of_an_order_is_told_rightly():
    with Desk(Version.H005, schemas=None) as desk:
        access = desk.access()
        request = requests.upload(access, "SPR", b" ", key=KEY, has_data=False)
        own = re.search(rb"<DataDigest[^>]*>([^<]*)", request)[1].decode()
        other = leaf("x", own)[3:-4][::-1].replace("=", "") + "="
        assert asked(desk, resigned(access, request, (f">{own}<", f">{other}<"))) <= {"091301", "091010"}
        assert desk.twin.subscribers[WHO].is_ready


def test_bytes_in_pieces_of_http_are_taken_too(desk, access):
    desk.offer(STATEMENT)
    place = urlsplit(desk.contract.url)
    link = http.client.HTTPConnection(place.hostname, place.port)
    request = requests.download(access, desk.order)
    link.request("POST", place.path, iter([request[:100], request[100:]]), encode_chunked=True)
    assert codes(link.getresponse().read()) == set()
    link.close()


def test_what_is_to_go_wrong_goes_wrong_once(desk):
    desk.twin.faults.append(("HEV", Fault(status=500)))
    assert desk.twin.faults
    with pytest.raises(Unreachable):
        initialisation.versions(desk.contract)
    assert desk.twin.faults == []
