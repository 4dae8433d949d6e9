"""The executor: a run over real sockets, its callbacks, and how it ends."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import aiohttp
import pytest
from twilio.request_validator import RequestValidator

from sender.broadcasts import BroadcastRun, RunOptions
from sender.client import make_client
from sender.executor import Executor, LoopClock
from sender.http import HttpClient
from sender.pacing import PacingOptions
from sender.receiver import Receiver
from sender.registry import find_pacing, find_strategy
from tests.sender.loopback import (
    ACCOUNT,
    TOKEN,
    Loopback,
    Reply,
    created,
    cut_off,
    refused,
    serve,
    silence,
)
from tests.sender.virtual import SENDERS, americans, make_broadcast

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp import web

    from sender.callbacks import CallbackReceived
    from sender.calls import CallMade
    from sender.plans import Broadcast

FAST = 1_000_000.0
"""Simulated seconds a second: nothing is waited for."""

Outcomes = dict[str, list[str]]


class Lab:
    """One broadcast over one API, and what was observed."""

    def __init__(self, broadcast: Broadcast, url: str, strategy: str, window: int):
        self.made: list[CallMade] = []
        self.run = BroadcastRun(
            broadcast,
            find_strategy(strategy)(broadcast, SENDERS),
            find_pacing("windowed")(PacingOptions(window=window)),
            RunOptions(redeliver=1),
        )
        self.http_client = HttpClient(url)
        self.client = make_client(self.http_client, ACCOUNT, TOKEN)
        self.executor = Executor(
            self.run, self.client, clock=LoopClock(FAST), on_call=self.made.append
        )


@asynccontextmanager
async def lab(
    broadcast: Broadcast,
    reply: Reply,
    strategy: str = "messaging-service",
    window: int = 50,
) -> AsyncIterator[tuple[Lab, Loopback]]:
    """Return an executor ready to carry a broadcast out, and the API it meets."""
    async with serve(reply) as loopback:
        one = Lab(broadcast, loopback.url, strategy, window)
        try:
            yield one, loopback
        finally:
            await one.http_client.close()


class Platform:
    """An API that tells each message's end by a signed callback."""

    def __init__(self, ends: Outcomes, reply: Reply = created) -> None:
        self.ends = ends
        self.reply = reply
        self.told: list[asyncio.Task[None]] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        """Take a message or a notification, and begin to tell how it ends."""
        form = parse_qs(await request.text())
        if "ToBinding" in form:
            url = json.loads(form["Sms"][0])["status_callback"]
            sent_to = [json.loads(one)["address"] for one in form["ToBinding"]]
        else:
            url, sent_to = form["StatusCallback"][0], form["To"]
        for recipient in sent_to:
            end = self.ends[recipient].pop(0)
            sid = f"SM{recipient}{len(self.ends[recipient])}"
            self.told.append(asyncio.create_task(self._tell(url, recipient, sid, end)))
        return await self.reply(request)

    async def _tell(self, url: str, recipient: str, sid: str, end: str) -> None:
        """Post `sent` and then the end, which is a status and perhaps a code."""
        last, _, code = end.partition(" ")
        async with aiohttp.ClientSession() as session:
            for status in ("sent", last, last):
                form = {"MessageSid": sid, "MessageStatus": status, "To": recipient}
                form |= {"ErrorCode": code} if code and status == last else {}
                signature = RequestValidator(TOKEN).compute_signature(url, form)
                headers = {"X-Twilio-Signature": signature}
                async with session.post(url, data=form, headers=headers) as answer:
                    assert answer.status == 204


async def send_with_callbacks(
    ends: Outcomes, strategy: str = "messaging-service", reply: Reply = created
) -> tuple[Lab, list[CallbackReceived]]:
    """Send to all recipients of `ends`, which says how each delivery ends."""
    received: list[CallbackReceived] = []
    labs: list[Lab] = []

    def handler(callback: CallbackReceived) -> None:
        received.append(callback)
        labs[0].executor.receive(callback)

    async with Receiver(TOKEN, handler, LoopClock(FAST)) as receiver:
        broadcast = replace(make_broadcast(*ends), status_callback=receiver.url)
        platform = Platform(ends, reply)
        async with lab(broadcast, platform, strategy) as (one, _):
            labs.append(one)
            await one.executor.carry_out(silence=1e9)
            await asyncio.gather(*platform.told)
    return labs[0], received


async def test_all_is_sent_within_the_window() -> None:
    """Each text is one request, and never more are open than the window holds."""
    broadcast = make_broadcast(*americans(30))
    async with lab(broadcast, created, window=4) as (one, loopback):
        await one.executor.carry_out()
    assert {dict(seen.form)["To"] for seen in loopback.seen} == {*americans(30)}
    assert len(loopback.seen) == 30
    assert loopback.most_in_flight <= 4


