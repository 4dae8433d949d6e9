"""The journal: whole, in order, and out of everybody's way."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from errno import ENOSPC
from io import BytesIO
from os import strerror
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from simulator.engine.inbound import Inbound
from simulator.engine.messages import Draft
from simulator.engine.notifications import Notification
from simulator.engine.worlds import ACCOUNT_SID, MESSAGING_SERVICE_SID
from simulator.server import journal
from simulator.server.dispatcher import CallbackPosted
from simulator.server.journal import Journal, message_line
from simulator.server.running import running
from sms.statuses import TERMINAL, MessageStatus
from tests.simulator.api.caller import FROM, TO
from tests.simulator.engine.builders import gb, us
from tests.simulator.server.fast import fast
from tests.simulator.server.receiver import receiving

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from simulator.engine.events import Event
    from simulator.server.running import Running, Settings

Line = dict[str, Any]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a journal is to be."""
    return tmp_path / "journal.jsonl"


def keep(path: Path, **changes: Any) -> Settings:
    """Return settings for a test whose journal is kept."""
    return replace(fast(**changes), journal=path)


def lines(path: Path) -> list[Line]:
    """Return a journal's lines, each of them whole."""
    text = path.read_bytes()
    assert text.endswith(b"\n")
    return [orjson.loads(line) for line in text.splitlines()]


def of_kind(path: Path, kind: str) -> list[Line]:
    """Return a journal's lines of one kind."""
    return [line for line in lines(path) if line["kind"] == kind]


def submit(server: Running, *recipients: str, **draft: Any) -> None:
    """Take a message for each, through the service where no sender is given."""
    if "sender" not in draft:
        draft["service"] = MESSAGING_SERVICE_SID
    for recipient in recipients:
        asked = Draft(recipient=recipient, body="x", **draft)
        server.gateway.submit(asked, server.clock.now())
    server.wake()


async def test_a_journal_is_its_users_alone(path: Path) -> None:
    """Also where the file was there before, for all to read: it names recipients."""
    path.touch(mode=0o644)
    async with running(keep(path)):
        assert path.stat().st_mode & 0o777 == 0o600


def make_callback(sid: str, problem: str = "") -> CallbackPosted:
    """Return a callback that nobody has answered."""
    return CallbackPosted(
        sid=sid,
        status=MessageStatus.SENT,
        error_code=None,
        due_at=1.0,
        attempts=2,
        received_at=None,
        http_status=0,
        problem=problem,
    )


def counting(count: int) -> tuple[Callable[[Any], None], asyncio.Event]:
    """Return an observer of ends and callbacks, and what is set after so many."""
    done, left = asyncio.Event(), [count]

    def note(seen: Event | CallbackPosted) -> None:
        left[0] -= getattr(seen, "status", None) in TERMINAL
        if left[0] <= 0:
            done.set()

    return note, done


class SmallDisk(BytesIO):
    """A file that takes one line, seven bytes at a time, and then no more."""

    taken = b""

    def write(self, data: Any) -> int:
        """Take a part.

        Raises:
            OSError: it has a line already.
        """
        if b"\n" in self.taken:
            raise OSError(ENOSPC, strerror(ENOSPC))
        self.taken += bytes(data[:7])
        return len(data[:7])


async def test_each_message_has_its_line(path: Path) -> None:
    """A start, a line a message as it stood at its end, and an end."""
    note, done = counting(3)
    async with running(keep(path), on_event=note) as server:
        submit(server, us(1), us(2))
        submit(server, TO, sender=FROM)
        await asyncio.wait_for(done.wait(), 10)
        kept = {
            m.sid: message_line(m, server.gateway.profile)
            for m in server.gateway.messages.values()
        }
    start, *messages, end = lines(path)
    assert (start["kind"], start["format"]) == ("start", journal.FORMAT)
    assert (start["speed"], start["account_sid"]) == (1_000, ACCOUNT_SID)
    assert {line["sid"]: line for line in messages} == kept
    assert {line["status"] for line in messages} == {"delivered"}
    assert (end["kind"], end["open_messages"]) == ("end", 0)


async def test_what_comes_in_is_counted_apart(path: Path) -> None:
    """No line a message, nor for the reply to a keyword; one for who opted out."""
    async with running(keep(path)) as server:
        server.gateway.receive(Inbound(TO, FROM, "STOP"), 0.0)
        server.gateway.advance(1e6)
    assert of_kind(path, "message") == []
    [opt_out] = of_kind(path, "opt_out")
    assert (opt_out["recipient"], opt_out["word"]) == (TO, "STOP")
    [inbound] = of_kind(path, "inbound")
    assert (inbound["inbound"], inbound["replies"]) == (1, 1)
    assert inbound["inbound_dollars"] > 0


