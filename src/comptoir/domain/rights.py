"""Who may do what: one table, denied unless given (`product.md`, *People*)."""

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


class Act(StrEnum):
    """What a person may do in a dossier."""

    SEE_EVERY_DOSSIER = "see_every_dossier"
    DEPOSIT = "deposit"
    SEE_OWN_DOCUMENTS = "see_own_documents"
    SEE_DOCUMENTS = "see_documents"
    SEE_MISSING = "see_missing"
    JUSTIFY = "justify"
    SEE_BANK = "see_bank"
    SEE_BOOKS = "see_books"
    IMPORT_STATEMENT = "import_statement"
    REVIEW = "review"
    MATCH = "match"
    POST = "post"
    LETTER = "letter"
    VALIDATE = "validate"
    EXPORT_PROVISIONAL = "export_provisional"
    EXPORT_FEC = "export_fec"
    WRITE_RULES = "write_rules"
    OPEN_DOSSIER = "open_dossier"
    EDIT_FILE = "edit_file"
    MANAGE_MODELS = "manage_models"


_ASSISTANT = {
    Act.DEPOSIT, Act.SEE_OWN_DOCUMENTS, Act.SEE_DOCUMENTS, Act.SEE_MISSING, Act.JUSTIFY, Act.SEE_BANK,
    Act.SEE_BOOKS, Act.IMPORT_STATEMENT, Act.REVIEW, Act.MATCH,
}  # fmt: skip
_COLLABORATEUR = _ASSISTANT | {Act.POST, Act.LETTER, Act.EXPORT_PROVISIONAL, Act.WRITE_RULES, Act.EDIT_FILE}
_CHEF = _COLLABORATEUR | {Act.VALIDATE, Act.EXPORT_FEC, Act.OPEN_DOSSIER, Act.MANAGE_MODELS}
_GESTIONNAIRE = {
    Act.DEPOSIT, Act.SEE_OWN_DOCUMENTS, Act.SEE_DOCUMENTS, Act.SEE_MISSING, Act.JUSTIFY, Act.SEE_BANK,
}  # fmt: skip

RIGHTS: dict[Role, frozenset[Act]] = {
    Role.EXPERT_COMPTABLE: frozenset(_CHEF | {Act.SEE_EVERY_DOSSIER}),
    Role.CHEF_DE_MISSION: frozenset(_CHEF),
    Role.COLLABORATEUR: frozenset(_COLLABORATEUR),
    Role.ASSISTANT: frozenset(_ASSISTANT),
    Role.DIRIGEANT: frozenset(_GESTIONNAIRE),
    Role.GESTIONNAIRE: frozenset(_GESTIONNAIRE),
    Role.DEPOSANT: frozenset({Act.DEPOSIT, Act.SEE_OWN_DOCUMENTS}),
    Role.LECTEUR: frozenset({Act.SEE_BANK}),
}

FIRM_ROLES = (Role.EXPERT_COMPTABLE, Role.CHEF_DE_MISSION, Role.COLLABORATEUR, Role.ASSISTANT)
CLIENT_ROLES = (Role.DIRIGEANT, Role.GESTIONNAIRE, Role.DEPOSANT, Role.LECTEUR)


def may(role: Role, act: Act) -> bool:
    """Whether the role gives the act."""
    return act in RIGHTS[role]
