"""A contract comes to life at the twin bank: keys, letters, the bank's own keys; and again after a crash at any point."""

import io
import re
from dataclasses import replace

import pypdfium2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.ebics_desk import DAY, WHO, Desk, contract, now, some_keys

from comptoir.gateways.bank.ebics import (
    Contract,
    EbicsFault,
    Key,
    Keys,
    NotActivated,
    Refused,
    Step,
    UnknownBankKeys,
    Unreachable,
    Unreadable,
    Version,
    WrongContract,
    initialisation,
    letters,
    order_data,
)
from comptoir.gateways.bank.ebics import keys as ebics_keys
from comptoir.gateways.bank.ebics.twin import Fault, Twin, keyroom


@pytest.fixture(params=list(Version))
def desk(request):
    with Desk(request.param) as desk:
        yield desk


def test_the_bank_says_which_versions_it_speaks(desk):
    assert initialisation.versions(desk.contract) == ("H004", "H005")
    desk.twin.host_id = "OTHER"
    with pytest.raises(Refused, match="n’a pas cet identifiant"):
        initialisation.versions(desk.contract)


def test_a_contract_comes_to_life_step_by_step(desk):
    subscription = initialisation.begun(desk.contract, at=now())
    steps = [subscription.step]
    while subscription.step is not Step.ALL_SENT:
        subscription = initialisation.advanced(subscription, at=now())
        steps.append(subscription.step)
    with pytest.raises(NotActivated, match="lettres signées"):
        initialisation.advanced(subscription, at=now())
    desk.twin.activate(*WHO)
    subscription = initialisation.advanced(subscription, at=now())
    assert [*steps, subscription.step] == [
        Step.KEYS_MADE, Step.SIGNATURE_SENT, Step.ALL_SENT, Step.BANK_KEYS_READ,
    ]  # fmt: skip
    with pytest.raises(UnknownBankKeys):
        _ = subscription.access
    subscription = initialisation.trusted(subscription, **desk.letter())
    assert subscription.access.bank == desk.twin.bank_keys
    assert initialisation.advanced(subscription, at=now()) == subscription


def test_the_bank_has_the_very_certificates_that_the_letters_print(desk):
    keys = desk.sent().keys
    bank = desk.twin.subscribers[WHO]
    for ours, theirs in (
        (keys.signature, bank.signature),
        (keys.authentication, bank.authentication),
        (keys.encryption, bank.encryption),
    ):
        assert theirs.certificate == ours.certificate
        assert theirs.certificate_hash.hex(" ").upper() == " ".join(letters.hash_lines(desk.contract, ours))


def test_other_hashes_than_those_of_the_letter_are_not_trusted(desk):
    subscription = desk.sent()
    desk.twin.activate(*WHO)
    subscription = initialisation.advanced(subscription, at=now())
    letter = desk.letter()
    for wrong in (
        {"authentication": letter["encryption"], "encryption": letter["authentication"]},
        {"authentication": letter["authentication"], "encryption": ""},
        {"authentication": letter["authentication"][:-2], "encryption": letter["encryption"]},
    ):
        with pytest.raises(UnknownBankKeys):
            initialisation.trusted(subscription, **wrong)


def test_the_hash_of_the_bare_keys_is_believed_too(desk):
    subscription = desk.sent()
    desk.twin.activate(*WHO)
    bank = desk.twin.bank_keys
    said = {"authentication": bank.authentication.key_hash.hex(), "encryption": bank.encryption.key_hash.hex(" ")}
    subscription = initialisation.advanced(subscription, at=now())
    assert initialisation.trusted(subscription, **said).step is Step.TRUSTED


@pytest.mark.parametrize("step", ["INI", "HIA"])
def test_keys_whose_consent_was_lost_on_the_way_are_not_refused_when_they_are_sent_again(desk, step):
    subscription = desk.begun()
    desk.twin.faults.append((step, Fault(after_the_act=True)))
    lost = 0
    while subscription.step is not Step.ALL_SENT:
        subscription = initialisation.under_way(subscription)
        try:
            subscription = initialisation.advanced(subscription, at=now())
        except Unreachable:
            lost += 1
    assert lost == 1
    assert desk.twin.asked.count(step) == 2
    desk.twin.activate(*WHO)
    assert initialisation.advanced(subscription, at=now()).step is Step.BANK_KEYS_READ


