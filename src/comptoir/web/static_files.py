"""Static files under a name that holds their fingerprint, so that browsers keep them for good."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

SHEET = "css/comptoir.css"
"""What pages load: written as imports, sent as one file."""
PART = re.compile(r'@import url\("([^"]+)"\) layer\((\w+)\);')

Sources = Mapping[str, tuple[StaticFilesStorage, str]]
"""Where each file was written, by its name."""


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no stubs
    """The manifest storage, that also rewrites imports between ES modules and sends the sheets as one."""

    support_js_module_import_aggregation = True

    def post_process(self, paths: Sources, dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Forty sheets would be forty answers before the first line shows: the page's one holds them all."""
        if SHEET in paths and not dry_run:
            self.delete(SHEET)
            self.save(SHEET, ContentFile(merged(paths).encode()))
            paths = {**paths, SHEET: (self, SHEET)}
        yield from super().post_process(paths, dry_run=dry_run, **options)


def merged(paths: Sources) -> str:
    """The sheet with each of its imports in its place, in the same layer."""

    def part(found: re.Match[str]) -> str:
        return f"@layer {found[2]} {{\n{_text(paths, f'css/{found[1]}')}}}"

    return PART.sub(part, _text(paths, SHEET))


def _text(paths: Sources, name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as sheet:
        return str(sheet.read().decode())
