"""What a provider is called, wherever the back office names the one by which somebody came."""

from __future__ import annotations

from collections.abc import Mapping

from app import current
from app.domain.words import gettext_noop
from app.saying import said
from app.services.signing_in import DEVELOPMENT

#: What signs people in, or once did, though it may not be set up here.
_USUAL: Mapping[str, str] = {
    "google": "Google",
    "github": "GitHub",
    "oidc": "OpenID",
    DEVELOPMENT: gettext_noop("Development"),
}


def label(name: str) -> str:
    """Return what people call the provider of this name, as sessions and the audit keep it."""
    known = current.settings().providers.get(name)
    return known.name if known else said(_USUAL.get(name, name))
