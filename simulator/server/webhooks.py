"""Webhooks: an inbound message told to the customer's program, and its answer sent."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from logging import getLogger
from typing import TYPE_CHECKING, Any

from simulator.api.inbound import inbound_parameters, webhook_of
from simulator.api.twiml import TwimlError, read_replies
from simulator.engine.events import MessageReceived
from simulator.engine.messages import REPLY, Draft
from simulator.server.posting import HTTP_FAILURE
from sms.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.api.twiml import Reply
    from simulator.engine.events import Event
    from simulator.engine.gateway import Gateway
    from simulator.engine.inbound import Webhook
    from simulator.engine.messages import Message
    from simulator.server.clock import ScaledClock
    from simulator.server.posting import Poster
    from simulator.server.posting import Reply as Answered
    from simulator.server.pump import Pump

MOST_AT_ONCE = 64
"""Webhooks that are asked at the same time."""

MOST_WAITING = 100_000
"""Inbound messages whose webhook has not answered; one more is told to nobody."""

_log = getLogger(__name__)


@dataclass(slots=True)
class Told:
    """How telling a webhook of a message went so far; `done` once it is over.

    `http_status` is 0 where no answer came; `replies` are the SIDs of what it sent.
    """

    url: str = ""
    http_status: int = 0
    problem: str = ""
    replies: tuple[str, ...] = ()
    done: bool = False


class Webhooks:
    """Tells of each inbound message, the fallback URL where that fails.

    `told` says how that went, by the message's SID.
    """

    def __init__(self, gateway: Gateway, clock: ScaledClock, poster: Poster) -> None:
        self.told: dict[str, Told] = {}
        self.pump: Pump | None = None
        self._gateway = gateway
        self._clock = clock
        self._poster = poster
        self._room = asyncio.Semaphore(MOST_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, event: Event) -> None:
        """Take note of an event, and tell its webhook where a message has come."""
        if not isinstance(event, MessageReceived):
            return
        message = event.message
        told = self.told[message.sid] = Told()
        webhook = webhook_of(message, self._gateway)
        if webhook is None or len(self._tasks) >= MOST_WAITING:
            told.done = True
            return
        task = asyncio.get_running_loop().create_task(self._tell(event, webhook, told))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self, event: MessageReceived, webhook: Webhook, told: Told) -> None:
        """Ask the webhook, then the fallback; send what the first good answer says."""
        parameters = inbound_parameters(event, self._gateway.world.account_sid)
        places = (
            (webhook.url, webhook.method),
            (webhook.fallback_url, webhook.fallback_method),
        )
        problems: list[str] = []
        async with self._room:
            for url, method in places:
                if not url:
                    continue
                told.url = url
                answer = await self._poster.post(url, parameters, method=method)
                told.http_status = answer.http_status
                try:
                    replies = _read(answer)
                except TwimlError as error:
                    problems.append(str(error))
                    parameters += _error_parameters(url, error.code)
                    continue
                self._send(event.message, replies, told, problems)
                break
        told.problem = "; ".join(problems)
        told.done = True
        if problems:
            codes = ", ".join(problem.partition(" ")[0] for problem in problems)
            _log.warning("webhook of %s: %s", event.message.sid, codes)

    def _send(
        self,
        message: Message,
        replies: Sequence[Reply],
        told: Told,
        problems: list[str],
    ) -> None:
        """Send the replies of an answer; one refused does not stop the others."""
        sids = []
        for reply in replies:
            try:
                draft = _draft(reply, message)
                sids.append(self._gateway.reply(draft, self._clock.now()).sid)
            except ApiError as refusal:
                problems.append(f"{refusal.error.code} {refusal}")
        told.replies = tuple(sids)
        if self.pump is not None:
            self.pump.wake()

    async def close(self) -> None:
        """Ask no more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _read(answer: Answered) -> Sequence[Reply]:
    """Return the replies of a webhook's answer.

    Raises:
        TwimlError: no good answer came, or it is not understood.
    """
    if not 200 <= answer.http_status < 300:
        code, _, problem = answer.problem.rpartition("; ")[2].partition(" ")
        raise TwimlError(int(code) if code.isdigit() else HTTP_FAILURE, problem)
    return read_replies(answer.content_type, answer.body)


def _error_parameters(url: str, code: int) -> list[tuple[str, str]]:
    """Return what the fallback URL is told besides: what went wrong, and where."""
    return [("ErrorCode", str(code)), ("ErrorUrl", url)]


def _draft(reply: Reply, message: Message) -> Draft:
    """Return a reply as a message to send: through the service, if it came there."""
    assert message.sender is not None, "a phone has sent it"
    own = reply.sender in (None, message.recipient)
    return Draft(
        recipient=reply.recipient or message.sender.address,
        body=reply.body,
        sender=reply.sender or message.recipient,
        service=message.service if own else None,
        media_urls=reply.media_urls,
        status_callback=reply.status_callback,
        extras=REPLY,
    )


def told_record(told: Told) -> dict[str, Any]:
    """Return how a webhook was told, as JSON shows it."""
    return {
        "url": told.url or None,
        "http_status": told.http_status or None,
        "problem": told.problem or None,
        "replies": list(told.replies),
        "done": told.done,
    }
