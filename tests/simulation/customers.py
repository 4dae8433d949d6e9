"""A customer who does by chance what customers do, well and badly, in forms."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import aiohttp

from simulator.engine.worlds import ACCOUNT_SID, AUTH_TOKEN, MESSAGING_SERVICE_SID
from simulator.server.controls import TOKEN_HEADER

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

    from sms.units import Seconds

ACCOUNTS = "/2010-04-01/Accounts"
ACCOUNT = f"{ACCOUNTS}/{ACCOUNT_SID}"
MESSAGES = f"{ACCOUNT}/Messages.json"
PATIENCE: Seconds = 600.0
"""Seconds a customer waits for an answer."""

NUMBERS = ("+14155550100", "+18335550100", "72345", "+447700900000")
REPLYING_TO = "+14155550100"


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: when it came, its status (0 for none that was whole), its body."""

    at: Seconds
    act: str
    status: int
    body: dict[str, Any]


class Customer:
    """Sends, schedules, cancels, reads, and makes mistakes; keeps every answer.

    `texted` has the SID of each message created, and the status that the answer gave.
    """

    def __init__(
        self, url: str, callback: str, *, token: str, began_at: datetime, random: Random
    ) -> None:
        self.answers: list[Told] = []
        self.texted: dict[str, str] = {}
        self.suspended: Counter[str] = Counter()
        self._url = url
        self._callback = callback
        self._token = token
        self._began_at = began_at
        self._random = random
        self._loop = asyncio.get_running_loop()
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            timeout=aiohttp.ClientTimeout(total=PATIENCE),
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def act(self) -> None:
        """Do one of the things customers do, by its weight."""
        names = list(ACTS)
        weights = [weight for weight, _ in ACTS.values()]
        name = self._random.choices(names, weights)[0]
        await ACTS[name][1](self, name)

    async def ask(
        self,
        act: str,
        path: str,
        form: dict[str, str] | None = None,
        *,
        login: tuple[str, str] = (ACCOUNT_SID, AUTH_TOKEN),
    ) -> Told:
        """Post a form, or get where there is none, and keep the answer."""
        return await self._request(
            act,
            "GET" if form is None else "POST",
            path,
            data=form,
            headers={"Authorization": aiohttp.encode_basic_auth(*login)},
        )

    async def recall(self) -> list[dict[str, Any]]:
        """Ask the oracle for every POST that came, the oldest first."""
        rows: list[dict[str, Any]] = []
        after: int | None = 0
        while after is not None:
            query = {"after": str(after), "limit": "10000"}
            path = f"{self._url}/_smslab/requests"
            async with self._session.get(path, params=query) as response:
                page = await response.json()
            rows += page["requests"]
            after = page["next_after"]
        return rows

    async def _request(self, act: str, method: str, path: str, **options: Any) -> Told:
        status = 0
        body: dict[str, Any] = {}
        try:
            async with self._session.request(
                method, self._url + path, **options
            ) as response:
                body = await response.json() if response.status != 204 else {}
                status = response.status
        except aiohttp.ClientError:
            status, body = 0, {}
        told = Told(self._loop.time(), act, status, body)
        self.answers.append(told)
        return told

    def whom(self) -> str:
        """Return a recipient: most are in the United States."""
        ordinal = self._random.randrange(400)
        if self._random.random() < 0.2:
            return f"+447700900{ordinal:03d}"
        return f"+1650555{ordinal:04d}"

    async def text(self, act: str, **fields: str) -> Told:
        """Send a message by the service, or as `fields` say otherwise."""
        form = {"To": self.whom(), "Body": "x" * self._random.choice((20, 161, 500))}
        form["StatusCallback"] = self._callback
        if "From" not in fields:
            form["MessagingServiceSid"] = MESSAGING_SERVICE_SID
        told = await self.ask(act, MESSAGES, {**form, **fields})
        if told.status == 201:
            self.texted[told.body["sid"]] = told.body["status"]
        return told

    # What customers do

    async def by_number(self, act: str) -> None:
        """Send from one number."""
        await self.text(act, From=self._random.choice(NUMBERS))

    async def in_a_hurry(self, act: str) -> None:
        """Send more from one slow number than can leave before it expires."""
        for _ in range(8):
            await self.text(act, From=NUMBERS[0], To="+16505550000", ValidityPeriod="2")

    async def ahead(self, act: str) -> None:
        """Schedule a message; change one's mind about every other one."""
        at = self._began_at + timedelta(seconds=self._loop.time() + 1_000)
        told = await self.text(act, SendAt=at.isoformat(), ScheduleType="fixed")
        if told.status == 201 and self._random.random() < 0.5:
            await asyncio.sleep(self._random.uniform(0, 900))
            path = f"{ACCOUNT}/Messages/{told.body['sid']}.json"
            await self.ask("cancel", path, {"Status": "canceled"})

    async def all_at_once(self, act: str) -> None:
        """Make more requests at a time than an account may."""
        await asyncio.gather(*(self.text(act) for _ in range(40)))

    async def opt_out(self, act: str) -> None:
        """Have a phone write STOP while texts to it wait, and text it all the same."""
        whom = self.whom()
        for _ in range(3):
            await self.text(act, To=whom, From=REPLYING_TO)
        written = {"from": whom, "to": REPLYING_TO, "body": "STOP"}
        headers = {TOKEN_HEADER: self._token}
        path = "/_smslab/inbound"
        await self._request("phone", "POST", path, json=written, headers=headers)
        await asyncio.sleep(1.0)
        await self.text(act, To=whom)
        await self.text(act, To=whom, From=REPLYING_TO)

    async def suspend(self, act: str) -> None:
        """Suspend a subaccount while a message of its own is scheduled."""
        own = (await self.ask(act, f"{ACCOUNTS}.json", {"FriendlyName": "branch"})).body
        if "sid" not in own:
            return
        sid, login = own["sid"], (own["sid"], own["auth_token"])
        service = await self._equip(act, sid, login)
        if service is None:
            return
        at = self._began_at + timedelta(seconds=self._loop.time() + 1_000)
        form = {"To": self.whom(), "Body": "soon", "MessagingServiceSid": service}
        form |= {"SendAt": at.isoformat(), "ScheduleType": "fixed"}
        path = f"{ACCOUNTS}/{sid}/Messages"
        created = await self.ask(act, f"{path}.json", form, login=login)
        await self.ask(act, f"{ACCOUNTS}/{sid}.json", {"Status": "suspended"})
        if created.status == 201:
            one = f"{path}/{created.body['sid']}.json"
            after = (await self.ask(act, one)).body.get("status")
            self.suspended[f"{created.body['status']} to {after}"] += 1

    async def _equip(self, act: str, sid: str, login: tuple[str, str]) -> str | None:
        """Give a subaccount a number in a service; return its SID, None for none."""
        named = {"FriendlyName": "branch"}
        services = "/messaging/v1/Services"
        service = (await self.ask(act, services, named, login=login)).body.get("sid")
        if service is None:
            return None
        number = await self.ask(
            act,
            f"{ACCOUNTS}/{sid}/IncomingPhoneNumbers.json",
            {"AreaCode": "415"},
            login=login,
        )
        if "sid" not in number.body:
            return None
        joining = {"PhoneNumberSid": number.body["sid"]}
        await self.ask(act, f"{services}/{service}/PhoneNumbers", joining, login=login)
        return str(service)

    async def forget_the_body(self, act: str) -> None:
        """Send without a body: 400."""
        await self.ask(act, MESSAGES, {"To": self.whom(), "From": NUMBERS[0]})

    async def mistype(self, act: str) -> None:
        """Give another password: 401."""
        await self.ask(act, MESSAGES, {"To": self.whom()}, login=(ACCOUNT_SID, "no"))

    async def look_for_nothing(self, act: str) -> None:
        """Ask for a message that never was: 404."""
        await self.ask(act, f"{ACCOUNT}/Messages/SM{'f' * 32}.json")

    async def overdo(self, act: str) -> None:
        """Send more bytes than a request may have: 413."""
        await self._request(
            act,
            "POST",
            MESSAGES,
            data=_much(),
            headers={
                "Authorization": aiohttp.encode_basic_auth(ACCOUNT_SID, AUTH_TOKEN),
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )

    async def look(self, act: str) -> None:
        """Read the list of messages."""
        await self.ask(act, f"{MESSAGES}?PageSize=20")


async def _much() -> AsyncIterator[bytes]:
    """Yield a form of more than a megabyte."""
    yield b"Body="
    for _ in range(11):
        yield b"x" * 100_000


Act = Callable[[Customer, str], Awaitable[Any]]

ACTS: dict[str, tuple[float, Act]] = {
    "by a service": (60, Customer.text),
    "by a number": (20, Customer.by_number),
    "in a hurry": (0.6, Customer.in_a_hurry),
    "ahead": (4, Customer.ahead),
    "all at once": (0.5, Customer.all_at_once),
    "opt-out": (2, Customer.opt_out),
    "suspend": (0.5, Customer.suspend),
    "no body": (1, Customer.forget_the_body),
    "wrong token": (1, Customer.mistype),
    "no such message": (1, Customer.look_for_nothing),
    "too large": (0.3, Customer.overdo),
    "list": (1, Customer.look),
}
"""What a customer may do, each with its weight."""
