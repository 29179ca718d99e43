"""From words on pages to a reading: candidates by label, decided by arithmetic and check digits."""

from comptoir.readers.fields.compose import reading_of

__all__ = ["reading_of"]
