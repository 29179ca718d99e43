"""Our requests as others judge them: the official schemas, xmlsec1, and the twin; and real requests of other clients."""

import re
import shutil
import subprocess
import zlib
from datetime import datetime

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree
from tests.ebics_desk import CAMT, DAY, ORDERS, REQUESTS, SCHEMAS, Desk, contract, now, some_keys

from comptoir.gateways.bank.ebics import (
    Access,
    BankKeys,
    BusinessFormat,
    FileFormat,
    Period,
    Version,
    WrongSignature,
    order_data,
    requests,
    signature,
    xml,
)
from comptoir.gateways.bank.ebics.twin import Twin, answered, counter, keyroom

XMLSEC = shutil.which("xmlsec1")
official = pytest.mark.skipif(not SCHEMAS.exists(), reason="the official schemas are not there")
recorded = pytest.mark.skipif(not REQUESTS.exists(), reason="the recorded requests are not there")


def access(version, **more):
    keys = some_keys("bank")
    bank = BankKeys(keys.authentication.public, keys.encryption.public)
    return Access(contract(version, **more), some_keys(), bank)


def every_request(version):
    mine = access(version, product="Comptoir & fils <1>")
    order, period = ORDERS[version], Period(DAY, DAY)
    number = "0123456789ABCDEF" * 2
    key, data = bytes(16), order_data.for_hcs(mine.contract, mine.keys, at=now())
    return {
        "INI": requests.unsecured(
            mine.contract, "INI", order_data.for_ini(mine.contract, mine.keys.signature, at=now())
        ),
        "HIA": requests.unsecured(mine.contract, "HIA", order_data.for_hia(mine.contract, mine.keys, at=now())),
        "HPB": requests.bank_keys(mine.contract, mine.keys),
        "download": requests.download(mine, order),
        "days": requests.download(mine, order, period),
        "HTD": requests.download(mine, "HTD"),
        "segment": requests.segment(mine, number, 2, is_last=False),
        "kept": requests.receipt(mine, number, is_kept=True),
        "not kept": requests.receipt(mine, number, is_kept=False),
        "HCS": requests.upload(mine, "HCS", data, key=key, has_data=True),
        "HCS data": requests.upload_segment(mine, number, data, key=key),
        "SPR": requests.upload(mine, "SPR", order_data.SUSPENSION, key=key, has_data=False),
    }


@official
@pytest.mark.parametrize("version", list(Version))
def test_all_that_we_send_is_of_the_official_schemas(version):
    schema = etree.XMLSchema(etree.parse(str(SCHEMAS / version / f"ebics_{version}.xsd")))
    for name, request in every_request(version).items():
        assert schema.validate(etree.fromstring(request)), (name, schema.error_log)
    mine = access(version)
    bare = order_data.for_hia(contract(Version.H004, is_x509=False), mine.keys, at=now())
    for data in (
        order_data.for_hia(mine.contract, mine.keys, at=now()),
        order_data.for_hcs(mine.contract, mine.keys, at=now()),
        *([bare] if version is Version.H004 else []),
    ):
        assert schema.validate(etree.fromstring(data)), schema.error_log
    keys = "ebics_signature_S002.xsd" if version is Version.H005 else "ebics_signature.xsd"
    schema = etree.XMLSchema(etree.parse(str(SCHEMAS / version / keys)))
    data = order_data.for_ini(mine.contract, mine.keys.signature, at=now())
    assert schema.validate(etree.fromstring(data)), schema.error_log
    signed = requests._user_signature(mine, b"order")
    assert schema.validate(etree.fromstring(signed)), schema.error_log


@official
def test_versions_are_asked_by_the_official_schema():
    schema = etree.XMLSchema(etree.parse(str(SCHEMAS / "H005" / "ebics_hev.xsd")))
    assert schema.validate(etree.fromstring(requests.versions(contract(Version.H004))))
    answer = answered(Twin(keys=some_keys("bank")), requests.versions(contract(Version.H004)))
    assert schema.validate(etree.fromstring(answer)), schema.error_log


