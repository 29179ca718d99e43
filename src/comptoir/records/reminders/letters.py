"""The reminder as a letter: what is wanted, a button that opens the list, and a way to want no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.core import signing
from django.template.loader import render_to_string

from comptoir.domain.text import on_one_line
from comptoir.lib.english import ENGLISH, colon, speaking, tongue
from comptoir.lib.english.catalog import english
from comptoir.records.firms.models import Company, Person
from comptoir.records.mail.actions import Message
from comptoir.records.missing.models import Item
from comptoir.records.reminders.models import Reminder
from comptoir.records.reminders.queries import SHOWN
from comptoir.records.requests.models import RequestedItem

SALT = "reminders.unsubscribe"


@dataclass(frozen=True, slots=True)
class Digest:
    """What one person is reminded of: the first lines, how many in all, for how much, and where to answer."""

    reminder: Reminder
    company: Company
    person: Person
    lines: Sequence[Item]
    count: int
    documents: Sequence[RequestedItem]
    asked: int
    total: Decimal
    link: str
    unsubscribe: str
    home: str
    reply_to: str

    @property
    def left(self) -> int:
        """How many lines are not told one by one."""
        return self.count - len(self.lines)

    @property
    def documents_left(self) -> int:
        """How many requested documents are not told one by one."""
        return self.asked - len(self.documents)

    @property
    def is_of_documents_alone(self) -> bool:
        """Whether no transaction and no piece wants anything."""
        return self.count == 0


def digest(
    *,
    reminder: Reminder,
    items: Sequence[Item],
    documents: Sequence[RequestedItem],
    token: str,
    home: str,
    reply_to: str = "",
) -> Digest:
    """What is to be told, read a moment before; `reply_to` is where the letter is answered."""
    company, person = reminder.company, reminder.person
    total = sum((row.size for row in items if row.transaction_id), Decimal(0))
    link = f"{home}/rappels/{token}/"
    stop = f"{home}/rappels/arret/{unsubscribe_token(company, person)}/"
    return Digest(
        reminder, company, person, items[:SHOWN], len(items), documents[:SHOWN], len(documents), total, link, stop, home,
        reply_to,
    )  # fmt: skip


def letter(told: Digest) -> Message:
    """The digest as a letter, in text and in HTML, in its reader's language."""
    company = on_one_line(told.company.name)
    context = {
        "told": told, "company": told.company, "firm": told.company.firm, "person": told.person, "home": told.home,
        "reply_to": told.reply_to,
    }  # fmt: skip
    with speaking(told.person.language):
        what = (" et ", " and ")[tongue() == ENGLISH].join(map(english, _counted(told)))
        return Message(
            to=told.person.email,
            subject=f"{company}{colon()}{what}",
            text=render_to_string("mail/reminder_message.txt", context),
            html=render_to_string("mail/reminder_message.html", context),
            sender=told.company.firm.sender,
            reply_to=told.reply_to,
        )


def _counted(told: Digest) -> list[str]:
    """What is wanted, in words: what the bank's movements lack, and what the firm asked for."""
    missing = "1 justificatif manquant" if told.count == 1 else f"{told.count} justificatifs manquants"
    asked = "1 document demandé" if told.asked == 1 else f"{told.asked} documents demandés"
    return [words for words, count in ((missing, told.count), (asked, told.asked)) if count]


def headers(told: Digest) -> dict[str, str]:
    """One click in the mail program is enough to want no more (RFC 8058)."""
    return {"List-Unsubscribe": f"<{told.unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def unsubscribe_token(company: Company, person: Person) -> str:
    """Signed, for this person and company alone; it only ever stops or resumes reminders."""
    return signing.dumps([str(company.firm_id), str(company.pk), str(person.pk)], salt=SALT)


def of_token(token: str) -> tuple[UUID, UUID, UUID] | None:
    """Firm, company and person of an unsubscribe link; None for what we did not write."""
    try:
        firm, company, person = signing.loads(token, salt=SALT)
        return UUID(firm), UUID(company), UUID(person)
    except (signing.BadSignature, ValueError, TypeError):
        return None
