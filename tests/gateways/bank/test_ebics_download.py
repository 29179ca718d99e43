"""Statements from the twin bank: whole, once, never acknowledged before they are kept, and never believed unsigned."""

import io
import os
import pickle
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from signal import SIGKILL

import pytest
from tests.ebics_desk import CAMT, CFONB, DAY, ROOT, STATEMENT, WHO, Desk, now, some_keys

from comptoir.gateways.bank.ebics import (
    Access,
    BankKeys,
    BusinessFormat,
    Closing,
    FileFormat,
    NoData,
    NotActivated,
    Period,
    Refused,
    UnknownBankKeys,
    Unreachable,
    Unreadable,
    Version,
    WrongContract,
    WrongOrder,
    WrongSignature,
    cipher,
    download,
    initialisation,
    requests,
    rights,
    signature,
    wire,
)
from comptoir.gateways.bank.ebics.rights import Account
from comptoir.gateways.bank.ebics.twin import Fault, Twin, answered
from comptoir.gateways.bank.ebics.twin import answers as twin_answers
from comptoir.gateways.bank.ebics.twin.refusal import Refusal


@pytest.fixture(params=list(Version))
def desk(request):
    with Desk(request.param) as desk:
        yield desk


@pytest.fixture
def access(desk):
    return desk.access()


def contents(found):
    return [file.content for file in found.files]


def replaced(pattern, by):
    """An answer in which the first match is another: `by` gets what stood there."""

    def altered(answer):
        found, count = re.subn(pattern, lambda found: by(found[0]), answer, count=1, flags=re.DOTALL)
        assert count, pattern
        assert found != answer
        return found

    return altered


def flipped(text):
    """Another letter of base64 in the middle."""
    at = len(text) // 2
    return text[:at] + (b"A" if text[at : at + 1] != b"A" else b"B") + text[at + 1 :]


# The way of a statement


def test_a_statement_comes_whole_and_once(desk, access):
    desk.offer()
    found = download.fetch(access, desk.order)
    assert contents(found) == [STATEMENT]
    assert download.give_receipt(access, found.transaction_id, is_kept=True) is Closing.FORGOTTEN
    with pytest.raises(NoData, match="rien de nouveau"):
        download.fetch(access, desk.order)


def test_several_statements_come_together(desk, access):
    for day in range(3):
        desk.offer(STATEMENT + bytes([day]), on=DAY + timedelta(days=day))
    found = download.fetch(access, desk.order)
    assert b"".join(contents(found)) == b"".join(STATEMENT + bytes([day]) for day in range(3))
    names = [file.name for file in found.files]
    assert names == (
        ["camt.053-0001.xml", "camt.053-0002.xml", "camt.053-0003.xml"] if desk.order == CAMT else [""]
    )


def test_a_large_statement_comes_in_pieces(desk, access):
    content = os.urandom(70_001)
    desk.twin.segment_size = 10_001  # base64 is cut wherever it falls
    desk.offer(content)
    assert contents(download.fetch(access, desk.order)) == [content]
    assert sum("Transfer" in step for step in desk.twin.asked) == 9


def test_pieces_that_the_bank_encoded_one_by_one_are_put_together_too(desk, access):
    content = os.urandom(70_001)
    desk.twin.segment_size, desk.twin.cuts_before_encoding = 10_000, True
    desk.offer(content)
    assert contents(download.fetch(access, desk.order)) == [content]


def test_pieces_of_the_real_size_are_taken(desk, access):
    content = os.urandom(1_600_000)
    desk.offer(content)
    assert contents(download.fetch(access, desk.order)) == [content]


def test_nothing_new_is_said_as_such(desk, access):
    desk.twin.allow(desk.order, "Relevé")
    with pytest.raises(NoData) as nothing:
        download.fetch(access, desk.order)
    assert nothing.value.code == "090005"


