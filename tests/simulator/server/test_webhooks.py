"""Webhooks over loopback: told of what a phone writes, and obeyed in what they say."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from simulator.engine.inbound import Inbound, InboundSettings, Webhook
from simulator.engine.worlds import default_world
from simulator.server.posting import Poster
from simulator.server.pump import Pump
from simulator.server.running import running
from simulator.server.webhooks import Told, Webhooks
from tests.simulator.api.caller import FROM, TO
from tests.simulator.server.fast import fast

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from simulator.server.running import Running

TWIML = b"<Response><Message>One</Message><Message>Two</Message></Response>"


@dataclass(slots=True)
class Program:
    """A customer's program: answers each path with a type and a body, else with 500."""

    answers: dict[str, tuple[str, bytes]]
    asked: list[tuple[str, str, MultiDict[str], str]] = field(default_factory=list)

    async def __call__(self, request: web.BaseRequest) -> web.Response:
        """Keep what was asked, and answer."""
        form = MultiDict(request.query)
        if request.method == "POST":
            form = MultiDict((k, str(v)) for k, v in (await request.post()).items())
        signature = request.headers["X-Twilio-Signature"]
        self.asked.append((request.method, str(request.url), form, signature))
        if request.path not in self.answers:
            return web.Response(status=500)
        content_type, body = self.answers[request.path]
        return web.Response(body=body, content_type=content_type)


@asynccontextmanager
async def listening(program: Program) -> AsyncIterator[str]:
    """Run a program within a `with` block, at the URL given."""
    runner = web.ServerRunner(web.Server(program))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def told_of(server: Running, webhook: Webhook, body: str = "Hi") -> Told:
    """Have a phone write to a number with this webhook; return how telling it went."""
    gateway, clock = server.gateway, server.clock
    sender = gateway.owned(FROM)
    assert sender is not None
    gateway.webhooks[sender.sid] = webhook
    poster = Poster("smslab", 0)
    webhooks = Webhooks(gateway, clock, poster)
    pump = Pump(gateway, clock, [webhooks.take])
    message = gateway.receive(Inbound(TO, FROM, body), clock.now())
    try:
        async with asyncio.timeout(10):
            while not webhooks.told.get(message.sid, Told()).done:
                pump.wake()
                await asyncio.sleep(0)
    finally:
        pump.stop()
        await webhooks.close()
        await poster.close()
    return webhooks.told[message.sid]


@asynccontextmanager
async def world_of_numbers() -> AsyncIterator[Running]:
    """Run a server whose numbers are in no service."""
    world = replace(default_world(), services=(), notify_services=())
    async with running(replace(fast(), world=world)) as server:
        yield server


async def test_a_text_is_told_of_and_answered() -> None:
    """By a signed form; each `<Message>` is an outbound reply to the phone."""
    program = Program({"/sms": ("text/xml", TWIML)})
    async with listening(program) as url, world_of_numbers() as server:
        told = await told_of(server, Webhook(url=f"{url}/sms#rc=0"))
        replies = [server.gateway.messages[sid] for sid in told.replies]
    ((method, where, form, signature),) = program.asked
    assert (method, form["From"], form["To"], form["Body"]) == ("POST", TO, FROM, "Hi")
    assert form["SmsStatus"] == "received"
    assert RequestValidator("smslab").validate(where, form, signature)
    assert [(r.body, r.recipient, r.direction) for r in replies] == [
        ("One", TO, "outbound-reply"),
        ("Two", TO, "outbound-reply"),
    ]


async def test_a_get_has_all_in_its_url() -> None:
    """The signature is of the URL, query and all."""
    program = Program({"/sms": ("text/plain", b"Hello")})
    async with listening(program) as url, world_of_numbers() as server:
        told = await told_of(server, Webhook(url=f"{url}/sms?a=1", method="GET"))
        (reply,) = [server.gateway.messages[sid].body for sid in told.replies]
    ((method, where, form, signature),) = program.asked
    assert (method, form["a"], form["Body"], reply) == ("GET", "1", "Hi", "Hello")
    assert RequestValidator("smslab").validate(where, {}, signature)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (None, "11200"),
        (("text/xml", b"<Response>"), "12100"),
        (("text/xml", b"<Other/>"), "12200"),
        (("application/json", b"{}"), "12300"),
    ],
)
async def test_the_fallback_is_asked_and_told_why(
    answer: tuple[str, bytes] | None, code: str
) -> None:
    """An error, or an answer that is not understood, has the second URL asked."""
    program = Program({"/other": ("text/xml", b"<Response/>")})
    if answer is not None:
        program.answers["/sms"] = answer
    async with listening(program) as url, world_of_numbers() as server:
        webhook = Webhook(url=f"{url}/sms", fallback_url=f"{url}/other")
        told = await told_of(server, webhook)
    _, where, form, _ = program.asked[1]
    assert where.endswith("/other")
    assert (form["ErrorCode"], form["ErrorUrl"]) == (code, webhook.url)
    assert (told.http_status, told.replies) == (200, ())
    assert told.problem.startswith(code)


async def test_without_a_url_nobody_is_told() -> None:
    """The message is received all the same."""
    async with world_of_numbers() as server:
        told = await told_of(server, Webhook())
    assert told == Told(done=True)


async def test_the_services_webhook_goes_first() -> None:
    """Unless the service defers to the number's."""
    program = Program({"/of-service": ("text/xml", b"<Response/>")})
    async with listening(program) as url:
        world = default_world()
        (service,) = world.services
        service = replace(service, inbound_request_url=f"{url}/of-service")
        world = replace(world, services=(service,), inbound=InboundSettings())
        async with running(replace(fast(), world=world)) as server:
            told = await told_of(server, Webhook(url=f"{url}/of-number"))
    assert told.url.endswith("/of-service")
    assert program.asked[0][2]["MessagingServiceSid"] == service.sid
