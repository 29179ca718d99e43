"""What the firm asked the bakery for: a list that is over, one that is under way, and a neighbour's that is late."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from comptoir import pipeline
from comptoir.demo import cast, papers
from comptoir.demo.cast import YEAR
from comptoir.domain.request import GIVEN, Checklist, Kind
from comptoir.records.firms.models import Company, Person
from comptoir.records.requests.models import DocumentRequest, RequestedItem

REASON = "La page 2 est coupée : il manque les farines. Renvoyez-nous l’inventaire entier."


def build(company: Company) -> None:
    """Two requests to the bakery, as its people would have sent and answered them."""
    alice, bob = (Person.objects.get(email=member.email) for member in (cast.ALICE, cast.BOB))
    _beginnings(company, alice, bob)
    _accounts(company, alice, bob)


def build_late(company: Company, by: Person) -> None:
    """A dossier opened this autumn, whose papers still do not come."""
    _send(company, "reprise", by, _moment(11, 3), date(YEAR, 11, 20))


def _beginnings(company: Company, alice: Person, bob: Person) -> None:
    request = _send(company, "onboarding", alice, _moment(1, 6), date(YEAR, 1, 31))
    for rank, item in enumerate(request.items.all()):
        if item.is_required:
            _hand(
                item,
                papers.register_pdf(cast.BAKERY, date(YEAR, 1, 2 + rank)),
                f"{item.label}.pdf",
                bob,
                _moment(1, 15),
            )
        else:
            words = "Nous n’en avons pas."
            pipeline.answer_request(item=item, kind=Kind.NOT_APPLICABLE, words=words, by=bob, at=_moment(1, 16))
        _decide(item, alice, _moment(1, 20))
    pipeline.end_request(request=request, by=alice, at=_moment(1, 20))


def _accounts(company: Company, alice: Person, bob: Person) -> None:
    request = _send(company, "bilan", alice, _moment(11, 16), date(YEAR + 1, 1, 15))
    stock, debtors, creditors, _, _, till, *_ = request.items.all()
    _hand(stock, papers.balance_sheet_pdf(cast.BAKERY, YEAR), "Inventaire.pdf", bob, _moment(11, 18))
    _decide(stock, alice, _moment(11, 19), reason=REASON)
    words = "Aucune : tout est payé au comptoir, sauf l’école, qui règle chaque mois."
    pipeline.answer_request(item=debtors, kind=Kind.WORDS, words=words, by=bob, at=_moment(11, 18))
    _decide(debtors, alice, _moment(11, 19))
    _hand(
        creditors, papers.balance_sheet_pdf(cast.BAKERY, YEAR - 2), "Factures non payées.pdf", bob, _moment(11, 23)
    )
    pipeline.answer_request(
        item=till, kind=Kind.WORDS, words="312,40 € comptés ce soir.", by=bob, at=_moment(11, 23)
    )


def _send(company: Company, key: str, by: Person, at: datetime, due_on: date) -> DocumentRequest:
    found: Checklist = GIVEN[key]
    return pipeline.send_request(
        company=company,
        title=found.name if key != "bilan" else f"Préparation du bilan {YEAR}",
        message=found.message,
        due_on=due_on,
        items=[(item, None) for item in found.items],
        by=by,
        at=at,
    )


def _hand(item: RequestedItem, content: bytes, filename: str, by: Person, at: datetime) -> None:
    pipeline.answer_by_file(item=item, content=content, filename=filename, by=by, at=at)


def _decide(item: RequestedItem, by: Person, at: datetime, reason: str = "") -> None:
    pipeline.decide_requested(item=item, is_accepted=not reason, reason=reason, seen=None, by=by, at=at)


def _moment(month: int, day: int) -> datetime:
    found = timezone.make_aware(datetime.combine(date(YEAR, month, day), time(10)))
    return min(found, timezone.now() - timedelta(minutes=5))