def test_days_are_read_again_whether_they_were_fetched_or_not(desk, access):
    first, second = desk.offer(b"first", on=date(2026, 11, 2)), desk.offer(b"second", on=date(2026, 11, 3))
    found = download.fetch(access, desk.order)
    download.give_receipt(access, found.transaction_id, is_kept=True)
    assert first.is_fetched
    assert second.is_fetched
    again = download.fetch(access, desk.order, Period(date(2026, 11, 3), date(2026, 11, 3)))
    assert contents(again) == [b"second"]
    with pytest.raises(NoData):
        download.fetch(access, desk.order, Period(date(2026, 11, 4), date(2026, 11, 5)))
    with pytest.raises(WrongContract, match="avant de commencer"):
        Period(date(2026, 11, 4), date(2026, 11, 3))


# Nothing is lost, whatever stops when


def test_without_a_receipt_the_same_data_is_offered_again(desk, access):
    desk.offer()
    first = download.fetch(access, desk.order)
    # The machine stops here: nothing of the first transmission is left.
    again = download.fetch(access, desk.order)
    assert contents(again) == contents(first) == [STATEMENT]
    assert again.transaction_id != first.transaction_id


def test_data_that_could_not_be_kept_is_offered_again(desk, access):
    desk.offer()
    first = download.fetch(access, desk.order)
    assert download.give_receipt(access, first.transaction_id, is_kept=False) is Closing.OFFERED_AGAIN
    assert contents(download.fetch(access, desk.order)) == [STATEMENT]


def test_a_receipt_whose_consent_was_lost_is_given_again(desk, access):
    desk.offer()
    found = download.fetch(access, desk.order)
    desk.twin.faults.append((f"{desk.twin.asked[-1].split()[0]} Receipt", Fault(after_the_act=True)))
    with pytest.raises(Unreachable):
        download.give_receipt(access, found.transaction_id, is_kept=True)
    assert download.give_receipt(access, found.transaction_id, is_kept=True) is Closing.UNKNOWN
    with pytest.raises(NoData):
        download.fetch(access, desk.order)


SHOP = """
import os, pickle, signal, sys
from pathlib import Path
from comptoir.gateways.bank.ebics import NoData, download

access, order = pickle.load(sys.stdin.buffer)
folder, killed_at = Path(sys.argv[1]), sys.argv[2]

def reached(point):
    if point == killed_at:
        os.kill(os.getpid(), signal.SIGKILL)

try:
    found = download.fetch(access, order)
    reached("fetched")
    for file in found.files:
        (folder / "part").write_bytes(file.content)
        os.replace(folder / "part", folder / "kept")
    reached("kept")
    download.give_receipt(access, found.transaction_id, is_kept=True)
    reached("acknowledged")
except NoData:
    print("nothing")
"""


@pytest.mark.parametrize("killed_at", ["fetched", "kept", "acknowledged"])
def test_a_machine_killed_at_any_point_loses_nothing(desk, access, tmp_path, killed_at):
    desk.offer()

    def run(*args):
        return subprocess.run(
            [sys.executable, "-c", SHOP, tmp_path, *args],
            input=pickle.dumps((access, desk.order)),
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
            capture_output=True,
            check=False,
        )

    assert run(killed_at).returncode == -SIGKILL
    assert (tmp_path / "kept").exists() == (killed_at != "fetched")
    assert desk.twin.statements[0].is_fetched == (killed_at == "acknowledged")
    again = run("")
    assert again.returncode == 0, again.stderr
    assert again.stdout == (b"nothing\n" if killed_at == "acknowledged" else b"")
    assert (tmp_path / "kept").read_bytes() == STATEMENT
    assert run("").stdout == b"nothing\n"


@pytest.mark.parametrize(
    ("code", "is_kept", "closing"),
    [
        (b"000000", True, Closing.FORGOTTEN),
        (b"000000", False, Closing.OFFERED_AGAIN),
        (b"011001", True, Closing.OFFERED_AGAIN),
        (b"011000", False, Closing.FORGOTTEN),
    ],
)
def test_the_banks_word_on_a_receipt_counts(desk, access, code, is_kept, closing):
    desk.offer()
    found = download.fetch(access, desk.order)
    said = replaced(rb"0110\d\d", lambda _: code)
    desk.twin.faults.append(("", Fault(alters=lambda answer: resigned(desk.twin, said(answer)))))
    assert download.give_receipt(access, found.transaction_id, is_kept=is_kept) is closing


