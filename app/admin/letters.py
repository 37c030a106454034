"""The mail that takes an invitation to its reader: in plain English, in the clock of the restaurant."""

from __future__ import annotations

from dataclasses import dataclass

from babel.dates import format_datetime
from flask import render_template

from app import current
from app.admin import formatting
from app.domain import addresses
from app.domain.actors import Actor
from app.domain.duties import told
from app.domain.money import PLAIN
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
    place = invitation.restaurant.name if invitation.restaurant else "this installation of Carte"
    link = addresses.invitation(current.settings().public_url, token)
    zone = formatting.zone_of(invitation)
    text = render_template(
        "mail/invitation.txt",
        inviter=_line(by.name),
        role=invitation.role,
        place=_line(place),
        email=invitation.email,
        link=link,
        until=f"{format_datetime(invitation.expires_at, 'd MMMM y, HH:mm', zone, PLAIN)} ({zone})",
        duties=listed(map(said, told(actions_of(invitation.role)))),
    )
    subject = f"{_short(by.name)} invites you to {_short(place)}"
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
