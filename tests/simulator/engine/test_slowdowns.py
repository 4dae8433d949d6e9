"""Slow carriers: receipts come later, and nothing else is changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.gateway import Gateway
from simulator.engine.profile import LogNormal
from simulator.engine.slowdowns import Slowdown, lateness
from tests.simulator.engine.builders import (
    LAWS,
    ROUGH,
    Arrival,
    arrivals,
    drain,
    gb,
    long_code,
    make_gateway,
    make_profile,
    record,
    send,
    sent,
    submit_all,
    us,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.engine.profile import Profile
    from simulator.engine.senders import Sender

BRITAIN = frozenset({"GB"})
SENDERS = (long_code(0), long_code(1), long_code(0, country="GB"))

slow = st.builds(
    lambda begins_at, lasts, factor, countries: Slowdown(
        begins_at=begins_at,
        ends_at=begins_at + lasts,
        factor=factor,
        countries=countries,
    ),
    st.integers(0, 60),
    st.integers(1, 60),
    st.integers(1, 20),
    st.sampled_from([frozenset(), BRITAIN]),
)

Told = list[tuple[object, ...]]


def make_slow(
    slowdowns: Sequence[Slowdown],
    *senders: Sender,
    profile: Profile | None = None,
    watched: bool = True,
) -> Gateway:
    """Return a gateway in a world whose carriers are slow at times."""
    plain = make_gateway(*senders, profile=profile)
    world = replace(plain.world, slowdowns=slowdowns)
    return Gateway(world, plain.profile, seed=plain.seed, watched=watched)


def run(
    some: list[Arrival], slowdowns: list[Slowdown], *, watched: bool = True
) -> tuple[Told, list[tuple[str, float, float | None]]]:
    """Return what does not hang on a receipt's delay; and where, when, how long."""
    profile = make_profile(mix=ROUGH, queue_limit=30.0)
    gateway = make_slow(slowdowns, *SENDERS, profile=profile, watched=watched)
    submit_all(gateway, some)
    drain(gateway)
    messages = sent(gateway.messages.values())
    told: Told = [
        (m.sid, m.status, m.error_code, m.sender, m.queued_at, m.sending_at, m.sent_at)
        for m in gateway.messages.values()
    ]
    return told, [
        (m.country, m.sent_at or 0.0, m.ended_at and m.ended_at - (m.sent_at or 0.0))
        for m in messages
    ]


@LAWS
@given(arrivals(senders=(None, 0)), st.lists(slow, max_size=3))
def test_only_the_receipts_are_later(
    some: list[Arrival], slowdowns: list[Slowdown]
) -> None:
    """Fates, senders and all instants before stay; delays grow by the factor."""
    plain, usual = run(some, [])
    told, slowed = run(some, slowdowns)
    assert told == plain
    for (country, at, delay), (_, _, later) in zip(usual, slowed, strict=True):
        factor = lateness(slowdowns, country, at)
        assert later == (delay and pytest.approx(delay * factor))


@LAWS
@given(arrivals(senders=(None, 0)), slow)
def test_unwatched_carriers_are_as_slow(some: list[Arrival], one: Slowdown) -> None:
    """The same under any clock: by when it was handed over, not when one looks."""
    assert run(some, [one]) == run(some, [one], watched=False)


def test_it_holds_for_what_is_handed_over_within_it() -> None:
    """From its first instant on and before its last, by when the segments have left."""
    profile = make_profile(receipt_delay=LogNormal(median=2.0, p99=2.0))
    one = Slowdown(begins_at=2, ends_at=4, factor=10)
    gateway = make_slow([one], long_code(), profile=profile)
    messages = [send(gateway, us(n)) for n in range(4)]
    drain(gateway)
    ends = [(message.sent_at, message.ended_at) for message in messages]
    wanted = [(1, 3), (2, 22), (3, 23), (4, 6)]
    assert [pytest.approx(pair) for pair in wanted] == ends


def test_it_may_be_of_some_countries() -> None:
    """What goes elsewhere is as fast as ever."""
    one = Slowdown(begins_at=0, ends_at=60, factor=5, countries=BRITAIN)
    usual, slowed = make_gateway(*SENDERS), make_slow([one], *SENDERS)
    for gateway in (usual, slowed):
        for recipient in (us(1), gb(1)):
            send(gateway, recipient)
        drain(gateway)
    plain, later = (list(map(record, g.messages.values())) for g in (usual, slowed))
    assert plain[0] == later[0]
    assert plain[1] != later[1]


def test_of_several_the_slowest_counts() -> None:
    """Where two overlap the larger factor holds alone; where none is, it is 1."""
    slowdowns = [
        Slowdown(begins_at=0, ends_at=20, factor=3),
        Slowdown(begins_at=10, ends_at=30, factor=7),
    ]
    found = [lateness(slowdowns, "US", at) for at in (0, 10, 20, 30)]
    assert found == [3, 7, 7, 1]


@pytest.mark.parametrize(
    ("begins_at", "ends_at", "factor", "complaint"),
    [
        (-1.0, 1.0, 2.0, "from is 0 or more, not -1"),
        (5.0, 5.0, 2.0, "to is after from"),
        (0.0, 5.0, 0.9, "factor is 1 or more, not 0.9"),
    ],
)
def test_what_cannot_be_is_named(
    begins_at: float, ends_at: float, factor: float, complaint: str
) -> None:
    """A span that goes backwards or a carrier that is early is a slip of the pen."""
    with pytest.raises(ValueError, match=complaint):
        Slowdown(begins_at=begins_at, ends_at=ends_at, factor=factor)
