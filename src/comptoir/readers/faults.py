"""Why a file cannot be read: each sentence says what happened and what to do, for the person who handed it in."""

from typing import ClassVar

MAX_BYTES = 25 * 1024 * 1024
MAX_PAGES = 300
"""What one piece has at most; a file to be cut may be larger."""
MAX_FILE_BYTES = 100 * 1024 * 1024
MAX_FILE_PAGES = 3_000


class NotReadable(Exception):
    """Ce fichier ne peut pas être lu : ouvrez-le pour le vérifier, puis déposez-le à nouveau."""

    code: ClassVar[str] = "not_readable"

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or " ".join(str(self.__class__.__doc__).split()))


class Empty(NotReadable):
    """Ce fichier est vide (0 octet) : l’envoi a sans doute été interrompu. Déposez-le à nouveau."""

    code = "empty"


class Encrypted(NotReadable):
    """Ce PDF est protégé par un mot de passe : donnez-le, ou enregistrez le PDF sans protection puis déposez-le à
    nouveau."""

    code = "encrypted"


class WrongPassword(Encrypted):
    """Ce mot de passe n’ouvre pas ce PDF : vérifiez-le, puis recommencez. Il n’est gardé nulle part."""

    code = "wrong_password"


class Broken(NotReadable):
    """Ce fichier est abîmé ou incomplet : demandez-le à nouveau à son émetteur, ou déposez une photo nette."""

    code = "broken"


class TooManyPages(NotReadable):
    """Cette pièce compte plus de 300 pages, la limite : découpez-la en plusieurs pièces."""

    code = "too_many_pages"

    def __init__(self, pages: int | None = None) -> None:
        super().__init__(
            f"Cette pièce compte {pages} pages ; une pièce en compte {MAX_PAGES} au plus : "
            "découpez-la en plusieurs pièces."
            if pages
            else None
        )


class TooLarge(NotReadable):
    """Cette pièce dépasse 25 Mo, la limite : découpez-la en plusieurs pièces, ou déposez-la plus légère."""

    code = "too_large"


class FileTooLarge(NotReadable):
    """Ce fichier dépasse 100 Mo (25 Mo pour une photo) : il n’a pas été gardé. Coupez-le en plusieurs fichiers."""

    code = "file_too_large"


class FileTooManyPages(NotReadable):
    """Ce fichier compte plus de 3 000 pages : il n’a pas été gardé. Coupez-le en plusieurs fichiers."""

    code = "file_too_many_pages"


class Infected(NotReadable):
    """Ce fichier porte un virus et n’a pas été gardé."""

    code = "infected"

    def __init__(self, name: str = "") -> None:
        super().__init__(
            f"Ce fichier porte un virus ({name[:80]}) et n’a pas été gardé : demandez-le à nouveau à son émetteur."
        )


class Bomb(NotReadable):
    """Ce fichier se déploie en une quantité démesurée de données et n’a pas été ouvert : demandez-en une copie simple,
    ou photographiez la pièce."""

    code = "bomb"

    def __init__(self) -> None:
        super().__init__(
            "Ce fichier se déploie en une quantité démesurée de données et n’a pas été ouvert : "
            "demandez-en une copie simple à son émetteur, ou photographiez la pièce."
        )


class WrongKind(NotReadable):
    """Ce format ne convient pas : déposez un PDF, une photo (JPEG, PNG, WebP, TIFF, HEIC) ou une facture
    électronique (Factur-X, UBL, CII)."""

    code = "wrong_kind"

    def __init__(self, what: str = "Ce format", remedy: str = "") -> None:
        super().__init__(f"{what} ne convient pas : {remedy or _TAKEN}")


_TAKEN = (
    "déposez un PDF, une photo (JPEG, PNG, WebP, TIFF, HEIC) ou une facture électronique (Factur-X, UBL, CII)."
)
