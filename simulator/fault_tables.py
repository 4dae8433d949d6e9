"""Faults as they are written: `[[faults]]` of a file, or `--fault` of a command."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from simulator.engine.faults import KINDS, SHORT, Fault
from simulator.keys import ConfigError, hint
from sms.durations import parse_duration
from sms.shares import parse_share

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sms.units import Seconds

SHAPE = '"error-after: share=2%, from=10m, to=20m"'
"""What a fault on a command line looks like."""

FILE = ".toml"
"""How the name of a file of faults ends."""

_NAMES = {"from": "begins_at", "to": "ends_at"}


def read_faults(tables: object) -> tuple[Fault, ...]:
    """Return the faults of `[[faults]]`, in order.

    Raises:
        ConfigError: names the table, the key and what would do.
    """
    if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
        raise ConfigError("faults: write each as a [[faults]] table")
    return tuple(
        _fault(table, f"faults[{place}]") for place, table in enumerate(tables)
    )


def read_fault(table: object, where: str) -> Fault:
    """Return the fault that one table says; `where` is for errors.

    Raises:
        ConfigError: names the place, the key and what would do.
    """
    if not isinstance(table, dict):
        raise ConfigError(f'{where}: write an object such as {{"what": "reset"}}')
    return _fault(table, where)


def read_fault_file(text: str, name: str) -> tuple[Fault, ...]:
    """Return the faults of a file, whatever else stands in it; `name` is for errors.

    Raises:
        ConfigError: it is no TOML, has no `[[faults]]`, or one of them is bad.
    """
    try:
        tables = tomllib.loads(text).get("faults")
        if tables is None:
            raise ConfigError("there is no fault in it; write a [[faults]] table")
        return read_faults(tables)
    except ValueError as error:
        raise ConfigError(f"{name}: {error}") from error


def parse_faults(given: Sequence[str], read: Callable[[str], str]) -> tuple[Fault, ...]:
    """Return the faults of a command line: each such as SHAPE, or a TOML file's.

    `read` returns what stands in a file.

    Raises:
        ConfigError: names what was given and what would do.
        OSError: a file cannot be read.
    """
    found: list[Fault] = []
    for one in given:
        if one.endswith(FILE):
            found += read_fault_file(read(one), one)
        else:
            found.append(parse_fault(one))
    return tuple(found)


def spelled(fault: Fault) -> str:
    """Return a fault as a command line says it, to the last digit."""
    facts = fault.facts()
    what = facts.pop("what")
    return f"{what}: " + ", ".join(f"{key}={given}" for key, given in facts.items())


def parse_fault(text: str) -> Fault:
    """Return a fault written as a kind and its settings, such as SHAPE.

    Raises:
        ConfigError: names what was given and what would do.
    """
    what, _, rest = text.partition(":")
    where = f"--fault {text!r}"
    table: dict[str, Any] = {"what": what.strip()}
    for part in filter(None, map(str.strip, rest.split(","))):
        key, equals, value = map(str.strip, part.partition("="))
        if not equals or not value:
            raise ConfigError(f"{where}: {part!r} has no value: write {SHAPE}")
        if key in table:
            raise ConfigError(f"{where} has {key!r} twice: give it once")
        table[key] = value
    return _fault(table, where)


def _fault(table: Mapping[str, Any], where: str) -> Fault:
    what = table.get("what")
    if not isinstance(what, str) or not what:
        raise ConfigError(f"{where} has no kind: there are {', '.join(KINDS)}")
    kind = SHORT.get(what, what)
    if kind not in KINDS:
        nearest = hint(what, [*KINDS, *SHORT])
        raise ConfigError(f"{where}: no fault {what!r}: {nearest}")
    settings: dict[str, Any] = {"what": kind}
    for key, value in table.items():
        if key not in KINDS[kind].keys:
            nearest = hint(key, KINDS[kind].keys)
            raise ConfigError(f"{where}: {kind} has no key {key!r}: {nearest}")
        if key != "what":
            settings[_NAMES.get(key, key)] = _read(key, value, where)
    try:
        return Fault(**settings)
    except ValueError as error:
        raise ConfigError(f"{where}: {error}") from error


def _read(key: str, value: object, where: str) -> Any:
    try:
        return _READERS[key](value)
    except ValueError as error:
        raise ConfigError(f"{where}: {key}: {error}") from error


def _seconds(value: object) -> Seconds:
    if isinstance(value, str) and value[-1:].isalpha():
        return parse_duration(value)
    return _number(value)


def _share(value: object) -> float:
    if isinstance(value, str) and value.endswith("%"):
        return parse_share(value)
    return _number(value)


def _number(value: object) -> float:
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError as error:
            raise ConfigError(f"{value!r} is no number") from error
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ConfigError(f"{value!r} is no number")
    return float(value)


def _count(value: object) -> int:
    number = _number(value)
    if not number.is_integer():
        raise ConfigError(f"{value!r} is no whole number")
    return int(number)


def _word(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ConfigError(f"{value!r} is no text: write it in quotes")
    return value


_READERS: Mapping[str, Callable[[object], Any]] = {
    **dict.fromkeys(("from", "to", "seconds", "median", "p99"), _seconds),
    **dict.fromkeys(("path", "recipient", "sender", "country"), _word),
    **dict.fromkeys(("factor", "times"), _number),
    "share": _share,
    "count": _count,
}
assert {_NAMES.get(key, key) for key in _READERS} | {"what"} == {
    field.name for field in fields(Fault)
}, "every setting of a fault can be read"
