"""The life cycle of an e-invoice (XP Z12-012): its statuses, who may say each, which wants a reason, what may follow what."""

from collections.abc import Iterable
from enum import StrEnum

from comptoir.domain.fault import Fault


class Code(StrEnum):
    """A status, by the number that the standard gives it."""

    DEPOSITED = "200"
    ISSUED = "201"
    RECEIVED = "202"
    AVAILABLE = "203"
    IN_CHARGE = "204"
    APPROVED = "205"
    PARTLY_APPROVED = "206"
    DISPUTED = "207"
    SUSPENDED = "208"
    COMPLETED = "209"
    REFUSED = "210"
    PAYMENT_SENT = "211"
    CASHED = "212"
    REJECTED = "213"
    ENDORSED = "214"
    CANCELLED = "220"
    MISROUTED = "221"
    DIRECT_PAYMENT = "224"
    FACTORED = "225"
    FACTORED_CONFIDENTIALLY = "226"
    OTHER_PAYEE = "227"
    NOT_FACTORED = "228"

    @property
    def french(self) -> str:
        """The status as the standard names it."""
        return _SAID[self][0]

    @property
    def explained(self) -> str:
        """What it means, in one plain sentence, for who is no accountant."""
        return _SAID[self][1]

    @property
    def needs_reason(self) -> bool:
        """Whether who says it must say why."""
        return self in _WITH_REASON

    @property
    def is_final(self) -> bool:
        """Whether nothing comes after it."""
        return self in _FINAL


BY_BUYER = (
    Code.IN_CHARGE,
    Code.APPROVED,
    Code.PARTLY_APPROVED,
    Code.DISPUTED,
    Code.SUSPENDED,
    Code.REFUSED,
    Code.PAYMENT_SENT,
)
"""What the receiver of an invoice may say of it, in the order in which it comes up."""

BY_SELLER = (Code.COMPLETED, Code.CASHED, Code.CANCELLED)
"""What who issued an invoice may say of it; the platforms say the others."""

_WITH_REASON = frozenset(
    {Code.PARTLY_APPROVED, Code.DISPUTED, Code.SUSPENDED, Code.REFUSED, Code.REJECTED, Code.MISROUTED}
)
_FINAL = frozenset({Code.REFUSED, Code.CASHED, Code.REJECTED, Code.CANCELLED, Code.MISROUTED})
_UNSETTLED = frozenset(
    {Code.DEPOSITED, Code.ISSUED, Code.RECEIVED, Code.AVAILABLE, Code.IN_CHARGE, Code.ENDORSED, Code.COMPLETED}
)
"""Nobody has judged the invoice yet."""
_ACCEPTED = frozenset({Code.APPROVED, Code.PARTLY_APPROVED})
_HALTED = frozenset({Code.DISPUTED, Code.SUSPENDED})
_FACTORING = frozenset(
    {
        Code.DIRECT_PAYMENT,
        Code.FACTORED,
        Code.FACTORED_CONFIDENTIALLY,
        Code.OTHER_PAYEE,
        Code.NOT_FACTORED,
    }
)

_AFTER: dict[Code, frozenset[Code]] = {
    Code.IN_CHARGE: _UNSETTLED - {Code.IN_CHARGE},
    Code.APPROVED: _UNSETTLED | _HALTED | {Code.PARTLY_APPROVED},
    Code.PARTLY_APPROVED: _UNSETTLED | _HALTED,
    Code.DISPUTED: _UNSETTLED | _ACCEPTED | {Code.SUSPENDED},
    Code.SUSPENDED: _UNSETTLED | {Code.DISPUTED},
    Code.REFUSED: _UNSETTLED | _HALTED,
    # A debit may be seen before anybody has approved: what is paid is paid.
    Code.PAYMENT_SENT: _UNSETTLED | _ACCEPTED | _HALTED,
    Code.COMPLETED: frozenset({Code.SUSPENDED}),
    Code.CASHED: _UNSETTLED | _ACCEPTED | _HALTED | {Code.PAYMENT_SENT},
    Code.CANCELLED: _UNSETTLED | _HALTED,
}
"""What each status that a company says may come after; the platforms' own are taken as they come."""


def sendable(*, is_sale: bool) -> tuple[Code, ...]:
    """What the company may say: as the seller of its sales, as the buyer of its purchases."""
    return BY_SELLER if is_sale else BY_BUYER


def next_ones(said: Iterable[Code], *, is_sale: bool) -> tuple[Code, ...]:
    """What the company may say now, after what was said in that order."""
    last = _standing(said)
    return tuple(code for code in sendable(is_sale=is_sale) if last is None or last in _AFTER[code])


