"""Faults of callbacks: each has its effect, decided by message and status alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.disorder import COPIES, Copy, disorder
from simulator.engine.faults import KINDS, Fault, Faults, Stage
from sms.statuses import MessageStatus
from tests.simulator.engine.builders import long_code, make_gateway, send, us

if TYPE_CHECKING:
    from simulator.engine.messages import Message


def messages(count: int) -> list[Message]:
    """Return so many messages, each to somebody else."""
    gateway = make_gateway(long_code())
    return [send(gateway, us(number)) for number in range(count)]


def test_every_fault_of_a_callback_has_its_effect() -> None:
    """The table holds the kinds that strike callbacks, and no other."""
    struck = {name for name, kind in KINDS.items() if kind.stage is Stage.CALLBACK}
    assert set(COPIES) == struck


@pytest.mark.parametrize(
    ("fault", "copies"),
    [
        (Fault(what="callback-lost"), ()),
        (Fault(what="callback-doubled"), (Copy(), Copy())),
        (Fault(what="callback-late", seconds=9.0), (Copy(9.0),)),
        (Fault(what="callback-forged"), (Copy(), Copy(forged=True))),
        (Fault(what="callback-storm", times=5), (Copy(),) * 5),
    ],
)
def test_a_fault_makes_copies_of_a_callback(
    fault: Fault, copies: tuple[Copy, ...]
) -> None:
    """None, two, a later one, one that is forged, or many."""
    [message] = messages(1)
    found = disorder(Faults([fault]), message, MessageStatus.SENT, 0.0)
    assert found == (fault.what, copies)


def test_shuffled_callbacks_are_late_by_chance() -> None:
    """Each by another time, and none by more than was ordered."""
    faults = Faults([Fault(what="callback-shuffled", seconds=10.0)])
    found = [disorder(faults, m, MessageStatus.SENT, 0.0) for m in messages(20)]
    later = [one.copies[0].later for one in found if one]
    assert len(set(later)) == 20
    assert 0 <= min(later) < 5 < max(later) < 10


@given(order=st.permutations(range(12)), share=st.floats(0.1, 0.9))
def test_the_order_decides_nothing(order: list[int], share: float) -> None:
    """Whichever callback is asked for first, the same are lost."""
    fault = Fault(what="callback-lost", share=share)
    asked = [(m, MessageStatus.SENT) for m in messages(6)]
    asked += [(m, MessageStatus.DELIVERED) for m, _ in asked]
    faults = Faults([fault], seed=4)
    expected = {(m.sid, s): disorder(faults, m, s, 0.0) for m, s in asked}
    again = Faults([fault], seed=4)
    mixed = [asked[place] for place in order]
    assert {(m.sid, s): disorder(again, m, s, 0.0) for m, s in mixed} == expected


def test_each_callback_of_a_message_is_drawn_for() -> None:
    """Of two statuses either may be lost alone, both, or neither."""
    faults = Faults([Fault(what="callback-lost", share=0.5)], seed=1)
    ends = {
        tuple(
            disorder(faults, message, status, 0.0) is None
            for status in (MessageStatus.SENT, MessageStatus.DELIVERED)
        )
        for message in messages(40)
    }
    assert len(ends) == 4


def test_a_rule_is_for_its_time_and_its_recipient() -> None:
    """Another's callbacks, and those of later, are posted as ever."""
    first, second = messages(2)
    fault = Fault(what="callback-lost", ends_at=5.0, recipient=first.recipient)
    faults = Faults([fault])
    assert disorder(faults, first, MessageStatus.SENT, 4.9) is not None
    assert disorder(faults, first, MessageStatus.DELIVERED, 5.0) is None
    assert disorder(faults, second, MessageStatus.SENT, 0.0) is None
