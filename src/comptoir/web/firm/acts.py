"""The log of acts in words: each verb, and each line as the firm reads it."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from comptoir.domain.folder import Folder
from comptoir.domain.limits import read_day
from comptoir.domain.rights import Role
from comptoir.lib import browser
from comptoir.lib.english import colon
from comptoir.lib.english.catalog import english
from comptoir.records.audit.models import Event
from comptoir.records.firms.queries import Names

VERBS = {
    "accept_invitation": "Invitation acceptée",
    "accept_requested": "Document demandé accepté",
    "abandon_address": "Changement d’adresse abandonné",
    "ask_address": "Changement d’adresse demandé",
    "address_changed": "Adresse de connexion changée",
    "answer_request": "Réponse à une demande de documents",
    "arrange": "Pages d’une pièce réarrangées",
    "ask_more": "Documents ajoutés à une demande",
    "attach_feed": "Compte connecté rattaché",
    "ask_mandate": "Mandat pour la plateforme demandé",
    "assign": "Mouvement affecté",
    "assign_conversation": "Conversation affectée",
    "assign_dossier": "Dossier affecté",
    "attach": "Pièce rattachée",
    "bank_connected": "Banque connectée",
    "bank_disconnected": "Connexion à la banque terminée",
    "authorise_sender": "Expéditeur autorisé",
    "change_request": "Demande de documents modifiée",
    "remove_year": "Exercice retiré",
    "remove_device": "Appareil retiré des notifications",
    "subscribe_device": "Appareil averti des notifications",
    "choose_language": "Langue choisie",
    "choose_notices": "Notifications choisies",
    "choose_bank_way": "Voie des opérations bancaires choisie",
    "connect_bank": "Départ vers la page de la banque",
    "ask_ebics_period": "Relevés d’une période redemandés (EBICS)",
    "end_request": "Demande de documents close",
    "end_request_model": "Liste de documents retirée",
    "name_ebics_order": "Format des relevés dit par la banque (EBICS)",
    "begin_conversation": "Conversation commencée",
    "begin_ebics_again": "Contrat EBICS repris avec de nouvelles clés",
    "change_addresses": "Adresses de dépôt changées",
    "change_role": "Rôle changé",
    "correct_ebics": "Contrat EBICS corrigé",
    "cut": "Fichier découpé en pièces",
    "decide_duplicate": "Doublon possible tranché",
    "delete_model": "Modèle supprimé",
    "detach_feed": "Compte connecté arrêté",
    "deposit": "Pièce déposée",
    "dismiss": "Pièce écartée",
    "dismiss_rule": "Règle proposée, refusée",
    "download_file": "Fichier réservé téléchargé",
    "edit_file": "Dossier permanent modifié",
    "end_card": "Carte à débit différé retirée",
    "end_rule": "Règle arrêtée",
    "end_view": "Fin de la vue comme le client",
    "explain_columns": "Colonnes d’un relevé expliquées",
    "export_audit": "Journal des actes exporté",
    "ask_takeout": "Dossier à emporter demandé",
    "export_dossier": "Dossier emporté",
    "take_dossier_home": "Archive d’un dossier téléchargée",
    "takeout_failed": "Archive d’un dossier non préparée",
    "export_fec": "FEC exporté",
    "export_list": "Liste exportée",
    "fetch_statements": "Relevés reçus de la banque (EBICS)",
    "forget_view": "Vue du portefeuille retirée",
    "give_statement": "Relevé EBICS remis à un dossier",
    "hear_status": "Statut reçu de la plateforme",
    "hold_mail": "Message mis en attente",
    "import_dossiers": "Dossiers ouverts depuis une liste",
    "import_statement": "Relevé importé",
    "throw_away_statement": "Relevé en attente jeté",
    "invite": "Invitation notée",
    "join_company": "Entrée dans l’espace du client",
    "join_conversation": "Personne ajoutée à une conversation",
    "join_firm": "Entrée dans le cabinet",
    "keep_up": "Dossier dit à jour",
    "leave_company": "Accès à l’espace retiré",
    "leave_conversation": "Personne sortie d’une conversation",
    "leave_firm": "Départ du cabinet",
    "letter": "Lettrage",
    "match": "Rapprochement",
    "merge_books": "Écritures déjà tenues fusionnées avec la banque",
    "lock_books": "Livres verrouillés",
    "open_dossier": "Dossier ouvert",
    "open_year": "Exercice ouvert",
    "open_ebics_contract": "Contrat EBICS enregistré",
    "open_with_view": "Vue d’arrivée choisie",
    "password_changed": "Mot de passe changé",
    "place_rule": "Règle changée de place",
    "phone_paired": "Téléphone relié",
    "phone_revoked": "Téléphone déconnecté",
    "post": "Écriture comptabilisée",
    "put_file": "Fichier partagé",
    "put_version": "Nouvelle version d’un fichier",
    "rename_file": "Fichier renommé",
    "move_file": "Fichier déplacé",
    "restore_file": "Fichier restauré",
    "make_folder": "Sous-dossier créé",
    "rename_folder": "Sous-dossier renommé",
    "move_folder": "Sous-dossier déplacé",
    "withdraw_folder": "Sous-dossier mis à la corbeille",
    "restore_folder": "Sous-dossier restauré",
    "set_folder_access": "Visibilité d’un dossier partagé",
    "give_folder": "Sous-dossier donné à une personne",
    "take_folder": "Dossier partagé téléchargé",
    "empty_bin": "Corbeille vidée",
    "reclassify": "Nature d’une pièce changée",
    "read_bank_keys": "Clés de la banque reçues (EBICS)",
    "receive_flow": "Facture reçue de la plateforme",
    "recovery_codes_renewed": "Codes de secours refaits",
    "refuse_mandate": "Mandat pour la plateforme refusé",
    "refuse_mail": "Message refusé",
    "refused": "Demande refusée",
    "reject_match": "Rapprochement refusé",
    "release_mail": "Message accepté",
    "remove_contact": "Contact retiré",
    "rename_view": "Vue du portefeuille renommée",
    "remind": "Relance du client",
    "renamed": "Nom changé",
    "renew_ebics_keys": "Clés EBICS renouvelées",
    "reopen": "Pièce reprise",
    "reopen_books": "Livres rouverts",
    "reopen_conversation": "Conversation remise à traiter",
    "reopen_request": "Demande de documents rouverte",
    "request_documents": "Pièces à demander ajoutées",
    "reverse": "Écriture extournée",
    "revise": "Écriture corrigée",
    "revoke_invitation": "Invitation révoquée",
    "save_view": "Vue du portefeuille enregistrée",
    "say_card": "Carte à débit différé déclarée",
    "say_bank_mandate": "Mandat EBICS d’un compte",
    "send_statement": "Long relevé envoyé",
    "statement_not_taken": "Long relevé non importé",
    "send_back_requested": "Document demandé à refaire",
    "send_request": "Demande de documents envoyée",
    "subscribe": "Rappels de nouveau voulus",
    "take_back_answer": "Réponse à une demande reprise",
    "unsubscribe": "Rappels refusés",
    "use_pass": "Liste ouverte par le lien d’un rappel",
    "withdraw_requested": "Document retiré d’une demande",
    "write_reminder_plan": "Plan de relance changé",
    "say_status": "Statut dit à la plateforme",
    "say_who_paid": "Note de frais : qui a payé",
    "set_messaging": "Messagerie du cabinet réglée",
    "set_dossier_messaging": "Messagerie d’un dossier réglée",
    "snooze_conversation": "Conversation reportée",
    "set_claimant_account": "Compte de remboursement changé",
    "second_factor_added": "Second facteur ajouté",
    "second_factor_removed": "Second facteur retiré",
    "send_ebics_key": "Clé de signature envoyée à la banque (EBICS)",
    "send_ebics_keys": "Clés envoyées à la banque (EBICS)",
    "send_invitation": "Invitation envoyée",
    "session_revoked": "Appareil déconnecté",
    "hold": "Suppressions suspendues",
    "lift_hold": "Suspension des suppressions levée",
    "set_retention": "Durée de conservation changée",
    "set_branding": "Identité du cabinet changée",
    "set_up_firm": "Cabinet créé",
    "set_confidentiality": "Confidentialité changée",
    "show_interlocutors": "Interlocuteurs montrés",
    "sign_in": "Connexion",
    "sign_in_refused": "Connexion refusée",
    "sign_mandate": "Mandat pour la plateforme signé",
    "sign_out": "Déconnexion",
    "suspend_ebics": "Contrat EBICS suspendu",
    "take_away": "Pièces téléchargées",
    "take_back": "Écriture reprise en brouillon",
    "tick": "Pièce à demander cochée",
    "treat_conversation": "Conversation réglée",
    "trust_bank_keys": "Empreintes de la banque confirmées (EBICS)",
    "undo_merge": "Fusion avec la banque défaite",
    "unassign_dossier": "Dossier retiré",
    "undo_cut": "Découpe annulée",
    "unite": "Pièces réunies",
    "unletter": "Lettrage défait",
    "unmatch": "Rapprochement défait",
    "untick": "Pièce à demander décochée",
    "validate": "Écritures validées",
    "view_as_client": "Vue comme le client",
    "withdraw_file": "Fichier mis à la corbeille",
    "withdraw_request": "Pièce à demander retirée",
    "withdraw_sender": "Expéditeur retiré",
    "write": "Écriture saisie",
    "write_message": "Message envoyé",
    "write_chart": "Plan de comptes du dossier modifié",
    "write_contact": "Contact écrit",
    "write_model": "Modèle enregistré",
    "accept_missing": "Acceptée sans pièce",
    "refuse_missing": "Justification refusée",
    "answer_missing": "Réponse du client sur une opération",
    "withdraw_answer": "Réponse reprise par le client",
    "take_back_acceptance": "Acceptation reprise",
    "ask_client": "Question posée au client",
    "answer_question": "Réponse à une question",
    "close_question": "Question close",
    "set_asking": "Pièces manquantes : réglages changés",
    "waive": "Pièces : ne plus demander",
    "end_waiver": "Pièces : demander de nouveau",
    "follow": "Pièce valant pour une série",
    "end_series": "Série arrêtée",
    "write_request_model": "Liste de documents enregistrée",
    "write_rule": "Règle écrite",
}
"""What each verb of the log says; a verb without words fails a test."""

WORDS = {
    "name": "", "email": "", "filename": "", "folder": "dans ", "reason": "", "role": "", "before": "avant : ", "path": "",
    "number": "", "count": "nombre : ", "new": "nouveaux : ", "known": "déjà connus : ", "account": "compte ",
    "assignation": "assignation ", "second_factor": "second facteur ", "opens_on": "du ", "closes_on": "au ", "until": "jusqu’au ", "kept": "verrou gardé jusqu’au ", "why": "", "device": "", "what": "", "by": "par ", "former": "avant : ", "address": "",
    "status": "statut ", "collaborateurs_validate": "validation par les collaborateurs : ", "has_messaging": "messagerie : ",
}  # fmt: skip
"""Which details a line tells, and the words before them; the others are for the file."""

FIELDS = {
    "name": "raison sociale", "trade_name": "enseigne", "legal_form": "forme juridique", "siren": "SIREN",
    "siret": "SIRET", "vat_number": "numéro de TVA", "address": "adresse", "postcode": "code postal",
    "city": "ville", "naf": "NAF", "activity": "activité", "vat_regime": "régime de TVA", "vat_due": "exigibilité",
    "asks_missing": "demander", "missing_since": "à partir du", "missing_floor": "à partir de", "justifiable": "comptes",
    "optional": "comptes facultatifs", "reference": "référence", "keeping": "tenue", "closes_on": "clôture", "method": "méthode",
}  # fmt: skip
"""The fields of a company file, as its page names them."""

_SAID: dict[object, str] = {
    True: "oui", False: "non", "libre": "libre", "limitee": "limitée", "nobody": "facultatif",
    "firm": "exigé du cabinet", "everybody": "exigé de tous", "totp": "code par application",
    "passkey": "clé d’accès", "codes": "", "password": "mot de passe", "code": "code", **{role.value: role.french for role in Role},
    **{folder.value: folder.french for folder in Folder},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the log, in words."""

    event: Event
    who: str
    what: str
    company: str
    detail: str

    @property
    def cells(self) -> tuple[object, ...]:
        """The line as the file holds it."""
        at = timezone.localtime(self.event.at)
        origin, key = self.event.origin, self.event.subject_id or ""
        return f"{at:%d/%m/%Y %H:%M:%S}", self.who, self.what, self.company, self.detail, origin, key


