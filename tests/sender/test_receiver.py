"""The receiver: what is signed is handed over, once; what is forged is not."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
import pytest
from twilio.request_validator import RequestValidator

from sender.callbacks import CallbackReceived
from sender.receiver import Receiver
from tests.sender.loopback import TOKEN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

FORM = {
    "MessageSid": "SM1",
    "MessageStatus": "undelivered",
    "To": "+14155550123",
    "ErrorCode": "30003",
}


class StoppedClock:
    """A clock that stands at 12 s."""

    def now(self) -> float:
        """Return the same instant each time."""
        return 12.0


class Customer:
    """A receiver's surroundings: what it was handed, and a way to post to it."""

    def __init__(self, public_url: str | None = None, most_waiting: int = 10) -> None:
        self.received: list[CallbackReceived] = []
        self.receiver = Receiver(
            TOKEN,
            self.received.append,
            StoppedClock(),
            public_url=public_url,
            most_waiting=most_waiting,
        )
        self.listens_at = ""

    async def post(
        self, form: dict[str, str], query: str = "", signed_with: str = TOKEN
    ) -> int:
        """Post a callback, signed over the public URL; return the answer's status."""
        url = self.receiver.url + query
        signature = RequestValidator(signed_with).compute_signature(url, form)
        return await self.post_signed(form, query, signature)

    async def post_signed(
        self, form: dict[str, str], query: str, signature: str
    ) -> int:
        """Post a callback with this very signature."""
        headers = {"X-Twilio-Signature": signature} if signature else {}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.post(self.listens_at + query, data=form) as answer,
        ):
            await self.receiver.drained()
            return answer.status


@asynccontextmanager
async def listening(most_waiting: int = 10) -> AsyncIterator[Customer]:
    """Return a customer whose receiver listens."""
    customer = Customer(most_waiting=most_waiting)
    async with customer.receiver as receiver:
        customer.listens_at = receiver.url
        yield customer


async def test_a_callback_is_handed_over() -> None:
    """It is answered 204 and read, call key and all."""
    async with listening() as customer:
        assert await customer.post(FORM, "?call=7") == 204
    assert customer.received == [
        CallbackReceived(
            call_key="7",
            recipient="+14155550123",
            sid="SM1",
            status="undelivered",
            error_code=30003,
            received_at=12.0,
            duplicate=False,
        )
    ]


async def test_the_public_url_is_what_counts() -> None:
    """Behind a proxy the signature is over the URL that Twilio was told."""
    customer = Customer(public_url="https://example.com/sms")
    async with customer.receiver as receiver:
        customer.listens_at = f"http://127.0.0.1:{receiver.port}/callbacks"
        assert await customer.post(FORM, "?call=7") == 204
        over_own = RequestValidator(TOKEN).compute_signature(customer.listens_at, FORM)
        assert await customer.post_signed(FORM, "", over_own) == 403


async def test_what_is_not_taken_is_not_handed_over() -> None:
    """What is forged is 403 and counted, and another webhook is 400."""
    async with listening() as customer:
        assert await customer.post(FORM, signed_with="guess") == 403
        assert await customer.post({"To": "+14155550123"}) == 400
    assert (customer.received, customer.receiver.forged) == ([], 1)


async def test_a_repeated_callback_is_marked() -> None:
    """The second of two is a duplicate, and both are answered."""
    async with listening() as customer:
        answers = [await customer.post(FORM), await customer.post(FORM)]
    assert answers == [204, 204]
    assert [one.duplicate for one in customer.received] == [False, True]


async def test_a_full_inbox_turns_away() -> None:
    """Above the bound the answer is 503, and counted."""
    async with listening(most_waiting=0) as customer:
        assert await customer.post(FORM) == 503
    assert (customer.receiver.overflowed, customer.received) == (1, [])


async def test_a_handler_that_fails_loses_one_callback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The next one is handed over all the same."""
    handed: list[str] = []

    def handler(callback: CallbackReceived) -> None:
        handed.append(callback.sid)
        raise RuntimeError(callback.sid)

    customer = Customer()
    customer.receiver = Receiver(TOKEN, handler, StoppedClock())
    async with customer.receiver as receiver:
        customer.listens_at = receiver.url
        await customer.post(FORM)
        await customer.post(FORM | {"MessageSid": "SM2"})
    assert handed == ["SM1", "SM2"]
    assert "callback of SM1 failed" in caplog.text


def test_a_receiver_that_does_not_listen_has_no_url() -> None:
    """Asking too early is a mistake of the caller's."""
    for name in ("url", "port"):
        with pytest.raises(ValueError, match="enter it first"):
            getattr(Customer().receiver, name)
