"""Rings: the newest rows of something that goes on and on, told by the page."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.api.requests import Form

PAGE, LARGEST_PAGE = 1_000, 10_000
"""Rows told at a time where nothing is asked for, and at most."""


class Row(Protocol):
    """What can be told."""

    def facts(self, number: int) -> dict[str, Any]:
        """Return it as JSON shows it, the `number`-th there has been."""


AnyRow = TypeVar("AnyRow", bound=Row)


class Ring(Generic[AnyRow]):
    """Keeps the newest rows, numbered from 1 as they came.

    `count` is how many there have been, `forgotten` how many of them are kept no more.
    """

    def __init__(self, most_kept: int) -> None:
        self.count = 0
        self._most_kept = most_kept
        self._kept: deque[AnyRow] = deque()

    def __len__(self) -> int:
        """Return how many are kept."""
        return len(self._kept)

    @property
    def forgotten(self) -> int:
        """How many are kept no more."""
        return self.count - len(self._kept)

    def add(self, row: AnyRow) -> AnyRow | None:
        """Keep a row; return the one that has to go for it, if one has."""
        self.count += 1
        self._kept.append(row)
        return self.forget() if len(self._kept) > self._most_kept else None

    def forget(self) -> AnyRow:
        """Let the oldest go."""
        return self._kept.popleft()

    def clear(self) -> None:
        """Forget all of them; numbers go on."""
        self._kept.clear()

    def tell(
        self, name: str, query: Form, wanted: Callable[[AnyRow], bool]
    ) -> dict[str, Any]:
        """Return a page of the rows that are wanted, the oldest first, as `name`.

        The query's `after` and `limit` say which page.

        Raises:
            ValueError: one of these is no whole number.
        """
        after = min(whole_number(query, "after", 0), self.count)
        limit = min(whole_number(query, "limit", PAGE), LARGEST_PAGE)
        rows, last = self._page(after, limit, wanted)
        return {
            name: rows,
            "next_after": last if last < self.count else None,
            "count": self.count,
            "forgotten": self.forgotten,
        }

    def _page(
        self, after: int, limit: int, wanted: Callable[[AnyRow], bool]
    ) -> tuple[list[dict[str, Any]], int]:
        """Return a page's rows, and the number of the last one looked at."""
        first = self.forgotten + 1
        last = max(after, first - 1)
        rows: list[dict[str, Any]] = []
        for number, row in enumerate(
            islice(self._kept, last + 1 - first, None), last + 1
        ):
            if len(rows) >= limit:
                break
            last = number
            if wanted(row):
                rows.append(row.facts(number))
        return rows, last


def whole_number(query: Form, name: str, otherwise: int) -> int:
    """Return a whole number of a query.

    Raises:
        ValueError: it is none, or below 0.
    """
    given = query.get(name)
    if given is None:
        return otherwise
    if not isinstance(given, str) or not (given.isascii() and given.isdecimal()):
        raise ValueError(f"{name}: {given!r} is no whole number from 0 on")
    return int(given)
