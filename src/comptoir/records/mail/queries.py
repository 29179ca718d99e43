"""The outbox."""

from uuid import UUID

from comptoir.records.mail.models import Letter

MOST = 200


def to_deliver(letter_id: UUID) -> Letter | None:
    """A letter that has not left."""
    return Letter.objects.filter(pk=letter_id, sent_at=None).first()


def outbox(firm_id: UUID) -> list[Letter]:
    """The firm's last letters, newest first."""
    return list(Letter.objects.filter(firm_id=firm_id).order_by("-at", "-id")[:MOST])


def letter(firm_id: UUID, letter_id: UUID) -> Letter | None:
    """One letter of the firm."""
    return Letter.objects.filter(firm_id=firm_id, pk=letter_id).first()
