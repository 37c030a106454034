"""CSV cells that a spreadsheet would run as a formula: neutral on the way out, plain on the way in."""

from __future__ import annotations

# With their full-width forms, which some spreadsheets take for the plain ones.
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def neutral(cell: str) -> str:
    """Return `cell` so that no spreadsheet executes it; `plain` gives back the original exactly."""
    return f"'{cell}" if cell.lstrip("'").startswith(_RUNS) else cell


def plain(cell: str) -> str:
    """Return what `neutral` was given."""
    return cell[1:] if cell.startswith("'") and cell[1:].lstrip("'").startswith(_RUNS) else cell
