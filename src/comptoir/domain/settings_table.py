"""Every setting in one table: what it is, who may change it, what holds until somebody does, and on which screen."""

from dataclasses import dataclass

from comptoir.domain.rights import CLIENT_ROLES, FIRM_ROLES, Act, Role, may


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: `field` is its name in the form of its screen, empty where the screen is no form of fields."""

    name: str
    act: Act
    default: str
    route: str
    field: str = ""

    @property
    def roles(self) -> tuple[Role, ...]:
        """Who may change it."""
        return tuple(role for role in FIRM_ROLES + CLIENT_ROLES if may(role, self.act))


def as_markdown() -> str:
    """The table as the documentation shows it."""
    rows = [
        f"| {one.name} | {', '.join(role.french for role in one.roles)} | {one.default} | `{one.route}` |"
        for one in SETTINGS
    ]
    head = ["| Réglage | Qui peut le changer | Au départ | Écran |", "|---|---|---|---|"]
    return "\n".join([*head, *rows]) + "\n"


_M, _F, _A = Act.MANAGE_FIRM, Act.EDIT_FILE, Act.ASK_CLIENT
SETTINGS = (
    Setting("Assignation des dossiers", _M, "libre", "firm_confidentiality", "assignation"),
    Setting("Second facteur exigé", _M, "facultatif", "firm_confidentiality", "second_factor"),
    Setting("Validation par les collaborateurs", _M, "non", "firm_confidentiality", "collaborateurs_validate"),
    Setting("Expéditeur des e-mails", _M, "le nom du cabinet", "firm_branding", "sender_name"),
    Setting("Couleur", _M, "le vert de Comptoir", "firm_branding", "accent"),
    Setting("Logo", _M, "aucun", "firm_branding"),
    Setting("Relances automatiques", _M, "non", "firm_reminders", "is_on"),
    Setting("Rythme des relances", _M, "chaque mois", "firm_reminders", "every"),
    Setting("Jour des relances", _M, "le 5", "firm_reminders", "day"),
    Setting("Heure des relances", _M, "9 h", "firm_reminders", "hour"),
    Setting("Qui est relancé", _M, "dirigeants et gestionnaires", "firm_reminders", "roles"),
    Setting("Heures calmes, début", _M, "20 h", "firm_reminders", "quiet_from"),
    Setting("Heures calmes, fin", _M, "8 h", "firm_reminders", "quiet_until"),
    Setting("Messagerie ouverte", _M, "oui", "firm_messaging", "has_messaging"),
    Setting("Comment nous joindre", _M, "vide", "firm_messaging", "how_to_reach"),
    Setting("Durée de conservation", _M, "10 ans après la clôture", "firm_retention", "retention_years"),
    Setting("Contrats EBICS", _M, "aucun", "firm_ebics"),
    Setting("Collaborateurs du cabinet", Act.MANAGE_PEOPLE, "qui l’a ouvert", "firm_people"),
    Setting("Modèles de dossiers", Act.MANAGE_MODELS, "aucun", "firm_models"),
    Setting("Listes de documents", Act.MANAGE_MODELS, "quatre listes données", "firm_request_models"),
    Setting("Relances d’un dossier", _A, "comme le cabinet", "firm_own_reminders"),
    Setting("Conservation d’un dossier", Act.SET_RETENTION, "comme le cabinet", "firm_dossier_retention"),
    Setting("Suspension des suppressions", Act.SET_RETENTION, "non", "firm_hold"),
    Setting("Identité, TVA et tenue d’un dossier", _F, "selon le modèle", "firm_file"),
    Setting("Voie des opérations bancaires", Act.MANAGE_BANK, "aucune", "firm_bank_way"),
    Setting("Collaborateurs de l’entreprise", Act.MANAGE_MEMBERS, "le dirigeant invité", "client_members"),
    Setting("Expéditeurs autorisés à déposer par e-mail", Act.SETTLE_MAIL, "les personnes du dossier", "sender_authorise"),
)  # fmt: skip
