"""A customer's table: bytes to rows, each with its line and its trouble.

One idea carries it: a row that cannot be read costs its own first line and no more.
Reading goes on at the next line, so nothing below a stray quotation mark vanishes.
"""

from __future__ import annotations

import codecs
import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

DELIMITERS = ",;\t|"
"""What may divide cells; of two that fit a header equally well the earlier counts."""

MAX_ROW_LINES = 100
"""Lines over which a quoted cell may run; one still open then was never closed."""

_NOT_TEXT = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_STATED_DELIMITER = re.compile(rf'"?sep=([{DELIMITERS}])"?\s*', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row, their outer blanks cut off, and the line it begins on.

    Lines count from 1, as an editor does.  A row with a `problem` could not be read;
    its one cell is then the text of that line.
    """

    line: int
    cells: tuple[str, ...]
    problem: str = ""


def read_table(
    data: bytes, recognise: Callable[[Sequence[str]], bool]
) -> Iterator[Row]:
    """Yield the rows in which any cell is filled, the header among them, in order.

    The delimiter is the one under which `recognise` knows the first row's cells for a
    header, then the one that makes most cells of it; a first line `sep=;`, as Excel
    writes it, settles the matter and is no row.

    Raises:
        ValueError: the bytes are no text: a workbook, or a byte that is neither UTF-8
            nor Windows-1252.
    """
    lines = _decoded(data).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if stated := _STATED_DELIMITER.fullmatch(lines[0]):
        return _rows(lines, stated[1], start=1)

    def merit(delimiter: str) -> tuple[bool, int]:
        header = next(_rows(lines, delimiter), Row(1, ()))
        return recognise(header.cells), len(header.cells)

    return _rows(lines, max(DELIMITERS, key=merit))


def _rows(lines: Sequence[str], delimiter: str, start: int = 0) -> Iterator[Row]:
    at = start
    while at < len(lines):
        row, taken = _row(lines, at, delimiter)
        at += taken
        if any(row.cells):
            yield row


def _row(lines: Sequence[str], at: int, delimiter: str) -> tuple[Row, int]:
    """Return the row that begins at an index, and how many lines it takes."""
    line = lines[at]
    if '"' in line:
        ahead = range(at, min(at + MAX_ROW_LINES, len(lines)))
        reader = csv.reader(
            (lines[index] + "\n" for index in ahead),
            delimiter=delimiter,
            skipinitialspace=True,
            strict=True,  # else an open quotation mark takes all that follows
        )
        try:
            cells = next(reader)
        except csv.Error as error:
            problem = f"the row cannot be read, see to its quotation marks: {error}"
            return Row(at + 1, (line.strip(),), problem), 1
        taken = reader.line_num
    else:
        cells, taken = line.split(delimiter), 1
    if any("\0" in cell for cell in cells):
        return Row(at + 1, (line.strip(),), "the row holds a NUL byte"), taken
    return Row(at + 1, tuple(cell.strip() for cell in cells)), taken


def _decoded(data: bytes) -> str:
    """Return the text; a line that is not UTF-8 is read as Windows-1252."""
    if data.startswith(_NOT_TEXT):
        raise ValueError("is a workbook or an archive: save the sheet as CSV in UTF-8")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise ValueError(
                "is marked as UTF-16 and is not: save it as UTF-8"
            ) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        lines = data.removeprefix(codecs.BOM_UTF8).splitlines(keepends=True)
        return "".join(_line(line, number) for number, line in enumerate(lines, 1))


def _line(line: bytes, number: int) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return line.decode("cp1252")
    except UnicodeDecodeError as error:
        byte = line[error.start]
        raise ValueError(
            f"line {number} holds the byte 0x{byte:02x}, which is neither UTF-8 "
            "nor Windows-1252: save the file as UTF-8"
        ) from error
