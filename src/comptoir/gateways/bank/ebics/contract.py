"""What an EBICS contract says: where the bank is, who asks, and what may be asked."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_IDENTIFIER = re.compile(r"[a-zA-Z0-9,=]{1,35}")
_HOST = re.compile(r"[^\s<>&]{1,35}")


class WrongContract(ValueError):
    """Les données du contrat EBICS ne peuvent pas être celles de la banque."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{self.__class__.__doc__} {why}")


class Version(StrEnum):
    """The protocol that the contract was signed for: EBICS 2.5, or EBICS 3.0."""

    H004 = "H004"
    H005 = "H005"

    @property
    def namespace(self) -> str:
        """Of requests, answers and order data."""
        return f"urn:org:ebics:{self.value}"

    @property
    def signature_namespace(self) -> str:
        """Of signature keys and order signatures."""
        return "http://www.ebics.org/S002" if self is Version.H005 else "http://www.ebics.org/S001"


@dataclass(frozen=True, slots=True)
class Contract:
    """One subscriber at one bank, as the bank's own form gives it; raises `WrongContract` for what no bank gives.

    `is_x509` tells whose hash goes on the letters: the certificates' (France), or the bare keys' (2.5 elsewhere).
    `is_bank_certified` tells how requests name the bank's keys, where this bank differs from its version's custom.
    """

    url: str
    host_id: str
    partner_id: str
    user_id: str
    version: Version
    product: str = "Comptoir"
    is_x509: bool = True
    is_bank_certified: bool | None = None

    def __post_init__(self) -> None:
        _check_address(self.url)
        if not _HOST.fullmatch(self.host_id):
            raise WrongContract("L’identifiant du serveur (HostID) a de 1 à 35 caractères, sans espace.")
        for name, value in (("client (PartnerID)", self.partner_id), ("utilisateur (UserID)", self.user_id)):
            if not _IDENTIFIER.fullmatch(value):
                raise WrongContract(f"L’identifiant {name} a de 1 à 35 lettres ou chiffres.")
        if self.version is Version.H005 and not self.is_x509:
            raise WrongContract("EBICS 3.0 ne connaît que les certificats X.509.")

    @property
    def hashes_certificates(self) -> bool:
        """Whether requests name the bank's keys by their certificates, or by the bare keys.

        Servers and clients read EBICS 3.0 both ways: certificates are its custom, and bare keys that of 2.5.
        """
        return self.version is Version.H005 if self.is_bank_certified is None else self.is_bank_certified


@dataclass(frozen=True, slots=True)
class FileFormat:
    """What is fetched with EBICS 2.5: an FDL order, in the words of the contract (`camt.xxx.cfonb120.stm`)."""

    name: str
    country: str = "FR"


@dataclass(frozen=True, slots=True)
class BusinessFormat:
    """What is fetched with EBICS 3.0: a BTD order, in the words of the contract (EOP, FR, ZIP, camt.053)."""

    name: str
    message: str
    scope: str = ""
    option: str = ""
    container: str = ""
    message_version: str = ""
    message_variant: str = ""
    message_format: str = ""


Order = FileFormat | BusinessFormat


@dataclass(frozen=True, slots=True)
class Period:
    """The days asked for once more; without one, the bank gives what was not yet fetched."""

    first_on: date
    last_on: date

    def __post_init__(self) -> None:
        if self.first_on > self.last_on:
            raise WrongContract("La période finit avant de commencer.")


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        is_odd = not parts.hostname or bool(parts.username or parts.fragment) or parts.port == 0
        (parts.hostname or "").encode("idna")
    except ValueError:
        raise WrongContract("L’adresse de la banque est illisible.") from None
    if is_odd or not url.isascii() or not url.isprintable() or " " in url:
        raise WrongContract("L’adresse de la banque est illisible.")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise WrongContract("L’adresse de la banque commence par https://.")
