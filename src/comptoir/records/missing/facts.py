"""The facts that say how far each transaction's document is: in a fixed number of questions for one as for five thousand."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from comptoir.domain import missing as domain
from comptoir.domain.company import Method
from comptoir.domain.missing import BookedMovement, Need, Policy, Status
from comptoir.domain.money import total
from comptoir.lib.plainly import bare
from comptoir.records.banking.models import Transaction
from comptoir.records.firms.models import Company
from comptoir.records.ledger.models import Entry, FiscalYear, Line
from comptoir.records.matching import queries as matches
from comptoir.records.matching.models import Match
from comptoir.records.missing.models import Answer, Decision, OptionalAccount, Question, Series, Waiver
from comptoir.records.readings.models import Reading


@dataclass(frozen=True, slots=True)
class Booked:
    """A transaction with the facts that decide how far its document is, and its questions."""

    id: UUID
    movement: BookedMovement
    party: str = ""
    said: str = ""
    is_questioned: bool = False
    has_replied: bool = False

    def status(self, policy: Policy) -> Status | None:
        """How far it is, the firm's questions included."""
        found = domain.status(self.movement, policy)
        return domain.with_questions(found, is_open=self.is_questioned, is_answered=self.has_replied)

    def wants_piece(self, policy: Policy) -> bool:
        """Whether a document is still wanted, whatever is asked in words."""
        return domain.status(self.movement, policy) is Status.TO_JUSTIFY

    def is_optional(self, policy: Policy) -> bool:
        """Whether the firm does not insist."""
        return not self.is_questioned and domain.need(self.movement, policy) is Need.OPTIONAL


@dataclass(slots=True)
class _Books:
    """What the books say of some transactions."""

    counterparts: dict[UUID, list[str]] = field(default_factory=lambda: defaultdict(list))
    parties: dict[UUID, tuple[UUID, str]] = field(default_factory=dict)
    lettered: set[UUID] = field(default_factory=set)
    closed: set[UUID] = field(default_factory=set)
    in_cash: set[UUID] = field(default_factory=set)


def policy_of(company: Company) -> Policy:
    """What the firm asks of a dossier, the accounts on which it does not insist included."""
    optional = tuple(OptionalAccount.objects.filter(company=company).values_list("number", flat=True))
    return replace(company.policy, optional=optional)


def all_ids(company: Company) -> list[UUID]:
    """Every transaction of the company."""
    return list(Transaction.objects.filter(company=company).values_list("id", flat=True))


def booked(company: Company, ids: Sequence[UUID]) -> Iterator[Booked]:
    """These transactions as booked, with their facts."""
    standing = Transaction.objects.filter(company=company, pk__in=ids, withdrawal=None, undoes=None)
    rows = list(standing.only("booked_on", "amount", "label", "payee", "label_key"))
    books, linked = _books(ids), _linked(ids)
    waived, series = _waived(company), _series(company)
    accepted = _ids(Decision.objects.filter(transaction__in=ids, is_accepted=True, ended_at=None))
    answered = _answered(ids)
    asked, replied = _questioned(ids)
    for row in rows:
        auxiliary, party = books.parties.get(row.pk, (None, row.payee))
        known = linked.get(row.pk, {})
        movement = BookedMovement(
            row.booked_on,
            row.amount,
            tuple(books.counterparts.get(row.pk, ())),
            is_lettered=row.pk in books.lettered,
            is_waived=auxiliary in waived or row.label_key in waived,
            in_closed_year=row.pk in books.closed,
            in_cash=row.pk in books.in_cash,
            is_covered=_is_covered(row, series),
            is_answered=row.pk in answered,
            is_accepted=row.pk in accepted,
            **known,
        )
        yield Booked(row.pk, movement, party, said_of(row, party), row.pk in asked, row.pk in replied)


def said_of(row: Transaction, party: str) -> str:
    """What a line is found by: who, the bank's words, and the amount as one types it."""
    amount = f"{abs(row.amount):.2f}".replace(".", ",")
    return bare(f"{party} {row.payee} {row.label} {amount}")[:760]


def _ids(rows: "Iterable[Decision]") -> set[UUID]:
    return {row.transaction_id for row in rows}


