"""The books: fiscal years, journals, third parties, entries and lines, letters."""

from decimal import Decimal
from functools import reduce
from operator import or_
from typing import ClassVar

from django.db import models

from comptoir.domain import chart
from comptoir.domain.company import Method
from comptoir.domain.money import total
from comptoir.records.banking.models import BankAccount, Transaction
from comptoir.records.deposits.models import Document
from comptoir.records.firms.models import Company, InCompany, Person


class FiscalYear(InCompany):
    """A fiscal year (*exercice*); closed for ever once it has its closing's moment."""

    opens_on = models.DateField()
    closes_on = models.DateField()
    method = models.CharField(max_length=20, default=Method.ENGAGEMENT.value)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["opens_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "opens_on"], name="one_year_an_opening")
        ]


class PeriodLock(InCompany):
    """The books are shut up to a day (*verrou*); lifted or put further, it stays with who, when and why. One stands at most."""

    until = models.DateField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company"], name="one_standing_lock", condition=models.Q(ended_at=None)
            )
        ]


class Journal(InCompany):
    """A journal: AC purchases, VE sales, CA till, BQ bank, OD others, AN opening balances."""

    code = models.CharField(max_length=10)
    label = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "code"], name="one_journal_a_code")]


class Account(InCompany):
    """An account of the dossier's own chart: added to the general chart, or named otherwise than there."""

    number = models.CharField(max_length=12)
    label = models.CharField(max_length=120)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="one_label_an_account")
        ]


class Auxiliary(InCompany):
    """A third party (*tiers*): supplier or customer, below its collective account."""

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    collective = models.CharField(max_length=12)
    siren = models.CharField(max_length=9, blank=True)
    vat_number = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "code"], name="one_third_party_a_code")
        ]
        indexes: ClassVar = [models.Index(fields=["company", "siren"], name="auxiliary_siren")]


class EntryQuerySet(models.QuerySet["Entry"]):
    """Sets of entries."""

    def drafts(self) -> "EntryQuerySet":
        """Proposed, waiting for a person."""
        return self.filter(posted_at=None)

    def posted(self) -> "EntryQuerySet":
        """In the books and still correctable (*brouillard*)."""
        return self.filter(posted_at__isnull=False, validated_at=None)

    def booked(self) -> "EntryQuerySet":
        """In the books, validated or not."""
        return self.filter(posted_at__isnull=False)

    def validated(self) -> "EntryQuerySet":
        """Final: numbered, sealed, never changed."""
        return self.filter(validated_at__isnull=False)


class Entry(InCompany):
    """An entry: draft, then posted, then validated; each step is who and when, not a status."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="entries_of")
    fiscal_year = models.ForeignKey(FiscalYear, models.PROTECT, related_name="entries")
    journal = models.ForeignKey(Journal, models.PROTECT, related_name="entries")
    dated_on = models.DateField()
    label = models.CharField(max_length=200)
    piece_ref = models.CharField(max_length=100)
    piece_on = models.DateField()
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="entries")
    transaction = models.OneToOneField(Transaction, models.PROTECT, null=True, related_name="entry")
    # The movement that it told until it was reversed: another entry tells it since.
    once_told = models.ForeignKey(Transaction, models.PROTECT, null=True, related_name="undone_entries")
    rule_id = models.UUIDField(null=True)
    reasons = models.JSONField(default=list)
    doubts = models.JSONField(default=list)
    revised_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    # A link was taken off or made by a person behind a lock: the entry is placed anew once its day is reopened.
    held_back_at = models.DateTimeField(null=True)
    posted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    posted_at = models.DateTimeField(null=True)
    validated_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    validated_at = models.DateTimeField(null=True)
    rank = models.PositiveIntegerField(null=True)
    number = models.CharField(max_length=30, blank=True)
    seal = models.CharField(max_length=64, blank=True)
    chain_rank = models.PositiveBigIntegerField(null=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["document"],
                name="one_live_entry_a_document",
                condition=models.Q(document__isnull=False, reverses=None),
            ),
            models.UniqueConstraint(
                fields=["fiscal_year", "journal", "rank"],
                name="one_number_a_rank",
                condition=models.Q(rank__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["company", "chain_rank"],
                name="one_link_a_chain_rank",
                condition=models.Q(chain_rank__isnull=False),
            ),
            models.CheckConstraint(
                name="validated_is_posted_numbered_and_sealed",
                condition=models.Q(validated_at=None, rank=None, number="", seal="", chain_rank=None)
                | models.Q(
                    posted_at__isnull=False,
                    validated_at__isnull=False,
                    rank__isnull=False,
                    chain_rank__isnull=False,
                )
                & ~models.Q(number="")
                & ~models.Q(seal=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "fiscal_year", "dated_on", "id"], name="entry_list"),
            models.Index(fields=["company", "-dated_on", "-id"], name="entry_by_day"),
            models.Index(
                fields=["company", "dated_on"],
                name="entry_drafts",
                condition=models.Q(posted_at=None),
            ),
            # What people said of bank movements, among very many that the machine booked.
            models.Index(
                fields=["company"],
                name="entry_chosen",
                condition=models.Q(revised_by__isnull=False, transaction__isnull=False),
            ),
        ]

    @property
    def against(self) -> list["Line"]:
        """The lines of a bank entry against the bank's own."""
        own = self.transaction.account.ledger_account if self.transaction else ""
        return [line for line in self.lines.all() if line.account != own]


