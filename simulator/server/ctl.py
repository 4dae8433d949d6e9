"""`smslab ctl`: what is below `/_smslab/`, read and changed from a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, NamedTuple

import typer
from typer import Argument, Option

from simulator.fault_tables import parse_fault
from simulator.keys import ConfigError, hint
from simulator.server.asking import find_server

LONGEST = 600.0
"""Real seconds that time may take to be advanced."""

READ = (
    *("health", "clock", "seed", "accounts", "numbers", "queues", "faults"),
    *("opt-outs", "requests", "callbacks", "metrics", "events", "openapi.json"),
)
"""What can be read, each under its own name."""

TEXTS = frozenset({"metrics", "events"})
"""What is no JSON: it is passed on as it comes."""


class Ask(NamedTuple):
    """A request: a method, a path below `/_smslab/`, and a document if there is one."""

    method: str
    path: str
    document: Any = None


Making = Callable[[Sequence[str]], Ask]


def _change_clock(**document: Any) -> Making:
    return lambda _: Ask("POST", "clock", document)


def _whole(given: str) -> int:
    """Return a whole number.

    Raises:
        ConfigError: it is none.
    """
    try:
        return int(given)
    except ValueError as error:
        raise ConfigError(f"{given!r} is no whole number such as 7") from error


def _speed(given: Sequence[str]) -> Ask:
    try:
        return Ask("POST", "clock", {"speed": float(given[0])})
    except ValueError as error:
        raise ConfigError(f"speed: {given[0]!r} is no number such as 60") from error


CHANGES: Mapping[tuple[str, int], Making] = {
    ("clock pause", 0): _change_clock(paused=True),
    ("clock resume", 0): _change_clock(paused=False),
    ("clock speed", 1): _speed,
    ("clock advance", 1): lambda given: Ask(
        "POST", "clock", {"advance": given[0], "within": LONGEST}
    ),
    ("clock advance-to", 1): lambda given: Ask(
        "POST", "clock", {"advance_to": given[0], "within": LONGEST}
    ),
    ("reset", 0): lambda _: Ask("POST", "reset", {}),
    ("seed", 1): lambda given: Ask("POST", "seed", {"seed": _whole(given[0])}),
    ("faults add", 1): lambda given: Ask(
        "POST", "faults", parse_fault(given[0]).facts()
    ),
    ("faults remove", 1): lambda given: Ask("DELETE", f"faults/{_whole(given[0])}"),
    ("faults clear", 0): lambda _: Ask("DELETE", "faults"),
    ("inbound", 1): lambda given: Ask("GET", f"inbound/{given[0]}"),
}
"""What each change is asked by, and how many words it is given besides."""


def ask_of(words: Sequence[str]) -> Ask:
    """Return the request that some words stand for.

    Raises:
        ConfigError: they stand for none; or a value among them cannot be.
    """
    for (name, count), make in CHANGES.items():
        steps = name.split()
        if list(words[: len(steps)]) == steps and len(words) == len(steps) + count:
            return make(words[len(steps) :])
    if len(words) == 1 and words[0] in READ:
        return Ask("GET", words[0])
    said = " ".join(words)
    known = [*READ, *(name for name, _ in CHANGES)]
    raise ConfigError(f"ctl: {said!r} is nothing it knows: {hint(said, known)}")


def lines_of(document: Any) -> list[str]:
    """Return an answer in lines: as a table if it begins with a list, else by keys."""
    rows = next(iter(document.values()), None)
    if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
        return _table(rows) if rows else ["none"]
    width = max(map(len, document), default=0)
    return [f"{name:<{width}}  {_plain(value)}" for name, value in document.items()]


def _table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [names, *([_plain(row.get(name)) for name in names] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in cells
    ]


def _plain(value: Any) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def ctl(
    words: Annotated[
        list[str],
        Argument(
            metavar="WHAT...",
            help=f"Read {', '.join(READ)}; or change: "
            f"{', '.join(dict.fromkeys(name for name, _ in CHANGES))}.",
        ),
    ],
    url: Annotated[
        str | None,
        Option(help="The server's address; else your newest.", envvar="SMSLAB_URL"),
    ] = None,
    token: Annotated[
        str | None, Option(help="Its control token.", envvar="SMSLAB_TOKEN")
    ] = None,
    as_json: Annotated[
        bool, Option("--json", help="Print the answer as it is.")
    ] = False,
) -> None:
    """Read and change a running server: its time, faults, queues and all it knows."""
    ask = ask_of(words)
    server = find_server(url, token)
    if ask.path in TEXTS:
        with server.open(ask.method, ask.path) as answer:
            for piece in answer:
                sys.stdout.buffer.write(piece)
                sys.stdout.flush()
        return
    told = server.ask(ask.method, ask.path, ask.document, patience=LONGEST)
    for line in [json.dumps(told)] if as_json else lines_of(told):
        typer.echo(line)
