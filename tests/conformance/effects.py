"""What each parameter of POST Messages changes: two forms that differ in it alone.

All is compared that a caller can see of what a form leads to: the answer, the calls to
its receiver, and the message as it is at the end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from simulator.api.callbacks import reports, status_parameters
from simulator.engine.events import StatusChanged
from simulator.engine.permissions import Permissions
from simulator.engine.recipients import RecipientKind
from simulator.engine.worlds import (
    ACCOUNT_SID,
    APPLICATION_SID,
    MESSAGING_SERVICE_SID,
    TEMPLATE_SID,
    World,
    default_world,
)
from sms.units import DAY
from tests.conformance.provocation import GOOD, without_empty, world_with
from tests.simulator.api.caller import ACCOUNT, MESSAGES, SAFE, TO, Caller, body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

SERVICE = {"From": "", "MessagingServiceSid": MESSAGING_SERVICE_SID}
LATER, EVEN_LATER = "2026-02-02T00:00:00Z", "2026-02-03T00:00:00Z"
HINTS = '{"1": "7"}'
LINK = "See https://a.test/a-long-way-to-go"
TOLD = {**GOOD, "StatusCallback": "http://127.0.0.1:9/status"}
"""A good message whose every step is told."""

Seen = dict[str, Any]
"""What there was to see, by where: `status` (of HTTP), `answer.to`, `end.price` …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A parameter, a form with it and one without, and what must differ between them.

    `given` is its value and `otherwise` another, empty for none; `beside` is what both
    forms say besides a good message, an empty value leaving a parameter out.  `seen`
    names what differs for sure, in the words of `Seen`; empty where nothing does.
    """

    parameter: str
    given: Any
    otherwise: Any = ""
    beside: Mapping[str, Any] = field(default_factory=dict)
    world: Callable[[], World] = default_world
    busy: int = 0
    seen: str = ""

    def differences(self) -> frozenset[str]:
        """Carry both forms out; return where what there is to see differs."""
        one, other = self._carry_out(self.given), self._carry_out(self.otherwise)
        return frozenset(
            name
            for name in one.keys() | other.keys()
            if one.get(name) != other.get(name)
        )

    def _carry_out(self, value: Any) -> Seen:
        form = without_empty({**TOLD, **self.beside, self.parameter: value})
        caller = Caller(self.world(), SAFE)
        for _ in range(self.busy):
            caller.send(**{**self.beside, "Body": "x" * 1_600})
        return dict(_seen(caller, form))


def _seen(caller: Caller, form: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Post a form, wait for its end, and yield all there is to see."""
    answer = caller.call("POST", MESSAGES, form)
    yield "status", answer.status
    shown = body(answer)
    yield from ((f"answer.{name}", value) for name, value in shown.items())
    sid = shown.get("sid")
    caller.now += 5 * DAY
    callbacks = [
        (event.at, event.message.status_callback, parameters)
        for event in caller.gateway.advance(caller.now)
        if isinstance(event, StatusChanged) and reports(event)
        for parameters in [status_parameters(event, ACCOUNT_SID, caller.api.dates)]
    ]
    yield "callbacks", callbacks
    if sid is not None:
        path = f"{ACCOUNT}/Messages/{sid}"
        feedback = caller.post(f"{path}/Feedback.json", Outcome="confirmed")
        yield "feedback", feedback.status
        ended = caller.get(f"{path}.json")
        yield from ((f"end.{name}", value) for name, value in ended.items())


EFFECTS: tuple[Effect, ...] = (
    Effect(parameter="AddressRetention", given="obfuscate", seen="answer.to"),
    Effect(
        parameter="ApplicationSid",
        given=APPLICATION_SID,
        beside={"StatusCallback": ""},
        seen="callbacks",
    ),
    Effect(parameter="Attempt", given="2", otherwise="1"),
    Effect(parameter="Body", given="One", otherwise="Two", seen="end.body"),
    Effect(parameter="ContentRetention", given="discard", seen="end.body"),
    Effect(
        parameter="ContentSid",
        given=TEMPLATE_SID,
        beside={"Body": "", "ContentVariables": HINTS},
        seen="answer.body",
    ),
    Effect(
        parameter="ContentVariables",
        given=HINTS,
        otherwise='{"1": "8"}',
        beside={"Body": "", "ContentSid": TEMPLATE_SID},
        seen="end.body",
    ),
    Effect(
        parameter="FallbackFrom", given="+14155550101", beside={**SERVICE, "To": TO}
    ),
    Effect(
        parameter="ForceDelivery",
        given="true",
        world=world_with(
            permissions=Permissions(landlines=21635),
            kinds={TO: RecipientKind.LANDLINE},
        ),
        seen="status",
    ),
    Effect(
        parameter="From",
        given="+14155550100",
        otherwise="+14155550101",
        seen="end.from",
    ),
    Effect(parameter="MaxPrice", given="0.0001", otherwise="9"),
    Effect(
        parameter="MediaUrl",
        given="https://a.test/a.png",
        seen="answer.num_media",
    ),
    Effect(
        parameter="MessagingServiceSid",
        given=MESSAGING_SERVICE_SID,
        seen="answer.messaging_service_sid",
    ),
    Effect(parameter="PersistentAction", given=["a", "b"]),
    Effect(parameter="ProvideFeedback", given="true", seen="feedback"),
    Effect(parameter="RiskCheck", given="disable", otherwise="enable"),
    Effect(
        parameter="ScheduleType",
        given="fixed",
        beside={**SERVICE, "SendAt": LATER},
        seen="answer.status",
    ),
    Effect(
        parameter="SendAsMms",
        given="true",
        beside={"Body": "x" * 500},
        seen="answer.num_segments",
    ),
    Effect(
        parameter="SendAt",
        given=LATER,
        otherwise=EVEN_LATER,
        beside={**SERVICE, "ScheduleType": "fixed"},
        seen="end.date_sent",
    ),
    Effect(
        parameter="ShortenUrls",
        given="true",
        beside={"Body": LINK},
        seen="end.error_code",
    ),
    Effect(
        parameter="SmartEncoded",
        given="true",
        otherwise="false",
        beside={"Body": "\N{RIGHT SINGLE QUOTATION MARK}" * 100},
        seen="answer.num_segments",
    ),
    Effect(
        parameter="StatusCallback", given="http://127.0.0.1:9/own", seen="callbacks"
    ),
    Effect(parameter="To", given=TO, otherwise="+14155550124", seen="end.to"),
    Effect(parameter="TrafficType", given="free"),
    Effect(
        parameter="ValidityPeriod",
        given="5",
        busy=1,
        seen="end.status",
    ),
)
"""A row for each parameter, by name."""


@cache
def effective() -> frozenset[str]:
    """Return the parameters that change something: what all rows come to."""
    return frozenset(row.parameter for row in EFFECTS if row.differences())
