"""Files sent in pieces and resumed (tus 1.0): cut anywhere, sent twice, at once, too large, with no room: nothing lost, nothing twice."""

import base64
import errno
import io
import json
import threading
import zipfile
from datetime import timedelta

import pikepdf
import pytest
from django.db import connections
from PIL import Image
from tests.acts import bring_statement
from tests.cast import mill_debit, mill_pdf
from tests.conftest import AT

from comptoir import pipeline, readers
from comptoir.gateways import antivirus
from comptoir.lib.partial_files import Busy, PartialFiles, WrongOffset
from comptoir.records.deposits import arranging, leaves, uploads
from comptoir.records.deposits import queries as documents
from comptoir.records.deposits.log import verify_log
from comptoir.records.deposits.models import Arrival, Document, Original, Upload
from comptoir.records.matching.models import Match

PAPER = mill_pdf()
pytestmark = pytest.mark.django_db


def words(**said):
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in said.items())


class Sender:
    """What our pages' script does, by hand."""

    def __init__(self, browser, company):
        self.browser, self.address = browser, f"/c/{company.pk}/envois/"

    def begin(self, content=b"", length=None, **said):
        said = {"filename": "facture.pdf", **said}
        return self.browser.post(
            self.address,
            content,
            content_type="application/offset+octet-stream",
            headers={
                "upload-length": str(len(content) if length is None else length),
                "upload-metadata": words(**said),
                "tus-resumable": "1.0.0",
            },
        )

    def add(self, where, offset, content):
        return self.browser.patch(
            where,
            content,
            content_type="application/offset+octet-stream",
            headers={"upload-offset": str(offset), "tus-resumable": "1.0.0"},
        )

    def together(self, *files, line=None):
        """Each file is (name, bytes), and what else is said of it."""
        said = [{"filename": name, "length": len(content), **more} for name, content, more in files]
        head = json.dumps(said) if line is None else line
        body = head.encode() + b"\n" + b"".join(content for _, content, _ in files)
        return self.browser.post(f"{self.address}ensemble/", body, content_type="application/offset+octet-stream")

    def told(self, where):
        return self.browser.get(where).json()["answers"]


@pytest.fixture
def send(bakery, bob, signed_in):
    return Sender(signed_in(bob), bakery)


def test_a_small_file_arrives_with_its_announcement(send, bob, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = send.begin(PAPER, purpose="achat")
    assert answer.status_code == 201
    (said,) = answer.json()["answers"]
    document = Document.objects.get()
    assert said == {
        "filename": "facture.pdf",
        "kind": "received",
        "sentence": "« facture.pdf » est reçu.",
        "document": str(document.pk),
    }
    assert (document.deposited_by, document.purpose, document.channel) == (bob, "achat", "web")
    assert not uploads.content(Upload.objects.get())


@pytest.mark.parametrize("cut", [0, 1, len(PAPER) // 2, len(PAPER) - 1, len(PAPER)])
def test_a_file_cut_at_any_byte_goes_on_from_there(send, cut):
    where = send.begin(PAPER[:cut], length=len(PAPER))["Location"]
    head = send.browser.head(where)
    assert (head["Upload-Offset"], head["Upload-Length"]) == (str(cut), str(len(PAPER)))
    if cut < len(PAPER):
        assert send.add(where, cut, PAPER[cut:]).status_code == 204
    assert [said["kind"] for said in send.told(where)] == ["received"]
    assert Original.objects.get().size == len(PAPER)


def test_the_same_announcement_twice_is_one_upload(send):
    first, again = (send.begin(PAPER[:10], length=len(PAPER), key="k1") for _ in range(2))
    assert first["Location"] == again["Location"]
    assert again["Upload-Offset"] == "10"
    send.add(first["Location"], 10, PAPER[10:])
    late = send.begin(PAPER, key="k1")
    assert [said["kind"] for said in late.json()["answers"]] == ["received"]
    assert Document.objects.count() == Arrival.objects.count() == 1


def test_bytes_that_do_not_follow_are_refused_and_say_where_it_stands(send):
    where = send.begin(PAPER[:100], length=len(PAPER))["Location"]
    answer = send.add(where, 50, PAPER[50:])
    assert (answer.status_code, answer["Upload-Offset"]) == (409, "100")


def test_what_comes_beyond_the_announced_length_is_left_out(send):
    where = send.begin(length=len(PAPER))["Location"]
    send.add(where, 0, PAPER + b"more")
    assert Original.objects.get().size == len(PAPER)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"upload-length": "-1"}, 400),
        ({"upload-length": "١٢"}, 400),
        ({"upload-length": "1e9"}, 400),
        ({"upload-length": str(101 * 1024 * 1024)}, 413),
        ({"upload-length": "9" * 15}, 413),
        ({"upload-length": "10", "upload-metadata": "filename ###"}, 400),
        ({"upload-length": "10", "upload-metadata": "filename /w=="}, 400),
        ({}, 400),
    ],
)
def test_an_announcement_that_means_nothing_is_refused_in_a_sentence(send, headers, status):
    answer = send.browser.post(send.address, b"", content_type="application/offset+octet-stream", headers=headers)
    assert answer.status_code == status
    assert answer.json()["sentence"].endswith(".")
    assert not Upload.objects.exists()


