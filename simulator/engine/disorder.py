"""Disorder: what a fault on order makes of one status callback."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.engine.faults import Stage, Struck

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.engine.faults import Fault, Faults
    from simulator.engine.messages import Message
    from sms.statuses import MessageStatus
    from sms.units import Seconds


class Copy(NamedTuple):
    """A callback to post: so much later than it would be, perhaps signed wrongly."""

    later: Seconds = 0.0
    forged: bool = False


class Disorder(NamedTuple):
    """The fault that has struck a callback, and what is posted in its place."""

    fault: str
    copies: tuple[Copy, ...]


_ONE = (Copy(),)


def _lost(_: Fault, __: Seconds) -> tuple[Copy, ...]:
    return ()


def _doubled(_: Fault, __: Seconds) -> tuple[Copy, ...]:
    return _ONE * 2


def _later(_: Fault, seconds: Seconds) -> tuple[Copy, ...]:
    return (Copy(seconds),)


def _forged(_: Fault, __: Seconds) -> tuple[Copy, ...]:
    return (Copy(), Copy(forged=True))


def _storm(fault: Fault, _: Seconds) -> tuple[Copy, ...]:
    return _ONE * int(fault.value("times"))


COPIES: Mapping[str, Callable[[Fault, Seconds], tuple[Copy, ...]]] = {
    "callback-lost": _lost,
    "callback-doubled": _doubled,
    "callback-late": _later,
    "callback-shuffled": _later,
    "callback-forged": _forged,
    "callback-storm": _storm,
}
"""What each fault of a callback makes of it, by the seconds it takes."""


def disorder(
    faults: Faults, message: Message, status: MessageStatus, at: Seconds
) -> Disorder | None:
    """Return what becomes of the callback for a status that came at an instant.

    None is one that is posted as ever.  Ask once for each: asking is what counts.
    """
    sender = message.sender
    about = Struck(
        f"{message.sid}|{status}",
        recipient=message.recipient,
        sender=sender.address if sender else "",
    )
    fault = faults.strike(Stage.CALLBACK, about, at)
    if fault is None:
        return None
    seconds = faults.seconds(fault, about)
    return Disorder(fault.what, COPIES[fault.what](fault, seconds))
