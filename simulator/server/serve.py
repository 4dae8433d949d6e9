"""`smslab serve`: runs the server until it is told to stop, and says how to use it."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

from simulator.server.connections import allow_files
from simulator.server.exports import env_command
from simulator.server.garbage import collect_seldom
from simulator.server.lateness import lateness_in_words
from simulator.server.running import running
from sms.hosts import PRODUCTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from simulator.server.running import Settings
    from simulator.server.tls import Secured

CLIENT = """\
from twilio.rest import Client
client = Client("{sid}", "{token}")
client.api.base_url = "{url}"
client.messaging.base_url = "{url}/messaging"
client.notify.base_url = "{url}/notify\""""
"""How plain twilio-python is pointed here; a test runs these very lines."""


def client_lines(settings: Settings, url: str) -> str:
    """Return the five lines that point a twilio-python client at a server."""
    world = settings.world
    return CLIENT.format(sid=world.account_sid, token=world.auth_token, url=url)


def secured_lines(secured: Secured, url: str, config: Path | None = None) -> str:
    """Return where HTTPS is answered, and what has to be trusted for it."""
    return (
        f"HTTPS for {', '.join(PRODUCTS)} at 127.0.0.1:{secured.port},\n"
        f"straight or as a proxy; trust {secured.certificate}\n"
        f"or type: {env_command(url, config, secured.port)}"
    )


async def serve(
    settings: Settings, echo: Callable[[str], None], config: Path | None = None
) -> None:
    """Run the server until SIGINT or SIGTERM; requests that are open then may finish.

    The first line names the address; `config` is the world's file, if it has one.  A
    second signal does not cut the end short: it has its own bounds, and a journal its
    last line.

    Raises:
        ConfigError: the port is in use.
        OSError: the journal cannot be written.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    for number in signals:
        loop.add_signal_handler(number, stop.set)
    try:
        async with running(settings) as server:
            collect_seldom()
            echo(f"smslab answers for Twilio at {server.url}")
            echo("")
            echo(client_lines(settings, server.url))
            echo("")
            if server.secured:
                echo(secured_lines(server.secured, server.url, config))
                echo("")
            echo(f"control token: {server.token}")
            echo(f"state: {server.url}/_smslab/health   stop: Ctrl-C")
            await stop.wait()
            if late := lateness_in_words(server.pump.lateness.facts()):
                echo(late)
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


def run_server(
    settings: Settings, echo: Callable[[str], None], config: Path | None = None
) -> None:
    """Run `serve` in an event loop of its own."""
    allow_files()
    asyncio.run(serve(settings, echo, config))
