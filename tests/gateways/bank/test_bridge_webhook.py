"""Bridge's news is believed only when signed, and a connection's state is said in words that help."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comptoir.gateways.bank.bridge import Refused, webhook
from comptoir.gateways.bank.bridge.statuses import Act, advice
from comptoir.gateways.bank.bridge.webhook import Event, parse, verify

RAW = b'{"content":{"item_id":12,"user_uuid":"u-1","status_code":0},"timestamp":1,"type":"item.refreshed"}'
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def signed(secret, raw=RAW):
    return hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def test_what_bridge_signed_is_believed_whatever_its_case():
    assert verify(["s"], RAW, f"v1={signed('s').upper()}")
    assert verify(["s"], RAW, f"v1={signed('s')}")


def test_on_the_day_a_secret_is_changed_either_is_enough():
    both = f"v1={signed('old')}, v1={signed('new')}"
    assert verify(["new"], RAW, both)
    assert verify(["old"], RAW, both)
    assert verify(["new", "old"], RAW, f"v1={signed('old')}")
    assert not verify(["other"], RAW, both)


@pytest.mark.parametrize(
    "header",
    [
        "", "v1=", "v1", signed("s"), f"v2={signed('s')}", f"V1={signed('s')}", f"v1={signed('s')[:-1]}",
        f"v1={signed('other')}", f"v1={signed('s', RAW + b' ')}", "v1=é", "v1=\ud800", ",,,=,", f"v1==={signed('s')}",
        f"v1={signed('s')}" + "," * 2000,
    ],
)  # fmt: skip
def test_what_nobody_signed_is_not_believed(header):
    assert not verify(["s"], RAW, header)


def test_another_scheme_beside_it_changes_nothing():
    assert verify(["s"], RAW, f"v0=abc,v1={signed('s')},v2=def")


@pytest.mark.parametrize("secrets", [[], [""], ["", ""]])
def test_without_a_secret_nothing_is_believed(secrets):
    assert not verify(secrets, RAW, f"v1={signed('')}")


def test_what_is_larger_than_any_news_is_not_believed():
    raw = b" " * (webhook.LARGEST + 1)
    assert not verify(["s"], raw, f"v1={signed('s', raw)}")
    with pytest.raises(Refused, match="volumineux"):
        parse(raw)


def test_news_says_whose_connection_changed_and_is_known_by_its_bytes():
    assert parse(RAW) == Event("item.refreshed", "u-1", "12", "", hashlib.sha256(RAW).hexdigest())
    assert parse(RAW).key != parse(RAW + b" ").key


@pytest.mark.parametrize("kind", ["TEST_EVENT", "user.deleted", "item.account.updated", "something.new"])
def test_news_of_any_type_is_news(kind):
    raw = json.dumps({"content": {"account_id": "a"}, "type": kind}).encode()
    assert (parse(raw).type, parse(raw).account_id, parse(raw).item_id) == (kind, "a", "")
    assert parse(json.dumps({"type": kind}).encode()).user_uuid == ""


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"[]", b"null", b"7", b"{", b"{}", b'{"type": 7}', b'{"type": ""}', b'{"type": "a b"}', b"[" * 60_000,
        b'{"type": "' + b"x" * 61 + b'"}', b'{"type": "x", "content": []}', b'{"type": "x", "content": null}',
        b'{"type": "x", "content": {"item_id": true}}', b'{"type": "x", "content": {"item_id": "../x"}}',
        b'{"type": "x", "content": {"item_id": 1.5}}', b'{"type": "x", "content": {"user_uuid": {}}}',
        b'{"type": "x", "content": {"item_id": NaN}}', b"\xff",
    ],
)  # fmt: skip
def test_what_is_no_news_is_refused(raw):
    with pytest.raises(Refused):
        parse(raw)


@settings(deadline=None)  # a busy machine is no fault
@given(st.binary(), st.text())
def test_no_bytes_break_the_door(raw, header):
    assert not verify(["s"], raw, header)
    try:
        parse(raw)
    except Refused:
        return


def test_a_connection_that_is_well_asks_nothing():
    assert advice(0, since=None, now=NOW).act is Act.NOTHING


@pytest.mark.parametrize("code", [402, 429, 430, 1010, 1100])
def test_what_only_the_client_can_repair_is_asked_of_them(code):
    told = advice(code, since=NOW - 9 * DAY, now=NOW)
    assert told.act is Act.RECONNECT
    assert "reconnectez-la" in told.sentence


@pytest.mark.parametrize("code", [-2, -3, 1007, 1009, 1099])
def test_what_passes_by_itself_is_waited_for(code):
    assert advice(code, since=NOW - 9 * DAY, now=NOW).act is Act.WAIT


def test_a_bank_that_cannot_be_linked_is_one_to_call():
    assert advice(1005, since=None, now=NOW).act is Act.CONTACT_BANK


def test_a_bank_that_is_silent_alarms_nobody_before_two_days():
    calm = advice(1003, since=NOW - 2 * DAY + timedelta(seconds=1), now=NOW)
    assert calm == advice(1003, since=None, now=NOW)
    assert calm.act is Act.WAIT
    assert advice(1003, since=NOW - 2 * DAY, now=NOW).act is Act.CONTACT_BANK


@pytest.mark.parametrize("code", [1, 7777, -9])
def test_a_state_that_nobody_knows_is_said_plainly(code):
    told = advice(code, since=None, now=NOW)
    assert told.act is Act.WAIT
    assert str(code) not in told.sentence


def test_each_state_has_its_own_sentence_without_words_of_machines():
    codes = (0, -2, -3, 402, 429, 430, 1003, 1005, 1007, 1009, 1010, 1099, 1100, 12345)
    sentences = [advice(code, since=None, now=NOW).sentence for code in codes]
    assert len(set(sentences)) == len(codes)
    assert not any("'" in said or "Bridge" in said or not said.endswith(".") for said in sentences)
