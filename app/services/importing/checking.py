"""Where what was read and what is in the database contradict each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from app.domain.documents import Fault, Fixture, RestaurantDocument
from app.services.importing.naming import Known


def faults_of(fixture: Fixture, restaurants: Collection[Known], *, reset: bool) -> list[Fault]:
    """Return every contradiction with the restaurants that `known` found."""
    places = {place.slug: place for place in restaurants}
    claims = Counter(slug for slug, _id in {(place.slug, place.id) for place in restaurants})
    faults = []
    for document in fixture.restaurants:
        place = places.get(document.slug)
        if place is None:
            continue
        if reset and claims[document.slug] > 1:
            words = "Another restaurant has taken this slug; rename that one first, or load without --reset."
            faults.append(Fault(document.file, document.line, "slug", words))
        if not reset and place.currency != document.currency:
            faults.append(_other_currency(document, place.currency))
    return faults + _unknown_places(fixture, places)


def _other_currency(document: RestaurantDocument, currency: str) -> Fault:
    words = (
        f"The restaurant's prices are in {currency} now, the file's in {document.currency}; "
        "change the file, or load with --reset."
    )
    return Fault(document.file, document.line, "currency", words)


def _unknown_places(fixture: Fixture, places: Collection[str]) -> list[Fault]:
    known = {document.slug for document in fixture.restaurants} | set(places)
    return [
        Fault(
            person.file,
            held.line,
            "memberships",
            f"There is no restaurant “{held.slug}”, here or in the files.",
        )
        for person in fixture.people
        for held in person.memberships
        if held.slug not in known
    ]