def test_what_is_not_a_piece_is_said_and_what_is_here_already_is_named(send):
    answers = [send.begin(content).json()["answers"][0] for content in (b"MZ" + b"\0" * 50, PAPER, PAPER)]
    assert [said["kind"] for said in answers] == ["refused", "received", "twin"]
    assert answers[2]["document"] == answers[1]["document"]


def test_an_archive_becomes_the_pieces_in_it_and_says_which_were_not_taken(send):
    inner = _zip({"x.pdf": PAPER})
    archive = _zip(
        {
            "mars/a.pdf": PAPER,
            "mars/b.pdf": mill_pdf("B-2"),
            "__MACOSX/a.pdf": b"x",
            "prog.exe": b"MZ" + b"\0" * 60,
            "inner.zip": inner,
        }
    )
    answers = send.begin(archive, filename="mars.zip").json()["answers"]
    assert [(said["filename"], said["kind"]) for said in answers] == [
        ("a.pdf", "received"),
        ("b.pdf", "received"),
        ("prog.exe", "refused"),
        ("inner.zip", "refused"),
    ]
    assert {line.sent["archive"] for line in Arrival.objects.all()} == {"mars.zip"}


def test_a_protected_pdf_asks_for_its_password_and_keeps_it_nowhere(send):
    locked = _locked(PAPER, "s3same")
    answer = send.begin(locked)
    assert [said["kind"] for said in answer.json()["answers"]] == ["locked"]
    where = answer["Location"]
    wrong = send.browser.post(f"{where}/mot-de-passe", {"password": "autre"}).json()
    assert [said["kind"] for said in wrong["answers"]] == ["locked"]
    assert "n’ouvre pas" in wrong["answers"][0]["sentence"]
    right = send.browser.post(f"{where}/mot-de-passe", {"password": "s3same"}).json()
    assert [said["kind"] for said in right["answers"]] == ["received"]
    came, read = Arrival.objects.get().original, Document.objects.get().original
    assert came.size == len(locked)
    assert came != read
    assert "s3same" not in str(list(Upload.objects.values())) + str(list(Arrival.objects.values()))


def test_office_documents_are_kept_where_nothing_is_booked_and_refused_elsewhere(send):
    sheet = _zip({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})
    refused = send.begin(sheet, filename="budget.xlsx").json()["answers"][0]
    kept = send.begin(sheet, filename="budget.xlsx", purpose="admin").json()["answers"][0]
    assert (refused["kind"], kept["kind"]) == ("refused", "received")
    assert "Excel" in refused["sentence"]


def test_a_virus_is_refused_and_a_silent_scanner_loses_nothing(send, settings):
    settings.ANTIVIRUS = antivirus.scanner("memory:")
    bad = PAPER + b"%EICAR-STANDARD-ANTIVIRUS-TEST-FILE!"
    assert "virus" in send.begin(bad).json()["answers"][0]["sentence"]
    settings.ANTIVIRUS = antivirus.scanner("clamd://127.0.0.1:9")
    answer = send.begin(PAPER, key="again")
    assert answer.status_code == 503
    assert not Document.objects.exists()
    settings.ANTIVIRUS = None
    assert send.begin(PAPER, key="again").json()["answers"][0]["kind"] == "received"


