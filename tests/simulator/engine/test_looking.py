"""Laws of looking: how often one asks changes nothing, nor does who came first."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from random import Random
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.answering import Answers
from simulator.engine.messages import Extras
from sms.errors import ApiError
from tests.simulator.engine.builders import (
    LAWS,
    ROUGH,
    SERVICE,
    Arrival,
    arrivals,
    drain,
    fate,
    gb,
    long_code,
    make_gateway,
    make_notification,
    make_profile,
    record,
    send,
    short_code,
    story,
    submit_all,
    toll_free,
    us,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.engine.events import Event
    from simulator.engine.gateway import Gateway
    from sms.units import Seconds

SENDERS = (long_code(0), long_code(1), toll_free(), long_code(0, country="GB"))
LATECOMER = long_code(7)
SHORT = short_code()

names = st.sampled_from(["twilio-2021", "twilio-2026"])
looks = st.lists(st.floats(0, 1, exclude_max=True), max_size=4)


def step_through(
    gateway: Gateway, start: Seconds, end: Seconds, shares: Iterable[float]
) -> list[Event]:
    """Return what happens on the way, asking at these shares of it and at the end."""
    events = []
    for share in sorted(shares):
        events += gateway.advance(start + share * (end - start))
    return events + gateway.advance(end)


def run(
    name: str,
    some: Iterable[Arrival],
    shares: Iterable[float] | None,
    *,
    watched: bool = True,
    answering: bool = True,
) -> tuple[list[object], list[object]]:
    """Return events and messages of a run; no shares is looking at the end only.

    In its middle a number joins, another leaves and somebody answers STOP: one who may
    have texts waiting where the world is of phones that answer, else a newcomer.
    """
    profile = make_profile(name, mix=ROUGH, queue_limit=20.0)
    gateway = make_gateway(
        *SENDERS,
        LATECOMER,
        pool=SENDERS,
        profile=profile,
        watched=watched,
        answers=Answers() if answering else None,
    )
    happened: list[Event] = []
    now = 0.0
    some = list(some)
    for ordinal, arrival in enumerate(some):
        at = now + arrival.gap
        if shares is not None:
            happened += step_through(gateway, now, at, shares)
        now = at
        submit_all(gateway, [replace(arrival, gap=0.0)], now)
        if ordinal == len(some) // 2:
            happened += change(gateway, now)
            gateway.opt_outs.add(us(1) if answering else newcomer(gateway), SERVICE)
            gateway.notify(make_notification(us(1), us(2), gb(3)), now)
    if shares is not None:
        happened += step_through(gateway, now, now + 100, shares)
    happened += drain(gateway)
    return [*story(happened)], [record(m) for m in gateway.messages.values()]


def run_scheduled(
    some: Iterable[Arrival],
    waits: Iterable[float],
    shares: Iterable[float] | None,
    *,
    watched: bool = True,
) -> list[object]:
    """Return the messages of a run in which some of them are scheduled."""
    profile = make_profile(mix=ROUGH, queue_limit=20.0)
    gateway = make_gateway(*SENDERS, profile=profile, watched=watched)
    now = 0.0
    for arrival, wait in zip(some, [*waits, *[0.0] * 20], strict=False):
        if shares is not None:
            step_through(gateway, now, now + arrival.gap, shares)
        now += arrival.gap
        extras = Extras(send_at=now + wait) if wait else None
        sender = None if arrival.sender is None else SENDERS[arrival.sender]
        try:
            send(
                gateway,
                arrival.recipient,
                now,
                sender=sender,
                service=SERVICE,
                segments=arrival.segments,
                validity_period=arrival.validity_period,
                extras=extras,
            )
        except ApiError:
            continue
    drain(gateway)
    return [record(m) for m in gateway.messages.values()]


def change(gateway: Gateway, now: Seconds) -> list[Event]:
    """Change what the account owns; return what had happened by then."""
    happened = gateway.advance(now)
    service = gateway.services[SERVICE]
    service.join(LATECOMER, now)
    service.leave(SENDERS[0].sid)
    return happened


def newcomer(gateway: Gateway) -> str:
    """Return a recipient who has been sent nothing yet."""
    reached = {message.recipient for message in gateway.messages.values()}
    return next(one for one in map(us, range(1, 20)) if one not in reached)


crowds = arrivals(senders=(None, None, 0, 1, 3), validity_periods=(None, 3, 8), most=12)


@LAWS
@given(names, crowds, looks)
def test_asking_more_often_changes_nothing(
    name: str, some: list[Arrival], shares: list[float]
) -> None:
    """One leap or a thousand steps: the same events, the same messages."""
    assert run(name, some, None) == run(name, some, shares)


@LAWS
@given(crowds, st.lists(st.sampled_from([0.0, 0.5, 7.0, 60.0]), max_size=12), looks)
def test_scheduled_messages_are_looked_at_alike(
    some: list[Arrival], waits: list[float], shares: list[float]
) -> None:
    """Neither looking nor watching changes what becomes of what waits for its time."""
    seen = run_scheduled(some, waits, None)
    assert run_scheduled(some, waits, shares) == seen
    assert run_scheduled(some, waits, None, watched=False) == seen


@LAWS
@given(names, crowds, st.booleans())
def test_whether_anyone_watches_changes_nothing(
    name: str, some: list[Arrival], answering: bool
) -> None:
    """Messages that nobody watches come to the same ends at the same instants.

    An opt-out binds what is queued where phones may answer; messages run ahead of any
    added by hand elsewhere, so that there it is of somebody without a message.
    """
    unwatched = run(name, some, None, watched=False, answering=answering)[1]
    assert unwatched == run(name, some, None, answering=answering)[1]


@LAWS
@given(arrivals(senders=(None, 0), validity_periods=(None, 1, 4), most=30))
def test_unwatched_queues_run_full_as_watched_ones(some: list[Arrival]) -> None:
    """What holds room and what gives it back is the same, and so are the counts."""
    seen = []
    for watched in (True, False):
        profile = make_profile(mix=ROUGH, queue_limit=6.0)
        gateway = make_gateway(long_code(), profile=profile, watched=watched)
        submit_all(gateway, some)
        drain(gateway)
        records = [record(message) for message in gateway.messages.values()]
        seen.append((records, gateway.counts))
    assert seen[0] == seen[1]


@LAWS
@given(arrivals(senders=(None, 0, 1)))
def test_due_says_when_the_next_thing_happens(some: list[Arrival]) -> None:
    """Nothing happens before `due`, something by then, and None is the end of it."""
    gateway = make_gateway(*SENDERS, profile=make_profile(mix=ROUGH))
    submit_all(gateway, some)
    gateway.advance(sum(arrival.gap for arrival in some))
    for _ in range(10 * len(some) + 1):
        if (due := gateway.due()) is None:
            break
        assert all(event.at == due for event in gateway.advance(due))
    assert gateway.due() is None
    assert drain(gateway) == []


def test_nothing_happens_before_it_is_due() -> None:
    """Looking just before an instant shows nothing of it."""
    gateway = make_gateway(long_code())
    submit_all(gateway, [Arrival(0.0, us(1), segments=6)])
    gateway.advance(0.0)
    assert gateway.due() == 6.0
    assert gateway.advance(5.999) == []
    assert [event.at for event in gateway.advance(6.0)] == [6.0]


def fates(some: Iterable[Arrival], senders: int) -> dict[tuple[str, int], object]:
    """Return each message's fate by recipient and ordinal, where nothing runs full."""
    profile = make_profile(mix=ROUGH)
    gateway = make_gateway(*SENDERS, SHORT, pool=SENDERS[:senders], profile=profile)
    submit_all(gateway, some)
    drain(gateway)
    return {(m.recipient, m.ordinal): fate(m) for m in gateway.messages.values()}


