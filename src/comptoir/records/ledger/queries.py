"""The books as the domain and the screens read them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet

from comptoir.domain import chart, numbering
from comptoir.domain import entry as domain_entry
from comptoir.domain.fault import Fault
from comptoir.domain.label import Means
from comptoir.domain.lettrage import OpenLine
from comptoir.domain.rules import Precedent
from comptoir.domain.transfer import WITHIN
from comptoir.lib import keyset
from comptoir.lib.plainly import bare, plainly
from comptoir.records.banking.models import BankAccount, Transaction
from comptoir.records.firms.models import Company
from comptoir.records.ledger import locks
from comptoir.records.ledger.models import Account, Entry, FiscalYear, Journal, Lettrage, Line


def content(entry: Entry) -> domain_entry.Entry:
    """An entry as the domain sees it."""
    return contents([entry])[entry.pk]


def contents(entries: Sequence[Entry]) -> dict[UUID, domain_entry.Entry]:
    """Entries as the domain sees them, in two queries however many they are."""
    lines: dict[UUID, list[domain_entry.Line]] = defaultdict(list)
    rows = Line.objects.filter(entry__in=entries).select_related("auxiliary").order_by("entry_id", "position")
    for row in rows:
        lines[row.entry_id].append(domain_line(row))
    return {
        entry.pk: domain_entry.Entry(
            entry.journal.code,
            entry.dated_on,
            entry.label,
            entry.piece_ref,
            entry.piece_on,
            tuple(lines[entry.pk]),
        )
        for entry in entries
    }


def domain_line(row: Line) -> domain_entry.Line:
    """A line as the domain sees it."""
    code = row.auxiliary.code if row.auxiliary else ""
    return domain_entry.Line(row.account, row.label, row.debit, row.credit, code)


def precedents(
    company_id: UUID,
    label_keys: Iterable[str],
    *,
    without: Sequence[UUID] = (),
    without_statements: Sequence[UUID] = (),
) -> dict[str, list[Precedent]]:
    """Where movements of the same labels were booked before, most often first; suspense teaches nothing.

    `without` names the transactions that are being booked, and `without_statements` those whose booking goes on: where they
    stand now is no precedent.
    """
    rows = (
        Line.objects.filter(
            company_id=company_id,
            entry__transaction__label_key__in=set(label_keys) - {""},
            entry__posted_at__isnull=False,
        )
        .exclude(account=F("entry__transaction__account__ledger_account"))
        .exclude(account=chart.SUSPENSE)
        .exclude(entry__transaction__in=without)
        .exclude(entry__transaction__statement__in=without_statements)
        .values_list("entry__transaction__label_key", "account", "auxiliary__code")
        .annotate(times=Count("id"))
        .order_by("-times")
    )
    found: dict[str, list[Precedent]] = defaultdict(list)
    for key, account, auxiliary, times in rows:
        found[key].append(Precedent(account, auxiliary or "", times))
    return found


@dataclass(frozen=True, slots=True)
class OutsideBooks:
    """Movements of the bank that the books do not take yet: they wait for a year to open, or for a lock to be lifted."""

    count: int
    first_on: date
    last_on: date


def without_year(company: Company) -> OutsideBooks | None:
    """The movements that are in no books because their year is not open, or closed; None where there are none."""
    rows = outside_books(company)
    for opens_on, closes_on in _open_years(company):
        rows = rows.exclude(booked_on__range=(opens_on, closes_on))
    return _told(rows)


def behind_lock(company: Company) -> OutsideBooks | None:
    """The movements of an open year that came when their day was locked; None where there are none."""
    until = locks.locked_until(company.pk)
    if until is None:
        return None
    days = [Q(booked_on__range=(opens_on, min(closes_on, until))) for opens_on, closes_on in _open_years(company)]
    return _told(outside_books(company).filter(reduce(or_, days))) if days else None


def outside_books(company: Company) -> QuerySet[Transaction]:
    """Movements that stand in no books and will: what the bank took back before it was booked never does."""
    rows = Transaction.objects.filter(company=company, entry=None, merged=None, withdrawal=None)
    undone = Q(undoes__transaction__entry__isnull=False) | Q(undoes__transaction__merged__isnull=False)
    return rows.filter(Q(undoes=None) | undone)


def _open_years(company: Company) -> QuerySet[FiscalYear, tuple[date, date]]:
    return FiscalYear.objects.filter(company=company, closed_at=None).values_list("opens_on", "closes_on")


def _told(rows: QuerySet[Transaction]) -> OutsideBooks | None:
    found = rows.aggregate(count=Count("pk"), first_on=Min("booked_on"), last_on=Max("booked_on"))
    return OutsideBooks(**found) if found["count"] else None


PAGE = 100


@dataclass(frozen=True, slots=True)
class Counts:
    """How many entries of a dossier stand at each step."""

    drafts: int
    posted: int
    validated: int


def counts(company: Company) -> Counts:
    """Entries by step, as far as the session may see them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT drafts, posted, validated FROM entries_by_step(%s)", [company.pk])
        return Counts(*cursor.fetchone())


