"""The Bulk Messaging API: one JSON request, one message each for up to 10,000 people.

Each becomes an ordinary message, so that queues, opt-outs and the status callback of
the Messaging Service it goes through are as they are for any other.

Source: https://www.twilio.com/docs/comms (read 2026-11-23).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from simulator.api.drafts import check_content
from simulator.api.liquid import template
from simulator.api.paths import COMMS
from simulator.api.requests import Answer
from simulator.api.schedules import check_window
from simulator.api.ulids import ulid
from simulator.engine.messages import Draft, Extras
from simulator.engine.operations import DIGITS, PHONE, Operation
from sms import errors
from sms.addresses import country
from sms.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from simulator.api.requests import Call, Route
    from simulator.engine.gateway import Gateway
    from sms.units import Seconds

MOST_TAGS = 10
LONGEST_KEY, LONGEST_VALUE = 128, 256
MOST_ADDRESSES = 10

MESSAGES = f"{COMMS}/Messages"
OPERATION, MESSAGE = "comms_operation_", "comms_message_"
"""What the ids begin with; a ULID follows."""


class Origin(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """Who sends: an address, or a sender or a sender pool by its id."""

    address: str = ""
    channel: Literal["", "SMS", "RCS", "WHATSAPP"] = ""
    sender_id: str = ""
    sender_pool_id: str = ""


Channel = Literal["PHONE", "SMS", "RCS", "WHATSAPP"]
"""What a recipient's address is of; the last three are a sender's [unverified]."""

REACHED: frozenset[Channel] = frozenset({"PHONE", "SMS"})
"""The channels whose addresses can be sent to here."""


class Address(msgspec.Struct, frozen=True):
    """An address of a recipient."""

    address: str = ""
    channel: Channel = "PHONE"


class Recipient(msgspec.Struct, frozen=True):
    """One that is sent to: an address, or several of which the first able is taken."""

    address: str = ""
    channel: Channel = "PHONE"
    variables: dict[str, str | int | float | bool | None] = {}
    addresses: tuple[Address, ...] = ()


class Media(msgspec.Struct, frozen=True):
    """One file of an MMS."""

    url: str


class Content(msgspec.Struct, frozen=True, rename="camel"):
    """What is sent: a text in Liquid, media, or a template by its SID."""

    text: str = ""
    media: tuple[Media, ...] = ()
    content_sid: str = ""


class Schedule(msgspec.Struct, frozen=True, rename="camel"):
    """When it leaves; one instant is taken of the list."""

    send_at: tuple[str, ...] = ()


class Bulk(msgspec.Struct, frozen=True):
    """The whole request."""

    to: tuple[Recipient, ...]
    content: Content
    origin: Origin = msgspec.field(name="from", default_factory=Origin)
    schedule: Schedule | None = None
    tags: dict[str, str] = {}


def create(call: Call) -> Answer:
    """Take a bulk request: 202 with the operation's id; its messages are made at once.

    What is wrong with the request as a whole refuses all of it; an address that cannot
    be sent to is counted as unaddressable, and nobody else misses theirs.
    """
    gateway = call.gateway
    bulk = _read(call.request.document, gateway.profile.bulk.recipients)
    send_at = _send_at(bulk, call)
    addresses = [_address(recipient) for recipient in bulk.to]
    drafts = _drafts(bulk, gateway, send_at, addresses=addresses)
    operation = Operation(
        id=OPERATION + ulid(call.dates.instant(call.now), _digits(gateway)),
        created_at=call.now,
        sender=msgspec.to_builtins(bulk.origin),
        tags=bulk.tags,
        send_at=send_at,
        channels={
            place: address.channel
            for place, (address, _) in enumerate(addresses)
            if address.channel != PHONE
        },
    )
    gateway.begin(operation, drafts)
    prefix = "/comms" if call.request.origin else ""
    location = f"{prefix}/v1/Messages/Operations/{operation.id}"
    told = {"operationId": operation.id, "operationLocation": location}
    return Answer(202, told, operation.id, told)


def _digits(gateway: Gateway) -> str:
    """Return the digits of the next operation's id, which the seed decides."""
    return gateway.next_sid("")[:DIGITS]


def _read(document: Any, most: int) -> Bulk:
    """Return what a document asks for.

    Raises:
        ApiError: 20001, where it is none; 20422, where it is not of the shape, or has
            too much of something.
    """
    if not isinstance(document, dict):
        raise ApiError(errors.BAD_REQUEST, problem="the body is a JSON object")
    try:
        bulk = msgspec.convert(document, Bulk)
    except msgspec.ValidationError as error:
        raise ApiError(errors.INVALID_PARAMETER, problem=str(error)) from error
    for problem in _problems(bulk, most):
        raise ApiError(errors.INVALID_PARAMETER, problem=problem)
    return bulk


