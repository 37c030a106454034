"""The audit of signing in: one line for each, with its reason, never with a secret."""

from __future__ import annotations

import logging

from flask import request
from flask.logging import default_handler, has_level_handler

_log = logging.getLogger("carte.sign_in")


def init_app() -> None:
    """Let the lines reach stderr, unless whoever runs this process has made logging their own."""
    carte = logging.getLogger("carte")
    if carte.level == logging.NOTSET:
        carte.setLevel(logging.INFO)
    # As Flask does for its own logger: no second line where a handler further up shows it already.
    if not has_level_handler(carte):
        carte.addHandler(default_handler)


def signed_in(person: int, provider: str) -> None:
    """Note that this user signed in."""
    _log.info("signed in: user=%d provider=%s from=%s", person, provider, request.remote_addr)


def signed_out(person: int) -> None:
    """Note that this user signed out."""
    _log.info("signed out: user=%d from=%s", person, request.remote_addr)


def refused(provider: str, error: BaseException) -> None:
    """Note why a sign-in was refused: the refusal's own words and the class of what caused it."""
    cause = error.__cause__
    reason = f"{cause.__class__.__name__}: {cause}" if cause is not None else "-"
    _log.warning(
        "sign-in refused: provider=%s reason=%r cause=%.200r from=%s",
        provider,
        str(error),
        reason,
        request.remote_addr,
    )
