"""Traces: where something went wrong, without what it went wrong about.

What an error says may repeat a text, a number or an address of somebody; the log is to
have none of these.
"""

from __future__ import annotations

from traceback import extract_tb
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logging import LogRecord


def where(error: BaseException) -> str:
    """Return an error's type and the places it came through, the innermost last."""
    places = [
        f"  {frame.filename}:{frame.lineno} in {frame.name}"
        for frame in extract_tb(error.__traceback__)
    ]
    return "\n".join([type(error).__name__, *places])


def be_silent(record: LogRecord) -> bool:
    """Keep a record's error to its type and place: for a logger that is not ours."""
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        record.msg, record.args = "%s: %s", (record.getMessage(), where(error))
        record.exc_info = record.exc_text = None
    return True
