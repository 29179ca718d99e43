"""THE DATA'S WAY, top to bottom. This is the only place where one stage starts the next.

    deposit → document → reading → rapprochement → proposed entry → entry → lettrage → missing list → FEC
    bank file → transactions → bank entries → rapprochement → …

Each function is one act, whole or not at all, and may be repeated: a job that runs twice leaves what it left once.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import Error as DatabaseFault
from django.db import transaction as db
from django.utils import timezone
from procrastinate import BaseRetryStrategy, RetryDecision, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from comptoir import readers
from comptoir.domain import entry as domain_entry
from comptoir.domain import match, proposal
from comptoir.domain import rules as domain_rules
from comptoir.domain.company import Method
from comptoir.domain.cutting import Part, joined
from comptoir.domain.folder import Folder, file_name
from comptoir.domain.leaf import Leaf
from comptoir.domain.lifecycle import Code
from comptoir.domain.mail import Door, Incoming, is_answered, is_receipt
from comptoir.domain.opening import Opening
from comptoir.domain.ports import Reader
from comptoir.domain.rights import Act
from comptoir.gateways import antivirus, einvoice
from comptoir.gateways import timestamp as timestamp_authority
from comptoir.gateways.bank import files as bank_files
from comptoir.gateways.einvoice import cdar
from comptoir.lib import tenancy
from comptoir.lib.live import announce
from comptoir.readers import mail as mail_reader
from comptoir.readers.dossiers import Candidate
from comptoir.records.accounts import actions as accounts
from comptoir.records.banking import actions as banking
from comptoir.records.banking import columns as bank_columns
from comptoir.records.banking.models import BankAccount, Transaction
from comptoir.records.deposits import actions as deposits
from comptoir.records.deposits import arranging, leaves, stamps, uploads
from comptoir.records.deposits import log as deposit_log
from comptoir.records.deposits import queries as documents
from comptoir.records.deposits.answers import Answer
from comptoir.records.deposits.models import Document, Original, Upload
from comptoir.records.einvoices import actions as einvoices
from comptoir.records.einvoices import queries as einvoices_of
from comptoir.records.einvoices.models import Flow, Status
from comptoir.records.firms import actions as firms
from comptoir.records.firms import file as company_file
from comptoir.records.firms import members
from comptoir.records.firms import opening as new_dossiers
from comptoir.records.firms.models import Company, CompanyMembership, DossierImport, Firm, Person
from comptoir.records.firms.queries import Seat
from comptoir.records.folders import actions as folders
from comptoir.records.folders.models import SharedFile
from comptoir.records.inbox import actions as inbox
from comptoir.records.inbox import queries as inbox_of
from comptoir.records.inbox import replies
from comptoir.records.inbox.models import Mail
from comptoir.records.ledger import actions as ledger
from comptoir.records.ledger import bank as bank_entries
from comptoir.records.ledger import lettrage, pieces
from comptoir.records.ledger import opening as new_books
from comptoir.records.ledger import queries as books
from comptoir.records.ledger.context import context
from comptoir.records.ledger.models import Entry, FiscalYear, Lettrage, Line
from comptoir.records.mail import actions as mail
from comptoir.records.mail import queries as outbox
from comptoir.records.mail.models import Letter
from comptoir.records.matching import actions as matching
from comptoir.records.matching import queries as matches
from comptoir.records.matching import settling
from comptoir.records.missing import actions as missing
from comptoir.records.missing import standings
from comptoir.records.readings import actions as readings
from comptoir.records.readings import duplicates
from comptoir.records.readings import queries as read_values
from comptoir.records.readings.models import Resemblance

READER: Reader = readers.LocalReader()
"""Who reads pieces: behind the port, so that another engine may take its place."""

UNREAD = "La lecture n’a pas abouti : la pièce est gardée, le cabinet la saisira."
log = logging.getLogger(__name__)
PATIENCE = timedelta(minutes=5)
"""How long a piece may wait without a job before its job is taken for lost."""
AGAIN = RetryStrategy(max_attempts=3, exponential_wait=5)
"""A job that fell is tried again; a piece that cannot be read is not a fall but a fact, and is kept."""


# ── 1. Deposit ────────────────────────────────────────────────────────────────────────────────────


def hand_in(
    *,
    company: Company,
    content: bytes,
    filename: str,
    by: Person | None,
    at: datetime,
    sees_all: bool = True,
    purpose: str = "",
    channel: str = Document.Channel.WEB,
    sent: Mapping[str, str] | None = None,
    justifies: Transaction | None = None,
    password: str = "",
    beside: readers.archive.Member | None = None,
    paid_by: Person | None = None,
) -> Document:
    """A client hands in a file; it is durable when this returns, and is being read.

    Raises `readers.NotReadable` for what is not a piece, `deposits.AlreadyHandedIn` for what is already here.
    `justifies` is the transaction that the client hands it in for: it leaves the missing list at once. `sent` is what
    the channel says of itself (a mail's sender, a phone's name), for the deposit log. A PDF under a `password` is kept
    as it came, beside the copy that opens without it; the password is kept nowhere. `beside` is the readable page of an
    e-invoice that is bare data: kept with it, shown for it, compared with it.
    """
    came, content = content, readers.unlocked(content, password) if password else content
    deposit = _admitted(content, filename, purpose, channel)
    with tenancy.within(company.firm_id, company.pk):
        document = deposits.receive(company=company, deposit=deposit, by=by, sees_all=sees_all, at=at)
        _advanced(document, paid_by, by=by, at=at)
        if justifies is not None and by is not None:
            attach(document=document, transaction=justifies, by=by, at=at)
        _tell(document)
        if deposit.media_type in readers.READ:
            read_later(document)
        deposit_log.enter(
            document=document,
            original=_as_it_came(document, came, at=at) if password else document.original,
            filename=filename,
            way=channel,
            by=by,
            at=at,
            sent=sent,
        )
        if beside is not None:
            _put_beside(document, beside, way=channel, by=by, at=at, sent=sent)
    return document


def _advanced(document: Document, paid_by: Person | None, *, by: Person | None, at: datetime) -> None:
    if paid_by is not None and by is not None and document.purpose == Document.Purpose.EXPENSE:
        deposits.say_who_paid(document=document, person=paid_by, by=by, at=at)


def hand_in_pages(
    *,
    company: Company,
    pages: Sequence[bytes],
    filename: str,
    by: Person | None,
    at: datetime,
    sees_all: bool = True,
    purpose: str = "",
    channel: str = Document.Channel.PHONE,
    justifies: Transaction | None = None,
    paid_by: Person | None = None,
) -> Document:
    """Several photos, taken one after the other, are one piece; each is an original of its own. Raises what `hand_in` raises."""
    taken = [_admitted(content, filename, purpose, channel) for content in pages]
    if sum(deposit.pages for deposit in taken) > readers.faults.MAX_PAGES:
        raise readers.TooManyPages(sum(deposit.pages for deposit in taken))
    with tenancy.within(company.firm_id, company.pk):
        document = arranging.receive_pages(company=company, deposits=taken, by=by, sees_all=sees_all, at=at)
        _advanced(document, paid_by, by=by, at=at)
        if justifies is not None and by is not None:
            attach(document=document, transaction=justifies, by=by, at=at)
        _tell(document)
        read_later(document)
        for number, original in enumerate(leaves.originals_of(document), start=1):
            deposit_log.enter(
                document=document,
                original=original,
                filename=filename,
                way=channel,
                by=by,
                at=at,
                sent={"page": f"{number}/{len(taken)}"},
            )
    return document


def _put_beside(
    document: Document, beside: readers.archive.Member, *, way: str, by: Person | None, at: datetime, sent: Any
) -> None:
    """The readable page of an e-invoice: a line of the deposit log of its own, and the invoice is read with it."""
    deposit = _admitted(beside.content, beside.filename, document.purpose, way)
    page = deposits.put_beside(document=document, content=beside.content, pages=deposit.pages, at=at)
    if page is not None:
        deposit_log.enter(
            document=document, original=page, filename=beside.filename, way=way, by=by, at=at, sent=sent
        )


def hand_in_all(*, content: bytes, filename: str, password: str = "", **way: Any) -> list[Answer]:
    """Hand in a file, or each file of a ZIP, and say of each what became of it; `way` is what `hand_in` wants besides.

    One file that is refused keeps no other out.
    """
    if len(days := readers.till.reports(content)) > 1:
        # A till's export of many days: each is a Z of its own, and says which file it came in.
        way["sent"] = {**(way.get("sent") or {}), "archive": filename}
        return [_answer(readers.till.written(day), f"{day.said}.csv", **way) for day in days]
    if not readers.archive.is_archive(content):
        return [_answer(content, filename, password=password, **way)]
    try:
        found = readers.pairs.joined(list(readers.archive.members(content)))
    except readers.NotReadable as fault:
        return [Answer.refused(filename, str(fault))]
    way["sent"] = {**(way.get("sent") or {}), "archive": filename}
    return [
        Answer.refused(member.filename, member.refused)
        if member.refused
        else _answer(member.content, member.filename, password=password, beside=member.beside, **way)
        for member in found
    ]


def _answer(content: bytes, filename: str, **way: Any) -> Answer:
    return _answered(filename, lambda: hand_in(content=content, filename=filename, **way), **way)


def _answered(
    filename: str, act: Callable[[], Document], *, justifies: Transaction | None = None, **way: Any
) -> Answer:
    try:
        with db.atomic():
            document = act()
    except readers.Encrypted as fault:
        return Answer(filename, Answer.LOCKED, str(fault))
    except readers.NotReadable as fault:
        return Answer.refused(filename, str(fault))
    except deposits.AlreadyHandedIn as twin:
        if justifies is not None:
            attach(document=twin.document, transaction=justifies, by=way["by"], at=way["at"])
        if way.get("beside") is not None:
            _add_beside(twin.document, **way)
        return Answer(filename, Answer.TWIN, str(twin), twin.document.pk)
    return Answer(filename, Answer.RECEIVED, f"« {document.filename} » est reçu.", document.pk)


def _add_beside(
    document: Document, *, beside: readers.archive.Member, by: Person | None, at: datetime, **way: Any
) -> None:
    """The data was here, its page was not: the page joins it, and both are read together."""
    with tenancy.within(document.firm_id, document.company_id):
        if documents.readable(document) is None and leaves.is_all_of_original(document):
            channel = way.get("channel", Document.Channel.WEB)
            _put_beside(document, beside, way=channel, by=by, at=at, sent=way.get("sent"))
            read_later(document)


def end_upload(*, upload: Upload, at: datetime, content: bytes | None = None, password: str = "") -> Upload:
    """A file has arrived to its last byte: hand it in, once, whoever asks and however often.

    `content` is for who holds the upload and all of its bytes already; else they are taken from where they wait. Where
    only a password is missing, they wait for it.
    """
    with tenancy.within(upload.firm_id, upload.company_id):
        upload = upload if content is not None else uploads.hold(upload)
        if upload.ended_at is not None:
            return upload
        content = uploads.content(upload) if content is None else content
        answers = _taken_in(upload, content, password=password, at=at)
        if [answer.kind for answer in answers] == [Answer.LOCKED]:
            uploads.wait(upload, content)
            upload.outcome = {"answers": [answer.said() for answer in answers]}
            return upload
        uploads.end(upload=upload, outcome={"answers": [answer.said() for answer in answers]}, at=at)
    return upload


def _taken_in(upload: Upload, content: bytes, *, password: str, at: datetime) -> list[Answer]:
    way: dict[str, Any] = {
        "company": upload.company,
        "filename": upload.filename,
        "by": upload.by,
        "at": at,
        "sees_all": upload.sees_all,
        "purpose": upload.purpose,
        "channel": upload.way,
        "paid_by": upload.paid_by,
        "justifies": _transaction(upload.company, upload.justifies) if upload.justifies else None,
    }
    if len(upload.pages) < 2:
        return hand_in_all(content=content, password=password, **way)
    photos = uploads.pages(upload, content)
    return [_answered(act=lambda: hand_in_pages(pages=photos, **way), **way)]


def _transaction(company: Company, transaction_id: UUID) -> Transaction | None:
    return Transaction.objects.filter(company=company, pk=transaction_id).first()


def _admitted(content: bytes, filename: str, purpose: str, channel: str) -> deposits.Deposit:
    """What came, looked at: a piece, or any document that a person writes where it is only to be kept."""
    if settings.ANTIVIRUS is not None and (virus := settings.ANTIVIRUS.found(content)):
        raise readers.Infected(virus)
    try:
        media_type, pages = readers.admit(content, filename), readers.page_count(content)
    except readers.WrongKind:
        if purpose != Document.Purpose.ADMIN:
            raise
        media_type, pages = readers.admit_to_folder(content, filename), 1
    return deposits.Deposit(content, filename, media_type, pages, purpose, channel)


def _as_it_came(document: Document, content: bytes, *, at: datetime) -> Original:
    """The protected file, bit for bit: it is what came in, though nobody can read it."""
    return deposits.keep(
        company=document.company,
        content=content,
        media_type="application/pdf",
        pages=document.original.pages,
        at=at,
    )


def read_later(document: Document) -> None:
    """Queue the reading; the job exists only if the piece does."""
    read.defer(firm_id=str(document.firm_id), company_id=str(document.company_id), document_id=str(document.pk))


# ── 1b. Mail is a deposit too ─────────────────────────────────────────────────────────────────────


def take_mail(*, door: Door, raw: bytes, envelope: str, at: datetime) -> None:
    """A mail came for one of a dossier's addresses; it is kept when this returns, once, and is opened afterwards.

    Raises `TooManyMails`, and `NoSuchDoor` where the token was changed meanwhile.
    """
    tenant = inbox_of.tenant_of(door.token)
    if tenant is None:
        raise NoSuchDoor
    incoming = mail_reader.read(raw, trusted=settings.TRUSTED_CHECKS, envelope=envelope)
    with tenancy.within(tenant.firm_id, tenant.company_id):
        company = Company.objects.select_related("firm").get(pk=tenant.company_id)
        if inbox_of.came_lately(company, at=at) >= settings.MAILS_AN_HOUR:
            raise TooManyMails
        kept = inbox.keep(company=company, purpose=door.purpose, raw=raw, read=incoming, envelope=envelope, at=at)
        if kept is not None:
            _open_later(kept)


class NoSuchDoor(Exception):
    """Cette adresse n’existe pas, ou plus."""


class TooManyMails(Exception):
    """Trop de messages sont arrivés dans l’heure pour ce dossier."""


def _open_later(mail: Mail) -> None:
    open_mail.defer(firm_id=str(mail.firm_id), company_id=str(mail.company_id), mail_id=str(mail.pk))


@app.task(queue="mail", retry=AGAIN, name="open_mail")
def open_mail(firm_id: str, company_id: str, mail_id: str) -> None:
    """Hand in what a mail brings where its sender may; else it waits for somebody's word."""
    at = timezone.now()
    with tenancy.within(UUID(firm_id), UUID(company_id)):
        mail = inbox.held(inbox_of.get(UUID(mail_id)))
        if mail.is_over or mail.is_held:
            return
        incoming = _incoming(mail)
        seat = inbox_of.seat_of(mail.company, mail.sender, timezone.localdate(at))
        may_send = seat is not None or inbox_of.is_authorised(mail.company, mail.sender)
        if incoming.is_forged or not may_send:
            inbox.hold(mail=mail, at=at)
            announce(mail.company_id, ["inbox"])
            return
        _open(mail, incoming, seat, by=None, at=at)


