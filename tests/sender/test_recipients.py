"""Recipients: every row comes out, once, as whom to send to or why not."""

from __future__ import annotations

import csv
import io
import runpy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sender.recipients import (
    Recipient,
    RecipientList,
    RecipientsError,
    Reject,
    read_recipients,
    write_rejects,
)

EXAMPLES = Path(__file__).parents[2] / "examples"

numbers = st.integers(0, 99).map(lambda tail: f"+1415555{100 + tail:04d}")
cells = st.one_of(
    st.just(""),
    numbers,
    st.text(alphabet=' \t",;|+-0123456789aé\n/.E', max_size=20),
    st.text(max_size=8),
)
tables = st.lists(st.lists(cells, max_size=5), max_size=12)


def read(text: str) -> RecipientList:
    """Read a file given as text."""
    return read_recipients(text.encode(), name="list.csv")


def refusal(data: bytes) -> str:
    """Return why a file is refused as a whole; empty where it is not."""
    try:
        read_recipients(data, name="list.csv")
    except RecipientsError as error:
        return str(error)
    return ""


def written(rows: list[list[str]], delimiter: str, line_end: str) -> bytes:
    """Return the table as a spreadsheet writes it, under a header of three columns."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(
        sheet,
        delimiter=delimiter,
        lineterminator=line_end,
        quoting=csv.QUOTE_ALL,
    )
    writer.writerows([["name", "to", "city"], *rows])
    return sheet.getvalue().encode("utf-8", "replace")


def test_a_row_becomes_a_recipient() -> None:
    """A row gives its number in E.164, its line and its other cells by column."""
    table = read("Name,Phone,Town\nAda,(415) 555-0123,Köln\n")
    fields = {"Name": "Ada", "Town": "Köln"}
    assert table.recipients == (Recipient("+14155550123", 2, fields),)
    assert table.columns == ("Name", "Phone", "Town")


def test_a_number_is_read_by_the_region() -> None:
    """A number without a country code is one of the region's."""
    table = read_recipients(b"to\n0171 3920012\n", name="list.csv", region="DE")
    assert [recipient.address for recipient in table.recipients] == ["+491713920012"]


def test_lines_count_as_in_an_editor() -> None:
    """Blank lines and quoted line breaks count, so that a line can be looked up."""
    table = read('to,note\n\n+14155550100,"two\nlines"\n+14155550101,x\n')
    assert [recipient.line for recipient in table.recipients] == [3, 5]
    assert table.recipients[0].fields == {"note": "two\nlines"}


@settings(max_examples=400, deadline=None)
@given(tables, st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n", "\r"]))
def test_nothing_vanishes(rows: list[list[str]], delimiter: str, line_end: str) -> None:
    """Recipients and rejects are as many as rows in which a cell is filled."""
    table = read_recipients(written(rows, delimiter, line_end), name="list.csv")
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    assert len(table.recipients) + len(table.rejects) == len(filled)


@settings(max_examples=400, deadline=None)
@given(st.lists(numbers, max_size=40))
def test_a_number_is_sent_to_once(addresses: list[str]) -> None:
    """Each number comes out once, at the place where it first stands."""
    table = read("\n".join(["to", *addresses]))
    assert [recipient.address for recipient in table.recipients] == list(
        dict.fromkeys(addresses)
    )


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.binary(max_size=60), st.text(max_size=60).map(str.encode)))
def test_any_bytes_are_read_or_refused_in_one_line(data: bytes) -> None:
    """Whatever a file holds, it is read, or refused by name and without a traceback."""
    for told in (refusal(data), refusal(b"to,name\n" + data)):
        assert not told or told.startswith("list.csv: ")
        assert told.isprintable()


def test_a_duplicate_names_the_first_line() -> None:
    """A second row for a number is a reject that says where the first stands."""
    table = read("to\n+14155550100\n415-555-0100\n+14155550101\n")
    assert table.rejects == (Reject(3, "415-555-0100", "duplicate of line 2"),)


def test_duplicates_are_kept_on_demand() -> None:
    """With keep_duplicates each row is a recipient."""
    data = b"to\n+14155550100\n+14155550100\n"
    table = read_recipients(data, name="list.csv", keep_duplicates=True)
    assert [recipient.line for recipient in table.recipients] == [2, 3]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("", "the phone cell is empty"),
        ("'", "the phone cell is empty"),
        ("1.4155550123E+10", "1.4155550123E+10 is a number as Excel rounds it"),
        ('"1,4155550123E+10"', "1,4155550123E+10 is a number as Excel rounds it"),
        ("+14155550100 / +14155550101", "more than one number in the cell"),
        ("415-555-0100 or 415-555-0101", "more than one number in the cell"),
        ("+14155550100\0", "the row holds a NUL byte"),
        ('"+14155550100" x', "the row cannot be read, see to its quotation marks"),
    ],
)
def test_a_reject_has_a_reason_of_its_own(cell: str, reason: str) -> None:
    """Each customary damage to a number is told apart."""
    (reject,) = read(f"to,name\n{cell},Ada\n").rejects
    assert reject.reason.startswith(reason)


