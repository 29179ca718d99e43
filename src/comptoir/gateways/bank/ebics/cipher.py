"""Order data on its way (EBICS E002): deflated, closed with a key made for the occasion, which RSA closes in turn."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from comptoir.gateways.bank.ebics.faults import Unreadable
from comptoir.gateways.bank.ebics.keys import Key, PublicKey

LARGEST = 256 * 1024 * 1024
"""Bytes that an order may grow to, and that an archive's files may have together."""
MOST_FILES = 2000
_KEY = _BLOCK = 16
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, OSError, ValueError, RuntimeError, EOFError, LookupError,
)  # fmt: skip
"""What the standard library says of an archive that is none, is cut, or wants a password."""


@dataclass(frozen=True, slots=True)
class File:
    """One file out of what the bank gave, with its name where it has one."""

    name: str
    content: bytes


def closed_key(key: bytes, reader: PublicKey) -> bytes:
    """A transaction key, for one reader."""
    return reader.rsa.encrypt(key, padding.PKCS1v15())


def encrypted(content: bytes, key: bytes) -> bytes:
    """Deflated, padded and encrypted with a transaction key."""
    deflated = zlib.compress(content)
    missing = _BLOCK - len(deflated) % _BLOCK
    # ANSI X9.23: the last byte counts the padding, the others say nothing.
    writer = Cipher(algorithms.AES(key), modes.CBC(bytes(_BLOCK))).encryptor()
    return writer.update(deflated + bytes(missing - 1) + bytes([missing])) + writer.finalize()


def opened(content: bytes, transaction_key: bytes, key: Key, *, at_most: int = LARGEST) -> bytes:
    """Order data as the bank wrote it; raises `Unreadable`."""
    return decrypted(content, opened_key(transaction_key, key), at_most=at_most)


def decrypted(content: bytes, key: bytes, *, at_most: int = LARGEST) -> bytes:
    """The same, where the transaction key is known already."""
    return inflated(_unpadded(content, key), at_most=at_most)


def opened_key(transaction_key: bytes, key: Key) -> bytes:
    """The key that the bank made for one order; raises `Unreadable`."""
    try:
        found = key.rsa.decrypt(transaction_key, padding.PKCS1v15())
    except ValueError as error:
        raise Unreadable("(clé de transaction)") from error
    # A key closed for somebody else opens to random bytes of random length, and to no error.
    if len(found) != _KEY:
        raise Unreadable("(clé de transaction d’un autre)")
    return found


def inflated(content: bytes, *, at_most: int = LARGEST) -> bytes:
    """What was deflated, to its end and no further than it may grow; raises `Unreadable`."""
    reader = zlib.decompressobj()
    try:
        found = reader.decompress(content, at_most + 1)
    except zlib.error as error:
        raise Unreadable("(données d’ordre)") from error
    if len(found) > at_most:
        raise Unreadable("(données d’ordre trop volumineuses)")
    if not reader.eof:
        raise Unreadable("(données d’ordre tronquées)")
    return found


def each(content: bytes, *, at_most: int = LARGEST) -> Iterator[File]:
    """The files of a container, one at a time, each whole and proved by its checksum; raises `Unreadable`, at any of them."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > at_most:
                raise Unreadable("(archive trop volumineuse)")
            for entry in entries:
                yield File(entry.filename, _extracted(archive, entry))
    except _BROKEN as error:
        raise Unreadable("(archive)") from error


def files(content: bytes, *, at_most: int = LARGEST) -> tuple[File, ...]:
    """All of them together; raises `Unreadable`."""
    return tuple(each(content, at_most=at_most))


def is_archive(content: bytes) -> bool:
    """Whether it begins as a ZIP does: some banks send one where the contract says none."""
    return content.startswith(b"PK\x03\x04")


def _unpadded(content: bytes, key: bytes) -> bytes:
    if not content or len(content) % _BLOCK:
        raise Unreadable("(données d’ordre tronquées)")
    reader = Cipher(algorithms.AES(key), modes.CBC(bytes(_BLOCK))).decryptor()
    padded = reader.update(content) + reader.finalize()
    missing = padded[-1]
    if not 1 <= missing <= _BLOCK:
        raise Unreadable("(données d’ordre)")
    return padded[:-missing]


def _extracted(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """One file, never more of it than its own entry announces."""
    if entry.compress_type not in _METHODS:
        raise Unreadable("(archive d’une méthode inconnue)")
    with archive.open(entry) as reader:
        content = reader.read(entry.file_size + 1)
    if len(content) != entry.file_size:
        raise Unreadable("(archive tronquée)")
    return content
