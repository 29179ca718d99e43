"""What clients hand in: original bytes, untouched, and the pieces in them."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from comptoir.records.firms.models import Company, InCompany, Person


class Original(InCompany):
    """The bytes as they came, known by their SHA-256, never changed (LPF art. A102 B-2)."""

    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=80)
    pages = models.PositiveIntegerField(default=1)
    stored_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "sha256"], name="one_original_a_company")
        ]


class DocumentQuerySet(models.QuerySet["Document"]):
    """Sets of pieces."""

    def of(self, company: Company) -> "DocumentQuerySet":
        """Those of one company."""
        return self.filter(company=company)

    def deposited_by(self, person: Person) -> "DocumentQuerySet":
        """Those that one person handed in."""
        return self.filter(deposited_by=person)

    def kept(self) -> "DocumentQuerySet":
        """Those not set aside."""
        return self.filter(dismissal=None)

    def standing(self) -> "DocumentQuerySet":
        """Those that are pieces by themselves, set aside or not: not those that became part of another."""
        # Not by a join on `dismissal`: the planner would take nearly all of them for dismissed, and sort instead of seek.
        taken_in = Dismissal.objects.filter(document=models.OuterRef("pk"), into__isnull=False)
        return self.filter(~models.Exists(taken_in))


class Document(InCompany):
    """A piece (*pièce*): what one deposit handed in for the books, or only to keep (`admin`)."""

    class Purpose(models.TextChoices):
        """Which of the four doors it came through, as the depositor chose; empty when to be guessed."""

        GUESS = "", "À deviner"
        PURCHASE = "achat", "Achat"
        SALE = "vente", "Vente"
        EXPENSE = "ndf", "Note de frais"
        ADMIN = "admin", "Administratif"

    class Channel(models.TextChoices):
        """The way it came."""

        WEB = "web", "Site"
        PHONE = "phone", "Téléphone"
        MAIL = "mail", "E-mail"
        PLATFORM = "pa", "Plateforme agréée"

    # The original that it came in; where it has leaves of its own, these say which pages of which originals it holds.
    original = models.ForeignKey(Original, models.PROTECT, related_name="documents")
    cut_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="cut_out")
    filename = models.CharField(max_length=255)
    purpose = models.CharField(max_length=10, choices=Purpose, blank=True, default="")
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.WEB)
    deposited_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    deposited_at = models.DateTimeField()
    # Of a note de frais: who paid, where it is not who handed it in.
    paid_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = DocumentQuerySet.as_manager()

    @property
    def claimant(self) -> Person | None:
        """Whom a note de frais pays back."""
        return self.paid_by or self.deposited_by

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["firm", "company", "-deposited_at", "-id"], name="document_list"),
            models.Index(fields=["company", "deposited_by", "-deposited_at"], name="document_own"),
        ]


class Readable(InCompany):
    """The page that came beside an e-invoice's bare data: what people look at; the data stays the original."""

    document = models.OneToOneField(Document, models.PROTECT, related_name="readable")
    original = models.ForeignKey(Original, models.PROTECT, related_name="readable_of")


class Leaf(InCompany):
    """A page of a piece that is not simply all of its original: which page, what part of it, how far turned."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="leaves")
    position = models.PositiveSmallIntegerField()
    original = models.ForeignKey(Original, models.PROTECT, related_name="leaves")
    page = models.PositiveIntegerField()
    # Four corners, across and down by turns, in fractions of the page; none for the whole page.
    outline = ArrayField(models.FloatField(), size=8, null=True)
    turn = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "position"], name="one_leaf_a_position"),
            models.CheckConstraint(condition=models.Q(turn__in=[0, 90, 180, 270]), name="leaf_by_quarter_turns"),
        ]


class Cutting(InCompany):
    """How a file may be cut into pieces: proposed by the machine, made at once where it is sure, settled once.

    `parts` is a list of `{leaves: [{page, outline, turn}], reason, confidence}`, in the order of the pages.
    """

    document = models.OneToOneField(Document, models.PROTECT, related_name="cutting")
    parts = models.JSONField(default=list)
    proposed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")


class Arrival(InCompany):
    """A line of the deposit log: only ever added, each sealed upon the one before (`domain/deposit_log.py`)."""

    number = models.PositiveBigIntegerField()
    document = models.ForeignKey(Document, models.PROTECT, related_name="arrivals")
    original = models.ForeignKey(Original, models.PROTECT, related_name="arrivals")
    filename = models.CharField(max_length=255)
    way = models.CharField(max_length=10, choices=Document.Channel)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    sent = models.JSONField(default=dict)
    seal = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="one_arrival_a_number")
        ]


class Stamp(InCompany):
    """What a time-stamp authority signed over a seal of the deposit log: every line up to that one was there then.

    Only ever added. `token` is the authority's answer, as it came (RFC 3161); `stamped_at` the moment that it proves.
    """

    number = models.PositiveBigIntegerField()
    seal = models.CharField(max_length=64)
    token = models.BinaryField()
    stamped_at = models.DateTimeField()
    authority = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "number"], name="one_stamp_a_number")]


class Upload(InCompany):
    """A file on its way in (tus 1.0), and what became of it: its bytes wait aside until the last one is there.

    `key` is the sender's own name for it: asked for twice, it is one upload. `outcome` is what its sender is told.
    """

    by = models.ForeignKey(Person, models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    length = models.PositiveBigIntegerField()
    # How long each page is, where the bytes are several photos of one piece, one after the other.
    pages = ArrayField(models.PositiveBigIntegerField(), default=list)
    filename = models.CharField(max_length=255)
    purpose = models.CharField(max_length=10, blank=True)
    way = models.CharField(max_length=10, choices=Document.Channel)
    justifies = models.UUIDField(null=True)
    paid_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    # Into which shared folder it goes (`fiscal:<key>`), and along which way below it, where it is no piece.
    place = models.CharField(max_length=60, blank=True)
    path = models.CharField(max_length=1500, blank=True)
    # Whether its sender may see the company's other pieces, as it was when they began.
    sees_all = models.BooleanField(default=False)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "by", "key"], name="one_upload_a_key")]
        indexes: ClassVar = [
            models.Index(fields=["firm", "begun_at"], name="upload_age"),
            models.Index(fields=["company", "by"], name="upload_open", condition=models.Q(ended_at=None)),
        ]


class Dismissal(InCompany):
    """A piece set aside (*écartée*), with the reason that the client reads; or that became part of another (`into`)."""

    document = models.OneToOneField(Document, models.PROTECT, related_name="dismissal")
    into = models.ForeignKey(Document, models.PROTECT, null=True, related_name="taken_in")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
