"""What the Bulk API tells of its operations and of their messages.

Operations and messages are listed in order of creation, oldest first; no source says.

Source: https://www.twilio.com/docs/comms and
https://docs.comms.twilio.com/comms-api-reference/messages/list (read 2026-11-23).
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from simulator.api.bulk import MESSAGE, MESSAGES
from simulator.api.pages import FURTHEST_LOOK, url
from simulator.api.parameters import Parameter, one_of, read_parameters, text, whole
from simulator.api.paths import ACCOUNT
from simulator.api.requests import Answer
from simulator.api.ulids import digits_of, ulid
from simulator.engine.operations import DIGITS, DeliveryStatus
from sms import errors
from sms.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from simulator.api.requests import Call, Route
    from simulator.engine.operations import Delivery, Operation

LARGEST_PAGE = 1_000
DEFAULT_PAGE = 50

TOKEN = "PT"


def _tags(value: str) -> dict[str, str]:
    """Read tags as a filter has them: `region:EMEA;campaign:BUY_STUFF;`."""
    pairs = [pair.partition(":") for pair in value.split(";") if pair]
    if not pairs or any(not (key and colon) for key, colon, _ in pairs):
        raise ValueError("is KEY:VALUE; and so on")
    return {key: kept for key, _, kept in pairs}


def _place(value: str) -> int:
    """Read a page's token: where in the whole list the page begins."""
    digits = value.removeprefix(TOKEN)
    if not (value.startswith(TOKEN) and digits.isascii() and digits.isdecimal()):
        raise ValueError("is a token that a page has named")
    return int(digits[:18])


FILTERS = (
    Parameter(name="operationId", field="operation", read=text),
    Parameter(name="startDate", field="begins", read=text),
    Parameter(name="endDate", field="ends", read=text),
    Parameter(name="status", field="status", read=one_of(*DeliveryStatus)),
    Parameter(name="tags", field="tags", read=_tags),
    Parameter(name="pageToken", field="place", read=_place),
    Parameter(name="pageSize", field="size", read=whole(1, LARGEST_PAGE)),
)


def fetch_operation(call: Call) -> Answer:
    """Show an operation: how far it is, and how many of its messages stand where."""
    operation = call.gateway.operations.by_id.get(call.names["operation"])
    if operation is None:
        raise ApiError(errors.NOT_FOUND, path=call.request.path)
    counts = operation.counts()
    total = len(operation.deliveries)
    return Answer(
        200,
        {
            "id": operation.id,
            "status": operation.status,
            "stats": {
                "total": total,
                "recipients": total,
                "attempts": len(operation.messages),
                **{status.lower(): counts[status] for status in DeliveryStatus},
            },
            "createdAt": call.dates.iso8601(operation.created_at),
            "updatedAt": call.dates.iso8601(operation.updated_at),
        },
    )


def list_(call: Call) -> Answer:
    """List the messages that the query asks for, a page at a time."""
    asked = read_parameters(FILTERS, call.request.query)
    first, size = asked.get("place", 0), asked.get("size", DEFAULT_PAGE)
    found: list[dict[str, Any]] = []
    following: int | None = None
    for place, (operation, delivery) in _from(call, first):
        if len(found) == size or place >= first + FURTHEST_LOOK:
            following = place
            break
        if _wanted(operation, delivery, asked, call):
            found.append(_metadata(operation, delivery, call))
    pagination = {
        "self": f"{TOKEN}{first}",
        "next": None if following is None else f"{TOKEN}{following}",
    }
    return Answer(200, {"messages": found, "pagination": pagination})


def fetch(call: Call) -> Answer:
    """Show a message, its content and its one attempt."""
    found = call.names["message"]
    digits = digits_of(found.removeprefix(MESSAGE)) if MESSAGE in found else None
    pair = call.gateway.operations.find(digits) if digits else None
    if pair is None or _id(*pair, call) != found:
        raise ApiError(errors.NOT_FOUND, path=call.request.path)
    operation, delivery = pair
    message = delivery.message
    return Answer(
        200,
        {
            **_metadata(operation, delivery, call),
            "content": {
                "text": message.body if message else None,
                "media": [{"url": u} for u in message.media_urls] if message else [],
            },
            "attempts": [_attempt(delivery, call)] if message else [],
        },
    )


