"""Leaving for a provider: by a redirect, or over a page where a form's answer must not redirect there.

A page's policy names where its forms may end, redirects included, and is written before anybody has
asked a provider. Its issuer is known then; where it signs people in may be another place.
"""

from __future__ import annotations

from flask import make_response, redirect, render_template
from werkzeug.wrappers import Response

from app import current
from app.config import Provider
from app.web.policy import form_targets, origin_of


def to(url: str, provider: Provider) -> Response:
    """Answer a provider's button with the way to `url`."""
    if origin_of(url) in form_targets(current.settings()):
        return redirect(url)
    page = make_response(render_template("auth/leaving.html", url=url, provider=provider))
    # To a browser this is no form any more.
    page.headers["Refresh"] = f"0; url={url}"
    return page
