"""Whose a statement is: the account it names, by its IBAN, or by its RIB where there is no more."""

SURE = 11
"""Signs of a French account number (RIB): with fewer, two accounts of a firm's may well be alike."""


def is_of(*, iban: str, number: str, known_iban: str, known_number: str) -> bool:
    """Whether a statement that names `iban` or `number` is surely one of the account known by the two others."""
    if iban and known_iban:
        return _bare(iban) == _bare(known_iban)
    told, known = _bare(iban or number), _bare(known_iban or known_number)
    short, long = sorted((told, known), key=len)
    # An IBAN of France holds the RIB: bank, branch and account number follow its country and two check digits.
    return len(short) >= SURE and short in long


def _bare(written: str) -> str:
    return "".join(sign for sign in written.upper() if sign.isalnum())
