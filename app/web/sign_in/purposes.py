"""What somebody goes to a provider for: to sign in, to sign in once more, to link an account there."""

from __future__ import annotations

from enum import StrEnum

from flask import request

from app import current
from app.domain.errors import Malformed
from app.domain.words import Phrase
from app.policies import require_recent


class Purpose(StrEnum):
    """Why a person leaves for a provider, as the button's form says it."""

    SIGN_IN = "sign-in"
    AGAIN = "again"
    LINK = "link"


def of_request() -> tuple[Purpose, int]:
    """Return what this request's form is for, and the number of who is signed in, where that counts.

    Raises SignInNeeded where nobody is, SignInTooOld for a link after an old sign-in.
    """
    purpose = _purpose(request.form.get("purpose", Purpose.SIGN_IN))
    if purpose is Purpose.SIGN_IN:
        return purpose, 0
    person = current.actor()
    if purpose is Purpose.LINK:
        require_recent(person, current.now(), what=Phrase("Linking an account"))
    return purpose, person.id


def _purpose(word: str) -> Purpose:
    try:
        return Purpose(word)
    except ValueError as error:
        raise Malformed("Nobody signs in for such a purpose.") from error
