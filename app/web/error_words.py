"""What an error page says: what happened, and what to do now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from app.domain.errors import (
    AccountTaken,
    Blocked,
    Homeless,
    InvitationOver,
    LinkOutdated,
    Overtaken,
    Refusal,
    SignInDenied,
    SignInFailed,
    SignInTooOld,
)

#: A label and the path it leads to.
Way = tuple[str, str]

_HOME: Way = (_("All restaurants"), "/restaurant/")
_BACK_OFFICE: Way = (_("Back office"), "/admin/")
_SIGN_IN: Way = (_("Sign in"), "/login")


@dataclass(frozen=True, slots=True)
class Words:
    """The words for one status; `happened` gives way to what a refusal says itself.

    `leads_in` tells that the sign-in is the first way on from here. `within` is another title, for a
    reader who was signed in before and still is.
    """

    title: str
    happened: str
    advice: str
    leads_in: bool = False
    within: str = ""

    def title_for(self, *, signed_in: bool) -> str:
        """Return the title that is true of this reader."""
        return (self.within if signed_in else "") or self.title

    def ways(self, *, signed_in: bool) -> tuple[Way, ...]:
        """Return where this reader can go on from here, the likeliest first."""
        if signed_in:
            return (_BACK_OFFICE, _HOME)
        return (_SIGN_IN, _HOME) if self.leads_in else (_HOME, _SIGN_IN)


CSRF = Words(
    _("This page was open too long"),
    _(
        "Its form no longer matches your sign-in, perhaps because you signed in or out since."
        " Nothing was saved."
    ),
    _("Go back in your browser: what you typed is still there. Copy what is long, reload, and save again."),
)

BUSY = Words(
    _("Carte is held up"),
    _(
        "Somebody else, perhaps an import or a copy being made, has held the database for too long."
        " Nothing of this request was saved."
    ),
    _("Wait a moment. Then go back in your browser, where what you typed still is, and save again."),
)

NO_SCHEMA = Words(
    _("The database is not ready"),
    _("It has no tables yet, or older ones than this version of Carte needs."),
    _("Whoever runs this installation can bring it up to date with: flask db upgrade"),
)

UNREACHABLE = Words(
    _("Carte cannot reach its database"),
    _("The menus are safe, but they cannot be read or changed at this moment. You are not signed out."),
    _("Wait a little and try again."),
)

UNREACHABLE_WRITING = Words(
    _("Carte cannot reach its database"),
    _("It went away before it said whether this was saved. The menus are safe, and you are not signed out."),
    _("Wait a little and go back: what you typed is still there. Look first whether it was saved after all."),
)

DISK_FULL = Words(
    _("The disk is full"),
    _(
        "There is no room left to write, so nothing was changed. What was saved before is safe and"
        " can be read."
    ),
    _(
        "Tell whoever runs this installation. What you typed is still there when you go back: save it again"
        " once there is room."
    ),
)

_OF_REFUSALS: Mapping[type[Refusal], Words] = {
    SignInFailed: Words(
        _("You are not signed in"),
        _("The sign-in did not come to its end, so nothing has changed."),
        _("Start again where you began. If it happens twice, tell whoever runs this installation."),
        leads_in=True,
        within=_("That sign-in did not work"),
    ),
    SignInDenied: Words(
        _("You cannot come in yet"),
        _("This account has no way in, so nothing was changed."),
        _("If you have more than one account, try the other one."),
        leads_in=True,
    ),
    Homeless: Words(
        _("You belong to no restaurant here"),
        _("Perhaps an owner has removed you, or the restaurant is gone. Nothing was changed."),
        _("An owner can invite you again. The back office tells you how, and what else you can do."),
    ),
    AccountTaken: Words(
        _("That account is somebody else’s"),
        _("It signs somebody else in here, so it was not linked to you."),
        _("If that is you as well, sign out and sign in with it: there you can unlink it, or go on with it."),
    ),
    SignInTooOld: Words(
        _("Please sign in again"),
        _("This asks for a sign-in of the last ten minutes, and yours is older. Nothing was changed."),
        _("You stay signed in meanwhile. Sign in once more, and you are led back to do it again."),
    ),
    LinkOutdated: Words(
        _("This sign-in link is out of date"),
        _("It belongs to an earlier start of Carte, or is not complete."),
        _(
            "Open the newest link that bin/run or flask run printed after “Sign in:” in your terminal."
            " If it is gone, start Carte again."
        ),
    ),
    InvitationOver: Words(
        _("This invitation leads nowhere"),
        _("It has been used, was taken back, has expired, or its link is not complete."),
        _(
            "If you have accepted it, sign in as you did then. Otherwise ask whoever invited you for"
            " a new one."
        ),
        leads_in=True,
    ),
    Overtaken: Words(
        _("Somebody was faster"),
        _("Somebody has marked this dish since you looked at it."),
        _("Nothing was changed."),
    ),
    # Last: those of its kinds that have their own words stand above.
    Blocked: Words(
        _("This cannot be done now"),
        _("Something else stands against it."),
        _("Nothing was changed. Go back, reload the page to see how things are now, and decide again."),
    ),
}

_UNEXPECTED = Words(
    _("Something went wrong"),
    _("Carte met a fault that is not yours, and did not finish what you asked for."),
    _("Try once more. If it happens again, tell whoever runs this installation what you were doing."),
)

_WORDS: Mapping[int, Words] = {
    400: Words(
        _("This request could not be read"),
        _("Something in it is missing or broken, so nothing was changed."),
        _(
            "Go back in your browser: what you typed is still there. Copy what is long, reload, and"
            " try again."
        ),
    ),
    401: Words(
        _("Please sign in"),
        _("You are not signed in, or no longer, so nothing was changed."),
        _(
            "Sign in in another tab. Then go back in this one: what you typed is still there, and"
            " can be saved."
        ),
        leads_in=True,
    ),
    403: Words(
        _("You may not do this"),
        _("Your role does not include this, so nothing was changed."),
        _("An owner of the restaurant can give you a role that includes it."),
    ),
    404: Words(
        _("There is nothing here"),
        _("This page does not exist, no longer exists, or belongs to a restaurant that is not yours."),
        _("Check the address, or start again from a page below."),
    ),
    405: Words(
        _("This address does not work that way"),
        _("The page exists, but it does not take this kind of request."),
        _("Go back and use the buttons on the page."),
    ),
    409: Words(
        _("This could not be saved as it is"),
        _("Something else stands against it, so nothing was changed."),
        _(
            "Go back in your browser: what you typed is still there. Copy what is long, reload the"
            " page to see"
            " how things are now, and decide again."
        ),
    ),
    413: Words(
        _("That is too much at once"),
        _("What you sent is larger than Carte takes, so nothing was changed."),
        _("Send less text or a smaller file."),
    ),
    422: Words(
        _("Some of this cannot be saved"),
        _("Some values cannot be taken as they are, so nothing was changed."),
        _("Go back, correct them, and save again."),
    ),
    429: Words(
        _("That was a little too often"),
        _("You have asked for this many times in a short while."),
        _("Nothing was changed. Go back in your browser when the time is over, and try again."),
    ),
    500: _UNEXPECTED,
    503: UNREACHABLE,
}


def words_for(status: int) -> Words:
    """Return the words of a status; those of 400 or 500 where it has none of its own."""
    return _WORDS.get(status) or _WORDS[400 if status < 500 else 500]


def words_of(refusal: Refusal, status: int) -> Words:
    """Return a refusal's own words, or those of its status."""
    own = (words for kind, words in _OF_REFUSALS.items() if isinstance(refusal, kind))
    return next(own, words_for(status))