def test_an_answer_that_leaves_out_what_it_may_is_taken(desk, access):
    content = os.urandom(300)
    desk.twin.segment_size = 250
    desk.offer(content)
    order_type = "BTD" if desk.order == CAMT else "FDL"
    for step, pattern in (
        ("Initialisation", rb"<SegmentNumber.*</SegmentNumber>"),
        ("Transfer", rb"<TransactionID>.*</TransactionID>"),
    ):
        bare = replaced(pattern, lambda _: b"")
        fault = Fault(alters=lambda answer, bare=bare: resigned(desk.twin, bare(answer)))
        desk.twin.faults.append((f"{order_type} {step}", fault))
    assert contents(download.fetch(access, desk.order)) == [content]
    assert desk.twin.faults == []


@pytest.mark.parametrize("step", ["Initialisation", "Transfer"])
@pytest.mark.parametrize(
    "fault", [Fault(status=500), Fault(after_the_act=True), Fault(truncated=True)], ids=["before", "after", "cut"]
)
def test_a_transmission_that_breaks_anywhere_is_begun_again(desk, access, step, fault):
    desk.twin.segment_size = 64
    desk.offer(os.urandom(300))
    order_type = "BTD" if desk.order == CAMT else "FDL"
    desk.twin.faults.append((f"{order_type} {step}", fault))
    with pytest.raises((Unreachable, Unreadable)):
        download.fetch(access, desk.order)
    assert contents(download.fetch(access, desk.order)) == [desk.twin.statements[0].content]
    assert not desk.twin.statements[0].is_fetched


def test_what_cannot_be_read_is_not_acknowledged(desk, access):
    """Neither kept nor forgotten: the bank is told at once, and gives it whole the next time."""
    desk.offer()
    alters = replaced(rb"(?<=<OrderData>)[^<]*", flipped)
    desk.twin.faults.append((("BTD" if desk.order == CAMT else "FDL"), Fault(alters=alters)))
    with pytest.raises(Unreadable, match="rien n’en a été gardé"):
        download.fetch(access, desk.order)
    assert desk.twin.asked[-1].endswith("Receipt")
    assert desk.twin.transactions == {}
    assert contents(download.fetch(access, desk.order)) == [STATEMENT]


# Who may, and what


def test_an_order_of_the_other_version_is_no_order(access, desk):
    other = CFONB if desk.order == CAMT else CAMT
    with pytest.raises(WrongOrder):
        download.fetch(access, other)


def test_what_the_contract_does_not_cover_is_refused_with_its_remedy(desk, access):
    desk.offer()
    other = replace(desk.order, name="camt.xxx.cfonb240.act" if desk.order == CFONB else "STM")
    with pytest.raises(Refused, match="n’autorise pas ce relevé") as refusal:
        download.fetch(access, other)
    assert (refusal.value.code, refusal.value.is_passing) == ("090003", False)
    assert "Demandez à la banque" in refusal.value.remedy


def test_a_wrong_key_is_told_by_the_bank(desk, access):
    desk.offer()
    strange = Access(
        access.contract, replace(access.keys, authentication=some_keys("other").authentication), access.bank
    )
    with pytest.raises(Refused, match="061001"):
        download.fetch(strange, desk.order)


def test_a_wrong_encryption_key_opens_nothing(desk, access):
    desk.offer()
    strange = Access(access.contract, replace(access.keys, encryption=some_keys("other").encryption), access.bank)
    # What a wrong key opens may look like a key, once in some thousands: it then opens nothing of the order.
    with pytest.raises(Unreadable, match=r"clé de transaction|données d’ordre"):
        download.fetch(strange, desk.order)
    assert contents(download.fetch(access, desk.order)) == [STATEMENT]


def test_new_keys_of_the_bank_are_read_and_compared_before_anything_else(desk):
    subscription = desk.trusted()
    desk.offer()
    desk.twin.renew_keys()
    with pytest.raises(UnknownBankKeys, match="empreintes"):
        download.fetch(subscription.access, desk.order)
    subscription = initialisation.checked_again(subscription)
    with pytest.raises(UnknownBankKeys):
        _ = subscription.access
    subscription = initialisation.trusted(subscription, **desk.letter())
    assert contents(download.fetch(subscription.access, desk.order)) == [STATEMENT]


