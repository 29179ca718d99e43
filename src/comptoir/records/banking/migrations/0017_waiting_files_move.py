"""Files that wait leave the database for the store; what a later step cannot find again is kept until it is committed."""

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def to_the_store(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """One file at a time: each may weigh a hundred megabytes."""
    unread = apps.get_model("banking", "UnreadStatement")
    for key in unread.objects.filter(stored="").values_list("pk", flat=True):
        row = unread.objects.get(pk=key)
        content = bytes(row.content)
        row.stored = storages["default"].save(f"statements/{row.firm_id}/{row.pk}", ContentFile(content))
        row.size = len(content)
        row.save(update_fields=["stored", "size"])


class Migration(migrations.Migration):
    dependencies = [("banking", "0016_files_in_the_store")]

    operations = [migrations.RunPython(to_the_store)]
