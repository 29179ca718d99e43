"""What a time-stamp token proves (RFC 3161 §2.4.2): judged whole, by trusted roots, or not at all."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from asn1crypto import cms, core, tsp
from cryptography.x509 import Certificate, ObjectIdentifier
from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

from comptoir.gateways.timestamp.faults import NotAStamp

_SHA256 = ObjectIdentifier("2.16.840.1.101.3.4.2.1")
_GRANTS = ("granted", "granted_with_mods")
_NAMES_ITS_SIGNER = ("signing_certificate", "signing_certificate_v2")


class _Answer(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """TimeStampResp, whose token is not there in a refusal (§2.4.2)."""

    _fields: ClassVar = [("status", tsp.PKIStatusInfo), ("token", cms.ContentInfo, {"optional": True})]


def judge(token: bytes, said: bytes, *, roots: Sequence[Certificate], nonce: int | None = None) -> datetime:
    """The moment that an authority's answer proves for these bytes; raises `NotAStamp` for one that proves nothing."""
    try:
        return _judged(token, said, roots, nonce)
    except (VerificationError, ValueError, TypeError, KeyError, IndexError) as error:
        raise NotAStamp(str(error)) from error


def _judged(token: bytes, said: bytes, roots: Sequence[Certificate], nonce: int | None) -> datetime:
    answer = _Answer.load(token, strict=True)
    status = answer["status"]["status"].native
    if status not in _GRANTS:
        raise NotAStamp(f"refused: {status}")
    _refuse_another_signer(answer["token"]["content"])
    granted = decode_timestamp_response(_put_in_order(answer["token"]))
    if granted.tst_info.message_imprint.hash_algorithm != _SHA256:
        raise NotAStamp("not over a SHA-256")
    # Signature, chain at the moment of the token, nonce, key usage, digest.
    verifier = VerifierBuilder(roots=list(roots), nonce=nonce).build()
    verifier.verify(granted, hashlib.sha256(said).digest())
    return granted.tst_info.gen_time


def _put_in_order(token: cms.ContentInfo) -> bytes:
    """The same token as the verifier takes it; nothing of what is signed changes.

    It wants certificates in DER's order, where OpenSSL leaves them as listed, and a plain grant, where the norm takes
    one with modifications too (§2.4.2).
    """
    signed = token["content"]
    choices = {choice.dump(): choice for choice in signed["certificates"]}
    signed["certificates"] = cms.CertificateSet([choices[der] for der in sorted(choices)])
    answer: bytes = _Answer({"status": {"status": "granted"}, "token": token}).dump()
    return answer


def _refuse_another_signer(signed: cms.SignedData) -> None:
    """What is signed names the signer's certificate by its hash (ESSCertID, RFC 5816): no other takes its place."""
    (signer,) = signed["signer_infos"]
    certificate = _certificate_of(signer, signed)
    named = [a["values"][0]["certs"][0] for a in signer["signed_attrs"] if a["type"].native in _NAMES_ITS_SIGNER]
    if not named or any(_digest(certificate, one) != one["cert_hash"].native for one in named):
        raise NotAStamp("does not name the certificate that signed it")


def _certificate_of(signer: cms.SignerInfo, signed: cms.SignedData) -> bytes:
    who = signer["sid"].chosen
    for choice in signed["certificates"]:
        found = choice.chosen
        if found.issuer == who["issuer"] and found.serial_number == who["serial_number"].native:
            content: bytes = found.dump()
            return content
    raise NotAStamp("holds no certificate of its signer")


def _digest(certificate: bytes, named: tsp.ESSCertID | tsp.ESSCertIDv2) -> bytes:
    is_second = isinstance(named, tsp.ESSCertIDv2)
    # The first version of the attribute knows SHA-1 alone (RFC 2634 §5.4.1).
    algorithm = named["hash_algorithm"]["algorithm"].native if is_second else "sha1"
    return hashlib.new(algorithm, certificate, usedforsecurity=False).digest()
