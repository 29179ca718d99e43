"""The return codes of EBICS (annex 1 of the specification), as an accountant reads them and what to do about each."""

from dataclasses import dataclass

DONE, DONE_AFTER_RECEIPT, KEPT_AFTER_RECEIPT = "000000", "011000", "011001"
FAVOURABLE = frozenset({DONE, DONE_AFTER_RECEIPT, KEPT_AFTER_RECEIPT, "011101", "031001"})
"""Codes that refuse nothing: segment underrun and ignored parameters are said, and the order goes on."""
NO_DATA, UNKNOWN_TRANSACTION, WRONG_STATE = "090005", "091101", "091002"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What happened, what to do, and whether it passes by itself."""

    symbol: str
    sentence: str
    remedy: str = ""
    is_passing: bool = False


def meaning(code: str) -> Meaning:
    """What a code says; a bank may have codes of its own."""
    return MEANINGS.get(code) or Meaning("", "La banque refuse la demande, par un code qui lui est propre.", _BANK)


_BANK = "Donnez ce code à l’assistance de la banque."
_CONTRACT = "Comparez les données du contrat à celles que la banque a remises."
_RETRY = "Comptoir réessaie plus tard."
_LETTERS = "Envoyez les lettres signées, ou demandez à la banque où elle en est."
_RIGHTS = "Demandez à la banque d’ajouter ce service au contrat, ou choisissez-en un qui y figure."
_OURS = "La demande est à revoir : signalez-le avec ce code."
_CERTIFICATE = "Faites de nouvelles clés, puis recommencez l’initialisation."

MEANINGS = {
    "000000": Meaning("EBICS_OK", "La banque a accepté."),
    "011000": Meaning("EBICS_DOWNLOAD_POSTPROCESS_DONE", "La banque sait que le relevé est enregistré."),
    "011001": Meaning(
        "EBICS_DOWNLOAD_POSTPROCESS_SKIPPED", "La banque garde le relevé et le proposera de nouveau."
    ),
    "011101": Meaning("EBICS_TX_SEGMENT_NUMBER_UNDERRUN", "La banque a reçu moins de morceaux qu’annoncé."),
    "031001": Meaning("EBICS_ORDER_PARAMS_IGNORED", "La banque n’a pas tenu compte d’un paramètre."),
    "061001": Meaning(
        "EBICS_AUTHENTICATION_FAILED",
        "La banque ne reconnaît pas notre signature.",
        "Les clés de ce contrat ne sont pas celles que la banque a activées : recommencez l’initialisation.",
    ),
    "061002": Meaning("EBICS_INVALID_REQUEST", "La banque ne comprend pas la demande.", _OURS),
    "061099": Meaning("EBICS_INTERNAL_ERROR", "Le serveur de la banque est en panne.", _RETRY, is_passing=True),
    "061101": Meaning("EBICS_TX_RECOVERY_SYNC", "La transmission a été coupée.", _RETRY, is_passing=True),
    "090003": Meaning(
        "EBICS_AUTHORISATION_ORDER_IDENTIFIER_FAILED", "Le contrat n’autorise pas ce relevé.", _RIGHTS
    ),
    "090004": Meaning("EBICS_INVALID_ORDER_DATA_FORMAT", "La banque ne lit pas ce qui lui est envoyé.", _OURS),
    "090005": Meaning("EBICS_NO_DOWNLOAD_DATA_AVAILABLE", "Il n’y a rien de nouveau à la banque."),
    "090006": Meaning("EBICS_UNSUPPORTED_REQUEST_FOR_ORDER_INSTANCE", "La banque ne traite pas cet ordre.", _BANK),
    "091001": Meaning("EBICS_DOWNLOAD_SIGNED_ONLY", "La banque ne remet ce relevé que signé.", _BANK),
    "091002": Meaning(
        "EBICS_INVALID_USER_OR_USER_STATE",
        "La banque ne connaît pas cet abonné, ou ne l’a pas encore activé.",
        f"{_CONTRACT} {_LETTERS}",
    ),
    "091003": Meaning("EBICS_USER_UNKNOWN", "La banque ne connaît pas cet utilisateur.", _CONTRACT),
    "091004": Meaning("EBICS_INVALID_USER_STATE", "La banque n’a pas activé cet utilisateur.", _LETTERS),
    "091005": Meaning("EBICS_INVALID_ORDER_IDENTIFIER", "La banque ne connaît pas cet ordre.", _RIGHTS),
    "091006": Meaning("EBICS_UNSUPPORTED_ORDER_TYPE", "La banque ne propose pas cet ordre.", _RIGHTS),
    "091007": Meaning(
        "EBICS_DISTRIBUTED_SIGNATURE_AUTHORISATION_FAILED", "Le contrat n’autorise pas cette signature.", _RIGHTS
    ),
    "091008": Meaning(
        "EBICS_BANK_PUBKEY_UPDATE_REQUIRED",
        "La banque a changé ses clés.",
        "Relisez-les, et comparez leurs empreintes à son courrier.",
    ),
    "091009": Meaning("EBICS_SEGMENT_SIZE_EXCEEDED", "Un morceau est trop grand pour la banque.", _OURS),
    "091010": Meaning("EBICS_INVALID_XML", "La banque ne lit pas la demande.", _OURS),
    "091011": Meaning("EBICS_INVALID_HOST_ID", "Le serveur de la banque n’a pas cet identifiant.", _CONTRACT),
    "091101": Meaning("EBICS_TX_UNKNOWN_TXID", "La banque a oublié cette transmission.", _RETRY, is_passing=True),
    "091102": Meaning("EBICS_TX_ABORT", "La banque a interrompu la transmission.", _RETRY, is_passing=True),
    "091103": Meaning(
        "EBICS_TX_MESSAGE_REPLAY",
        "La banque tient la demande pour une redite.",
        "Vérifiez l’heure de ce serveur. Comptoir réessaie plus tard.",
        is_passing=True,
    ),
    "091104": Meaning(
        "EBICS_TX_SEGMENT_NUMBER_EXCEEDED", "La banque a moins de morceaux que demandé.", _RETRY, is_passing=True
    ),
    "091105": Meaning(
        "EBICS_RECOVERY_NOT_SUPPORTED", "La banque ne reprend pas une transmission.", _RETRY, is_passing=True
    ),
    "091111": Meaning("EBICS_INVALID_SIGNATURE_FILE_FORMAT", "La banque ne lit pas la signature.", _OURS),
    "091112": Meaning(
        "EBICS_INVALID_ORDER_PARAMS", "La banque ne reconnaît pas ce relevé ou cette période.", _RIGHTS
    ),
    "091113": Meaning("EBICS_INVALID_REQUEST_CONTENT", "La demande ne convient pas à la banque.", _OURS),
    "091114": Meaning("EBICS_ORDERID_UNKNOWN", "La banque ne connaît pas ce numéro d’ordre.", _BANK),
    "091115": Meaning("EBICS_ORDERID_ALREADY_EXISTS", "Ce numéro d’ordre existe déjà à la banque.", _BANK),
    "091116": Meaning(
        "EBICS_PROCESSING_ERROR", "La banque n’a pas pu traiter la demande.", _RETRY, is_passing=True
    ),
    "091117": Meaning("EBICS_MAX_ORDER_DATA_SIZE_EXCEEDED", "L’ordre est trop grand pour la banque.", _BANK),
    "091118": Meaning("EBICS_MAX_SEGMENTS_EXCEEDED", "L’ordre a trop de morceaux pour la banque.", _BANK),
    "091119": Meaning(
        "EBICS_MAX_TRANSACTIONS_EXCEEDED", "Trop de transmissions sont en cours.", _RETRY, is_passing=True
    ),
    "091120": Meaning("EBICS_PARTNER_ID_MISMATCH", "Cet utilisateur n’est pas de ce client.", _CONTRACT),
    "091121": Meaning("EBICS_INCOMPATIBLE_ORDER_ATTRIBUTE", "La banque refuse la forme de l’ordre.", _OURS),
    "091122": Meaning("EBICS_ORDER_ALREADY_EXISTS", "La banque a déjà reçu cet ordre.", _BANK),
    "091201": Meaning("EBICS_KEYMGMT_UNSUPPORTED_VERSION_SIGNATURE", "La banque refuse la version A.", _BANK),
    "091202": Meaning("EBICS_KEYMGMT_UNSUPPORTED_VERSION_AUTHENTICATION", "La banque refuse la version X.", _BANK),
    "091203": Meaning("EBICS_KEYMGMT_UNSUPPORTED_VERSION_ENCRYPTION", "La banque refuse la version E.", _BANK),
    "091204": Meaning(
        "EBICS_KEYMGMT_KEYLENGTH_ERROR_SIGNATURE", "La clé de signature n’a pas la bonne longueur.", _CERTIFICATE
    ),
    "091205": Meaning(
        "EBICS_KEYMGMT_KEYLENGTH_ERROR_AUTHENTICATION",
        "La clé d’authentification n’a pas la bonne longueur.",
        _CERTIFICATE,
    ),
    "091206": Meaning(
        "EBICS_KEYMGMT_KEYLENGTH_ERROR_ENCRYPTION",
        "La clé de chiffrement n’a pas la bonne longueur.",
        _CERTIFICATE,
    ),
    "091207": Meaning(
        "EBICS_KEYMGMT_NO_X509_SUPPORT",
        "La banque ne prend pas de certificats.",
        "Choisissez des clés sans certificat dans les données du contrat.",
    ),
    "091208": Meaning("EBICS_X509_CERTIFICATE_EXPIRED", "Un certificat a expiré.", _CERTIFICATE),
    "091209": Meaning(
        "EBICS_X509_CERTIFICATE_NOT_VALID_YET",
        "Un certificat n’est pas encore valable.",
        "Vérifiez l’heure de ce serveur.",
    ),
    "091210": Meaning("EBICS_X509_WRONG_KEY_USAGE", "Un certificat n’est pas du bon usage.", _CERTIFICATE),
    "091211": Meaning(
        "EBICS_X509_WRONG_ALGORITHM", "La banque refuse l’algorithme d’un certificat.", _CERTIFICATE
    ),
    "091212": Meaning("EBICS_X509_INVALID_THUMBPRINT", "L’empreinte d’un certificat est fausse.", _CERTIFICATE),
    "091213": Meaning("EBICS_X509_CTL_INVALID", "La banque ne peut pas juger un certificat.", _BANK),
    "091214": Meaning(
        "EBICS_X509_UNKNOWN_CERTIFICATE_AUTHORITY",
        "La banque ne reconnaît pas qui a signé un certificat.",
        "Demandez à la banque si elle accepte les certificats auto-signés.",
    ),
    "091215": Meaning("EBICS_X509_INVALID_POLICY", "La banque refuse la politique d’un certificat.", _CERTIFICATE),
    "091216": Meaning(
        "EBICS_X509_INVALID_BASIC_CONSTRAINTS", "La banque refuse les contraintes d’un certificat.", _CERTIFICATE
    ),
    "091217": Meaning(
        "EBICS_ONLY_X509_SUPPORT",
        "La banque ne prend que des certificats.",
        "Choisissez les certificats X.509 dans les données du contrat.",
    ),
    "091218": Meaning("EBICS_KEYMGMT_DUPLICATE_KEY", "La banque a déjà une de ces clés.", _CERTIFICATE),
    "091219": Meaning("EBICS_CERTIFICATES_VALIDATION_ERROR", "La banque refuse un certificat.", _CERTIFICATE),
    "091301": Meaning(
        "EBICS_SIGNATURE_VERIFICATION_FAILED", "La banque refuse la signature de l’ordre.", _CERTIFICATE
    ),
    "091302": Meaning("EBICS_ACCOUNT_AUTHORISATION_FAILED", "Ce compte n’est pas au contrat.", _RIGHTS),
    "091303": Meaning("EBICS_AMOUNT_CHECK_FAILED", "Le montant dépasse ce que permet le contrat.", _RIGHTS),
    "091304": Meaning("EBICS_SIGNER_UNKNOWN", "La banque ne connaît pas le signataire.", _CONTRACT),
    "091305": Meaning("EBICS_INVALID_SIGNER_STATE", "La banque n’a pas activé le signataire.", _LETTERS),
    "091306": Meaning("EBICS_DUPLICATE_SIGNATURE", "L’ordre est déjà signé.", _BANK),
}
