"""The Keys resource: API keys, whose secret is shown once, when one is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.api.pages import Asked, cut, list_2010
from simulator.api.parameters import Parameter, read_parameters, up_to
from simulator.api.paths import ACCOUNT
from simulator.api.requests import Answer
from simulator.api.tenants import HeldKey
from sms.errors import INVALID_FRIENDLY_NAME, NOT_FOUND, ApiError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.api.requests import Call, Route

_PARAMETERS = (
    Parameter(
        name="FriendlyName",
        field="friendly_name",
        read=up_to(64),
        error=INVALID_FRIENDLY_NAME,
    ),
)


def create(call: Call) -> Answer:
    """Make an API key and show its secret."""
    fields = read_parameters(_PARAMETERS, call.request.form)
    key = HeldKey(
        sid=call.tenants.new_secret("SK"),
        secret=call.tenants.new_secret(""),
        friendly_name=fields.get("friendly_name", ""),
        created_at=call.now,
        updated_at=call.now,
    )
    call.tenants.hold(call.tenant, key)
    return Answer(201, {**record(key, call), "secret": key.secret}, key.sid)


def list_(call: Call) -> Answer:
    """List the account's API keys, the oldest first."""
    keys = list(call.tenant.keys.values())
    page = cut(Asked.read(call.request.query), keys, lambda key: key.sid)
    return list_2010(call, "keys", page, [record(key, call) for key in page.items])


def fetch(call: Call) -> Answer:
    """Show an API key."""
    return Answer(200, record(_find(call), call))


def update(call: Call) -> Answer:
    """Rename an API key."""
    key = _find(call)
    fields = read_parameters(_PARAMETERS, call.request.form)
    key.friendly_name = fields.get("friendly_name", key.friendly_name)
    key.updated_at = call.now
    return Answer(200, record(key, call))


def delete(call: Call) -> Answer:
    """Delete an API key: who asks with it is 401 from now on."""
    call.tenants.drop(call.tenant, _find(call).sid)
    return Answer(204)


def _find(call: Call) -> HeldKey:
    key = call.tenant.keys.get(call.names["key"])
    if key is None:
        raise ApiError(NOT_FOUND, path=call.request.path)
    return key


def record(key: HeldKey, call: Call) -> dict[str, Any]:
    """Return an API key as Twilio's JSON shows it, without its secret.

    Source: https://github.com/twilio/twilio-oai, twilio_api_v2010 (2026-04-14).
    """
    return {
        "sid": key.sid,
        "friendly_name": key.friendly_name,
        "date_created": call.dates.rfc2822(key.created_at),
        "date_updated": call.dates.rfc2822(key.updated_at),
    }


_KEYS, _KEY = f"{ACCOUNT}/Keys.json", f"{ACCOUNT}/Keys/{{key}}.json"

ROUTES: Sequence[Route] = (
    ("POST", _KEYS, create),
    ("GET", _KEYS, list_),
    ("GET", _KEY, fetch),
    ("POST", _KEY, update),
    ("DELETE", _KEY, delete),
)
