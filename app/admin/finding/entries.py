"""What can be found: one line with its address, and the groups that lines stand in."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """A page, a row or something to do: its name, where it belongs, its picture and its address.

    `key` names a row to the browser, which remembers what was opened last: `items:12`.
    """

    label: str
    url: str
    picture: str
    where: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Entries of one kind under their name."""

    name: str
    entries: list[Entry]

    def as_json(self) -> dict[str, Any]:
        """Return the group as the palette reads it."""
        return {"name": self.name, "entries": [asdict(entry) for entry in self.entries]}
