"""Keys closed for storage, hashes as the norm makes them, keys renewed and contracts stopped."""

import base64
import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from tests.ebics_desk import DAY, STATEMENT, WHO, Desk, contract, now, some_keys

from comptoir.gateways.bank.ebics import (
    NotActivated,
    PublicKey,
    Refused,
    Step,
    Unreachable,
    Unreadable,
    Version,
    WrongSecret,
    download,
    initialisation,
    sealing,
    upkeep,
)
from comptoir.gateways.bank.ebics import keys as ebics_keys
from comptoir.gateways.bank.ebics.twin import Fault, answers

SECRET = bytes(range(32))


@pytest.fixture(params=list(Version))
def desk(request):
    with Desk(request.param) as desk:
        yield desk


# Sealing


def test_sealed_keys_open_with_their_secret_for_their_contract():
    keys = some_keys()
    stored = sealing.sealed(keys, secret=SECRET, contract_id="7")
    assert sealing.unsealed(stored, secret=SECRET, contract_id="7") == keys
    assert sealing.sealed(keys, secret=SECRET, contract_id="7") != stored
    for key in (keys.signature, keys.authentication, keys.encryption):
        assert key.private not in stored
        assert base64.b64encode(key.private)[:40] not in stored


@pytest.mark.parametrize(
    ("secret", "contract_id"), [(bytes(32), "7"), (SECRET, "8"), (b"short", "7"), (SECRET, "")]
)
def test_sealed_keys_open_to_nobody_else(secret, contract_id):
    stored = sealing.sealed(some_keys(), secret=SECRET, contract_id="7")
    with pytest.raises(WrongSecret, match="pas le bon secret"):
        sealing.unsealed(stored, secret=secret, contract_id=contract_id)


def test_sealed_keys_that_were_changed_do_not_open():
    stored = sealing.sealed(some_keys(), secret=SECRET, contract_id="7")
    for place in (0, 1, 12, 13, 500, len(stored) - 1):
        changed = bytearray(stored)
        changed[place] ^= 1
        with pytest.raises(WrongSecret):
            sealing.unsealed(bytes(changed), secret=SECRET, contract_id="7")
    for cut in (b"", stored[:5], stored[:-1]):
        with pytest.raises(WrongSecret):
            sealing.unsealed(cut, secret=SECRET, contract_id="7")


def test_no_private_key_is_shown():
    keys = some_keys()
    assert "private" not in repr(keys)
    assert repr(keys.signature.private)[2:30] not in repr(
        initialisation.Subscription(contract(Version.H005), keys)
    )


def test_the_banks_keys_are_kept_as_text():
    keys = some_keys("bank")
    bank = ebics_keys.BankKeys(keys.authentication.public, replace(keys.encryption.public, certificate=b""))
    assert sealing.bank_keys_read(sealing.bank_keys_written(bank)) == bank


# Hashes


def test_the_hash_of_a_bare_key_is_that_of_its_digits():
    """Lower-case hexadecimal, no leading zeros, one blank between exponent and modulus (EBICS 2.5, §4.4.1.2.2)."""
    key = PublicKey("X002", 0x00C0FFEE, 0x010001)
    assert key.key_hash == hashlib.sha256(b"10001 c0ffee").digest()
    assert key.certificate_hash == b""


def test_the_hash_of_a_certificate_is_that_of_the_very_bytes_sent():
    key = some_keys().signature
    assert key.public.certificate_hash == hashlib.sha256(key.certificate).digest()
    found = x509.load_der_x509_certificate(key.certificate)
    assert key.public.certificate_hash == found.fingerprint(hashes.SHA256())


@pytest.mark.parametrize("written", ["{:02X} ", "{:02x}:", "{:02X}", "{:02x}\n", "{:02X}\u00a0"])
def test_a_hash_is_known_however_it_is_written(written):
    key = some_keys("bank").authentication.public
    for made in (key.key_hash, key.certificate_hash):
        assert key.is_said("".join(written.format(byte) for byte in made))
        assert not key.is_said("".join(written.format(byte) for byte in made[:-1]))
    assert not key.is_said("")