def test_a_full_disk_is_said_and_the_file_goes_on_once_there_is_room(send, monkeypatch):
    where = send.begin(PAPER[:100], length=len(PAPER))["Location"]
    write = PartialFiles.append

    def full(self, name, offset, chunks, *, most):
        write(self, name, offset, [next(iter(chunks))[:50]], most=most)
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(PartialFiles, "append", full)
        answer = send.add(where, 100, PAPER[100:])
    assert answer.status_code == 507
    assert "plus de place" in answer.json()["sentence"]
    assert send.browser.head(where)["Upload-Offset"] == "150"
    assert send.add(where, 150, PAPER[150:]).status_code == 204
    assert Document.objects.count() == 1


def test_a_file_handed_in_for_a_line_takes_it_off_the_list(send, account):
    (debit,) = bring_statement(account, mill_debit())
    send.begin(PAPER, justifies=str(debit.pk))
    assert Match.objects.filter(transaction=debit, document=Document.objects.get()).exists()


def test_somebody_elses_upload_and_line_do_not_exist(send, bakery, dina, charlie, signed_in, account):
    where = send.begin(PAPER[:10], length=len(PAPER))["Location"]
    for other in (dina, charlie):
        browser = signed_in(other)
        assert browser.head(where).status_code == 404
        assert browser.delete(where).status_code == 404
    (debit,) = bring_statement(account, mill_debit())
    assert Sender(signed_in(dina), bakery).begin(PAPER, justifies=str(debit.pk)).status_code == 404
    assert Sender(signed_in(charlie), bakery).begin(PAPER).status_code == 404


def test_an_upload_given_up_is_gone(send, django_capture_on_commit_callbacks):
    where = send.begin(PAPER[:10], length=len(PAPER))["Location"]
    with django_capture_on_commit_callbacks(execute=True):
        assert send.browser.delete(where).status_code == 204
    assert send.browser.head(where).status_code == 404
    assert not uploads.files().offset(where.rsplit("/", 1)[1])


def test_a_whole_file_whose_server_was_killed_is_handed_in_by_itself(send, bakery, bob):
    row = uploads.begin(
        company=bakery, announced=uploads.Announced("k", len(PAPER), "f.pdf", sees_all=True), by=bob, at=AT
    )
    uploads.append(row, 0, [PAPER])
    pipeline.remember(0)
    assert Document.objects.get().filename == "f.pdf"
    pipeline.remember(0)
    assert Document.objects.count() == 1


def test_what_nobody_came_back_for_is_forgotten_after_a_week(send, bakery, bob):
    row = uploads.begin(company=bakery, announced=uploads.Announced("k", 100, "f.pdf"), by=bob, at=AT)
    uploads.append(row, 0, [b"half"])
    assert uploads.forget_old(before=AT) == 0
    assert uploads.forget_old(before=AT + timedelta(seconds=1)) == 1
    assert uploads.files().offset(str(row.pk)) == 0


def test_a_page_learns_how_to_send_here(send):
    answer = send.browser.get(send.address)
    assert answer.json()["token"]
    assert answer["Tus-Max-Size"] == str(100 * 1024 * 1024)
    assert "creation-with-upload" in send.browser.options(send.address)["Tus-Extension"]


def test_two_who_add_at_once_do_not_mix_their_bytes(tmp_path):
    files, began, go = PartialFiles(tmp_path), threading.Event(), threading.Event()

    def slow():
        yield b"one"
        began.set()
        go.wait(5)
        yield b"two"

    writer = threading.Thread(target=files.append, args=("a", 0, slow()), kwargs={"most": 6})
    writer.start()
    began.wait(5)
    with pytest.raises(Busy):
        files.append("a", 0, [b"zzz"], most=6)
    go.set()
    writer.join()
    assert files.read("a") == b"onetwo"
    with pytest.raises(WrongOffset):
        files.append("a", 3, [b"x"], most=9)
    with pytest.raises(ValueError, match="etc"):
        files.read("../etc")


