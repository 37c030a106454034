"""Spreadsheets, written row by row; imported by whoever writes one, for openpyxl takes its time."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE


def write_xlsx(file: IO[bytes], title: str, rows: Iterable[list[str]]) -> None:
    """Write the rows as the one sheet of a workbook in Office Open XML; raises what `rows` raises."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    try:
        for cells in rows:
            sheet.append([ILLEGAL_CHARACTERS_RE.sub("", cell) for cell in cells])
        book.save(file)
    except BaseException:
        _throw_away(sheet)
        raise


def _throw_away(sheet: Any) -> None:
    """Remove the file of a sheet that came to no end: openpyxl keeps it until the process ends."""
    writer = sheet._writer  # there is no public way
    if writer is None:
        return
    # Each of the first two flushes, which fails once more on a full disk.
    for end in (sheet.close, writer.close, writer.cleanup):
        with suppress(Exception):
            end()
