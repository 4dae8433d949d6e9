"""Every operation of the official SDK that is answered here, as one table.

A row is tried on the synchronous and on the asynchronous client: `call` names a method,
`…_async` is its other half.  Each product's rows are in a file of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.system.sdk_operations_accounts import ACCOUNTS
from tests.system.sdk_operations_campaigns import CAMPAIGNS
from tests.system.sdk_operations_messages import MESSAGES
from tests.system.sdk_operations_notify import NOTIFY
from tests.system.sdk_operations_numbers import NUMBERS
from tests.system.sdk_operations_services import SERVICES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.system.sdk_operation import Operation

OPERATIONS: tuple[Operation, ...] = (
    *MESSAGES,
    *NUMBERS,
    *SERVICES,
    *CAMPAIGNS,
    *NOTIFY,
    *ACCOUNTS,
)
"""In an order in which each finds what it needs."""

WITHOUT_SDK: Mapping[tuple[str, str], str] = {
    (method, f"/comms/v1/Messages{path}"): "twilio-python has no client for comms"
    for method, path in (
        ("POST", ""),
        ("GET", ""),
        ("GET", "/{message}"),
        ("GET", "/Operations/{operation}"),
        ("GET", "/Seek/{message}"),
    )
}
"""What is answered here and the SDK cannot ask for, each with the reason."""
