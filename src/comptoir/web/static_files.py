"""Static files under a name that holds their fingerprint, so that browsers keep them for good."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no stubs
    """The manifest storage, that also rewrites imports between ES modules."""

    support_js_module_import_aggregation = True
