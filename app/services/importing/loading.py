"""From documents to rows, in the caller's one transaction: all of it or, with a fault, nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.documents import Faulty, Fixture, RestaurantDocument
from app.models import Restaurant
from app.services.importing import cast
from app.services.importing.checking import faults_of
from app.services.importing.merging import Merging, assign
from app.services.importing.naming import known
from app.services.importing.remembering import Memory, Writer
from app.services.importing.report import Counts, Report

#: Rows of files whose restaurants are looked up together.
_AT_ONCE = 5_000


def load(
    session: Session,
    fixture: Fixture,
    *,
    at: datetime,
    reset: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Put what was read into the database and tell what that changed.

    What people edited, renamed, moved or deleted stays as they left it. `reset` puts the file's
    restaurants back to exactly what the file says. `progress` is told the rows done since it was
    last told. Raises Faulty, before anything is written, where file and database contradict.
    """
    places = {place.slug: place for place in known(session)}
    faults = faults_of(fixture, places, reset=reset)
    if faults:
        raise Faulty(faults)
    report, writer = Report(), Writer(session, progress)
    ids = {slug: place.id for slug, place in places.items()}
    for documents in _portions(fixture.restaurants):
        portion = _Portion(session, documents, ids, writer, at)
        for document in documents:
            report.restaurants[document.slug] = portion.load(document, reset=reset)
        writer.flush()
        ids |= portion.ids()
    report.people = cast.load(session, fixture.people, ids, at=at, reset=reset)
    session.flush()
    return report


def _portions(documents: tuple[RestaurantDocument, ...]) -> Iterator[list[RestaurantDocument]]:
    portion: list[RestaurantDocument] = []
    size = 0
    for document in documents:
        portion.append(document)
        size += document.size
        if size >= _AT_ONCE:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


class _Portion:
    """Some restaurants that are looked up together."""

    def __init__(
        self,
        session: Session,
        documents: list[RestaurantDocument],
        ids: dict[str, int],
        writer: Writer,
        at: datetime,
    ) -> None:
        self._session, self._writer, self._at = session, writer, at
        known = {ids[document.slug]: document.slug for document in documents if document.slug in ids}
        self._memory = Memory(session, known)
        stored = session.scalars(select(Restaurant).where(Restaurant.id.in_(known))) if known else ()
        self._restaurants = {known[restaurant.id]: restaurant for restaurant in stored}

    def ids(self) -> dict[str, int]:
        """Return the numbers of the restaurants, by the slug of their document."""
        return {slug: restaurant.id for slug, restaurant in self._restaurants.items()}

    def load(self, document: RestaurantDocument, *, reset: bool) -> Counts:
        counts = Counts()
        restaurant = self._restaurants.get(document.slug)
        if restaurant is None:
            restaurant = self._open(document, counts)
        else:
            self._update(restaurant, document, counts, reset)
        self._writer.step()
        merging = Merging(
            restaurant, self._memory, self._writer, counts, reset=reset, ordered=not document.partial
        )
        merging.merge(document.menus)
        if reset:
            self._writer.flush()
            merging.clear(self._session)
        return counts

    def _open(self, document: RestaurantDocument, counts: Counts) -> Restaurant:
        stated: dict[str, Any] = {"name": document.name, "currency": document.currency, **document.values}
        restaurant = Restaurant(slug=document.slug, created_at=self._at, **stated)
        self._restaurants[document.slug] = restaurant
        self._writer.put(restaurant, document.slug, restaurant, None)
        counts.created += 1
        return restaurant

    def _update(
        self, restaurant: Restaurant, document: RestaurantDocument, counts: Counts, reset: bool
    ) -> None:
        note = self._memory.note(restaurant.id, Restaurant.__tablename__, document.slug)
        as_loaded = note is not None and note.row_version == restaurant.version
        if not (reset or as_loaded):
            counts.kept += 1
            return
        changed = assign(restaurant, {} if document.partial else dict(document.values))
        counts.count(changed=changed)
        if changed or not as_loaded:
            self._writer.put(restaurant, document.slug, restaurant, note)