def verify_chain() -> Iterator[Fault]:
    """Each validated entry whose content no longer gives its seal, or whose number leaves a gap."""
    for company in Company.objects.order_by("id"):
        yield from _verify_company(company)


def _verify_company(company: Company) -> Iterator[Fault]:
    previous, expected = numbering.GENESIS, 1
    rows = Entry.objects.validated().filter(company=company).select_related("journal").order_by("chain_rank")
    for batch in _batches(rows.iterator(chunk_size=2000)):
        held = contents(batch)
        for entry in batch:
            assert entry.validated_at is not None
            seal = numbering.seal(
                held[entry.pk], number=entry.number, validated_at=entry.validated_at, previous=previous
            )
            if entry.chain_rank != expected or entry.seal != seal:
                yield Fault(
                    "chain_broken",
                    f"{company.name} : l’écriture {entry.number} a été altérée.",
                    "Comparez avec la dernière sauvegarde.",
                )
            previous, expected = entry.seal, (entry.chain_rank or 0) + 1


def _batches(entries: Iterator[Entry], size: int = 1000) -> Iterator[list[Entry]]:
    batch: list[Entry] = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def entry(company: Company, entry_id: UUID) -> Entry | None:
    """An entry of this company, or None."""
    rows = Entry.objects.filter(company=company, pk=entry_id)
    return rows.select_related("journal", "fiscal_year", "document", "transaction__account", "company").first()


def entries_saying(company: Company, words: str, *, most: int) -> list[Entry]:
    """The latest entries in the books whose label, number or reference holds each of the words, accents or not."""
    rows = Entry.objects.booked().filter(company=company)
    for word in words.split()[:8]:
        rows = rows.annotate(said=plainly("label", "number", "piece_ref")).filter(said__contains=bare(word))
    return list(rows.select_related("journal").order_by("-dated_on", "-pk")[:most])


def fiscal_year(company: Company, year_id: UUID) -> FiscalYear | None:
    """A fiscal year of this company, or None."""
    return FiscalYear.objects.filter(company=company, pk=year_id).select_related("company").first()


def lettrage(company: Company, lettrage_id: UUID) -> Lettrage | None:
    """A letter of this company, or None."""
    return Lettrage.objects.filter(company=company, pk=lettrage_id).select_related("company").first()


def years(company: Company) -> list[FiscalYear]:
    """The fiscal years of a company, latest first."""
    return list(FiscalYear.objects.filter(company=company).order_by("-opens_on"))


@dataclass(frozen=True, slots=True)
class JournalState:
    """One journal of a fiscal year: its entries by step, the last number given and the last day made final."""

    code: str
    label: str
    drafts: int
    posted: int
    validated: int
    last_number: str
    validated_until: date | None


@dataclass(frozen=True, slots=True)
class YearState:
    """A fiscal year and how far its journals are."""

    year: FiscalYear
    journals: tuple[JournalState, ...]

    @property
    def posted(self) -> int:
        """Entries that may be validated."""
        return sum(journal.posted for journal in self.journals)

    @property
    def validated(self) -> int:
        """Entries that are final, and so in the legal FEC."""
        return sum(journal.validated for journal in self.journals)


