"""Flask-Dance's OAuth blueprint, kept to the request, started by POST, and judged in the right order.

Flask-Dance holds its OAuth session and its PKCE parameters on the blueprint, which all threads
share: people who sign in at the same moment get each other's. Here they live in the request.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import flask
from flask import request
from flask_dance.consumer import OAuth2ConsumerBlueprint, oauth_authorized
from flask_dance.consumer.storage import NullStorage
from werkzeug.wrappers import Response

from app import limiting
from app.config import Provider
from app.current import settings
from app.domain import addresses
from app.domain.errors import NotFound, Refusal, SignInFailed
from app.domain.identities import Vouched
from app.domain.words import gettext_noop
from app.web import auditing
from app.web.sign_in import arriving, destinations, leaving, pending, purposes, returning
from app.web.sign_in.oauth_session import OAuthSession
from app.web.sign_in.pending import Pending
from app.web.sign_in.purposes import Purpose

_UNKNOWN = gettext_noop("This sign-in did not start here, is finished, or took longer than ten minutes.")
#: What to say when a callback names another provider than the one it belongs to.
OTHER_ISSUER = gettext_noop("The answer came from another sign-in provider than the one you chose.")

_CANCELLED = gettext_noop("You cancelled at your sign-in provider, so nothing has changed.")
_OVER = gettext_noop(
    "The invitation you came by has been used, was taken back, or has expired meanwhile."
    " Ask whoever sent it for a new one."
)
_FAILED = gettext_noop("Your sign-in provider did not let you in, or did not answer as it should.")

#: Asks a provider to let the person choose, rather than to nod through whoever is signed in there.
CHOOSE_ACCOUNT: Mapping[str, str] = {"prompt": "select_account"}

#: The longest invitation token that is carried along.
_LONGEST_TOKEN = 100


class Consumer(OAuth2ConsumerBlueprint):
    """One provider's start and callback; a subclass says how its answer becomes `Vouched`.

    `proof` is what it is asked for besides when somebody who is signed in proves who they are.
    """

    proof: Mapping[str, str] = CHOOSE_ACCOUNT

    def __init__(self, name: str, provider: Provider, scope: list[str], **kwargs: Any) -> None:
        super().__init__(
            name,
            __name__,
            client_id=provider.client_id,
            client_secret=provider.client_secret,
            scope=scope,
            login_url="/login/{bp.name}",
            authorized_url=addresses.redirect_uri("", name),
            session_class=OAuthSession,
            storage=NullStorage(),
            use_pkce=True,
            code_challenge_method="S256",
            **kwargs,
        )
        self.provider = provider
        oauth_authorized.connect(self._keep_token, sender=self)

    # What must not outlive its request.

    @property
    def session(self) -> OAuthSession:
        key = self._key("session")
        if key not in request.environ:
            request.environ[key] = OAuth2ConsumerBlueprint.session.fget(self)
        return request.environ[key]

    @session.deleter
    def session(self) -> None:
        del request.environ[self._key("session")]

    @property
    def authorization_url_params(self) -> dict[str, Any]:
        return request.environ.setdefault(self._key("authorization"), {})

    @authorization_url_params.setter
    def authorization_url_params(self, _value: dict[str, Any]) -> None:
        """Drop the constructor's empty dictionary, which all requests would share."""

    @property
    def token_url_params(self) -> dict[str, Any]:
        return request.environ.setdefault(self._key("token"), {})

    @token_url_params.setter
    def token_url_params(self, _value: dict[str, Any]) -> None:
        """Drop the constructor's empty dictionary, which all requests would share."""

    # The two routes.

    def add_url_rule(self, rule: str, endpoint: str | None = None, *args: Any, **options: Any) -> None:
        """Let a sign-in start by POST only: a link or an image on another site must not start one."""
        if endpoint == "login":
            options["methods"] = ["POST"]
        super().add_url_rule(rule, endpoint, *args, **options)

    def login(self) -> Response:
        """Lead to the provider."""
        limiting.count("login")
        purpose, person = purposes.of_request()
        if purpose is not Purpose.SIGN_IN:
            self.authorization_url_params.update(self.proof)
        try:
            nonce = self.prepare()
        except Refusal as error:
            auditing.refused(self.name, error)
            raise
        response = leaving.to(super().login().location, self.provider)
        pending.remember(
            provider=self.name,
            state=flask.session.pop(f"{self.name}_oauth_state"),
            verifier=flask.session.pop(f"{self.name}_oauth_code_verifier"),
            nonce=nonce,
            next_path=destinations.local_path(request.form.get("next")),
            invitation=request.form.get("invitation", "")[:_LONGEST_TOKEN],
            purpose=purpose,
            person=person,
        )
        return response

    def authorized(self) -> Response:
        """Come back from the provider: state first, then `iss` (RFC 9207), then `error`, then the code.

        Who comes too often keeps the sign-in that is on its way, and can come again.
        """
        limiting.count("callback")
        try:
            back = pending.take(self.name, request.args.get("state", ""))
            if back is None:
                raise SignInFailed(_UNKNOWN)
            self.check_issuer(request.args.get("iss"))
            if "error" in request.args:
                is_cancelled = request.args["error"] == "access_denied"
                raise SignInFailed(_CANCELLED if is_cancelled else _FAILED)
            return self._arrive(self.vouched(self._exchange(back), back), back)
        except Refusal as error:
            auditing.refused(self.name, error)
            raise

    @property
    def callback_url(self) -> str:
        """The redirect URI: of the public URL; a developer's own machine may be called by other names."""
        base = request.host_url.rstrip("/") if settings().development else settings().public_url
        return addresses.redirect_uri(base, self.name)

    # What differs between providers.

    def prepare(self) -> str:
        """Get ready to lead to the provider, and return the nonce for it, if it takes one."""
        return ""

    def check_issuer(self, iss: str | None) -> None:
        """Raise SignInFailed when the callback names another issuer."""
        raise NotImplementedError

    def vouched(self, token: dict[str, Any], back: Pending) -> Vouched:
        """Return whom the provider vouches for; raises SignInFailed."""
        raise NotImplementedError

    def _arrive(self, vouched: Vouched, back: Pending) -> Response:
        if back.purpose != Purpose.SIGN_IN:
            return returning.arrive(vouched, back)
        try:
            return arriving.arrive(
                vouched, provider=self.name, next_path=back.next_path, invitation=back.invitation
            )
        except NotFound as error:
            # To the person this is a sign-in that failed, not a page that is not there.
            raise SignInFailed(_OVER) from error

    def _exchange(self, back: Pending) -> dict[str, Any]:
        """Return the token for the callback's code; it is used in this request and kept nowhere."""
        if not request.args.get("code"):
            raise SignInFailed(_FAILED)
        flask.session[f"{self.name}_oauth_state"] = back.state
        flask.session[f"{self.name}_oauth_code_verifier"] = back.verifier
        try:
            super().authorized()
        except Exception as error:
            # oauthlib and requests-oauthlib pass on whatever a malformed answer makes them raise.
            raise SignInFailed(_FAILED) from error
        finally:
            flask.session.pop(f"{self.name}_oauth_state", None)
            flask.session.pop(f"{self.name}_oauth_code_verifier", None)
        token = request.environ.pop(self._key("answer"), None)
        if not isinstance(token, dict):
            raise SignInFailed(_FAILED)
        return token

    def _keep_token(self, _sender: object, token: dict[str, Any]) -> bool:
        request.environ[self._key("answer")] = token
        return False

    def _key(self, what: str) -> str:
        return f"carte.sign_in.{self.name}.{what}"
