"""Posts one callback: signed, within its time, again where its URL asks for that."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from simulator.api.overrides import Overrides, read_overrides
from simulator.api.signatures import sign
from simulator.engine.chance import new_sid

if TYPE_CHECKING:
    from aiohappyeyeballs import AddrInfoType

    from simulator.api.callbacks import Parameters
    from sms.units import Seconds

KEEPALIVE: Seconds = 2.0
"""Real seconds an idle connection is kept: shorter than any receiver keeps its own."""

LARGEST_REPLY = 65_536
"""Bytes of a receiver's reply that are read; its connection is dropped above."""


@dataclass(frozen=True, slots=True)
class Reply:
    """How posting a callback went.

    `http_status` is 0 where no answer came; `problem` says why, or what of the URL's
    fragment was not understood.
    """

    attempts: int
    http_status: int
    problem: str = ""


class Poster:
    """Posts to this machine alone: every connection is checked when it is made.

    No redirect is followed, no proxy used and no cookie kept.
    """

    def __init__(self, auth_token: str, retries: int) -> None:
        self._auth_token = auth_token
        self._retries = retries
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0,
                keepalive_timeout=KEEPALIVE,
                socket_factory=loopback_socket,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            headers={
                "Content-Type": "application/x-www-form-urlencoded",
                "User-Agent": "TwilioProxy/1.1",
            },
        )

    async def post(self, url: str, parameters: Parameters) -> Reply:
        """Post a callback, as often as its URL's fragment says.

        Source: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
        (read 2026-11-23).
        """
        address, overrides = _read_url(url, self._retries)
        headers = {"X-Twilio-Signature": sign(url, parameters, self._auth_token)}
        body = urlencode(parameters).encode()
        attempts, status, problem = 0, 0, ""
        try:
            async with asyncio.timeout(overrides.total_timeout):
                while attempts <= overrides.retries:
                    attempts += 1
                    status, reason, problem = await self._try(
                        address, body, headers, overrides
                    )
                    if reason not in overrides.retry_on:
                        break
                    headers["I-Twilio-Idempotency-Token"] = new_sid("", url, body)
        except TimeoutError:
            status, problem = 0, f"no answer within {overrides.total_timeout} s"
        problems = (*overrides.problems, *([problem] if problem else []))
        return Reply(attempts, status, "; ".join(problems))

    async def _try(
        self, url: URL, body: bytes, headers: dict[str, str], overrides: Overrides
    ) -> tuple[int, str, str]:
        """Post once; return status, the reason there may be to try again, problem."""
        timeout = aiohttp.ClientTimeout(
            total=None,
            sock_connect=overrides.connect_timeout,
            sock_read=overrides.read_timeout,
        )
        try:
            async with self._session.post(
                url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                await response.content.read(LARGEST_REPLY)
                return response.status, f"{response.status // 100}xx", ""
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            return 0, "ct", str(error) or "no connection"
        except aiohttp.ClientPayloadError as error:
            return 0, "", str(error)
        except (aiohttp.ClientError, OSError) as error:
            return 0, "rt", str(error) or type(error).__name__

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()


def loopback_socket(address: AddrInfoType) -> socket.socket:
    """Return a socket to connect with, to this machine alone.

    Raises:
        OSError: the address, as it came out of all look-ups, is another machine's.
    """
    family, type_, protocol, _, place = address
    host = str(place[0]).partition("%")[0]
    if not ip_address(host).is_loopback:
        raise OSError(f"callbacks go to this machine alone, and {host} is another")
    return socket.socket(family, type_, protocol)


@lru_cache(maxsize=1024)
def _read_url(url: str, retries: int) -> tuple[URL, Overrides]:
    address = URL(url.partition("#")[0], encoded=True)
    return address, read_overrides(url, retries)
