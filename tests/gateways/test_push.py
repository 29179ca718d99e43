"""Web push: sealed as RFC 8291 shows, signed as RFC 8292 asks, sent nowhere but to a push service."""

import json
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from tests.push_twin import AUTH, serving

from comptoir.gateways import push

# RFC 8291, appendix A.
TEXT = b"When I grow up, I want to be a watermelon"
OURS = push.read_key("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")
THEIRS = push.read_key("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94")
SECRET = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = push.decoded("DGv6ra1nlYgDCS1FRnbzlw")
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
POINT = push.encoded(push.point(THEIRS.public_key()))


def sender():
    return push.Sender(push.read_key(push.written_key()), "mailto:a@example.org", allows_loopback=True)


def test_a_message_is_sealed_as_the_rfc_shows():
    to = push.Subscription("https://push.example.net/x", POINT, SECRET)
    assert push.encoded(push.sealed(TEXT, to, key=OURS, salt=SALT)) == SEALED
    assert push.opened(push.decoded(SEALED), key=THEIRS, auth=push.decoded(SECRET)) == TEXT


def test_no_other_browser_opens_it():
    with pytest.raises(ValueError, match="not for this browser"):
        push.opened(push.decoded(SEALED), key=THEIRS, auth=AUTH)


def test_what_does_not_fit_in_a_record_is_not_sent():
    with pytest.raises(ValueError, match="too long"):
        push.sealed(b"x" * (push.LONGEST + 1), push.Subscription("", POINT, SECRET))


def test_the_signature_names_the_service_and_holds_by_our_key():
    by = sender()
    signed = push.signature(by, urlsplit("https://push.example.net/send/x?y"), 1000)
    head, claims, proof = signed.split(".")
    said = json.loads(push.decoded(claims))
    assert said == {
        "aud": "https://push.example.net",
        "exp": 1000 + push.TOKEN_LASTS,
        "sub": "mailto:a@example.org",
    }
    raw = push.decoded(proof)
    seal = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    by.key.public_key().verify(seal, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))


def test_a_browser_reads_what_was_said():
    with serving() as twin:
        push.send(sender(), twin.subscription(), {"body": "Une question 🥐"})
        assert twin.shown == [{"body": "Une question 🥐"}]
        (headers,) = twin.headers
        assert headers["Content-Encoding"] == "aes128gcm"
        assert headers["Authorization"].startswith("vapid t=")


@pytest.mark.parametrize(
    ("status", "fault"),
    [(404, push.Gone), (410, push.Gone), (429, push.Later), (503, push.Later), (400, push.Refused)],
)
def test_each_answer_has_its_meaning(status, fault):
    with serving() as twin:
        twin.status, twin.retry_after = status, "120"
        with pytest.raises(fault) as caught:
            push.send(sender(), twin.subscription(), {"body": "x"})
        assert getattr(caught.value, "wait", 120) == 120


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.net/x", "https://127.0.0.1/x", "https://[::1]/x", "https://localhost/x", "https://10.0.0.8/x",
        "https://push.example.net:8443/x", "https://a@push.example.net/x", "file:///etc/passwd", "", "https://2130706433/",
        "https://push.example.net/" + "x" * 2000, "https://push.example.net:port/", "https://[/",
    ],
)  # fmt: skip
def test_an_address_that_is_no_push_service_is_refused(endpoint):
    with pytest.raises(push.NotAnEndpoint):
        push.check(push.Subscription(endpoint, POINT, SECRET))


@pytest.mark.parametrize(
    ("point", "auth"), [("", SECRET), ("x", SECRET), (POINT, ""), (POINT, "AAAA"), ("é", "é")]
)
def test_keys_that_are_none_are_refused(point, auth):
    with pytest.raises(push.NotAnEndpoint):
        push.check(push.Subscription("https://push.example.net/x", point, auth))


def test_a_name_that_leads_into_our_own_network_is_refused(monkeypatch):
    monkeypatch.setattr(push.socket, "getaddrinfo", lambda *_a, **_k: [(2, 1, 6, "", ("192.168.1.5", 443))])
    with pytest.raises(push.NotAnEndpoint):
        push.send(sender(), push.Subscription("https://push.example.net/x", POINT, SECRET), {"body": "x"})