def year_states(company: Company) -> list[YearState]:
    """The fiscal years of a company with their journals, latest first, in two queries."""
    is_validated = Q(validated_at__isnull=False)
    rows = (
        Entry.objects.filter(company=company)
        .order_by("journal__code")
        .values_list("fiscal_year_id", "journal__code", "journal__label")
        .annotate(
            drafts=Count("id", filter=Q(posted_at=None)),
            posted=Count("id", filter=Q(posted_at__isnull=False, validated_at=None)),
            validated=Count("id", filter=is_validated),
            last_rank=Max("rank"),
            validated_until=Max("dated_on", filter=is_validated),
        )
    )
    journals: dict[UUID, list[JournalState]] = defaultdict(list)
    for year_id, code, label, drafts, posted, validated, rank, until in rows:
        last = numbering.entry_number(code, rank) if rank else ""
        journals[year_id].append(JournalState(code, label, drafts, posted, validated, last, until))
    return [YearState(year, tuple(journals[year.pk])) for year in years(company)]


def count_to_validate(year: FiscalYear, until: date) -> tuple[int, int]:
    """How many posted entries stand up to a day, and how many of them wait on 471; a reversal waits for nobody."""
    posted = Entry.objects.posted().filter(fiscal_year=year, dated_on__lte=until)
    waiting = Exists(Line.objects.filter(entry=OuterRef("pk"), account=chart.SUSPENSE))
    return posted.count(), posted.filter(waiting, reverses=None).count()


def transactions_in_suspense(company: Company) -> list[UUID]:
    """Transactions that wait on 471 for somebody to say what they are."""
    rows = Line.objects.filter(
        company=company, account=chart.SUSPENSE, entry__transaction__isnull=False, entry__validated_at=None
    )
    return [pk for pk in rows.values_list("entry__transaction_id", flat=True) if pk]


def waiting_near(company: Company, transactions: Sequence[Transaction]) -> list[Transaction]:
    """Movements that may be transfers between own accounts, of the same amounts, around the same days.

    They wait on 471 and no person has said anything of them, or are in no books yet: of a long statement, of a locked day.
    """
    days = [transaction.booked_on for transaction in transactions]
    sizes = {abs(t.amount) for t in transactions if t.means == Means.TRANSFER}
    has_several = BankAccount.objects.filter(company=company).count() > 1
    if not sizes or not has_several:
        return []
    rows = Transaction.objects.filter(
        company=company,
        means=Means.TRANSFER,
        booked_on__range=(min(days) - 2 * WITHIN, max(days) + 2 * WITHIN),
        amount__in=[*sizes, *(-size for size in sizes)],
        merged=None,
        withdrawal=None,
    )
    on_471 = Exists(Line.objects.filter(entry__transaction=OuterRef("pk"), account=chart.SUSPENSE))
    in_suspense = Q(on_471, entry__posted_at__isnull=False, entry__validated_at=None, entry__revised_by=None)
    return list(rows.filter(Q(entry=None) | in_suspense).select_related("account", "entry"))


def rule_uses(company: Company) -> dict[UUID, int]:
    """How many entries each rule has booked, as far as the session may see them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rule, uses FROM uses_of_rules(%s)", [company.pk])
        return dict(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class OpenAccount:
    """An account on which lines wait for their letter."""

    number: str
    label: str
    count: int


def own_labels(company: Company) -> dict[str, str]:
    """The accounts that this dossier names itself: its labels count over the general chart's."""
    return dict(Account.objects.filter(company=company).values_list("number", "label"))


def journals(company: Company) -> list[Journal]:
    """The journals of a dossier, by code."""
    return list(Journal.objects.filter(company=company).order_by("code"))


def open_accounts(company: Company, year: int) -> list[OpenAccount]:
    """The accounts of third parties with unlettered lines, by number."""
    rows = Line.objects.to_letter().filter(company=company).order_by("account")
    own = own_labels(company)
    return [
        OpenAccount(number, own.get(number) or chart.label(number, year), count)
        for number, count in rows.values_list("account").annotate(Count("id"))
    ]


def open_lines(company: Company, account: str = "", words: str = "", limit: int = 400) -> list[OpenLine]:
    """Unlettered lines of third parties, by party then day: of one account, or that hold these words, if given."""
    rows = Line.objects.to_letter().filter(company=company)
    if account:
        rows = rows.filter(account=account)
    if words:
        rows = rows.filter(Q(label__icontains=words) | Q(auxiliary__name__icontains=words))
    rows = rows.select_related("entry__journal", "auxiliary")
    return [
        _open_line(row) for row in rows.order_by("account", "auxiliary__code", "entry__dated_on", "id")[:limit]
    ]


