"""Who may do what: one table of grants, a verdict on a row, the same rule as SQL."""

from app.policies.granting import grantable, grantable_anywhere, may_grant, require_grantable
from app.policies.grants import (
    GRANTS,
    actions_of,
    creating,
    deleting,
    editable,
    editable_anywhere,
    reading,
)
from app.policies.own import changeable, may_create, may_delete
from app.policies.recency import (
    is_grave_role,
    is_grave_to_change,
    is_grave_to_delete,
    is_recent,
    require_recent,
)
from app.policies.rules import allows, allows_anywhere, allows_in, may_open, reach
from app.policies.visibility import readable

__all__ = [
    "GRANTS",
    "actions_of",
    "allows",
    "allows_anywhere",
    "allows_in",
    "changeable",
    "creating",
    "deleting",
    "editable",
    "editable_anywhere",
    "grantable",
    "grantable_anywhere",
    "is_grave_role",
    "is_grave_to_change",
    "is_grave_to_delete",
    "is_recent",
    "may_create",
    "may_delete",
    "may_grant",
    "may_open",
    "reach",
    "readable",
    "reading",
    "require_grantable",
    "require_recent",
]
