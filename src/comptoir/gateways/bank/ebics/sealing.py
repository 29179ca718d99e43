"""Keys as they lie in the database: closed with a secret that stands outside it, each bound to its own contract."""

import base64
import json
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from comptoir.gateways.bank.ebics.faults import WrongSecret
from comptoir.gateways.bank.ebics.keys import BankKeys, Key, Keys, PublicKey

SECRET = 32
"""Bytes of the secret (AES-256-GCM)."""
_MARK = b"\x01"
_NONCE = 12
_ROLES = ("signature", "authentication", "encryption")


def sealed(keys: Keys, *, secret: bytes, contract_id: str) -> bytes:
    """What may be stored: it opens with this secret and for this contract alone."""
    nonce = secrets.token_bytes(_NONCE)
    said = json.dumps({role: _key_said(getattr(keys, role)) for role in _ROLES}).encode()
    return _MARK + nonce + _cipher(secret).encrypt(nonce, said, _bound(contract_id))


def unsealed(stored: bytes, *, secret: bytes, contract_id: str) -> Keys:
    """The keys again; raises `WrongSecret`, also for those of another contract put in this one's place."""
    mark, nonce, closed = stored[:1], stored[1 : 1 + _NONCE], stored[1 + _NONCE :]
    if mark != _MARK or len(nonce) != _NONCE:
        raise WrongSecret
    try:
        said = json.loads(_cipher(secret).decrypt(nonce, closed, _bound(contract_id)))
    except InvalidTag as error:
        raise WrongSecret from error
    return Keys(*(_key_read(said[role]) for role in _ROLES))


def bank_keys_written(keys: BankKeys) -> str:
    """The bank's keys as text: nothing in them is secret."""
    return json.dumps({role: _public_said(getattr(keys, role)) for role in _ROLES[1:]})


def bank_keys_read(written: str) -> BankKeys:
    """The same, again."""
    said = json.loads(written)
    return BankKeys(*(_public_read(said[role]) for role in _ROLES[1:]))


def _cipher(secret: bytes) -> AESGCM:
    if len(secret) != SECRET:
        raise WrongSecret
    return AESGCM(secret)


def _bound(contract_id: str) -> bytes:
    return b"comptoir ebics keys\0" + contract_id.encode()


def _key_said(key: Key) -> list[str]:
    return [key.version, _text(key.private), _text(key.certificate)]


def _key_read(said: list[str]) -> Key:
    version, private, certificate = said
    return Key(version, base64.b64decode(private), base64.b64decode(certificate))


def _public_said(key: PublicKey) -> list[str]:
    return [key.version, f"{key.modulus:x}", f"{key.exponent:x}", _text(key.certificate)]


def _public_read(said: list[str]) -> PublicKey:
    version, modulus, exponent, certificate = said
    return PublicKey(version, int(modulus, 16), int(exponent, 16), base64.b64decode(certificate))


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
