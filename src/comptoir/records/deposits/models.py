"""What clients hand in: original bytes, untouched, and the pieces in them."""

from typing import ClassVar

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

    original = models.ForeignKey(Original, models.PROTECT, related_name="documents")
    filename = models.CharField(max_length=255)
    purpose = models.CharField(max_length=10, choices=Purpose, blank=True, default="")
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.WEB)
    deposited_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    deposited_at = models.DateTimeField()

    objects = DocumentQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["firm", "company", "-deposited_at", "-id"], name="document_list"),
            models.Index(fields=["company", "deposited_by", "-deposited_at"], name="document_own"),
        ]


class Dismissal(InCompany):
    """A piece set aside (*écartée*), with the reason that the client reads."""

    document = models.OneToOneField(Document, models.PROTECT, related_name="dismissal")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
