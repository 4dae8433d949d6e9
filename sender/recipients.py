"""Recipients: whom a broadcast goes to, read from the customer's file.

Nothing vanishes: each row in which a cell is filled comes out as a recipient or as a
reject with its reason.  Reading the file from disk and writing the rejects to it is
the caller's part.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sender.columns import phone_columns, told_apart
from sender.tables import Row, read_table
from sms.addresses import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MOST_SHOWN, LONGEST_SHOWN = 12, 40
"""Headers that an error lists, and characters of each: a file may be anything."""

DUPLICATE = "duplicate of line"
"""How the reason begins why a second row for a number is not sent to."""

_EXCEL_ROUNDED = re.compile(r"[+-]?\d+(?:[.,]\d+)?e\+?\d+", re.IGNORECASE)
_EXCEL_TEXT = re.compile(r"""="(.*)"|'(.*)""", re.DOTALL)
_WHOLE_FLOAT = re.compile(r"(\+?\d{7,15})\.0+")
_BETWEEN_NUMBERS = re.compile(r"[/;,|&\n]|\bor\b|\band\b", re.IGNORECASE)
_FORMULA = re.compile(r"[=@\t\r\n＝＠＋－]|[+-](?![\d\s().\-/]*\Z)")


class RecipientsError(ValueError):
    """A list of recipients that cannot be had at all, said in one line."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One to be written to: `address` is E.164, `line` is 0 where no file stood behind.

    `fields` holds the row's other cells by their column's name, for the template.
    """

    address: str
    line: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that is not sent to: `value` is its phone cell as written."""

    line: int
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class RecipientList:
    """All that a file holds, in its order; `columns` names the phone column too."""

    recipients: tuple[Recipient, ...]
    rejects: tuple[Reject, ...]
    columns: tuple[str, ...]


def read_recipients(
    data: bytes, *, name: str, region: str = "US", keep_duplicates: bool = False
) -> RecipientList:
    """Read a table with a header and a column of phone numbers.

    Text is UTF-8, UTF-16 with its mark, or Windows-1252 line by line; cells are divided
    by comma, semicolon, tab or bar.  `name` is the file's, for the errors, and
    `region` the country of numbers written without their country code.

    A short row's missing cells are empty.  A row with more filled cells than there are
    columns is a reject, even if its number can be read: its cells have shifted, and a
    text with another's data is worse than a row to mend.  Of a number's rows the first
    counts and the others are rejects, unless `keep_duplicates`.  A column's second
    namesake is called `email_2`, a column without a name `column_3` by its place.

    Raises:
        RecipientsError: no use can be made of the file; the text says what would do.
    """
    try:
        rows = read_table(data, lambda cells: bool(phone_columns(cells)))
        table = _Table.under(next(rows, None), region.upper())
    except ValueError as error:
        raise RecipientsError(f"{name}: {error}") from error
    return table.sort(rows, keep_duplicates=keep_duplicates)


def write_rejects(rejects: Iterable[Reject]) -> str:
    """Return the rejects as CSV with the columns line, value and reason.

    A cell that a spreadsheet would run as a formula gets one apostrophe before it, and
    is whole behind it; `read_recipients` takes such a one off again.  A cell that
    begins with + or - and then holds digits, blanks and ( ) . / - alone is left as it
    is: it can call nothing, and it is a number for somebody to look up and mend.
    """
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow(["line", "value", "reason"])
    for reject in rejects:
        texts = (reject.value, reject.reason)
        writer.writerow([reject.line, *map(_harmless, texts)])
    return sheet.getvalue()


@dataclass(frozen=True, slots=True)
class _Table:
    """What a header says about the rows below it."""

    columns: tuple[str, ...]
    phone: int
    region: str

    @classmethod
    def under(cls, header: Row | None, region: str) -> _Table:
        """Find the phone column, or raise ValueError with what would do."""
        if header is None:
            raise ValueError("is empty: a header such as to,name is needed, then rows")
        if header.problem:
            raise ValueError(f"line {header.line}: {header.problem}")
        places = phone_columns(header.cells)
        if not places:
            raise ValueError(_no_phone_column(header, region))
        if len(places) > 1:
            same = _listed([header.cells[place] for place in places])
            raise ValueError(
                f"has {len(places)} columns for the number ({same}): rename all but "
                "the one to send to"
            )
        return cls(told_apart(header.cells), places[0], region)

    def sort(self, rows: Iterable[Row], *, keep_duplicates: bool) -> RecipientList:
        """Tell recipients and rejects apart."""
        recipients: list[Recipient] = []
        rejects: list[Reject] = []
        first_lines: dict[str, int] = {}
        for row in rows:
            try:
                recipient = self._recipient(row)
            except ValueError as error:
                rejects.append(Reject(row.line, self._value(row), str(error)))
                continue
            first = first_lines.setdefault(recipient.address, row.line)
            if first == row.line or keep_duplicates:
                recipients.append(recipient)
            else:
                reason = f"{DUPLICATE} {first}"
                rejects.append(Reject(row.line, self._value(row), reason))
        return RecipientList(tuple(recipients), tuple(rejects), self.columns)

    def _recipient(self, row: Row) -> Recipient:
        if row.problem:
            raise ValueError(row.problem)
        width = len(self.columns)
        if any(row.cells[width:]):
            raise ValueError(
                f"the row has {len(row.cells)} cells where the header has {width}"
            )
        address = _address(self._value(row), self.region)
        missing = ("",) * (width - len(row.cells))
        fields = dict(zip(self.columns, row.cells + missing, strict=False))
        del fields[self.columns[self.phone]]
        return Recipient(address, row.line, fields)

    def _value(self, row: Row) -> str:
        if row.problem:
            return row.cells[0]
        return row.cells[self.phone] if self.phone < len(row.cells) else ""


def _address(text: str, region: str) -> str:
    """Return the number in E.164, past the marks that spreadsheets leave on it."""
    if wrapped := _EXCEL_TEXT.fullmatch(text):
        text = (wrapped[1] or wrapped[2] or "").strip()
    if not text:
        raise ValueError("the phone cell is empty")
    if _EXCEL_ROUNDED.fullmatch(text):
        raise ValueError(
            f"{text} is a number as Excel rounds it: format the column as text "
            "and export it again"
        )
    if sum(_could_be_number(piece) for piece in _BETWEEN_NUMBERS.split(text)) > 1:
        raise ValueError("more than one number in the cell")
    if whole := _WHOLE_FLOAT.fullmatch(text):
        text = whole[1]
    return normalise(text, region)


def _could_be_number(text: str) -> bool:
    return sum(character.isdigit() for character in text) >= 7


def _no_phone_column(header: Row, region: str) -> str:
    for cell in header.cells:
        try:
            _address(cell, region)
        except ValueError:
            continue
        return (
            f"line {header.line} holds a number, {cell!r}, where the names of the "
            "columns belong: add a first line such as to,name"
        )
    columns = _listed(header.cells)
    return f"no phone column among {columns}: name one of them to, phone or mobile"


def _listed(headers: Sequence[str]) -> str:
    """Return headers for an error: in one line, whatever bytes they come from."""
    shown = ", ".join(repr(header[:LONGEST_SHOWN]) for header in headers[:MOST_SHOWN])
    return shown if len(headers) <= MOST_SHOWN else f"{shown} and more"


def _harmless(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell
