"""ID tokens: what a provider signs about a person, checked as OpenID Connect Core 3.1.3.7 says."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from typing import Any

import jwt
from jwt.algorithms import get_default_algorithms

from app.domain.errors import SignInFailed
from app.domain.words import gettext_noop
from app.models import Identity
from app.models.lengths import longest
from app.web.sign_in.discovery import Directory

#: Signatures by a key that the provider keeps to itself; no secret we share with it, and not `none`.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")

#: Seconds by which the provider's clock may differ from ours.
LEEWAY = 30

_REQUIRED = ["iss", "sub", "aud", "exp", "iat", "nonce"]
_REFUSED = gettext_noop("What your sign-in provider sent could not be verified.")


def verified(
    token: object,
    *,
    directory: Directory,
    issuer: str,
    client_id: str,
    nonce: str,
    access_token: str,
) -> Mapping[str, Any]:
    """Return the token's claims; raises SignInFailed, which never says which check it was that failed."""
    if not isinstance(token, str):
        raise SignInFailed(_REFUSED)
    try:
        header = jwt.get_unverified_header(token)
        claims = _decode(token, header, directory, issuer, client_id)
        _check(claims, client_id, nonce)
        _check_hash(claims.get("at_hash"), str(header["alg"]), access_token)
    except (jwt.PyJWTError, _Fault, ValueError, TypeError) as error:
        raise SignInFailed(_REFUSED) from error
    return claims


class _Fault(Exception):
    """A claim is not what it must be."""


def _decode(
    token: str, header: Mapping[str, Any], directory: Directory, issuer: str, client_id: str
) -> dict[str, Any]:
    algorithm = header.get("alg")
    if algorithm not in ALGORITHMS:
        raise _Fault("alg")
    keys = directory.keys(header.get("kid"))
    if len(keys) != 1:
        raise _Fault("kid")
    if keys[0].get("alg", algorithm) != algorithm:
        raise _Fault("the key is for another alg")
    key = jwt.PyJWK(dict(keys[0]), algorithm=algorithm)
    return jwt.decode(
        token,
        key,
        algorithms=[algorithm],
        audience=client_id,
        issuer=issuer,
        leeway=LEEWAY,
        options={"require": _REQUIRED, "enforce_minimum_key_length": True},
    )


def _check(claims: Mapping[str, Any], client_id: str, nonce: str) -> None:
    # No audience beside us is trusted, so there must be none.
    if claims["aud"] not in (client_id, [client_id]):
        raise _Fault("aud")
    if claims.get("azp", client_id) != client_id:
        raise _Fault("azp")
    if not _equal(claims["nonce"], nonce):
        raise _Fault("nonce")
    if not 0 < len(claims["sub"]) <= longest(Identity.subject) or "\0" in claims["sub"]:
        raise _Fault("sub")


def _check_hash(at_hash: object, algorithm: str, access_token: str) -> None:
    """Compare the left half of the access token's hash, where the ID token has one (Core 3.1.3.6)."""
    if at_hash is None:
        return
    digest = get_default_algorithms()[algorithm].compute_hash_digest(access_token.encode())
    half = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=")
    if not _equal(at_hash, half.decode()):
        raise _Fault("at_hash")


def _equal(claim: object, expected: str) -> bool:
    return isinstance(claim, str) and hmac.compare_digest(claim.encode(), expected.encode())
