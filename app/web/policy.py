"""The content security policy: what a page may load, and where its forms may end."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from secure import ContentSecurityPolicy

from app.config import Settings

#: An origin that a policy can name: it knows no numbers in brackets.
_NAMEABLE = re.compile(r"https?://[a-z0-9._-]+(:[0-9]+)?")


def policy(settings: Settings) -> ContentSecurityPolicy:
    """Return the policy of every page; nothing in it depends on the page."""
    own = "'self'"
    return (
        ContentSecurityPolicy()
        .default_src("'none'")
        .script_src(own)
        .style_src(own)
        .img_src(own)
        .font_src(own)
        .connect_src(own)
        .base_uri("'none'")
        .frame_ancestors("'none'")
        .form_action(own, *sorted(form_targets(settings)))
    )


def form_targets(settings: Settings) -> frozenset[str]:
    """Return the other origins that a form of ours may end at: those of the sign-in providers.

    Chromium looks at where a form's answer redirects to as well.
    """
    origins = {origin_of(provider.url) for provider in settings.providers.values()}
    return frozenset(origin for origin in origins if _NAMEABLE.fullmatch(origin))


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address as policies write them, without the scheme's usual port."""
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    host = parts.netloc.rpartition("@")[2].lower()
    return f"{parts.scheme}://{host.removesuffix(f':{usual}')}"
