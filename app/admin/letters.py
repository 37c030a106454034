"""The mail that takes an invitation to its reader: in the language and the clock of the restaurant."""

from __future__ import annotations

from dataclasses import dataclass

from babel.dates import format_datetime
from flask import render_template
from flask_babel import force_locale, get_locale, gettext

from app import current
from app.admin import formatting
from app.domain import addresses, naming
from app.domain.actors import Actor
from app.domain.duties import told
from app.mailing import Mail
from app.models import Invitation
from app.policies import actions_of
from app.saying import listed, said

#: How much of a name a subject has room for.
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Letter:
    """An invitation's link and the mail with it; all that is needed once the invitation is stored."""

    token: str
    link: str
    email: str
    until: str
    mail: Mail


def write(invitation: Invitation, token: str, *, by: Actor) -> Letter:
    """Write the mail that this person sends with this token."""
    with force_locale(_language(invitation)):
        return _written(invitation, token, by)


def _language(invitation: Invitation) -> str:
    """Return what Carte speaks at the restaurant; who the reader is nobody knows yet."""
    tag = invitation.restaurant.language if invitation.restaurant else ""
    language = tag.partition("-")[0]
    return language if language in current.LANGUAGES else current.LANGUAGES[0]


def _written(invitation: Invitation, token: str, by: Actor) -> Letter:
    restaurant = invitation.restaurant
    place = restaurant.name if restaurant else gettext("this installation of Carte")
    link = addresses.invitation(current.settings().public_url, token)
    zone = formatting.zone_of(invitation)
    text = render_template(
        "mail/invitation.txt",
        inviter=_line(by.name),
        role=said(naming.role(invitation.role)),
        place=_line(place),
        email=invitation.email,
        link=link,
        until=f"{format_datetime(invitation.expires_at, 'd MMMM y, HH:mm', zone, get_locale())} ({zone})",
        duties=listed(map(said, told(actions_of(invitation.role)))),
    )
    subject = gettext("%(name)s invites you to %(place)s", name=_short(by.name), place=_short(place))
    return Letter(
        token,
        link,
        invitation.email,
        formatting.brief(invitation.expires_at, zone),
        Mail(invitation.email, subject, text),
    )


def _line(text: str) -> str:
    """Return a name as one line of what can be printed: it ends no header and begins no paragraph."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def _short(text: str) -> str:
    line = _line(text)
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
