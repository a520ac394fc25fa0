"""Time from outside (RFC 3161): what an authority is asked, and what its answer is worth. No network here.

An authority sees the SHA-256 of a checkpoint, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from cryptography.x509 import load_der_x509_certificate
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerifierBuilder,
    decode_timestamp_response,
)

_GRANTED = (PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS)


class RefusedStamp(Exception):
    """The authority says that it will not."""


class WrongStamp(Exception):
    """It is no time-stamp of this checkpoint, or does not bear the signature of its authority."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What an authority is asked."""

    body: bytes
    """DER."""
    nonce: int | None


def question(line: str) -> Question:
    """Ask for the time of a checkpoint, and for the certificates of whoever says it."""
    built = TimestampRequestBuilder().data(line.encode()).hash_algorithm(HashAlgorithm.SHA256)
    request = built.nonce(nonce=True).cert_request(cert_request=True).build()
    return Question(body=request.as_bytes(), nonce=request.nonce)


def accept(answer: bytes, line: str, asked: Question) -> None:
    """Take the answer of an authority.

    Raises:
        RefusedStamp: it says that it will not.
        WrongStamp: it answers something else, another question, or with a signature that does not fit.
    """
    try:
        read = decode_timestamp_response(answer)
        if PKIStatus(read.status) not in _GRANTED:
            raise RefusedStamp
        if read.tst_info.nonce != asked.nonce:
            raise WrongStamp
        _signer(read, line)
    except (RefusedStamp, WrongStamp):
        raise
    except Exception:  # noqa: BLE001 - two libraries read what a stranger wrote, each with errors of its own
        raise WrongStamp from None


def authority_of(stamp: bytes, line: str) -> str | None:
    """Return the name of the authority whose signature a time-stamp bears; None where its certificates are missing.

    Raises WrongStamp.
    """
    try:
        return _signer(decode_timestamp_response(stamp), line)
    except Exception:  # noqa: BLE001 - as above
        raise WrongStamp from None


def _signer(read: TimeStampResponse, line: str) -> str | None:
    """Return whose signature it bears. Raises WrongStamp, or whatever two libraries do."""
    if read.tst_info.message_imprint.message != sha256(line.encode()).digest():
        raise WrongStamp
    known = [load_der_x509_certificate(one) for one in read.signed_data.certificates]
    roots = [one for one in known if one.subject == one.issuer]
    if not roots:
        return None
    VerifierBuilder(roots=roots, intermediates=known).build().verify_message(read, line.encode())
    (info,) = read.signed_data.signer_infos
    (signer,) = (one for one in known if (one.issuer, one.serial_number) == (info.issuer, info.serial_number))
    return signer.subject.rfc4514_string()
