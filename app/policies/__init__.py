"""Who may do what: one table of grants, a verdict on a row, the same rule as SQL."""

from app.policies.grants import GRANTS, creating, deleting, editable, editable_anywhere, reading
from app.policies.rules import allows, allows_anywhere, allows_in, may_open, reach
from app.policies.visibility import readable

__all__ = [
    "GRANTS",
    "allows",
    "allows_anywhere",
    "allows_in",
    "creating",
    "deleting",
    "editable",
    "editable_anywhere",
    "may_open",
    "reach",
    "readable",
    "reading",
]
