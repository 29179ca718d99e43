"""All that a dossier holds, as files that anybody can read without Comptoir: what its company takes away when it leaves."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.storage import storages
from django.utils import timezone

from comptoir.domain import fec
from comptoir.domain.conversation import Kind
from comptoir.domain.folder import Folder
from comptoir.domain.missing import Status
from comptoir.domain.shelving import Place
from comptoir.lib.sheets import csv_file
from comptoir.lib.zipping import Member, Ways
from comptoir.records.audit.actions import note
from comptoir.records.banking.models import Statement, Transaction
from comptoir.records.conversations.models import Attachment, Conversation, Message
from comptoir.records.deposits import leaves
from comptoir.records.deposits.models import Document, Leaf, Original, Readable
from comptoir.records.deposits.queries import content
from comptoir.records.exports import proof
from comptoir.records.exports.actions import fec_lines
from comptoir.records.exports.models import FecExport
from comptoir.records.firms.models import Company, Person
from comptoir.records.folders import queries as folders
from comptoir.records.ledger import pieces
from comptoir.records.ledger.models import Entry, FiscalYear
from comptoir.records.missing.models import Item

BATCH = 200

README = """\
Dossier « {name} »{siren}, emporté de Comptoir le {day}.

  pieces/             chaque pièce, sous un nom qui dit ce qu’elle est ; pieces.csv en est la liste, avec ce qu’elle est devenue
                      et l’empreinte SHA-256 du fichier d’origine
  originaux/          les fichiers d’origine, au bit près, dont plusieurs pièces ont été tirées
  ecritures/          les écritures de chaque exercice, au format du FEC (art. A. 47 A-1 du LPF) : PROVISOIRE, brouillard compris ;
                      sous le nom légal, les FEC qui ont été établis
  banque/             les relevés et les mouvements de chaque compte
  manquantes.csv      les mouvements qui attendent un justificatif, et où en est chacun
  messagerie/         les conversations, un dossier chacune : le texte, et les fichiers envoyés
  dossiers/           les dossiers partagés, avec leurs sous-dossiers : la dernière version de chaque fichier
  preuve/             le registre scellé des dépôts, et comment le vérifier (où la commande l’a joint)

Les tableaux s’ouvrent dans un tableur (UTF-8, point-virgule). Une apostrophe y précède ce qu’un tableur prendrait pour une formule.
"""


Given = Callable[[str], str]
"""Gives a file a way that no other file of the export has (`lib.zipping.Ways`)."""


def members(company: Company) -> Iterator[Member]:
    """Each file with its way and its content, made when it is asked for; the session says this company."""
    given = Ways().given
    yield given("LISEZMOI.txt"), partial(_readme, company)
    yield from _pieces(company, given)
    yield from _books(company, given)
    yield from _bank(company)
    yield given("manquantes.csv"), partial(_missing, company)
    yield from _conversations(company, given)
    yield from _folders(company, given)


def write(company: Company, keep: Callable[[str, bytes], None]) -> tuple[int, int]:
    """Give every file and the proof to `keep`; says how many it kept and how many could not be read, which a list names."""
    count, unread = 0, []
    for way, make in members(company):
        try:
            made = make()
        except (
            Exception
        ) as fault:  # one that its store has lost, or that does not open, keeps no other from leaving
            unread.append(f"{way} : {fault}")
            continue
        keep(way, made)
        count += 1
    with TemporaryDirectory() as folder:
        proof.write(company, Path(folder))
        for path in sorted(one for one in Path(folder).rglob("*") if one.is_file()):
            keep(f"preuve/{path.relative_to(folder)}", path.read_bytes())
    if unread:
        keep("ILLISIBLES.txt", ("\n".join(unread) + "\n").encode())
    return count, len(unread)


def note_taken(*, company: Company, count: int, by: Person | None, at: datetime) -> None:
    """The dossier was taken away, so many files of it: the log says who, and when."""
    person_id = by.pk if by else None
    note("export_dossier", firm_id=company.firm_id, company_id=company.pk, person_id=person_id, at=at, files=count)


def _readme(company: Company) -> bytes:
    siren = f" (SIREN {company.siren})" if company.siren else ""
    return README.format(name=company.name, siren=siren, day=f"{timezone.localdate():%d/%m/%Y}").encode()


# ── Pieces ──────────────────────────────────────────────────────────────────────────────────────────

_PIECES = (
    "Fichier",
    "Pièce",
    "Déposée le",
    "Par",
    "Voie",
    "Nature",
    "Date",
    "Montant",
    "État",
    "Nom d’origine",
    "SHA-256",
)


def _pieces(company: Company, given: Given) -> Iterator[Member]:
    """The pieces, the page that came beside an e-invoice's data, their list, and the originals that are more than one piece."""
    rows = Document.objects.of(company).select_related("original", "deposited_by").order_by("deposited_at", "pk")
    documents = list(rows)
    ways = [given(f"pieces/{name}") for batch in _batches(documents) for name in pieces.file_names(batch)]
    for way, document in zip(ways, documents, strict=True):
        yield way, partial(leaves.content, document)
    of = dict(zip((document.pk for document in documents), ways, strict=True))
    for row in Readable.objects.filter(company=company).select_related("original").order_by("pk"):
        yield given(f"{of[row.document_id].rpartition('.')[0]}.pdf"), partial(content, row.original)
    listed = ((way, *row) for way, row in zip(ways, _piece_rows(documents), strict=True))
    yield "pieces.csv", partial(_csv, _PIECES, listed)
    cut = Leaf.objects.filter(company=company).values("original")
    for original in Original.objects.filter(pk__in=cut).order_by("stored_at", "pk"):
        ending = original.media_type.rpartition("/")[2].replace("jpeg", "jpg")
        yield f"originaux/{original.sha256}.{ending}", partial(content, original)