def row_of(event: Event, names: Names) -> Row:
    """A line in words; who acted without being anybody is the machine."""
    who = names.people.get(event.person_id, "Une autre personne") if event.person_id else "Comptoir"
    company = names.companies.get(event.company_id, "") if event.company_id else ""
    detail = {key: value for key, value in event.detail.items() if value != who}
    return Row(
        event, who, VERBS.get(event.verb, event.verb), company, _told(detail, by_machine=event.person_id is None)
    )


def _told(detail: dict[str, Any], *, by_machine: bool) -> str:
    kept = {key: detail[key] for key in WORDS if isinstance(detail.get(key), bool | int | str)}
    ours = {"what", "device"} | ({"reason"} if by_machine else set())
    said = [
        f"{english(WORDS[key])}{_of_ours(value) if key in ours else _word(value)}" for key, value in kept.items()
    ]
    changes = detail.get("changes")
    if isinstance(changes, dict):
        said += [_changed(name, change) for name, change in changes.items()]
    return ", ".join(part for part in said if part)


def _of_ours(value: object) -> str:
    """What the product itself said, in the reader's language; what a person wrote or named stays."""
    return browser.spoken(english(str(value)))


def _changed(name: str, change: Any) -> str:
    """What a value was and what it became: `forme juridique : SARL → SAS`."""
    if not (isinstance(change, list) and len(change) == 2):
        return ""
    before, after = (_word(value) if value not in (None, "", []) else english("vide") for value in change)
    return f"{english(FIELDS.get(name, name))}{colon()}{before} → {after}"


def _word(value: object) -> str:
    if isinstance(value, bool | str) and value in _SAID:
        return english(_SAID[value])
    return _day(str(value)) or str(value)


def _day(written: str) -> str:
    """A day as it is said; nothing where it is none."""
    day = read_day(written)
    return f"{day:%d/%m/%Y}" if day else ""
