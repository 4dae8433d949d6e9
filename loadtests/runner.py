"""A load run: what `smslab load` does, over real HTTP or in virtual time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from loadtests.checks import judge_all
from loadtests.climbing import ClimbingRun
from loadtests.collecting import collect
from loadtests.driving import LOCUST, drive
from loadtests.endings import Endings
from loadtests.folders import new_folder, write_run
from loadtests.interrupts import Interrupts
from loadtests.loads import Changes, read_load
from loadtests.manifests import REAL, VIRTUAL, describe_checks, describe_load
from loadtests.measuring import (
    figures_of,
    finished_at,
    open_messages,
    unsent_texts,
)
from loadtests.parts import PARTS
from loadtests.progress import Bars
from loadtests.questions import Source
from loadtests.records import RunRecord
from loadtests.sessions import Session
from loadtests.streams import counts_of, stopped
from sender.recipients import write_rejects
from simulator.keys import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from loadtests.loads import Load

GENERATOR_TABLE = "generator.parquet"
"""A table that not every run writes: one of an earlier run would be taken for its."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A load that was asked for: its file, what was said over it, and how it is run.

    `folder` is the run folder, None for a new one; `options` are what was typed, for
    the manifest; `locust` begins the load generator.
    """

    scenario: Path
    changes: Changes = field(default_factory=Changes)
    clock: str = REAL
    folder: Path | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    locust: Sequence[str] = LOCUST


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a load went.

    `checks` are those of the manifest, and `missing` has a line for each thing that is
    not in the record; `by_hand` says that it was stopped.
    """

    folder: Path
    checks: Sequence[Mapping[str, Any]]
    missing: Sequence[str]
    by_hand: bool

    @property
    def holds(self) -> bool:
        """Whether it is whole and every check was met."""
        return not self.missing and all(check["met"] for check in self.checks)


def run_load(asked: Asked) -> Outcome:
    """Put a load on and leave its run folder, whole or not.

    Raises:
        ValueError: the question is bad, said in one line; nothing was run then.
        OSError: a file cannot be read or written.
    """
    load = _read(asked)
    created_at = datetime.now(UTC).replace(microsecond=0)
    started_at = load.scenario.started_at
    record = RunRecord(
        describe_load(
            load, created_at=created_at, clock=asked.clock, options=asked.options
        )
    )
    folder = new_folder(asked.folder, created_at)
    _prepare(folder, load)
    with Interrupts() as interrupts:
        if asked.clock == VIRTUAL:
            ending = rehearse(load, record, interrupts, started_at=started_at)
            problems: Sequence[str] = ()
        else:
            problems = _drive(asked, load, interrupts, folder / PARTS)
            ending = collect(load, folder / PARTS, record)
        by_hand = interrupts.count > 0
        conclude(load, record, ending, problems=problems, by_hand=by_hand)
        write_run(record, folder)
    said = record.manifest
    return Outcome(
        folder=folder, checks=said["checks"], missing=said["missing"], by_hand=by_hand
    )


def _drive(
    asked: Asked, load: Load, interrupts: Interrupts, parts: Path
) -> Sequence[str]:
    return drive(
        load,
        interrupts,
        scenario=asked.scenario,
        changes=asked.changes,
        parts=parts,
        locust=asked.locust,
    )


def _read(asked: Asked) -> Load:
    """Return the load, if it is one and can be run here."""
    path = asked.scenario
    source = Source.read(path)
    assert source is not None, "there is always a path"
    load = read_load(
        source, lambda name: (path.parent / name).read_bytes(), asked.changes
    )
    if asked.clock == REAL and asked.locust is LOCUST and find_spec("locust") is None:
        raise ConfigError(
            "locust is not installed: pip install 'smslab[load]', or take "
            "--clock virtual"
        )
    return load


def _prepare(folder: Path, load: Load) -> None:
    """Put into the run folder what is known already; nothing of an earlier run stays.

    Its manifest goes first: without one it is no run.
    """
    parts = folder / PARTS
    parts.mkdir(exist_ok=True)
    (folder / "manifest.json").unlink(missing_ok=True)
    for stale in (folder / GENERATOR_TABLE, *parts.glob("worker-*.jsonl")):
        stale.unlink(missing_ok=True)
    (folder / "rejects.csv").write_text(
        write_rejects(load.rejects), encoding="utf-8", newline=""
    )


def rehearse(
    load: Load, record: RunRecord, interrupts: Interrupts, *, started_at: datetime
) -> Endings:
    """Run a load in virtual time and fill the record; Ctrl-C ends it where it is."""
    session = Session(load.streams, record, started_at=started_at)
    with Bars() as bars:
        for progress in session.play():
            bars.show(progress)
            if interrupts.count:
                break
    session.finish(complete=not interrupts.count)
    runs = dict(zip((s.name for s in load.streams), session.runs, strict=True))
    return Endings(
        counts={name: counts_of(run) for name, run in runs.items()},
        knees={
            name: run.knee for name, run in runs.items() if isinstance(run, ClimbingRun)
        },
        receivers={},
    )


def conclude(
    load: Load,
    record: RunRecord,
    ending: Endings,
    *,
    problems: Sequence[str],
    by_hand: bool,
) -> None:
    """Say in the manifest how a load ended, and hold its figures against the checks."""
    manifest = record.manifest
    if ending.start_at is not None:
        zero = datetime.fromisoformat(ending.start_at)
        zero += timedelta(seconds=ending.began_at)
        manifest["start_at"] = zero.isoformat(timespec="milliseconds")
    knees = [{"stream": name, **knee} for name, knee in ending.knees.items()]
    broken = {knee["stream"] for knee in knees if knee["broken_at"] is not None}
    missing = [
        *([stopped(" + ".join(ending.counts), [])] if by_hand else []),
        *problems,
        *ending.missing,
        *_unsent(record, [name for name in ending.counts if name not in broken]),
    ]
    figures = figures_of(record, load.streams, speed=load.speed, broken=broken)
    manifest.update(
        missing=missing,
        complete=not missing,
        strategies=_streams(load, record, ending, complete=not missing),
        receivers=dict(ending.receivers),
        knee=knees[0] if knees else None,
        checks=describe_checks(judge_all(load.checks, figures)),
    )


def _unsent(record: RunRecord, streams: Sequence[str]) -> Iterator[str]:
    """Yield what each stream left unsent that was to send it all."""
    for name in streams:
        if number := unsent_texts(record, name):
            yield f"{number:,} text{'' if number == 1 else 's'} of {name} never sent"


def _streams(
    load: Load, record: RunRecord, ending: Endings, *, complete: bool
) -> list[dict[str, Any]]:
    """Return what the manifest says of each stream, and what of it is still open."""
    return [
        stream.summary(
            ending.counts[stream.name],
            complete=complete,
            finished_at=finished_at(record, stream.name),
        )
        | {"open": open_messages(record, stream.name)}
        for stream in load.streams
    ]
