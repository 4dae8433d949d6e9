"""Test credentials: requests that only try out, with numbers that mean something.

Nothing is sent, nothing called back, and what was made cannot be fetched later.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.api import messages
from simulator.api.drafts import read_draft
from simulator.api.forms import one
from simulator.api.requests import Answer, Call, Handler
from simulator.api.tenants import TEST_SENDER
from simulator.engine.gateway import Gateway
from sms import errors
from sms.errors import ApiError, ErrorCode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.engine.messages import Message

SAFE_RECIPIENT = "+14155550123"

FROMS: Mapping[str, ErrorCode] = {
    "+15005550001": errors.INVALID_FROM,
    "+15005550007": errors.FROM_NOT_OWNED,
    "+15005550008": errors.QUEUE_FULL,
}
TOS: Mapping[str, ErrorCode] = {
    "+15005550001": errors.INVALID_TO,
    "+15005550002": errors.UNREACHABLE_PAIR,
    "+15005550003": errors.NO_PERMISSION,
    "+15005550004": errors.OPTED_OUT,
    "+15005550009": errors.TO_NOT_MOBILE,
}
"""Source: https://www.twilio.com/docs/iam/test-credentials (read 2026-11-23)."""


def tried(handler: Handler) -> Handler:
    """Return what answers instead of a handler where test credentials ask.

    Raises:
        ApiError: 20008, where they may not ask for this.
    """
    if handler is not messages.create:
        raise ApiError(errors.TEST_CREDENTIALS)
    return create


def create(call: Call) -> Answer:
    """Answer as if a message were sent: by what its numbers mean, or as valid."""
    form = dict(call.request.form)
    sender, to = one(form, "From"), one(form, "To")
    if sender in FROMS:
        form["From"] = TEST_SENDER
    if to in TOS:
        form["To"] = SAFE_RECIPIENT
    number = call.tenants.new_secret("")
    tenant = call.tenant.gateway
    gateway = Gateway(tenant.world, tenant.profile, seed=int(number[:8], 16))
    request = replace(call.request, form=form)
    draft = read_draft(replace(call, request=request, gateway=gateway))
    for meant in (FROMS.get(sender), TOS.get(to)):
        if meant is not None:
            raise ApiError(meant, sender=sender, to=to)
    message: Message = gateway.submit(draft, call.now)
    return Answer(201, messages.record(message, call), message.sid)
