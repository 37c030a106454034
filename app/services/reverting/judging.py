"""Judging a reversal: every way of taking something back passes here, before anything is done.

Rows come back past the flush, which judges everything else; what it would ask of them is asked here.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import Forbidden, SignInTooOld
from app.models import Change, Membership, Restaurant
from app.policies import is_recent
from app.policies.reverting import closed_by, may_revert
from app.services.reverting.planning import require_parents
from app.services.reverting.reversal import Reversal
from app.services.signatures import signature


def judged(session: Session, reversal: Reversal, by: Actor, changes: Sequence[Change] = ()) -> Reversal:
    """Return the reversal of these changes, if the person may do it.

    Raises Forbidden, Blocked below something that is gone, and where somebody would get a role back
    SignInTooOld: last, so that only who may do it is asked to sign in again for it.
    """
    closed, whole = _closed(reversal, by, changes), _whole(reversal)
    for effect in reversal.touched():
        if not may_revert(by, effect, closed, whole=(effect.act, effect.restaurant_id) in whole):
            raise Forbidden("Your role does not allow you to take all of this back.")
    require_parents(session, reversal)
    gives_roles = any(effect.cls is Membership for effect in reversal.restores)
    if gives_roles and not is_recent(by, signature(session).at):
        raise SignInTooOld("To give a role back asks for a sign-in of the last ten minutes; yours is older.")
    return reversal


def _closed(reversal: Reversal, by: Actor, changes: Sequence[Change]) -> set[int | None]:
    """Return the restaurants that the person deleted in these changes and that are gone by that still."""
    numbers = {change.id for change in changes}
    back = [each for each in reversal.restores if each.cls is Restaurant and each.last in numbers]
    return closed_by(by, changes) & {each.row_id for each in back}


def _whole(reversal: Reversal) -> set[tuple[object, int | None]]:
    """Return the restaurants that come back, each with the act that took it and all that was in it."""
    return {(each.act, each.row_id) for each in reversal.restores if each.cls is Restaurant}
