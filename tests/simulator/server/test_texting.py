"""`smslab text`: a phone by hand, against a running server."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from simulator.engine.senders import Sender, SenderType
from simulator.keys import ConfigError
from simulator.server import asking
from simulator.server.running import running
from simulator.server.texting import send_text
from simulator.server.tokens import leaving_note
from tests.simulator.api.caller import FROM, TO
from tests.simulator.server.fast import fast

if TYPE_CHECKING:
    from pathlib import Path


async def test_what_came_of_it_is_said() -> None:
    """The SID, who was opted out, and the reply."""
    async with running(fast()) as server:
        lines = await asyncio.to_thread(
            send_text, TO, FROM, "stop", url=server.url, token=server.token
        )
        assert lines[0] in server.gateway.messages
    assert lines[1].startswith("opted out: MG")
    assert lines[2].startswith("replied: You have successfully been unsubscribed")


TOLL_FREE = "+18335550100"


@pytest.mark.parametrize("service", [True, False])
async def test_a_toll_free_opt_out_is_of_the_pair(service: bool) -> None:
    """The network knows no services, whether the number is in one or not."""
    settings = fast()
    number = Sender(
        sid="PN" + "7" * 32, address=TOLL_FREE, type=SenderType.TOLL_FREE, country="US"
    )
    world = replace(settings.world, senders=(*settings.world.senders, number))
    if service:
        first, *others = world.services
        joined = replace(first, pool=(*first.pool, number.sid))
        world = replace(world, services=(joined, *others))
    async with running(replace(settings, world=world)) as server:
        lines = await asyncio.to_thread(
            send_text, TO, TOLL_FREE, "STOP", url=server.url, token=server.token
        )
        (fact,) = server.gateway.opt_outs.facts()
    said = f"opted out: {TO} from {TOLL_FREE}, by the toll-free network"
    assert lines[1] == said
    assert (fact.scope, fact.recipient) == (TOLL_FREE, TO)


async def test_the_newest_server_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its note, token and all."""
    folder = tmp_path / "notes"
    monkeypatch.setattr(asking, "notes_folder", lambda: folder)
    async with running(fast()) as server:
        with leaving_note(folder, server.url, server.token):
            lines = await asyncio.to_thread(
                send_text, TO, FROM, "Hi", url=None, token=None
            )
    assert lines[1] == "no keyword"
    assert lines[2].startswith("no webhook is told: the number is in the service")


async def test_a_short_code_by_itself_has_no_keywords() -> None:
    """It is said why nothing comes of a STOP, nor of a webhook."""
    alone = Sender(
        sid="SC" + "7" * 32,
        address="72346",
        type=SenderType.SHORT_CODE,
        country="US",
    )
    settings = fast()
    world = replace(settings.world, senders=(*settings.world.senders, alone))
    async with running(replace(settings, world=world)) as server:
        lines = await asyncio.to_thread(
            send_text, TO, "72346", "STOP", url=server.url, token=server.token
        )
    assert lines[1:] == [
        "no keyword: a short code outside of a service has no keywords",
        "no webhook is told: the number has no SmsUrl",
    ]


async def test_a_refusal_is_one_line() -> None:
    """With the server's own words."""
    async with running(fast()) as server:
        with pytest.raises(ConfigError, match="403: X-Smslab-Token"):
            await asyncio.to_thread(
                send_text, TO, FROM, "Hi", url=server.url, token="other"
            )


@pytest.mark.parametrize(
    ("url", "named"),
    [
        (None, "no server of yours runs: start smslab serve"),
        ("http://192.0.2.1:4010", "not on this machine"),
        ("http://127.0.0.1:1", "no server answers"),
    ],
)
def test_where_no_server_is_that_is_said(
    url: str | None, named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what would do."""
    monkeypatch.setattr(asking, "notes_folder", lambda: tmp_path)
    with pytest.raises(ConfigError, match=named):
        send_text(TO, FROM, "Hi", url=url, token="x" if url else None)


def test_an_address_gone_stale_names_the_servers_that_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after `eval "$(smslab env)"`, when that server has been stopped."""
    monkeypatch.setattr(asking, "notes_folder", lambda: tmp_path / "notes")
    said = r"at http://127\.0\.0\.1:1 .*there runs http://127\.0\.0\.1:4010"
    with (
        leaving_note(tmp_path / "notes", "http://127.0.0.1:4010", "x"),
        pytest.raises(ConfigError, match=said),
    ):
        send_text(TO, FROM, "Hi", url="http://127.0.0.1:1", token=None)
