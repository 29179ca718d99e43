"""The welcome's steps that a person put off, so that it resumes where they left it."""

from datetime import datetime

from comptoir.records.firms.models import Company, Person, WelcomeStep


def skip(*, company: Company, person: Person, key: str, at: datetime) -> None:
    """Put a step off; it can be taken up again."""
    defaults = {"firm_id": company.firm_id, "at": at}
    WelcomeStep.objects.get_or_create(company=company, person=person, key=key, defaults=defaults)


def resume(*, company: Company, person: Person, key: str, at: datetime) -> None:
    """Take a step up again."""
    WelcomeStep.objects.filter(company=company, person=person, key=key).delete()


def skipped(company: Company, person: Person) -> set[str]:
    """The steps that this person put off."""
    return set(WelcomeStep.objects.filter(company=company, person=person).values_list("key", flat=True))
