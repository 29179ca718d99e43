"""What waits at the platform becomes pieces, each once, in the right dossier; what is said of them arrives, once."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.db import connections
from django.utils import timezone
from tests.acts import bring_statement
from tests.cast import BAKERY, MILL, mill_debit, mill_invoice, mill_pdf
from tests.conftest import AT, as_web

from comptoir import pipeline, readers
from comptoir.demo.papers.structured import cii_xml, facturx_pdf, ubl_xml
from comptoir.domain.lifecycle import Code
from comptoir.domain.mandate import State
from comptoir.gateways import einvoice
from comptoir.gateways.einvoice import Kind, Refused, Unreachable, afnor, cdar, memory
from comptoir.gateways.einvoice.twin import Fault, Twin
from comptoir.lib import tenancy
from comptoir.records.audit.models import Event
from comptoir.records.deposits import leaves
from comptoir.records.deposits import queries as documents
from comptoir.records.deposits.actions import AlreadyHandedIn
from comptoir.records.deposits.log import verify_log
from comptoir.records.deposits.models import Arrival, Document
from comptoir.records.einvoices import actions as einvoices
from comptoir.records.einvoices import queries as einvoices_of
from comptoir.records.einvoices.models import Flow, Status, Unclaimed
from comptoir.records.firms.models import Company
from comptoir.records.ledger.models import Entry
from comptoir.records.readings import queries as readings

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform(settings):
    settings.PLATFORM = memory.Platform()
    return settings.PLATFORM


@pytest.fixture
def signed(bakery, alice):
    einvoices.set_mandate(company=bakery, state=State.SIGNED, by=alice, at=AT)
    return bakery


def bill(number="MV-1197"):
    return cii_xml(mill_invoice(number))


def sold(number="V-1"):
    return cii_xml(replace(mill_invoice(number), seller=BAKERY, buyer=MILL))


def fetch():
    pipeline.fetch_invoices(0)


def said(flow, code, by, **more):
    status = pipeline.say_status(flow=flow, code=code, by=by, at=timezone.now(), **more)
    pipeline.send_status(str(status.firm_id), str(status.company_id), str(status.pk))
    return Status.objects.get(pk=status.pk)


def read_and_post(document, by):
    pipeline.read_now(document, at=AT)
    pipeline.post(entry=Entry.objects.get(document=document), by=by, at=AT)


# ── Fetching ──


@pytest.mark.parametrize(
    ("content", "ending"),
    [(bill(), "xml"), (ubl_xml(mill_invoice()), "xml"), (facturx_pdf(mill_invoice()), "pdf")],
    ids=["CII", "UBL", "Factur-X"],
)
def test_a_suppliers_invoice_is_a_piece_kept_bit_for_bit_then_acknowledged(platform, signed, content, ending):
    platform.hold("f1", content)
    fetch()
    document = Document.objects.get()
    assert (document.channel, document.purpose, document.company) == ("pa", "achat", signed)
    assert document.filename == f"MV-1197.{ending}"
    assert documents.content(document.original) == content
    assert Arrival.objects.get().sent == {"flow": "f1", "syntax": "CII"}
    flow = Flow.objects.get()
    assert (flow.number, flow.seller_siren, flow.buyer_siren, flow.is_sale) == (
        "MV-1197", MILL.siren, BAKERY.siren, False,
    )  # fmt: skip
    assert platform.acknowledged == ["f1"]
    assert flow.acknowledged_at is not None


def test_a_sale_goes_to_its_seller(platform, signed):
    platform.hold("f1", sold(), Kind.SALE)
    fetch()
    assert Document.objects.get().purpose == "vente"
    assert Flow.objects.get().is_sale


def test_a_flow_is_taken_once_however_often_it_is_listed(platform, signed):
    platform.hold("f1", bill())
    for _ in range(3):
        fetch()
    assert (Document.objects.count(), Flow.objects.count(), platform.fetched) == (1, 1, ["f1"])
    assert platform.acknowledged == ["f1"]


def test_the_same_invoice_under_two_names_is_one_piece(platform, signed):
    platform.hold("f1", bill())
    platform.hold("f2", bill())
    fetch()
    assert (Document.objects.count(), Flow.objects.count()) == (1, 2)
    assert platform.acknowledged == ["f1", "f2"]


def test_an_invoice_that_the_client_handed_in_already_is_linked_to_their_piece(platform, signed, bob):
    own = pipeline.hand_in(company=signed, content=bill(), filename="f.xml", by=bob, at=AT)
    platform.hold("f1", bill())
    fetch()
    assert Flow.objects.get().document == own
    with pytest.raises(AlreadyHandedIn):
        pipeline.hand_in(company=signed, content=bill(), filename="f.xml", by=bob, at=AT)


def test_without_a_signed_mandate_the_platform_is_not_even_asked(platform, bakery, alice):
    platform.hold("f1", bill())
    platform.faults["received"] = [AssertionError("asked")]
    fetch()
    for state in (State.TO_SIGN, State.SIGNED, State.REFUSED):
        einvoices.set_mandate(company=bakery, state=state, by=alice, at=AT + timedelta(hours=len(state)))
    fetch()
    assert not Document.objects.exists()


def test_without_a_platform_nothing_happens(signed, settings):
    settings.PLATFORM = None
    fetch()
    assert not Flow.objects.exists()


def test_what_is_nobodys_is_left_unacknowledged_counted_and_taken_when_the_mandate_comes(
    platform, signed, charlie, caplog
):
    garage = Company.objects.get(name="Garage Lebreton")
    theirs = cii_xml(replace(mill_invoice("G-1"), buyer=replace(BAKERY, siren=garage.siren)))
    platform.hold("g1", theirs)
    platform.hold("f1", bill())
    fetch()
    assert [d.company for d in Document.objects.all()] == [signed]
    assert platform.acknowledged == ["f1"]
    assert "1 flows stay" in caplog.text
    left = Unclaimed.objects.get()
    assert (left.siren, left.fault) == (garage.siren, "")
    fetch()
    assert platform.fetched == ["g1", "f1"], "it is not fetched again for nothing"
    einvoices.set_mandate(company=garage, state=State.SIGNED, by=charlie, at=AT)
    fetch()
    assert Document.objects.get(company=garage).filename == "G-1.xml"
    assert not Unclaimed.objects.exists()
    assert platform.acknowledged == ["f1", "g1"]


def test_a_company_that_two_firms_keep_gets_nothing_by_chance(platform, signed, charlie):
    other = Company.objects.get(name="Garage Lebreton")
    Company.objects.filter(pk=other.pk).update(siren=signed.siren)
    einvoices.set_mandate(company=other, state=State.SIGNED, by=charlie, at=AT)
    platform.hold("f1", bill())
    fetch()
    assert not Document.objects.exists()
    einvoices.set_mandate(company=other, state=State.REFUSED, by=charlie, at=AT + timedelta(1))
    fetch()
    assert Document.objects.get().company == signed


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7 broken", b"\0\0", b"", b"<a/>", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"]
)
def test_what_cannot_be_read_stays_there_and_keeps_no_other_out(platform, signed, content):
    platform.hold("bad", content)
    platform.hold("f1", bill())
    fetch()
    assert Document.objects.count() == 1
    assert Unclaimed.objects.get().fault
    assert platform.acknowledged == ["f1"]


def test_a_reader_that_falls_over_one_invoice_keeps_no_other_out(platform, signed, monkeypatch):
    read = readers.invoice_in

    def falls(content):
        if content == b"<x/>":
            raise RecursionError
        return read(content)

    monkeypatch.setattr(readers, "invoice_in", falls)
    platform.hold("bad", b"<x/>")
    platform.hold("f1", bill())
    fetch()
    assert platform.acknowledged == ["f1"]
    assert Unclaimed.objects.get().flow_id == "bad"


def test_what_harms_is_not_kept(platform, signed, settings):
    from comptoir.gateways.antivirus import scanner

    settings.ANTIVIRUS = scanner("memory:")
    platform.hold("bad", bill().replace(b"Farine", b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!"))
    fetch()
    assert not Document.objects.exists()
    assert platform.acknowledged == []


def test_a_platform_that_goes_away_amid_a_list_is_gone_on_with_and_loses_nothing(platform, signed):
    for n in range(5):
        platform.hold(f"f{n}", bill(f"N-{n}"))
    platform.faults["fetch"] = [Unreachable("(503)")]
    fetch()
    assert Document.objects.count() == 0
    fetch()
    assert Document.objects.count() == 4
    Unclaimed.objects.update(tried_at=AT - timedelta(days=400))
    fetch()
    assert Document.objects.count() == 5
    assert sorted(platform.acknowledged) == [f"f{n}" for n in range(5)]


def test_what_was_kept_when_the_platform_fell_is_acknowledged_the_next_time(platform, signed):
    platform.hold("f1", bill())
    platform.faults["acknowledge"] = [Unreachable("(502)")]
    fetch()
    assert Flow.objects.get().acknowledged_at is None
    fetch()
    assert platform.acknowledged == ["f1"]
    assert Document.objects.count() == 1


def test_a_round_ends_and_the_next_goes_on(platform, signed, monkeypatch):
    monkeypatch.setattr(pipeline.platform, "A_ROUND", 2)
    for n in range(5):
        platform.hold(f"f{n}", bill(f"N-{n}"))
    counts = []
    for _ in range(3):
        fetch()
        counts.append(Document.objects.count())
    assert counts == [2, 4, 5]


def test_nothing_is_acknowledged_that_was_not_kept(platform, signed, monkeypatch):
    platform.hold("f1", bill())

    def full(**more):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(einvoices, "keep_flow", full)
        with pytest.raises(OSError, match="space"):
            fetch()
    assert platform.acknowledged == []
    fetch()
    assert platform.acknowledged == ["f1"]


@pytest.mark.django_db(transaction=True)
def test_five_workers_at_once_take_each_invoice_once(bakery, alice, settings):
    einvoices.set_mandate(company=bakery, state=State.SIGNED, by=alice, at=AT)
    twin, faults = Twin(), []
    for n in range(4):
        twin.hold(f"f{n}", bill(f"N-{n}"))

    def run():
        try:
            fetch()
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    with twin.serve() as serving:
        settings.PLATFORM = einvoice.platform(serving.address)
        threads = [Thread(target=run) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not faults
    assert (Document.objects.count(), Flow.objects.count()) == (4, 4)
    assert set(twin.acknowledged) == {"f0", "f1", "f2", "f3"}


@pytest.mark.parametrize(
    "fault", [Fault(status=429, retry_after="60"), Fault(status=500), Fault(truncated=True), Fault(status=401)]
)
@pytest.mark.parametrize("where", ["/v1/flows/search", "/v1/flows/f1", "/v1/flows/f1/acknowledgement"])
def test_whatever_falls_on_the_wire_each_invoice_comes_once(signed, settings, where, fault):
    twin = Twin()
    for n in range(3):
        twin.hold(f"f{n}", bill(f"N-{n}"))
    with twin.serve() as serving:
        settings.PLATFORM = afnor.Platform(afnor.Access.of(serving.address), patience=2)
        twin.faults = [(where, fault)]
        for _ in range(3):
            fetch()
            Unclaimed.objects.update(tried_at=AT - timedelta(days=400))
    assert sorted(Document.objects.values_list("filename", flat=True)) == ["N-0.xml", "N-1.xml", "N-2.xml"]
    assert Flow.objects.filter(acknowledged_at=None).count() == 0


# ── Statuses ──


@pytest.fixture
def purchase(platform, signed):
    platform.hold("f1", bill())
    fetch()
    return Flow.objects.get()


@pytest.fixture
def sale(platform, signed):
    platform.hold("s1", sold(), Kind.SALE)
    fetch()
    return Flow.objects.get()


def test_what_is_said_is_sent_after_the_commit_and_written_down(platform, purchase, alice):
    status = said(purchase, Code.IN_CHARGE, alice)
    assert status.sent_at is not None
    (message,) = platform.sent.values()
    assert (message.code, message.number, message.is_by_seller) == ("204", "MV-1197", False)
    assert (message.seller.siren, message.buyer.siren) == (MILL.siren, BAKERY.siren)
    assert Event.objects.get(verb="say_status").person_id == alice.pk


def test_a_refusal_without_a_reason_is_not_even_kept(platform, purchase, alice):
    with pytest.raises(einvoices.NotSayable, match="motif"):
        said(purchase, Code.REFUSED, alice)
    assert not Status.objects.exists()
    status = said(purchase, Code.REFUSED, alice, motive="DOUBLON", reason="Reçue deux fois")
    news = cdar.read(cdar.written(platform.sent[str(status.pk)]))
    assert (news.code, news.motive, news.reason) == ("210", "DOUBLON", "Reçue deux fois")
    with pytest.raises(einvoices.NotSayable, match="Refusée"):
        said(purchase, Code.APPROVED, alice)


def test_a_platform_that_is_away_is_told_later_and_once(platform, purchase, alice):
    platform.faults["send_status"] = [Unreachable("(503)")]
    with pytest.raises(Unreachable):
        said(purchase, Code.IN_CHARGE, alice)
    status = Status.objects.get()
    assert "503" in status.fault
    assert einvoices_of.timeline(purchase).last.is_waiting
    for _ in range(2):
        pipeline.send_status(str(status.firm_id), str(status.company_id), str(status.pk))
    assert list(platform.sent) == [str(status.pk)]
    assert Status.objects.get().fault == ""


def test_a_job_that_was_lost_is_queued_again(platform, purchase, alice, monkeypatch):
    status = pipeline.say_status(flow=purchase, code=Code.IN_CHARGE, by=alice, at=AT)
    queued = []
    monkeypatch.setattr(pipeline.upkeep, "send_later", queued.append)
    pipeline.remember(0)
    assert queued == [status]


def test_a_platform_that_refuses_is_shown_and_not_hammered(platform, purchase, alice, monkeypatch):
    platform.faults["send_status"] = [Refused("(422)")]
    status = said(purchase, Code.IN_CHARGE, alice)
    assert (status.sent_at, "422" in status.fault) == (None, True)
    queued = []
    monkeypatch.setattr(pipeline.upkeep, "send_later", queued.append)
    pipeline.remember(0)
    assert queued == []


def test_how_long_the_platform_wants_us_away_is_how_long_the_job_waits():
    from procrastinate.jobs import Job

    job = Job(id=1, queue="mail", lock=None, queueing_lock=None, task_name="send_status", attempts=0)
    asked = pipeline.WhenAllowed(first=6).get_retry_decision(exception=Unreachable("(429)", wait=900), job=job)
    assert asked.retry_at - datetime.now(UTC) > timedelta(seconds=890)
    late = job.evolve(attempts=8)
    assert pipeline.WhenAllowed(first=6).get_retry_decision(exception=Unreachable(""), job=late) is None


def test_a_mandate_that_was_taken_back_lets_nothing_be_said(platform, purchase, alice, signed):
    einvoices.set_mandate(company=signed, state=State.REFUSED, by=alice, at=AT + timedelta(1))
    with pytest.raises(einvoices.NoMandate):
        said(purchase, Code.IN_CHARGE, alice)


def test_posting_sends_nothing_and_a_payment_is_said_once_it_is_lettered(platform, purchase, alice, account):
    read_and_post(purchase.document, alice)
    assert platform.sent == {}
    with pytest.raises(einvoices.NotSettled):
        said(purchase, Code.PAYMENT_SENT, alice)
    bring_statement(account, mill_debit())
    said(purchase, Code.PAYMENT_SENT, alice)
    assert [message.code for message in platform.sent.values()] == ["211"]


def test_a_sale_is_cashed_with_its_amounts_by_rate_and_a_purchase_never(platform, sale, alice, account):
    read_and_post(sale.document, alice)
    bring_statement(account, mill_debit(amount="237.38"))
    letter_by_hand(sale, alice)
    said(sale, Code.CASHED, alice)
    (message,) = platform.sent.values()
    assert (message.code, message.is_by_seller) == ("212", True)
    assert [(str(rate), str(amount)) for rate, amount in message.paid] == [("5.5", "237.38")]


def letter_by_hand(flow, by):
    from comptoir.records.ledger import queries as books
    from comptoir.records.ledger.models import Line

    if books.is_settled(flow.document_id):
        return
    (owed,) = Line.objects.of_third_parties().filter(entry__document=flow.document_id)
    entry = Entry.objects.get(transaction__isnull=False)
    pipeline.assign(entry=entry, account=owed.account, auxiliary=owed.auxiliary.code, by=by, at=AT)
    paid = Line.objects.of_third_parties().get(entry=entry)
    pipeline.letter(lines=[owed, paid], by=by, at=AT)


def test_what_the_buyer_says_of_a_sale_is_heard_once(platform, sale, alice):
    heard = cdar.written(
        einvoice.Message(
            key="x", code="210", number="V-1", issued_on=None, type_code="380", is_by_seller=False, at=AT,
            seller=einvoice.Trader(BAKERY.siren), buyer=einvoice.Trader(MILL.siren),
            motive="DOUBLON", reason="Déjà payée",
        )
    )  # fmt: skip
    platform.hold("lc1", heard, Kind.SALE_NEWS, "CDAR")
    for _ in range(3):
        fetch()
    status = Status.objects.get()
    assert (status.code, status.reason, status.by, status.at) == ("210", "Déjà payée", None, AT)
    assert platform.acknowledged == ["s1", "lc1"]
    timeline = einvoices_of.timeline_of(sale.document)
    assert "Refusée" in [step.french for step in timeline.steps]
    assert timeline.next_ones == ()


def test_news_of_an_invoice_that_is_not_here_waits(platform, signed):
    news = einvoice.Message(
        key="x", code="205", number="V-9", issued_on=None, type_code="380", is_by_seller=False, at=AT,
        seller=einvoice.Trader(BAKERY.siren), buyer=einvoice.Trader(MILL.siren),
    )  # fmt: skip
    platform.hold("lc1", cdar.written(news), Kind.SALE_NEWS, "CDAR")
    fetch()
    assert platform.acknowledged == []
    platform.hold("s9", sold("V-9"), Kind.SALE)
    Unclaimed.objects.update(tried_at=AT - timedelta(days=400))
    fetch()
    assert Status.objects.get().code == "205"
    assert sorted(platform.acknowledged) == ["lc1", "s9"]


def test_a_mandate_said_twice_is_one_act_and_many_go_together(bakery, alice):
    for _ in range(2):
        einvoices.set_mandates(companies=[bakery], state=State.TO_SIGN, by=alice, at=AT)
    assert Event.objects.filter(verb="ask_mandate").count() == 1
    assert einvoices_of.mandate_of(bakery).state is State.TO_SIGN
    assert einvoices_of.states([bakery]) == {bakery.pk: State.TO_SIGN}


def test_the_same_moment_twice_is_settled_by_what_is_said_last(bakery, alice):
    for state in (State.TO_SIGN, State.SIGNED, State.REFUSED):
        einvoices.set_mandate(company=bakery, state=state, by=alice, at=AT)
        assert einvoices_of.mandate_of(bakery).state is state


def test_a_piece_that_came_another_way_has_no_timeline(bakery, bob):
    document = pipeline.hand_in(company=bakery, content=mill_pdf(), filename="f.pdf", by=bob, at=AT)
    assert einvoices_of.timeline_of(document) is None


# ── The ZIP of a platform ──


def zipped(**files):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return written.getvalue()


def hand_in_zip(company, by, content, **more):
    return pipeline.hand_in_all(content=content, filename="pa.zip", company=company, by=by, at=AT, **more)


def test_an_invoices_data_and_its_page_in_one_zip_are_one_piece(bakery, bob):
    answers = hand_in_zip(bakery, bob, zipped(f_pdf=mill_pdf(), f_xml=bill(), g_pdf=mill_pdf("OTHER")))
    assert [(answer.filename, answer.kind) for answer in answers] == [("f.xml", "received"), ("g.pdf", "received")]
    document = Document.objects.get(filename="f.xml")
    assert documents.content(document.original) == bill()
    assert documents.content(documents.readable(document)) == mill_pdf()
    assert [line.filename for line in Arrival.objects.order_by("number")] == ["f.xml", "f.pdf", "g.pdf"]
    assert list(verify_log()) == []


def test_the_data_is_read_and_each_value_is_framed_on_the_page(bakery, bob):
    hand_in_zip(bakery, bob, zipped(f_pdf=mill_pdf(), f_xml=bill()))
    document = Document.objects.get()
    pipeline.read_now(document, at=AT)
    reading = readings.current(document)
    assert (reading.source, str(reading.total.value)) == ("e-invoice", "237.38")
    assert reading.total.evidence.box is not None
    assert reading.total.confidence == 1.0
    assert leaves.picture(document, 1, at_most=200) != leaves_of_data(document)


def leaves_of_data(document):
    (leaf,) = leaves.of(document)
    return leaves.leaf_picture(document.original, leaf, at_most=200)


def test_a_page_that_prints_another_total_makes_a_person_look(bakery, bob):
    hand_in_zip(bakery, bob, zipped(f_pdf=mill_pdf(quantity=11), f_xml=bill()))
    document = Document.objects.get()
    pipeline.read_now(document, at=AT)
    assert readings.current(document).total.confidence < 1.0


def test_the_same_zip_twice_and_its_page_alone_add_nothing(bakery, bob):
    for _ in range(2):
        answers = hand_in_zip(bakery, bob, zipped(f_pdf=mill_pdf(), f_xml=bill()))
    assert answers[0].kind == "twin"
    with pytest.raises(AlreadyHandedIn):
        pipeline.hand_in(company=bakery, content=mill_pdf(), filename="f.pdf", by=bob, at=AT)
    assert Document.objects.count() == 1
    assert Arrival.objects.count() == 2


def test_the_page_joins_an_invoice_that_the_platform_brought_before(platform, signed, bob):
    platform.hold("f1", bill())
    fetch()
    hand_in_zip(signed, bob, zipped(f_pdf=mill_pdf(), f_xml=bill()))
    document = Document.objects.get()
    assert documents.content(documents.readable(document)) == mill_pdf()
    assert document.channel == "pa"


# ── Held apart ──


def test_the_jobs_work_as_the_role_that_owns_nothing(platform, signed, charlie, alice, monkeypatch):
    garage = Company.objects.get(name="Garage Lebreton")
    platform.hold("g1", cii_xml(replace(mill_invoice("G-1"), buyer=replace(BAKERY, siren=garage.siren))))
    platform.hold("f1", bill())
    platform.faults["acknowledge"] = [Unreachable("(502)")]
    with as_web():
        fetch()
        fetch()
    assert platform.acknowledged == ["f1"]
    einvoices.set_mandate(company=garage, state=State.SIGNED, by=charlie, at=AT)
    flow = Flow.objects.get(company=signed)
    status = pipeline.say_status(flow=flow, code=Code.IN_CHARGE, by=alice, at=AT)
    queued = []
    monkeypatch.setattr(pipeline.upkeep, "send_later", queued.append)
    with as_web():
        fetch()
        pipeline.remember(0)
        pipeline.send_status(str(status.firm_id), str(status.company_id), str(status.pk))
    assert queued == [status]
    assert {document.company for document in Document.objects.all()} == {signed, garage}
    assert list(platform.sent) == [str(status.pk)]


def test_a_company_sees_no_flow_of_another(platform, signed, charlie):
    platform.hold("f1", bill())
    fetch()
    garage = Company.objects.get(name="Garage Lebreton")
    with as_web(), tenancy.within(garage.firm_id, garage.pk):
        assert not Flow.objects.exists()
        assert einvoices_of.is_known("f1"), "the job is told that it is taken, and nothing else"
