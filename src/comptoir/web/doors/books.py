"""Doors to the bank and the books: movements, questions on them, accounts, rules, entries."""

from uuid import UUID

from django.http import HttpRequest

from comptoir.domain.rights import Act
from comptoir.records.banking import columns as bank_columns
from comptoir.records.banking import queries as bank
from comptoir.records.banking.models import BankAccount, Rule, Transaction, UnreadStatement
from comptoir.records.connections import queries as connected
from comptoir.records.connections.models import Connection, Feed
from comptoir.records.ledger import merging
from comptoir.records.ledger import queries as books
from comptoir.records.ledger.models import Entry, FiscalYear, Lettrage, Merge
from comptoir.records.missing import queries as missing
from comptoir.records.missing.models import Question, Series, Waiver
from comptoir.web.doors.seats import Seen, company, dossier, seen


def transaction(request: HttpRequest, company_id: UUID, transaction_id: UUID, act: Act) -> Seen[Transaction]:
    """A bank transaction, from the client's side."""
    return seen(company(request, company_id, act), bank.transaction, transaction_id)


def transaction_to_decide(
    request: HttpRequest, company_id: UUID, transaction_id: UUID, act: Act
) -> Seen[Transaction]:
    """A bank transaction as the firm works on it."""
    return seen(dossier(request, company_id, act), bank.transaction, transaction_id)


def asked_question(request: HttpRequest, company_id: UUID, question_id: UUID) -> Seen[Question]:
    """A question of the firm's, for the client who may answer it."""
    return seen(company(request, company_id, Act.JUSTIFY), missing.question, question_id)


def question_to_close(request: HttpRequest, company_id: UUID, question_id: UUID) -> Seen[Question]:
    """A question of the firm's, for the firm."""
    return seen(dossier(request, company_id, Act.ASK_CLIENT), missing.question, question_id)


def waiver(request: HttpRequest, company_id: UUID, waiver_id: UUID) -> Seen[Waiver]:
    """Something that the firm no longer asks, for the firm."""
    return seen(dossier(request, company_id, Act.DECIDE_MISSING), missing.waiver, waiver_id)


def series(request: HttpRequest, company_id: UUID, series_id: UUID) -> Seen[Series]:
    """One piece that counts for many movements, for the firm."""
    return seen(dossier(request, company_id, Act.DECIDE_MISSING), missing.series, series_id)


def bank_account(request: HttpRequest, company_id: UUID, account_id: UUID, act: Act) -> Seen[BankAccount]:
    """A bank account of a dossier, for the firm."""
    return seen(dossier(request, company_id, act), bank.account, account_id)


def unread_statement(request: HttpRequest, company_id: UUID, unread_id: UUID, act: Act) -> Seen[UnreadStatement]:
    """A bank's table whose columns wait to be explained, for the firm."""
    return seen(dossier(request, company_id, act), bank_columns.unread_statement, unread_id)


def own_bank_account(request: HttpRequest, company_id: UUID, account_id: UUID, act: Act) -> Seen[BankAccount]:
    """A bank account of the company, from the client's side."""
    return seen(company(request, company_id, act), bank.account, account_id)


def connection(request: HttpRequest, company_id: UUID, connection_id: UUID) -> Seen[Connection]:
    """A connection to a bank, for the client who may make and cut it."""
    return seen(company(request, company_id, Act.CONNECT_BANK), connected.connection, connection_id)


def feed(request: HttpRequest, company_id: UUID, feed_id: UUID) -> Seen[Feed]:
    """An account that a connection shares, for the firm."""
    return seen(dossier(request, company_id, Act.MANAGE_BANK), connected.feed, feed_id)


def merge(request: HttpRequest, company_id: UUID, merge_id: UUID, act: Act) -> Seen[Merge]:
    """A merge of books already kept with the bank's movements, for the firm."""
    return seen(dossier(request, company_id, act), merging.found, merge_id)


def rule(request: HttpRequest, company_id: UUID, rule_id: UUID, act: Act) -> Seen[Rule]:
    """A booking rule of a dossier, for the firm."""
    return seen(dossier(request, company_id, act), bank.rule, rule_id)


def entry(request: HttpRequest, company_id: UUID, entry_id: UUID, act: Act) -> Seen[Entry]:
    """An entry of a dossier, for the firm."""
    return seen(dossier(request, company_id, act), books.entry, entry_id)


def fiscal_year(request: HttpRequest, company_id: UUID, year_id: UUID, act: Act) -> Seen[FiscalYear]:
    """A fiscal year of a dossier, for the firm."""
    return seen(dossier(request, company_id, act), books.fiscal_year, year_id)


def lettrage(request: HttpRequest, company_id: UUID, lettrage_id: UUID, act: Act) -> Seen[Lettrage]:
    """A letter of a dossier, for the firm."""
    return seen(dossier(request, company_id, act), books.lettrage, lettrage_id)
