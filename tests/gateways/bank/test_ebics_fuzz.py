"""Whatever a line or a server does to an answer: it is the same, or an exception of ours, and never another."""

import contextlib
import functools

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some
from tests.ebics_desk import CAMT, DAY, ORDERS, STATEMENT, contract, now, some_keys

from comptoir.gateways.bank.ebics import (
    Access,
    BankKeys,
    Closing,
    EbicsFault,
    Version,
    answers,
    cipher,
    download,
    initialisation,
    order_data,
    requests,
    rights,
    wire,
    xml,
)
from comptoir.gateways.bank.ebics.twin import Twin, answered, archive, keyroom, papers
from comptoir.gateways.bank.ebics.twin.state import Subscriber

patiently = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
damage = some.lists(
    some.tuples(
        some.integers(0, 10**6), some.sampled_from(["flip", "cut", "add", "zero", "twice"]), some.integers(0, 255)
    ),
    min_size=1,
    max_size=3,
)


def damaged(content, how):
    for place, kind, byte in how:
        at = place % max(len(content), 1)
        content = {
            "flip": content[:at] + bytes([byte]) + content[at + 1 :],
            "cut": content[:at] + content[at + 1 + byte :],
            "add": content[:at] + bytes([byte]) + content[at:],
            "zero": content[:at],
            "twice": content[:at] + content[at : at + byte] + content[at:],
        }[kind]
    return content


@functools.cache
def desk(version):
    """A twin that is asked without a wire."""
    twin = Twin(keys=some_keys("bank"))
    keys = some_keys()
    public = (keys.signature.public, keys.authentication.public, keys.encryption.public)
    twin.subscribers["PARTNER", "USER"] = Subscriber("PARTNER", "USER", *public, is_ready=True)
    twin.offer(ORDERS[version], STATEMENT, on=DAY)
    bank = some_keys("bank")
    return twin, Access(contract(version), keys, BankKeys(bank.authentication.public, bank.encryption.public))


@pytest.mark.parametrize("version", list(Version))
@given(how=damage, which=some.integers(0, 4))
@patiently
def test_a_damaged_answer_gives_the_statement_or_an_exception_of_ours(version, how, which):
    twin, access = desk(version)
    twin.segment_size = 100
    count = iter(range(100))

    def posted(_, request, **more):
        answer = answered(twin, request)
        return damaged(answer, how) if next(count) == which else answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wire, "posted", posted)
        with contextlib.suppress(EbicsFault):
            found = download.fetch(access, ORDERS[version])
            assert [file.content for file in found.files] == [STATEMENT]
            closing = download.give_receipt(access, found.transaction_id, is_kept=False)
            assert closing in (Closing.OFFERED_AGAIN, Closing.UNKNOWN)


@pytest.mark.parametrize("version", list(Version))
@given(how=damage)
@patiently
def test_damaged_bank_keys_are_those_of_the_bank_or_an_exception_of_ours(version, how):
    twin, access = desk(version)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wire, "posted", lambda _, request, **more: damaged(answered(twin, request), how))
        with contextlib.suppress(EbicsFault):
            assert initialisation.bank_keys(access.contract, access.keys) == access.bank


@pytest.mark.parametrize("version", list(Version))
@given(how=damage, kind=some.sampled_from(["HTD", "HAA", "HPD", "HPB"]))
@patiently
def test_damaged_order_data_is_read_or_an_exception_of_ours(version, how, kind):
    twin, access = desk(version)
    if kind == "HPB":
        content = damaged(keyroom._written(twin, version), how)
        allowed(lambda: order_data.of_hpb(access.contract, content))
        return
    content = damaged(papers.written(twin, version, kind, Subscriber("PARTNER", "USER")), how)
    found = download.Download("0" * 32, content, (cipher.File("", content),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(download, "fetch", lambda *_: found)
        patch.setattr(download, "give_receipt", lambda *_, **more: Closing.FORGOTTEN)
        ask = {"HTD": rights.rights, "HAA": rights.available, "HPD": rights.parameters}[kind]
        allowed(lambda: ask(access))


@given(content=some.binary(max_size=400), key=some.binary(min_size=16, max_size=16))
@patiently
def test_any_bytes_are_order_data_or_an_exception_of_ours(content, key):
    allowed(lambda: cipher.decrypted(content, key))
    allowed(lambda: cipher.inflated(content))
    allowed(lambda: cipher.files(content))
    allowed(lambda: cipher.opened_key(content, some_keys().encryption))


@given(how=damage)
@example(how=[(2186, "flip", 0)])  # a name of no letters, of which the library asks the last
@patiently
def test_a_damaged_archive_is_opened_or_an_exception_of_ours(how):
    packed = archive.packed(CAMT, [STATEMENT, STATEMENT[:50]])
    allowed(lambda: cipher.files(damaged(packed, how)))


@pytest.mark.parametrize("version", list(Version))
@given(how=damage)
@patiently
def test_the_twin_answers_anything(version, how):
    twin, access = desk(version)
    for request in (
        requests.download(access, ORDERS[version]),
        requests.unsecured(access.contract, "HIA", order_data.for_hia(access.contract, access.keys, at=now())),
        requests.upload(access, "SPR", b"x", key=bytes(16), has_data=False),
    ):
        assert answered(twin, damaged(request, how)).startswith(b"<?xml")


@pytest.mark.parametrize("version", list(Version))
def test_an_answer_changed_at_any_one_byte_says_the_same_or_is_refused(version):
    twin, access = desk(version)
    twin.segment_size = 10_000
    answer = answered(twin, requests.download(access, ORDERS[version]))
    whole = told(access, answer)
    same = 0
    for place in range(len(answer)):
        changed = answer[:place] + bytes([answer[place] ^ 1]) + answer[place + 1 :]
        with contextlib.suppress(EbicsFault):
            assert told(access, changed) == whole, place
            same += 1
    # What nothing signs and nobody reads: the declaration of XML, the last bits of a base64.
    assert same < 60


def told(access, content):
    answer = answers.signed(access.contract, content, access.bank.authentication)
    closed = xml.binary(answer.order_data)
    return (
        answer.transaction_id,
        answer.segments,
        cipher.opened(closed, answer.transaction_key, access.keys.encryption),
    )


def allowed(act):
    with contextlib.suppress(EbicsFault):
        act()