def release(*, mail: Mail, by: Person, at: datetime) -> None:
    """A person lets a mail in that waited. Raises `inbox.AlreadySettled`."""
    with tenancy.within(mail.firm_id, mail.company_id):
        mail = inbox.held(mail)
        if mail.is_over:
            raise inbox.AlreadySettled
        seat = inbox_of.seat_of(mail.company, mail.sender, timezone.localdate(at))
        _open(mail, _incoming(mail), seat, by=by, at=at)


def refuse_mail(*, mail: Mail, by: Person, at: datetime) -> None:
    """A person does not want a mail that waited; it is kept with its proof. Raises `inbox.AlreadySettled`."""
    with tenancy.within(mail.firm_id, mail.company_id):
        inbox.refuse(mail=mail, by=by, at=at)
        announce(mail.company_id, ["inbox"])


def _open(mail: Mail, incoming: Incoming, seat: Seat | None, *, by: Person | None, at: datetime) -> None:
    """Each attachment is a file like any other; a mail without any is one itself where it is a receipt."""
    files = incoming.attachments
    if not files and is_receipt(incoming.body):
        files = (mail_reader.as_paper(incoming),)
    answers = [
        answer
        for file in files
        for answer in hand_in_all(
            company=mail.company,
            content=file.content,
            filename=file.filename,
            by=seat.person if seat else None,
            at=at,
            sees_all=seat is None or seat.may(Act.SEE_DOCUMENTS),
            purpose=mail.purpose,
            channel=Document.Channel.MAIL,
            sent={"from": mail.sender, "message_id": incoming.message_id},
        )
    ]
    inbox.opened(mail=mail, answers=[answer.said() for answer in answers], by=by, at=at)
    _answer_mail(mail, incoming, answers, at=at)
    announce(mail.company_id, ["inbox"])


