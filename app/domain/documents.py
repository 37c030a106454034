"""Fixture documents: what a file says about restaurants and people, and where it says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.domain.errors import Refusal
from app.domain.roles import Role

#: The menu and the section of an item whose file names neither.
ANY_MENU, ANY_SECTION = "All day", "Other"

#: The order of the original app's courses; a file without an order of its own gets this one.
COURSES = ("Appetizer", "Entree", "Dessert", "Beverage")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a file; `line` counts from 1."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.message}"


class Faulty(Refusal):
    """Files that cannot be loaded; every fault found is in `faults`, in the order of the files."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Entry:
    """A menu, a section of one, or an item of one, by its depth.

    `values` holds the columns that the file states; what it does not state, a load leaves alone.
    """

    name: str
    values: Mapping[str, Any]
    entries: tuple[Entry, ...] = ()

    @property
    def size(self) -> int:
        """How many entries this is, itself included."""
        return 1 + sum(entry.size for entry in self.entries)


@dataclass(frozen=True, slots=True)
class RestaurantDocument:
    """A restaurant and its menus.

    A `partial` document, such as a CSV, names items only: of a restaurant that exists it changes
    neither the details nor the order.
    """

    slug: str
    name: str
    currency: str
    values: Mapping[str, Any]
    menus: tuple[Entry, ...]
    file: str
    line: int
    partial: bool = False

    @property
    def size(self) -> int:
        """How many rows this describes, the restaurant included."""
        return 1 + sum(menu.size for menu in self.menus)

    @property
    def items(self) -> int:
        """How many items this describes."""
        return sum(len(section.entries) for menu in self.menus for section in menu.entries)


@dataclass(frozen=True, slots=True)
class MembershipDocument:
    """A role in the restaurant of that slug."""

    slug: str
    role: Role
    line: int


@dataclass(frozen=True, slots=True)
class PersonDocument:
    """A member of the sample cast; `key` is who they are at the development sign-in."""

    key: str
    name: str
    email: str
    administrator: bool
    memberships: tuple[MembershipDocument, ...]
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Fixture:
    """All that was read, in the order of the files."""

    restaurants: tuple[RestaurantDocument, ...] = ()
    people: tuple[PersonDocument, ...] = ()

    @property
    def size(self) -> int:
        """How many rows of restaurants and menus there are to load."""
        return sum(document.size for document in self.restaurants)

    def only(self, slug: str) -> Fixture:
        """Return one restaurant, and of the people those who work there."""
        people = (
            replace(person, memberships=tuple(held for held in person.memberships if held.slug == slug))
            for person in self.people
        )
        return Fixture(
            tuple(document for document in self.restaurants if document.slug == slug),
            tuple(person for person in people if person.memberships),
        )


def numbered(entries: Sequence[Entry], parent: str = "") -> Iterator[tuple[str, Entry]]:
    """Yield each entry with its stable key: the names from the menu down, each with its occurrence.

    No name contains a tab, so keys cannot be confused; the longest has about 420 characters.
    """
    seen: dict[str, int] = {}
    for entry in entries:
        seen[entry.name] = seen.get(entry.name, 0) + 1
        yield f"{parent}{entry.name}\t{seen[entry.name]}\t", entry
