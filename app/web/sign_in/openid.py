"""Google, and any OpenID provider by its own description (Keycloak, Okta, Entra)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

from requests.auth import HTTPBasicAuth

from app.config import Provider
from app.domain import tokens
from app.domain.errors import SignInFailed
from app.domain.identities import Vouched
from app.services import vouching
from app.web.sign_in import fetching, id_tokens
from app.web.sign_in.consumer import OTHER_ISSUER, Consumer
from app.web.sign_in.discovery import Directory
from app.web.sign_in.pending import SKEW, Pending
from app.web.sign_in.purposes import Purpose

#: By their full names, as Google repeats them in its answer.
GOOGLE_SCOPE = [
    "openid",
    "https://www.googleapis.com/auth/userinfo.email",
    "https://www.googleapis.com/auth/userinfo.profile",
]
SCOPE = ["openid", "email", "profile"]

#: Asks for a sign-in there at this moment, and to be told when it was (Core 3.1.2.1).
NEW_SIGN_IN: Mapping[str, str] = {"prompt": "login", "max_age": "0"}


class OpenID(Consumer):
    """One OpenID provider; its issuer's own spelling is kept with each identity."""

    def __init__(
        self,
        name: str,
        provider: Provider,
        scope: list[str] = SCOPE,
        proof: Mapping[str, str] = NEW_SIGN_IN,
    ) -> None:
        super().__init__(name, provider, list(scope))
        self.proof = proof
        self._directory = Directory(provider.url)

    def prepare(self) -> str:
        nonce = tokens.new()
        # The same for every request, so that it may live on the blueprint.
        self.authorization_url = self._directory.described().authorization_endpoint
        self.authorization_url_params["nonce"] = nonce
        return nonce

    def check_issuer(self, iss: str | None) -> None:
        described = self._directory.described()
        if iss != described.issuer and (iss is not None or described.iss_in_callback):
            raise SignInFailed(OTHER_ISSUER)

    def vouched(self, token: dict[str, Any], back: Pending) -> Vouched:
        described = self._directory.described()
        access_token = str(token.get("access_token", ""))
        claims = dict(
            id_tokens.verified(
                token.get("id_token"),
                directory=self._directory,
                issuer=described.issuer,
                client_id=self.provider.client_id,
                nonce=back.nonce,
                access_token=access_token,
            )
        )
        if back.purpose != Purpose.SIGN_IN and "max_age" in self.proof:
            _require_new(claims.get("auth_time"), back)
        if "email_verified" not in claims and described.userinfo_endpoint:
            claims |= self._userinfo(described.userinfo_endpoint, access_token, claims["sub"])
        return vouching.checked(
            issuer=described.issuer,
            subject=claims["sub"],
            email=claims.get("email"),
            verified=claims.get("email_verified"),
            name=claims.get("name"),
        )

    def _exchange(self, back: Pending) -> dict[str, Any]:
        described = self._directory.described()
        self.token_url = described.token_endpoint
        if described.secret_in_header:
            # RFC 6749 2.3.1: both are form-encoded before they become a header.
            names = (self.provider.client_id, self.provider.client_secret)
            self.token_url_params["auth"] = HTTPBasicAuth(*map(quote_plus, names))
        else:
            self.token_url_params["include_client_id"] = True
        return super()._exchange(back)

    def _userinfo(self, url: str, access_token: str, subject: str) -> dict[str, Any]:
        """Return what the provider says outside the ID token, about the same person (Core 5.3.2)."""
        said = fetching.json_of(url, bearer=access_token)
        if not isinstance(said, dict) or said.get("sub") != subject:
            raise SignInFailed("Your sign-in provider spoke of somebody else.")
        return said


def _require_new(auth_time: object, back: Pending) -> None:
    """Raise SignInFailed for a sign-in there of before the person left here (Core 3.1.3.7, 13).

    Some providers keep to `prompt=login` and never say when it was.
    """
    if auth_time is None:
        return
    if type(auth_time) not in {int, float} or auth_time < back.left_at - SKEW:  # type: ignore[operator]
        raise SignInFailed("Your sign-in provider let you through without asking you to sign in again.")
