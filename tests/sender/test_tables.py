"""Tables: whatever a spreadsheet or an editor writes, rows come out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sender.tables import MAX_ROW_LINES, Row, read_table


def rows(data: bytes) -> list[Row]:
    """Read a table whose header is known by a column `to`."""
    return list(read_table(data, lambda cells: "to" in cells))


def cells(data: bytes) -> list[tuple[str, ...]]:
    """Return the cells of each row."""
    return [row.cells for row in rows(data)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(delimiter: str) -> None:
    """The header tells what divides the cells."""
    text = "to,name\n1,Ada\n".replace(",", delimiter)
    assert cells(text.encode()) == [("to", "name"), ("1", "Ada")]


def test_a_header_with_another_delimiter_in_it() -> None:
    """The delimiter that yields the phone column wins over one that yields more."""
    assert cells(b"to;a,b,c\n1;x\n") == [("to", "a,b,c"), ("1", "x")]


def test_the_delimiter_may_be_stated() -> None:
    """Excel's first line sep= settles the delimiter, and still counts as a line."""
    assert rows(b"sep=|\nto,|x\n")[0] == Row(2, ("to,", "x"))


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_lines_end_in_any_way(line_end: str) -> None:
    """LF, CRLF and CR all end a line, and a quoted one is a line break."""
    text = f'to,name{line_end}1,"a{line_end}b"{line_end}2,c'.encode()
    assert rows(text)[1:] == [Row(2, ("1", "a\nb")), Row(4, ("2", "c"))]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-16-le-mark"]
)
def test_text_in_any_usual_encoding(encoding: str) -> None:
    """UTF-8 and UTF-16 with a mark are told apart, and Windows-1252 is the rest."""
    if encoding == "utf-16-le-mark":
        data = "\ufeffto\nZoë\n".encode("utf-16-le")
    else:
        data = "to\nZoë\n".encode(encoding)
    assert cells(data) == [("to",), ("Zoë",)]


def test_each_line_has_its_encoding() -> None:
    """A Windows-1252 line in a file of UTF-8 spoils none of the others."""
    data = "to\nZoë\n".encode() + "Zoë\n".encode("cp1252")
    assert cells(data) == [("to",), ("Zoë",), ("Zoë",)]


@pytest.mark.parametrize(
    ("data", "hint"),
    [
        (b"to\n\x81\n", "line 2 holds the byte 0x81"),
        (b"PK\x03\x04...", "save the sheet as CSV"),
        (b"\xff\xfet", "marked as UTF-16 and is not"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, hint: str) -> None:
    """Bytes that are no text raise an error that says what would do."""
    with pytest.raises(ValueError, match=hint):
        rows(data)


def test_a_row_of_empty_cells_is_blank() -> None:
    """A line of delimiters alone, as spreadsheets leave them, is no row."""
    assert cells(b"to,name\n\n , \n,,,\n1,x\n") == [("to", "name"), ("1", "x")]


def test_quoted_cells_keep_their_delimiters() -> None:
    """A quoted cell may hold delimiters, quotation marks and a blank before it."""
    assert cells(b'to,name\n1, "Doe, ""Al"""\n')[1] == ("1", 'Doe, "Al"')


def test_an_open_quotation_mark_costs_one_line() -> None:
    """The rows below a cell that is never closed are read all the same."""
    table = rows(b'to,name\n1,"Ada\n2,Bo\n3,"Cy"\n')
    assert [row.line for row in table if row.problem] == [2]
    assert [row.cells[0] for row in table if not row.problem] == ["to", "2", "3"]


def test_a_cell_runs_over_so_many_lines_at_most() -> None:
    """A quoted cell that goes on for ever is taken for one that was never closed."""
    text = 'to\n"' + "x\n" * MAX_ROW_LINES + '"\n'
    assert rows(text.encode())[1].problem
    assert len(rows(text.encode())) == MAX_ROW_LINES + 2


def test_a_nul_byte_is_a_problem_of_its_row() -> None:
    """A NUL byte makes its own row unreadable and no other."""
    table = rows(b'to\n1\0\n"2\0"\n3\n')
    assert [bool(row.problem) for row in table] == [False, True, True, False]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='to",\n\r;a\0 \x0b\u2028', max_size=60))
def test_rows_stand_in_order_on_lines_that_exist(text: str) -> None:
    """Rows come by rising lines, and no line is beyond the text's last."""
    lines = [row.line for row in rows(text.encode())]
    breaks = text.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    assert lines == sorted(set(lines))
    assert all(1 <= line <= breaks + 1 for line in lines)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="to,\n;a\0 \x0b\u2028", max_size=60))
def test_without_quotation_marks_a_line_is_a_row(text: str) -> None:
    """Where nothing is quoted, each line that holds more than delimiters is a row."""
    lines = text.split("\n")
    blank = {line for line in lines if not line.replace(",", "").strip()}
    found = rows(("to,to,to,to\n" + text).encode())[1:]
    assert len(found) == sum(line not in blank for line in lines)
