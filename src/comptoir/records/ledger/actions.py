"""Keeping the books: propose, revise, post, take back, validate, reverse. Letters stand in `lettrage`."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from comptoir.domain import entry as domain_entry
from comptoir.domain import numbering, period
from comptoir.domain.company import Method
from comptoir.domain.fault import Fault
from comptoir.domain.opening import JOURNALS
from comptoir.domain.proposal import Proposal
from comptoir.records.audit.actions import record
from comptoir.records.banking import queries as bank
from comptoir.records.banking.models import Transaction
from comptoir.records.deposits.models import Document
from comptoir.records.firms.models import Company, Person
from comptoir.records.ledger import locks, parties, queries
from comptoir.records.ledger.models import Entry, FiscalYear, Journal, Line

BROUGHT_FORWARD = "AN"
"""The journal of balances brought forward (*à-nouveaux*), which no movement of the year makes."""


class Refused(Exception):
    """L’écriture n’est pas acceptable en l’état : rien n’a été enregistré."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(" ".join(str(fault) for fault in faults))
        self.faults = faults


class AlreadyPosted(Exception):
    """Cette écriture est déjà comptabilisée."""


class AlreadyValidated(Exception):
    """Cette écriture est validée : elle ne se modifie plus. Passez une extourne."""


class NotAYear(Exception):
    """Ces jours ne font pas un exercice de ce dossier."""


class NoFiscalYear(Exception):
    """Aucun exercice n’est ouvert dans ce dossier."""


@transaction.atomic
def open_year(
    *,
    company: Company,
    opens_on: date,
    closes_on: date,
    method: Method = Method.ENGAGEMENT,
    by: Person | None = None,
    at: datetime,
) -> FiscalYear:
    """Open a fiscal year beside those that are open, and the usual journals with the first; drafts of its days come into it.

    Raises `NotAYear`.
    """
    if fault := period.new_year_fault(locks.spans(company.pk), opens_on, closes_on):
        raise NotAYear(fault)
    for code, label in JOURNALS.items():
        Journal.objects.get_or_create(
            company=company, code=code, defaults={"firm_id": company.firm_id, "label": label}
        )
    year = FiscalYear.objects.create(
        firm_id=company.firm_id, company=company, opens_on=opens_on, closes_on=closes_on, method=method
    )
    drafts = Entry.objects.drafts().filter(company=company, dated_on__range=(opens_on, closes_on))
    drafts.update(fiscal_year=year)  # they waited in another one (`year_for`)
    record("open_year", year, by=by, at=at, opens_on=opens_on.isoformat(), closes_on=closes_on.isoformat())
    return year


@transaction.atomic
def follow_on(*, company: Company, until: date, at: datetime) -> list[FiscalYear]:
    """Open the years behind the last one that a day which has come reaches, kept as the last one is; says which."""
    last = FiscalYear.objects.filter(company=company).order_by("-closes_on").first()
    if last is None or until <= last.closes_on:
        return []
    spans = period.begun(locks.spans(company.pk), until, timezone.localdate(at))
    method = Method(last.method)
    return [
        open_year(company=company, opens_on=opens_on, closes_on=closes_on, method=method, by=None, at=at)
        for opens_on, closes_on in spans
    ]


@transaction.atomic
def propose(*, document: Document, proposal: Proposal) -> Entry | None:
    """Keep the proposed entry of a piece as its draft; what a person revised or posted is left alone."""
    draft = Entry.objects.select_for_update().filter(document=document, reverses=None).first()
    if draft and (draft.posted_at or draft.revised_by_id):
        return draft
    entry = draft or Entry(firm_id=document.firm_id, company_id=document.company_id, document=document)
    entry.reasons, entry.doubts = list(proposal.reasons), list(proposal.doubts)
    return _write(entry, proposal.entry)


@transaction.atomic
def withdraw_draft(*, document: Document) -> None:
    """Remove the draft of a piece that proves no entry any more (set aside, or only to keep)."""
    Entry.objects.drafts().filter(document=document).delete()


@transaction.atomic
def withdraw_proposal(*, document: Document) -> None:
    """Remove the machine's draft of a piece for which nothing is proposed any more; a person's own stays."""
    Entry.objects.drafts().filter(document=document, revised_by=None).delete()


@transaction.atomic
def write(*, document: Document, content: domain_entry.Entry, by: Person, at: datetime) -> Entry:
    """Keep as a draft the entry that a person writes for a piece which has none; raises `Refused`."""
    if Entry.objects.filter(document=document, reverses=None).exists():
        raise Refused([Fault("written", "Cette pièce a déjà une écriture.", "Rechargez la page pour la voir.")])
    faults = domain_entry.check_lines(content)
    if not Journal.objects.filter(company_id=document.company_id, code=content.journal).exists():
        faults.append(Fault("journal", f"Le dossier n’a pas de journal « {content.journal[:10]} »."))
    if faults:
        raise Refused(faults)
    entry = Entry(firm_id=document.firm_id, company_id=document.company_id, document=document, revised_by=by)
    entry.reasons = [f"Saisie par {by.full_name}"]
    entry = _write(entry, content)
    record("write", entry, by=by, at=at, lines=[_told(line) for line in content.lines])
    return entry


OUTRUN = "Les valeurs ont été corrigées depuis : l’écriture écrite à la main ne les suit pas."


def doubt_revised(*, document: Document) -> None:
    """Say that a draft which a person wrote stays as it is, though the piece's values were corrected after."""
    draft = Entry.objects.drafts().filter(document=document, reverses=None).exclude(revised_by=None).first()
    if draft and OUTRUN not in draft.doubts:
        draft.doubts = [*draft.doubts, OUTRUN]
        draft.save(update_fields=["doubts"])


def is_posted(*, document: Document) -> bool:
    """Whether the piece's entry is in the books."""
    return Entry.objects.booked().filter(document=document, reverses=None, reversed_by=None).exists()


def refuse_posted(*, document: Document) -> None:
    """Raise `AlreadyPosted` for a piece whose entry is in the books."""
    if is_posted(document=document):
        raise AlreadyPosted("Cette pièce est comptabilisée : remettez d’abord son écriture en brouillon.")


@transaction.atomic
def revise(*, entry: Entry, content: domain_entry.Entry, by: Person, at: datetime) -> Entry:
    """Write an entry as a person wants it; a draft may not balance yet, a posted one must still hold."""
    entry = _locked(entry)
    _refuse_lettered(entry)
    _refuse_merged(entry)
    if entry.posted_at:
        _refuse_locked(entry.company_id, entry.dated_on)
        _accept(entry, content)
    elif faults := domain_entry.check_lines(content):
        raise Refused(faults)
    entry.revised_by = by
    record("revise", entry, by=by, at=at, lines=[_told(line) for line in content.lines])
    return _write(entry, content)


@transaction.atomic
def post(*, entry: Entry, by: Person | None, at: datetime) -> Entry:
    """Take a draft into the books; raises `Refused` with every fault, `AlreadyPosted` the second time."""
    entry = _locked(entry)
    if entry.posted_at:
        raise AlreadyPosted(AlreadyPosted.__doc__)
    _accept(entry, queries.content(entry))
    # The draft may have been written before its year was open.
    entry.fiscal_year = year_for(entry.company_id, entry.dated_on)
    entry.posted_by, entry.posted_at = by, at
    entry.save(update_fields=["fiscal_year", "posted_by", "posted_at"])
    record("post", entry, by=by, at=at)
    return entry


@transaction.atomic
def take_back(*, entry: Entry, by: Person, at: datetime) -> Entry:
    """Make a posted entry a draft again, as long as it is neither validated nor lettered."""
    entry = _locked(entry)
    _refuse_lettered(entry)
    _refuse_merged(entry)
    _refuse_locked(entry.company_id, entry.dated_on)
    entry.posted_by = entry.posted_at = None
    entry.save(update_fields=["posted_by", "posted_at"])
    record("take_back", entry, by=by, at=at)
    return entry


@transaction.atomic
def validate(*, entries: Iterable[Entry], by: Person, at: datetime) -> int:
    """Make posted entries final: numbered without gaps by journal and year, sealed into the company's chain."""
    ids = [entry.pk for entry in entries]
    if not ids:
        return 0
    # One validation at a time in a company: the lock is what keeps numbers and chain without gaps.
    company = Company.objects.select_for_update(no_key=True, of=("self",)).get(entries_of__pk=ids[0])
    posted = list(
        Entry.objects.posted()
        .filter(pk__in=ids, company=company)
        .select_for_update(of=("self",))
        .select_related("journal")
        .order_by("dated_on", "posted_at", "id")
    )
    contents = queries.contents(posted)
    link = _last_link(company)
    ranks = _last_ranks(posted)
    for entry in posted:
        key = (entry.fiscal_year_id, entry.journal_id)
        ranks[key] = ranks.get(key, 0) + 1
        link = _seal(entry, contents[entry.pk], ranks[key], link, by, at)
    Line.objects.filter(entry__in=posted).update(validated_at=at)
    Entry.objects.bulk_update(
        posted,
        ["validated_by", "validated_at", "rank", "number", "seal", "chain_rank"],
        batch_size=500,
    )
    if posted:
        record("validate", posted[0], by=by, at=at, entries=len(posted), last=posted[-1].number)
    return len(posted)


@transaction.atomic
def reverse(*, entry: Entry, on: date, by: Person, at: datetime) -> Entry:
    """Undo a validated entry by its mirror (*extourne*), posted on another day; once only.

    An entry of the bank's gives its movement away, for it to be told anew: the bank did move. What the bank has taken back itself
    is undone already, and a letter that a person gave would say paid what is undone: they take it off first.
    """
    if entry.validated_at is None:
        raise Refused([Fault("not_final", "Cette écriture n’est pas validée.", "Modifiez-la plutôt.")])
    if Entry.objects.filter(reverses=entry).exists():
        raise Refused([Fault("reversed", "Cette écriture est déjà extournée.")])
    _refuse_merged(entry)
    _refuse_lettered(entry)
    if entry.transaction:
        _refuse_taken_back(entry.transaction)
    _refuse_locked(entry.company_id, on)
    mirror = Entry(firm_id=entry.firm_id, company_id=entry.company_id, document=entry.document, reverses=entry)
    content = queries.content(entry)
    lines = tuple(
        domain_entry.Line(line.account, line.label, line.credit, line.debit, line.auxiliary)
        for line in content.lines
    )
    label = f"Extourne {entry.number} {content.label}"[:200]
    mirror = _write(
        mirror,
        domain_entry.Entry(content.journal, on, label, content.piece_ref, content.piece_on, lines),
    )
    # Its lines were sealed as they are: the mirror repeats them, whatever is asked of new ones today.
    year = mirror.fiscal_year
    if year.closed_at or not year.opens_on <= on <= year.closes_on:
        raise Refused([Fault("closed", "Aucun exercice ouvert ne contient ce jour.", "Ouvrez-en un.")])
    mirror.posted_by, mirror.posted_at = by, at
    mirror.save(update_fields=["posted_by", "posted_at"])
    if entry.transaction_id:
        Entry.objects.filter(pk=entry.pk).update(transaction=None, once_told=entry.transaction_id)
    record("reverse", mirror, by=by, at=at, reverses=entry.pk)
    return mirror


def year_for(company_id: UUID, on: date) -> FiscalYear:
    """The fiscal year that holds a day, else the latest: the entry's check then says that the day is outside."""
    years = list(FiscalYear.objects.filter(company_id=company_id))
    if not years:
        raise NoFiscalYear(NoFiscalYear.__doc__)
    return next((year for year in years if year.opens_on <= on <= year.closes_on), years[-1])


def _write(entry: Entry, content: domain_entry.Entry) -> Entry:
    entry.fiscal_year = year_for(entry.company_id, content.dated_on)
    entry.journal = Journal.objects.get(company_id=entry.company_id, code=content.journal)
    entry.dated_on, entry.label = content.dated_on, content.label[:200]
    entry.piece_ref, entry.piece_on = content.piece_ref[:100], content.piece_on
    entry.save()
    entry.lines.all().delete()
    Line.objects.bulk_create(lines_of(entry, content.lines))
    return entry


def lines_of(entry: Entry, lines: Iterable[domain_entry.Line]) -> list[Line]:
    """The rows of an entry's lines; auxiliaries that are not known yet are opened."""
    return [
        Line(
            firm_id=entry.firm_id,
            company_id=entry.company_id,
            entry=entry,
            position=position,
            account=line.account,
            auxiliary=parties.by_code(entry, line.auxiliary, line.account) if line.auxiliary else None,
            label=line.label[:200],
            debit=line.debit,
            credit=line.credit,
        )
        for position, line in enumerate(lines, 1)
    ]