async def test_what_is_open_is_there_too(path: Path) -> None:
    """Just before the last line, with null for what has not come."""
    async with running(replace(keep(path), speed=0.001)) as server:
        submit(server, us(1), us(2), us(3), sender=FROM)
        await asyncio.sleep(0)
    *_, one, two, three, end = lines(path)
    assert [line["status"] for line in (one, two, three)] == [
        *("sending", "queued", "queued"),
    ]
    assert (one["sent_at"], two["sending_at"], two["ended_at"]) == (None, None, None)
    assert end["open_messages"] == 3


async def test_what_had_happened_is_never_lost(path: Path) -> None:
    """An end that nobody was told of when the server stopped has its line, once."""
    async with running(keep(path)) as server:
        submit(server, us(1), sender=FROM)
        server.pump.stop()
        server.gateway.catch_up(1e6)
    [message] = of_kind(path, "message")
    assert message["status"] == "delivered"


async def test_each_callback_has_its_line(path: Path) -> None:
    """How often it was tried, when an answer came, and which."""
    note, done = counting(1)
    async with (
        receiving() as receiver,
        running(keep(path), on_callback=note) as server,
    ):
        receiver.statuses = [500]
        submit(server, TO, sender=FROM, status_callback=f"{receiver.url}/")
        await receiver.take(2)
        await asyncio.wait_for(done.wait(), 10)
    callbacks = of_kind(path, "callback")
    assert Counter(c["status"] for c in callbacks) == {"sent": 1, "delivered": 1}
    assert sorted(c["http_status"] for c in callbacks) == [200, 500]
    assert all(c["received_at"] >= c["due_at"] for c in callbacks)
    assert {c["attempts"] for c in callbacks} == {1}


async def test_odd_bytes_in_a_problem_do_no_harm() -> None:
    """What a receiver sent that is no text becomes a question mark."""
    file = BytesIO()
    async with running(fast()) as server:
        kept = Journal(server, file)
        kept.note(make_callback("SM1", "bad header \udcff"))
        kept.finish()
    callback = orjson.loads(file.getvalue().splitlines()[0])
    assert callback["problem"] == "bad header ?"


async def test_a_notification_names_its_messages(path: Path) -> None:
    """In the order of its recipients, and each message has its own line besides."""
    recipients = tuple(f(n) for n in range(4) for f in (us, gb))
    note, done = counting(len(recipients))
    async with running(keep(path), on_event=note) as server:
        asked = Notification(
            sid="NT1",
            service="IS1",
            messaging_service=MESSAGING_SERVICE_SID,
            body="x",
            recipients=recipients,
        )
        server.gateway.notify(asked, server.clock.now())
        server.wake()
        await asyncio.wait_for(done.wait(), 10)
    [fanned_out] = of_kind(path, "notification")
    to = {line["sid"]: line["recipient"] for line in of_kind(path, "message")}
    assert fanned_out["sid"] == "NT1"
    assert tuple(to[sid] for sid in fanned_out["messages"]) == recipients


async def test_lines_are_written_while_it_runs(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader sees the first at once, and the others as they are flushed."""
    monkeypatch.setattr(journal, "FLUSH", 0.0)
    note, done = counting(1)
    async with running(keep(path), on_event=note) as server:
        assert [line["kind"] for line in lines(path)] == ["start"]
        submit(server, TO, sender=FROM)
        await asyncio.wait_for(done.wait(), 10)
        while len(lines(path)) < 2:
            await asyncio.sleep(0)
        assert of_kind(path, "message")[0]["status"] == "delivered"


async def test_no_more_lines_are_kept_than_there_is_room_for(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One too many and all are written, long before their time."""
    monkeypatch.setattr(journal, "FLUSH", 1e6)
    monkeypatch.setattr(journal, "MOST_KEPT", 2)
    note, done = counting(3)
    async with running(keep(path), on_event=note) as server:
        submit(server, us(1), us(2), us(3))
        await asyncio.wait_for(done.wait(), 10)
        assert len(of_kind(path, "message")) == 3


async def test_a_disk_that_is_full_stops_no_server(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is said once, and the file has no last line."""
    disk = SmallDisk()
    async with running(fast()) as server:
        kept = Journal(server, disk)
        kept.start()
        for ordinal in range(3):
            kept.note(make_callback(f"SM{ordinal}"))
            kept.finish()
    assert disk.taken.count(b"\n") == 1
    said = [record.message for record in caplog.records]
    assert said == ["the journal is cut off: No space left on device"]


async def test_a_file_that_cannot_be_is_told_at_once(tmp_path: Path) -> None:
    """The server does not start without the journal it was asked for."""
    with pytest.raises(IsADirectoryError):
        async with running(keep(tmp_path)):
            pytest.fail("it has started")
