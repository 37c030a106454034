"""The audit of signing in: one line for each, with its reason, never with a secret."""

from __future__ import annotations

import logging

from flask import request

_log = logging.getLogger("carte.sign_in")


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
