"""Time-stamps over the deposit log: one token proves every line up to its own, since each seal covers those before."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from comptoir.domain.fault import Fault
from comptoir.gateways.timestamp import Authority, NotAStamp
from comptoir.records.deposits.models import Arrival, Stamp
from comptoir.records.firms.models import Company

DRIFT = timedelta(minutes=5)
"""How far two clocks may be apart."""


def unstamped() -> list[Arrival]:
    """The last line of each company's log that no stamp covers yet."""
    stamped = dict(Stamp.objects.values_list("company").annotate(n=Max("number")).order_by())
    last = Arrival.objects.values_list("company").annotate(n=Max("number")).order_by()
    behind = [(company, number) for company, number in last if number > stamped.get(company, 0)]
    return [Arrival.objects.get(company=company, number=number) for company, number in behind]


@transaction.atomic
def keep(*, arrival: Arrival, token: bytes, authority: Authority) -> None:
    """Keep what the authority signed over a line's seal, once; raises `NotAStamp` for a moment before the deposit."""
    moment = authority.judged(token, said(arrival.seal))
    if moment < arrival.at - DRIFT:
        # Kept, it could never be taken back, and nothing later would cover the line.
        raise NotAStamp(f"of {moment:%d/%m/%Y %H:%M}, before what it stamps: one of two clocks is wrong")
    stamp = Stamp(
        firm_id=arrival.firm_id,
        company_id=arrival.company_id,
        number=arrival.number,
        seal=arrival.seal,
        token=token,
        stamped_at=moment,
        authority=authority.name[:120],
    )
    Stamp.objects.bulk_create([stamp], ignore_conflicts=True)


def of(company: Company) -> Iterator[Stamp]:
    """The stamps of a company, in the order of its log."""
    return Stamp.objects.filter(company=company).order_by("number").iterator()


def said(seal: str) -> bytes:
    """What is stamped: the seal as the log writes it."""
    return seal.encode("ascii")


def verify_stamps() -> Iterator[Fault]:
    """Each stamp that is not of its line's seal, or that its authority did not sign, or not after what it proves."""
    for stamp in Stamp.objects.select_related("company").order_by("company", "number").iterator():
        line = Arrival.objects.filter(company=stamp.company_id, number=stamp.number).first()
        where = f"{stamp.company.name} : l’horodatage de la ligne {stamp.number} du registre des dépôts"
        if line is None or line.seal != stamp.seal:
            yield Fault("stamp_of_other", f"{where} n’est pas de cette ligne.", "Restaurez la sauvegarde.")
        elif sentence := _doubt(stamp, line):
            yield Fault("stamp_wrong", f"{where} {sentence}", "Restaurez la sauvegarde.")


def _doubt(stamp: Stamp, line: Arrival) -> str:
    if settings.TIMESTAMP is None:
        return ""  # nobody says any more whom to trust: that the seal is this line's is all that can be said
    try:
        moment = settings.TIMESTAMP.judged(bytes(stamp.token), said(stamp.seal))
    except NotAStamp:
        return "n’est pas signé par l’autorité qui est réglée."
    if moment != stamp.stamped_at or moment < line.at - DRIFT:
        return "n’est pas du moment qu’il dit."
    return ""
