"""Arrivals: which requests came, what each has made, and whether its answer left.

It is the oracle for whoever tests a sender: nobody was texted twice, nobody forgotten.
"""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Any

from simulator.api.requests import Answer
from simulator.server.controls import OWN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.server.controls import Asked, Control
    from simulator.server.mishaps import Mishap
    from sms.units import Seconds

MOST_KEPT = 50_000
"""Arrivals that are kept, the newest; what was before them is counted alone."""

PAGE, LARGEST_PAGE = 1_000, 10_000
"""Arrivals told at a time where nothing is asked for, and at most."""

PATH = f"{OWN}requests"


class Arrival:
    """A POST that came below one of Twilio's paths, whatever has become of it.

    `digest` is the SHA-256 of its body as it came, None where it was turned away before
    that was read.  `sid` names what it has created, None for nothing; `status` is what
    the answer said or would have said, 0 where there was to be none.  `answered` says
    whether the whole answer was handed to a connection that still was there: that
    anybody has read it nobody can know.  `mishap` is what a fault on order did to it.
    """

    __slots__ = (
        *("answered", "at", "digest", "method", "mishap", "path", "sid", "status"),
    )

    def __init__(self, at: Seconds, method: str, path: str) -> None:
        self.at = at
        self.method = method
        self.path = path
        self.digest: bytes | None = None
        self.mishap: Mishap | None = None
        self.sid: str | None = None
        self.status = 0
        self.answered = False

    def facts(self, number: int) -> dict[str, Any]:
        """Return it as JSON shows it, the `number`-th that was done with."""
        return {
            "number": number,
            "at": self.at,
            "method": self.method,
            "path": self.path,
            "hash": self.digest.hex() if self.digest is not None else None,
            "sid": self.sid,
            "status": self.status,
            "answered": self.answered,
            "faults": list(self.mishap.kinds) if self.mishap else [],
        }


class Arrivals:
    """Keeps the newest arrivals, numbered from 1 as they were done with.

    `count` is how many there have been.  Nothing of a body is kept but its hash.
    """

    def __init__(self, most_kept: int = MOST_KEPT) -> None:
        self.count = 0
        self._kept: deque[Arrival] = deque(maxlen=most_kept)

    def add(self, arrival: Arrival) -> None:
        """Keep an arrival that is done with, if it is a POST to what is Twilio's."""
        if arrival.method != "POST" or arrival.path.startswith(OWN):
            return
        self.count += 1
        self._kept.append(arrival)

    def clear(self) -> None:
        """Forget all of them; numbers go on."""
        self._kept.clear()

    def facts(self) -> list[dict[str, Any]]:
        """Return every arrival that is kept as JSON shows it, the oldest first."""
        return self._page(0, self.count, lambda _: True)[0]

    @property
    def forgotten(self) -> int:
        """How many are kept no more."""
        return self.count - len(self._kept)

    def controls(self) -> Sequence[Control]:
        """Return the routes."""
        return (("GET", PATH, self.show),)

    def show(self, asked: Asked) -> Answer:
        """List arrivals, the oldest first: a page of those that are asked for."""
        try:
            after = min(_number(asked, "after", 0), self.count)
            limit = min(_number(asked, "limit", PAGE), LARGEST_PAGE)
            wanted = _filter(asked)
        except ValueError as error:
            return Answer(400, {"message": str(error)})
        rows, last = self._page(after, limit, wanted)
        return Answer(
            200,
            {
                "requests": rows,
                "next_after": last if last < self.count else None,
                "count": self.count,
                "forgotten": self.forgotten,
            },
        )

    def _page(
        self, after: int, limit: int, wanted: Callable[[Arrival], bool]
    ) -> tuple[list[dict[str, Any]], int]:
        """Return a page's rows, and the number of the last arrival looked at."""
        first = self.forgotten + 1
        last = max(after, first - 1)
        rows: list[dict[str, Any]] = []
        for number, arrival in enumerate(
            islice(self._kept, last + 1 - first, None), last + 1
        ):
            if len(rows) >= limit:
                break
            last = number
            if wanted(arrival):
                rows.append(arrival.facts(number))
        return rows, last


def _filter(asked: Asked) -> Callable[[Arrival], bool]:
    """Return what says whether an arrival is asked for.

    Raises:
        ValueError: names what is wrong with the query.
    """
    query = asked.query
    for name in query:
        if name not in _FILTERS:
            raise ValueError(f"{name!r} is no filter: there are {', '.join(_FILTERS)}")
    since = _instant(query.get("since"))
    given = {name: query[name] for name in ("path", "sid", "hash") if name in query}

    def wanted(arrival: Arrival) -> bool:
        digest = arrival.digest.hex() if arrival.digest is not None else None
        own = {"path": arrival.path, "sid": arrival.sid, "hash": digest}
        return arrival.at >= since and all(
            own[name] == value for name, value in given.items()
        )

    return wanted


_FILTERS = ("after", "limit", "since", "path", "sid", "hash")


def _number(asked: Asked, name: str, otherwise: int) -> int:
    """Return a whole number of a query.

    Raises:
        ValueError: it is none, or below 0.
    """
    given = asked.query.get(name)
    if given is None:
        return otherwise
    if not isinstance(given, str) or not (given.isascii() and given.isdecimal()):
        raise ValueError(f"{name}: {given!r} is no whole number from 0 on")
    return int(given)


def _instant(given: object) -> Seconds:
    """Return the instant from which on arrivals are asked for.

    Raises:
        ValueError: it is no number.
    """
    if given is None:
        return float("-inf")
    try:
        return float(str(given))
    except ValueError as error:
        raise ValueError(
            f"since: {given!r} is no instant: write simulated seconds, such as 12.5"
        ) from error
