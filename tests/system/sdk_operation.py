"""One operation of the official SDK: a row of the tables beside this file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SEVERAL = frozenset({"list", "stream"})
"""Calls that return several."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of the SDK: on what, by which method, and what it must return.

    `on` takes the client and what was kept before.  An argument `{name}` stands for
    what is kept under that name, `{soon}` for a date within reach of a schedule.
    `expected` are attributes of what is returned, or of the first one of a list, which
    is `empty` only where that is said.  `makes` is the name under which the attribute
    `keeps` of it is kept.
    """

    name: str
    on: Callable[[Any, Mapping[str, str]], Any]
    call: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    expected: Mapping[str, Any] = field(default_factory=dict)
    makes: str = ""
    keeps: str = "sid"
    empty: bool = False

    def given(self, kept: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments, with what is kept filled in."""
        return {
            name: kept[value[1:-1]] if _is_name(value) else value
            for name, value in self.arguments.items()
        }

    def check(self, returned: Any, kept: dict[str, Any]) -> None:
        """Hold what came back against the row, and keep of it what is to be kept."""
        if self.call == "delete":
            assert returned is True, self.name
            return
        if self.call in SEVERAL:
            assert bool(returned) is not self.empty, self.name
            returned = None if self.empty else returned[0]
        seen = {name: getattr(returned, name) for name in self.expected}
        assert seen == dict(self.expected), self.name
        if self.makes:
            kept[self.makes] = getattr(returned, self.keeps)


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("{") and value.endswith("}")