def test_keys_of_a_subscriber_who_has_others_are_refused(desk):
    other = replace(desk.sent(), keys=some_keys("other"), step=Step.KEYS_MADE)
    for step in (Step.KEYS_MADE, Step.SIGNATURE_SENT):
        with pytest.raises(NotActivated, match="091002"):
            initialisation.advanced(replace(other, step=step), at=now())


def test_a_stranger_is_refused(desk):
    for more in ({"user_id": "NOBODY"}, {"partner_id": "NOBODY"}):
        with pytest.raises(NotActivated, match="ne connaît pas cet abonné"):
            initialisation.advanced(desk.begun(**more), at=now())
    with pytest.raises(Refused, match="091011"):
        initialisation.advanced(desk.begun(host_id="OTHER"), at=now())


def test_a_bank_without_this_version_refuses_it():
    with Desk(Version.H005, versions=(Version.H004,)) as desk:
        assert initialisation.versions(desk.contract) == ("H004",)
        with pytest.raises(EbicsFault):
            initialisation.advanced(desk.begun(), at=now())


def test_the_signature_key_is_no_other_key(desk):
    keys = some_keys()
    twice = Keys(
        Key("A006", keys.authentication.private, keys.authentication.certificate),
        keys.authentication,
        keys.encryption,
    )
    subscription = initialisation.Subscription(desk.contract, twice)
    subscription = initialisation.advanced(subscription, at=now())
    with pytest.raises(Refused, match="091218"):
        initialisation.advanced(subscription, at=now())


def test_short_keys_are_refused_by_the_bank_and_never_believed_of_it(desk):
    private = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    written = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    short = Key("A006", written, ebics_keys._certificate(desk.contract, "A006", private, now(), 1))
    keys = some_keys()
    subscription = initialisation.Subscription(desk.contract, Keys(short, keys.authentication, keys.encryption))
    with pytest.raises(Refused, match="091204"):
        initialisation.advanced(subscription, at=now())
    with pytest.raises(Unreadable, match="1024 bits"):
        ebics_keys.of_certificate("X002", short.certificate)


def test_bare_keys_are_known_to_banks_that_want_no_certificate():
    with Desk(Version.H004) as desk:
        subscription = desk.trusted(is_x509=False)
        known = desk.twin.subscribers[WHO]
        assert (known.signature.certificate, known.authentication.certificate) == (b"", b"")
        assert known.signature.key_hash == subscription.keys.signature.public.printed(subscription.contract)


def test_the_keys_of_another_bank_are_not_read(desk):
    subscription = desk.sent()
    desk.twin.activate(*WHO)
    wrong = order_data.for_hia(desk.contract, some_keys(), at=now())
    with pytest.raises(Unreadable, match="autre banque"):
        order_data.of_hpb(desk.contract, wrong)
    other = some_keys("other")
    with pytest.raises(Unreadable, match="clé de transaction"):
        initialisation.bank_keys(
            desk.contract, Keys(subscription.keys.signature, subscription.keys.authentication, other.encryption)
        )


def test_an_answer_without_keys_gives_none(desk):
    subscription = desk.sent()
    desk.twin.activate(*WHO)
    empty = re.compile(rb"<DataTransfer>.*</DataTransfer>", re.DOTALL)
    desk.twin.faults.append(("HPB", Fault(alters=lambda answer: empty.sub(b"", answer))))
    with pytest.raises(Unreadable, match="clés absentes"):
        initialisation.advanced(subscription, at=now())
    desk.twin.faults.append(("HPB", Fault(alters=lambda _: b"<a/>")))
    with pytest.raises(Unreadable, match="inattendue"):
        initialisation.advanced(subscription, at=now())


def test_keys_that_contradict_themselves_are_not_believed():
    """The bank's keys as HPB gives them, each wrong in one way."""
    for version, pattern, by, sentence in (
        (Version.H005, rb"<ds:X509Certificate>.*?</ds:X509Certificate>", b"", "sans certificat"),
        (Version.H005, rb"X002", b"X001", "autre version"),
        (Version.H004, rb"(?<=<ds:Modulus>)....", b"AAAA", "autre certificat"),
        (Version.H004, rb"(?<=<ds:Modulus>)[^<]*", b"", "autre certificat"),
        (Version.H005, rb"TWINBANK</HostID>", b"OTHER</HostID>", "autre banque"),
    ):
        content = keyroom._written(Twin(keys=some_keys("bank")), version)
        wrong, count = re.subn(pattern, by, content, count=1)
        assert count
        with pytest.raises(Unreadable, match=sentence):
            order_data.of_hpb(contract(version), wrong)


