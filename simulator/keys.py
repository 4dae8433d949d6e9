"""Keys of a settings file: each known, or an error that names the nearest known one."""

from __future__ import annotations

from dataclasses import fields
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class ConfigError(ValueError):
    """A setting that cannot be: names what was given, where, and what would do."""


def check_keys(given: object, table: type[Any], where: str) -> None:
    """Check a table's keys against its type; what is no table is told later.

    The type is a dataclass or, where a key is a word of Python's, a msgspec Struct.

    Raises:
        ConfigError: a key is unknown; a slip of the pen may change what a run means.
    """
    known = _known_keys(table)
    for key in given if isinstance(given, dict) else ():
        if key not in known:
            raise ConfigError(f"{where} has no key {key!r}: {hint(key, known)}")


def check_tables(
    data: Mapping[str, Any], tables: Mapping[str, type[Any]], where: str = ""
) -> None:
    """Check the keys of all tables within one, and of every table of a list.

    Raises:
        ConfigError: a key is unknown.
    """
    for key, table in tables.items():
        value = data.get(key, [])
        if not isinstance(value, list):
            check_keys(value, table, f"{where}{key}")
            continue
        for place, given in enumerate(value):
            check_keys(given, table, f"{where}{key}[{place}]")


def _known_keys(table: type[Any]) -> list[str]:
    if issubclass(table, msgspec.Struct):
        return [field.encode_name for field in msgspec.structs.fields(table)]
    return [field.name for field in fields(table)]


def hint(given: str, known: Sequence[str]) -> str:
    """Return what may have been meant by a name that is not known."""
    nearest = get_close_matches(given, known, n=1)
    if nearest:
        return f"did you mean {nearest[0]!r}?"
    return f"there are {', '.join(known) or 'none'}"
