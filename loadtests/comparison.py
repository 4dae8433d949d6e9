"""All strategies over one scenario: what `smslab compare` does."""

from __future__ import annotations

import asyncio
import gc
import signal
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson

from loadtests.folders import new_folder, write_run
from loadtests.manifests import describe
from loadtests.progress import Bars
from loadtests.questions import plan
from loadtests.records import RunRecord
from loadtests.sessions import Session
from loadtests.streams import stopped
from sender.recipients import write_rejects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from loadtests.eventlog import Log
    from loadtests.questions import Plan, Question
    from loadtests.sessions import Progress
    from sms.units import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms a question is answered.

    `speed` is None in virtual time, else simulated seconds a second over real HTTP.
    `events` is the file of the event log, `folder` the run folder, None for a new one;
    `options` are what was typed, for the manifest.
    """

    deadline: Seconds | None = None
    speed: float | None = None
    events: Path | None = None
    folder: Path | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.events is not None and self.speed is not None:
            raise ValueError("--events is of virtual time: leave out --clock real")


def compare_strategies(question: Question, terms: Terms) -> tuple[Path, bool]:
    """Answer a question; return the run folder, and whether the run is whole.

    Raises:
        ValueError: the question is bad, said in one line; nothing was run then.
        OSError: a file cannot be read or written.
    """
    asked = plan(question)
    created_at = datetime.now(UTC).replace(microsecond=0)
    started_at = asked.scenario.started_at
    record = RunRecord(
        describe(
            asked,
            created_at=created_at,
            clock="virtual" if terms.speed is None else "real",
            speed=terms.speed or 0.0,
            deadline=terms.deadline,
            options=terms.options,
        )
    )
    folder = new_folder(terms.folder, created_at)
    (folder / "rejects.csv").write_text(
        write_rejects(asked.rejects), encoding="utf-8", newline=""
    )
    with Bars() as bars:
        if terms.speed is None:
            with _event_log(terms.events) as log, _without_collection():
                compare(
                    asked,
                    record,
                    started_at=started_at,
                    on_progress=bars.show,
                    log=log,
                )
        else:
            from loadtests.rehearsal import rehearse  # noqa: PLC0415 - aiohttp, twilio

            asyncio.run(
                rehearse(
                    asked,
                    record,
                    speed=terms.speed,
                    started_at=started_at,
                    on_progress=bars.show,
                )
            )
    with _held_back():
        write_run(record, folder)
    return folder, bool(record.manifest["complete"])


def compare(
    asked: Plan,
    record: RunRecord,
    *,
    started_at: datetime,
    on_progress: Callable[[Progress], None],
    log: Log | None = None,
) -> None:
    """Run every strategy in virtual time and fill the record.

    All are made before the first one runs, so that one that cannot work is known at
    once.  Ctrl-C ends the run: the record holds what was done and says what is missing.

    Raises:
        StrategyError: the account has not what a strategy needs.
    """
    manifest = record.manifest
    waiting = [
        Session([stream], record, started_at=started_at, log=log)
        for stream in reversed(asked.streams)
    ]
    while waiting:
        session = waiting.pop()
        under_way, whole = session.name, True
        try:
            for progress in session.play():
                on_progress(progress)
        except KeyboardInterrupt:
            whole = False
        with _held_back() as interrupted:
            manifest["strategies"] += session.finish(complete=whole)
        if not whole or (interrupted and waiting):
            left = [session.name for session in reversed(waiting)]
            manifest["missing"].append(stopped(under_way, left))
            return
    manifest["complete"] = True


@contextmanager
def _held_back() -> Iterator[list[int]]:
    """Let no Ctrl-C break off what must be whole; say afterwards if there was one."""
    interrupted: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: interrupted.append(number))
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _event_log(path: Path | None) -> Iterator[Log | None]:
    """Open the event log, if one is wanted."""
    if path is None:
        yield None
        return
    with path.open("wb") as file:

        def log(line: dict[str, Any]) -> None:
            file.write(orjson.dumps(line) + b"\n")

        yield log


@contextmanager
def _without_collection() -> Iterator[None]:
    """Keep the garbage collector from walking a million live messages again and again.

    Nothing a run makes is circular garbage: counted references free all of it.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
