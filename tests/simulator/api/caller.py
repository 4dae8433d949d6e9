"""Calls the API by hand, with a clock of its own, and looks at what it did."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from simulator.api.api import Api
from simulator.api.requests import Request
from simulator.engine.gateway import Gateway
from simulator.engine.worlds import (
    ACCOUNT_SID,
    MESSAGING_SERVICE_SID,
    NOTIFY_SERVICE_SID,
    World,
    default_world,
)
from simulator.profiles import load_profile
from sms.units import HOUR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.api.requests import Answer, Form
    from sms.units import Seconds

ACCOUNT = f"/2010-04-01/Accounts/{ACCOUNT_SID}"
MESSAGES = f"{ACCOUNT}/Messages.json"
SERVICES = "/messaging/v1/Services"
SERVICE = f"{SERVICES}/{MESSAGING_SERVICE_SID}"
NOTIFY = "/notify/v1/Services"
NOTIFY_SERVICE = f"{NOTIFY}/{NOTIFY_SERVICE_SID}"

TO = "+14155550123"
FROM = "+14155550100"
SHORT_CODE = "72345"
STARTED_AT = datetime(2026, 1, 31, 23, 59, 0, tzinfo=UTC)

SAFE: dict[str, object] = {
    "mix": dict.fromkeys(
        (
            *("landline", "unknown", "switched_off", "unreachable", "filtered"),
            *("unknown_error", "without_receipt", "off_short_codes"),
        ),
        0.0,
    )
}
"""Changes to a profile that let every message arrive."""


class Caller:
    """A customer of the default world, or of another."""

    def __init__(
        self,
        world: World | None = None,
        changes: Mapping[str, object] = SAFE,
        *,
        profile: str = "twilio-2021",
        retain: Seconds | None = None,
    ) -> None:
        settings = load_profile(profile, changes)
        world = world or default_world()
        self.gateway = Gateway(world, settings, seed=7, retain=retain)
        self.api = Api(self.gateway, STARTED_AT)
        self.now: Seconds = 0.0

    def call(
        self,
        method: str,
        path: str,
        form: Form | None = None,
        query: Form | None = None,
        *,
        asker: str = "",
    ) -> Answer:
        """Make a request as the main account, or as somebody else."""
        request = Request(
            method,
            path,
            query or {},
            form or {},
            "http://127.0.0.1:4010",
            asker=asker,
        )
        return self.api.handle(request, self.now)

    def post(self, path: str, **form: Any) -> Answer:
        """Post a form."""
        return self.call("POST", path, form)

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        """Get what must be there."""
        answer = self.call("GET", path, query=query)
        assert answer.status == 200, answer.body
        return body(answer)

    def send(self, **form: str) -> dict[str, Any]:
        """Send a message that must be taken."""
        fields = {"To": TO, "From": FROM, "Body": "Hello", **form}
        answer = self.call("POST", MESSAGES, {k: v for k, v in fields.items() if v})
        assert answer.status == 201, answer.body
        return body(answer)

    def wait(self, duration: Seconds = HOUR) -> None:
        """Let time pass, and with it the messages."""
        self.now += duration
        self.gateway.advance(self.now)


def body(answer: Answer) -> dict[str, Any]:
    """Return an answer's body, which must be there."""
    made = answer.body
    assert made is not None
    return made


def code(answer: Answer) -> int:
    """Return the code of a refusal, whose HTTP status must be in its body too."""
    made = body(answer)
    assert answer.status >= 400, made
    assert made["status"] == answer.status
    assert made["more_info"].endswith(f"/{made['code']}")
    return int(made["code"])


def snapshot(caller: Caller) -> tuple[Any, ...]:
    """Return all of a gateway that a request might change."""
    gateway = caller.gateway
    return (
        [
            (m.sid, m.status, m.body, m.updated_at, m.sender, m.error_code)
            for m in gateway.messages.values()
        ],
        dict(gateway.counts),
        gateway.due(),
        {
            sid: (s.settings, tuple(s.pool), tuple(s.channels))
            for sid, s in gateway.services.items()
        },
        dict(gateway.registrations.campaigns),
        dict(vars(gateway.registrations)["_registered"]),
        {
            sid: (s.settings, dict(s.bindings))
            for sid, s in gateway.notify_services.items()
        },
        {name: q.backlog(caller.now) for name, q in gateway.queues.items()},
        vars(gateway)["_made"],
    )