def _answer_mail(mail: Mail, incoming: Incoming, answers: Sequence[Answer], *, at: datetime) -> None:
    """Say to the sender what was taken and what was not; a machine is never answered, nor anybody without end."""
    if not is_answered(mail.sender, is_automatic=incoming.is_automatic, own_domain=settings.DEPOSIT_DOMAIN):
        return
    if inbox_of.answered_lately(mail.sender, mail.firm_id, at=at) >= ANSWERS_AN_HOUR:
        return
    message = replies.reply(mail=mail, incoming=incoming, answers=answers)
    post_letter(message, at=at, firm_id=mail.firm_id, company_id=mail.company_id)


ANSWERS_AN_HOUR = 30
"""To one address: two machines that answer each other stop there, if nothing stopped them before."""


def _incoming(mail: Mail) -> Incoming:
    raw = documents.content(mail.original)
    return mail_reader.read(raw, trusted=settings.TRUSTED_CHECKS, envelope=mail.envelope)


# ── 1c. What waits at the approved platform is a deposit too ──────────────────────────────────────

A_ROUND = 300
"""How many flows are fetched in one go; what is left comes with the next."""
TRIED_AGAIN = timedelta(hours=6)


class WhenAsked(BaseRetryStrategy):
    """Again when the platform allows it, later and later where it does not say."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """What follows a try that failed; `remember` begins anew after the last."""
        if job.attempts >= 8:
            return None
        wait = exception.wait if isinstance(exception, einvoice.Unreachable) else 0
        return RetryDecision(retry_in={"seconds": max(wait, 6 * 2**job.attempts)})


@app.periodic(cron="*/15 * * * *")
@app.task(queue="mail", lock="platform", queueing_lock="platform", name="fetch_invoices")
def fetch_invoices(timestamp: int) -> None:
    """Fetch the e-invoices, and what became of others, of each company whose mandate is signed."""
    if settings.PLATFORM is None or not einvoices_of.is_any_mandate():
        return
    at = timezone.now()
    try:
        _acknowledge_kept(settings.PLATFORM, at=at)
        _take_new(settings.PLATFORM, at=at)
        _take_set_aside(settings.PLATFORM, at=at)
    except (einvoice.Unreachable, einvoice.Refused) as fault:
        log.warning("e-invoices: %s", fault)
    if left := einvoices_of.count_set_aside():
        log.warning("e-invoices: %d flows stay at the platform, of no dossier here or not to be read", left)


def _take_new(platform: einvoice.Platform, *, at: datetime) -> None:
    """What has come since, in its order: the reach moves only past what is kept, known or set aside."""
    taken = 0
    for listed in platform.received(einvoices_of.reach()):
        if not einvoices_of.is_known(listed.flow_id) and not einvoices_of.is_set_aside(listed.flow_id):
            _take(platform, listed, at=at)
            taken += 1
        einvoices.reached(until=listed.updated_at)
        if taken >= A_ROUND:
            return


def _take_set_aside(platform: einvoice.Platform, *, at: datetime) -> None:
    """What was left may be taken now: a mandate was signed, or the fault is old."""
    for row in einvoices_of.to_try_again(before=at - TRIED_AGAIN, most=A_ROUND):
        _take(platform, einvoice.Listed(row.flow_id, einvoice.Kind(row.kind), row.syntax, row.updated_at), at=at)


def _take(platform: einvoice.Platform, listed: einvoice.Listed, *, at: datetime) -> None:
    """One flow: whose it is, kept at its commit, acknowledged afterwards. What cannot be taken is set aside, not lost.

    Raises `einvoice.Unreachable`: whoever is away for one flow is away for the next.
    """
    try:
        content = platform.fetch(listed.flow_id)
        kept = _hear(listed, content, at=at) if listed.kind.is_news else _receive(listed, content, at=at)
    except einvoice.Unreachable as fault:
        _set_aside(listed, at=at, fault=str(fault))
        raise
    except (einvoice.Refused, readers.NotReadable, cdar.NotAMessage, NoInvoice, NobodysInvoice) as fault:
        _set_aside(listed, at=at, fault=str(fault) or str(fault.__doc__))
        return
    except (
        OSError,
        DatabaseFault,
        antivirus.Unreachable,
    ):  # ours, not the flow's: the next round begins with it again
        raise
    except Exception:  # a fault of the reader's own must not keep out all that comes after
        log.exception("e-invoice %s cannot be taken", listed.flow_id)
        _set_aside(listed, at=at, fault=UNREAD)
        return
    if kept is not None:
        einvoices.claimed(flow_id=listed.flow_id)
        _acknowledge(platform, kept, at=at)


class NoInvoice(Exception):
    """Ce flux ne contient pas de facture qui se lise."""


class NobodysInvoice(Exception):
    """Ce flux ne dit pas à quelle entreprise il est destiné, ou parle d’une facture qui n’est pas ici."""


def _receive(listed: einvoice.Listed, content: bytes, *, at: datetime) -> Flow | None:
    """An invoice goes to the one dossier of its receiver (or issuer, for a sale) whose mandate is signed."""
    invoice = readers.invoice_in(content)
    if invoice is None:
        raise NoInvoice
    own = invoice.seller if listed.kind.is_sale else invoice.buyer
    if not own.siren:
        raise NobodysInvoice
    tenant = einvoices_of.receiver(own.siren)
    if tenant is None:
        _set_aside(listed, at=at, siren=own.siren)
        return None
    arrived = einvoices.Arrived(
        listed.flow_id, listed.kind.is_sale, listed.syntax, invoice.number, invoice.issued_on, invoice.type_code,
        invoice.currency, (invoice.seller.siren, invoice.seller.name), (invoice.buyer.siren, invoice.buyer.name),
    )  # fmt: skip
    with tenancy.within(tenant.firm_id, tenant.company_id):
        company = Company.objects.select_related("firm").get(pk=tenant.company_id)
        return einvoices.keep_flow(document=_once(company, content, arrived, at=at), arrived=arrived, at=at)


def _once(company: Company, content: bytes, arrived: einvoices.Arrived, *, at: datetime) -> Document:
    """The invoice's piece: handed in now, or the one that has the same bytes already, whichever way it came."""
    ending = "pdf" if content.startswith(b"%PDF") else "xml"
    try:
        with db.atomic():
            return hand_in(
                company=company,
                content=content,
                filename=f"{file_name(arrived.number.replace('/', '-') or arrived.flow_id)}.{ending}",
                by=None,
                at=at,
                purpose=Document.Purpose.SALE if arrived.is_sale else Document.Purpose.PURCHASE,
                channel=Document.Channel.PLATFORM,
                sent={"flow": arrived.flow_id, "syntax": arrived.syntax},
            )
    except deposits.AlreadyHandedIn as twin:
        return twin.document


