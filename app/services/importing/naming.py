"""Which restaurant a file means that gives its name alone."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import slugs
from app.models import FixtureRow, Restaurant


@dataclass(frozen=True, slots=True)
class Known:
    """A restaurant in the database, under a slug that files know it by."""

    id: int
    slug: str
    name: str
    currency: str


def known(session: Session) -> list[Known]:
    """Return every restaurant by its slug, then those that files loaded by the slug they had there."""
    found = [Known(*row) for row in session.execute(_RESTAURANTS)]
    by_id = {restaurant.id: restaurant for restaurant in found}
    loaded = session.execute(_LOADED)
    return found + [replace(by_id[row_id], slug=key) for key, row_id in loaded if row_id in by_id]


_RESTAURANTS = select(Restaurant.id, Restaurant.slug, Restaurant.name, Restaurant.currency)
_LOADED = select(FixtureRow.key, FixtureRow.row_id).where(FixtureRow.kind == Restaurant.__tablename__)


class Names:
    """Slugs by name.

    Two spellings of one name are one restaurant; names that only look alike once their slug has
    lost letters, as those in other scripts do, are different ones.
    """

    def __init__(self, restaurants: Iterable[Known] = ()) -> None:
        known = list(restaurants)
        self._currencies = {restaurant.slug: restaurant.currency for restaurant in known}
        self._slugs = {_letters(restaurant.name): restaurant.slug for restaurant in reversed(known)}
        self._taken = set(self._currencies)
        self._found: dict[str, str] = {}

    def slug_of(self, name: str) -> str:
        """Return the slug that files know this restaurant by, the same each time."""
        letters = _letters(name)
        if letters not in self._found:
            self._found[letters] = self._find(name, letters)
            self._taken.add(self._found[letters])
        return self._found[letters]

    def currency_of(self, slug: str) -> str | None:
        """Return the currency of a restaurant that exists."""
        return self._currencies.get(slug)

    def _find(self, name: str, letters: str) -> str:
        # The name it has now goes first: a restaurant that people renamed keeps its slug.
        if letters in self._slugs:
            return self._slugs[letters]
        slug = slugs.slugify(name)
        return slug if slug.replace("-", "") == letters else slugs.unique(name, self._taken)


def _letters(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(character for character in plain if character.isalnum())
