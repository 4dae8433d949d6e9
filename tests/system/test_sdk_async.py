"""twilio-python's own asynchronous client, and callbacks its validator accepts."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.request_validator import RequestValidator

from simulator.engine.worlds import MESSAGING_SERVICE_SID, NOTIFY_SERVICE_SID
from simulator.server.running import Settings, running
from tests.simulator.api.caller import TO
from tests.simulator.server.fast import fast
from tests.simulator.server.receiver import receiving
from tests.system.sdk import make_client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MG = MESSAGING_SERVICE_SID

pytestmark = [  # the library asks aiohttp for what aiohttp will not do for ever
    pytest.mark.filterwarnings("ignore:BasicAuth:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The 'auth' parameter:DeprecationWarning"),
]


@asynccontextmanager
async def calling(settings: Settings | None = None) -> AsyncIterator[Any]:
    """Yield an asynchronous client of a server of its own."""
    settings = settings or fast()
    async with running(settings) as server, AsyncTwilioHttpClient() as http_client:
        client = make_client(settings, server.url)
        client.http_client = http_client
        yield client


async def test_messages_are_sent_fetched_and_listed() -> None:
    """120 messages at a time, paged by 50, the first one fetched until delivered."""
    async with calling() as client:
        create = client.messages.create_async
        sent = await asyncio.gather(
            *(create(to=TO, messaging_service_sid=MG, body=str(n)) for n in range(99))
        )
        sent += [await create(to=TO, messaging_service_sid=MG, body="x")] * 1
        listed = await client.messages.list_async(to=TO, page_size=30)
        assert {m.sid for m in listed} == {m.sid for m in sent}
        message = sent[0]
        while message.status != "delivered":
            message = await client.messages(message.sid).fetch_async()
        assert await client.messages(message.sid).delete_async()


async def test_above_the_limit_requests_are_429() -> None:
    """Of many requests at once those above the limit are refused and do nothing."""
    settings = Settings(
        profile=fast(concurrency=5).profile, port=0, speed=100, api_latency=1.0
    )
    async with calling(settings) as client:
        create = client.messages.create_async
        answers = await asyncio.gather(
            *(create(to=TO, messaging_service_sid=MG, body=str(n)) for n in range(40)),
            return_exceptions=True,
        )
        refused = [a for a in answers if isinstance(a, TwilioRestException)]
        assert refused
        assert {(r.status, r.code) for r in refused} == {(429, 20429)}
        listed = await client.messages.list_async()
        assert len(listed) == 40 - len(refused)


async def test_services_and_pools_live_and_die() -> None:
    """A service and its pool, asynchronously."""
    async with calling() as client:
        services = client.messaging.v1.services
        service = await services.create_async(friendly_name="New")
        number = (await client.incoming_phone_numbers.list_async(limit=1))[0]
        assert await services(MG).phone_numbers(number.sid).delete_async()
        await service.phone_numbers.create_async(phone_number_sid=number.sid)
        pool = await service.phone_numbers.list_async()
        assert [member.phone_number for member in pool] == [number.phone_number]
        assert len(await services(MG).phone_numbers.list_async(page_size=3)) == 8
        assert await services(service.sid).delete_async()


async def test_callbacks_are_accepted_by_the_official_validator() -> None:
    """A message's three callbacks, and a notification's delivery callback."""
    validator = RequestValidator("smslab")
    async with receiving() as receiver, calling() as client:
        url = f"{receiver.url}/status?call=1"
        await client.messages.create_async(
            to=TO, messaging_service_sid=MG, body="x", status_callback=f"{url}#rc=2"
        )
        posts = await receiver.take(3)
        statuses = {post.form["MessageStatus"] for post in posts}
        assert statuses == {"queued", "sent", "delivered"}
        service = client.notify.v1.services(NOTIFY_SERVICE_SID)
        await service.notifications.create_async(
            body="x",
            to_binding=[json.dumps({"binding_type": "sms", "address": TO})] * 1500,
            sms=json.dumps({"status_callback": f"{receiver.url}/status"}),
            delivery_callback_url=f"{receiver.url}/delivery",
        )
        posts += await receiver.take(2 + 3 * 1500)
    for post in posts:
        signature = post.headers["X-Twilio-Signature"]
        assert validator.validate(post.url, post.form, signature)
    deliveries = [post.form for post in posts if post.url.endswith("/delivery")]
    assert {(f["SequenceId"], f["Count"], f["IsFinal"]) for f in deliveries} == {
        ("0", "1000", "false"),
        ("1", "500", "true"),
    }
