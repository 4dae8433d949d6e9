"""A load in a file: which streams go to which Twilio, how fast, and what must hold.

Read once into frozen settings.  A key that is not known is an error, for it may be a
slip of the pen that changes what a whole load means.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import msgspec

from loadtests.checks import Check, parse_check
from loadtests.profiles import make_profile, parse_profile
from loadtests.questions import Question, Source, plan
from loadtests.scenarios import STARTED_AT
from loadtests.streams import STATUS_CALLBACK, Kind, Stream, traffic
from sender.pacing import PacingOptions
from simulator.fault_tables import parse_fault, read_faults
from simulator.keys import ConfigError, check_keys, check_tables, convert, hint
from sms.durations import parse_duration
from sms.moments import parse_moment
from sms.quiet_hours import QuietHours

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from loadtests.arrivals import Profile as Arrivals
    from loadtests.scenarios import Scenario
    from sender.plans import Text
    from sender.recipients import Reject
    from simulator.engine.faults import Fault
    from sms.units import Seconds

Read = Callable[[str], bytes]
"""Returns what stands in a file that a load names, beside the load's own."""

MOST_TEXTS = 1_000_000
"""Texts of one stream that a load over HTTP may plan: each is held in memory."""

MOST_USERS, MOST_PROCESSES = 10_000, 64

SLOWEST, FASTEST = 0.1, 10_000.0
"""Between which a load's speed is: at the highest a request takes minutes."""

NAME = re.compile(r"[A-Za-z0-9_-]{1,24}")
"""What a stream may be called: its name goes into the URL of its callbacks."""


class Driver(StrEnum):
    """Who makes the calls: so many users in turn, or a greenlet for each as it is due.

    Users wait for an answer before they take the next call; the open driver begins each
    on time, whether or not earlier ones are back.
    """

    USERS = "users"
    OPEN = "open"