def _open_line(row: Line) -> OpenLine:
    return OpenLine(
        id=str(row.pk),
        dated_on=row.entry.dated_on,
        journal=row.entry.journal.code,
        account=row.account,
        auxiliary=row.auxiliary.code if row.auxiliary else "",
        party=row.auxiliary.name if row.auxiliary else "",
        label=row.label,
        amount=row.debit - row.credit,
        is_payment=row.entry.transaction_id is not None,
    )


def count_lettrages(company: Company) -> int:
    """How many letters were given."""
    return Lettrage.objects.filter(company=company).count()


def lettrages(company: Company, account: str = "", limit: int = 100) -> list[Lettrage]:
    """The last letters, with their lines, of one account if given."""
    rows = Lettrage.objects.filter(company=company).select_related("auxiliary")
    if account:
        rows = rows.filter(account=account)
    return list(rows.prefetch_related("lettered__line__entry__journal").order_by("-at", "-id")[:limit])


def lines_by_id(company: Company, ids: Iterable[UUID]) -> list[Line]:
    """These lines, as far as they are this company's."""
    return list(Line.objects.filter(company=company, pk__in=list(ids)))


def entries(company: Company, step: str, *, after: keyset.Key | None = None) -> keyset.Page[Entry]:
    """One page of the entries of a step (`brouillon`, `brouillard`, `validees`), latest first, with their lines."""
    of = Entry.objects.filter(company=company)
    chosen = {"brouillon": of.drafts(), "validees": of.validated()}.get(step, of.posted())
    rows = chosen.select_related("journal", "document", "transaction", "reversed_by").prefetch_related(
        "lines__auxiliary"
    )
    return keyset.page(rows, by="dated_on", after=after, size=PAGE)


def bank_entries(
    company: Company, *, in_suspense: bool = False, after: keyset.Key | None = None
) -> keyset.Page[Entry]:
    """One page of bank entries, latest first; only those that wait on 471 if asked."""
    rows = Entry.objects.filter(company=company, transaction__isnull=False).select_related(
        "transaction__account", "journal"
    )
    rows = rows.prefetch_related("lines__auxiliary", "transaction__matches__document__reading")
    waits = Exists(Line.objects.filter(entry=OuterRef("pk"), account=chart.SUSPENSE))
    chosen = rows.filter(waits) if in_suspense else rows
    return keyset.page(chosen.annotate(waits=waits), by="dated_on", after=after, size=PAGE)


def count_in_suspense(company: Company) -> int:
    """How many bank entries wait on 471."""
    waiting = Line.objects.filter(company=company, account=chart.SUSPENSE, entry__transaction__isnull=False)
    return waiting.aggregate(n=Count("entry", distinct=True))["n"] or 0


def is_any_booked(documents: Iterable[UUID]) -> bool:
    """Whether an entry of one of these pieces is in the books."""
    return Entry.objects.booked().filter(document__in=list(documents), reverses=None).exists()


def is_settled(document_id: UUID) -> bool:
    """Whether what a piece leaves to pay is lettered with its payment."""
    return document_id in settled_among([document_id])


def settled_among(document_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these pieces whose every line of a third party is lettered; one that is not posted, or is undone, is not."""
    lines = Line.objects.of_third_parties().filter(
        entry__document__in=list(document_ids),
        entry__reverses=None,
        entry__reversed_by=None,
        entry__posted_at__isnull=False,
    )
    lettered: dict[UUID, bool] = {}
    for document_id, lettered_id in lines.values_list("entry__document_id", "lettered"):
        lettered[document_id] = lettered.get(document_id, True) and lettered_id is not None
    return {document_id for document_id, is_whole in lettered.items() if is_whole}


def draft_of(document_id: UUID) -> Entry | None:
    """The live entry of a piece, draft or not."""
    rows = Entry.objects.filter(document=document_id, reverses=None)
    return rows.select_related("journal", "fiscal_year", "company").first()
