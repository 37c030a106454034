"""What a load did, in rows."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Counts:
    """Rows by what became of them; `kept` are those that people changed or deleted since."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0
    deleted: int = 0

    def count(self, *, changed: bool) -> None:
        """Count one row that was there before and follows the file."""
        if changed:
            self.updated += 1
        else:
            self.unchanged += 1


@dataclass(slots=True)
class Report:
    """Counts by restaurant slug, in the order of the files, and of the people with their memberships."""

    restaurants: dict[str, Counts] = field(default_factory=dict)
    people: Counts = field(default_factory=Counts)