def _locked(entry: Entry) -> Entry:
    rows = Entry.objects.select_for_update(of=("self",)).select_related("fiscal_year", "journal")
    held = rows.filter(pk=entry.pk).first()
    if held is None:
        raise Refused(
            [Fault("gone", "Cette écriture n’existe plus.", "La pièce a été écartée ou relue entre-temps.")]
        )
    entry = held
    if entry.validated_at:
        raise AlreadyValidated(AlreadyValidated.__doc__)
    return entry


def _refuse_merged(entry: Entry) -> None:
    if entry.lines.filter(merged__isnull=False).exists():
        raise Refused(
            [Fault("merged", "La banque confirme cette écriture.", "Défaites d’abord la fusion, page Banque.")]
        )


def _refuse_taken_back(movement: Transaction) -> None:
    if hasattr(movement, "withdrawal") or hasattr(movement, "undoes"):
        raise Refused(
            [
                Fault(
                    "taken_back",
                    "La banque a repris ce mouvement : son annulation le solde déjà dans les livres.",
                    "Il n’y a rien à extourner.",
                )
            ]
        )


def _refuse_locked(company_id: UUID, day: date) -> None:
    if faults := _behind_lock(company_id, day):
        raise Refused(faults)


def _behind_lock(company_id: UUID, day: date) -> list[Fault]:
    until = locks.locked_until(company_id)
    return [period.locked(until)] if until and period.is_locked(day, until) else []


def _refuse_lettered(entry: Entry) -> None:
    if entry.lines.filter(lettered__isnull=False).exists():
        raise Refused([Fault("lettered", "L’écriture est lettrée.", "Délettrez-la d’abord.")])


def _accept(entry: Entry, content: domain_entry.Entry) -> None:
    year = year_for(entry.company_id, content.dated_on)
    faults = domain_entry.check(content, opens_on=year.opens_on, closes_on=year.closes_on)
    if year.closed_at:
        faults.append(Fault("closed", "L’exercice est clos.", "Passez l’écriture dans l’exercice ouvert."))
    faults += _behind_lock(entry.company_id, content.dated_on)
    faults += _of_the_bank(entry, content)
    if faults:
        raise Refused(faults)


def _of_the_bank(entry: Entry, content: domain_entry.Entry) -> list[Fault]:
    """A line on an account that follows the bank comes with its movement: written by hand too, it would count twice."""
    if entry.transaction_id or content.journal == BROUGHT_FORWARD:
        return []
    return [
        Fault(
            "managed",
            f"Le compte {number} suit la banque : ses mouvements viennent de ses relevés.",
            "Mettez la ligne sur un tiers ou un compte d’attente : le mouvement viendra la solder.",
        )
        for number in bank.managed(entry.company_id, {line.account for line in content.lines})
    ]


def _last_link(company: Company) -> tuple[int, str]:
    last = Entry.objects.filter(company=company, chain_rank__isnull=False).order_by("-chain_rank").first()
    return (last.chain_rank or 0, last.seal) if last else (0, numbering.GENESIS)


def _last_ranks(posted: Sequence[Entry]) -> dict[tuple[object, object], int]:
    rows = (
        Entry.objects.filter(fiscal_year_id__in={entry.fiscal_year_id for entry in posted}, rank__isnull=False)
        .values_list("fiscal_year_id", "journal_id")
        .annotate(last=Max("rank"))
    )
    return {(year, journal): last for year, journal, last in rows}


def _seal(
    entry: Entry,
    content: domain_entry.Entry,
    rank: int,
    link: tuple[int, str],
    by: Person,
    at: datetime,
) -> tuple[int, str]:
    entry.validated_by, entry.validated_at, entry.rank = by, at, rank
    entry.number = numbering.entry_number(content.journal, rank)
    entry.chain_rank = link[0] + 1
    entry.seal = numbering.seal(content, number=entry.number, validated_at=at, previous=link[1])
    return entry.chain_rank, entry.seal


def _told(line: domain_entry.Line) -> str:
    return f"{line.account} {line.auxiliary} {line.debit} {line.credit} {line.label}"