def test_bare_keys_of_a_bank_are_taken_with_ebics_2_5():
    content = keyroom._written(Twin(keys=some_keys("bank")), Version.H004)
    bare = order_data.of_hpb(contract(Version.H004), re.sub(rb"<ds:X509Data>.*?</ds:X509Data>", b"", content))
    assert bare.authentication.certificate == b""
    assert bare.authentication.key_hash == some_keys("bank").authentication.public.key_hash
    assert bare.authentication.printed(contract(Version.H004)) == bare.authentication.key_hash


def test_each_certificate_is_self_signed_and_says_what_its_key_is_for():
    keys = some_keys()
    for key, use in (
        (keys.signature, "content_commitment"),
        (keys.authentication, "digital_signature"),
        (keys.encryption, "key_encipherment"),
    ):
        found = x509.load_der_x509_certificate(key.certificate)
        found.verify_directly_issued_by(found)
        assert getattr(found.extensions.get_extension_for_class(x509.KeyUsage).value, use)
        assert found.public_key().key_size >= 2048
    assert len({key.public.modulus for key in (keys.signature, keys.authentication, keys.encryption)}) == 3


@pytest.mark.parametrize("version", list(Version))
def test_the_letters_are_a_page_a_key_with_the_hash_in_pairs(version):
    keys = some_keys()
    on_paper = contract(version)
    file = letters.written(on_paper, keys, holder="Boulangerie Dupont « Ève »", bank="Banque Ж", on=DAY)
    document = pypdfium2.PdfDocument(io.BytesIO(file))
    texts = [page.get_textpage().get_text_bounded() for page in document]
    assert len(texts) == 3
    for text, key, order in zip(
        texts, (keys.signature, keys.authentication, keys.encryption), ("INI", "HIA", "HIA"), strict=True
    ):
        for said in (
            order,
            key.version,
            "TWINBANK",
            "PARTNER",
            "USER",
            "Boulangerie Dupont « Ève »",
            "23/11/2026",
        ):
            assert said in text
        first, second = letters.hash_lines(on_paper, key)
        assert first in text
        assert second in text
        assert len(first.split()) == len(second.split()) == 16


def test_letters_without_certificates_print_the_bare_key():
    on_paper = contract(Version.H004, is_x509=False)
    key = some_keys().signature
    file = letters.written(on_paper, some_keys(), holder="Dupont", bank="Bank", on=DAY)
    text = pypdfium2.PdfDocument(io.BytesIO(file))[0].get_textpage().get_text_bounded()
    assert "CERTIFICATE" not in text
    assert f"{key.public.modulus:X}"[:64] in text
    assert bytes.fromhex("".join(letters.hash_lines(on_paper, key))) == key.public.key_hash


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"url": "http://bank.example/ebics"}, "https"),
        ({"url": "ftp://bank.example/"}, "https"),
        ({"url": "https://"}, "illisible"),
        ({"url": "https://user:secret@bank.example/"}, "illisible"),
        ({"url": "https://bank.example:port/"}, "illisible"),
        ({"url": "https://bank..example/"}, "illisible"),
        ({"url": "https://bank.example/\r\nX: y"}, "illisible"),
        ({"host_id": ""}, "HostID"),
        ({"host_id": "TWO WORDS"}, "HostID"),
        ({"partner_id": "A<B"}, "PartnerID"),
        ({"user_id": "x" * 36}, "UserID"),
        ({"version": Version.H005, "is_x509": False}, "X.509"),
    ],
)
def test_what_no_bank_gives_is_no_contract(change, sentence):
    given = {
        "url": "https://bank.example/", "host_id": "H", "partner_id": "P", "user_id": "U", "version": Version.H004,
    }  # fmt: skip
    assert Contract(**given)
    with pytest.raises(WrongContract, match=sentence):
        Contract(**given | change)
