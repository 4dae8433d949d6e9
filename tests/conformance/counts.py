"""The figures that docs/fidelity.md opens with, counted: `make fidelity` prints them.

Each is what came of a run: nothing of it is kept by hand but which parameter is
obsolete, and which is kept alone.
"""

from __future__ import annotations

import asyncio
import json
import sys
from functools import cache
from typing import TYPE_CHECKING

from simulator.api.callbacks import delivery_parameters, reports, status_parameters
from simulator.api.inbound import inbound_parameters
from simulator.api.message_parameters import PARAMETERS
from simulator.engine.events import (
    MessageReceived,
    NotificationFannedOut,
    StatusChanged,
)
from simulator.engine.inbound import Inbound
from simulator.engine.worlds import ACCOUNT_SID
from sms.errors import TABLE
from tests.conformance.edges import EDGES
from tests.conformance.effects import effective
from tests.conformance.provocations import PROVOCATIONS
from tests.conformance.specification import FILES, granted, operations
from tests.simulator.api.caller import FROM, NOTIFY_SERVICE, TO, Caller

if TYPE_CHECKING:
    from collections.abc import Iterator

OBSOLETE = frozenset({"MaxPrice"})
"""Parameters that are taken and do nothing, as at Twilio."""

KEPT_ONLY = frozenset(
    {"Attempt", "FallbackFrom", "PersistentAction", "RiskCheck", "TrafficType"}
)
"""Parameters that are checked and kept, and change nothing that happens here."""

BESIDES = frozenset({"Tags"})
"""Parameters of ours that the OpenAPI file does not name."""

URL = "http://127.0.0.1:9/status"


def parameters() -> frozenset[str]:
    """Return the parameters of POST Messages that the OpenAPI file names."""
    return frozenset(row.name for row in PARAMETERS) - BESIDES


@cache
def codes() -> frozenset[int]:
    """Return the error codes that come of asking as a caller would."""
    return frozenset(
        {row.code for row in PROVOCATIONS if row.carry_out() == row.code}
        | {row.code for row in EDGES if asyncio.run(row.carry_out()) == row.code}
    )


def callback_names() -> frozenset[str]:
    """Return the parameters of status and delivery callbacks, as they are posted."""
    return frozenset(name for posted in _posted() for name, _ in posted)


def inbound_names() -> frozenset[str]:
    """Return the parameters of the webhook of a text with one picture."""
    caller = Caller()
    caller.gateway.receive(Inbound(TO, FROM, "Hi", ("http://127.0.0.1:9/a.png",)), 0.0)
    return frozenset(
        name
        for event in caller.gateway.advance(60.0)
        if isinstance(event, MessageReceived)
        for name, _ in inbound_parameters(event, ACCOUNT_SID)
    )


def _posted() -> Iterator[list[tuple[str, str]]]:
    caller = Caller()
    lost = Caller(changes={})
    for one, form in (
        (caller, {"StatusCallback": URL}),
        (lost, {"StatusCallback": URL}),
    ):
        for n in range(40):
            to = f"+1415555{n:04d}"
            one.send(To=to, From="", MessagingServiceSid=_MG, **form)
    binding = json.dumps({"binding_type": "sms", "address": TO})
    caller.post(
        f"{NOTIFY_SERVICE}/Notifications",
        Body="x",
        ToBinding=binding,
        DeliveryCallbackUrl=URL,
    )
    for one in (caller, lost):
        one.now += 3600.0
        for event in one.gateway.advance(one.now):
            if isinstance(event, StatusChanged) and reports(event):
                yield status_parameters(event, ACCOUNT_SID, one.api.dates)
            elif isinstance(event, NotificationFannedOut):
                yield from delivery_parameters(event, ACCOUNT_SID)


_MG = "MG" + "0" * 31 + "1"


def lines() -> Iterator[str]:
    """Yield the rows of the table, the last one where the OpenAPI files are here."""
    named = parameters()
    works = len(named & effective())
    yield (
        f"| parameters of POST Messages, {len(named)} | {works} with effect; "
        f"{len(KEPT_ONLY)} checked and kept only: {_in_code(KEPT_ONLY)}; "
        f"{len(OBSOLETE)} obsolete: {_in_code(OBSOLETE)} |"
    )
    reached = len(codes())
    yield (
        "| error codes a caller can reach, each provoked by a test | "
        f"{reached} of the {len(TABLE)} in `sms/errors.py` |"
    )
    told, written = len(callback_names()), len(inbound_names())
    yield f"| parameters of status and delivery callbacks | {told} |"
    yield (
        "| parameters of the webhook of an inbound text, with one picture "
        f"| {written} |"
    )
    if FILES.is_dir():
        every = operations()
        good = len(granted())
        yield (
            "| operations of Twilio's OpenAPI files for Messages, Messaging Services "
            f"and Notify | {good} of {len(every)} answered with 2xx |"
        )


def _in_code(names: frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def main() -> None:
    """Print the rows."""
    sys.stdout.write("\n".join(lines()) + "\n")


if __name__ == "__main__":
    main()
