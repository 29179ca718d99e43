"""How a connection to a bank is, in words for the client, and what the client has to do about it: seldom anything."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

PATIENT_FOR = timedelta(hours=48)
"""How long a bank may fail to answer before Bridge itself asks that somebody be told (status 1003)."""


class Act(StrEnum):
    """What is expected of the client."""

    NOTHING = "nothing"
    RECONNECT = "reconnect"
    WAIT = "wait"
    CONTACT_BANK = "contact_bank"


@dataclass(frozen=True, slots=True)
class Advice:
    """One sentence, and the act it asks for."""

    sentence: str
    act: Act


def advice(code: int, *, since: datetime | None, now: datetime) -> Advice:
    """What to say of a status that has lasted since then; None when nobody knows since when."""
    if code == COULD_NOT_REFRESH and since is not None and now - since >= PATIENT_FOR:
        return _SILENT
    return _ADVICE.get(code, _UNKNOWN)


COULD_NOT_REFRESH = 1003

_SILENT = Advice(
    "Votre banque ne transmet plus rien depuis plus de deux jours : connectez-vous à son site ou à son application, "
    "un message vous y attend peut-être, ou appelez-la.",
    Act.CONTACT_BANK,
)
_UNKNOWN = Advice("Votre banque répond autrement que d’habitude ; Comptoir réessaie de lui-même.", Act.WAIT)
_ADVICE = {
    0: Advice("Votre banque est connectée, ses opérations arrivent d’elles-mêmes.", Act.NOTHING),
    -2: Advice("Votre banque vient d’être connectée : ses premières opérations arrivent.", Act.WAIT),
    -3: Advice("Votre connexion vient d’être modifiée : ses opérations arrivent.", Act.WAIT),
    402: Advice("Votre banque n’a pas reconnu l’identifiant ou le mot de passe : reconnectez-la.", Act.RECONNECT),
    429: Advice(
        "Votre banque attend quelque chose de vous (un message à lire, des conditions à accepter) : faites-le sur son "
        "site, puis reconnectez-la.",
        Act.RECONNECT,
    ),
    430: Advice(
        "Votre banque demande un nouveau mot de passe : changez-le sur son site, puis reconnectez-la.",
        Act.RECONNECT,
    ),
    COULD_NOT_REFRESH: Advice(
        "Votre banque n’a pas répondu à la dernière visite ; Comptoir y retourne de lui-même.", Act.WAIT
    ),
    1005: Advice(
        "Cette banque ou ce compte ne peut pas être relié : s’il est clos ou bloqué, votre banque vous le dira.",
        Act.CONTACT_BANK,
    ),
    1007: Advice(
        "La liaison avec cette banque est interrompue pour quelque temps ; elle reprendra d’elle-même.", Act.WAIT
    ),
    1009: Advice("Votre banque n’a transmis qu’une partie des opérations ; le reste suit.", Act.WAIT),
    1010: Advice(
        "Votre banque veut s’assurer que c’est bien vous (code reçu ou application) : reconnectez-la.",
        Act.RECONNECT,
    ),
    1099: Advice(
        "La liaison avec votre banque est en cours de changement ; elle reprendra d’elle-même.", Act.WAIT
    ),
    1100: Advice(
        "L’accès professionnel est verrouillé à la banque : déverrouillez-le sur son site, puis reconnectez-la.",
        Act.RECONNECT,
    ),
}

RECONNECTED = tuple(code for code, said in _ADVICE.items() if said.act is Act.RECONNECT)
"""The statuses that only the client can end, by a new connect session."""
