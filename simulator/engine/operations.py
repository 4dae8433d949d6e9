"""Bulk operations: one request, up to ten thousand messages, and how they stand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from simulator.engine.chance import sid_by
from sms.errors import ApiError
from sms.statuses import MessageStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from simulator.engine.messages import Draft, Message
    from sms.units import Seconds

    Submit = Callable[[Draft, Seconds], Message]


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkLimits:
    """What the Bulk API bounds: the `recipients` of one request.

    Source: https://www.twilio.com/docs/comms (read 2026-11-23).
    """

    recipients: int = 10_000

    def __post_init__(self) -> None:
        if self.recipients < 1:
            raise ValueError(f"bulk.recipients is 1 or more, not {self.recipients}")


DIGITS = 20
"""Hexadecimal digits of a message's SID that stand in its id in bulk."""


class OperationStatus(StrEnum):
    """How far an operation is.

    Source: https://www.twilio.com/docs/comms (read 2026-11-23).
    """

    SCHEDULED = "SCHEDULED"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    CANCELED = "CANCELED"


class DeliveryStatus(StrEnum):
    """How one of an operation's messages stands.

    Source: https://www.twilio.com/docs/comms (read 2026-11-23).
    """

    SCHEDULED = "SCHEDULED"
    QUEUED = "QUEUED"
    SENT = "SENT"
    DELIVERED = "DELIVERED"
    READ = "READ"
    UNDELIVERED = "UNDELIVERED"
    UNADDRESSABLE = "UNADDRESSABLE"
    FAILED = "FAILED"
    CANCELED = "CANCELED"


_STANDS: Mapping[MessageStatus, DeliveryStatus] = {
    MessageStatus.SCHEDULED: DeliveryStatus.SCHEDULED,
    MessageStatus.ACCEPTED: DeliveryStatus.QUEUED,
    MessageStatus.QUEUED: DeliveryStatus.QUEUED,
    MessageStatus.SENDING: DeliveryStatus.QUEUED,
    MessageStatus.SENT: DeliveryStatus.SENT,
    MessageStatus.DELIVERED: DeliveryStatus.DELIVERED,
    MessageStatus.UNDELIVERED: DeliveryStatus.UNDELIVERED,
    MessageStatus.FAILED: DeliveryStatus.FAILED,
    MessageStatus.CANCELED: DeliveryStatus.CANCELED,
}


PHONE = "PHONE"
"""The channel of a recipient's address where the request names none."""


class Delivery(NamedTuple):
    """One recipient of an operation, and the message it has become.

    There is no `message` where the recipient has no address to send to, or where the
    gateway refused it, for the reason `error_code`.  `channel` is what the request said
    of the address that was taken, or of the first where none could be.
    """

    recipient: str
    digits: str
    message: Message | None
    error_code: int | None = None
    channel: str = PHONE

    @property
    def status(self) -> DeliveryStatus:
        """How it stands now."""
        if self.message is not None:
            return _STANDS[self.message.status]
        if self.error_code is None:
            return DeliveryStatus.UNADDRESSABLE
        return DeliveryStatus.FAILED


@dataclass(slots=True, kw_only=True)
class Operation:
    """A request of the Bulk API; its deliveries are in the order of its recipients.

    `sender` is what the request said of who sends, `tags` are the customer's own words
    and `send_at` is when a scheduled one leaves.  `channels` are those of recipients'
    addresses, by place among the recipients, where they are not PHONE.
    """

    id: str
    created_at: Seconds
    sender: Mapping[str, str]
    tags: Mapping[str, str] = field(default_factory=dict)
    send_at: Seconds | None = None
    channels: Mapping[int, str] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)

    @property
    def messages(self) -> list[Message]:
        """The messages there are."""
        return [d.message for d in self.deliveries if d.message is not None]

    @property
    def updated_at(self) -> Seconds:
        """When the last of its messages changed."""
        return max((m.updated_at for m in self.messages), default=self.created_at)

    def counts(self) -> Counter[DeliveryStatus]:
        """Return how many of its deliveries stand in each status."""
        return Counter(delivery.status for delivery in self.deliveries)

    @property
    def status(self) -> OperationStatus:
        """How far it is: completed once nothing of it waits to be sent any more."""
        counts = self.counts()
        if counts[DeliveryStatus.QUEUED]:
            return OperationStatus.PROCESSING
        if counts[DeliveryStatus.SCHEDULED]:
            return OperationStatus.SCHEDULED
        if counts[DeliveryStatus.CANCELED] == len(self.deliveries):
            return OperationStatus.CANCELED
        return OperationStatus.COMPLETED


class Operations:
    """All operations of an account, in order, and their deliveries by digits of an id.

    The index of deliveries is brought up to date only when it is asked.
    """

    def __init__(self) -> None:
        self.by_id: dict[str, Operation] = {}
        self._index: dict[str, tuple[Operation, Delivery]] = {}
        self._unindexed: dict[str, Operation] = {}

    def begin(
        self, operation: Operation, drafts: Iterable[Draft], submit: Submit
    ) -> list[Message]:
        """Make an operation's messages and return them.

        A draft without a country is unaddressable.  What is refused for one recipient
        (an opt-out, a full queue) fails for that one alone: nobody waits for an answer
        to it.
        """
        self.by_id[operation.id] = self._unindexed[operation.id] = operation
        operation.deliveries += [
            _deliver(operation, place, draft, submit=submit)
            for place, draft in enumerate(drafts)
        ]
        return operation.messages

    def find(self, digits: str) -> tuple[Operation, Delivery] | None:
        """Return the delivery whose id holds these digits, and its operation."""
        for operation in self._unindexed.values():
            for delivery in operation.deliveries:
                self._index[delivery.digits] = operation, delivery
        self._unindexed.clear()
        return self._index.get(digits)

    def forget(self, sid: str) -> None:
        """Let go of one and of its deliveries; of none where there is none such."""
        operation = self.by_id.pop(sid, None)
        if operation is None or self._unindexed.pop(sid, None) is not None:
            return
        for delivery in operation.deliveries:
            self._index.pop(delivery.digits, None)

    def clear(self) -> None:
        """Let go of all of them."""
        self.by_id.clear()
        self._index.clear()
        self._unindexed.clear()


def _deliver(
    operation: Operation, place: int, draft: Draft, *, submit: Submit
) -> Delivery:
    """Make one recipient's message, if there is an address and nothing against it."""
    code, channel = None, operation.channels.get(place, PHONE)
    if draft.country is not None:
        try:
            message = submit(draft, operation.created_at)
            digits = message.sid[2 : 2 + DIGITS]
            return Delivery(message.recipient, digits, message, channel=channel)
        except ApiError as refusal:
            code = refusal.error.code
    digits = sid_by("", f"{operation.id}|{place}")[:DIGITS]
    return Delivery(draft.recipient, digits, None, code, channel)