def test_certificates_of_other_kinds_are_not_believed():
    with pytest.raises(Unreadable, match="certificat"):
        ebics_keys.of_certificate("X002", b"\x30\x03\x02\x01\x01")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "curve")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    dated = builder.serial_number(1).not_valid_before(now()).not_valid_after(now())
    with pytest.raises(Unreadable, match="sans clé RSA"):
        ebics_keys.of_certificate("X002", dated.sign(key, hashes.SHA256()).public_bytes(Encoding.DER))


@pytest.mark.parametrize(
    ("modulus", "exponent"), [(1 << 2047, 65537), ((1 << 2048) - 1, 2), ((1 << 2048) - 1, 1), (3, 3)]
)
def test_numbers_that_make_no_key_are_not_believed(modulus, exponent):
    with pytest.raises(Unreadable, match="clé X002"):
        ebics_keys.checked(PublicKey("X002", modulus, exponent))


# Renewal and suspension


@pytest.mark.parametrize("signature", ["A005", "A006"])
def test_new_keys_take_the_place_of_the_old(desk, signature):
    subscription = initialisation.begun(desk.contract, at=now())
    old = ebics_keys.make(desk.contract, at=now(), signature=signature)
    subscription = replace(subscription, keys=old)
    while subscription.step is not Step.ALL_SENT:
        subscription = initialisation.advanced(subscription, at=now())
    desk.twin.activate(*WHO)
    subscription = initialisation.trusted(initialisation.advanced(subscription, at=now()), **desk.letter())
    access = upkeep.renew(subscription.access, some_keys("other"), at=now())
    desk.offer()
    assert [file.content for file in download.fetch(access, desk.order).files] == [STATEMENT]
    with pytest.raises(Refused, match="061001"):
        download.fetch(subscription.access, desk.order)


@pytest.mark.parametrize("step", ["HCS Initialisation", "HCS Transfer"])
@pytest.mark.parametrize("fault", [Fault(status=500), Fault(after_the_act=True)], ids=["before", "after"])
def test_after_a_renewal_that_broke_the_keys_in_force_are_known(desk, step, fault):
    access = desk.access()
    new = some_keys("other")
    desk.twin.faults.append((step, fault))
    with pytest.raises(Unreachable):
        upkeep.renew(access, new, at=now())
    is_done = step == "HCS Transfer" and fault.after_the_act
    found = upkeep.current(access.contract, old=access.keys, new=new)
    assert found == (new if is_done else access.keys)
    if not is_done:
        assert upkeep.renew(access, new, at=now()).keys == new


def test_other_refusals_of_the_new_keys_are_told(desk):
    access = desk.access()
    desk.twin.clock = lambda: now() + timedelta(hours=1)
    with pytest.raises(Refused, match="091103"):
        upkeep.current(access.contract, old=access.keys, new=some_keys("other"))


def test_a_renewal_without_a_number_goes_no_further(desk):
    access = desk.access()

    def numberless(answer):
        return answers.signed(desk.twin, desk.version, phase="Initialisation")

    desk.twin.faults.append(("HCS", Fault(alters=numberless)))
    with pytest.raises(Unreadable, match="sans numéro"):
        upkeep.renew(access, some_keys("other"), at=now())


def test_keys_say_when_they_are_to_be_renewed():
    made_at = now()
    keys = ebics_keys.make(contract(Version.H005), at=made_at, years=3)
    assert abs(keys.expires_at - made_at - timedelta(days=3 * 365)) < timedelta(minutes=1)


def test_a_key_that_the_bank_has_already_is_no_new_one(desk):
    access = desk.access()
    with pytest.raises(Refused, match="091218"):
        upkeep.renew(access, access.keys, at=now())


def test_a_renewal_that_another_key_signed_is_refused(desk):
    access = desk.access()
    strange = replace(access, keys=replace(access.keys, signature=some_keys("other").signature))
    with pytest.raises(Refused, match="091301"):
        upkeep.renew(strange, some_keys("third"), at=now())
    with pytest.raises(Refused, match="091301"):
        upkeep.suspend(strange)


def test_a_contract_is_stopped_at_once_and_begun_again_with_new_keys(desk):
    access = desk.access()
    desk.twin.offer(desk.order, STATEMENT, on=DAY)
    upkeep.suspend(access)
    with pytest.raises(NotActivated):
        download.fetch(access, desk.order)
    fresh = initialisation.begun(desk.contract, at=now())
    assert initialisation.advanced(fresh, at=now()).step is Step.SIGNATURE_SENT
