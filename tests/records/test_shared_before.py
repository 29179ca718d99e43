"""What was shared before folders had versions and names of their own keeps all of it."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from tests.conftest import AT

from comptoir import pipeline
from comptoir.domain.folder import Folder, name_key
from comptoir.records.deposits.actions import keep
from comptoir.records.folders.models import FileVersion, SharedFile

pytestmark = pytest.mark.django_db

fill = import_module("comptoir.records.folders.migrations.0004_filled").fill


def test_files_of_one_name_are_told_apart_the_latest_keeping_it_and_each_is_a_first_version(bakery, alice):
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_shared_file_a_name")
    originals = [
        keep(company=bakery, content=content, media_type="text/plain", pages=1, at=AT)
        for content in (b"1", b"2", b"3", b"4")
    ]
    names = ["Avis.txt", "AVIS.txt", "avis.txt", "avis.txt"]
    files = [
        SharedFile.objects.create(
            firm=bakery.firm, company=bakery, folder=Folder.FISCAL, name=name, name_key="", original=original, put_by=alice,
            put_at=AT + timedelta(seconds=rank),
        )
        for rank, (name, original) in enumerate(zip(names, originals, strict=True))
    ]  # fmt: skip
    pipeline.withdraw_file(file=files[0], by=alice, at=AT)
    fill(apps, None)
    told = [file.name for file in SharedFile.objects.order_by("put_at")]
    assert told == ["Avis.txt", "AVIS (3).txt", "avis (2).txt", "avis.txt"]
    assert all(file.name_key == name_key(file.name) for file in SharedFile.objects.all())
    versions = FileVersion.objects.order_by("file__put_at")
    assert [(one.number, one.original_id) for one in versions] == [(1, original.pk) for original in originals]
