"""What every answer tells the browser: run, frame, send and keep nothing beyond what Carte's pages need."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, request
from secure import (
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)

from app import current
from app.config import Settings
from app.domain.hosts import is_loopback
from app.web import policy
from app.web.areas import is_private

_TWO_YEARS = 2 * 365 * 24 * 3600

#: What devices offer and no page of ours asks for.
_DEVICES = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")

#: What a page obeys and nothing else; a page loads some twenty scripts, and this is half of each.
_OF_DOCUMENTS = (
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "X-Frame-Options",
)
_NO_DOCUMENTS = {"text/css", "text/javascript"}


def init_app(app: Flask) -> None:
    """Give every answer its headers, after all else that touches it: to be registered first."""
    always = _always(current.settings(app))

    @app.after_request
    def protect(response: Response) -> Response:
        always.set_headers(response)
        if request.endpoint == "assets" and response.mimetype in _NO_DOCUMENTS:
            for name in _OF_DOCUMENTS:
                response.headers.pop(name, None)
        if _is_private(response):
            response.headers["Cache-Control"] = "no-store"
        return response


def _is_private(response: Response) -> bool:
    """Tell whether the answer is about whoever asked: neither disk nor anybody who goes back has it later."""
    if is_private(request.path):
        return True
    # A page of guests names the person who reads it.
    return response.mimetype == "text/html" and current.has_cookie()


def _always(settings: Settings) -> Secure:
    return Secure(
        csp=policy.policy(settings),
        hsts=_https_only(settings),
        xcto=XContentTypeOptions().nosniff(),
        # For browsers that do not know frame-ancestors.
        xfo=XFrameOptions().deny(),
        referrer=ReferrerPolicy().same_origin(),
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        permissions=_nothing_of(_DEVICES),
    )


def _https_only(settings: Settings) -> StrictTransportSecurity | None:
    """Return the demand for https, for this host alone: its subdomains may be somebody else's.

    None for a developer's own machine, where other servers share the name.
    """
    own_machine = settings.development and is_loopback(urlsplit(settings.public_url).hostname or "")
    if not settings.secure or own_machine:
        return None
    return StrictTransportSecurity().max_age(_TWO_YEARS)


def _nothing_of(devices: tuple[str, ...]) -> PermissionsPolicy:
    none = PermissionsPolicy()
    for device in devices:
        none.add_directive(device)
    return none
