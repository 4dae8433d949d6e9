"""The Feedback resource: a customer tells whether a message has arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.api.messages import VERSION, find
from simulator.api.parameters import Parameter, one_of, read_parameters
from simulator.api.paths import ACCOUNT
from simulator.api.requests import Answer
from simulator.engine.feedback import Feedback, Outcome
from sms.errors import NOT_FOUND, ApiError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.api.requests import Call, Route

PARAMETERS: Sequence[Parameter] = (
    Parameter(name="Outcome", field="outcome", read=one_of(*Outcome)),
)


def create(call: Call) -> Answer:
    """Tell of a message sent with `ProvideFeedback`; what was told before is replaced.

    A message without it has no such resource, which is 404 [unverified].
    """
    message = find(call)
    if message.extras is None or not message.extras.feedback:
        raise ApiError(NOT_FOUND, path=call.request.path)
    told = read_parameters(PARAMETERS, call.request.form)
    outcome = Outcome(told.get("outcome", Outcome.CONFIRMED))
    earlier = call.gateway.feedback.get(message.sid)
    created_at = call.now if earlier is None else earlier.created_at
    feedback = Feedback(message.sid, outcome, created_at, call.now)
    call.gateway.feedback[message.sid] = feedback
    return Answer(200, record(feedback, call))


def record(feedback: Feedback, call: Call) -> dict[str, Any]:
    """Return feedback as Twilio's JSON shows it.

    Source: https://github.com/twilio/twilio-oai, twilio_api_v2010 (2026-04-14).
    """
    account, sid = call.gateway.world.account_sid, feedback.message_sid
    return {
        "account_sid": account,
        "date_created": call.dates.rfc2822(feedback.created_at),
        "date_updated": call.dates.rfc2822(feedback.updated_at),
        "message_sid": sid,
        "outcome": feedback.outcome,
        "uri": f"/{VERSION}/Accounts/{account}/Messages/{sid}/Feedback.json",
    }


ROUTES: Sequence[Route] = (
    ("POST", f"{ACCOUNT}/Messages/{{message}}/Feedback.json", create),
)
