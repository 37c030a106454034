"""GitHub, and GitHub Enterprise: OAuth without OpenID, so its API is asked who came."""

from __future__ import annotations

from typing import Any

from app.config import Provider
from app.domain.errors import SignInFailed
from app.domain.identities import Vouched
from app.domain.words import gettext_noop
from app.services import vouching
from app.web.sign_in import fetching
from app.web.sign_in.consumer import OTHER_ISSUER, Consumer
from app.web.sign_in.pending import Pending

SCOPE = ["read:user", "user:email"]

_UNREADABLE = gettext_noop("GitHub did not say who you are.")


class GitHub(Consumer):
    """One GitHub; a person is their number, because a login can be given to somebody else."""

    def __init__(self, name: str, provider: Provider) -> None:
        super().__init__(
            name,
            provider,
            SCOPE,
            authorization_url=f"{provider.url}/login/oauth/authorize",
            token_url=f"{provider.url}/login/oauth/access_token",
        )

    def check_issuer(self, iss: str | None) -> None:
        if iss not in {None, self.provider.url, f"{self.provider.url}/login/oauth"}:
            raise SignInFailed(OTHER_ISSUER)

    def vouched(self, token: dict[str, Any], back: Pending) -> Vouched:
        access_token = str(token.get("access_token", ""))
        person = fetching.json_of(f"{self.provider.api_url}/user", bearer=access_token)
        if not isinstance(person, dict) or type(person.get("id")) is not int:
            raise SignInFailed(_UNREADABLE)
        address = _primary(fetching.json_of(f"{self.provider.api_url}/user/emails", bearer=access_token))
        return vouching.checked(
            issuer=self.provider.url,
            subject=str(person["id"]),
            email=address,
            verified=address is not None,
            name=person.get("name") or person.get("login"),
        )

    def _exchange(self, back: Pending) -> dict[str, Any]:
        self.token_url_params["include_client_id"] = True
        return super()._exchange(back)


def _primary(listed: Any) -> str | None:
    """Return the address that is both primary and verified; the public profile's proves nothing."""
    if not isinstance(listed, list):
        raise SignInFailed(_UNREADABLE)
    for entry in listed:
        if isinstance(entry, dict) and entry.get("primary") is True and entry.get("verified") is True:
            return str(entry.get("email"))
    return None
