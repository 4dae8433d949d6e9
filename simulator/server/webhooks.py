"""Webhooks: an inbound message told to the customer's program, and its answer sent."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from logging import getLogger
from typing import TYPE_CHECKING, Any

from simulator.api.inbound import inbound_parameters, webhook_of
from simulator.api.twiml import TwimlError, read_replies
from simulator.engine.events import MessageReceived
from simulator.engine.messages import REPLY, Draft
from simulator.server.callback_log import Callback, Kind
from simulator.server.posting import HTTP_FAILURE
from simulator.server.tallies import Outcome, Tally
from sms.errors import ApiError
from sms.traces import where

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.api.callbacks import Parameters
    from simulator.api.twiml import Reply
    from simulator.engine.events import Event
    from simulator.engine.gateway import Gateway
    from simulator.engine.inbound import Webhook
    from simulator.engine.messages import Message
    from simulator.server.callback_log import CallbackLog
    from simulator.server.clock import ScaledClock
    from simulator.server.posting import Poster
    from simulator.server.posting import Reply as Answered
    from simulator.server.pump import Pump

MOST_AT_ONCE = 64
"""Webhooks that are asked at the same time."""

MOST_WAITING = 100_000
"""Inbound messages whose webhook has not answered; one more is told to nobody."""

MOST_TOLD = 100_000
"""Inbound messages of which it is known how their webhook was told; of the oldest that
are done with nothing is known any more."""

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


@dataclass(frozen=True, slots=True)
class _Asking:
    """One request that a webhook is to get."""

    kind: Kind
    method: str
    url: str
    event: MessageReceived
    parameters: Parameters


class Webhooks:
    """Tells of each inbound message, the fallback URL where that fails.

    `told` says how that went, by the message's SID, for the newest of them.  `tally`
    counts what has become of each URL that was to be asked, and `log` keeps it.
    """

    def __init__(
        self,
        gateway: Gateway,
        clock: ScaledClock,
        poster: Poster,
        *,
        log: CallbackLog | None = None,
        most_waiting: int = MOST_WAITING,
        most_told: int = MOST_TOLD,
    ) -> None:
        self.told: dict[str, Told] = {}
        self.tally = Tally()
        self.pump: Pump | None = None
        self._gateway = gateway
        self._clock = clock
        self._poster = poster
        self._log = log
        self._most_waiting = most_waiting
        self._most_told = most_told
        self._done: deque[str] = deque()
        self._room = asyncio.Semaphore(MOST_AT_ONCE)
        self._open: dict[str, _Asking] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, event: Event) -> None:
        """Take note of an event, and tell its webhook where a message has come."""
        if not isinstance(event, MessageReceived):
            return
        message = event.message
        told = self.told[message.sid] = Told()
        webhook = webhook_of(message, self._gateway)
        if webhook is None or webhook.url is None:
            self._finish(message, told)
            return
        parameters = inbound_parameters(event, self._gateway.world.account_sid)
        first = _Asking(Kind.WEBHOOK, webhook.method, webhook.url, event, parameters)
        self.tally.generated += 1
        if len(self._tasks) >= self._most_waiting:
            self._refuse(first, told)
            return
        self._begin(first)
        task = asyncio.get_running_loop().create_task(self._tell(first, webhook, told))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def counts(self) -> dict[str, int]:
        """Return what has become of all that were to be asked, as JSON shows it."""
        return self.tally.facts()

    def _begin(self, asking: _Asking) -> None:
        """Note that a URL is to be asked; it waits until that has ended."""
        self.tally.waiting += 1
        self._open[asking.event.message.sid] = asking

    def _end(
        self, asking: _Asking, outcome: Outcome, answer: Answered | None = None
    ) -> None:
        """Note how asking a URL has ended."""
        self.tally.waiting -= 1
        self._open.pop(asking.event.message.sid, None)
        self._keep(asking, outcome, answer)

    def _refuse(self, asking: _Asking, told: Told) -> None:
        """Tell nobody of a message: too many wait."""
        if not self.tally.ended[Outcome.OVERFLOWED]:
            _log.warning("webhooks are not told: %d wait already", len(self._tasks))
        self._keep(asking, Outcome.OVERFLOWED)
        told.problem = f"nobody was told: {len(self._tasks)} waited already"
        self._finish(asking.event.message, told)

    def _finish(self, message: Message, told: Told) -> None:
        """Note that a message is done with, and forget the oldest that is."""
        told.done = True
        self._done.append(message.sid)
        while len(self.told) > self._most_told and self._done:
            self.told.pop(self._done.popleft(), None)

    async def _tell(self, first: _Asking, webhook: Webhook, told: Told) -> None:
        """Ask the webhook, then the fallback; send what the first good answer says."""
        message = first.event.message
        problems: list[str] = []
        asking: _Asking | None = first
        try:
            async with self._room:
                while asking is not None:
                    asking = await self._ask(asking, webhook, told, problems)
        except Exception as error:  # the others are told all the same
            _log.error("the webhook of %s: %s", message.sid, where(error))
            problems.append(f"{HTTP_FAILURE} {type(error).__name__}")
        told.problem = "; ".join(problems)
        self._finish(message, told)
        if problems:
            codes = ", ".join(problem.partition(" ")[0] for problem in problems)
            _log.warning("webhook of %s: %s", message.sid, codes)

    async def _ask(
        self, asking: _Asking, webhook: Webhook, told: Told, problems: list[str]
    ) -> _Asking | None:
        """Ask once, and obey the answer; return whom to ask instead, if anybody."""
        told.url = asking.url
        answer = await self._post(asking)
        told.http_status = answer.http_status
        good = 200 <= answer.http_status < 300
        self._end(asking, Outcome.POSTED if good else Outcome.FAILED, answer)
        try:
            replies = _read(answer)
        except TwimlError as error:
            problems.append(str(error))
            if asking.kind is Kind.FALLBACK or not webhook.fallback_url:
                return None
            fallback = _fallback(asking, webhook, error.code)
            self.tally.generated += 1
            self._begin(fallback)
            return fallback
        self._send(asking.event.message, replies, told, problems)
        return None

    async def _post(self, asking: _Asking) -> Answered:
        """Post a request, and return how that went."""
        poster = self._poster
        try:
            return await poster.post(
                asking.url, asking.parameters, method=asking.method
            )
        except Exception as error:  # whatever a program does, the message is here
            _log.error("a webhook could not be asked: %s", where(error))
            return poster.never(f"{HTTP_FAILURE} {type(error).__name__}")

    def _keep(
        self, asking: _Asking, outcome: Outcome, answer: Answered | None = None
    ) -> None:
        self.tally.ended[outcome] += 1
        if self._log is not None:
            self._log.add(
                Callback(
                    asking.kind,
                    asking.event.message.sid,
                    None,
                    asking.method,
                    asking.url,
                    asking.parameters,
                    asking.event.at,
                    outcome,
                    "",
                    answer,
                    self._poster,
                )
            )

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

    async def settled(self) -> None:
        """Wait until every webhook that was asked has answered, or failed to."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Ask no more; what waits is dropped, and counted."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for asking in list(self._open.values()):
            self._end(asking, Outcome.DROPPED)


def _read(answer: Answered) -> Sequence[Reply]:
    """Return the replies of a webhook's answer.

    Raises:
        TwimlError: no good answer came, or it is not understood.
    """
    if not 200 <= answer.http_status < 300:
        code, _, problem = answer.problem.rpartition("; ")[2].partition(" ")
        raise TwimlError(int(code) if code.isdigit() else HTTP_FAILURE, problem)
    return read_replies(answer.content_type, answer.body)


def _fallback(failed: _Asking, webhook: Webhook, code: int) -> _Asking:
    """Return what the fallback URL is told: what went wrong besides, and where."""
    assert webhook.fallback_url is not None, "there is one to ask"
    wrong = [("ErrorCode", str(code)), ("ErrorUrl", failed.url)]
    return _Asking(
        Kind.FALLBACK,
        webhook.fallback_method,
        webhook.fallback_url,
        failed.event,
        [*failed.parameters, *wrong],
    )


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