@pytest.mark.parametrize("is_certified", [True, False])
def test_a_bank_that_names_its_keys_in_its_own_way_is_understood(desk, is_certified):
    """Servers and clients disagree on what EBICS hashes: the keys are those trusted, so no person is asked again."""
    subscription = desk.trusted()
    desk.offer()
    desk.twin.is_named_by_certificate = is_certified
    if subscription.contract.hashes_certificates != is_certified:
        with pytest.raises(UnknownBankKeys):
            download.fetch(subscription.access, desk.order)
        subscription = initialisation.checked_again(subscription)
    assert subscription.contract.hashes_certificates == is_certified
    assert contents(download.fetch(subscription.access, desk.order)) == [STATEMENT]


def test_a_bank_that_speaks_with_other_keys_than_it_showed_is_not_believed(desk, access):
    desk.offer()
    other = some_keys("other")
    wrong = BankKeys(other.authentication.public, access.bank.encryption)
    with pytest.raises(UnknownBankKeys):
        download.fetch(Access(access.contract, access.keys, wrong), desk.order)


def test_a_user_whom_the_bank_stopped_is_told_so(desk, access):
    desk.offer()
    desk.twin.subscribers[WHO].is_ready = False
    with pytest.raises(NotActivated, match="091002"):
        download.fetch(access, desk.order)


def test_a_clock_that_goes_wrong_is_told(desk, access):
    desk.offer()
    desk.twin.clock = lambda: now() + timedelta(hours=2)
    with pytest.raises(Refused, match="heure de ce serveur"):
        download.fetch(access, desk.order)


def test_one_request_is_taken_once(desk, access):
    desk.offer()
    request = requests.download(access, desk.order)
    assert b"<ReturnCode>000000" in wire.posted(access.contract, request)
    assert b"<ReturnCode>091103" in wire.posted(access.contract, request)


# What is not the bank's is not believed


@pytest.mark.parametrize(
    ("pattern", "by"),
    [
        (rb"(?<=<ds:SignatureValue>)[^<]*", flipped),
        (rb"(?<=<ds:DigestValue>)[^<]*", flipped),
        (rb"(?<=<TransactionKey>)[^<]*", flipped),
        (rb"(?<=<TransactionID>)[^<]*", lambda found: found[::-1]),
        (rb"(?<=lastSegment=\")true", lambda _: b"false"),
        (rb"(?<=<NumSegments>)1", lambda _: b"2"),
        (rb"(?<=<ReportText>)", lambda _: b"x"),
        (rb"<AuthSignature>.*</AuthSignature>", lambda _: b""),
        (rb"<ds:SignedInfo>.*</ds:SignedInfo>", lambda found: found + found),
        (rb"(?<=rsa-sha)256", lambda _: b"1"),
        (rb"(?<=xmlenc#sha)256", lambda _: b"512"),
        (rb"(?<=URI=\")#xpointer[^\"]*", lambda _: b""),
        (rb"(?<=<header) authenticate=\"true\"", lambda _: b""),
        (rb"<DataEncryptionInfo authenticate=\"true\"", lambda _: b"<DataEncryptionInfo"),
        (rb"(?<=<ReturnCode authenticate=\")true", lambda _: b"false"),
        (rb"(?<=<body>)", lambda _: b"<ReturnCode authenticate=\"true\">000000</ReturnCode>"),
    ],
)  # fmt: skip
def test_a_tampered_answer_is_refused(desk, access, pattern, by):
    desk.offer()
    order_type = "BTD" if desk.order == CAMT else "FDL"
    desk.twin.faults.append((order_type, Fault(alters=replaced(pattern, by))))
    with pytest.raises((WrongSignature, Unreadable)):
        download.fetch(access, desk.order)
    assert desk.twin.faults == []
    assert contents(download.fetch(access, desk.order)) == [STATEMENT]


