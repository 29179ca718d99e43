"""What was shared already: by what its names are the same, and its one version. Of two of one name, the older gets a rank."""

from typing import Any

from django.db import migrations

from comptoir.domain.folder import beside, name_key


def fill(apps: Any, _: Any) -> None:
    files, versions = apps.get_model("folders", "SharedFile"), apps.get_model("folders", "FileVersion")
    given: set[tuple[object, ...]] = set()
    for file in files.objects.order_by("-put_at", "-pk").iterator():
        place, name, rank = (file.company_id, file.folder), file.name, 1
        while file.withdrawn_at is None and (*place, name_key(name)) in given:
            rank += 1
            name = beside(file.name, rank)
        if file.withdrawn_at is None:
            given.add((*place, name_key(name)))
        files.objects.filter(pk=file.pk).update(name=name, name_key=name_key(name))
        versions.objects.create(
            firm_id=file.firm_id,
            company_id=file.company_id,
            file_id=file.pk,
            number=1,
            original_id=file.original_id,
            put_by_id=file.put_by_id,
            put_at=file.put_at,
        )


class Migration(migrations.Migration):
    dependencies = [("folders", "0003_tree")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
