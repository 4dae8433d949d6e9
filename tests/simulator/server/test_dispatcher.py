"""Callbacks over loopback: signed, retried by the rule, to this machine alone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from twilio.request_validator import RequestValidator

from simulator.engine.messages import Draft
from simulator.engine.worlds import MESSAGING_SERVICE_SID
from simulator.server import dispatcher
from simulator.server.posting import Poster
from simulator.server.running import running
from tests.simulator.api.caller import FROM, TO
from tests.simulator.server.fast import fast
from tests.simulator.server.receiver import Receiver, receiving

if TYPE_CHECKING:
    from simulator.server.dispatcher import CallbackPosted
    from simulator.server.posting import Reply

SIGNATURE = "X-Twilio-Signature"
TOKEN_HEADER = "I-Twilio-Idempotency-Token"
PARAMETERS = [("MessageSid", "SM1"), ("MessageStatus", "sent")]


def draft(url: str) -> Draft:
    """Return a message through a service with a callback."""
    return Draft(
        recipient=TO, body="x", service=MESSAGING_SERVICE_SID, status_callback=url
    )


async def test_a_message_is_told_of_three_times() -> None:
    """Each callback is signed for the official validator, and observed when done."""
    done: asyncio.Queue[CallbackPosted] = asyncio.Queue()
    async with (
        receiving() as receiver,
        running(fast(), on_callback=done.put_nowait) as server,
    ):
        url = f"{receiver.url}/status?id=7"
        message = server.gateway.submit(draft(f"{url}#rc=2"), server.clock.now())
        server.wake()
        posts = await receiver.take(3)
        observed = [await done.get() for _ in range(3)]
    validator = RequestValidator("smslab")
    for post in posts:
        assert post.url == url
        assert validator.validate(url, post.form, post.headers[SIGNATURE])
        assert TOKEN_HEADER not in post.headers
    statuses = {post.form["MessageStatus"] for post in posts}
    assert statuses == {"queued", "sent", "delivered"}
    assert {callback.status for callback in observed} == statuses
    assert {callback.sid for callback in observed} == {message.sid}
    assert all(callback.received_at is not None for callback in observed)
    assert {(c.attempts, c.http_status) for c in observed} == {(1, 200)}


async def delays(count: int, **latency: float) -> list[float]:
    """Return how long after its cause each of so many messages' callbacks came."""
    done: asyncio.Queue[CallbackPosted] = asyncio.Queue()
    changed = fast(callback_latency=latency)
    async with (
        receiving() as receiver,
        running(changed, on_callback=done.put_nowait) as server,
    ):
        for _ in range(count):
            server.gateway.submit(draft(f"{receiver.url}/"), server.clock.now())
        server.wake()
        observed = [await done.get() for _ in range(3 * count)]
    return [(callback.received_at or 0) - callback.due_at for callback in observed]


async def test_a_callback_is_under_way_for_its_delay() -> None:
    """None is received before the profile's latency has passed in simulated time."""
    assert min(await delays(3, median=200.0, p99=200.0)) >= 200


async def test_callbacks_are_delayed_by_chance() -> None:
    """The last of 150 comes later than the p99, forty times the median."""
    assert max(await delays(50, median=5.0, p99=200.0)) > 200


async def post(receiver: Receiver, url: str, statuses: list[int]) -> Reply:
    """Post one callback to a receiver that answers so."""
    receiver.statuses = statuses
    poster = Poster("token", 1)
    try:
        return await poster.post(url, PARAMETERS)
    finally:
        await poster.close()


@pytest.mark.parametrize(
    ("fragment", "statuses", "attempts", "status"),
    [
        ("", [500, 200], 1, 500),
        ("", [404, 200], 1, 404),
        ("#rp=5xx", [500, 200], 2, 200),
        ("#rp=4xx,5xx&rc=5", [500, 404, 503, 200], 4, 200),
        ("#rp=all&rc=2", [500, 500, 500, 200], 3, 500),
        ("#rp=all&rc=0", [500, 200], 1, 500),
    ],
)
async def test_answers_are_retried_as_the_url_says(
    fragment: str, statuses: list[int], attempts: int, status: int
) -> None:
    """By default never; a retry names itself as one."""
    async with receiving() as receiver:
        reply = await post(receiver, f"{receiver.url}/{fragment}", statuses)
        posts = await receiver.take(attempts)
    assert (reply.attempts, reply.http_status) == (attempts, status)
    marked = [TOKEN_HEADER in post.headers for post in posts]
    assert marked == [False] + [True] * (attempts - 1)


async def test_a_failed_connection_is_tried_again_once() -> None:
    """Where nobody listens there are two attempts, and no answer."""
    async with receiving() as receiver:
        url = receiver.url
    reply = await post(receiver, url, [])
    assert (reply.attempts, reply.http_status) == (2, 0)


async def test_redirects_are_not_followed() -> None:
    """A 302 is the answer; nobody is asked at its Location."""
    async with receiving() as receiver:
        reply = await post(receiver, receiver.url, [302])
        assert (reply.attempts, reply.http_status) == (1, 302)
        await receiver.take(1)
        assert receiver.posts.empty()


@pytest.mark.parametrize(
    "host",
    [
        *("192.0.2.1", "0.0.0.0", "[::]", "[::ffff:127.0.0.1]", "169.254.169.254"),
        *("3221225985", "0x7f000001.evil.test"),
    ],
)
async def test_no_other_machine_is_posted_to(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address of another machine, however it is written, gets no connection."""
    monkeypatch.setattr(
        "socket.getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("192.0.2.1", 80))]
    )
    reply = await post(Receiver(), f"http://{host}:80/", [])
    assert reply.http_status == 0
    assert reply.problem


async def test_what_is_wrong_with_a_url_is_told() -> None:
    """A bad override is named in the reply, and its default holds."""
    async with receiving() as receiver:
        reply = await post(receiver, f"{receiver.url}/#rc=9", [])
    assert (reply.http_status, reply.problem) == (
        200,
        "11243 rc=9: it is 0 to 5 retries",
    )


async def test_a_full_queue_drops_and_counts() -> None:
    """What there is no room for is counted and observed, never silent."""
    done: list[CallbackPosted] = []
    async with running(fast()) as server:
        taker = dispatcher.Dispatcher(
            server.api, server.clock, Poster("t", 1), done.append, most_waiting=0
        )
        server.gateway.submit(draft("http://127.0.0.1/"), 0.0)
        for event in server.gateway.advance(1e6):
            taker.take(event)
        await taker.close()
    assert taker.overflowed == len(done) == 3
    assert {(callback.attempts, callback.received_at) for callback in done} == {
        (0, None)
    }


async def test_a_broken_receiver_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A worker whose callback fails in an unknown way takes the next one."""
    done: asyncio.Queue[CallbackPosted] = asyncio.Queue()

    async def breaks(*_: object) -> Reply:
        raise RuntimeError("unheard of")

    monkeypatch.setattr(Poster, "post", breaks)
    async with running(fast(), on_callback=done.put_nowait) as server:
        server.gateway.submit(
            Draft(
                recipient=TO, body="x", sender=FROM, status_callback="http://127.0.0.1/"
            ),
            server.clock.now(),
        )
        server.wake()
        observed = [await done.get() for _ in range(2)]
        assert server.dispatcher.waiting == 0
    assert {callback.attempts for callback in observed} == {1}
