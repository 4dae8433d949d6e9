"""Parameters as rows: a resource's table says what it reads, into which field, and how.

A row's reader takes the text on the wire and says with a ValueError what is wrong with
it; the row's code then refuses the request.  What is absent or empty sets nothing.

Source: the types of https://github.com/twilio/twilio-oai (2026-04-14); 20422 where the
error dictionary has no code of the parameter's own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from string import Formatter
from typing import TYPE_CHECKING, Any

from simulator.api.forms import is_callback_url, is_web_url, many
from sms.errors import INVALID_PARAMETER, ApiError, ErrorCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.api.requests import Form

Reader = Callable[[str], Any]

_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)

SHOWN = 200
"""Characters of a bad value that its refusal repeats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter: its name on the wire, and the field of ours that it sets.

    `error` is the row that refuses a bad value: in its text `{problem}` and `{name}`
    are filled in as such, any other hole with the value.  A `repeated` one sets a tuple
    of all its values.
    """

    name: str
    field: str
    read: Reader
    error: ErrorCode = INVALID_PARAMETER
    repeated: bool = False


def read_parameters(table: Sequence[Parameter], form: Form) -> dict[str, Any]:
    """Return what a form sets, by field, in the order of the table.

    Raises:
        ApiError: the first row's whose value is bad, by that row's code.
    """
    fields: dict[str, Any] = {}
    for row in table:
        values = [value for value in many(form, row.name) if value]
        if values:
            read = [_read(row, value) for value in values]
            fields[row.field] = tuple(read) if row.repeated else read[0]
    return fields


def _read(row: Parameter, value: str) -> Any:
    try:
        return row.read(value)
    except ValueError as error:
        shown = value[:SHOWN]
        said = {"problem": f"{row.name} {error}, not {shown!r}", "name": row.name}
        holes = (hole for _, hole, _, _ in Formatter().parse(row.error.text) if hole)
        raise ApiError(
            row.error, **{hole: said.get(hole, shown) for hole in holes}
        ) from error


# Readers


def text(value: str) -> str:
    """Take any text."""
    return value


def flag(value: str) -> bool:
    """Read `true` or `false`, in whatever case."""
    truth = {"true": True, "false": False}.get(value.lower())
    if truth is None:
        raise ValueError("is true or false")
    return truth


def whole(low: int, high: int) -> Reader:
    """Return a reader of whole numbers from `low` to `high`."""

    def read(value: str) -> int:
        if _WHOLE.fullmatch(value) and low <= int(value) <= high:
            return int(value)
        raise ValueError(f"is a whole number from {low} to {high}")

    return read


def number(value: str) -> float:
    """Read a decimal number."""
    if not re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", value, re.ASCII):
        raise ValueError("is a number")
    return float(value)


def one_of(*words: str) -> Reader:
    """Return a reader of one of a few words."""

    def read(value: str) -> str:
        if value not in words:
            raise ValueError(f"is one of {', '.join(words)}")
        return value

    return read


def up_to(longest: int) -> Reader:
    """Return a reader of texts of at most so many characters."""

    def read(value: str) -> str:
        if len(value) > longest:
            raise ValueError(f"has at most {longest} characters")
        return value

    return read


def sid(prefix: str) -> Reader:
    """Return a reader of SIDs: a prefix and 32 hexadecimal digits."""
    pattern = re.compile(f"{prefix}[0-9a-fA-F]{{32}}", re.ASCII)

    def read(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(f"is {prefix} and 32 hexadecimal digits")
        return value

    return read


def web_url(value: str) -> str:
    """Read an absolute URL of http or https."""
    if not is_web_url(value):
        raise ValueError("is a URL of http or https")
    return value


def callback_url(value: str) -> str:
    """Read a URL that a webhook may be posted to; see `forms.is_callback_url`."""
    if not is_callback_url(value):
        raise ValueError("is a URL of http or https, its host without underscore")
    return value


def _finite(number: str) -> float:
    read = float(number)
    if not isfinite(read):
        raise ValueError(number)
    return read


def json_object(value: str) -> dict[str, Any]:
    """Read a JSON object."""
    try:
        read = json.loads(value, parse_float=_finite, parse_constant=_finite)
    except (ValueError, RecursionError):
        read = None
    if isinstance(read, dict):
        return read
    raise ValueError("is a JSON object")
