"""Instead of a document: the client’s word, the firm’s decision, its questions, and what it no longer asks."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from comptoir.domain.missing import Reason, Status
from comptoir.domain.notice import Kind
from comptoir.lib.live import announce
from comptoir.pipeline import talking
from comptoir.pipeline.between import books_of
from comptoir.pipeline.booking import assign
from comptoir.pipeline.matching import detach
from comptoir.pipeline.missing import relist
from comptoir.pipeline.noticing import settle_facts, tell_clients, tell_keepers
from comptoir.records.banking.models import Transaction
from comptoir.records.deposits.models import Document
from comptoir.records.firms.models import Company, Person
from comptoir.records.ledger import bank as bank_entries
from comptoir.records.ledger.actions import AlreadyValidated
from comptoir.records.matching import queries as matches
from comptoir.records.missing import actions as missing
from comptoir.records.missing import answering, asking, queries
from comptoir.records.missing.models import Answer, Question, Series, Waiver


class AccountWanted(Exception):
    """Choisissez un compte : sans pièce, la TVA de cette écriture ne peut pas être déduite."""


def answer_missing(
    *, transaction: Transaction, reason: Reason | None, text: str, by: Person, at: datetime
) -> Answer:
    """The client answers in words, or declares that there is no document: the line waits for the firm.

    Raises `answering.NothingSaid`, `answering.WordsWanted`.
    """
    with books_of(transaction.company):
        row = answering.answer(transaction=transaction, reason=reason, text=text, by=by, at=at)
        relist(transaction.company, [transaction.pk], at=at)
        announce(transaction.company_id, ["production"])
        sentence = f"{by.full_name} a répondu pour une pièce manquante."
        tell_keepers(transaction.company, Kind.ANSWER, f"answer-{row.pk}", sentence, "manquantes/", at=at)
    return row


def withdraw_answer(*, transaction: Transaction, by: Person, at: datetime) -> None:
    """The client takes an answer back: the document is missing again. Raises `answering.AlreadyDecided`."""
    with books_of(transaction.company):
        answering.withdraw(transaction=transaction, by=by, at=at)
        relist(transaction.company, [transaction.pk], at=at)


def accept_missing(*, transaction: Transaction, account: str, reason: str, by: Person, at: datetime) -> None:
    """The firm accepts a movement without a piece, or with one that could not be lettered; it says where it goes.

    No VAT is deducted: its whole amount goes to the account. Raises `AccountWanted`, `bank_entries.NotAssignable` (also
    while the movement waits outside the books), `ledger.AlreadyValidated`.
    """
    with books_of(transaction.company):
        entry = getattr(transaction, "entry", None)
        if account and entry is None and not hasattr(transaction, "merged"):
            raise bank_entries.NotAssignable(OUTSIDE)
        is_bare = not matches.groups(transactions=[transaction.pk])
        if (
            is_bare
            and not account
            and entry
            and any(_is_vat(row.account) for row in bank_entries.counterparts(entry))
        ):
            raise AccountWanted(AccountWanted.__doc__)
        if account and entry:
            assign(entry=entry, account=account, auxiliary="", by=by, at=at)
        answering.accept(transaction=transaction, account=account, reason=reason, by=by, at=at)
        relist(transaction.company, [transaction.pk], at=at)
        announce(transaction.company_id, ["missing", "production"])


OUTSIDE = "Ce mouvement n’est pas encore dans les livres : acceptez-le sans compte, ou attendez qu’il y soit."


def refuse_missing(*, transaction: Transaction, reason: str, by: Person, at: datetime) -> None:
    """The firm refuses what was given: the piece is unlinked, the document is missing again, the client reads why.

    Raises `answering.ReasonWanted`, `answering.NotDecidable` where nothing was given.
    """
    with books_of(transaction.company):
        given = [pk for group in matches.groups(transactions=[transaction.pk]) for pk in group.documents]
        pieces = list(
            Document.objects.filter(pk__in=given, matches__transaction=transaction).select_related("company")
        )
        line = queries.line(transaction.company, transaction)
        if not pieces and (line is None or line.answer is None):
            raise answering.NotDecidable(answering.NotDecidable.__doc__)
        first = pieces[0] if pieces else None
        answering.refuse(transaction=transaction, document=first, reason=reason, by=by, at=at)
        for piece in pieces:
            detach(document=piece, transaction=transaction, by=by, at=at)
        relist(transaction.company, [transaction.pk], at=at)
        announce(transaction.company_id, ["missing", "production"])
        sentence = f"Justificatif refusé : {reason}"
        key = f"refused-{transaction.pk}-{at.timestamp()}"
        tell_clients(transaction.company, Kind.REFUSED, key, sentence, "manquantes/", at=at)


FINAL = (
    "L’écriture de ce mouvement est validée, sur le compte que l’acceptation lui a donné : elle ne se reprend plus. "
    "Pour obtenir la pièce, posez une question au client, page Banque."
)


def take_back_acceptance(*, transaction: Transaction, by: Person, at: datetime) -> Status | None:
    """The firm goes back on an acceptance: what it put on an account is booked again as rules and history say.

    Says how far the movement's document is now; None where nothing is asked of it, which whoever took it back has to hear.
    Raises `bank_entries.NotAssignable` where that account stands on a locked day, and `AlreadyValidated` where it is final:
    off that account the movement would be asked for, on it it would be on no list at all.
    """
    company = transaction.company
    with books_of(company):
        ended = answering.take_back(transaction=transaction, by=by, at=at)
        entry = bank_entries.entry_of(transaction)
        if entry and any(row.account for row in ended):
            if entry.validated_at:
                raise AlreadyValidated(FINAL)
            bank_entries.refuse_locked(entry)
            history = bank_entries.history_of(company, [transaction], again=True)
            (booked,) = bank_entries.bookings(company, [transaction], history, at=at)
            bank_entries.book_again(booked=booked, at=at)
        relist(company, [transaction.pk], at=at)
        announce(company.pk, ["missing", "production"])
        return queries.status_of(company, transaction)


def ask_client(
    *,
    company: Company,
    transaction: Transaction | None = None,
    document: Document | None = None,
    text: str,
    by: Person,
    at: datetime,
) -> Question:
    """The firm puts a question on a transaction or a piece: on the client's list at once, and in their conversation."""
    with books_of(company):
        row = answering.ask(company=company, transaction=transaction, document=document, text=text, by=by, at=at)
        _follow_question(row, at=at)
        sentence = f"{by.full_name} vous pose une question."
        tell_clients(
            company, Kind.QUESTION, str(row.pk), sentence, "manquantes/", at=at, has_letter=company.has_messaging
        )
        _say_in_conversation(row, text, by=by, at=at, is_from_firm=True)
    return row