def _piece_rows(documents: Sequence[Document]) -> Iterator[Sequence[object]]:
    for batch in _batches(documents):
        for document, told in zip(batch, pieces.many(batch), strict=True):
            yield (
                document.pk, _moment(document.deposited_at), document.deposited_by.full_name if document.deposited_by else "",
                document.get_channel_display(), told.kind.french if told.kind else "", _day(told.issued_on),
                _amount(told.total), told.status.french, document.filename, document.original.sha256,
            )  # fmt: skip


# ── Books and bank ──────────────────────────────────────────────────────────────────────────────────


def _books(company: Company, given: Given) -> Iterator[Member]:
    """Each year's entries, drafts left out; and the legal files that were written of it."""
    for year in FiscalYear.objects.filter(company=company).order_by("opens_on"):
        if Entry.objects.filter(fiscal_year=year, posted_at__isnull=False).exists():
            name = fec.file_name(company.siren or "000000000", year.closes_on, is_provisional=True)
            yield given(f"ecritures/{name}"), partial(_fec, year)
    written = FecExport.objects.filter(company=company, is_provisional=False).order_by("at", "pk")
    for row in written:
        yield given(f"ecritures/{row.name}"), partial(_kept, f"fec/{row.pk}")


def _fec(year: FiscalYear) -> bytes:
    return "".join(fec.write(fec_lines(year, is_provisional=True))).encode()


def _kept(name: str) -> bytes:
    with storages["default"].open(name) as file:
        found: bytes = file.read()
        return found


_MOVEMENTS = ("Compte", "IBAN", "Date", "Valeur", "Libellé", "Tiers", "Montant", "Référence")
_STATEMENTS = ("Compte", "IBAN", "Du", "Au", "Solde d’ouverture", "Solde de clôture", "Fichier")


def _bank(company: Company) -> Iterator[Member]:
    yield "banque/mouvements.csv", partial(_movements, company)
    yield "banque/releves.csv", partial(_statements, company)


def _movements(company: Company) -> bytes:
    rows = Transaction.objects.filter(company=company).order_by("account__ledger_account", "booked_on", "pk")
    told = rows.values_list(
        "account__name", "account__iban", "booked_on", "value_on", "label", "payee", "amount", "reference"
    ).iterator(chunk_size=5000)
    return _csv(_MOVEMENTS, ((name, iban, _day(on), _day(value), *words, _amount(amount), reference)
                             for name, iban, on, value, *words, amount, reference in told))  # fmt: skip


def _statements(company: Company) -> bytes:
    rows = (
        Statement.objects.filter(company=company)
        .select_related("account")
        .order_by("account__ledger_account", "at", "pk")
    )
    return _csv(_STATEMENTS, (
        (row.account.name, row.account.iban, _day(row.opened_on), _day(row.closed_on), _amount(row.opening),
         _amount(row.closing), row.filename) for row in rows
    ))  # fmt: skip


_MISSING = ("Date", "Tiers", "Libellé", "Montant", "État", "Facultatif")


def _missing(company: Company) -> bytes:
    rows = Item.objects.filter(company=company).select_related("transaction").order_by("booked_on", "pk")
    return _csv(_MISSING, (
        (_day(row.booked_on), row.party, row.transaction.label if row.transaction else "", _amount(row.amount),
         Status(row.status).french, "oui" if row.is_optional else "") for row in rows
    ))  # fmt: skip


# ── Conversations and folders ───────────────────────────────────────────────────────────────────────


def _conversations(company: Company, given: Given) -> Iterator[Member]:
    """Each conversation with the client, as a text, and the files that were sent in it; what the firm says among its own
    people stays the firm's."""
    rows = Conversation.objects.filter(company=company, kind=Kind.EXTERNAL.value).order_by("begun_at", "pk")
    for row in rows:
        folder = f"messagerie/{row.begun_at:%Y-%m-%d} {row.subject.replace('/', ' ')}"
        yield given(f"{folder}/conversation.txt"), partial(_conversation, row)
        sent = Attachment.objects.filter(message__conversation=row).select_related("original").order_by("at", "pk")
        for file in sent:
            yield given(f"{folder}/{file.name.replace('/', ' ')}"), partial(content, file.original)


def _conversation(row: Conversation) -> bytes:
    said = Message.objects.filter(conversation=row).select_related("author").order_by("rank")
    told = [
        f"{one.author.full_name}, {_moment(one.at)}\n\n{one.text}\n{_quoted(one.rest)}" for one in said.iterator()
    ]
    return "\n\n──────\n\n".join([row.subject, *told]).encode()


def _quoted(rest: str) -> str:
    return "".join(f"> {line}\n" for line in rest.splitlines())


def _folders(company: Company, given: Given) -> Iterator[Member]:
    """The shared folders as they stand; the firm's private space stays the firm's."""
    tree = folders.tree(company)
    for folder in Folder:
        if folder is not Folder.CABINET:
            for way, file in folders.beneath(company, tree, None, Place(folder)):
                yield given(f"dossiers/{folder.french}/{way}"), partial(content, file.original)


# ── Words ───────────────────────────────────────────────────────────────────────────────────────────


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    with csv_file(head, rows) as file:
        return file.read()


def _batches(documents: Sequence[Document]) -> Iterator[Sequence[Document]]:
    for start in range(0, len(documents), BATCH):
        yield documents[start : start + BATCH]


def _day(value: date | None) -> str:
    return f"{value:%d/%m/%Y}" if value else ""


def _moment(value: Any) -> str:
    return f"{timezone.localtime(value):%d/%m/%Y %H:%M}"


def _amount(value: Any) -> str:
    return f"{value:.2f}".replace(".", ",") if value is not None else ""