@pytest.mark.parametrize("part", ["header", "ReturnCode", "DataEncryptionInfo"])
def test_a_signed_part_moved_elsewhere_is_refused(desk, access, part):
    """The signature still holds over what was moved; what is read must be what was signed, where it was signed."""
    desk.offer()

    def wrapped(answer):
        signed = re.search(rf"<{part} auth.*?</{part}>".encode(), answer, re.DOTALL)[0]
        forged = signed.replace(b' authenticate="true"', b"")
        return answer.replace(signed, forged + b"<Kept>" + signed + b"</Kept>", 1)

    desk.twin.faults.append(("", Fault(alters=wrapped)))
    with pytest.raises(WrongSignature):
        download.fetch(access, desk.order)


def resigned(twin, answer):
    """An answer that the bank itself would have signed, as far as it can be signed."""
    text = re.sub(rb"<AuthSignature>.*</AuthSignature>", b"", answer, flags=re.DOTALL).decode()
    attributes, header, body = re.search(
        r"<ebicsResponse ([^>]*)>(<header.*</header>)(<body.*)</ebics", text, re.DOTALL
    ).groups()
    said = dict(re.findall(r'([\w:]+)="([^"]*)"', attributes))
    return signature.signed("ebicsResponse", said, header, body, twin.keys.authentication)


@pytest.mark.parametrize(
    ("pattern", "by", "sentence"),
    [
        (rb"<TransactionID>[^<]*</TransactionID>", lambda _: b"", "sans numéro"),
        (rb"(?<=<TransactionID>)[^<]*", lambda _: b"XYZ", "numéro de transmission"),
        (rb"(?<=<TransactionPhase>)Init\w*", lambda _: b"Receipt", "sans numéro"),
        (rb"(?<=<NumSegments>)1", lambda _: b"2", "premier morceau"),
        (rb"(?<=<NumSegments>)1", lambda _: b"1001", "nombre de morceaux"),
        (rb"(?<=<NumSegments>)1", lambda _: b"-1", "nombre de morceaux"),
        (rb"(?<=lastSegment=\"true\">)1", lambda _: b"3", "premier morceau"),
        (rb" Version=\"H00\d\"", lambda _: b' Version="H006"', "autre version"),
        (rb"<ReportText>[^<]*", lambda found: found + b"<x/>", "ReportText"),
        (rb"(?<=<OrderData>)", lambda _: b"?", "base64"),
    ],
)  # fmt: skip
def test_a_bank_that_signs_what_makes_no_sense_is_not_followed(desk, access, pattern, by, sentence):
    desk.offer()
    order_type = "BTD" if desk.order == CAMT else "FDL"
    altered = replaced(pattern, by)
    desk.twin.faults.append((order_type, Fault(alters=lambda answer: resigned(desk.twin, altered(answer)))))
    with pytest.raises(Unreadable, match=sentence):
        download.fetch(access, desk.order)


def test_pieces_are_taken_up_to_a_limit(desk, access, monkeypatch):
    desk.twin.segment_size = 100
    desk.offer(os.urandom(500))
    monkeypatch.setattr(download, "LARGEST", 350)
    with pytest.raises(Unreadable, match="volumineuse"):
        download.fetch(access, desk.order)


def test_an_answer_of_another_order_is_no_answer(desk, access):
    desk.twin.faults.append(("HTD", Fault(alters=lambda _: answered(desk.twin, requests.download(access, "HPD")))))
    with pytest.raises(Unreadable, match="HTD"):
        rights.rights(access)
    desk.twin.faults.append(
        ("HTD", Fault(alters=lambda _: answered(desk.twin, requests.versions(access.contract))))
    )
    with pytest.raises(Unreadable, match="inattendue"):
        rights.rights(access)


def test_a_comment_hides_nothing_of_what_was_signed(desk, access):
    desk.offer()
    desk.twin.faults.append(
        ("", Fault(alters=lambda answer: answer.replace(b"[EBICS_OK]", b"[EBICS<!-- -->_OK]")))
    )
    assert contents(download.fetch(access, desk.order)) == [STATEMENT]


