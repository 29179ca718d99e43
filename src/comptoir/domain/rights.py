"""Who may do what: one table, role by act, denied unless given (`product.md`, *People*)."""

from enum import StrEnum


class Role(StrEnum):
    """A person's role in a firm or in a company."""

    EXPERT_COMPTABLE = "expert_comptable"
    CHEF_DE_MISSION = "chef_de_mission"
    COLLABORATEUR = "collaborateur"
    ASSISTANT = "assistant"
    DIRIGEANT = "dirigeant"
    GESTIONNAIRE = "gestionnaire"
    DEPOSANT = "deposant"
    LECTEUR = "lecteur"

    @property
    def french(self) -> str:
        """The role as screens name it."""
        return _SAID[self][0]

    @property
    def explained(self) -> str:
        """What the role sees and may do, in one plain sentence, where it is chosen."""
        return _SAID[self][1]


class Act(StrEnum):
    """What a person may do: in the firm, in a dossier, or in their company's space."""

    SEE_EVERY_DOSSIER = "see_every_dossier"
    MANAGE_FIRM = "manage_firm"
    MANAGE_PEOPLE = "manage_people"
    SEE_AUDIT = "see_audit"
    OPEN_DOSSIER = "open_dossier"
    ASSIGN = "assign"
    TAKE_DOSSIER = "take_dossier"
    INVITE_CLIENTS = "invite_clients"
    VIEW_AS_CLIENT = "view_as_client"
    SEE_BOOKS = "see_books"
    REVIEW = "review"
    MATCH = "match"
    IMPORT_STATEMENT = "import_statement"
    POST = "post"
    LETTER = "letter"
    WRITE_RULES = "write_rules"
    EXPORT_PROVISIONAL = "export_provisional"
    VALIDATE = "validate"
    LOCK_BOOKS = "lock_books"
    EXPORT_FEC = "export_fec"
    EXPORT_DOSSIER = "export_dossier"
    SET_RETENTION = "set_retention"
    MANAGE_MEMBERS = "manage_members"
    DEPOSIT = "deposit"
    SEE_OWN_DOCUMENTS = "see_own_documents"
    SEE_DOCUMENTS = "see_documents"
    SEE_MISSING = "see_missing"
    JUSTIFY = "justify"
    SEE_BANK = "see_bank"
    SEE_FOLDERS = "see_folders"
    SEE_RESERVED_FOLDERS = "see_reserved_folders"
    FILL_FOLDERS = "fill_folders"
    PUT_IN_FOLDERS = "put_in_folders"
    SEE_REQUESTS = "see_requests"
    ANSWER_REQUESTS = "answer_requests"
    SEND_REQUESTS = "send_requests"
    SETTLE_MAIL = "settle_mail"
    MANAGE_ADDRESSES = "manage_addresses"
    EDIT_FILE = "edit_file"
    MANAGE_MODELS = "manage_models"
    MANAGE_MANDATES = "manage_mandates"
    ANSWER_INVOICES = "answer_invoices"
    CONNECT_BANK = "connect_bank"
    MANAGE_BANK = "manage_bank"
    ASK_CLIENT = "ask_client"
    DECIDE_MISSING = "decide_missing"
    SEE_MESSAGES = "see_messages"
    WRITE_MESSAGES = "write_messages"
    TAKE_PART = "take_part"
    SEE_CONFIDENTIAL = "see_confidential"
    TREAT_MESSAGES = "treat_messages"