@official
@pytest.mark.parametrize("version", list(Version))
def test_all_that_the_twin_answers_is_of_the_official_schemas(version):
    schema = etree.XMLSchema(etree.parse(str(SCHEMAS / version / f"ebics_{version}.xsd")))
    seen = []
    with Desk(version) as desk:
        mine = desk.access()
        desk.offer()
        for request in every_request(version).values():
            seen.append(answered(desk.twin, request))
        for kind in ("HTD", "HAA", "HPD"):
            seen.append(answered(desk.twin, requests.download(mine, kind)))
            content = counter.orders.papers.written(
                desk.twin, version, kind, next(iter(desk.twin.subscribers.values()))
            )
            assert schema.validate(etree.fromstring(content)), (kind, schema.error_log)
        assert schema.validate(etree.fromstring(keyroom._written(desk.twin, version))), schema.error_log
    for answer in seen:
        assert schema.validate(etree.fromstring(answer)), (answer, schema.error_log)


@pytest.mark.skipif(not XMLSEC, reason="xmlsec1 is not installed")
@pytest.mark.parametrize("version", list(Version))
def test_xmlsec_believes_our_signatures_and_those_of_the_twin(version, tmp_path):
    answer = answered(Twin(keys=some_keys("bank")), every_request(version)["HTD"])
    signed = {"answer": (answer, some_keys("bank")), **{
        name: (request, some_keys()) for name, request in every_request(version).items() if b"AuthSignature" in request
    }}  # fmt: skip
    assert len(signed) >= 10
    for name, (message, keys) in signed.items():
        assert is_believed(message, keys, tmp_path), name
    assert not is_believed(signed["download"][0].replace(b">PARTNER<", b">PARTNEX<"), some_keys(), tmp_path)
    assert not is_believed(signed["download"][0], some_keys("other"), tmp_path)


def is_believed(message, keys, folder):
    """xmlsec1 wants the name of XML Signature; EBICS has another for the same element."""
    renamed = re.sub(rb"(</?)AuthSignature>", rb"\1ds:Signature>", message)
    (folder / "message.xml").write_bytes(renamed)
    pem = keys.authentication.rsa.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "key.pem").write_bytes(pem)
    run = subprocess.run(
        [
            XMLSEC, "--verify", "--enabled-reference-uris", "empty,same-doc,local", "--pubkey-pem",
            str(folder / "key.pem"), str(folder / "message.xml"),
        ],
        capture_output=True,
        check=False,
    )  # fmt: skip
    return run.returncode == 0


def test_each_request_is_one_of_its_kind():
    nonces = {
        re.search(rb"<Nonce>([0-9A-F]{32})</Nonce>", requests.download(access(Version.H005), CAMT))[1]
        for _ in range(20)
    }
    assert len(nonces) == 20


def test_orders_say_what_the_contract_says_to_the_letter():
    whole = BusinessFormat("EOP", "camt.053", "FR", "OPT", "ZIP", "02", "001", "XML")
    assert requests.service(whole) == (
        "<Service><ServiceName>EOP</ServiceName><Scope>FR</Scope><ServiceOption>OPT</ServiceOption>"
        '<Container containerType="ZIP"/><MsgName variant="001" version="02" format="XML">camt.053</MsgName></Service>'
    )
    request = requests.download(
        access(Version.H004), FileFormat("camt.xxx.cfonb120.stm.0by", ""), Period(DAY, DAY)
    )
    assert (
        b"<OrderType>FDL</OrderType><OrderAttribute>DZHNN</OrderAttribute><FDLOrderParams><DateRange>"
        b"<Start>2026-11-23</Start><End>2026-11-23</End></DateRange>"
        b"<FileFormat>camt.xxx.cfonb120.stm.0by</FileFormat></FDLOrderParams>" in request
    )


