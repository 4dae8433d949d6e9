"""The Media resource: what a message carries besides its text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.api.messages import VERSION, date_filter, find
from simulator.api.pages import Asked, cut, list_2010
from simulator.api.paths import ACCOUNT
from simulator.api.requests import Answer
from sms.errors import NOT_FOUND, ApiError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.api.requests import Call, Route
    from simulator.engine.media import MediaFile
    from simulator.engine.messages import Message


def list_(call: Call) -> Answer:
    """List a message's media in their order, which are all as old as the message."""
    message = find(call)
    wanted = date_filter(call, "DateCreated")
    files = call.gateway.media.of(message) if wanted(message.created_at) else []
    page = cut(Asked.of(call), files, lambda file: file.sid)
    records = [record(file, message, call) for file in page.items]
    return list_2010(call, "media_list", page, records)


def fetch(call: Call) -> Answer:
    """Show one of a message's media; what is there itself nobody keeps."""
    message = find(call)
    return Answer(200, record(_find(call, message), message, call))


def delete(call: Call) -> Answer:
    """Remove one of a message's media; the message counts it as before."""
    call.gateway.media.remove(_find(call, find(call)).sid)
    return Answer(204)


def _find(call: Call, message: Message) -> MediaFile:
    for file in call.gateway.media.of(message):
        if file.sid == call.names["media"]:
            return file
    raise ApiError(NOT_FOUND, path=call.request.path)


def record(file: MediaFile, message: Message, call: Call) -> dict[str, Any]:
    """Return one of a message's media as Twilio's JSON shows it.

    Source: https://github.com/twilio/twilio-oai, twilio_api_v2010 (2026-04-14).
    """
    account = call.gateway.world.account_sid
    path = f"/{VERSION}/Accounts/{account}/Messages/{message.sid}/Media/{file.sid}.json"
    created = call.dates.rfc2822(message.created_at)
    return {
        "account_sid": account,
        "content_type": file.content_type,
        "date_created": created,
        "date_updated": created,
        "parent_sid": message.sid,
        "sid": file.sid,
        "uri": path,
    }


_ALL = f"{ACCOUNT}/Messages/{{message}}/Media"

ROUTES: Sequence[Route] = (
    ("GET", f"{_ALL}.json", list_),
    ("GET", f"{_ALL}/{{media}}.json", fetch),
    ("DELETE", f"{_ALL}/{{media}}.json", delete),
)
