"""Lists that lag: a new message is absent from them for a while, and only from them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.engine.faults import Fault
from simulator.engine.worlds import default_world
from tests.simulator.api.caller import FROM, MESSAGES, TO, Caller

if TYPE_CHECKING:
    from typing import Any


def make_caller(fault: Fault) -> Caller:
    """Return a customer whose lists are struck by a fault."""
    return Caller(replace(default_world(), faults=(fault,)))


def listed(page: dict[str, Any]) -> list[str]:
    """Return the SIDs on a page of messages."""
    return [one["sid"] for one in page["messages"]]


def test_a_new_message_is_in_no_list_for_a_while() -> None:
    """It can be fetched at once, and is in the list once the time is over."""
    caller = make_caller(Fault(what="list-lag", seconds=60))
    sid = caller.post(MESSAGES, To=TO, From=FROM, Body="Hi").sid
    assert caller.get(MESSAGES.replace(".json", f"/{sid}.json"))["sid"] == sid
    caller.now = 59.0
    assert listed(caller.get(MESSAGES)) == []
    caller.now = 60.0
    assert listed(caller.get(MESSAGES)) == [sid]
    assert caller.gateway.faults.facts()[0]["struck"] == 1


def test_filters_hold_besides() -> None:
    """What a filter leaves out is no strike."""
    caller = make_caller(Fault(what="list-lag", recipient="+14155550124"))
    for to in (TO, "+14155550124"):
        caller.post(MESSAGES, To=to, From=FROM, Body="Hi")
    assert len(listed(caller.get(MESSAGES, From=FROM))) == 1
    assert listed(caller.get(MESSAGES, From="+14155550101")) == []
    assert caller.gateway.faults.facts()[0]["struck"] == 1