def _books(ids: Sequence[UUID]) -> _Books:
    rows = Line.objects.filter(entry__transaction__in=ids).values_list(
        "entry__transaction_id",
        "account",
        "entry__transaction__account__ledger_account",
        "lettered__id",
        "auxiliary_id",
        "auxiliary__name",
        "entry__fiscal_year_id",
    )
    years = _years(ids)
    found = _Books()
    for pk, account, own, letter, auxiliary, name, year in rows:
        closed, method = years.get(year, (None, Method.ENGAGEMENT.value))
        if account != own:
            found.counterparts[pk].append(account)
            found.lettered |= {pk} if letter else set()
            if auxiliary:
                found.parties[pk] = (auxiliary, name)
        found.closed |= {pk} if closed else set()
        found.in_cash |= {pk} if method == Method.TRESORERIE.value else set()
    return found


def _years(ids: Sequence[UUID]) -> dict[UUID, tuple[object, str]]:
    if not ids:
        return {}
    company = Transaction.objects.filter(pk=ids[0]).values("company")
    rows = FiscalYear.objects.filter(company__in=company).values_list("pk", "closed_at", "method")
    return {pk: (closed, method) for pk, closed, method in rows}


def _linked(ids: Sequence[UUID]) -> dict[UUID, dict[str, bool]]:
    """What is known of the pieces that each transaction is linked with."""
    groups = matches.groups(transactions=ids)
    documents = {pk for group in groups for pk in group.documents}
    if not documents:
        return {}
    moved = Transaction.objects.filter(pk__in={pk for group in groups for pk in group.transactions})
    amounts, worth = dict(moved.values_list("pk", "amount")), matches.worth(documents)
    unread = documents - set(
        Reading.objects.filter(document__in=documents, read_at__isnull=False).values_list("document", flat=True)
    )
    entries = Entry.objects.filter(document__in=documents, reverses=None, reversed_by=None)
    entered = dict(entries.values_list("document", "posted_at"))
    found: dict[UUID, dict[str, bool]] = {}
    for group in groups:
        paid, said = (
            total(amounts[pk] for pk in group.transactions),
            total(worth.get(pk, Decimal(0)) for pk in group.documents),
        )
        told = {
            "is_matched": True,
            "is_read": unread.isdisjoint(group.documents),
            "is_entered": group.documents <= entered.keys(),
            "is_posted": all(entered.get(pk) for pk in group.documents),
            "has_gap": paid != said,
            "is_part": paid * said > 0 and abs(paid) < abs(said),
        }
        found |= dict.fromkeys(group.transactions, told)
    return found


def _waived(company: Company) -> set[object]:
    """The third parties and labels of which nothing is asked."""
    rows = Waiver.objects.filter(company=company, ended_at=None).values_list("auxiliary_id", "label_key")
    return {key for pair in rows for key in pair if key}


def _series(company: Company) -> Mapping[str, list[domain.Series]]:
    found: dict[str, list[domain.Series]] = defaultdict(list)
    attached = Match.objects.filter(document=OuterRef("document"), transaction=OuterRef("first"))
    # A piece that was set aside, or taken from its movement, counts for nothing else either.
    for row in Series.objects.filter(Exists(attached), company=company, ended_at=None).select_related("first"):
        found[row.label_key].append(series_of(row))
    return found


def series_of(row: Series) -> domain.Series:
    """A series as the domain sees it: it begins with the movement that the piece was attached to."""
    return domain.Series(row.label_key, row.first.amount < 0, row.amount, row.first.booked_on, row.until)


def _is_covered(row: Transaction, series: Mapping[str, list[domain.Series]]) -> bool:
    return any(
        one.covers(label_key=row.label_key, amount=row.amount, booked_on=row.booked_on)
        for one in series.get(row.label_key, ())
    )


def _answered(ids: Sequence[UUID]) -> set[UUID]:
    """Where the client's word waits for the firm: a refusal since then sends it back."""
    decided = Decision.objects.filter(answer=OuterRef("pk"), ended_at=None)
    rows = Answer.objects.filter(~Exists(decided), transaction__in=ids, withdrawn_at=None)
    return set(rows.values_list("transaction_id", flat=True))


def _questioned(ids: Sequence[UUID]) -> tuple[set[UUID], set[UUID]]:
    """The transactions with a question that waits for the client, and those with an answer that waits for the firm."""
    rows = Question.objects.filter(Q(transaction__in=ids), closed_at=None).values_list(
        "transaction", "answered_at"
    )
    asked: set[UUID] = set()
    replied: set[UUID] = set()
    for pk, answered_at in rows:
        (replied if answered_at else asked).add(pk)
    return asked, replied