def test_no_absence_and_no_consent_is_believed_unsigned(desk, access):
    desk.twin.allow(desk.order, "Relevé")
    for code in ("090005", "000000", "011000"):
        unsigned = (
            f'<ebicsKeyManagementResponse xmlns="{desk.version.namespace}" Version="{desk.version}"><header '
            f'authenticate="true"><static/><mutable><ReturnCode>000000</ReturnCode><ReportText>x</ReportText></mutable>'
            f'</header><body><ReturnCode authenticate="true">{code}</ReturnCode></body></ebicsKeyManagementResponse>'
        )
        desk.twin.faults.append(("", Fault(alters=lambda _, said=unsigned: said.encode())))
        with pytest.raises(WrongSignature):
            download.fetch(access, desk.order)


def test_an_unsigned_refusal_is_heard(desk, access):
    unsigned = (
        f'<ebicsKeyManagementResponse xmlns="{desk.version.namespace}" Version="{desk.version}"><header '
        f'authenticate="true"><static/><mutable><ReturnCode>061099</ReturnCode><ReportText>x</ReportText></mutable>'
        f'</header><body><ReturnCode authenticate="true">000000</ReturnCode></body></ebicsKeyManagementResponse>'
    )
    desk.twin.faults.append(("", Fault(alters=lambda _: unsigned.encode())))
    with pytest.raises(Refused, match="en panne") as refusal:
        download.fetch(access, desk.order)
    assert refusal.value.is_passing


def test_a_refusal_is_heard_whoever_signed_it_but_nothing_else_is(desk, access):
    """A bank with new keys refuses with the new ones, and some sign no refusal: it is told as it is, and no more."""
    strange = Twin(keys=some_keys("other"))
    for code, kind in (
        ("091005", Refused), ("091002", NotActivated), ("091008", UnknownBankKeys), ("090005", WrongSignature),
        ("000000", WrongSignature),
    ):  # fmt: skip
        answer = twin_answers.refused(strange, desk.version, Refusal(code))
        desk.twin.faults.append(("", Fault(alters=lambda _, said=answer: said)))
        with pytest.raises(kind):
            download.fetch(access, desk.order)


def test_a_code_of_the_banks_own_is_told_with_its_words(desk, access):
    desk.twin.faults.append(
        ("", Fault(alters=lambda _: twin_answers.refused(desk.twin, desk.version, Refusal("099999"))))
    )
    with pytest.raises(Refused, match=r"propre.*assistance.*code 099999 : \[\]"):
        download.fetch(access, desk.order)


def test_a_piece_of_another_transmission_is_no_piece(desk, access):
    desk.twin.segment_size = 64
    desk.offer(os.urandom(300))
    other = []

    def kept(answer):
        other.append(answer)
        return answer

    order_type = "BTD" if desk.order == CAMT else "FDL"
    desk.twin.faults.append((f"{order_type} Transfer", Fault(alters=kept)))
    download.fetch(access, desk.order)
    desk.twin.faults.append((f"{order_type} Transfer", Fault(alters=lambda _: other[0])))
    with pytest.raises(Unreadable, match="morceau 2"):
        download.fetch(access, desk.order)


# Containers and sizes


def test_a_zip_that_no_contract_announces_is_opened_all_the_same():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("dir/", b"")
        archive.writestr("dir/a.txt", STATEMENT)
    with Desk(Version.H004) as desk:
        access = desk.access()
        desk.offer(written.getvalue())
        found = download.fetch(access, desk.order)
        assert [(file.name, file.content) for file in found.files] == [("dir/a.txt", STATEMENT)]


def test_what_should_be_a_zip_and_is_none_is_unreadable():
    plain = replace(CAMT, container="")
    with Desk(Version.H005) as desk:
        access = desk.access()
        desk.offer(order=plain)
        assert contents(download.fetch(access, plain)) == [STATEMENT]
    with pytest.raises(Unreadable, match="archive"):
        cipher.files(STATEMENT)


def archive_of(*names, method=zipfile.ZIP_DEFLATED, content=b"a" * 10_000):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as archive:
        for name in names:
            archive.writestr(name, content)
    return written.getvalue()


