"""The Messages resource of the 2010 API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.api.drafts import read_draft
from simulator.api.forms import one
from simulator.api.lags import behind
from simulator.api.pages import Asked, list_2010, look_back
from simulator.api.paths import ACCOUNT
from simulator.api.requests import Answer
from simulator.engine.prices import price
from sms.errors import INVALID_UPDATE, NOT_FOUND, TABLE, ApiError
from sms.statuses import MessageStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from simulator.api.requests import Call, Route
    from simulator.engine.messages import Extras, Message
    from sms.units import Seconds

VERSION = "2010-04-01"

MASKED = 4
"""Digits of a recipient's number that an obfuscated address does not show."""


def create(call: Call) -> Answer:
    """Send a message: 201, and the message as it stands now."""
    call.gateway.admit(call.now)
    message = call.gateway.submit(read_draft(call), call.now)
    return Answer(201, lambda: record(message, call), message.sid)


def fetch(call: Call) -> Answer:
    """Show a message."""
    return Answer(200, record(find(call), call))


def list_(call: Call) -> Answer:
    """List messages, the newest first: all, or those the filters let through.

    By order of creation: `date_sent`, by which Twilio sorts, is null until then.
    """
    asked = Asked.of(call)
    wanted = _filter(call)
    to = one(call.request.query, "To")
    messages = call.gateway.messages_to(to) if to else call.history.messages()
    if call.gateway.faults.rules:
        wanted = behind(call, wanted)
    page = look_back(asked, messages, wanted)
    return list_2010(call, "messages", page, [record(m, call) for m in page.items])


def update(call: Call) -> Answer:
    """Redact a message (`Body=`) or cancel it (`Status=canceled`).

    Source: https://www.twilio.com/docs/api/errors/30400 (2025-02).
    """
    message, form = find(call), call.request.form
    if ("Body" in form) == ("Status" in form):
        raise ApiError(INVALID_UPDATE, problem="give either Body or Status")
    if one(form, "Body"):
        raise ApiError(INVALID_UPDATE, problem="Body can only be made empty")
    if "Body" in form:
        call.gateway.redact(message.sid, call.now)
    elif one(form, "Status") == MessageStatus.CANCELED:
        call.gateway.cancel(message.sid, call.now)
    else:
        raise ApiError(INVALID_UPDATE, problem="Status can only become canceled")
    return Answer(200, record(message, call))


def delete(call: Call) -> Answer:
    """Delete a message that has come to its end."""
    call.gateway.forget(find(call).sid)
    return Answer(204)


def find(call: Call) -> Message:
    """Return the message the path names.

    Raises:
        ApiError: 20404, where there is none.
    """
    message = call.gateway.messages.get(call.names["message"])
    if message is None:
        raise ApiError(NOT_FOUND, path=call.request.path)
    return message


def _filter(call: Call) -> Callable[[Message], bool]:
    """Return whether a message is one that the query asks for.

    `To` is not looked at here: it says which messages are gone through at all.
    """
    sender = one(call.request.query, "From")
    kept = call.gateway.messages
    in_time = date_filter(call, "DateSent")

    def wanted(message: Message) -> bool:
        if sender and (message.sender is None or message.sender.address != sender):
            return False
        return message.sid in kept and in_time(message.sent_at)

    return wanted


def date_filter(call: Call, name: str) -> Callable[[Seconds | None], bool]:
    """Return whether an instant is one that the query asks for.

    `name` is the parameter's, which may have `<` or `>` at its end.  None, which is
    no instant yet, is only where there is no such filter.

    Raises:
        ApiError: 20422, where one is no date.
    """
    spans = tuple(_spans(call, name))

    def wanted(at: Seconds | None) -> bool:
        return all(at is not None and begin <= at < end for begin, end in spans)

    return wanted


def _spans(call: Call, name: str) -> Iterator[tuple[Seconds, Seconds]]:
    """Yield from when until when an instant must be, for each filter.

    `<` and `>` include the date itself; without them it is the day of it.
    """
    dates, query = call.dates, call.request.query
    if text := one(query, name):
        yield dates.day(text, name)
    if text := one(query, f"{name}<"):
        yield float("-inf"), dates.span(text, f"{name}<")[1]
    if text := one(query, f"{name}>"):
        yield dates.span(text, f"{name}>")[0], float("inf")


def record(message: Message, call: Call) -> dict[str, Any]:
    """Return a message as Twilio's JSON shows it.

    `num_segments` is "0" until a service has chosen a sender.  `price` comes
    some time after the message has left: see `simulator.engine.prices`.

    Source: https://www.twilio.com/docs/messaging/api/message-resource (read
    2026-11-23); recorded answers for nulls and `price_unit`.
    """
    cost = price(message, call.gateway.profile, call.now)
    account = call.gateway.world.account_sid
    uri = f"/{VERSION}/Accounts/{account}/Messages/{message.sid}"
    sender, code, dates = message.sender, message.error_code, call.dates
    subresources = {"media": f"{uri}/Media.json"}
    if call.request.method == "GET":
        subresources["feedback"] = f"{uri}/Feedback.json"
    shown = {
        "account_sid": account,
        "api_version": VERSION,
        "body": message.body,
        "date_created": dates.rfc2822(message.created_at),
        "date_sent": dates.rfc2822(message.sent_at),
        "date_updated": dates.rfc2822(message.updated_at),
        "direction": message.direction,
        "error_code": code,
        "error_message": None if code is None else _explain(code, message),
        "from": None if sender is None else sender.address,
        "messaging_service_sid": message.service,
        "num_media": str(len(message.media_urls)),
        "num_segments": "0" if sender is None else str(message.segments),
        "price": None if cost is None else f"{cost:.5f}",
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": subresources,
        "to": message.recipient,
        "uri": f"{uri}.json",
    }
    if message.extras is not None:
        _show_extras(shown, message.extras)
    return shown


def _show_extras(shown: dict[str, Any], extras: Extras) -> None:
    """Show what few messages ask for: a masked recipient, the tags given.

    How much of a number is masked is not documented [unverified]: its last four digits.
    """
    if extras.obfuscate:
        shown["to"] = f"{shown['to'][:-MASKED]}{'X' * MASKED}"
    if extras.tags is not None:
        shown["tags"] = extras.tags


def _explain(code: int, message: Message) -> str:
    return TABLE[code].text.replace("{service}", message.service or "")


_MESSAGES, _MESSAGE = f"{ACCOUNT}/Messages.json", f"{ACCOUNT}/Messages/{{message}}.json"

ROUTES: Sequence[Route] = (
    ("POST", _MESSAGES, create),
    ("GET", _MESSAGES, list_),
    ("GET", _MESSAGE, fetch),
    ("POST", _MESSAGE, update),
    ("DELETE", _MESSAGE, delete),
)
