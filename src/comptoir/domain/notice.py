"""Notices: what a person is told of, by which ways, and when one may write to them."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from comptoir.domain.reminder import PARIS, Plan, is_quiet, next_allowed
from comptoir.domain.rights import Act

_EVERYBODY = Plan(is_on=False)
"""Whose quiet hours are nobody's own: nights, Sundays and public holidays."""
DIGEST_HOUR = 8
"""From then on, each day that is not quiet, the digest of what waits leaves."""


class Kind(StrEnum):
    """What a notice is about."""

    MESSAGE = "message"
    QUESTION = "question"
    REQUEST = "request"
    REFUSED = "refused"
    SET_ASIDE = "set_aside"
    REMINDER = "reminder"
    BANK = "bank"
    MAIL_WAITS = "mail_waits"
    ANSWER = "answer"
    REVIEW = "review"
    EXPORT = "export"

    @property
    def french(self) -> str:
        """As it is chosen."""
        return _SAID[self].french

    @property
    def short(self) -> str:
        """What a locked screen may show: no amount, no name of anybody."""
        return _SAID[self].short

    @property
    def is_whole_when_locked(self) -> bool:
        """Whether a locked screen may show the notice's own sentence: it names a bank, and nothing of anybody's."""
        return self is Kind.BANK

    @property
    def act(self) -> Act:
        """What one must be allowed to do to hear of it: a notice tells nobody of what they may not see."""
        return _SAID[self].act

    def is_for(self, *, is_firm: bool) -> bool:
        """Whether this side hears of it."""
        return (_SAID[self].firm if is_firm else _SAID[self].client) is not None

    def default(self, *, is_firm: bool) -> "Choice":
        """By which ways somebody is told who never chose."""
        found = _SAID[self].firm if is_firm else _SAID[self].client
        return found or Choice(in_app=False, push=False, mail=Mail.NEVER)


class Mail(StrEnum):
    """Whether an e-mail tells of it."""

    NOW = "now"
    DIGEST = "digest"
    NEVER = "never"

    @property
    def french(self) -> str:
        """As it is chosen."""
        return {"now": "Tout de suite", "digest": "Résumé du jour", "never": "Jamais"}[self.value]


@dataclass(frozen=True, slots=True)
class Choice:
    """The ways by which a person hears of one kind."""

    in_app: bool = True
    push: bool = True
    mail: Mail = Mail.NOW


@dataclass(frozen=True, slots=True)
class _Said:
    french: str
    short: str
    act: Act
    client: Choice | None
    firm: Choice | None


_SAID = {
    Kind.MESSAGE: _Said(
        "Un message", "Vous avez un nouveau message.", Act.TAKE_PART, Choice(), Choice(),
    ),
    Kind.QUESTION: _Said(
        "Une question du cabinet", "Votre cabinet vous pose une question.", Act.SEE_MISSING, Choice(), None,
    ),
    Kind.REQUEST: _Said(
        "Un document demandé", "Votre cabinet vous demande un document.", Act.ANSWER_REQUESTS, Choice(), None,
    ),
    Kind.REFUSED: _Said(
        "Un justificatif refusé", "Un justificatif a été refusé.", Act.SEE_MISSING, Choice(), None,
    ),
    Kind.SET_ASIDE: _Said(
        "Une pièce écartée", "Une de vos pièces a été écartée.", Act.SEE_OWN_DOCUMENTS, Choice(mail=Mail.DIGEST), None,
    ),
    Kind.REMINDER: _Said(
        "Un rappel de pièces manquantes", "Des justificatifs manquent.", Act.SEE_MISSING, Choice(), None,
    ),
    Kind.BANK: _Said(
        "Une banque à reconnecter", "Une banque est à reconnecter.", Act.CONNECT_BANK, Choice(), None,
    ),
    Kind.MAIL_WAITS: _Said(
        "Un e-mail retenu", "Un e-mail attend votre accord.", Act.SETTLE_MAIL,
        Choice(mail=Mail.DIGEST), Choice(push=False, mail=Mail.NEVER),
    ),
    Kind.ANSWER: _Said(
        "Une réponse d’un client", "Un client a répondu.", Act.DECIDE_MISSING, None, Choice(mail=Mail.DIGEST),
    ),
    Kind.REVIEW: _Said(
        "Des pièces à revoir", "Des pièces attendent votre revue.", Act.REVIEW, None,
        Choice(push=False, mail=Mail.NEVER),
    ),
    Kind.EXPORT: _Said(
        "Un dossier à télécharger", "L’archive que vous avez demandée est prête.", Act.EXPORT_DOSSIER,
        Choice(push=False), Choice(push=False),
    ),
}  # fmt: skip


def may_write(moment: datetime) -> bool:
    """Whether it disturbs nobody: by day, and neither on a Sunday nor on a public holiday."""
    return not is_quiet(moment, _EVERYBODY)


def writes_at(moment: datetime) -> datetime:
    """That moment, or the end of the quiet hours around it."""
    return next_allowed(moment, _EVERYBODY)


def digest_begins(day: date) -> datetime:
    """From when that day's digest may leave: what came earlier is in it."""
    return datetime.combine(day, time(DIGEST_HOUR), PARIS)


def place(company_id: object, tail: str, *, is_firm: bool) -> str:
    """Where a thing of a company is seen from one side."""
    return f"/{'dossiers' if is_firm else 'c'}/{company_id}/{tail}"
