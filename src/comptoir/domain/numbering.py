"""Numbers of validated entries, and the chain of fingerprints that shows any tampering."""

import hashlib
import json
from datetime import UTC, datetime

from comptoir.domain.entry import Entry

GENESIS = "0" * 64


def entry_number(journal: str, rank: int) -> str:
    """The number given at validation: its journal and its rank there, `AC-00042`."""
    return f"{journal}-{rank:05d}"


def seal(entry: Entry, *, number: str, validated_at: datetime, previous: str) -> str:
    """SHA-256 over the entry's whole content and the seal before it: one changed cent breaks every later seal."""
    content = [
        previous,
        number,
        validated_at.astimezone(UTC).isoformat(),
        entry.journal,
        entry.dated_on.isoformat(),
        entry.piece_ref,
        entry.piece_on.isoformat(),
        entry.label,
        [[line.account, line.auxiliary, line.label, str(line.debit), str(line.credit)] for line in entry.lines],
    ]
    canonical = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()
