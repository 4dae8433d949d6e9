"""Notify's bindings: addresses kept under identities, and found again by tags.

Every type of binding is kept; only those for SMS are sent to.

Source: https://github.com/twilio/twilio-oai, twilio_notify_v1 (2026-04-14).
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from simulator.api.drafts import check_recipient
from simulator.api.forms import many, one, required
from simulator.api.notify import SMS, find
from simulator.api.pages import Asked, cut, list_v1, url
from simulator.api.parameters import Parameter, one_of, read_parameters, sid, text
from simulator.api.paths import NOTIFY
from simulator.api.requests import Answer
from simulator.engine.notifications import MOST_BINDINGS, Binding
from sms import errors
from sms.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.api.requests import Call, Route
    from sms.units import Seconds

MOST_TAGS = 20
MOST_TAGS_ASKED = 5

TYPES = ("apn", "gcm", SMS, "fcm", "facebook-messenger", "alexa")

PARAMETERS = (
    Parameter(name="Identity", field="identity", read=text),
    Parameter(name="BindingType", field="type", read=one_of(*TYPES)),
    Parameter(name="Address", field="address", read=text),
    Parameter(name="Tag", field="tags", read=text, repeated=True),
    Parameter(name="CredentialSid", field="credential", read=sid("CR")),
    Parameter(name="NotificationProtocolVersion", field="protocol_version", read=text),
    Parameter(name="Endpoint", field="endpoint", read=text),
)
"""What a binding is made of; the last three are of push channels, and only kept."""


def create(call: Call) -> Answer:
    """Keep an address under an identity, which has at most 20."""
    service, form = find(call), call.request.form
    for name in ("Identity", "BindingType", "Address"):
        required(form, name)
    given = read_parameters(PARAMETERS, form)
    if given["type"] == SMS:
        check_address(given["address"])
    if len(given.get("tags", ())) > MOST_TAGS:
        raise ApiError(errors.INVALID_BINDING, binding=f"more than {MOST_TAGS} tags")
    if service.of(given["identity"]) >= MOST_BINDINGS:
        problem = f"an identity with {MOST_BINDINGS} bindings already"
        raise ApiError(errors.INVALID_BINDING, binding=problem)
    binding = Binding(sid=call.gateway.next_sid("BS"), created_at=call.now, **given)
    service.bindings[binding.sid] = binding
    return Answer(201, _record(binding, call))


def fetch(call: Call) -> Answer:
    """Show a binding."""
    return Answer(200, _record(_find(call), call))


def list_(call: Call) -> Answer:
    """List bindings, the oldest first.

    They are of any of the identities, bear all of the tags, and were made from the day
    StartDate to the day EndDate, both included.
    """
    service, query = find(call), call.request.query
    identities, tags = set(many(query, "Identity")), set(many(query, "Tag"))
    if len(tags) > MOST_TAGS_ASKED:
        problem = f"Tag is given at most {MOST_TAGS_ASKED} times, not {len(tags)}"
        raise ApiError(errors.INVALID_PARAMETER, problem=problem)
    begin, end = _span(call)
    bindings = [
        binding
        for binding in service.bindings.values()
        if (not identities or binding.identity in identities)
        and tags <= binding.all_tags
        and begin <= binding.created_at < end
    ]
    page = cut(Asked.read(query), bindings, lambda b: b.sid)
    return list_v1(call, "bindings", page, [_record(b, call) for b in page.items])


def _span(call: Call) -> tuple[Seconds, Seconds]:
    """Return from when until when bindings were made that are asked for."""
    start, end = (one(call.request.query, name) for name in ("StartDate", "EndDate"))
    return (
        call.dates.day(start, "StartDate")[0] if start else -inf,
        call.dates.day(end, "EndDate")[1] if end else inf,
    )


def delete(call: Call) -> Answer:
    """Delete a binding."""
    del find(call).bindings[_find(call).sid]
    return Answer(204)


def _find(call: Call) -> Binding:
    binding = find(call).bindings.get(call.names["binding"])
    if binding is None:
        raise ApiError(errors.NOT_FOUND, path=call.request.path)
    return binding


def _record(binding: Binding, call: Call) -> dict[str, Any]:
    service_sid = call.names["service"]
    service = url(call, f"{NOTIFY}/{service_sid}")
    created_at = call.dates.iso8601(binding.created_at)
    return {
        "sid": binding.sid,
        "account_sid": call.gateway.world.account_sid,
        "service_sid": service_sid,
        "credential_sid": binding.credential,
        "date_created": created_at,
        "date_updated": created_at,
        "notification_protocol_version": binding.protocol_version,
        "endpoint": binding.endpoint,
        "identity": binding.identity,
        "binding_type": binding.type,
        "address": binding.address,
        "tags": list(binding.tags),
        "url": f"{service}/Bindings/{binding.sid}",
        "links": {"user": f"{service}/Users/{binding.identity}"},
    }


def check_address(address: str) -> None:
    """Check the address of a binding for SMS.

    Raises:
        ApiError: 52001, where no message can go there.
    """
    try:
        check_recipient(address)
    except ApiError as error:
        raise ApiError(errors.INVALID_BINDING, binding=address[:200]) from error


_BINDINGS = f"{NOTIFY}/{{service}}/Bindings"
_BINDING = f"{_BINDINGS}/{{binding}}"

ROUTES: Sequence[Route] = (
    ("POST", _BINDINGS, create),
    ("GET", _BINDINGS, list_),
    ("GET", _BINDING, fetch),
    ("DELETE", _BINDING, delete),
)
