"""Law: a refused request has changed nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from simulator.engine.messages import Draft
from simulator.engine.worlds import ServiceSettings
from sms import errors
from sms.units import HOUR
from tests.simulator.engine.builders import (
    LAWS,
    RECIPIENTS,
    ROUGH,
    SERVICE,
    Arrival,
    alphanumeric,
    arrivals,
    body,
    drain,
    gb,
    long_code,
    make_gateway,
    make_notification,
    make_profile,
    record,
    refusal,
    send,
    short_code,
    story,
    submit_all,
    us,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simulator.engine.gateway import Gateway
    from sms.units import Seconds

BUSY, SPARE = long_code(9), long_code(8)
POOL = (long_code(0), long_code(1), alphanumeric())
SENDERS = (*POOL, long_code(2, country="GB"), short_code(), BUSY, SPARE)
EMPTY = "MG" + "e" * 32
BACKUP = "MG" + "b" * 32
UNKNOWN = "MG" + "f" * 32
STOPPED = us(99)
TO_THE_REFUSED = [Arrival(0.0, to) for to in (STOPPED, us(1), gb(1))]
"""Messages to those whom the refused requests were for, which must feel nothing."""


def submit(gateway: Gateway, now: Seconds, **asked: Any) -> int:
    """Return the code that a message asked for like this is refused with."""
    return refusal(gateway.submit, Draft(**({"body": body()} | asked)), now)


Refusal = tuple[int, "Callable[[Gateway, Seconds], int]"]

REFUSALS: dict[str, Refusal] = {
    "a number of no country": (
        errors.INVALID_TO.code,
        lambda g, now: submit(g, now, recipient="+999", service=SERVICE),
    ),
    "neither sender nor service": (
        errors.NO_FROM.code,
        lambda g, now: submit(g, now, recipient=us(1)),
    ),
    "an unknown service": (
        errors.NO_SUCH_SERVICE.code,
        lambda g, now: submit(g, now, recipient=us(1), service=UNKNOWN),
    ),
    "an empty pool": (
        errors.EMPTY_POOL.code,
        lambda g, now: submit(g, now, recipient=us(1), service=EMPTY),
    ),
    "somebody else's sender": (
        errors.FROM_NOT_OWNED.code,
        lambda g, now: submit(g, now, recipient=us(1), sender="+12025550199"),
    ),
    "a sender outside the service": (
        errors.FROM_NOT_OWNED.code,
        lambda g, now: submit(
            g, now, recipient=us(1), sender=BUSY.address, service=SERVICE
        ),
    ),
    "a message to oneself": (
        errors.TO_IS_FROM.code,
        lambda g, now: submit(
            g, now, recipient=POOL[0].address, sender=POOL[0].address
        ),
    ),
    "an opted-out recipient": (
        errors.OPTED_OUT.code,
        lambda g, now: submit(g, now, recipient=STOPPED, sender=POOL[0].address),
    ),
    "a short code abroad": (
        errors.UNREACHABLE_PAIR.code,
        lambda g, now: submit(g, now, recipient=gb(1), sender=short_code().address),
    ),
    "media abroad": (
        errors.UNREACHABLE_PAIR.code,
        lambda g, now: submit(
            g,
            now,
            recipient=gb(1),
            sender=POOL[0].address,
            media_urls=("https://example.com/a.png",),
        ),
    ),
    "a full queue": (
        errors.QUEUE_FULL.code,
        lambda g, now: submit(g, now, recipient=us(1), sender=BUSY.address),
    ),
    "a late cancel": (
        errors.CANNOT_CANCEL.code,
        lambda g, now: refusal(g.cancel, next(iter(g.messages)), now),
    ),
    "an early delete": (
        errors.NOT_COMPLETE.code,
        lambda g, now: refusal(g.forget, next(iter(g.messages))),
    ),
    "a notification through an unknown service": (
        errors.NO_SUCH_SERVICE.code,
        lambda g, now: refusal(
            g.notify, make_notification(us(1), messaging_service=UNKNOWN), now
        ),
    ),
    "a notification through an empty pool": (
        errors.EMPTY_POOL.code,
        lambda g, now: refusal(
            g.notify, make_notification(us(1), messaging_service=EMPTY), now
        ),
    ),
    "a second joining": (
        errors.ALREADY_IN_POOL.code,
        lambda g, now: refusal(g.services[SERVICE].join, POOL[0], now),
    ),
    "a second alphanumeric sender": (
        errors.POOL_FULL.code,
        lambda g, now: refusal(g.services[SERVICE].join, alphanumeric("B"), now),
    ),
    "one request too many": (
        errors.TOO_MANY_REQUESTS.code,
        lambda g, now: refusal(g.limits.enter),
    ),
}


def make_busy_gateway() -> Gateway:
    """Return a gateway that has a reason for every refusal.

    Its first message fills a queue for as long as the arrivals take.  Long after, the
    two numbers of `BACKUP` are equals, unless a refusal was counted as a message.
    """
    profile = make_profile(mix=ROUGH, queue_limit=300.0, concurrency=1)
    gateway = make_gateway(*SENDERS, pool=POOL, profile=profile)
    gateway.add_service(ServiceSettings(sid=EMPTY, friendly_name="empty"), now=0.0)
    settings = ServiceSettings(sid=BACKUP, friendly_name="backup")
    backup = gateway.add_service(settings, now=0.0)
    for number, segments in ((BUSY, 1000), (SPARE, 1)):
        backup.join(number, now=0.0)
        send(gateway, us(98), sender=number, segments=segments)
    gateway.opt_outs.add(STOPPED)
    gateway.limits.enter()
    return gateway


def snapshot(gateway: Gateway, now: Seconds) -> tuple[object, ...]:
    """Return all that can be seen of a gateway, its queues included."""
    queues = {
        name: queue.backlog(now)
        for name, queue in gateway.queues.items()
        if queue.free_at
    }
    return (
        dict(gateway.counts),
        [record(message) for message in gateway.messages.values()],
        queues,
        {sid: list(service.pool) for sid, service in gateway.services.items()},
        (gateway.limits.in_flight, gateway.limits.peak),
        gateway.due(),
    )


some_arrivals = arrivals(
    senders=(None, 0, 1, 3), recipients=(*RECIPIENTS, STOPPED), most=12
)


def stories(
    before: list[Arrival], after: list[Arrival], kinds: Iterable[str]
) -> list[object]:
    """Return what happens with refused requests in the middle, and without them."""
    now = sum(arrival.gap for arrival in before)
    told: list[object] = []
    for asked in (kinds, ()):
        gateway = make_busy_gateway()
        submit_all(gateway, before)
        events = gateway.advance(now)
        stood = snapshot(gateway, now)
        for code, ask in (REFUSALS[kind] for kind in asked):
            assert ask(gateway, now) == code
            assert snapshot(gateway, now) == stood
        submit_all(gateway, [*after, *TO_THE_REFUSED], now)
        send(gateway, us(50), now + HOUR, service=BACKUP)
        told.append((story(events + drain(gateway)), snapshot(gateway, now)))
    return told


@LAWS
@given(some_arrivals, some_arrivals)
def test_a_refused_request_changes_nothing(
    before: list[Arrival], after: list[Arrival]
) -> None:
    """After each all is as it was, and what follows goes as if nobody had asked."""
    with_them, without = stories(before, after, REFUSALS)
    assert with_them == without


@pytest.mark.parametrize("kind", REFUSALS)
def test_each_refusal_changes_nothing(kind: str) -> None:
    """Each by itself, with its own code, in an account that has only begun."""
    with_it, without = stories([], [], [kind])
    assert with_it == without
