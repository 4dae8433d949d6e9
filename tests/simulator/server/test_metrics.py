"""Metrics: what Prometheus reads is what the server has counted."""

from __future__ import annotations

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from simulator.engine.faults import Fault
from simulator.engine.messages import Draft
from simulator.engine.worlds import ACCOUNT_SID, AUTH_TOKEN
from simulator.server.running import Running, Settings, running
from simulator.server.tallies import Outcome
from sms.statuses import MessageStatus

FROM = "+14155550100"
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
Figures = dict[tuple[str, ...], float]


async def read(server: Running) -> Figures:
    """Return every figure, by its name and the values of its labels."""
    url = f"{server.url}/_smslab/metrics"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        text = await answer.text()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def submit(server: Running, count: int) -> None:
    """Send so many texts from one number."""
    for ordinal in range(count):
        recipient = f"+1415555{ordinal:04d}"
        draft = Draft(
            recipient=recipient,
            body="Hi",
            sender=FROM,
            status_callback="http://127.0.0.1:9/",
        )
        server.gateway.submit(draft, server.clock.now())


async def test_messages_and_queues_are_told() -> None:
    """By status, by error and by sender, before and after their time."""
    async with running(Settings(port=0, paused=True, seed=3)) as server:
        submit(server, 40)
        server.stage.look()
        before = await read(server)
        await server.advance(3_600.0)
        after = await read(server)
        counts, errors = server.gateway.counts, server.gateway.errors
    assert before["smslab_queue_messages", FROM] == 39
    assert before["smslab_queue_seconds", FROM] == pytest.approx(40)
    assert ("smslab_queue_messages", FROM) not in after
    for status in MessageStatus:
        assert after["smslab_messages", status.value] == counts[status]
    assert errors
    for code, number in errors.items():
        assert after["smslab_messages_failed_total", str(code)] == number


async def test_callbacks_faults_and_time_are_told() -> None:
    """What ended how, what struck how often, and what time it is."""
    async with running(Settings(port=0, paused=True)) as server:
        server.gateway.faults.add(Fault(what="callback-lost", share=0.5))
        submit(server, 10)
        await server.advance(3_600.0)
        figures = await read(server)
        tally = server.dispatcher.tally
        (rule,) = server.gateway.faults.rules.values()
    assert figures["smslab_callbacks_generated_total",] == tally.generated > 0
    assert figures["smslab_callbacks_total", "lost"] == rule.struck > 0
    assert (
        figures["smslab_callbacks_total", "failed"] == tally.ended[Outcome.FAILED] > 0
    )
    assert figures["smslab_faults_struck_total", "1", "callback-lost"] == rule.struck
    assert figures["smslab_simulated_seconds",] == 3_600
    assert figures["smslab_paused",] == 1


async def test_requests_are_told_by_their_status() -> None:
    """Those to Twilio's paths, and none of ours."""
    async with running(Settings(port=0, api_latency=0.0)) as server:
        url, login = server.url + MESSAGES, (ACCOUNT_SID, AUTH_TOKEN)
        headers = {"Authorization": aiohttp.encode_basic_auth(*login)}
        async with aiohttp.ClientSession(headers=headers) as session:
            for form in ({}, {"To": "+14155550123", "From": FROM, "Body": "Hi"}):
                async with session.post(url, data=form):
                    pass
        figures = await read(server)
    told = {
        key[1]: n for key, n in figures.items() if key[0] == "smslab_requests_total"
    }
    assert told == {"400": 1, "201": 1}
    assert figures["smslab_requests_in_flight_peak",] == 1
