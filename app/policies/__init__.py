"""Who may do what: one table of grants, a verdict on a row, the same rule as SQL."""

from app.policies.columns import creating, deleting, editable, reading
from app.policies.grants import GRANTS, granting
from app.policies.rules import allows, allows_anywhere, allows_in, reach, require
from app.policies.visibility import readable

__all__ = [
    "GRANTS",
    "allows",
    "allows_anywhere",
    "allows_in",
    "creating",
    "deleting",
    "editable",
    "granting",
    "reach",
    "readable",
    "reading",
    "require",
]