@LAWS
@given(arrivals(senders=(None, 0, 2)), st.integers(0, 1000), st.integers(1, 4))
def test_the_order_of_arrival_changes_nobodys_fate(
    some: list[Arrival], shuffle: int, senders: int
) -> None:
    """However the recipients are shuffled, each message ends as it did."""
    some = [a for a in some if a.sender != 2 or a.recipient.startswith("+1")]
    shuffled = some.copy()
    Random(shuffle).shuffle(shuffled)
    assert fates(shuffled, senders) == fates(some, senders)


@LAWS
@given(arrivals(senders=(None, 0)), st.integers(1, 4))
def test_neighbours_change_nobodys_fate(some: list[Arrival], senders: int) -> None:
    """A recipient alone in the world gets what it gets among many."""
    together = fates(some, senders)
    key = attrgetter("recipient")
    alone: dict[tuple[str, int], object] = {}
    for _, own in groupby(sorted(some, key=key), key):
        alone |= fates(own, senders)
    assert alone == together


def test_the_seed_decides() -> None:
    """The same seed tells the same story, another one another."""

    def told(seed: int) -> object:
        gateway = make_gateway(*SENDERS, profile=make_profile(mix=ROUGH), seed=seed)
        submit_all(gateway, [Arrival(0.1, us(n)) for n in range(50)])
        return story(drain(gateway))

    assert told(1) == told(1)
    assert told(1) != told(2)