def _hear(listed: einvoice.Listed, content: bytes, *, at: datetime) -> Status:
    """A life-cycle message is kept with the invoice that it speaks of."""
    news, is_sale = cdar.read(content), listed.kind.is_sale
    of: dict[str, Any] = {"number": news.number, "seller_siren": news.seller_siren, "issued_on": news.issued_on}
    tenant = einvoices_of.subject_of(is_sale=is_sale, **of)
    if tenant is None or news.code not in {code.value for code in Code}:
        raise NobodysInvoice
    with tenancy.within(tenant.firm_id, tenant.company_id):
        flow = einvoices_of.invoice(tenant.company_id, is_sale=is_sale, **of)
        assert flow is not None, "its company was found by it"
        status = einvoices.hear(
            flow=flow,
            code=Code(news.code),
            motive=news.motive,
            reason=news.reason,
            key=listed.flow_id,
            said_at=min(news.at or at, at),
            at=at,
        )
        _tell(flow.document)
    return status


def _set_aside(listed: einvoice.Listed, *, at: datetime, siren: str = "", fault: str = "") -> None:
    einvoices.set_aside(
        flow_id=listed.flow_id,
        kind=listed.kind.value,
        syntax=listed.syntax,
        updated_at=listed.updated_at,
        siren=siren,
        fault=fault,
        at=at,
    )


def _acknowledge_kept(platform: einvoice.Platform, *, at: datetime) -> None:
    """What was kept when the platform went away is acknowledged now."""
    for firm_id in tenancy.every_firm():
        with tenancy.within(firm_id):
            kept: list[Flow | Status] = [*einvoices_of.to_acknowledge(), *einvoices_of.to_tell()]
        for row in kept:
            _acknowledge(platform, row, at=at)


def _acknowledge(platform: einvoice.Platform, kept: Flow | Status, *, at: datetime) -> None:
    platform.acknowledge(kept.flow_id if isinstance(kept, Flow) else kept.key)
    with tenancy.within(kept.firm_id, kept.company_id):
        if isinstance(kept, Flow):
            einvoices.acknowledged(flow=kept, at=at)
        else:
            einvoices.told(status=kept, at=at)


def say_status(*, flow: Flow, code: Code, by: Person, at: datetime, motive: str = "", reason: str = "") -> Status:
    """A person says where an invoice stands; the platform is told after the commit. Raises `einvoices.NotSayable`."""
    with tenancy.within(flow.firm_id, flow.company_id):
        if code in (Code.CASHED, Code.PAYMENT_SENT) and not books.is_settled(flow.document_id):
            raise einvoices.NotSettled
        paid = _paid(flow.document) if code is Code.CASHED else []
        status = einvoices.say(flow=flow, code=code, by=by, at=at, motive=motive, reason=reason, paid=paid)
        _send_later(status)
        _tell(flow.document)
    return status


def _paid(document: Document) -> list[tuple[str, str]]:
    """What was cashed, by rate of VAT (BR-FR-CDV-14)."""
    reading = read_values.current(document)
    if reading is None or reading.total is None:
        return []
    by_rate = [(str(line.rate), str(line.base + line.amount)) for line in reading.vat_lines]
    return by_rate or [("0", str(reading.total.value))]


def _send_later(status: Status) -> None:
    # One after the other for each invoice: a platform takes « Approuvée » after « Prise en charge ».
    send_status.configure(lock=f"flow-{status.flow_id}").defer(
        firm_id=str(status.firm_id), company_id=str(status.company_id), status_id=str(status.pk)
    )


@app.task(queue="mail", retry=WhenAsked(), name="send_status")
def send_status(firm_id: str, company_id: str, status_id: str) -> None:
    """Tell the platform what a person said; twice is once, since it knows the message by its key."""
    whose = UUID(firm_id), UUID(company_id)
    with tenancy.within(*whose):
        status = einvoices_of.to_send(UUID(status_id))
        message = einvoices_of.message(status) if status else None
    if status is None or message is None or settings.PLATFORM is None:
        return
    try:
        settings.PLATFORM.send_status(message)
    except (einvoice.Unreachable, einvoice.Refused) as fault:
        with tenancy.within(*whose):
            einvoices.not_sent(status=status, fault=str(fault), at=timezone.now())
            announce(status.company_id, ["documents", "production"])
        if isinstance(fault, einvoice.Refused):
            return
        raise
    with tenancy.within(*whose):
        einvoices.sent(status=status, at=timezone.now())
        announce(status.company_id, ["documents", "production"])


# ── 2. Reading, then what follows from it ─────────────────────────────────────────────────────────


@app.task(queue="reading", retry=AGAIN, name="read")
def read(firm_id: str, company_id: str, document_id: str) -> None:
    """Cut a file into the pieces that it holds, read the first, keep what was read, and start what follows."""
    with tenancy.within(UUID(firm_id), UUID(company_id)):
        document = documents.get(UUID(document_id))
        readings.start(document=document, at=timezone.now())
        _tell(document)
    cut_now(document, at=timezone.now())
    read_now(document, at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queue="reading", name="rescue")