def check(code: Code, *, said: Iterable[Code], is_sale: bool, reason: str = "", motive: str = "") -> list[Fault]:
    """What forbids saying this status now."""
    faults = []
    if code not in sendable(is_sale=is_sale):
        whose = "une facture que vous émettez" if is_sale else "une facture que vous recevez"
        faults.append(Fault("not_yours", f"« {code.french} » ne se dit pas d’{whose}."))
    elif code not in next_ones(said, is_sale=is_sale):
        last = _standing(said)
        before = f" après « {last.french} »" if last else ""
        faults.append(Fault("out_of_turn", f"« {code.french} » ne peut pas venir{before}."))
    if code.needs_reason and motive not in motives(code):
        faults.append(Fault("no_motive", f"« {code.french} » : choisissez un motif.", "Le fournisseur le lira."))
    if code.needs_reason and not reason.strip():
        faults.append(
            Fault("no_reason", f"« {code.french} » : dites pourquoi.", "Le fournisseur lira cette raison.")
        )
    return faults


def motives(code: Code) -> dict[str, str]:
    """The motives that the standard lists for a status, each in words; none for a status that wants none."""
    if code is Code.REFUSED:
        return _OF_REFUSAL
    return _OF_REFUSAL | _OF_DISPUTE if code.needs_reason else {}


def _standing(said: Iterable[Code]) -> Code | None:
    """The status that counts: factoring says who is paid, not where the invoice stands."""
    return next((code for code in reversed(tuple(said)) if code not in _FACTORING), None)


_OF_REFUSAL = {
    "NON_CONFORME": "Mention obligatoire absente ou fausse",
    "MONTANTTOTAL_ERR": "Montant total faux",
    "CALCUL_ERR": "Erreur de calcul",
    "TX_TVA_ERR": "Taux de TVA faux",
    "DOUBLON": "Déjà reçue",
    "DOUBLE_FACT": "Prestation déjà facturée",
    "DEST_ERR": "Pas pour nous",
    "ADR_ERR": "Adresse fausse",
    "EMMET_INC": "Fournisseur inconnu",
    "TRANSAC_INC": "Achat inconnu",
    "CONTRAT_TERM": "Contrat terminé",
    "CMD_ERR": "Commande fausse ou absente",
    "REF_CT_ABSENT": "Référence du contrat absente",
}
_OF_DISPUTE = {
    "QTE_ERR": "Quantité fausse",
    "PU_ERR": "Prix unitaire faux",
    "REM_ERR": "Remise fausse",
    "ART_ERR": "Article faux",
    "LIVR_INCOMP": "Livraison incomplète",
    "QUALITE_ERR": "Qualité en cause",
    "MODPAI_ERR": "Moyen de paiement faux",
    "AUTRE": "Autre raison",
}

_SAID: dict[Code, tuple[str, str]] = {
    Code.DEPOSITED: ("Déposée", "La facture est déposée sur la plateforme du vendeur."),
    Code.ISSUED: ("Émise", "La plateforme du vendeur l’a envoyée."),
    Code.RECEIVED: ("Reçue", "La plateforme de l’acheteur l’a reçue."),
    Code.AVAILABLE: ("Mise à disposition", "L’acheteur peut la lire."),
    Code.IN_CHARGE: ("Prise en charge", "L’acheteur s’en occupe."),
    Code.APPROVED: ("Approuvée", "L’acheteur est d’accord pour payer."),
    Code.PARTLY_APPROVED: ("Approuvée partiellement", "L’acheteur est d’accord avec une partie."),
    Code.DISPUTED: ("En litige", "L’acheteur conteste la facture, le temps de s’entendre."),
    Code.SUSPENDED: ("Suspendue", "L’acheteur attend une pièce ou une précision du vendeur."),
    Code.COMPLETED: ("Complétée", "Le vendeur a donné ce qui manquait."),
    Code.REFUSED: ("Refusée", "L’acheteur ne la paiera pas : le vendeur doit en émettre une autre."),
    Code.PAYMENT_SENT: ("Paiement transmis", "L’acheteur a payé."),
    Code.CASHED: ("Encaissée", "Le vendeur a reçu l’argent."),
    Code.REJECTED: ("Rejetée", "Une plateforme n’a pas pu la prendre : elle n’est pas conforme."),
    Code.ENDORSED: ("Visée", "Un tiers qui devait la voir l’a vue."),
    Code.CANCELLED: ("Annulée", "Le vendeur l’a annulée."),
    Code.MISROUTED: ("Erreur de routage", "La plateforme n’a pas trouvé à qui la remettre."),
    Code.DIRECT_PAYMENT: ("Demande de paiement direct", "Un sous-traitant demande à être payé par le client final."),
    Code.FACTORED: ("Affacturée", "La facture est cédée à une société d’affacturage."),
    Code.FACTORED_CONFIDENTIALLY: ("Affacturée confidentielle", "La facture est cédée sans que l’acheteur le sache."),
    Code.OTHER_PAYEE: ("Changement de compte à payer", "Le compte bancaire à payer a changé."),
    Code.NOT_FACTORED: ("Non affacturée", "La facture n’est plus cédée."),
}  # fmt: skip
