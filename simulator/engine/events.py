"""What happens, as facts: all the kinds there are.

Named tuples, not dataclasses: half a dozen are made for every message, and a frozen
dataclass takes twice as long to make.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.engine.messages import Message
    from simulator.engine.notifications import Handed, Notification
    from simulator.engine.operations import Operation
    from sms.statuses import MessageStatus
    from sms.units import Seconds


class StatusChanged(NamedTuple):
    """A message has come to `status` at `at`; `message` may have moved on since."""

    at: Seconds
    message: Message
    status: MessageStatus
    error_code: int | None = None


class NotificationFannedOut(NamedTuple):
    """A notification has become messages, in the order of its recipients."""

    at: Seconds
    notification: Notification
    messages: Sequence[Message]
    deliveries: Sequence[Handed] = ()


class OperationBegun(NamedTuple):
    """A bulk operation has become messages, in the order of its recipients."""

    at: Seconds
    operation: Operation
    messages: Sequence[Message]


class MessageReceived(NamedTuple):
    """A phone's message is here; `opt_out_type` is told by Advanced Opt-Out alone."""

    at: Seconds
    message: Message
    opt_out_type: str | None = None


Event = StatusChanged | NotificationFannedOut | OperationBegun | MessageReceived
