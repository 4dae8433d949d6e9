"""The parameters of POST Messages, by their names on the wire.

Source: https://www.twilio.com/docs/messaging/api/message-resource (read 2026-11-23).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sender.plans import Broadcast, Call, Operation, Text

if TYPE_CHECKING:
    from collections.abc import Mapping


def options(broadcast: Broadcast) -> dict[str, str]:
    """Return the parameters that all messages of a broadcast share."""
    shared = {}
    if broadcast.status_callback:
        shared["StatusCallback"] = broadcast.status_callback
    if broadcast.validity_period:
        shared["ValidityPeriod"] = str(broadcast.validity_period)
    return shared


def message(text: Text, rest: Mapping[str, str]) -> Call:
    """Return the call that creates one message; `rest` says who sends it, and how."""
    return Call(
        Operation.CREATE_MESSAGE,
        (text,),
        {"To": text.recipient, "Body": text.body, **rest},
    )
