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
from app.services.importing.remembering import PARTS, Memory, Writer
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
    existing = known(session)
    faults = faults_of(fixture, existing, reset=reset)
    if faults:
        raise Faulty(faults)
    report = Report({document.slug: Counts() for document in fixture.restaurants})
    writer = Writer(session, reset=reset, progress=progress)
    ids = {place.slug: place.id for place in existing}
    for documents in _portions(fixture.restaurants):
        portion = _Portion(session, documents, ids, writer, report)
        portion.load(at)
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
    """Some restaurants that are looked up, and written, together."""

    def __init__(
        self,
        session: Session,
        documents: list[RestaurantDocument],
        ids: dict[str, int],
        writer: Writer,
        report: Report,
    ) -> None:
        self._session, self._documents, self._writer, self._report = session, documents, writer, report
        known = {ids[document.slug]: document.slug for document in documents if document.slug in ids}
        self._memory = Memory(session, known)
        stored = session.scalars(select(Restaurant).where(Restaurant.id.in_(known))) if known else ()
        self._restaurants = {known[restaurant.id]: restaurant for restaurant in stored}

    def ids(self) -> dict[str, int]:
        """Return the numbers of the restaurants, by the slug of their document."""
        return {slug: restaurant.id for slug, restaurant in self._restaurants.items()}

    def load(self, at: datetime) -> None:
        for document in self._documents:
            if document.slug in self._restaurants:
                self._update(self._restaurants[document.slug], document)
            else:
                self._restaurants[document.slug] = self._open(document, at)
            self._writer.step()
        self._writer.flush()
        mergings = [self._merging(document) for document in self._documents]
        for cls in PARTS:
            for merging in mergings:
                merging.merge(cls)
            self._writer.flush()
        if self._writer.reset:
            self._clear(mergings)

    def _clear(self, mergings: list[Merging]) -> None:
        # From below, so that a row has no children left when it is deleted.
        for cls in reversed(PARTS):
            for merging in mergings:
                merging.clear(self._session, cls)
            self._session.flush()

    def _merging(self, document: RestaurantDocument) -> Merging:
        counts = self._report.restaurants[document.slug]
        return Merging(self._restaurants[document.slug], document, self._memory, self._writer, counts)

    def _open(self, document: RestaurantDocument, at: datetime) -> Restaurant:
        stated: dict[str, Any] = {"name": document.name, "currency": document.currency, **document.values}
        restaurant = Restaurant(slug=document.slug, created_at=at, **stated)
        self._writer.put(restaurant, document.slug, restaurant, None)
        self._report.restaurants[document.slug].created += 1
        return restaurant

    def _update(self, restaurant: Restaurant, document: RestaurantDocument) -> None:
        counts = self._report.restaurants[document.slug]
        note = self._memory.note(restaurant.id, Restaurant.__tablename__, document.slug)
        as_loaded = note is not None and note.row_version == restaurant.version
        if not (self._writer.reset or as_loaded):
            counts.kept += 1
            return
        values = {} if document.partial else dict(document.values)
        if self._writer.reset:
            values["slug"] = document.slug
        changed = assign(restaurant, values)
        counts.count(changed=changed)
        if changed or not as_loaded:
            self._writer.put(restaurant, document.slug, restaurant, note)
