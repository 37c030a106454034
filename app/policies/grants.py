"""The table of grants: which role holds which action, in its own restaurant."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.roles import Action, Role

_VIEWER = frozenset({Action.READ})
_STAFF = _VIEWER | {Action.EDIT_ITEM}
_MANAGER = _STAFF | {Action.ARRANGE, Action.READ_PEOPLE}
_OWNER = _MANAGER | {Action.MANAGE_PEOPLE, Action.MANAGE_RESTAURANT}

#: An administrator of the installation holds every action everywhere, ADMINISTER included.
GRANTS: Mapping[Role, frozenset[Action]] = {
    Role.VIEWER: _VIEWER,
    Role.STAFF: _STAFF,
    Role.MANAGER: _MANAGER,
    Role.OWNER: _OWNER,
}


def granting(action: Action) -> frozenset[Role]:
    """Return the roles that hold `action`."""
    return frozenset(role for role, actions in GRANTS.items() if action in actions)
