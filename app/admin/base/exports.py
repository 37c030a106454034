"""CSV and spreadsheets of what the list shows, written row by row to a file on disk, then sent.

Not while it is being read: a fault in the middle would hand out half a list as the whole of it.

Holes mended: everything is loaded before the first byte; `=HYPERLINK(…)` in a cell runs in whoever
opens the file; an unknown type is a flash.
"""

from __future__ import annotations

import csv
import io
import logging
import tempfile
from collections.abc import Iterator
from contextlib import closing
from typing import IO

from flask import Response
from flask_admin import expose
from sqlalchemy.exc import OperationalError

from app import current, limiting
from app.admin.base.batches import BatchView
from app.domain.audit import Event
from app.domain.errors import NotFound
from app.domain.spreadsheets import neutral
from app.policies.rules import place_column
from app.services import auditing
from app.tenancy import Reason
from app.writing import writing

#: Rows read, and bytes sent, at once.
_AT_ONCE, _PART = 500, 64 * 1024

#: In how many restaurants' audits an export is told; one of more is the administrators' alone.
MOST_PLACES = 50

_MIMETYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


_log = logging.getLogger("carte.audit")


class ExportView(BatchView):
    """The part of a view that hands out its rows; `column_export_list` names the columns."""

    can_export = True
    export_types = ("csv", "xlsx")

    @expose("/export/<export_type>/")
    def export(self, export_type: str) -> Response:
        """Send what the list shows, in its order, as a file."""
        if export_type not in self.export_types:
            raise NotFound("There is no export of this kind.")
        limiting.count("export")
        file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives until the answer is sent
        try:
            {"csv": self._write_csv, "xlsx": self._write_xlsx}[export_type](file)
            self._tell(export_type)
        except BaseException:
            file.close()
            raise
        answer = Response(_parts(file), mimetype=_MIMETYPES[export_type])
        # Also where no part is ever read: HEAD, a reader who has gone.
        answer.call_on_close(file.close)
        answer.headers["Content-Disposition"] = f'attachment; filename="{self.get_export_name(export_type)}"'
        return answer

    def get_export_name(self, export_type: str = "csv") -> str:
        """Return the file's name, with the day on which it was made (UTC)."""
        return f"{self.endpoint}-{current.now():%Y-%m-%d}.{export_type}"

    def _tell(self, export_type: str) -> None:
        """Write down who took which list along, once for each restaurant in it.

        On stderr, and on it alone where nothing can be written, such as on a full disk: reading goes on.
        """
        places: list[int | None] = [*self._places_exported()] or [None]
        subject = f"{self.endpoint}, {export_type.upper()}"
        _log.info("exported: %s user=%d restaurants=%s", subject, self.actor.id, places)
        try:
            with writing(Reason.AUDIT) as session:
                for place in places:
                    auditing.note(
                        session,
                        Event.EXPORTED,
                        by=self.actor,
                        at=current.clock(),
                        restaurant_id=place,
                        subject=subject,
                    )
        except OperationalError as error:
            _log.warning("The audit could not be written: %s", error.orig)

    def _places_exported(self) -> list[int]:
        """Return the restaurants whose rows the file has; none where they are too many to name each."""
        place = place_column(self.model)
        if place is None:
            return []
        args = self._get_list_extra_args()
        rows = self.narrowed(args.search, args.filters).with_only_columns(place).where(place.is_not(None))
        places = self.rows.scalars(rows.order_by(None).distinct().limit(MOST_PLACES + 1)).all()
        return list(places) if len(places) <= MOST_PLACES else []

    def _exported(self) -> Iterator[list[str]]:
        yield [str(label) for _name, label in self._export_columns]
        args = self._get_list_extra_args()
        column = self._get_column_by_idx(args.sort)
        statement = self.ordered(
            self.narrowed(args.search, args.filters), column and column[0], args.sort_desc
        )
        options = {"yield_per": _AT_ONCE}
        # Closed also where the rest is not wanted: PostgreSQL holds it ready.
        with closing(self.rows.scalars(statement.options(*self.eager()), execution_options=options)) as rows:
            for row in rows:
                yield [
                    neutral(str(self.get_export_value(row, name))) for name, _label in self._export_columns
                ]

    def _write_xlsx(self, file: IO[bytes]) -> None:
        # Openpyxl takes a tenth of the time in which Carte starts, and few requests ask for it.
        from app.admin.base import sheets  # noqa: PLC0415

        sheets.write_xlsx(file, str(self.name), self._exported())

    def _write_csv(self, file: IO[bytes]) -> None:
        # Spreadsheets take a file for UTF-8 only when its first bytes say so.
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        csv.writer(text).writerows(self._exported())
        text.detach()


def _parts(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while part := file.read(_PART):
            yield part