async def rescue(timestamp: int) -> None:
    """A worker that was killed leaves its piece *en lecture*: given back to the queue within two minutes."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=60):
        await app.job_manager.retry_job(job)


@app.periodic(cron="*/5 * * * *")
@app.task(queue="reading", name="remember")
def remember(timestamp: int) -> None:
    """A piece whose job was lost, whatever the reason, is queued again: none stays *reçue* for ever."""
    for firm_id in tenancy.every_firm():
        with tenancy.within(firm_id):
            for document in read_values.forgotten(before=timezone.now() - PATIENCE):
                read_later(document)
            for mail_row in inbox_of.unopened(before=timezone.now() - PATIENCE):
                _open_later(mail_row)
            for upload in uploads.arrived(before=timezone.now() - PATIENCE):
                end_upload(upload=upload, at=timezone.now())
            now = timezone.now()
            for status in einvoices_of.unsent(said_before=now - PATIENCE, tried_before=now - TRIED_AGAIN):
                _send_later(status)


def cut_now(document: Document, *, at: datetime) -> None:
    """Cut a file where it is sure that another document begins; where it is only likely, propose it to a person.

    Once for each file, and never one that a person has arranged: what they undid stays undone.
    """
    with tenancy.within(document.firm_id, document.company_id):
        if not arranging.is_to_be_looked_at(document):
            return
        content = leaves.content(document)
    try:
        parts = readers.cutting.parts_of(content, own=document.company.identity)
    except Exception:  # a file that cannot be cut is read whole, and its reading says what is wrong with it
        log.exception("cutting %s failed", document.pk)
        return
    if len(parts) < 2:
        return
    with _books_of(document.company):
        arranging.hold(document)
        if arranging.is_to_be_looked_at(document) and not ledger.is_posted(document=document):
            _cut(document, parts, at=at)


def _cut(document: Document, parts: Sequence[Part], *, at: datetime) -> None:
    """Each group of parts that is surely apart becomes a piece; doubts within one are kept as a proposal for it."""
    groups = joined(parts)
    pages = [[leaf for part in group for leaf in leaves.of_part(document, part)] for group in groups]
    is_cut = len(groups) > 1
    pieces = arranging.split(document=document, parts=pages, by=None, at=at) if is_cut else [document]
    for piece, group in zip(pieces, groups, strict=True):
        doubts = [(leaves.of_part(document, part), part) for part in group]
        arranging.propose(document=piece, parts=doubts if len(doubts) > 1 else [], at=at)
    for piece in pieces[1:]:
        read_later(piece)
    _tell(document)


def read_now(document: Document, *, at: datetime) -> None:
    """Read a piece; what cannot be read is kept with the sentence that says why."""
    company, pages = document.company, _pages(document)
    try:
        reading = READER.read(
            leaves.content(document), filename=document.filename, own=company.identity, beside=_beside(document)
        )
        look = _look(document)
    except readers.NotReadable as fault:
        _unread(document, str(fault), at=at)
        return
    except Exception:  # a fault of the reader's own must not leave a piece *en lecture* for ever
        log.exception("reading %s failed", document.pk)
        _unread(document, UNREAD, at=at)
        return
    with _books_of(company):
        if _pages(document) != pages:  # cut or put together meanwhile: it was queued again then
            return
        readings.record(document=document, reading=reading.handed_in_as(document.purpose), look=look, at=at)
        follow_reading(document, at=at)


def _look(document: Document) -> str:
    """How a photo looks; what is no photo is known by its bytes and by what is read on it."""
    with tenancy.within(document.firm_id, document.company_id):
        is_photo = document.original.media_type.startswith("image/")
        return readers.likeness.look(leaves.picture(document, 1, at_most=1600)) if is_photo else ""


def _beside(document: Document) -> bytes:
    with tenancy.within(document.firm_id, document.company_id):
        page = documents.readable(document)
    return documents.content(page) if page else b""


def _pages(document: Document) -> Sequence[Leaf]:
    with tenancy.within(document.firm_id, document.company_id):
        return leaves.of(document)


def _unread(document: Document, sentence: str, *, at: datetime) -> None:
    with tenancy.within(document.firm_id, document.company_id):
        readings.record_fault(document=document, sentence=sentence, at=at)
        _tell(document)


def follow_reading(document: Document, *, at: datetime, beside: Sequence[UUID] = ()) -> None:
    """After a reading or a correction: the entry it proves, then the movement that paid it, or pieces `beside` it.

    While a person has yet to say whether it is one piece or several, what was read is of no one of them.
    """
    if arranging.proposal(document) is not None:
        ledger.withdraw_proposal(document=document)
        _tell(document)
        return
    for asked in duplicates.compare(document=document, at=at):
        if asked.pk != document.pk:
            propose(asked)
            _tell(asked)
    propose(document)
    pair(document.company, new=[document.pk, *beside], around=_days(document), at=at)
    settle(document.company, documents=[document.pk], at=at)
    _tell(document)


def propose(document: Document) -> Entry | None:
    """Keep the entry that the piece proves as a draft for the firm."""
    reading = read_values.current(document)
    if reading is None or document.purpose == Document.Purpose.ADMIN or deposits.is_dismissed(document):
        return None
    if document.company.is_kept_by_hand:  # tenue manuelle: read and matched, but the firm writes the entry
        ledger.withdraw_proposal(document=document)
        return None
    found = proposal.propose(reading, context(document, reading))
    if found is None:
        ledger.withdraw_proposal(document=document)
        return None
    questions = [f"{duplicates.QUESTION} {row.reason}" for row in duplicates.undecided(document)]
    doubts = (*found.doubts, *questions)
    return ledger.propose(document=document, proposal=proposal.Proposal(found.entry, found.reasons, doubts))


@app.task(queue="reading", retry=AGAIN, name="propose_again")
def propose_again(firm_id: str, company_id: str) -> None:
    """Propose again what waits for the firm in a dossier whose VAT regime or way to be kept has changed."""
    with tenancy.within(UUID(firm_id), UUID(company_id)):
        waiting = pieces.waiting(UUID(company_id))
    for document in waiting:
        with _books_of(document.company):
            propose(document)
            _tell(document)


def correct(*, document: Document, values: dict[str, str], by: Person, at: datetime) -> None:
    """A person corrects what was read; everything that was derived from it is made again."""
    with _books_of(document.company):
        readings.correct(document=document, values=values, by=by, at=at)
        beside = _unlink(document, at=at) if values.keys() & matches.MATCHED_BY else []
        follow_reading(document, at=at, beside=beside)
        if values:
            ledger.doubt_revised(document=document)


def decide_duplicate(*, resemblance: Resemblance, is_same: bool, by: Person, at: datetime) -> None:
    """A person says whether a piece is a paper that is here already: then it is set aside, else it goes its way.

    Raises `ledger.AlreadyPosted`: what is in the books is taken back first.
    """
    document = resemblance.document
    with _books_of(document.company):
        if is_same:
            ledger.refuse_posted(document=document)
        if not duplicates.decide(resemblance=resemblance, is_same=is_same, by=by, at=at):
            return
        if is_same:
            dismiss(document=document, reason=DUPLICATE, by=by, at=at)
        else:
            propose(document)
            _tell(document)


DUPLICATE = "Déjà reçue : c’est un doublon."
"""What the client reads: not which piece it doubles, that another person may have handed in."""


def dismiss(*, document: Document, reason: str, by: Person, at: datetime) -> None:
    """The firm sets a piece aside: its draft goes, and what it justified is missing again.

    Raises `ledger.AlreadyPosted`: what is in the books is taken back first.
    """
    with _books_of(document.company):
        ledger.refuse_posted(document=document)
        deposits.dismiss(document=document, reason=reason, by=by, at=at)
        ledger.withdraw_draft(document=document)
        freed = matching.forget(document=document, by=by, at=at)
        rebook(document.company, freed, at=at)
        _relist(document.company, freed, at=at)
        _tell(document)


def reopen(*, document: Document, by: Person, at: datetime) -> None:
    """A piece set aside is taken back, and goes its way again."""
    with _books_of(document.company):
        deposits.reopen(document=document, by=by, at=at)
        follow_reading(document, at=at)


def say_who_paid(*, document: Document, person: Person, by: Person, at: datetime) -> None:
    """Somebody else advanced a note de frais: what it proposes is owed to them, and paid back to them.

    Raises `ledger.AlreadyPosted`, `deposits.IsDismissed`.
    """
    with _arranging(document):
        if deposits.say_who_paid(document=document, person=person, by=by, at=at):
            follow_reading(document, at=at, beside=_unlink(document, at=at))


def set_claimant_account(*, membership: CompanyMembership, account: str, by: Person, at: datetime) -> None:
    """The firm says which account a person of the company is paid back by; what waits is proposed again."""
    with _books_of(membership.company):
        if members.set_claimant_account(membership=membership, account=account, by=by, at=at):
            propose_again.defer(firm_id=str(membership.firm_id), company_id=str(membership.company_id))


def reclassify(*, document: Document, purpose: str, by: Person, at: datetime) -> None:
    """A person moves a piece to another kind: it is read again as that, or only kept from now on.

    Raises `ledger.AlreadyPosted`, `deposits.IsDismissed`.
    """
    with _arranging(document):
        if deposits.reclassify(document=document, purpose=purpose, by=by, at=at):
            _arranged([document], at=at)


def move(*, document: Document, to: Company, by: Person, at: datetime) -> Document:
    """The firm moves a piece to the dossier that it belongs to: handed in there, set aside here without naming where to.

    Raises `ledger.AlreadyPosted`, `deposits.IsDismissed`; what is in that dossier already is only set aside here.
    """
    with _arranging(document):
        try:
            moved = _handed_in_there(document, to, by=by, at=at)
        except deposits.AlreadyHandedIn as twin:
            moved = twin.document
        dismiss(document=document, reason=MOVED, by=by, at=at)
    return moved


def _handed_in_there(document: Document, to: Company, *, by: Person, at: datetime) -> Document:
    """The originals bit for bit, where the piece is all of them; else its own pages alone: the rest is not that dossier's."""
    way: dict[str, Any] = {
        "company": to,
        "filename": document.filename,
        "by": by,
        "at": at,
        "purpose": document.purpose,
    }
    originals = leaves.originals_of(document)
    if len(originals) > 1 and leaves.are_whole(document):
        photos = [documents.content(original) for original in originals]
        return hand_in_pages(pages=photos, channel=Document.Channel.WEB, **way)
    page = _beside(document)
    return hand_in(
        content=leaves.content(document),
        sent={"moved": "d’un autre dossier du cabinet"},
        beside=readers.archive.Member(f"{document.filename}.pdf", page) if page else None,
        **way,
    )