Duration = float | str


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorTable:
    """`[simulator]`: the Twilio that is loaded; what is left out is the profile's."""

    profile: str | None = None
    config: str | None = None
    concurrency: int | None = None
    api_latency: Duration | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratorTable:
    """`[generator]`: what makes the load; `users` are those of each stream."""

    driver: Driver = Driver.OPEN
    users: int = 50
    processes: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverTable:
    """`[receiver]`: who takes the callbacks; `delay` is how long it is over each."""

    delay: Duration = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamTable:
    """One of `[[streams]]`: what, to whom, by which strategy, and when.

    `arrivals` is a table with `shape`, or a line such as `steady rate=5 duration=1m`.
    """

    name: str
    strategy: str
    kind: Kind = Kind.BROADCAST
    pacing: str = "adaptive"
    rate: float = 100.0
    window: int = 50
    recipients: str | None = None
    count: int | None = None
    countries: tuple[str, ...] = ("US",)
    keep_duplicates: bool = False
    body: str | None = None
    template: str | None = None
    numbers: tuple[str, ...] = ()
    validity_period: Duration | None = None
    redeliver: int = 0
    quiet: str | None = None
    arrivals: dict[str, Any] | str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The whole file; what a load teaches, and what to look at, is for its reader."""

    name: str
    teaches: str = ""
    look_at: str = ""
    speed: float = 1.0
    seed: int = 1
    drain: Duration = "10m"
    start: str | None = None
    checks: tuple[str, ...] = ()
    simulator: SimulatorTable = field(default_factory=SimulatorTable)
    generator: GeneratorTable = field(default_factory=GeneratorTable)
    receiver: ReceiverTable = field(default_factory=ReceiverTable)
    streams: tuple[StreamTable, ...] = ()
    faults: tuple[dict[str, Any], ...] = ()


_TABLES: Mapping[str, type[Any]] = {
    "simulator": SimulatorTable,
    "generator": GeneratorTable,
    "receiver": ReceiverTable,
    "streams": StreamTable,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a command says over the file; None leaves a setting.

    Checks are added, and faults, each as a command line spells it.
    """

    speed: float | None = None
    seed: int | None = None
    users: int | None = None
    processes: int | None = None
    driver: Driver | None = None
    checks: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A load about to be put on; times are simulated seconds.

    `drain` is how long, once nothing is sent any more, an accepted message is waited
    for; `users` are those of each stream.  `rejects` and `facts` are of all recipients;
    `faults` are those that no config file brings.
    """

    name: str
    teaches: str
    look_at: str
    speed: float
    drain: Seconds
    driver: Driver
    users: int
    processes: int
    receiver_delay: Seconds
    checks: tuple[Check, ...]
    streams: tuple[Stream, ...]
    rejects: tuple[Reject, ...]
    facts: Mapping[str, Any]
    simulator: SimulatorTable
    faults: tuple[Fault, ...] = ()

    @property
    def scenario(self) -> Scenario:
        """The world, its limits and the seed: those of the first stream."""
        return self.streams[0].scenario

    @property
    def duration(self) -> Seconds:
        """When the last text is meant to be submitted; 0 where no arrivals say."""
        last = (stream.scenario.texts[-1].due_at for stream in self.streams)
        return max((at for at in last if at is not None), default=0.0)

    def stream(self, name: str) -> Stream:
        """Return the stream of a name."""
        return next(stream for stream in self.streams if stream.name == name)


NO_CHANGES = Changes()


def read_load(source: Source, read: Read, changes: Changes = NO_CHANGES) -> Load:
    """Return the load of a file, which ends; `read` returns the others that it names.

    Raises:
        ValueError: one line that names the file, the key and what would do.
        OSError: a file it names cannot be read.
    """
    try:
        return _ending(make_load(changed(_document(source.text), changes), read))
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, ValueError) as error:
        raise ConfigError(f"{source.name}: {error}") from error


def _ending(load: Load) -> Load:
    """Return a load that comes to an end."""
    for stream in load.streams:
        if stream.endless and stream.kind is Kind.TRAFFIC:
            raise ConfigError(
                f"streams.{stream.name}: {stream.arrivals} never ends: give it a "
                "duration"
            )
    return load


def _document(text: str) -> Document:
    data = tomllib.loads(text)
    check_keys(data, Document, "the file")
    check_tables(data, _TABLES)
    return convert(data, Document)


def changed(document: Document, changes: Changes) -> Document:
    """Return a document with what a command says over it."""
    generator = {
        name: value
        for name in ("users", "processes", "driver")
        if (value := getattr(changes, name)) is not None
    }
    return replace(
        document,
        speed=document.speed if changes.speed is None else changes.speed,
        seed=document.seed if changes.seed is None else changes.seed,
        checks=(*document.checks, *changes.checks),
        faults=(
            *document.faults,
            *(parse_fault(one).facts() for one in changes.faults),
        ),
        generator=replace(document.generator, **generator),
    )


def make_load(document: Document, read: Read) -> Load:
    """Return the load of a document; `read` returns the files that it names.

    Raises:
        ValueError: one line that names the key and what would do.
        OSError: a file it names cannot be read.
    """
    _check(document)
    parts = [_stream(table, document, read) for table in document.streams]
    generator = document.generator
    return Load(
        name=document.name,
        teaches=document.teaches.strip(),
        look_at=document.look_at.strip(),
        speed=document.speed,
        drain=_seconds(document.drain, "drain"),
        driver=generator.driver,
        users=generator.users,
        processes=generator.processes,
        receiver_delay=_seconds(document.receiver.delay, "receiver.delay", least=0.0),
        checks=tuple(map(parse_check, document.checks)),
        streams=tuple(stream for stream, _, _ in parts),
        rejects=tuple(reject for _, rejects, _ in parts for reject in rejects),
        facts=_joined(parts),
        simulator=document.simulator,
        faults=read_faults(list(document.faults)),
    )


def _check(document: Document) -> None:
    """Check what no table says by its type."""
    generator = document.generator
    if not document.streams:
        raise ConfigError("streams: there is none; write a [[streams]] table")
    if not SLOWEST <= document.speed <= FASTEST:
        raise ConfigError(
            f"speed is from {SLOWEST:g} to {FASTEST:g}, not {document.speed:g}"
        )
    for name, most in (("users", MOST_USERS), ("processes", MOST_PROCESSES)):
        if not 1 <= (given := getattr(generator, name)) <= most:
            raise ConfigError(f"generator.{name} is from 1 to {most}, not {given}")
    names = Counter(table.name for table in document.streams)
    for name, times in names.items():
        if times > 1 or not NAME.fullmatch(name):
            raise ConfigError(
                f"streams: the name {name!r} must be there once, as up to 24 letters, "
                "digits, - and _: records and callbacks go by it"
            )


_Part = tuple[Stream, "Sequence[Reject]", "Mapping[str, Any]"]
"""A stream, the rows it leaves out, and what the manifest says of it."""


def _stream(table: StreamTable, document: Document, read: Read) -> _Part:
    """Return a stream and what belongs to it."""
    where = f"streams.{table.name}"
    try:
        asked = plan(_question(table, document, read))
    except ValueError as error:
        raise ConfigError(f"{where}: {error}") from error
    (stream,) = asked.streams
    _check_numbers(table, stream.scenario, where)
    arrivals = _arrivals(table, read, where)
    stream = replace(
        stream,
        name=table.name,
        kind=table.kind,
        arrivals=arrivals,
        until=None if table.until is None else parse_check(table.until),
        scenario=replace(stream.scenario, numbers=table.numbers),
    )
    _check_until(stream, where)
    texts = _timed(stream, where)
    stream = replace(stream, scenario=replace(stream.scenario, texts=texts))
    stream.begin(STATUS_CALLBACK)  # one that cannot work is known before any is run
    return stream, asked.rejects, asked.facts


def _question(table: StreamTable, document: Document, read: Read) -> Question:
    simulator, period = document.simulator, table.validity_period
    latency = simulator.api_latency

    def source(name: str | None) -> Source | None:
        return None if name is None else Source(name, read(name))

    return Question(
        file=source(table.recipients),
        count=table.count,
        countries=table.countries,
        keep_duplicates=table.keep_duplicates,
        body=table.body,
        template=source(table.template),
        strategies=(table.strategy,),
        pacing=table.pacing,
        pacing_options=PacingOptions(table.rate, table.window),
        redeliver=table.redeliver,
        validity_period=None
        if period is None
        else max(1, round(_seconds(period, "validity_period"))),
        profile=simulator.profile,
        config=source(simulator.config),
        concurrency=simulator.concurrency,
        api_latency=None
        if latency is None
        else _seconds(latency, "simulator.api_latency", least=0.0),
        faults=read_faults(list(document.faults)),
        seed=document.seed,
        started_at=STARTED_AT if document.start is None else _start(document.start),
        quiet=None if table.quiet is None else QuietHours.parse(table.quiet),
    )


def _start(text: str) -> datetime:
    try:
        return parse_moment(text)
    except ValueError as error:
        raise ConfigError(f"start: {error}") from error


def _check_numbers(table: StreamTable, scenario: Scenario, where: str) -> None:
    owned = scenario.senders().numbers
    for number in table.numbers:
        if number not in owned:
            nearest = hint(number, list(owned))
            raise ConfigError(f"{where}.numbers: no number {number!r}: {nearest}")


def _arrivals(table: StreamTable, read: Read, where: str) -> Arrivals | None:
    given, where = table.arrivals, f"{where}.arrivals"

    def text(name: str) -> str:
        return Source(name, read(name)).text

    if given is None:
        return None
    if isinstance(given, str):
        return parse_profile(given, where=where, read=text)
    return make_profile(given, where=where, read=text)


def _check_until(stream: Stream, where: str) -> None:
    shape = stream.arrivals.shape if stream.arrivals else "none"
    if (stream.until is None) == (shape == "staircase"):
        raise ConfigError(
            f"{where}: a staircase climbs until a threshold breaks, as until = "
            f'"share(429) < 1%"; its shape is {shape}, its until {stream.until}'
        )


def _timed(stream: Stream, where: str) -> Sequence[Text]:
    """Return a stream's texts, each with the instant of its arrival."""
    arrivals, texts = stream.arrivals, stream.scenario.texts
    if arrivals is None:
        if stream.kind is Kind.TRAFFIC:
            raise ConfigError(f"{where}: traffic needs arrivals, which say how much")
        return texts
    if (arrivals.count or 0) > MOST_TEXTS:
        raise ConfigError(
            f"{where}: {arrivals} is {arrivals.count:,} arrivals, and a load has at "
            f"most {MOST_TEXTS:,}: give it a shorter duration"
        )
    instants = arrivals.arrivals(stream.scenario.seed)
    if stream.kind is Kind.TRAFFIC:
        return texts if stream.endless else list(traffic(texts, instants))
    timed = [
        text._replace(due_at=at) for text, at in zip(texts, instants, strict=False)
    ]
    if len(timed) < len(texts):
        raise ConfigError(
            f"{where}: {len(texts):,} texts, and {len(timed):,} arrivals by "
            f"{arrivals}: let it last longer, or raise the rate"
        )
    return timed


def _joined(parts: Sequence[_Part]) -> Mapping[str, Any]:
    """Return the facts of all streams as one: sums, and the first one's message."""
    facts = [facts for _, _, facts in parts]
    bodies = {text.body for stream, _, _ in parts for text in stream.scenario.texts}
    recipients = [one["recipients"] for one in facts]
    countries: Counter[str] = Counter()
    for one in recipients:
        countries.update(one["countries"])
    sums = {
        key: sum(one[key] for one in recipients)
        for key in ("count", "rejects", "duplicates")
    }
    sources = dict.fromkeys(one["source"] for one in recipients)
    return {
        "recipients": {
            "source": ", ".join(sources),
            "countries": dict(countries.most_common()),
            **sums,
        },
        "message": {**facts[0]["message"], "distinct": len(bodies)},
    }


def _seconds(given: Duration, key: str, least: float | None = None) -> Seconds:
    """Return a duration; 0 where `least` lets it.

    Raises:
        ConfigError: it is none.
    """
    if isinstance(given, str):
        try:
            return parse_duration(given)
        except ValueError as error:
            raise ConfigError(f"{key}: {error}") from error
    if not (given > 0 or given == least):
        raise ConfigError(f"{key} is a duration above 0, not {given}")
    return float(given)