def answer_question(*, question: Question, text: str, by: Person, at: datetime) -> None:
    """The client answers; it leaves their list and waits for the firm. Raises `answering.AlreadyClosed`, `NothingSaid`."""
    with books_of(question.company):
        _follow_question(answering.reply(question=question, text=text, by=by, at=at), at=at)
        settle_facts(question.company, [str(question.pk)], at=at)
        sentence = f"{by.full_name} a répondu à votre question."
        tell_keepers(question.company, Kind.ANSWER, f"{question.pk}-answer", sentence, "manquantes/", at=at)
        _say_in_conversation(question, text, by=by, at=at, is_from_firm=False)


def close_question(*, question: Question, by: Person, at: datetime) -> None:
    """The firm has what it wanted. Raises `answering.AlreadyClosed`."""
    with books_of(question.company):
        answering.close(question=question, by=by, at=at)
        _follow_question(question, at=at)
        settle_facts(question.company, [str(question.pk), f"{question.pk}-answer"], at=at)


def _say_in_conversation(question: Question, text: str, *, by: Person, at: datetime, is_from_firm: bool) -> None:
    """What is asked and answered on the list is read in the *Messagerie* too, where the dossier has one."""
    about = question.transaction or question.document
    if question.company.has_messaging and about is not None:
        key = f"{question.pk}{'' if is_from_firm else '-answer'}"
        talking.ask(
            company=question.company, about=about, text=text, by=by, at=at, is_from_firm=is_from_firm, key=key
        )


def set_asking(
    *,
    company: Company,
    is_on: bool,
    since: date | None,
    floor: Decimal,
    required: Sequence[str],
    optional: Sequence[str],
    by: Person,
    at: datetime,
) -> bool:
    """The firm says what is asked of this dossier: its whole list is made again; True if anything changed."""
    with books_of(company):
        is_changed = asking.set_asking(
            company=company,
            is_on=is_on,
            since=since,
            floor=floor,
            required=required,
            optional=optional,
            by=by,
            at=at,
        )
        if is_changed:
            relist(company, None, at=at)
            announce(company.pk, ["missing"])
    return is_changed


def waive(*, transaction: Transaction, whole_party: bool, reason: str, by: Person, at: datetime) -> Waiver:
    """*Ne plus demander*: nothing more is asked of this movement's third party, or of its label.

    Raises `asking.NothingToFollow` where it has neither.
    """
    company = transaction.company
    with books_of(company):
        party = queries.party_of(transaction) if whole_party else None
        if party is None and not transaction.label_key:
            raise asking.NothingToFollow("Cette opération n’a ni tiers ni libellé reconnaissable.")
        name = party.name if party else transaction.label_key
        row = asking.waive(
            company=company,
            auxiliary=party,
            label_key=transaction.label_key,
            name=name,
            reason=reason,
            by=by,
            at=at,
        )
        _relist_waived(row, at=at)
    return row


def end_waiver(*, waiver: Waiver, by: Person, at: datetime) -> None:
    """The firm asks again."""
    with books_of(waiver.company):
        asking.end_waiver(waiver=waiver, by=by, at=at)
        _relist_waived(waiver, at=at)


def follow(
    *, document: Document, first: Transaction, same_amount: bool, until: date | None, by: Person, at: datetime
) -> Series:
    """A piece that was attached counts for the movements that follow (lease, insurance). Raises `asking.NothingToFollow`."""
    with books_of(document.company):
        row = asking.follow(document=document, first=first, same_amount=same_amount, until=until, by=by, at=at)
        relist(document.company, [first.pk], at=at)
    return row


def end_series(*, series: Series, by: Person, at: datetime) -> None:
    """The piece counts for its own movement alone again: the others are missing theirs."""
    with books_of(series.company):
        asking.end_series(series=series, by=by, at=at)
        relist(series.company, queries.labelled(series.company, [series.label_key]), at=at)


def _follow_question(row: Question, *, at: datetime) -> None:
    if row.transaction_id:
        relist(row.company, [row.transaction_id], at=at)
    elif row.document_id:
        missing.refresh_pieces(company=row.company, documents=[row.document_id], at=at)
    announce(row.company_id, ["missing", "production"])


def _relist_waived(row: Waiver, *, at: datetime) -> None:
    party = row.auxiliary
    ids = queries.booked_on_party(row.company, party) if party else queries.labelled(row.company, [row.label_key])
    relist(row.company, ids, at=at)


def _is_vat(account: str) -> bool:
    return account.startswith("4456")