def test_an_archive_is_opened_within_limits():
    assert len(cipher.files(archive_of("a", "b"))) == 2
    with pytest.raises(Unreadable, match="volumineuse"):
        cipher.files(archive_of("a", "b"), at_most=15_000)
    with pytest.raises(Unreadable, match="volumineuse"):
        cipher.files(archive_of(*map(str, range(2_001)), content=b""))
    with pytest.raises(Unreadable, match="méthode"):
        cipher.files(archive_of("a", method=zipfile.ZIP_LZMA))
    whole = archive_of("a")
    with pytest.raises(Unreadable, match="archive"):
        cipher.files(whole[:40] + b"\xff" + whole[41:])


def test_an_archive_that_promises_more_than_it_holds_is_unreadable():
    whole = archive_of("a", content=b"a" * 5)
    size = (5).to_bytes(4, "little")
    central = whole.index(b"PK\x01\x02")
    at = whole.index(size, central + 24)
    assert at == central + 24
    with pytest.raises(Unreadable, match="tronquée"):
        cipher.files(whole[:at] + (6).to_bytes(4, "little") + whole[at + 4 :])


def test_deflated_data_grows_no_further_than_said():
    key = bytes(16)
    bomb = cipher.encrypted(bytes(5_000_000), key)
    assert len(bomb) < 10_000
    assert len(cipher.decrypted(bomb, key)) == 5_000_000
    with pytest.raises(Unreadable, match="volumineuses"):
        cipher.decrypted(bomb, key, at_most=4_999_999)
    for broken, sentence in ((bomb[:-16], "ordre"), (bomb[:-1], "tronquées"), (b"", "tronquées")):
        with pytest.raises(Unreadable, match=sentence):
            cipher.decrypted(broken, key)


def test_a_key_closed_for_somebody_else_is_no_key():
    mine, other = some_keys().encryption, some_keys("other").encryption
    closed = cipher.closed_key(bytes(16), other.public)
    with pytest.raises(Unreadable, match="clé de transaction"):
        cipher.opened_key(closed, mine)
    with pytest.raises(Unreadable, match="clé de transaction"):
        cipher.opened_key(closed[:-1], mine)
    longer = cipher.closed_key(bytes(24), mine.public)
    with pytest.raises(Unreadable, match="d’un autre"):
        cipher.opened_key(longer, mine)


# What the contract covers


def test_the_contract_says_what_may_be_fetched_on_which_accounts(desk, access):
    account = Account("FR7630001007941234567890185", "", "Boulangerie Dupont", "EUR", "Compte courant")
    desk.twin.accounts.append(account)
    desk.twin.allow(CFONB, "Relevé CFONB")
    desk.twin.allow(CAMT, "Relevé camt")
    other = BusinessFormat("EOP", "camt.052", option="XXX", message_variant="001", message_format="XML")
    desk.twin.allow(other, "Intra-journalier")
    desk.twin.allow(FileFormat("camt.052.001.02.stm", ""), "Sans pays")
    found = rights.rights(access)
    assert found.holder == "Boulangerie Dupont"
    assert found.accounts == (account,)
    named = {offer.order: offer.description for offer in found.offers}
    if desk.version is Version.H005:
        assert named == {CAMT: "Relevé camt", other: "Intra-journalier"}
    else:
        assert named == {CFONB: "Relevé CFONB", FileFormat("camt.052.001.02.stm", ""): "Sans pays"}
    assert desk.twin.transactions == {}


def test_the_bank_says_what_lies_ready(desk, access):
    assert rights.available(access) == ()
    desk.offer()
    assert rights.available(access) == ((CAMT,) if desk.version is Version.H005 else ("FDL",))


def test_the_bank_says_how_it_is_reached(desk, access):
    found = rights.parameters(access)
    assert (found.institute, found.versions) == ("Banque Jumelle", ("H004", "H005"))
    assert found.urls == ("https://bank.invalid/ebics",)


def test_the_files_of_an_archive_are_opened_one_at_a_time(monkeypatch):
    opened = []
    extracted = cipher._extracted
    monkeypatch.setattr(
        cipher, "_extracted", lambda archive, entry: opened.append(entry.filename) or extracted(archive, entry)
    )
    told = cipher.each(archive_of("a", "b", "c"))
    next(told)
    assert len(opened) == 1
    assert len(list(told)) == 2