def _problems(bulk: Bulk, most: int) -> Iterator[str]:
    """Yield what is wrong with a request beyond its shape."""
    if not 1 <= len(bulk.to) <= most:
        yield f"`to` has 1 to {most} entries, not {len(bulk.to)}"
    yield from _problems_of_tags(bulk.tags)
    for recipient in bulk.to:
        if len(recipient.addresses) > MOST_ADDRESSES:
            yield f"`addresses` are 1 to {MOST_ADDRESSES} a recipient"
    if bulk.schedule is not None and len(bulk.schedule.send_at) != 1:
        yield "`schedule.sendAt` holds one date"
    if bulk.origin.channel not in ("", "SMS"):
        yield f"only SMS is sent from here, not {bulk.origin.channel}"


def _problems_of_tags(tags: Mapping[str, str]) -> Iterator[str]:
    if len(tags) > MOST_TAGS:
        yield f"`tags` are at most {MOST_TAGS}, not {len(tags)}"
    for key, value in tags.items():
        if not 1 <= len(key) <= LONGEST_KEY or len(value) > LONGEST_VALUE:
            yield (
                f"a tag has up to {LONGEST_KEY} characters and its value up to "
                f"{LONGEST_VALUE}: `{key[:LONGEST_KEY]}`"
            )


def _send_at(bulk: Bulk, call: Call) -> Seconds | None:
    """Return when the messages leave, None for at once.

    Raises:
        ApiError: 20422, where it is no date; 35114 or 35117, where no message may wait
            until then.
    """
    if bulk.schedule is None:
        return None
    shown = bulk.schedule.send_at[0]
    at, _ = call.dates.span(shown, "schedule.sendAt")
    check_window(at, call, shown=shown)
    return at


def _drafts(
    bulk: Bulk,
    gateway: Gateway,
    send_at: Seconds | None,
    *,
    addresses: Sequence[tuple[Address, str | None]],
) -> list[Draft]:
    """Return a draft for each recipient, without a country where there is no address.

    Raises:
        ApiError: who sends is not the account's, or what is sent cannot be.
    """
    sender, service = _sender(bulk.origin, gateway)
    media_urls = tuple(media.url for media in bulk.content.media)
    fill = _template(bulk.content)
    extras = None if send_at is None else Extras(send_at=send_at)
    drafts: list[Draft] = []
    checked = ""
    for recipient, (address, to_country) in zip(bulk.to, addresses, strict=True):
        body = fill(_words(recipient.variables))
        if body != checked or not drafts:
            _check_content(body, media_urls, gateway)
            checked = body
        drafts.append(
            Draft(
                address.address,
                body,
                sender,
                service,
                media_urls,
                country=to_country,
                extras=extras,
            )
        )
    return drafts


def _check_content(body: str, media_urls: Sequence[str], gateway: Gateway) -> None:
    if not body and not media_urls:
        raise ApiError(errors.NO_CONTENT)
    check_content(body, media_urls, gateway)


def _template(content: Content) -> Callable[[Mapping[str, str]], str]:
    if content.content_sid:
        problem = "`content.contentSid` names no template that is here"
        raise ApiError(errors.INVALID_PARAMETER, problem=problem)
    try:
        return template(content.text)
    except ValueError as error:
        problem = f"`content.text` {error}"
        raise ApiError(errors.INVALID_PARAMETER, problem=problem) from error


def _sender(origin: Origin, gateway: Gateway) -> tuple[str | None, str | None]:
    """Return the address or the service that sends.

    A sender pool is a Messaging Service by its SID, a sender one of the account's by
    its own.

    Raises:
        ApiError: 21603, where nobody is named; 21606 or 21701, where it is not here.
    """
    if origin.sender_pool_id:
        service = gateway.services.get(origin.sender_pool_id)
        if service is None:
            raise ApiError(errors.NO_SUCH_SERVICE, service=origin.sender_pool_id)
        if not service.pool:
            raise ApiError(errors.EMPTY_POOL)
        return None, origin.sender_pool_id
    if origin.sender_id:
        sender = gateway.senders.get(origin.sender_id)
    elif origin.address:
        sender = gateway.owned(origin.address)
    else:
        raise ApiError(errors.NO_FROM)
    if sender is None:
        shown = origin.sender_id or origin.address
        raise ApiError(errors.FROM_NOT_OWNED, sender=shown)
    return sender.address, None


def _address(recipient: Recipient) -> tuple[Address, str | None]:
    """Return the address a recipient is sent to, and its country if it is one."""
    several = recipient.addresses or (Address(recipient.address, recipient.channel),)
    for one in several:
        if one.channel in REACHED and (found := country(one.address)):
            return one, found
    return several[0], None


def _words(variables: Mapping[str, Any]) -> dict[str, str]:
    """Return variables as they stand in a text."""
    return {
        name: value if isinstance(value, str) else msgspec.json.encode(value).decode()
        for name, value in variables.items()
        if value is not None
    }


ROUTES: Sequence[Route] = (("POST", MESSAGES, create),)
