"""One way to an error code: a request to the API, and where its code is seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.api.requests import Answer
from simulator.engine.worlds import World, default_world
from sms.units import HOUR
from tests.simulator.api.caller import FROM, MESSAGES, SAFE, TO, Caller, body

GOOD = {"To": TO, "From": FROM, "Body": "Hello"}

Form = Mapping[str, Any]

Sight = Callable[[Caller, Answer], int | None]
"""Where a code is seen once the request has been made, None where there is none."""


def in_answer(_: Caller, answer: Answer) -> int | None:
    """Return the code that the request is refused with."""
    return int(body(answer)["code"]) if answer.status >= 400 else None


def in_end(caller: Caller, answer: Answer) -> int | None:
    """Return the code that the message ends by."""
    assert answer.status == 201, answer.body
    caller.wait(12 * HOUR)
    return caller.gateway.messages[body(answer)["sid"]].error_code


def in_last_message(caller: Caller, _: Answer) -> int | None:
    """Return the code of the last message that there is, sent or received."""
    caller.wait()
    return list(caller.gateway.messages.values())[-1].error_code


def in_last_alert(caller: Caller, answer: Answer) -> int | None:
    """Return the code of the last alert of the account's, once the message is out."""
    assert in_end(caller, answer) is None
    alerts = caller.gateway.gates.alerts
    return alerts[-1].error_code if alerts else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provocation:
    """A request, and where the code that comes of it is `seen`.

    `before` makes requests of its own, and `{last}` in the path is what it returns;
    `changes` are to the profile, on top of one in which every message arrives; `asker`
    is who asks, empty for the main account.
    """

    code: int
    method: str = "POST"
    path: str = MESSAGES
    form: Form = field(default_factory=dict)
    query: Form = field(default_factory=dict)
    world: Callable[[], World] = default_world
    profile: str = "twilio-2021"
    changes: Mapping[str, object] = field(default_factory=dict)
    before: Callable[[Caller], object] | None = None
    asker: str = ""
    seen: Sight = in_answer

    def carry_out(self) -> int | None:
        """Make the request and return the code that comes of it, None for none."""
        caller = Caller(self.world(), {**SAFE, **self.changes}, profile=self.profile)
        last = self.before(caller) if self.before else None
        path = self.path.replace("{last}", str(last))
        answer = caller.call(self.method, path, self.form, self.query, asker=self.asker)
        return self.seen(caller, answer)


def refused(code: int, **form: Any) -> Provocation:
    """Return a good message with changes to its form; an empty one leaves out."""
    return Provocation(code=code, form=without_empty(GOOD | form))


def ended(code: int, *, world: Any = default_world, **form: Any) -> Provocation:
    """Return a message that is taken and ends by a code."""
    form = without_empty(GOOD | form)
    return Provocation(code=code, form=form, world=world, seen=in_end)


def lost(code: int, why: str) -> Provocation:
    """Return a message that the carrier loses for one reason."""
    mix = {**SAFE["mix"], why: 1.0}  # type: ignore[dict-item]
    return replace(ended(code), changes={"mix": mix})


def without_empty(form: Form) -> dict[str, Any]:
    """Return a form without its empty values."""
    return {name: value for name, value in form.items() if value != ""}


def world_with(**changes: Any) -> Callable[[], World]:
    """Return what makes the default world with something else in it."""
    return lambda: replace(default_world(), **changes)


def sent(count: int, **form: str) -> Callable[[Caller], str]:
    """Return what sends so many messages, and returns the last one's SID."""

    def send(caller: Caller) -> str:
        return [str(caller.send(**form)["sid"]) for _ in range(count)][-1]

    return send