def seek(call: Call) -> Answer:
    """Say by which id the Bulk API knows a message, whose SID the path names: 301."""
    digits = call.names["message"][2 : 2 + DIGITS].lower()
    pair = call.gateway.operations.find(digits)
    sid = pair and pair[1].message and pair[1].message.sid
    if pair is None or sid != call.names["message"]:
        raise ApiError(errors.NOT_FOUND, path=call.request.path)
    location = url(call, f"{MESSAGES}/{_id(*pair, call)}")
    return Answer(301, None, headers={"Location": location})


def _from(call: Call, first: int) -> Iterator[tuple[int, tuple[Operation, Delivery]]]:
    """Yield all deliveries from a place in the whole list on, with their places."""
    place = 0
    for operation in call.gateway.operations.by_id.values():
        deliveries = operation.deliveries
        begin = max(0, first - place)
        for n, delivery in enumerate(islice(deliveries, begin, None), place + begin):
            yield n, (operation, delivery)
        place += len(deliveries)


def _wanted(
    operation: Operation, delivery: Delivery, asked: Mapping[str, Any], call: Call
) -> bool:
    created_at, dates = operation.created_at, call.dates
    return (
        asked.get("operation") in (None, operation.id)
        and asked.get("status") in (None, delivery.status)
        and asked.get("tags", {}).items() <= operation.tags.items()
        and (
            "begins" not in asked
            or created_at >= dates.span(asked["begins"], "startDate")[0]
        )
        and (
            "ends" not in asked or created_at < dates.span(asked["ends"], "endDate")[1]
        )
    )


def _id(operation: Operation, delivery: Delivery, call: Call) -> str:
    return MESSAGE + ulid(call.dates.instant(operation.created_at), delivery.digits)


def _metadata(operation: Operation, delivery: Delivery, call: Call) -> dict[str, Any]:
    """Return a message without its content; the keys of `related` are [unverified]."""
    dates, message = call.dates, delivery.message
    updated_at = message.updated_at if message else operation.created_at
    related = [{"name": "operation", "uri": f"/v1/Messages/Operations/{operation.id}"}]
    if message is not None:
        related.append({"name": "message", "uri": _uri(message.sid, call)})
    return {
        "id": _id(operation, delivery, call),
        "from": dict(operation.sender),
        "to": {"address": delivery.recipient, "channel": delivery.channel},
        "status": delivery.status,
        "related": related,
        "tags": dict(operation.tags),
        "scheduledFor": operation.send_at and dates.iso8601(operation.send_at),
        "createdAt": dates.iso8601(operation.created_at),
        "updatedAt": dates.iso8601(updated_at),
        "deletedAt": None,
    }


def _attempt(delivery: Delivery, call: Call) -> dict[str, Any]:
    """Return what became of a message's one attempt; its keys are [unverified]."""
    message = delivery.message
    assert message is not None, "there was an attempt"
    sender = message.sender
    return {
        "sid": message.sid,
        "status": delivery.status,
        "from": sender and {"address": sender.address, "channel": "SMS"},
        "errorCode": message.error_code or delivery.error_code,
        "updatedAt": call.dates.iso8601(message.updated_at),
    }


def _uri(sid: str, call: Call) -> str:
    account = ACCOUNT.replace("{account}", call.gateway.world.account_sid)
    return f"{account}/Messages/{sid}.json"


ROUTES: Sequence[Route] = (
    ("GET", MESSAGES, list_),
    ("GET", f"{MESSAGES}/{{message}}", fetch),
    ("GET", f"{MESSAGES}/Operations/{{operation}}", fetch_operation),
    ("GET", f"{MESSAGES}/Seek/{{message}}", seek),
)