@pytest.mark.parametrize("cell", ["n/a", "ask Bob", "12345", "+1415555012345678"])
def test_what_is_no_number_is_a_reject(cell: str) -> None:
    """A cell that no number can be made of is rejected as it was written."""
    (reject,) = read(f"to,name\n{cell},Ada\n").rejects
    assert reject.value == cell
    assert reject.reason


@pytest.mark.parametrize(
    "cell",
    ["'+14155550100", '"=""+14155550100"""', "14155550100.0", "4155550100.0"],
)
def test_marks_of_a_spreadsheet_are_taken_off(cell: str) -> None:
    """What a spreadsheet puts around a number, or behind it, is not the number's."""
    assert read(f"to\n{cell}\n").recipients == (Recipient("+14155550100", 2),)


def test_missing_cells_are_empty() -> None:
    """A row that is too short has empty cells at its end."""
    assert read("to,name\n+14155550100\n").recipients[0].fields == {"name": ""}


def test_a_shifted_row_is_a_reject() -> None:
    """A row with a filled cell too many has shifted: its data may be another's."""
    text = "to,name,town\n+14155550100,Doe, Ada,Austin\n+14155550101,Bo,Austin,,\n"
    table = read(text)
    assert table.rejects[0].reason == "the row has 4 cells where the header has 3"
    assert [recipient.line for recipient in table.recipients] == [3]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "is empty: a header such as to,name is needed"),
        (" \n\n", "is empty"),
        ("name,town\nAda,Austin\n", "no phone column among 'name', 'town': name one"),
        ("+14155550100\n", "line 1 holds a number, '+14155550100'"),
        ("Ada,415-555-0100\n", "add a first line such as to,name"),
        ("phone,Phone\n1,2\n", "has 2 columns for the number ('phone', 'Phone')"),
        (",".join("abcdefghijklm"), "'l' and more: name one of them"),
        ("t\0o\n", "line 1: the row holds a NUL byte"),
        ('to,"name\n', "line 1: the row cannot be read"),
        ("PK\x03\x04", "is a workbook or an archive"),
    ],
)
def test_a_file_of_no_use_is_refused(text: str, hint: str) -> None:
    """One line names the file, what is wrong with it, and what would do."""
    with pytest.raises(RecipientsError, match=r"^list\.csv: ") as caught:
        read(text)
    assert hint in str(caught.value)


def test_rejects_can_be_looked_up_and_mended() -> None:
    """The rejects' CSV keeps a number as it is, and takes the harm out of a formula."""
    rejects = [
        Reject(3, "+1 (415) 555", "too short"),
        Reject(9, "=HYPERLINK(1)", "no, not a number"),
    ]
    assert write_rejects(rejects) == (
        '"line","value","reason"\n'
        '3,"+1 (415) 555","too short"\n'
        '9,"\'=HYPERLINK(1)","no, not a number"\n'
    )


@settings(max_examples=400, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=30))
def test_no_reject_is_a_formula(value: str) -> None:
    """A value stands in the CSV whole, and none that begins as a formula could run."""
    sheet = io.StringIO(write_rejects([Reject(2, value, "why")]), newline="")
    cell = list(csv.reader(sheet))[1][1]
    assert cell.removeprefix("'") == value.removeprefix("'")
    assert cell[:1] not in set("=@\t\r")
    assert cell[:1] not in set("+-") or not any(map(str.isalpha, cell))


def test_the_example_is_what_its_script_writes() -> None:
    """The file in the repository is the script's, byte for byte."""
    script = runpy.run_path(str(EXAMPLES / "make_recipients.py"))
    assert script["make_csv"]().encode() == (EXAMPLES / "recipients.csv").read_bytes()


def test_the_example_is_read_whole() -> None:
    """Of the example's 3,000 rows all come out, sixty for one reason or another."""
    data = (EXAMPLES / "recipients.csv").read_bytes()
    table = read_recipients(data, name="recipients.csv")
    assert (len(table.recipients), len(table.rejects)) == (2940, 60)
