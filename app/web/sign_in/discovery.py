"""What an OpenID provider says about itself, by discovery, and the keys it signs with."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.errors import SignInFailed
from app.domain.hosts import is_private_enough
from app.web.sign_in import fetching

#: How long, in seconds, a provider's description and keys are used before they are asked for again.
FRESH = 3600

#: A token may name a key that is not known yet; how often, in seconds, that makes us ask again.
KEYS_AGAIN = 30


@dataclass(frozen=True, slots=True)
class Described:
    """One provider's addresses; `iss_in_callback` says that its callbacks carry `iss` (RFC 9207)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    iss_in_callback: bool
    secret_in_header: bool


class Directory:
    """A provider's description and keys, kept for this process.

    Each is one attribute that is replaced whole: two requests that ask at once ask twice, and
    neither waits for the other's provider.
    """

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer
        self._described: tuple[float, Described] | None = None
        self._keys: tuple[float, list[Mapping[str, Any]]] | None = None

    def described(self) -> Described:
        """Return the provider's description; raises SignInFailed when it cannot be had."""
        kept = self._described
        if kept is None or time.monotonic() - kept[0] > FRESH:
            document = fetching.json_of(f"{self._issuer}/.well-known/openid-configuration")
            kept = self._described = (time.monotonic(), _read(document, self._issuer))
        return kept[1]

    def keys(self, kid: object) -> list[Mapping[str, Any]]:
        """Return the signing keys of this name, or all of them without a name; raises SignInFailed."""
        kept = self._keys
        age = time.monotonic() - kept[0] if kept else FRESH + 1
        found = _named(kept[1], kid) if kept else []
        if age > FRESH or (not found and age > KEYS_AGAIN):
            fetched = _signing_keys(fetching.json_of(self.described().jwks_uri))
            self._keys = (time.monotonic(), fetched)
            found = _named(fetched, kid)
        return found


def _read(document: Any, issuer: str) -> Described:
    # The setting has lost its final slash, which belongs to the issuer where there is one.
    if not isinstance(document, dict) or document.get("issuer") not in (issuer, f"{issuer}/"):
        raise SignInFailed("Your sign-in provider does not describe itself as the one that was set up here.")
    methods = document.get("token_endpoint_auth_methods_supported")
    return Described(
        issuer=document["issuer"],
        authorization_endpoint=_address(document, "authorization_endpoint"),
        token_endpoint=_address(document, "token_endpoint"),
        jwks_uri=_address(document, "jwks_uri"),
        userinfo_endpoint=_address(document, "userinfo_endpoint") if "userinfo_endpoint" in document else "",
        iss_in_callback=document.get("authorization_response_iss_parameter_supported") is True,
        # Discovery 1.0: without the list, client_secret_basic is what there is.
        secret_in_header=not isinstance(methods, list) or "client_secret_basic" in methods,
    )


def _address(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not _is_plain(value) or not is_private_enough(value):
        raise SignInFailed("Your sign-in provider names an address that is not safe to use.")
    return value


def _signing_keys(document: Any) -> list[Mapping[str, Any]]:
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list):
        raise SignInFailed("Your sign-in provider does not show its keys.")
    return [key for key in keys if isinstance(key, dict) and key.get("use", "sig") == "sig"]


def _named(keys: list[Mapping[str, Any]], kid: object) -> list[Mapping[str, Any]]:
    return [key for key in keys if kid is None or key.get("kid") == kid]


def _is_plain(url: str) -> bool:
    """Tell whether the address can stand in a header as it is."""
    return url.isascii() and url.isprintable()
