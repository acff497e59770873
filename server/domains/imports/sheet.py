"""A CSV file row by row, from its beginning or from a place that was noted. It is never whole in memory."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, NamedTuple

from fastshop.contract.imports import FileUnreadable

# In bytes. A file without line breaks must not come into memory whole.
_LONGEST_LINE = 1024 * 1024


class Place(NamedTuple):
    """Where a row begins: the byte, and the line that people count from 1."""

    offset: int
    line: int


class Row(NamedTuple):
    """A row's cells by column; a column that the file has not is empty."""

    place: Place
    cells: Mapping[str, str]

    @property
    def line(self) -> int:
        """The line it begins at."""
        return self.place.line


class Sheet:
    """The rows of a file that can be sought in. Refused as a whole, whenever that shows: `FileUnreadable`.

    One is read at one place at a time: whoever looks elsewhere meanwhile opens another.
    """

    def __init__(self, file: BinaryIO, columns: Sequence[str], needed: Sequence[str]) -> None:
        self._file = file
        _, header = next(self._records(Place(0, 1)), (None, []))
        for column in needed:
            if column not in header:
                raise FileUnreadable(f"The file is no product export: the column “{column}” is missing.", 1)
        self._columns = [(column, header.index(column)) for column in columns if column in header]
        self._absent = dict.fromkeys(columns, "")

    def rows(self, start: Place = Place(0, 1)) -> Iterator[Row]:  # noqa: B008 - a tuple
        """The rows from a place on that are not empty; the header, at the beginning, is none."""
        for place, cells in self._records(start):
            if place.offset and any(cells):
                its = {name: cells[number] for name, number in self._columns if number < len(cells)}
                yield Row(place, self._absent | its)

    def _records(self, start: Place) -> Iterator[tuple[Place, list[str]]]:
        self._file.seek(start.offset)
        reader = csv.reader(self._lines(start.line), strict=True)
        place = start
        try:
            for cells in reader:
                yield place, cells
                place = Place(self._file.tell(), start.line + reader.line_num)
        except csv.Error as error:
            raise FileUnreadable(f"The file is not CSV: {error}.", place.line) from None

    def _lines(self, line: int) -> Iterator[str]:
        """The lines, each decoded by itself, so that the one that cannot be is named exactly."""
        while raw := self._file.readline(_LONGEST_LINE):
            if len(raw) == _LONGEST_LINE and not raw.endswith(b"\n"):
                raise FileUnreadable("The file is not CSV: this line is too long.", line)
            try:
                yield raw.decode("utf-8-sig" if line == 1 else "utf-8")
            except UnicodeDecodeError:
                raise FileUnreadable("The file is not UTF-8 text.", line) from None
            line += 1
