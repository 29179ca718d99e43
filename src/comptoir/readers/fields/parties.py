"""Who issued the piece and to whom: by label, by number, by place; the dossier's own company is never the supplier."""

import re
from dataclasses import dataclass

from comptoir.domain.reading import Identity
from comptoir.domain.text import folded
from comptoir.readers.fields import identifiers
from comptoir.readers.fields.identifiers import Printed
from comptoir.readers.fields.rows import Row, word_pattern
from comptoir.readers.identity import bare, is_named, is_own, mentions
from comptoir.readers.layout import Box, Cell

_SELLER = word_pattern(
    r"VENDEUR", r"EMETTEUR", r"FOURNISSEUR", r"PRESTATAIRE", r"EMIS(?:E)? PAR", r"VERKAUFER", r"VERSICHERER", r"LIEFERANT", r"SELLER", r"SUPPLIER",
    r"FROM", r"SERVICE PROVIDER", r"RECHNUNGSSTELLER", r"SOLD BY", r"VENDU PAR", r"BENEFICIAIRE",
)  # fmt: skip
_BUYER = word_pattern(
    r"CLIENT", r"ACHETEUR", r"DESTINATAIRE", r"FACTUREE? A", r"ADRESSE (?:DE )?(?:FACTURATION|LIVRAISON|DU CLIENT|CLIENT)", r"LIVREE? A", r"KAUFER\w*",
    r"BILL(?:ED)? TO(?: ADDRESS)?", r"SHIP TO", r"SOLD TO", r"CUSTOMER", r"BUYER", r"KUNDE", r"RECHNUNG AN", r"RECHNUNGSADRESSE", r"LIEFERADRESSE",
    r"LEISTUNGSEMPFANGER", r"FACTUURADRES", r"AFLEVERADRES", r"ADRESSEE? A", r"POUR LE COMPTE DE", r"DOIT", r"TITULAIRE", r"ABONNEE?", r"VERSICHERUNGSNEHMER",
    r"RECHNUNGSEMPFANGER", r"WARENEMPFANGER", r"LOCATAIRE", r"A L ATTENTION DE", r"VOS REFERENCES", r"VOS IDENTIFIANTS",
)  # fmt: skip
_LEGAL = re.compile(
    r"(?<![A-Za-z])(SARL|S\.A\.R\.L\.?|SAS|S\.A\.S\.?|SASU|SA|S\.A\.|EURL|SNC|SCI|SELARL|SCOP|EI|EIRL|GmbH(?: & Co\.?(?: KG)?)?|AG|KG|OHG|e\.K\.|a\.G\."
    r"|Ltd\.?|Limited|Inc\.?|LLC|B\.V\.|BV|N\.V\.|SPRL|S\.?r\.?l\.?|Coop[ée]rative|Auto-?entrepreneur|Micro-?entreprise)(?![A-Za-z])"
)
_NOT_A_NAME = word_pattern(
    r"FACTURE\w*", r"AVOIR", r"RECHNUNG\w*", r"INVOICE", r"FACTUUR", r"DATE", r"DATUM", r"PAGE", r"SEITE", r"TEL", r"TELEPHONE", r"FAX", r"FON", r"E ?MAIL", r"WWW",
    r"HTTPS?", r"DESIGNATION", r"LIBELLE", r"DESCRIPTION", r"QUANTITE", r"QTE", r"P U(?: HT| TTC)?", r"PRIX UNITAIRE", r"PU HT", r"SIRET", r"SIREN", r"TVA", r"RCS", r"IBAN", r"BIC", r"TOTAL", r"NUMERO", r"NUMMER", r"MONTANT", r"DUPLICATA", r"COPIE", r"ORIGINAL",
    r"TICKET", r"BIENVENUE", r"MERCI", r"REFERENCES?", r"LOGO", r"CAISSE", r"NOTE DE FRAIS", r"WAHRUNG", r"DEVISE", r"EUR", r"EUROS?", r"\w*ABRECHNUNG", r"PROFILE?", r"FACTUR X", r"GLN", r"LIEF NR", r"UST ID\w*", r"STEUER\w*", r"ANSPRECHPARTNER\w*", r"GESCHAFTS\w*", r"\w*KENNZEICHEN", r"BETREFF", r"OBJET", r"INTERLOCUTEUR", r"CONTACT",
    r"CAPITAL", r"SIEGE", r"STYLESHEET\w*", r"BEISPIEL", r"EMPLOYEE?", r"SALARIEE?", r"HANDELSRECHNUNG", r"BON", r"KASSENBON", r"CEDEX", r"FRANCE", r"KUNDE\w*", r"GUTSCHRIFT",
    r"QUITTANCE", r"ECHEANCE", r"ANSCHRIFT", r"NUMBER", r"OUVERT", r"HORAIRES?", r"MARDI", r"LUNDI", r"APE", r"NAF", r"MONTAG",
)  # fmt: skip
_STREET = re.compile(
    r"^\d{1,4}(?:\s?(?:bis|ter|[A-Z]))?,?\s+\S|(?<!\d)(?:[A-Z]{1,2}-)?\d{5}(?!\d)|\b(?:rue|avenue|av\.|boulevard|bd|place|chemin|impasse|route|quai|all[ée]e|zone|"
    r"z\.?[ai]\.?|cours)\b|(?:stra(?:ß|ss)e|weg|platz|str\.)\s*\d|street|\bbp \d", re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """A party's name as printed, its place, and how well it is established."""

    name: str
    page: int
    box: Box
    score: float
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class Parties:
    """Both sides of the piece."""

    supplier: Named | None
    siren: Printed | None
    vat: Printed | None
    customer: Named | None
    is_sale: bool = False
    is_own_somewhere: bool = False


def parties_of(rows: list[Row], own: Identity | None, *, is_till: bool) -> Parties:
    """Supplier and customer; with `own`, which of the two the dossier's company is."""
    buyers = _buyer_zone(rows)
    sirens = identifiers.sirens_of(rows)
    vats = identifiers.vats_of(rows)
    is_sale = own is not None and not is_till and _is_issuer(rows, own, buyers, sirens, vats)
    others = _not_own(rows, own)
    if is_sale:
        customer = _buyer(others, buyers) or _second(others, buyers)
        return Parties(None, None, None, customer, is_sale=True, is_own_somewhere=True)
    siren = _issuers(sirens, own, buyers, is_siren=True)
    vat = _issuers(vats, own, buyers, is_siren=False)
    supplier = _supplier(others, buyers, siren or vat, is_till=is_till)
    return Parties(
        supplier, siren, vat, _buyer(rows, buyers), is_own_somewhere=own is not None and _stands(rows, own)
    )


# ── The buyer's place ──


def _buyer_zone(rows: list[Row]) -> list[tuple[int, Box]]:
    """Where the buyer's block stands: from its label down to six lines below, in its column."""
    zones = []
    for row in rows:
        for cell in row.line.cells:
            text = folded(cell.text)
            if (
                len(text) > 48
                or not _BUYER.search(text)
                or re.search(r"^(?:N|NUMERO|CODE|REF\w*|SERVICE)\b.*CLIENT", text)
            ):
                continue
            if re.search(r"CLIENT (?:N|NO|NUMERO)\b", text):
                continue
            left, top, right, _ = cell.box
            height = row.line.height
            # A column is taken to run to the next cell of its row, or to the edge of the page.
            following = [c.box[0] for c in row.line.cells if c.box[0] > right]
            zones.append(
                (row.page, (left - 0.02, top, max(min(following, default=1.0), right) - 0.01, top + 9.5 * height))
            )
    return zones


def _is_within(zones: list[tuple[int, Box]], page: int, box: Box) -> bool:
    return any(
        page == number and zone[0] <= box[0] < zone[2] and zone[1] <= box[1] <= zone[3] for number, zone in zones
    )


def _buyer(rows: list[Row], zones: list[tuple[int, Box]]) -> Named | None:
    """The first name in a buyer's block: beside its label, or under it."""
    for row in rows:
        for cell in row.line.cells:
            if not _is_within(zones, row.page, cell.box):
                continue
            text = _after_label(cell.text, _BUYER)
            if text and _is_name(text):
                return Named(text, row.page, cell.box, 0.8, min(word.sure for word in cell.words))
    return None


def _second(rows: list[Row], zones: list[tuple[int, Box]]) -> Named | None:
    """Without a label: the name that heads the address block in the right half of the page (window envelope)."""
    for row in rows[:25]:
        for cell in row.line.cells:
            if cell.box[0] > 0.45 and _is_name(cell.text) and not _DATED.search(cell.text):
                return Named(_clean(cell.text), row.page, cell.box, 0.6, min(word.sure for word in cell.words))
    return None


_DATED = re.compile(r"\d{2}[/.]\d{2}[/.]\d{2}|\ble \d", re.IGNORECASE)

# ── The issuer ──


def _is_issuer(
    rows: list[Row], own: Identity, buyers: list[tuple[int, Box]], sirens: list[Printed], vats: list[Printed]
) -> bool:
    """Whether the dossier's company issued the piece: its number or its name stands where issuers stand."""
    theirs = [p for p in (*sirens, *vats) if not _is_within(buyers, p.row.page, p.row.box(p.start, p.end))]
    mine = [p for p in theirs if _is_mine(p, own)]
    strangers = [p for p in theirs if not _is_mine(p, own)]
    if mine and not strangers:
        return True
    named = [
        (row, cell)
        for row in rows
        for cell in row.line.cells
        if mentions(cell.text, own) and not _is_within(buyers, row.page, cell.box)
    ]
    if not named:
        return False
    if strangers and not mine:
        return False
    first = _first_name(rows, buyers)
    return first is not None and (is_named(first.name, own) or mentions(first.name, own))


def _is_mine(printed: Printed, own: Identity) -> bool:
    siren = printed.value if printed.value.isdigit() else identifiers.siren_of(printed)
    return is_own("", siren, "" if siren else printed.value, own)


def _stands(rows: list[Row], own: Identity) -> bool:
    return any(mentions(row.text, own) for row in rows)


def _not_own(rows: list[Row], own: Identity | None) -> list[Row]:
    if own is None:
        return rows
    return [row for row in rows if not mentions(row.text, own) or len(row.line.cells) > 1]


def _issuers(
    found: list[Printed], own: Identity | None, buyers: list[tuple[int, Box]], *, is_siren: bool
) -> Printed | None:
    """The issuer's number: not the dossier's, not in the buyer's block; a labelled one first."""
    open_numbers = [
        printed
        for printed in found
        if not (own and _is_mine(printed, own))
        and not _is_within(buyers, printed.row.page, printed.row.box(printed.start, printed.end))
    ]
    open_numbers = [
        p for p in open_numbers if not re.search(r"CLIENT|ACHETEUR|VOTRE|IHRE|KAUFER|\bUW\b", p.row.folded[:40])
    ]
    return max(open_numbers, key=lambda printed: (printed.named, -printed.row.index), default=None)


def _supplier(
    rows: list[Row], buyers: list[tuple[int, Box]], number: Printed | None, *, is_till: bool
) -> Named | None:
    labelled = _labelled(rows, buyers)
    if labelled is not None:
        return labelled
    if is_till:
        return _first_name(rows, buyers)
    candidates = [*_with_legal_form(rows, buyers), *_beside_number(rows, number)]
    first = _first_name(rows, buyers)
    if first is not None:
        agreeing = [c for c in candidates if _agree(c.name, first.name)]
        if agreeing:
            best = max(agreeing, key=lambda c: c.score)
            return Named(
                first.name if len(first.name) >= len(best.name) else best.name,
                first.page,
                first.box,
                0.92,
                first.sure,
            )
        candidates.append(first)
    return max(candidates, key=lambda named: named.score, default=None)


def _labelled(rows: list[Row], buyers: list[tuple[int, Box]]) -> Named | None:
    for position, row in enumerate(rows[:60]):
        for cell in row.line.cells:
            text = folded(cell.text)
            match = _SELLER.match(text)
            if not match or len(text) > 60 or _BUYER.search(text):
                continue
            rest = _after_label(cell.text, _SELLER)
            if rest and _is_name(rest):
                return Named(rest, row.page, cell.box, 0.92, min(word.sure for word in cell.words))
            if len(text) > len(match.group()) + 2:
                continue
            for below in rows[position + 1 : position + 7]:
                for other in below.line.cells:
                    name = re.sub(r"^(?:Name|Nom|Raison sociale)\s*:\s*", "", other.text)
                    if abs(other.box[0] - cell.box[0]) < 0.08 and _is_name(name):
                        return Named(_clean(name), below.page, other.box, 0.92, min(w.sure for w in other.words))
    return None


def _with_legal_form(rows: list[Row], buyers: list[tuple[int, Box]]) -> list[Named]:
    """Names with a legal form; the more often one is printed, the more it is the issuer's."""
    found: list[Named] = []
    for row in rows:
        for cell in row.line.cells:
            match = _LEGAL.search(cell.text)
            if not match or _is_within(buyers, row.page, cell.box) or len(cell.text) > 160:
                continue
            name = _name_around(cell.text, match)
            if name and _is_name(name):
                repeats = sum(bare(name) in bare(other.text) for other in rows)
                is_footer = bool(re.search(r"capital|RCS|SIRET|R\.C\.S", row.text, re.IGNORECASE))
                score = 0.6 + 0.08 * min(repeats - 1, 3) + 0.15 * is_footer - 0.1 * (row.page > 1)
                found.append(Named(name, row.page, cell.box, min(score, 0.88), min(w.sure for w in cell.words)))
    return found


def _name_around(text: str, legal: re.Match[str]) -> str:
    """« Free SAS au capital de… » gives Free SAS; « SARL Moulin Vert - 3 rue… » gives SARL Moulin Vert."""
    parts = re.split(
        r"\s[-–—|●•·]\s|,|\s{2,}|\bau capital\b|\bsold by\b|\b(?:RCS|SIRET|SIREN)\b", text, flags=re.IGNORECASE
    )
    for part in parts:
        if legal.group() in part:
            return _clean(part)
    return ""


def _beside_number(rows: list[Row], number: Printed | None) -> list[Named]:
    """The name in the block above the issuer's number."""
    if number is None:
        return []
    box = number.row.box(number.start, number.end)
    above = [
        row for row in rows[max(0, number.row.index - 7) : number.row.index + 1] if row.page == number.row.page
    ]
    for row in above:
        for cell in row.line.cells:
            if abs(cell.box[0] - box[0]) < 0.3 and _is_name(cell.text) and cell.box[2] > box[0] - 0.2:
                return [Named(_clean(cell.text), row.page, cell.box, 0.62, min(w.sure for w in cell.words))]
    return []


def _first_name(rows: list[Row], buyers: list[tuple[int, Box]]) -> Named | None:
    """The first name at the head of the page; the largest print among the first ones is the letterhead."""
    found: list[tuple[float, Row, Cell]] = []
    for row in [r for r in rows if r.page == 1][:14]:
        for cell in row.line.cells:
            if _is_name(cell.text) and not _is_within(buyers, row.page, cell.box) and not _DATED.search(cell.text):
                size = max(word.height for word in cell.words)
                found.append((size, row, cell))
    if not found:
        return None
    largest = max(size for size, _, _ in found)
    size, row, cell = next(f for f in found if f[0] >= 0.85 * largest)
    score = 0.72 if row.index < 4 else 0.6
    return Named(_clean(cell.text), row.page, cell.box, score, min(word.sure for word in cell.words))


def _agree(one: str, other: str) -> bool:
    a, b = bare(one), bare(other)
    return bool(a and b) and (a in b or b in a)


def _after_label(text: str, label: re.Pattern[str]) -> str:
    """What follows « Client : »; the text itself where it holds no label."""
    head, colon, rest = text.partition(":")
    if colon and label.search(folded(head)):
        return _clean(rest)
    return "" if label.search(folded(text)) else _clean(text)


def _clean(name: str) -> str:
    bare_name = re.sub(r"^(?:Name|Nom|Raison sociale)\s*:\s*", "", name).strip(" \t-–—:;,|●•*#'\"=_")
    return bare_name if _ABBREVIATED.search(bare_name) else bare_name.strip(" .")


_ABBREVIATED = re.compile(r"\b(?:Ltd|Inc|Co|Corp|S\.A(?:\.S|\.R\.L)?|[BN]\.V|e\.K)\.$")


def _is_name(text: str) -> bool:
    """A name: a capital, letters foremost, no address, no label (« Contact : »), no sentence."""
    if text.rstrip().endswith(":") or "©" in text or not any(letter.isupper() for letter in text):
        return False
    name = _clean(text)
    letters = sum(letter.isalpha() for letter in name)
    if not 3 <= len(name) <= 60 or letters < 0.6 * len(name.replace(" ", "")) or len(name.split()) > 8:
        return False
    if "@" in name or ":" in name or name.endswith("."):
        name_is_legal = bool(_LEGAL.search(text))
        if "@" in name or ":" in name or not name_is_legal:
            return False
    return not (
        _NOT_A_NAME.search(folded(name))
        or _STREET.search(name)
        or _SELLER.fullmatch(folded(name))
        or _BUYER.search(folded(name))
    )
