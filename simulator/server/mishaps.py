"""Mishaps: what a fault on order does to one request and its answer on the wire."""

from __future__ import annotations

import asyncio
import socket
import struct
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from simulator.engine.faults import Stage
from simulator.server.answers import Written, carry_whole
from sms.errors import INTERNAL_ERROR, TOO_MANY_REQUESTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from aiohttp.web import BaseRequest

    from simulator.api.requests import Request
    from simulator.engine.faults import Fault, Faults
    from simulator.server.answers import Carry
    from simulator.server.clock import ScaledClock
    from sms.errors import ErrorCode
    from sms.units import Seconds

PIECES = 10
"""How many pieces a slow answer's body comes in."""


class Effect(NamedTuple):
    """What a kind of fault does on the wire: one row of EFFECTS.

    `refusal` is answered and nothing is done; `instead` is answered after all is done.
    `delays` says that it is done later, by the fault's own seconds; `resets` that there
    is no answer but a reset connection, and nothing is done.  `carrying` makes what
    carries the answer out, of how many real seconds the fault takes.
    """

    refusal: ErrorCode | None = None
    instead: ErrorCode | None = None
    delays: bool = False
    resets: bool = False
    carrying: Callable[[Seconds], Carry] | None = None


class Mishap(NamedTuple):
    """What befalls one request: the kinds of fault, and what they come to.

    `delay` is in real seconds.
    """

    kinds: tuple[str, ...]
    refusal: ErrorCode | None = None
    instead: ErrorCode | None = None
    delay: Seconds = 0.0
    resets: bool = False
    carry: Carry | None = None

    @property
    def done(self) -> bool:
        """Whether the request is done at all."""
        return self.refusal is None and not self.resets


def meet(asked: Request, faults: Faults, clock: ScaledClock) -> Mishap | None:
    """Return what befalls a request, None for nothing.  Ask once for each.

    First comes what happens before it is done, then what happens to its answer.
    """
    now, form = clock.now(), asked.form
    about = faults.request(
        asked.path, _text(form.get("To", "")), _text(form.get("From", ""))
    )
    befallen = None
    for stage in (Stage.REQUEST, Stage.ANSWER):
        fault = faults.strike(stage, about, now)
        if fault is None:
            continue
        real = faults.seconds(fault, about) / clock.speed
        befallen = _add(befallen, fault, real)
        if not befallen.done:
            break
    return befallen


def _text(given: str | Sequence[str]) -> str:
    """Return a parameter's value, nothing where it is given more than once."""
    return given if isinstance(given, str) else ""


def _add(befallen: Mishap | None, fault: Fault, real: Seconds) -> Mishap:
    """Return a mishap with one fault more, that takes so many real seconds."""
    before, effect = befallen or Mishap(()), EFFECTS[fault.what]
    return Mishap(
        (*before.kinds, fault.what),
        effect.refusal,
        effect.instead,
        before.delay + (real if effect.delays else 0.0),
        effect.resets,
        effect.carrying(real) if effect.carrying else None,
    )


def reset(request: BaseRequest) -> Written:
    """End a request's connection with a reset, whatever still waits in it."""
    transport = request.transport
    if transport is not None:
        connection = transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        transport.abort()
    return Written(keep_alive=False)


_AT_ONCE = struct.pack("ii", 1, 0)
"""Linger for no time at all: what closes a connection by a reset."""


async def _cut(request: BaseRequest, head: bytes, body: bytes) -> bool:
    """Carry the head and half the body out, then end the connection."""
    await carry_whole(request, head, body[: len(body) // 2])
    if request.transport is not None:
        request.transport.abort()
    return False


async def _slowly(
    seconds: Seconds, request: BaseRequest, head: bytes, body: bytes
) -> bool:
    """Carry the head out at once, and the body in pieces over so many real seconds."""
    left = await carry_whole(request, head, b"")
    size = -(-len(body) // PIECES) or 1
    for start in range(0, len(body), size):
        await asyncio.sleep(seconds / PIECES)
        left = left and await carry_whole(request, b"", body[start : start + size])
    return left


EFFECTS: Mapping[str, Effect] = {
    "too-many-requests": Effect(refusal=TOO_MANY_REQUESTS),
    "error-before": Effect(refusal=INTERNAL_ERROR),
    "error-after": Effect(instead=INTERNAL_ERROR),
    "cut-answer": Effect(carrying=lambda _: _cut),
    "late-acceptance": Effect(delays=True),
    "latency": Effect(delays=True),
    "reset": Effect(resets=True),
    "slow-body": Effect(carrying=lambda real: partial(_slowly, real)),
}
"""What each fault of a request or an answer does; a test holds it against KINDS."""