MOVED = "Cette pièce concernait un autre dossier : le cabinet l’y a mise."


def split(*, document: Document, parts: Sequence[Sequence[Leaf]], by: Person, at: datetime) -> list[Document]:
    """Cut a piece into several, or put the pages of one in order; what justified a transaction stays with the first.

    Raises `ledger.AlreadyPosted`, `deposits.IsDismissed`, `arranging.NotAnArrangement`.
    """
    with _arranging(document):
        pieces = arranging.split(document=document, parts=parts, by=by, at=at)
        arranging.settle(document=document, by=by, at=at)
        _arranged(pieces, at=at)
    return pieces


def unite(*, documents: Sequence[Document], by: Person, at: datetime) -> Document:
    """Put pieces together into the first, in this order; what the others justified, the first justifies.

    Raises what `split` raises.
    """
    with _arranging(*documents):
        first, *others = documents
        for other in others:
            _hand_over(other, to=first, by=by, at=at)
        arranging.unite(documents=documents, by=by, at=at)
        _arranged([first], at=at)
    return first


def undo_cut(*, document: Document, by: Person, at: datetime) -> Document:
    """A file that was cut is one piece again. Raises what `split` raises, for any of its pieces."""
    cut_out = list(Document.objects.kept().filter(cut_from=document).select_related("company", "original"))
    with _arranging(document, *cut_out):
        for other in cut_out:
            _hand_over(other, to=document, by=by, at=at)
        arranging.undo_cut(document=document, by=by, at=at)
        _arranged([document], at=at)
    return document


@contextmanager
def _arranging(*pieces: Document) -> Iterator[None]:
    """Only what is in no book and not set aside may change its pages."""
    with _books_of(pieces[0].company):
        for piece in pieces:
            ledger.refuse_posted(document=piece)
            deposits.refuse_dismissed(piece)
        yield


def _arranged(pieces: Sequence[Document], *, at: datetime) -> None:
    """What was read before is of other pages: the draft and the machine's links go, and each piece is read."""
    for piece in pieces:
        ledger.withdraw_draft(document=piece)
        _unlink(piece, at=at)
        _tell(piece)
        read_later(piece)


def _hand_over(document: Document, *, to: Document, by: Person, at: datetime) -> None:
    """A piece that becomes part of another leaves it what it justified; its draft goes."""
    ledger.withdraw_draft(document=document)
    freed = matching.hand_over(document=document, to=to, by=by, at=at)
    rebook(document.company, freed, at=at)
    _relist(document.company, freed, at=at)
    _tell(document)


# ── 3. The bank ───────────────────────────────────────────────────────────────────────────────────


def import_statement(
    *,
    account: BankAccount,
    content: bytes,
    filename: str,
    by: Person | None,
    at: datetime,
    columns: Mapping[str, bank_files.Columns] | None = None,
) -> banking.Import:
    """A bank's file comes in: proved, kept, booked and matched, each movement once, or refused whole.

    `columns` explains the headings of a table that the firm does not know yet. Raises `bank_files.NotAStatement`
    (`UnknownColumns` where they have to be explained), `bank_files.DoesNotAddUp`, `banking.OtherAccount`.
    """
    file = bank_files.read(content, filename, bank_columns.explained(account.firm_id) | dict(columns or {}))
    with _books_of(account.company):
        imported = banking.import_statements(account=account, file=file, filename=filename, by=by, at=at)
        book(account.company, imported.transactions, at=at)
        if imported.transactions:
            new = [transaction.pk for transaction in imported.transactions]
            pair(account.company, new=new, around=_movement_days(imported.transactions), at=at)
        announce(account.company_id, ["bank", "production"])
    return imported


def book(company: Company, transactions: Sequence[Transaction], *, at: datetime) -> list[Entry]:
    """Book transactions by the firm's rules, else by their label's history, else in suspense."""
    entries = bank_entries.book(booked=bank_entries.bookings(company, transactions, at=at), at=at)
    _relist(company, [t.pk for t in transactions], at=at)
    return entries


def write_rule(*, company: Company, rule: domain_rules.Rule, by: Person, at: datetime) -> None:
    """The firm adds a rule; what waited in suspense is booked by it at once."""
    with _books_of(company):
        banking.write_rule(company=company, rule=rule, by=by, at=at)
        waiting = books.transactions_in_suspense(company)
        rebook(company, waiting, at=at)
        _relist(company, waiting, at=at)
        announce(company.pk, ["bank"])


def assign(*, entry: Entry, account: str, auxiliary: str, by: Person, at: datetime) -> None:
    """A person says where a bank entry goes."""
    with _books_of(entry.company):
        entry = bank_entries.assign(
            entry=entry,
            account=account,
            auxiliary=auxiliary,
            by=by,
            at=at,
            reason=f"Choisi par {by.full_name}",
        )
        _relist(entry.company, [entry.transaction_id] if entry.transaction_id else [], at=at)
        announce(entry.company_id, ["bank"])


def rebook(company: Company, transaction_ids: Iterable[UUID], *, at: datetime) -> None:
    """Book again what a match had moved, unless a person chose or validated it."""
    entries = Entry.objects.posted().filter(transaction__in=list(transaction_ids), revised_by=None)
    transactions = [e.transaction for e in entries.select_related("transaction__account") if e.transaction]
    for item in bank_entries.bookings(company, transactions, at=at, again=True):
        bank_entries.assign(
            entry=item.transaction.entry,
            account=item.booking.account,
            auxiliary=item.booking.auxiliary,
            by=None,
            at=at,
            reason=item.booking.reason,
            rule_id=item.rule_id,
        )


# ── 4. Rapprochement ──────────────────────────────────────────────────────────────────────────────


def pair(company: Company, *, new: Sequence[UUID], around: "matches.Window", at: datetime) -> None:
    """Link new pieces and transactions where the machine is sure, propose the others, before anything is posted."""
    window, fresh = around.with_rivals(), frozenset(map(str, new))
    pieces = matches.open_pieces(company, window)
    concerned = match.near(pieces, matches.open_movements(company, among=new), fresh)
    movements = matches.open_movements(company, window, hints=match.hints(concerned))
    pairings = match.pair(pieces, movements, rejected=matches.rejected(company), around=fresh)
    found = matching.keep_pairings(company=company, pairings=pairings, at=at)
    if found:
        settle(company, documents=[m.document_id for m in found], at=at)
    elif pairings:
        announce(company.pk, ["missing"])


def attach(*, document: Document, transaction: Transaction, by: Person, at: datetime, reason: str = "") -> None:
    """A person says that this piece explains this transaction: it leaves the list with this commit.

    Raises `deposits.IsDismissed` for a piece that was set aside.
    """
    with _books_of(document.company):
        deposits.refuse_dismissed(document)
        matching.attach(document=document, transaction=transaction, by=by, at=at, reason=reason)
        settle(document.company, documents=[document.pk], at=at, by_person=True)


def detach(
    *, document: Document, transaction: Transaction, by: Person, at: datetime, may_unletter: bool = True
) -> None:
    """A person says that they do not belong together: the transaction is missing its document again.

    Raises `matching.Settled` where both sides are lettered in the books and the person may not undo that.
    """
    company = document.company
    with _books_of(company):
        letters = Lettrage.objects.filter(lettered__line__entry__transaction=transaction)
        if letters and not may_unletter:
            raise matching.Settled(matching.Settled.__doc__)
        touched = {transaction.pk, *(pk for letter in letters for pk in _transactions_of(letter))}
        for letter in letters:
            lettrage.unletter(lettrage=letter, by=by, at=at)
        matching.detach(document=document, transaction=transaction, by=by, at=at)
        rebook(company, [transaction.pk], at=at)
        _relist(company, touched, at=at)
        _tell(document)


