"""What the firm and its client share: files in fixed folders and in folders made below them, over the same originals as the pieces."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from comptoir.domain.folder import Folder
from comptoir.domain.shelving import Place
from comptoir.records.deposits.models import Original
from comptoir.records.firms.models import Company, InCompany, Person

_FOLDERS = [(folder.value, folder.value) for folder in Folder]
_WITHDRAWN_BY_SOMEBODY = Q(withdrawn_at=None, withdrawn_by=None) | Q(
    withdrawn_at__isnull=False, withdrawn_by__isnull=False
)
_EMPTIED_AFTERWARDS = Q(emptied_at=None) | Q(withdrawn_at__isnull=False)


class ShelfAccess(InCompany):
    """Who of the client's people sees a fixed folder and may put files in it, where the firm said so."""

    folder = models.CharField(max_length=12, choices=_FOLDERS)
    readers = ArrayField(models.CharField(max_length=20))
    writers = ArrayField(models.CharField(max_length=20))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "folder"], name="one_access_a_shelf"),
            models.CheckConstraint(condition=~Q(folder="cabinet"), name="firms_own_shelf_is_opened_to_nobody"),
        ]


class SubFolder(InCompany):
    """A folder that the firm made below a fixed one. One in the bin is not shown, nor is what it holds."""

    folder = models.CharField(max_length=12, choices=_FOLDERS)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    name = models.CharField(max_length=255)
    name_key = models.CharField(max_length=600)
    readers = ArrayField(models.CharField(max_length=20), null=True)
    writers = ArrayField(models.CharField(max_length=20), null=True)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    emptied_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "folder", "parent", "name_key"],
                condition=Q(withdrawn_at=None),
                nulls_distinct=False,
                name="one_subfolder_a_name",
            ),
            models.CheckConstraint(condition=_WITHDRAWN_BY_SOMEBODY, name="subfolder_withdrawn_by_somebody"),
            models.CheckConstraint(condition=_EMPTIED_AFTERWARDS, name="subfolder_emptied_from_the_bin"),
        ]

    @property
    def place(self) -> Place:
        """Where one stands in it."""
        return Place(Folder(self.folder), self.pk)

    @property
    def around(self) -> Place:
        """What it stands in."""
        return Place(Folder(self.folder), self.parent_id)


class SharedFileQuerySet(models.QuerySet["SharedFile"]):
    """Sets of shared files."""

    def of(self, company: Company) -> "SharedFileQuerySet":
        """Those of one company."""
        return self.filter(company=company)

    def there(self) -> "SharedFileQuerySet":
        """Those that are not in the bin."""
        return self.filter(withdrawn_at=None)

    def at(self, place: Place) -> "SharedFileQuerySet":
        """Those right in a folder."""
        return self.filter(folder=place.folder, inside=place.key)


class SharedFile(InCompany):
    """A file in a folder, as its last version is. One in the bin is no longer shown; its row and its bytes stay."""

    folder = models.CharField(max_length=12, choices=_FOLDERS)
    inside = models.ForeignKey(SubFolder, models.PROTECT, null=True, related_name="files")
    name = models.CharField(max_length=255)
    name_key = models.CharField(max_length=600)
    version = models.PositiveIntegerField(default=1)
    original = models.ForeignKey(Original, models.PROTECT, related_name="shared_files")
    put_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    put_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    emptied_at = models.DateTimeField(null=True)

    objects = SharedFileQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["firm", "company", "folder", "inside", "-put_at", "-id"],
                condition=Q(withdrawn_at=None),
                name="shared_file_list",
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "folder", "inside", "name_key"],
                condition=Q(withdrawn_at=None),
                nulls_distinct=False,
                name="one_shared_file_a_name",
            ),
            models.CheckConstraint(condition=_WITHDRAWN_BY_SOMEBODY, name="withdrawn_by_somebody"),
            models.CheckConstraint(condition=_EMPTIED_AFTERWARDS, name="emptied_from_the_bin"),
        ]

    @property
    def folder_enum(self) -> Folder:
        """The fixed folder that it stands in, however deep."""
        return Folder(self.folder)

    @property
    def place(self) -> Place:
        """The folder that it stands in."""
        return Place(self.folder_enum, self.inside_id)

    @property
    def kind(self) -> str:
        """What its name says it is, as a list shows it: `PDF`, `XLSX`."""
        return self.name.rpartition(".")[2][:5].upper() if "." in self.name else "Fichier"


class FileVersion(InCompany):
    """One version of a file, only ever added: the same name put again is the next one, and those before stay."""

    file = models.ForeignKey(SharedFile, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    original = models.ForeignKey(Original, models.PROTECT, related_name="+")
    put_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    put_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["file", "number"], name="one_version_a_number")]
