"""One request's exchange with a provider, within Carte's time, and possible on a developer's own machine."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import requests
from flask import request
from flask_dance.consumer.requests import OAuth2Session

from app.domain.hosts import is_loopback
from app.web.sign_in import fetching
from app.web.sign_in.punctual import PunctualAdapter


class _PlainAdapter(PunctualAdapter):
    """Sends to a provider on this very machine without TLS, although oauthlib was shown https."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        request.url = f"http{str(request.url).removeprefix('https')}"
        return super().send(request, *args, **kwargs)


class OAuthSession(OAuth2Session):
    """One request's exchange with a provider.

    oauthlib refuses http everywhere, on this very machine too. Loopback addresses, and they alone,
    are shown to it as https.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fetching.punctual(self)

    @property
    def redirect_uri(self) -> str:
        """The callback as the provider knows it."""
        return self.blueprint.callback_url

    @redirect_uri.setter
    def redirect_uri(self, _value: str | None) -> None:
        """Drop Flask-Dance's own value: it follows the request, and the public URL decides."""

    def authorization_url(self, url: str, state: str | None = None, **kwargs: Any) -> tuple[str, str]:
        asked, state = super().authorization_url(_secured(url), state, **kwargs)
        return f"{url}{asked.removeprefix(_secured(url))}", state

    def fetch_token(self, token_url: str, **kwargs: Any) -> dict[str, Any]:
        if _secured(token_url) != token_url:
            self.mount(_secured(token_url), _PlainAdapter())
        kwargs["authorization_response"] = f"{_secured(self.redirect_uri)}?{request.query_string.decode()}"
        try:
            return super().fetch_token(_secured(token_url), **kwargs)
        except Warning as narrowed:
            # oauthlib raises this when the scopes granted are worded otherwise; what was granted
            # shows in what the provider then says about the person.
            return narrowed.token  # type: ignore[attr-defined]

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs.update(timeout=fetching.time_left(), allow_redirects=False, stream=True)
        response = super().request(method, url, *args, **kwargs)
        # Whatever reads it from here on finds it read: within the time, and within bounds.
        response._content = fetching.whole(response)  # noqa: SLF001 -- there is no public way
        return response


def _secured(url: str) -> str:
    """Show an http address of this very machine as https; leave every other as it is."""
    parts = urlsplit(url)
    return parts._replace(scheme="https").geturl() if is_loopback(parts.hostname or "") else url