# An x gives the act to the role. Firm: expert-comptable, chef de mission, collaborateur, assistant.
# Client: dirigeant, gestionnaire, déposant, lecteur. A role of the firm acts in the dossiers assigned to it.
_TABLE = """
                        E C O A    D G P L
see_every_dossier       x . . .    . . . .
manage_firm             x . . .    . . . .
manage_people           x . . .    . . . .
see_audit               x . . .    . . . .
open_dossier            x x . .    . . . .
manage_models           x x . .    . . . .
assign                  x x . .    . . . .
take_dossier            x x x .    . . . .
invite_clients          x x x .    . . . .
view_as_client          x x x .    . . . .
see_books               x x x x    . . . .
review                  x x x x    . . . .
match                   x x x x    . . . .
import_statement        x x x x    x x . .
manage_bank             x x x .    . . . .
edit_file               x x x .    . . . .
ask_client              x x x .    . . . .
decide_missing          x x x .    . . . .
post                    x x x .    . . . .
letter                  x x x .    . . . .
write_rules             x x x .    . . . .
manage_mandates         x x x .    . . . .
answer_invoices         x x x .    . . . .
export_provisional      x x x .    . . . .
validate                x x . .    . . . .
lock_books              x x . .    . . . .
export_fec              x x . .    . . . .
export_dossier          x x . .    x . . .
set_retention           x x . .    . . . .
manage_members          . . . .    x . . .
connect_bank            . . . .    x . . .
deposit                 x x x x    x x x .
settle_mail             x x x x    x x . .
manage_addresses        x x x .    x . . .
see_own_documents       x x x x    x x x .
see_documents           x x x x    x x . .
see_missing             x x x x    x x . .
justify                 x x x x    x x . .
see_bank                x x x x    x x . x
see_folders             x x x x    x x . x
see_reserved_folders    x x x x    x . . .
fill_folders            x x x x    . . . .
put_in_folders          x x x x    x x . .
see_requests            x x x x    x x . .
answer_requests         . . . .    x x . .
send_requests           x x x .    . . . .
see_messages            x x x x    x x . .
write_messages          x x x .    x x . .
take_part               x x x x    x x x x
see_confidential        x x x x    . . . .
treat_messages          x x x x    . . . .
"""

FIRM_ROLES = (Role.EXPERT_COMPTABLE, Role.CHEF_DE_MISSION, Role.COLLABORATEUR, Role.ASSISTANT)
CLIENT_ROLES = (Role.DIRIGEANT, Role.GESTIONNAIRE, Role.DEPOSANT, Role.LECTEUR)

_COLUMNS = dict(zip("ECOADGPL", FIRM_ROLES + CLIENT_ROLES, strict=True))


def _rights(table: str) -> dict[Role, frozenset[Act]]:
    head, *rows = (line.split() for line in table.strip().splitlines())
    marks = {Act(name): dict(zip(head, given, strict=True)) for name, *given in rows}
    return {role: frozenset(act for act in Act if marks[act][column] == "x") for column, role in _COLUMNS.items()}


RIGHTS = _rights(_TABLE)


def may(role: Role, act: Act, given: frozenset[Act] = frozenset()) -> bool:
    """Whether the role gives the act; `given` is what the firm gives its collaborateurs beyond the table."""
    return act in RIGHTS[role] or (role is Role.COLLABORATEUR and act in given)


def given(*, collaborateurs_validate: bool) -> frozenset[Act]:
    """What a firm may give its collaborateurs beyond the table: validation, and nothing else."""
    return frozenset({Act.VALIDATE}) if collaborateurs_validate else frozenset()


class Assignation(StrEnum):
    """Whether the firm's people may take a dossier by themselves."""

    LIBRE = "libre"
    LIMITEE = "limitee"


class SecondFactor(StrEnum):
    """Of whom a firm requires a second factor at sign-in."""

    NOBODY = "nobody"
    FIRM = "firm"
    EVERYBODY = "everybody"

    def binds(self, *, is_firm: bool) -> bool:
        """Whether it is required of one of the firm's own people, or of one of its clients'."""
        return self is SecondFactor.EVERYBODY or (self is SecondFactor.FIRM and is_firm)


_SAID = {
    Role.EXPERT_COMPTABLE: (
        "Expert-comptable",
        "Voit et fait tout dans le cabinet : personnes, réglages, tous les dossiers, validation et exports.",
    ),
    Role.CHEF_DE_MISSION: (
        "Chef de mission",
        "Tient, valide et clôture les dossiers qui lui sont affectés, les affecte aux collaborateurs, exporte le FEC.",
    ),
    Role.COLLABORATEUR: (
        "Collaborateur",
        "Saisit, lettre et écrit aux clients dans ses dossiers ; ne valide pas, sauf si le cabinet le lui permet.",
    ),
    Role.ASSISTANT: (
        "Assistant",
        "Lit et corrige les pièces, tient la banque de ses dossiers ; ne comptabilise, ne valide et n’exporte rien.",
    ),
    Role.DIRIGEANT: (
        "Dirigeant",
        "Voit tout l’espace de l’entreprise : pièces, banque, dossiers partagés, et invite ses collaborateurs.",
    ),
    Role.GESTIONNAIRE: (
        "Gestionnaire",
        "Dépose et voit toutes les pièces, fournit celles qui manquent, suit la banque ; n’invite personne.",
    ),
    Role.DEPOSANT: ("Déposant", "Dépose des pièces et ne voit que les siennes."),
    Role.LECTEUR: ("Lecteur", "Lit les dossiers partagés et la banque ; ne change rien."),
}