class LineQuerySet(models.QuerySet["Line"]):
    """Sets of lines."""

    def of_third_parties(self) -> "LineQuerySet":
        """Those on somebody's account: what a payment settles, and what is lettered."""
        any_of = (models.Q(account__startswith=stem) for stem in chart.THIRD_PARTIES)
        return self.filter(reduce(or_, any_of))

    def to_letter(self) -> "LineQuerySet":
        """Booked lines of third parties that nothing pays off yet."""
        return self.of_third_parties().filter(entry__posted_at__isnull=False, lettered=None)


class Line(InCompany):
    """One line of an entry. `validated_at` repeats its entry's, so that a trigger needs no lookup to refuse."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    account = models.CharField(max_length=12)
    auxiliary = models.ForeignKey(Auxiliary, models.PROTECT, null=True, related_name="lines")
    label = models.CharField(max_length=200)
    debit = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    credit = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    validated_at = models.DateTimeField(null=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "position"], name="one_line_a_position"),
            models.CheckConstraint(
                name="a_line_has_one_side",
                condition=models.Q(debit__gt=0, credit=0) | models.Q(debit=0, credit__gt=0),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "account", "auxiliary"], name="line_account"),
            models.Index(fields=["auxiliary", "account"], name="line_third_party"),
            # Asked of each entry in turn: the fresh statistics of a large import never lead to a scan.
            models.Index(fields=["entry", "account"], name="line_entry"),
        ]

    @property
    def worth(self) -> Decimal:
        """What stands on its one side."""
        return self.debit or self.credit


class Lettrage(InCompany):
    """Lines of one third party that pay each other off, under a letter. Allowed on validated lines."""

    account = models.CharField(max_length=12)
    auxiliary = models.ForeignKey(Auxiliary, models.PROTECT, null=True, related_name="lettrages")
    code = models.CharField(max_length=6)
    reason = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "account", "auxiliary", "code"],
                name="one_lettrage_a_letter",
                nulls_distinct=False,
            )
        ]

    @property
    def amount(self) -> Decimal:
        """What the letter settles."""
        return total(row.line.debit for row in self.lettered.all())


class LettrageRefusal(InCompany):
    """A person took the letter off these entries: the machine does not put it back. `key` names the entries."""

    key = models.CharField(max_length=64)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "key"], name="one_refusal_a_set_of_lines")
        ]


class LetteredLine(InCompany):
    """A line under a letter; a line has one letter at most."""

    lettrage = models.ForeignKey(Lettrage, models.CASCADE, related_name="lettered")
    line = models.OneToOneField(Line, models.PROTECT, related_name="lettered")


class Merge(InCompany):
    """Books kept before the bank came were merged with its movements, up to a day; undone, it stays with who and when."""

    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="merges")
    until = models.DateField()
    pairs = models.PositiveIntegerField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)


class MergedLine(InCompany):
    """A line that somebody had kept of a movement of the bank: the movement makes no entry of its own."""

    merge = models.ForeignKey(Merge, models.CASCADE, related_name="lines")
    line = models.OneToOneField(Line, models.PROTECT, related_name="merged")
    transaction = models.OneToOneField(Transaction, models.PROTECT, related_name="merged")
