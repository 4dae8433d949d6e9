"""The table of operations as plain data, for an SDK of another language.

A row's `on` is asked of an object that only notes what is asked of it: attributes and
calls, in their order.  So one table serves every library, whose names differ in nothing
but their spelling.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.system.sdk_operation import Operation

RENAMED = {"delete": "remove", "stream": "list", "from_": "from"}
"""What twilio-node calls otherwise than by camel case."""


class Steps:
    """The way from a client to a thing: names, and the arguments of calls."""

    def __init__(self, steps: Sequence[str | list[str]] = ()) -> None:
        self.steps = list(steps)

    def __getattr__(self, name: str) -> Steps:
        """Return the way one attribute further."""
        return Steps([*self.steps, camel(name)])

    def __call__(self, *arguments: str) -> Steps:
        """Return the way one call further."""
        return Steps([*self.steps, list(arguments)])


class Placeholders(defaultdict[str, str]):
    """Gives each name as `{name}`, for what is known only once the table is run."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def camel(name: str) -> str:
    """Return a name of twilio-python's as twilio-node has it."""
    if name in RENAMED:
        return RENAMED[name]
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)


def plain(operation: Operation) -> dict[str, Any]:
    """Return a row as data, fit for JSON; `{name}` stands for what is kept."""
    return {
        "name": operation.name,
        "steps": operation.on(Steps(), Placeholders()).steps,
        "call": camel(operation.call),
        "arguments": {camel(n): value for n, value in operation.arguments.items()},
        "expected": {camel(n): value for n, value in operation.expected.items()},
        "makes": operation.makes,
        "keeps": camel(operation.keeps),
        "empty": operation.empty,
        "after": "delivered" if operation.name == "message: delete" else None,
    }
