"""By which way a company's bank movements come to its firm, and what that asks of the client."""

from enum import StrEnum


class Way(StrEnum):
    """The way that the firm chose for a dossier. The values stand in the database."""

    NONE = "none"
    BRIDGE = "bridge"
    FILES = "files"
    EBICS = "ebics"

    @property
    def french(self) -> str:
        """As screens name it."""
        return _SAID[self][0]

    @property
    def asks_client(self) -> bool:
        """Whether movements come only once the client has done something."""
        return self in (Way.BRIDGE, Way.FILES)

    @property
    def asked(self) -> str:
        """What the client is asked for, in one sentence."""
        return _SAID[self][1]


_SAID = {
    Way.NONE: (
        "Pas encore choisi",
        "Votre cabinet vous dira comment vos opérations bancaires lui parviennent : vous n’avez rien à faire.",
    ),
    Way.BRIDGE: (
        "Connexion à la banque",
        "Connectez votre banque une fois : vos opérations arrivent chaque jour d’elles-mêmes, et vous voyez "
        "aussitôt les pièces qui manquent.",
    ),
    Way.FILES: (
        "Relevés en fichiers",
        "Vos opérations arrivent par vos relevés : téléchargez-les sur le site de votre banque "
        "(OFX, CFONB, camt, CSV…), puis envoyez-les ici.",
    ),
    Way.EBICS: (
        "EBICS du cabinet",
        "Votre banque transmet vos relevés à votre cabinet chaque matin : signez le mandat qu’il vous remet, "
        "vous n’avez rien d’autre à faire.",
    ),
}