@pytest.mark.django_db(transaction=True)
def test_an_upload_that_is_ended_by_five_at_once_is_one_piece(bakery, bob):
    row = uploads.begin(
        company=bakery, announced=uploads.Announced("k", len(PAPER), "f.pdf", sees_all=True), by=bob, at=AT
    )
    uploads.append(row, 0, [PAPER])
    faults = []

    def end():
        try:
            pipeline.end_upload(upload=row, at=AT)
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=end) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert Document.objects.count() == Arrival.objects.count() == 1


# ── Several small files in one request ────────────────────────────────────────────────────────────


def kinds(answer):
    return [[said["kind"] for said in one["answers"]] for one in answer.json()["uploads"]]


def test_small_files_share_a_request_and_each_is_answered_as_if_alone(send, bob, tmp_path):
    mixed = [
        ("a.pdf", mill_pdf("T-1"), {"purpose": "achat"}),
        ("b.exe", b"MZ" + b"\0" * 60, {}),
        ("a-encore.pdf", mill_pdf("T-1"), {}),
        ("mars.zip", _zip({"c.pdf": mill_pdf("T-2"), "d.pdf": mill_pdf("T-3")}), {}),
        ("fermé.pdf", _locked(mill_pdf("T-4"), "sésame"), {}),
        ("مرحبا 🥖.pdf", mill_pdf("T-5"), {}),
    ]
    answer = send.together(*mixed)
    assert answer.status_code == 200
    assert kinds(answer) == [
        ["received"],
        ["refused"],
        ["twin"],
        ["received", "received"],
        ["locked"],
        ["received"],
    ]
    assert Document.objects.filter(deposited_by=bob).count() == Arrival.objects.count() == 4
    assert Document.objects.get(filename="a.pdf").purpose == "achat"
    assert list(verify_log()) == []
    where = answer.json()["uploads"][4]["location"]
    opened = send.browser.post(f"{where}/mot-de-passe", {"password": "sésame"})
    assert [said["kind"] for said in opened.json()["answers"]] == ["received"]


def test_small_files_sent_again_under_their_keys_are_there_once(send):
    files = [(f"{n}.pdf", mill_pdf(f"T-{n}"), {"key": f"k{n}"}) for n in range(3)]
    first, again = send.together(*files), send.together(*reversed(files))
    assert kinds(first) == kinds(again) == [["received"]] * 3
    assert first.json()["uploads"] == again.json()["uploads"][::-1]
    assert Document.objects.count() == 3
    alone = send.begin(files[0][1], key="k0")
    assert alone["Location"] == first.json()["uploads"][0]["location"]


def test_a_name_that_is_half_a_character_is_kept_without_it(send):
    answer = send.together(
        ("reçu \ud83e.pdf", mill_pdf("T-1"), {}), ("b\0.pdf", mill_pdf("T-2"), {"key": "\udfff"})
    )
    assert kinds(answer) == [["received"], ["received"]]
    assert sorted(Document.objects.values_list("filename", flat=True)) == ["b.pdf", "reçu ?.pdf"]


@pytest.mark.parametrize(
    "line",
    [
        "", "[]", "{}", "null", "[1]", '[{"filename": "a"}]', '[{"length": "x"}]', '[{"length": 1e400}]',
        json.dumps([{"length": -1}, {"length": len(PAPER) + 1}]), json.dumps([{"length": len(PAPER) - 1}]),
        json.dumps([{"length": len(PAPER) + 1}]), json.dumps([{"length": 0}] * 33), json.dumps([{"length": 9_000_000}]),
        json.dumps([{"filename": "x" * 70_000, "length": len(PAPER)}]), "[" * 60_000, "\\ud800",
    ],
)  # fmt: skip
def test_files_together_that_are_not_what_they_say_are_refused_in_a_sentence(send, line):
    answer = send.together(("a.pdf", PAPER, {}), line=line)
    assert answer.status_code == 400
    assert "rechargez la page" in answer.json()["sentence"]
    assert not Upload.objects.exists()


