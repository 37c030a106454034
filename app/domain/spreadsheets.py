"""CSV cells that a spreadsheet would run as a formula: neutral on the way out, plain on the way in."""

from __future__ import annotations

_RUNS = ("=", "+", "-", "@", "\t", "\r")


def neutral(cell: str) -> str:
    """Return `cell` so that no spreadsheet executes it; `plain` gives back the original exactly."""
    return f"'{cell}" if cell.lstrip("'").startswith(_RUNS) else cell


def plain(cell: str) -> str:
    """Return what `neutral` was given."""
    return cell[1:] if cell.startswith("'") and cell[1:].lstrip("'").startswith(_RUNS) else cell
