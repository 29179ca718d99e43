"""What the bakery and its firm write to each other: a question on a payment, an answer by e-mail, one thing settled."""

from datetime import date, datetime, time, timedelta
from email.message import EmailMessage

from django.conf import settings
from django.utils import timezone

from comptoir import pipeline
from comptoir.demo import cast, papers
from comptoir.demo.cast import YEAR
from comptoir.domain.conversation import Kind
from comptoir.domain.folder import Folder
from comptoir.domain.mail import reply_address
from comptoir.lib import rich_text
from comptoir.records.conversations import queries as conversations
from comptoir.records.conversations import replies
from comptoir.records.conversations.actions import Written
from comptoir.records.conversations.models import Message
from comptoir.records.firms.models import Company, Person
from comptoir.records.missing import queries as missing

REACH = "8, rue des Tanneurs, 72000 Le Mans\n02 99 00 18 42\nDu lundi au vendredi, 9 h à 18 h"


def build(company: Company) -> None:
    """A few conversations, each as its people would have begun it."""
    alice, karim, bob = (_person(member) for member in (cast.ALICE, cast.KARIM, cast.BOB))
    pipeline.talking.open_messaging(
        firm=company.firm, has_messaging=True, how_to_reach=REACH, by=alice, at=_moment(1, 5)
    )
    company.firm.refresh_from_db()
    _balance_sheet(company, alice, bob)
    _oven(company, alice, bob)
    _vat(company, karim, bob)
    _inside(company, alice, karim)
    _question(company, karim, bob)
    _on_the_list(company, karim)


def _balance_sheet(company: Company, alice: Person, bob: Person) -> None:
    first = _begin(company, f"Bilan {YEAR - 1}", "Bonjour Bob, le bilan est prêt : il est dans vos dossiers partagés.", alice, _moment(4, 28), mentions=["exercices"])  # fmt: skip
    _write(first, "Merci Alice. On signe quand ?", bob, _moment(4, 29))
    _write(first, "C’est signé, et tout est déposé au greffe.", alice, _moment(6, 30))
    pipeline.talking.treat(conversation=first.conversation, by=alice, at=_moment(6, 30, 18))


def _oven(company: Company, alice: Person, bob: Person) -> None:
    first = _begin(company, "Four : louer ou acheter ?", "Bonjour, le four a 14 ans. On me propose 480 € par mois en location, ou 21 000 € à l’achat. Vous en pensez quoi ?", bob, _moment(11, 5))  # fmt: skip
    html = "<p>Bonjour Bob, il faut comparer :</p><ul><li>la <strong>trésorerie</strong> (l’achat la vide, le crédit moins) ;</li><li>l’impôt : l’amortissement sur 7 ans, ou le loyer en charge ;</li><li>l’entretien, compris ou non.</li></ul><p>Je vous prépare les deux calculs pour vendredi.</p>"  # fmt: skip
    _write(first, html, alice, _moment(11, 6))


def _vat(company: Company, karim: Person, bob: Person) -> None:
    first = _begin(company, "TVA d’octobre", "Bonjour Bob, la TVA d’octobre part le 19 : 1 284 €. Prévoyez-les sur le compte.", karim, _moment(11, 12))  # fmt: skip
    _write(first, "Merci Karim, bonne semaine.", bob, _moment(11, 13))
    pipeline.talking.treat(conversation=first.conversation, by=karim, at=_moment(11, 13, 10))


def _inside(company: Company, alice: Person, karim: Person) -> None:
    _begin(company, "Marge en baisse", "Alice, la farine a pris 11 % depuis mars et les prix de vente n’ont pas bougé. On en parle à Bob avant le bilan ?", karim, _moment(11, 20), kind=Kind.CONFIDENTIAL)  # fmt: skip


def _on_the_list(company: Company, karim: Person) -> None:
    """A question that still waits for the client, on the smallest payment without a piece."""
    found = missing.screen(company, now=timezone.now(), just=timedelta(0)).wanted
    paid = min((line.transaction for line in found if line.transaction), key=lambda t: abs(t.amount), default=None)
    if paid is not None:
        text = "Ce paiement est-il pour la boulangerie, ou personnel ?"
        pipeline.ask_client(company=company, transaction=paid, text=text, by=karim, at=_moment(11, 24, 9))


def _question(company: Company, karim: Person, bob: Person) -> None:
    """Karim asks about a payment that no piece explains; Bob answers from his mailbox, with the quotation."""
    found = missing.screen(company, now=timezone.now(), just=timedelta(0)).wanted
    paid = max((line.transaction for line in found if line.transaction), key=lambda t: abs(t.amount), default=None)
    if paid is None:
        return
    text = "Bonjour Bob, je vois ce paiement sans facture. Savez-vous à quoi il correspond ?"
    asked = pipeline.talking.ask(company=company, about=paid, text=text, by=karim, at=_moment(11, 23, 17))
    part = conversations.part_of(asked.conversation, bob)
    if part is None:
        return
    seller = papers.Party("Leroy Dépannage", "3, rue du Port", "72000 Le Mans", "488301226")
    bill = papers.Invoice(seller, cast.BAKERY, "D-2026-77", date(YEAR, 11, 9), (papers.Item("Réparation du laminoir", 1, abs(paid.amount)),))  # fmt: skip
    letter = EmailMessage()
    letter["From"], letter["Subject"] = f"Bob Dupont <{bob.email}>", "Re: votre question"
    letter["To"], letter["Message-ID"] = (
        reply_address(replies.word_of(part), settings.DEPOSIT_DOMAIN),
        "<laminoir@dupont.example>",
    )
    letter.set_content(f"Bonsoir, c’est la réparation du laminoir. Voici le devis signé.\n\nEnvoyé de mon iPhone\n\nLe lun. 23 nov. 2026 à 17:00, Karim Benali a écrit :\n> {text}")  # fmt: skip
    letter.add_attachment(
        papers.invoice_pdf(bill), maintype="application", subtype="pdf", filename="Devis Leroy signé.pdf"
    )
    pipeline.talk_replies.take_reply(
        word=replies.word_of(part), raw=letter.as_bytes(), envelope=bob.email, at=_moment(11, 23, 18)
    )


def _begin(
    company: Company,
    subject: str,
    text: str,
    by: Person,
    at: datetime,
    *,
    kind: Kind = Kind.EXTERNAL,
    mentions: list[str] | None = None,
) -> Message:
    things = [Folder(name) for name in mentions or []]
    return pipeline.talking.begin(
        company=company, kind=kind, subject=subject, by=by, at=at, is_from_firm=_is_firm(by),
        written=Written(html=rich_text.from_plain(text), key=f"demo {subject}", mentions=things),
    )  # fmt: skip


def _write(first: Message, text: str, by: Person, at: datetime) -> None:
    html = text if text.startswith("<") else rich_text.from_plain(text)
    pipeline.talking.write(
        conversation=first.conversation, written=Written(html=html, key=f"demo {at.isoformat()}"), by=by, at=at,
        is_from_firm=_is_firm(by),
    )  # fmt: skip
    reader = first.author
    pipeline.talking.read(conversation=first.conversation, by=reader, rank=99)


def _is_firm(person: Person) -> bool:
    return person.email in (cast.ALICE.email, cast.KARIM.email)


def _person(member: cast.Member) -> Person:
    return Person.objects.get(email=member.email)


def _moment(month: int, day: int, hour: int = 9) -> datetime:
    return datetime.combine(date(YEAR, month, day), time(hour), tzinfo=timezone.get_default_timezone())