@pytest.mark.parametrize("version", ["A005", "A006"])
def test_an_order_signature_leaves_line_ends_out(version):
    key = some_keys().signature if version == "A006" else some_keys("other").signature
    key = type(key)(version, key.private, key.certificate)
    value = signature.order_signature(b"a\r\nb\x1a", key)
    assert signature.is_order_signed(b"ab", value, key.public)
    assert not signature.is_order_signed(b"abc", value, key.public)
    assert not signature.is_order_signed(b"ab", value, some_keys("bank").signature.public)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (signature.EVERYTHING, ""),
        (signature.EVERYTHING, "#xpointer(//*)"),
        ("xmlenc#sha256", "xmlenc#sha512"),
        ("rsa-sha256", "rsa-sha1"),
        ("REC-xml-c14n-20010315", "REC-xml-c14n-20010315#WithComments"),
    ],
)
def test_a_signature_made_in_another_way_than_that_of_ebics_is_not_believed(monkeypatch, old, new):
    """Whoever holds the key has signed exactly this; what it says of itself is another way than EBICS knows."""
    make = signature._info
    monkeypatch.setattr(signature, "_info", lambda digest: make(digest).replace(old, new))
    request = requests.download(access(Version.H005), CAMT)
    with pytest.raises(WrongSignature):
        signature.verify(xml.parsed(request), some_keys().authentication.public)
    monkeypatch.setattr(signature, "_info", make)
    request = requests.download(access(Version.H005), CAMT)
    signature.verify(xml.parsed(request), some_keys().authentication.public)


def test_canonical_text_keeps_the_namespaces_in_scope_and_adds_none():
    root = xml.parsed(
        b'<a xmlns="urn:a" xmlns:d="urn:d" xmlns:u="urn:u"><b z="1" y="2"><!-- no --><d:c/></b>tail</a>'
    )
    assert xml.canonical(root[0]) == (
        b'<b xmlns="urn:a" xmlns:d="urn:d" xmlns:u="urn:u" y="2" z="1"><d:c></d:c></b>'
    )
    bare = xml.parsed(b'<a><b xmlns:d="urn:d"><d:c/></b></a>')
    assert xml.canonical(bare[0]) == b'<b xmlns:d="urn:d"><d:c></d:c></b>'


# Real requests of other clients


def who_sent(path):
    content = path.read_bytes()
    found = re.search(rb"<PartnerID>(.*?)</PartnerID>\s*<UserID>(.*?)</UserID>", content, re.DOTALL)
    return (found[1].decode(), found[2].decode()) if found else None


@recorded
def test_real_requests_of_three_clients_are_heard():
    """39 of them, recorded: whatever is refused is refused for the state or the keys of their own bank, never their form."""
    files = sorted(REQUESTS.glob("*.xml"))
    assert len(files) == 39
    moments = [re.search(r"<Timestamp>([^<]+)", path.read_text()) for path in files]
    clock = min(datetime.fromisoformat(found[1]) for found in moments if found)
    twin = Twin(
        "MOCKBANK", keys=some_keys("bank"), schemas=SCHEMAS if SCHEMAS.exists() else None, clock=lambda: clock
    )
    codes = {}
    for path in files:
        if who := who_sent(path):
            subscriber = twin.admit(*who)
            subscriber.is_ready = subscriber.authentication is not None
        answer = answered(twin, path.read_bytes())
        codes[path.name] = sorted(set(re.findall(rb"<ReturnCode[^>]*>(\d{6})", answer)) - {b"000000"})
    for name, found in codes.items():
        if any(kind in name for kind in ("INI__", "HIA", "HPB", "HEV")):
            assert found == [], name
        elif "Receipt" in name:
            assert found == [b"091101"], name  # a transmission of another bank
        else:
            assert found == [b"091008"], name  # signed by a known key, for the keys of another bank


@recorded
def test_the_signatures_of_real_requests_hold_and_not_one_more_letter():
    keys = {}
    checked = 0
    for path in sorted(REQUESTS.glob("*.xml")):
        root = xml.parsed(path.read_bytes())
        if "HIA" in path.name:
            version = Version(root.get("Version"))
            written = xml.binary(next(root.iter("{*}OrderData")).text)
            info = next(xml.parsed(zlib.decompress(written)).iter("{*}AuthenticationPubKeyInfo"))
            keys[who_sent(path)] = order_data.read_key(version, info, "AuthenticationVersion", "X002")
        if not root.findall("{*}AuthSignature"):
            continue
        known = [keys[who]] if (who := who_sent(path)) else list(keys.values())
        assert any(holds(root, key) for key in known), path.name
        next(root.iter("{*}HostID")).text += "x"
        assert not any(holds(root, key) for key in known), path.name
        checked += 1
    assert checked == 25


def holds(root, key):
    try:
        signature.verify(root, key)
    except WrongSignature:
        return False
    return True
