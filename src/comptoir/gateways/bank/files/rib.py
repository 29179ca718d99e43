"""A French RIB and its IBAN: the same account, written two ways."""

import re

_DIGITS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")


def iban_of(bank: str, branch: str, account: str) -> str | None:
    """The IBAN of a bank code, branch code and account; None where one of them is missing.

    The RIB's key is 97 less (89 × bank + 15 × branch + 3 × account) modulo 97 (CFONB). For Monaco, whose banks
    use French codes, the country stays FR: the key and the account are the same.
    """
    if not (re.fullmatch(r"\d{5}", bank) and re.fullmatch(r"\d{5}", branch)):
        return None
    if not re.fullmatch(r"[0-9A-Z]{11}", account):
        return None
    number = int(account.translate(_DIGITS))
    key = 97 - (89 * int(bank) + 15 * int(branch) + 3 * number) % 97
    bban = f"{bank}{branch}{account}{key:02d}"
    return f"FR{98 - _modulo_97(bban + 'FR00'):02d}{bban}"


def is_iban(written: str) -> bool:
    """Whether this is an IBAN by its shape and its two check digits (ISO 13616)."""
    return bool(_IBAN.fullmatch(written)) and _modulo_97(written[4:] + written[:4]) == 1


def account_of(iban: str) -> str | None:
    """The account's own number within a French IBAN; elsewhere each country cuts its own way."""
    return iban[14:25] if iban[:2] in ("FR", "MC") and len(iban) == 27 else None


def _modulo_97(written: str) -> int:
    return int("".join(str(int(c, 36)) for c in written)) % 97
