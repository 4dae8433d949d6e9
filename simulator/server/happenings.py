"""Happenings: what happens in a server, told as it does, as server-sent events."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from simulator.api.requests import Answer
from simulator.engine.events import MessageReceived, StatusChanged
from simulator.server.controls import OWN
from simulator.server.journal import callback_line, fanned_out_line
from simulator.server.rings import whole_number
from simulator.server.streams import Stream

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from simulator.engine.events import Event
    from simulator.server.controls import Asked, Control
    from simulator.server.dispatcher import CallbackPosted, Dispatcher
    from simulator.server.pump import Pump
    from sms.units import Seconds

PATH = f"{OWN}events"

MOST_LISTENERS = 32
"""Streams at a time; one more is told 503."""

MOST_UNREAD = 10_000
"""Events that a listener may be behind; one more and its stream is ended."""

MOST_KEPT = 10_000
"""Events that can be told again to whoever comes back with Last-Event-ID."""

HEARTBEAT: Seconds = 15.0
"""Real seconds after which a stream on which nothing happened gives a sign of life."""

TYPES = ("status", "received", "notification", "callback")

_FILTERS = ("type", "sid", "to", "after")

_ALIVE = b": still here\n\n"


class Happening(NamedTuple):
    """Something that happened: its number, from 1, its type and what it tells."""

    number: int
    type: str
    facts: Mapping[str, Any]

    def event(self) -> bytes:
        """Return it as a server-sent event."""
        data = orjson.dumps(self.facts)
        return b"id: %d\nevent: %s\ndata: %s\n\n" % (
            self.number,
            self.type.encode(),
            data,
        )


class Happenings:
    """Tells listeners of the main account's events and callbacks.

    Nothing is written down before somebody listens for the first time.  A listener who
    falls too far behind is left, and counted in `left_behind`: nobody else waits.
    """

    def __init__(self, pump: Pump, dispatcher: Dispatcher) -> None:
        self.left_behind = 0
        self._pump = pump
        self._dispatcher = dispatcher
        self._kept: deque[Happening] | None = None
        self._count = 0
        self._listeners: set[asyncio.Queue[Happening | None]] = set()

    def controls(self) -> Sequence[Control]:
        """Return the routes."""
        return (("GET", PATH, self.listen),)

    def listen(self, asked: Asked) -> Answer | Stream:
        """Answer with a stream of what happens from now on, or since `after`."""
        if len(self._listeners) >= MOST_LISTENERS:
            told = f"{MOST_LISTENERS} listen already: end one of their streams"
            return Answer(503, {"message": told})
        try:
            wanted, after = _filter(asked)
        except ValueError as error:
            return Answer(400, {"message": str(error)})
        return Stream(self._follow(wanted, after))

    def close(self) -> None:
        """End every stream."""
        for listener in self._listeners:
            _end(listener)

    async def _follow(
        self, wanted: Mapping[str, str], after: int | None
    ) -> AsyncIterator[bytes]:
        self._begin()
        assert self._kept is not None, "it has begun"
        listener: asyncio.Queue[Happening | None] = asyncio.Queue(MOST_UNREAD)
        self._listeners.add(listener)
        missed = () if after is None else [h for h in self._kept if h.number > after]
        try:
            yield _ALIVE
            for happening in missed:
                if _is_wanted(happening, wanted):
                    yield happening.event()
            async for heard in _heard(listener):
                if heard is None:
                    yield _ALIVE
                elif _is_wanted(heard, wanted):
                    yield heard.event()
        finally:
            self._listeners.discard(listener)

    def _begin(self) -> None:
        """Take note of what happens from now on."""
        if self._kept is None:
            self._kept = deque(maxlen=MOST_KEPT)
            self._pump.add_observer(self._take)
            self._dispatcher.add_observer(self._note)

    def _take(self, event: Event) -> None:
        if isinstance(event, StatusChanged):
            self._tell("status", _status(event))
        elif isinstance(event, MessageReceived):
            self._tell("received", _received(event))
        else:
            self._tell("notification", fanned_out_line(event))

    def _note(self, callback: CallbackPosted) -> None:
        self._tell("callback", callback_line(callback))

    def _tell(self, type_: str, facts: Mapping[str, Any]) -> None:
        assert self._kept is not None, "somebody listens"
        self._count += 1
        happening = Happening(self._count, type_, facts)
        self._kept.append(happening)
        for listener in tuple(self._listeners):
            try:
                listener.put_nowait(happening)
            except asyncio.QueueFull:
                self.left_behind += 1
                self._listeners.discard(listener)
                _end(listener)


def _end(listener: asyncio.Queue[Happening | None]) -> None:
    """Have a listener's stream end once it has been told what waits."""
    while listener.full():
        listener.get_nowait()
    listener.put_nowait(None)


async def _heard(
    listener: asyncio.Queue[Happening | None],
) -> AsyncIterator[Happening | None]:
    """Yield what a listener is told, None for each time of silence."""
    while True:
        try:
            async with asyncio.timeout(HEARTBEAT):
                happening = await listener.get()
        except TimeoutError:
            yield None
            continue
        if happening is None:
            return
        yield happening


def _status(event: StatusChanged) -> dict[str, Any]:
    message = event.message
    return {
        "at": event.at,
        "sid": message.sid,
        "to": message.recipient,
        "from": message.sender.address if message.sender else None,
        "status": event.status,
        "error_code": event.error_code,
    }


def _received(event: MessageReceived) -> dict[str, Any]:
    message = event.message
    return {
        "at": event.at,
        "sid": message.sid,
        "to": message.recipient,
        "from": message.sender.address if message.sender else None,
        "opt_out_type": event.opt_out_type,
    }


def _is_wanted(happening: Happening, wanted: Mapping[str, str]) -> bool:
    told = {**happening.facts, "type": happening.type}
    return all(told.get(name) == value for name, value in wanted.items())


def _filter(asked: Asked) -> tuple[Mapping[str, str], int | None]:
    """Return what an event has to say, and the number after which it has come.

    Raises:
        ValueError: names what is wrong with the query.
    """
    query = asked.query
    for name in query:
        if name not in _FILTERS:
            raise ValueError(f"{name!r} is no filter: there are {', '.join(_FILTERS)}")
    wanted = {name: str(query[name]) for name in ("type", "sid", "to") if name in query}
    if wanted.get("type", TYPES[0]) not in TYPES:
        raise ValueError(f"type: {wanted['type']!r} is none of {', '.join(TYPES)}")
    if asked.last_event.isascii() and asked.last_event.isdecimal():
        return wanted, int(asked.last_event)
    after = whole_number(query, "after", 0) if "after" in query else None
    return wanted, after
