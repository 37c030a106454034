"""Row numbers in addresses."""

from __future__ import annotations

from werkzeug.routing import IntegerConverter, Map

#: The largest key of an INTEGER column on PostgreSQL; beyond it, a database raises and finds nothing.
MOST = 2**31 - 1


class RowId(IntegerConverter):
    """`<row:id>`: a key that a row can have; any other text is no address at all, a 404."""

    regex = "[0-9]{1,20}"

    def __init__(self, map: Map) -> None:
        super().__init__(map, min=1, max=MOST)