def _unlink(document: Document, *, at: datetime) -> list[UUID]:
    """Take back the machine's links of a piece that was read wrong, and say which pieces they held beside it.

    What a person linked, and what is in the books already, stays: it is taken back by hand, by whom it may.
    """
    matching.end_proposals_of(document)
    group = next(iter(matches.groups(documents=[document.pk])), None)
    if group is None or group.is_by_person or books.is_any_booked(group.documents):
        return []
    freed = matching.unlink_by_machine(company=document.company, documents=group.documents, at=at)
    rebook(document.company, freed, at=at)
    _relist(document.company, freed, at=at)
    return [pk for pk in group.documents if pk != document.pk]


def settle(company: Company, *, documents: Iterable[UUID], at: datetime, by_person: bool = False) -> None:
    """What a match brings about: the bank entry on the third party, the letter once both sides are posted.

    `by_person`: a person has just made the link, so that it counts more than an account chosen before.
    """
    for group in matches.groups(documents=documents):
        settling.move_bank_entries(group, at=at, over_chosen=by_person)
        settling.letter(group, at=at)
        _relist(company, group.transactions, at=at)


# ── 5. Entry, lettrage, validation ────────────────────────────────────────────────────────────────


def post(*, entry: Entry, by: Person, at: datetime, content: domain_entry.Entry | None = None) -> Entry:
    """The firm accepts an entry, as proposed or as it rewrote it; it is lettered by itself where it is paid.

    Raises `ledger.Refused`, `ledger.AlreadyPosted`, `deposits.IsDismissed`.
    """
    with _books_of(entry.company):
        if entry.document:
            deposits.refuse_dismissed(entry.document)
        if content is not None:
            entry = ledger.revise(entry=entry, content=content, by=by, at=at)
        entry = ledger.post(entry=entry, by=by, at=at)
        if entry.document:
            settle(entry.company, documents=[entry.document.pk], at=at)
            _tell(entry.document)
        announce(entry.company_id, ["production"])
    return entry


def write(*, document: Document, content: domain_entry.Entry, by: Person, at: datetime) -> Entry:
    """A person writes and posts the entry of a piece for which none is proposed: by its way to be kept, or its kind.

    Raises `ledger.Refused`, `ledger.NoFiscalYear`, `deposits.IsDismissed`; nothing is kept then.
    """
    with _books_of(document.company):
        deposits.refuse_dismissed(document)
        entry = ledger.write(document=document, content=content, by=by, at=at)
        return post(entry=entry, by=by, at=at)


def take_back(*, entry: Entry, by: Person, at: datetime) -> Entry:
    """A person makes a posted entry a draft again; the letter that the machine gave it goes, a person's does not.

    Raises `ledger.Refused` where a person lettered it, `ledger.AlreadyValidated` where it is final.
    """
    with _books_of(entry.company):
        touched = _unletter_by_machine(entry, by=by, at=at)
        entry = ledger.take_back(entry=entry, by=by, at=at)
        _relist(entry.company, touched, at=at)
        if entry.document:
            _tell(entry.document)
    return entry


def revise(*, entry: Entry, content: domain_entry.Entry, by: Person, at: datetime) -> Entry:
    """A person rewrites an entry that is not validated."""
    with _books_of(entry.company):
        entry = ledger.revise(entry=entry, content=content, by=by, at=at)
        announce(entry.company_id, ["production"])
    return entry


def letter(*, lines: Sequence[Line], by: Person, at: datetime) -> Lettrage:
    """A person letters lines by hand."""
    with db.atomic():
        made = lettrage.letter(lines=lines, by=by, at=at, reason=f"Lettré par {by.full_name}")
        _relist(made.company, _transactions_of(made), at=at)
        _moved(made.company)
        announce(made.company_id, ["production"])
    return made


def unletter(*, made: Lettrage, by: Person, at: datetime) -> None:
    """A person takes a letter back; the machine does not put it on the same lines again."""
    with _books_of(made.company):
        touched = _transactions_of(made)
        lettrage.refuse(lettrage=made, by=by, at=at)
        lettrage.unletter(lettrage=made, by=by, at=at)
        _relist(made.company, touched, at=at)
        announce(made.company_id, ["production"])


def reverse(*, entry: Entry, on: date, by: Person, at: datetime) -> Entry:
    """A person undoes a validated entry by its mirror, posted on a day of an open year."""
    with _books_of(entry.company):
        touched = _unletter_by_machine(entry, by=by, at=at)
        mirror = ledger.reverse(entry=entry, on=on, by=by, at=at)
        settling.letter_with_mirror(entry, mirror, by=by, at=at)
        _relist(entry.company, touched, at=at)
        announce(entry.company_id, ["production"])
    return mirror


def validate(*, company: Company, year: FiscalYear, until: date, by: Person, at: datetime) -> int:
    """Make everything posted up to a day final, and say how many entries that was."""
    with _books_of(company):
        entries = Entry.objects.posted().filter(company=company, fiscal_year=year, dated_on__lte=until)
        count = ledger.validate(entries=entries, by=by, at=at)
        announce(company.pk, ["production"])
    return count


# ── 6. Dossiers ───────────────────────────────────────────────────────────────────────────────────


def open_dossiers(*, firm: Firm, openings: Sequence[Opening], by: Person, at: datetime) -> list[Company]:
    """Dossiers ready to work in, one or hundreds, all or none: year, journals, chart, bank account, rules, lists.

    Raises `company_file.Taken` where the firm has one of them already.
    """
    with tenancy.within(firm.pk):
        companies = new_dossiers.open_dossiers(firm=firm, openings=openings, by=by, at=at)
        pairs = list(zip(companies, openings, strict=True))
        new_books.open_books(dossiers=pairs)
        banking.open_first_accounts(dossiers=[(company, opening.model.rules) for company, opening in pairs])
        standings.refresh(firm=firm, on=timezone.localdate(at))
        announce(firm.pk, ["portfolio"])
    return companies


def open_import(
    *, row: DossierImport, judge: Callable[[DossierImport], Sequence[Candidate]], by: Person, at: datetime
) -> list[tuple[Company, Opening]] | None:
    """Open what is right in a list, once, and say what was opened; None where it was opened, or thrown away, by somebody faster.

    `judge` looks at the rows again inside the lock: the firm may have opened one of them since.
    """
    with tenancy.within(row.firm_id):
        held = new_dossiers.held_import(row)
        if held is None or held.opened_at:
            return None
        candidates = judge(held)
        openings = [found.opening for found in candidates if found.opening]
        if not openings:
            return []
        companies = open_dossiers(firm=held.firm, openings=openings, by=by, at=at)
        left = [asdict(found.row) for found in candidates if not found.opening]
        new_dossiers.end_import(row=held, opened=len(openings), left=left, by=by, at=at)
    return list(zip(companies, openings, strict=True))


def edit_file(
    *,
    company: Company,
    values: Mapping[str, str],
    year: FiscalYear | None,
    closes_on: date | None,
    method: Method | None,
    by: Person,
    at: datetime,
) -> bool:
    """A person changes the company file; what waits is proposed again where that changes its entries.

    Raises `new_books.Fixed`, `company_file.Taken`; says whether anything changed.
    """
    with _books_of(company):
        also: company_file.Changes = {}
        if year is not None:
            until = closes_on or year.closes_on
            also = new_books.change_year(year=year, closes_on=until, method=method or Method(year.method))
            if "closes_on" in also:
                _book_waiting(company, year.opens_on, until, at=at)
        changes = company_file.edit(company=company, values=values, by=by, at=at, also=also)
        if changes.keys() & {"keeping", "vat_regime"}:
            propose_again.defer(firm_id=str(company.firm_id), company_id=str(company.pk))
    return bool(changes)


def open_year(*, company: Company, opens_on: date, closes_on: date, at: datetime) -> FiscalYear:
    """Open a fiscal year, and book the transactions that waited for it."""
    with _books_of(company):
        year = ledger.open_year(company=company, opens_on=opens_on, closes_on=closes_on)
        _book_waiting(company, opens_on, closes_on, at=at)
    return year


