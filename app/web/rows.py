"""Row numbers in addresses."""

from __future__ import annotations

from werkzeug.routing import IntegerConverter, Map

from app.domain.numbers import LARGEST_KEY


class RowId(IntegerConverter):
    """`<row:id>`: a key that a row can have; any other text is no address at all, a 404."""

    regex = "[0-9]{1,20}"

    def __init__(self, map: Map) -> None:
        super().__init__(map, min=1, max=LARGEST_KEY)