def test_files_together_with_no_room_are_all_still_the_senders(send, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    files = [(f"{n}.pdf", mill_pdf(f"T-{n}"), {"key": f"k{n}"}) for n in range(3)]
    with monkeypatch.context() as patched:
        patched.setattr("comptoir.lib.durable_storage.os.fsync", full)
        answer = send.together(*files)
    assert answer.status_code == 507
    assert not Upload.objects.exists()
    assert kinds(send.together(*files)) == [["received"]] * 3


@pytest.mark.django_db(transaction=True)
def test_the_same_files_together_from_five_at_once_in_any_order_are_there_once(bakery, bob):
    papers = [mill_pdf(f"T-{n}") for n in range(4)]
    faults = []

    def send(turn):
        came = [
            (uploads.Announced(f"{turn}-{n}", len(paper), f"{n}.pdf", sees_all=True), paper)
            for n, paper in enumerate(papers)
        ]
        try:
            pipeline.take_whole(company=bakery, came=came[turn:] + came[:turn], by=bob, at=AT)
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=(turn,)) for turn in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert Document.objects.count() == Arrival.objects.count() == 4
    assert Upload.objects.exclude(ended_at=None).count() == 20
    assert list(verify_log()) == []


def _zip(files):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return written.getvalue()


def _locked(content, password):
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        document.save(written, encryption=pikepdf.Encryption(owner=password, user=password))
    return written.getvalue()


# ── Several photos of one piece ───────────────────────────────────────────────────────────────────


def photo(shade):
    out = io.BytesIO()
    Image.new("RGB", (300, 420), (shade, 240, 235)).save(out, "JPEG")
    return out.getvalue()


def pages(*photos):
    return b"".join(photos), ",".join(str(len(one)) for one in photos)


def test_several_photos_are_one_piece_each_kept_as_it_was_taken(send):
    taken = [photo(200), photo(180), photo(160)]
    content, lengths = pages(*taken)
    (said,) = send.begin(content, filename="photo.jpg", way="phone", pages=lengths).json()["answers"]
    assert said["kind"] == "received"
    document = Document.objects.get()
    assert [documents.content(original) for original in leaves.originals_of(document)] == taken
    assert [leaf.page for leaf in leaves.of(document)] == [1, 1, 1]
    assert Arrival.objects.filter(document=document).count() == 3
    assert readers.page_count(leaves.content(document)) == 3
    assert list(verify_log()) == []


def test_the_same_photos_again_are_there_already(send):
    content, lengths = pages(photo(200), photo(180))
    send.begin(content, key="one", way="phone", pages=lengths)
    (said,) = send.begin(content, key="other", way="phone", pages=lengths).json()["answers"]
    assert said["kind"] == "twin"
    assert Document.objects.count() == 1


def test_a_page_that_is_there_alone_keeps_no_other_out(send):
    send.begin(photo(200), key="one", way="phone")
    content, lengths = pages(photo(200), photo(180))
    (said,) = send.begin(content, key="other", way="phone", pages=lengths).json()["answers"]
    assert said["kind"] == "received"
    assert Document.objects.count() == 2


def test_photos_cut_in_the_middle_are_one_piece_all_the_same(send):
    content, lengths = pages(photo(200), photo(180))
    where = send.begin(content[:1000], length=len(content), way="phone", pages=lengths)["Location"]
    send.add(where, 1000, content[1000:])
    assert [said["kind"] for said in send.told(where)] == ["received"]
    assert Document.objects.get().leaves.count() == 2


@pytest.mark.parametrize("lengths", ["5,6", "0,3000", "a,b", ",", "9" * 13, ",".join(["1"] * 40)])
def test_lengths_that_are_not_those_of_the_bytes_are_refused(send, lengths):
    assert send.begin(photo(200), way="phone", pages=lengths).status_code == 400
    assert not Upload.objects.exists()


def test_one_page_that_is_no_photo_keeps_the_whole_piece_out_with_its_reason(send):
    content, lengths = pages(photo(200), b"MZ not a photo")
    (said,) = send.begin(content, way="phone", pages=lengths).json()["answers"]
    assert said["kind"] == "refused"
    assert not Document.objects.exists()


def test_several_photos_are_never_cut_apart_by_the_machine(send, bakery):
    content, lengths = pages(photo(200), photo(180))
    send.begin(content, way="phone", pages=lengths)
    assert not arranging.is_to_be_looked_at(Document.objects.get())