def _book_waiting(company: Company, opens_on: date, closes_on: date, *, at: datetime) -> None:
    waiting = Transaction.objects.filter(company=company, entry=None, booked_on__range=(opens_on, closes_on))
    book(company, list(waiting.select_related("account")), at=at)


# ── 7. The missing list ───────────────────────────────────────────────────────────────────────────


def ask_missing(company: Company, *, at: datetime) -> None:
    """The firm changed what it asks of a dossier: the whole list is made again."""
    with _books_of(company):
        _relist(company, None, at=at)


def _relist(company: Company, transactions: Iterable[UUID] | None, *, at: datetime) -> None:
    if missing.refresh(company=company, transactions=transactions, at=at):
        announce(company.pk, ["missing"])


def keep_up(*, company: Company, by: Person, at: datetime) -> None:
    """The firm has kept the dossier up to now: only what comes later counts as new in its portfolio."""
    with tenancy.within(company.firm_id, company.pk):
        missing.keep_up(company=company, by=by, at=at)
        _moved(company)


# ── 8. Mail ───────────────────────────────────────────────────────────────────────────────────────


def post_letter(
    message: mail.Message,
    *,
    at: datetime,
    firm_id: UUID | None = None,
    company_id: UUID | None = None,
    person_id: UUID | None = None,
) -> Letter:
    """Write a letter with the act that causes it; it leaves after the commit, or not at all.

    Of a firm (and of one company), or of a person's own account: then nobody else sees it.
    """
    with _letters_of(firm_id, company_id, person_id):
        letter = mail.write(message=message, at=at, firm_id=firm_id, company_id=company_id, person_id=person_id)
        deliver.defer(
            letter_id=str(letter.pk),
            firm_id=_text(firm_id),
            company_id=_text(company_id),
            person_id=_text(person_id),
        )
    return letter


@app.task(queue="mail", retry=RetryStrategy(max_attempts=8, exponential_wait=6), name="deliver")
def deliver(letter_id: str, firm_id: str, company_id: str, person_id: str) -> None:
    """Hand a letter to whoever carries the mail; without anybody, it stays in the outbox and is told to the console."""
    whose = [UUID(key) if key else None for key in (firm_id, company_id, person_id)]
    with _letters_of(*whose):
        letter = outbox.to_deliver(UUID(letter_id))
    if letter is None:
        return
    if not mail.is_carried():
        mail.tell(letter)
        return
    try:
        mail.hand_over(letter)
    except mail.NotDelivered as fault:
        with _letters_of(*whose):
            mail.mark_failed(letter=letter, fault=str(fault))
        raise
    with _letters_of(*whose):
        mail.mark_sent(letter=letter, at=timezone.now())


@app.periodic(cron="17 3 * * *")
@app.task(queue="mail", name="sweep")
def sweep(timestamp: int) -> None:
    """Every night: sessions that have expired go, and uploads that nobody came back for."""
    accounts.forget_closed_sessions()
    for firm_id in tenancy.every_firm():
        with tenancy.within(firm_id):
            uploads.forget_old(before=timezone.now() - uploads.KEPT)


@app.periodic(cron="*/10 * * * *")
@app.task(queue="mail", name="stamp_deposits")
def stamp_deposits(timestamp: int) -> None:
    """Have the last seal of each deposit log stamped, where an authority is set; what fails is asked again next time."""
    authority = settings.TIMESTAMP
    if authority is None:
        return
    for firm_id in tenancy.every_firm():
        with tenancy.within(firm_id):
            lines = stamps.unstamped()
        for line in lines:
            try:
                token = authority.stamp(stamps.said(line.seal))
            except (timestamp_authority.Unreachable, timestamp_authority.NotAStamp) as fault:
                log.warning("time-stamp of %s: %s", authority.name, fault or type(fault).__name__)
                return
            try:
                with tenancy.within(line.firm_id, line.company_id):
                    stamps.keep(arrival=line, token=token, authority=authority)
            except timestamp_authority.NotAStamp as fault:
                # The clock was wrong at this one deposit: other dossiers are stamped all the same.
                log.warning("time-stamp of %s: %s", authority.name, fault)


def _letters_of(
    firm_id: UUID | None, company_id: UUID | None, person_id: UUID | None
) -> AbstractContextManager[None]:
    if firm_id is not None:
        return tenancy.within(firm_id, company_id)
    assert person_id is not None, "a letter is of a firm or of a person"
    return tenancy.person(person_id)


def _text(key: UUID | None) -> str:
    return str(key) if key else ""


# ── 9. Shared folders: kept for the client, never read nor booked ─────────────────────────────────


def put_file(
    *, company: Company, folder: Folder, content: bytes, filename: str, by: Person, at: datetime
) -> SharedFile:
    """The firm shares a file; every open list that may show it does, within a second.

    Raises `readers.NotReadable` for what is not shared, `folders.AlreadyInFolder` for what is there.
    """
    media_type = readers.admit_to_folder(content, file_name(filename))
    with tenancy.within(company.firm_id, company.pk):
        file = folders.put(
            company=company,
            folder=folder,
            content=content,
            name=filename,
            media_type=media_type,
            pages=readers.pages_of(content),
            by=by,
            at=at,
        )
        announce(company.pk, [folder.topic])
    return file


def withdraw_file(*, file: SharedFile, by: Person, at: datetime) -> None:
    """The firm takes a file back: gone from every list, kept with its proof. Raises `folders.AlreadyWithdrawn`."""
    with tenancy.within(file.firm_id, file.company_id):
        folders.withdraw(file=file, by=by, at=at)
        announce(file.company_id, [file.folder_enum.topic])


# ── What the stages need from each other ──────────────────────────────────────────────────────────


@contextmanager
def _books_of(company: Company) -> Iterator[None]:
    """One at a time in a company's books, all or nothing: two people and a worker never wait for each other in a ring.

    Handing in does not come this way: a client never waits for an import, unless for the line that it justifies.
    """
    with tenancy.within(company.firm_id, company.pk):
        firms.hold(company)
        yield
        _moved(company)


def _moved(company: Company) -> None:
    """The dossier's line in the portfolio is made again when somebody looks; until then, a mark waits for nobody."""
    standings.mark(company)
    announce(company.firm_id, ["portfolio"])


def stand_later(firm: Firm) -> None:
    """More dossiers have moved than a page can make again while somebody waits: a job makes them, and the page hears."""
    stand.defer(firm_id=str(firm.pk))


@app.task(queue="mail", retry=AGAIN, name="stand")
def stand(firm_id: str) -> None:
    """Make the standings again that wait, once: who comes after the others finds nothing left."""
    with tenancy.within(UUID(firm_id)):
        if standings.refresh(firm=Firm.objects.get(pk=firm_id), on=timezone.localdate()):
            announce(UUID(firm_id), ["portfolio"])


def _tell(document: Document) -> None:
    """Tell the screens that show this piece: those of its depositor apart, who may see no other's."""
    announce(document.company_id, ["documents", "production", f"documents-of-{document.deposited_by_id}"])
    _moved(document.company)


def _days(document: Document) -> "matches.Window":
    reading = read_values.current(document)
    deposited = timezone.localdate(document.deposited_at)
    return matches.around_pieces([reading.issued_on.value if reading and reading.issued_on else deposited])


def _movement_days(transactions: Sequence[Transaction]) -> "matches.Window":
    return matches.around_movements(t.booked_on for t in transactions)


def _unletter_by_machine(entry: Entry, *, by: Person, at: datetime) -> list[UUID]:
    """Take the machine's letters off an entry, and say which transactions they held."""
    made = list(Lettrage.objects.filter(lettered__line__entry=entry, by=None).distinct())
    touched = [pk for letter in made for pk in _transactions_of(letter)]
    for letter in made:
        lettrage.unletter(lettrage=letter, by=by, at=at)
    return touched


def _transactions_of(made: Lettrage) -> list[UUID]:
    rows = made.lettered.values_list("line__entry__transaction_id", flat=True)
    return [pk for pk in rows if pk is not None]
