"""A simulation: what a test says to its Twilio, and what it is told by it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from math import isfinite
from typing import TYPE_CHECKING, Any

from simulator.engine.inbound import Inbound, Webhook
from simulator.keys import ConfigError
from simulator.testing.orders import OrderedFault, read_order
from simulator.testing.rows import MessageRow, RequestRow, message_row
from simulator.testing.waiting import (
    PATIENCE,
    NotReachedError,
    check_counts,
    count,
    counts,
    told,
    until,
)
from sms.addresses import country
from sms.durations import parse_duration
from sms.statuses import MessageStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from simulator.engine.optouts import OptOut
    from simulator.testing.hosting import Hosting
    from simulator.testing.premises import Premises
    from simulator.testing.rows import CallbackRow
    from sms.units import Seconds

Duration = str | float | timedelta
"""A time to let pass: "4h", "90s", seconds, or a timedelta."""


class Simulation:
    """A Twilio with one account, whose time stands still until it is advanced.

    Everything may be called from any thread.  In a coroutine take the `…_async` methods
    wherever your program answers webhooks in the same event loop.
    """

    def __init__(self, hosting: Hosting, premises: Premises) -> None:
        self._home = hosting
        self._premises = premises
        self._over = False

    def end(self) -> None:
        """Be over: what was left running can ask nothing any more."""
        self._over = True
        self._home.drop()

    @property
    def _hosting(self) -> Hosting:
        if self._over:
            raise ConfigError("the test of this simulation is over")
        return self._home

    # What the account is

    @property
    def url(self) -> str:
        """Where the server listens, for clients other than the official library's."""
        return self._hosting.server.url

    @property
    def account_sid(self) -> str:
        """The account's SID, new for every test unless it was given."""
        return self._hosting.server.gateway.world.account_sid

    @property
    def auth_token(self) -> str:
        """The account's token, which signs its callbacks."""
        return self._hosting.server.gateway.world.auth_token

    @property
    def numbers(self) -> Sequence[str]:
        """The addresses that the account may send from."""
        senders = self._hosting.server.gateway.world.senders
        return tuple(sender.address for sender in senders)

    @property
    def messaging_service_sid(self) -> str:
        """The SID of the account's first Messaging Service.

        Raises:
            ConfigError: the world has none.
        """
        services = self._hosting.server.gateway.world.services
        if not services:
            raise ConfigError("the account has no Messaging Service: add [[services]]")
        return services[0].sid

    # Time

    @property
    def now(self) -> Seconds:
        """Simulated seconds since the test began."""
        return self._hosting.do(self._hosting.server.clock.now)

    @property
    def date(self) -> datetime:
        """The simulated date."""
        dates = self._hosting.server.api.dates
        return dates.instant(self.now)

    def advance(self, duration: Duration) -> None:
        """Let so much simulated time pass, and all that is due in it happen.

        It fits wherever a program takes a function to sleep with.
        """
        self._hosting.run(self._hosting.pass_time(_seconds(duration)))
        self._tell_of_failures()

    def wait_until(
        self, *, within: Duration = "1d", patience: Seconds = PATIENCE, **wanted: int
    ) -> None:
        """Let time go on until so many messages have come to each status.

        The words are Twilio's statuses, and `callbacks` for what came to `webhook_url`.
        Where nothing is due any more, the program has `patience` real seconds to act.

        Raises:
            NotReachedError: within so much simulated time they have not; says the
                counts.
            ConfigError: a word is none of them.
        """
        check_counts(wanted)
        hosting = self._hosting

        def holds() -> bool:
            return all(count(hosting, word) >= n for word, n in wanted.items())

        end = self.now + _seconds(within)
        came = hosting.run(until(hosting, holds, end=end, patience=patience))
        self._tell_of_failures()
        if not came:
            found = hosting.do(lambda: counts(hosting))
            raise NotReachedError(
                told(wanted, found, within=within, why=self._why_not())
            )

    async def advance_async(self, duration: Duration) -> None:
        """Do as `advance` does, while the event loop goes on."""
        await asyncio.to_thread(self.advance, duration)

    async def wait_until_async(
        self, *, within: Duration = "1d", patience: Seconds = PATIENCE, **wanted: int
    ) -> None:
        """Do as `wait_until` does, while the event loop goes on."""
        await asyncio.to_thread(
            self.wait_until, within=within, patience=patience, **wanted
        )

    # What has happened

    @property
    def messages(self) -> Sequence[MessageRow]:
        """Every message of the account, in order of creation, as it stands now."""
        return self._hosting.do(self._rows)

    @property
    def requests(self) -> Sequence[RequestRow]:
        """Every POST that came to the API, in the order they were done with."""
        return self._hosting.do(self._requests)

    @property
    def opt_outs(self) -> Sequence[OptOut]:
        """Every opt-out there has been, undone ones too, in order."""
        return self._hosting.do(self._hosting.server.gateway.opt_outs.facts)

    def inbox(self, phone: str) -> Sequence[MessageRow]:
        """Return what was delivered to a phone, in the order in which it came."""
        _check_phone(phone)
        delivered = [
            row
            for row in self.messages
            if row.to == phone and row.status is MessageStatus.DELIVERED
        ]
        return sorted(delivered, key=lambda row: row.ended_at or 0.0)

    # Webhooks

    @property
    def webhook_url(self) -> str:
        """A URL whose callbacks are kept, for programs that listen nowhere."""
        return self._hosting.receiver.url

    @property
    def callbacks(self) -> Sequence[CallbackRow]:
        """What has been posted to `webhook_url`, in the order in which it came."""
        return self._hosting.do(lambda: tuple(self._hosting.receiver.kept))

    def on_webhook(self, answer: Callable[[CallbackRow], str | None]) -> None:
        """Have a function called for all that comes to `webhook_url`.

        It is called in a thread of its own; what it returns is answered: TwiML or text,
        None for nothing.  Where it raises, Twilio is answered 500 and the test is told
        by the next call that lets time go on.
        """
        self._hosting.receiver.handler = answer

    def inbound_to(self, url: str | None = None) -> None:
        """Have texts that phones write told to a URL, by default to `webhook_url`."""
        self._hosting.do(lambda: self._lead_inbound(url or self.webhook_url))

    # What phones do

    def text(
        self, phone: str, body: str, *, to: str | None = None, media: Sequence[str] = ()
    ) -> MessageRow:
        """Have a phone write to the account, and what comes of it happen.

        Without `to` it answers whoever texted it last, or writes to the first number.

        Raises:
            ConfigError: `phone` is no phone number, or `to` none of the account's.
        """
        _check_phone(phone)
        if to is not None and to not in self.numbers:
            raise ConfigError(f"text: to {to!r} is none of {', '.join(self.numbers)}")
        inbound = Inbound(phone, to or self._last_to(phone), body, tuple(media))
        row = self._hosting.do(lambda: self._receive(inbound))
        self._hosting.run(self._hosting.pass_until(row.created_at))
        self._tell_of_failures()
        return row

    async def text_async(
        self, phone: str, body: str, *, to: str | None = None, media: Sequence[str] = ()
    ) -> MessageRow:
        """Do as `text` does, while the event loop goes on."""
        return await asyncio.to_thread(self.text, phone, body, to=to, media=media)

    def phone(self, number: str, kind: str) -> None:
        """Say what a number is: mobile, landline, unknown or switched_off.

        Raises:
            ConfigError: the kind is none, or there are messages already.
        """
        _check_phone(number)
        self._begin_again(phones={**self._premises.phones, number: kind})

    # What goes wrong, and which limits hold

    def fault(self, what: str, **settings: Any) -> OrderedFault:
        """Have something go wrong from now on: "500-after share=0.2", or by name.

        Raises:
            ConfigError: names what was given and what would do.
        """
        fault = read_order(what, settings)
        return self._hosting.do(lambda: OrderedFault(self._hosting, fault))

    def clear_faults(self) -> None:
        """Take every fault away."""
        self._hosting.do(self._clear)

    def profile(self, name: str | None = None, **changes: Any) -> None:
        """Have another profile's limits hold, with changes to single settings.

        `changes` are the keys of `[profile]`; `mps` is what every sender sends, in
        segments a second and whatever its campaign, and `failures=True` has phones and
        carriers fail by themselves, as the profile's mix has it.

        Raises:
            ConfigError: a setting is bad, or there are messages already.
        """
        failures = changes.pop("failures", self._premises.failures)
        self._begin_again(
            profile=name or self._premises.profile,
            changes={**self._premises.changes, **changes},
            failures=failures,
        )

    # Within the server's thread

    def _begin_again(self, **changes: Any) -> None:
        gateway = self._hosting.server.gateway
        if gateway.messages or gateway.faults.rules:
            raise ConfigError(
                "the account is in use: call profile() and phone() before the first "
                "message and the first fault"
            )
        premises = replace(self._premises, **changes)
        handler = self._hosting.receiver.handler
        self._hosting.begin(premises)
        self._hosting.receiver.handler = handler
        self._premises = premises

    def _rows(self) -> tuple[MessageRow, ...]:
        changes = self._hosting.chronicle.changes
        messages = self._hosting.server.gateway.messages
        return tuple(
            message_row(message, changes.get(sid, ()))
            for sid, message in messages.items()
        )

    def _requests(self) -> tuple[RequestRow, ...]:
        return tuple(
            RequestRow(**facts) for facts in self._hosting.server.arrivals.facts()
        )

    def _receive(self, inbound: Inbound) -> MessageRow:
        server = self._hosting.server
        message = server.gateway.receive(inbound, server.clock.now())
        server.wake()
        changes = self._hosting.chronicle.changes.get(message.sid, ())
        return message_row(message, changes)

    def _last_to(self, phone: str) -> str:
        """Return the address that a phone would answer to."""
        texted = (
            row.from_ for row in reversed(self.messages) if row.to == phone if row.from_
        )
        return next(texted, self.numbers[0])

    def _lead_inbound(self, url: str) -> None:
        gateway = self._hosting.server.gateway
        for service in gateway.services.values():
            service.settings = replace(service.settings, inbound_request_url=url)
        for sid in gateway.senders:
            gateway.webhooks[sid] = Webhook(url=url)

    def _clear(self) -> None:
        server = self._hosting.server
        server.gateway.faults.clear()
        server.gateway.heed_faults(server.clock.now())

    def _tell_of_failures(self) -> None:
        """Raise what the function of `on_webhook` has raised, once."""
        receiver = self._hosting.receiver
        failed, receiver.failed = receiver.failed, None
        if failed is not None:
            failed.add_note("raised by the function given to on_webhook")
            raise failed

    def _why_not(self) -> str:
        """Say what failed, by Twilio's codes, and that nothing more is due."""
        rows = [row for row in self.messages if row.error_code is not None]
        codes = ", ".join(sorted({str(row.error_code) for row in rows}))
        why = f"; codes of failed messages: {codes}" if codes else ""
        if self._hosting.do(self._hosting.server.due) is None:
            why += "; nothing more is due"
        return why


def _seconds(duration: Duration) -> Seconds:
    """Return a duration in seconds.

    Raises:
        ConfigError: it is none, or below 0.
    """
    try:
        if isinstance(duration, str):
            return parse_duration(duration)
    except ValueError as error:
        raise ConfigError(str(error)) from error
    if isinstance(duration, timedelta):
        duration = duration.total_seconds()
    seconds = float(duration)
    if not isfinite(seconds) or seconds < 0:
        raise ConfigError(f"{duration!r} is no time to let pass: write such as '4h'")
    return seconds


def _check_phone(number: str) -> None:
    if country(number) is None:
        raise ConfigError(f"{number!r} is no phone number: write +14155550123")
