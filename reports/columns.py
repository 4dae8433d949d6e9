"""The columns of a run folder, as docs/records.md prints them.

`python -m reports.columns` writes that page's tables anew.
"""

from __future__ import annotations

from pathlib import Path

from loadtests.records import TABLES, Column

PAGE = Path(__file__).parents[1] / "docs" / "records.md"
BEGIN, END = "<!-- tables: python -m reports.columns -->", "<!-- end of tables -->"

PARQUET = {
    "category": "dictionary of strings",
    "string": "string",
    "sid": "string",
    "int": "int32",
    "float": "float64",
}


def describe_tables() -> str:
    """Return every table of a run folder, a line a column, in Markdown."""
    return "\n".join(_describe(name, columns) for name, columns in TABLES.items())


def insert_tables(page: str) -> str:
    """Return a page with the tables in their place, between the two marks."""
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n\n{describe_tables()}\n{END}{after}"


def _describe(name: str, columns: tuple[Column, ...]) -> str:
    lines = [
        f"### `{name}.parquet`\n",
        "| column | type | unit | meaning |",
        "|---|---|---|---|",
        *(
            f"| `{column.name}` | {PARQUET[column.type]} | {column.unit} | "
            f"{column.meaning.replace('|', chr(92) + '|')} |"
            for column in columns
        ),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(insert_tables(PAGE.read_text("utf-8")), encoding="utf-8")
