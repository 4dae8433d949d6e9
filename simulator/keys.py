"""A settings file: each key known, each value of its type, else a line on what is not.

The line names the nearest known key, or all the values that would do.
"""

from __future__ import annotations

import re
from dataclasses import fields
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec import inspect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_NO_CHOICE = re.compile(r"Invalid enum value (.+) - at `\$\.?(.+)`", re.DOTALL)
_STEP = re.compile(r"[^.\[\]]+|\[[^\]]*\]")
"""A field's name, or a place in a list or a table of names."""

T = TypeVar("T")


class ConfigError(ValueError):
    """A setting that cannot be: names what was given, where, and what would do."""


def check_keys(given: object, table: type[Any], where: str) -> None:
    """Check a table's keys against its type; what is no table is told later.

    The type is a dataclass or, where a key is a word of Python's, a msgspec Struct.

    Raises:
        ConfigError: a key is unknown; a slip of the pen may change what a run means.
            Or a table stands where there is a list of tables.
    """
    known = _known_keys(table)
    for key, value in given.items() if isinstance(given, dict) else ():
        if key not in known:
            raise ConfigError(f"{where} has no key {key!r}: {hint(key, known)}")
        if isinstance(value, dict) and _lists_tables(table, key):
            written = f"{key}.{next(iter(value))}" if _names_tables(value) else key
            raise ConfigError(f"[{written}]: write [[{key}]], once for each of them")


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


def convert(data: Any, made: type[T]) -> T:
    """Make what a file's data say, as msgspec does.

    Raises:
        msgspec.ValidationError: something is of another type.
        ConfigError: a word is none of those that there are, which are all named.
    """
    try:
        return msgspec.convert(data, made)
    except msgspec.ValidationError as error:
        found = _NO_CHOICE.fullmatch(str(error))
        words = found and _words(made, _STEP.findall(found[2]))
        if not found or not words:
            raise
        raise ConfigError(
            f"{found[2]}: {found[1]} is none of {', '.join(words)}"
        ) from error


def _words(made: type[Any], steps: Sequence[str]) -> list[str]:
    """Return the words that may stand at a place within a type, none if any may."""
    here: list[inspect.Type] = [inspect.type_info(made)]
    for step in steps:
        here = [inner for one in here for inner in _within(one, step)]
    return [str(word) for one in here for word in _choices(one)]


def _within(outer: inspect.Type, step: str) -> Iterator[inspect.Type]:
    """Yield what may stand at a step within a type."""
    match outer:
        case inspect.UnionType(types):
            for one in types:
                yield from _within(one, step)
        case inspect.DataclassType() | inspect.StructType():
            found = (f.type for f in outer.fields if f.encode_name == step)
            yield from found
        case inspect.VarTupleType() | inspect.ListType() | inspect.FrozenSetType():
            yield outer.item_type
        case inspect.DictType():
            yield outer.value_type


def _choices(one: inspect.Type) -> Iterator[Any]:
    """Yield the words of a type that has but a few."""
    match one:
        case inspect.UnionType(types):
            for inner in types:
                yield from _choices(inner)
        case inspect.EnumType():
            yield from (member.value for member in one.cls)
        case inspect.LiteralType():
            yield from one.values


def _lists_tables(table: type[Any], key: str) -> bool:
    """Say whether a table's key is of a list of tables."""
    tables = (inspect.DataclassType, inspect.StructType)
    return any(
        isinstance(one, inspect.VarTupleType | inspect.ListType)
        and isinstance(one.item_type, tables)
        for one in _within(inspect.type_info(table), key)
    )


def _names_tables(value: Mapping[str, Any]) -> bool:
    """Say whether a table holds nothing but tables, by names of the file's own."""
    return bool(value) and all(isinstance(one, dict) for one in value.values())


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
