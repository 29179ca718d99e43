"""What the firm shares with its client: files in five fixed folders, over the same originals as the pieces."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from comptoir.domain.folder import Folder
from comptoir.records.deposits.models import Original
from comptoir.records.firms.models import Company, InCompany, Person


class SharedFileQuerySet(models.QuerySet["SharedFile"]):
    """Sets of shared files."""

    def of(self, company: Company) -> "SharedFileQuerySet":
        """Those of one company."""
        return self.filter(company=company)

    def there(self) -> "SharedFileQuerySet":
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at=None)


class SharedFile(InCompany):
    """A file that the firm put in a folder. A withdrawn one is no longer shown; its row and its bytes stay."""

    folder = models.CharField(max_length=12, choices=[(folder.value, folder.value) for folder in Folder])
    name = models.CharField(max_length=255)
    original = models.ForeignKey(Original, models.PROTECT, related_name="shared_files")
    put_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    put_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = SharedFileQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["firm", "company", "folder", "-put_at", "-id"],
                condition=Q(withdrawn_at=None),
                name="shared_file_list",
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "folder", "original"],
                condition=Q(withdrawn_at=None),
                name="one_shared_file_a_folder",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="withdrawn_by_somebody",
            ),
        ]

    @property
    def folder_enum(self) -> Folder:
        """Where it stands."""
        return Folder(self.folder)

    @property
    def kind(self) -> str:
        """What its name says it is, as a list shows it: `PDF`, `XLSX`."""
        return self.name.rpartition(".")[2][:5].upper() if "." in self.name else "Fichier"