async def test_each_call_is_observed() -> None:
    """The observer is told when it began and ended, its answer and the load."""
    async with lab(make_broadcast("+14155550123"), created) as (one, _):
        await one.executor.carry_out()
    [made] = one.made
    assert made.outcome.http_status == 201
    assert (made.outcome.sid, made.in_flight) == ("SM1", 3)
    assert made.answered_at is not None
    assert 0 <= made.started_at < made.answered_at


async def test_nobody_need_observe() -> None:
    """Without an observer the run is carried out all the same."""
    async with lab(make_broadcast(*americans(3)), created) as (one, loopback):
        await Executor(one.run, one.client, clock=LoopClock(FAST)).carry_out()
    assert (len(loopback.seen), one.made) == (3, [])


async def test_what_is_refused_is_made_again() -> None:
    """After a 429 the same call is made until it is taken."""
    replies = [refused(429, {"code": 20429, "message": "", "status": 429})] * 3

    async def reply(request: web.Request) -> web.StreamResponse:
        return await (replies.pop() if replies else created)(request)

    async with lab(make_broadcast("+14155550123"), reply) as (one, _):
        await one.executor.carry_out()
    assert [made.attempt.retries for made in one.made] == [0, 1, 2, 3]
    assert [made.outcome.http_status for made in one.made] == [429, 429, 429, 201]


async def test_a_rejected_text_is_not_waited_for() -> None:
    """What the API would not take has ended, though a callback was asked for."""
    reject = refused(400, {"code": 21211, "message": "", "status": 400})
    broadcast = replace(
        make_broadcast("+14155550123"), status_callback="http://127.0.0.1:1"
    )
    async with lab(broadcast, reject) as (one, _):
        await one.executor.carry_out(silence=1e12)
    assert (one.executor.open_fates, one.run.not_retryable) == (0, 1)


@pytest.mark.parametrize("strategy", ["messaging-service", "notify", "number-pool"])
async def test_it_ends_when_every_text_has(strategy: str) -> None:
    """Failures are sent again, and it returns once the last end is told."""
    good, bad, worse, worst = americans(4)
    ends = {
        good: ["delivered"],
        bad: ["undelivered 30003", "delivered"],
        worse: ["undelivered 30003", "failed 30008"],
        worst: ["undelivered 30006"],
    }
    one, received = await send_with_callbacks(ends, strategy)
    assert one.executor.open_fates == 0
    assert (one.run.redelivered, one.run.exhausted, one.run.not_retryable) == (2, 1, 1)
    assert not any(ends.values())
    assert {callback.recipient for callback in received} == set(ends)


async def test_a_lost_answer_is_made_up_for_by_the_callback() -> None:
    """Its call's number tells which text it was, and it is not sent again."""
    ends = {to: ["delivered"] for to in americans(3)}
    one, _ = await send_with_callbacks(ends, reply=cut_off)
    assert [made.outcome.http_status for made in one.made] == [0, 0, 0]
    assert (one.run.ambiguous, one.executor.open_fates) == (3, 0)


async def test_silence_ends_it() -> None:
    """Where no callback comes it returns, and says how many ends are unknown."""
    broadcast = replace(
        make_broadcast(*americans(3)), status_callback="http://127.0.0.1:1"
    )
    async with lab(broadcast, created) as (one, _):
        await one.executor.carry_out(silence=20_000)
    assert one.executor.open_fates == 3


async def test_no_call_is_begun_after_the_limit() -> None:
    """A limit that has passed lets nothing start."""
    async with lab(make_broadcast(*americans(3)), created) as (one, loopback):
        await one.executor.carry_out(until=0)
    assert loopback.seen == []


async def test_calls_cut_off_are_known_as_such() -> None:
    """Cancelled, it leaves each call in flight as one without an answer."""
    all_there = asyncio.Barrier(4)

    async def hold(request: web.Request) -> web.StreamResponse:
        await all_there.wait()
        return await silence(request)

    async with lab(make_broadcast(*americans(9)), hold, window=3) as (one, _):
        work = asyncio.create_task(one.executor.carry_out())
        await all_there.wait()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
    assert [made.answered_at for made in one.made] == [None] * 3
    assert (one.run.ambiguous, one.run.in_flight) == (3, 0)


async def test_an_observer_that_fails_stops_the_run() -> None:
    """A record that cannot be kept is no reason to go on unrecorded."""

    def fail(made: CallMade) -> None:
        raise OSError("disk full")

    async with lab(make_broadcast(*americans(9)), created) as (one, _):
        executor = Executor(one.run, one.client, clock=LoopClock(FAST), on_call=fail)
        with pytest.raises(ExceptionGroup) as told:
            await executor.carry_out()
    assert told.group_contains(OSError, match="disk full")
