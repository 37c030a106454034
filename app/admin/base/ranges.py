"""A range as people read it, of which either end may be open."""

from __future__ import annotations

from flask_babel import gettext


def told(label: str, low: str, high: str) -> str:
    """Return `Price: $5.00 to $10.00`; one end at least is given."""
    if low and high:
        return gettext("%(label)s: %(low)s to %(high)s", label=label, low=low, high=high)
    if low:
        return gettext("%(label)s: from %(low)s", label=label, low=low)
    return gettext("%(label)s: up to %(high)s", label=label, high=high)


def end(label: str, operation: str, value: str) -> str:
    """Return what one end alone says, `Price: from $5.00`, by what its filter does."""
    return told(label, value, "") if operation in {"from", "at least"} else told(label, "", value)
