"""Manifests: what a run says of itself, as reports read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

VIRTUAL = "virtual"
"""The clock of a run in which no real time passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderFacts:
    """A sender of the account, as the manifest names it."""

    address: str
    type: str
    country: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyFacts:
    """What the manifest says of one strategy, or of one stream of a load.

    `differing` is None unless the run was held against a virtual one.  Of the texts,
    `redelivered` were sent again, `not_retryable` failed with a code that is never sent
    again and `exhausted` with one that is, but not any more.  A stream's `name` is its
    own, `strategy` is how it sent, and `open` counts, by status, the messages that had
    not ended when the drain had.  `numbers` are those of the account's that it sent
    from, none being all; `validity_period` is in seconds, None for the profile's.
    `quiet` are the hours in which it texted nobody, such as `21:00-08:00`, and
    `withheld` the texts it did not send because it knew of an opt-out.
    """

    name: str
    texts: int
    pacing: str = ""
    complete: bool = True
    finished_at: float | None = None
    concurrency: int | None = None
    differing: int | None = None
    redelivered: int = 0
    not_retryable: int = 0
    exhausted: int = 0
    strategy: str = ""
    kind: str = ""
    arrivals: str = ""
    open: dict[str, int] = field(default_factory=dict)
    numbers: tuple[str, ...] = ()
    validity_period: float | None = None
    quiet: str = ""
    withheld: int = 0

    @property
    def by(self) -> str:
        """Return the strategy's name, whatever the stream is called."""
        return self.strategy or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientFacts:
    """What the manifest says of those the run was for.

    `rejects` are all rows of the source that were not sent to, `duplicates` those of
    them that named a number a second time.
    """

    source: str = ""
    count: int = 0
    rejects: int = 0
    duplicates: int = 0
    countries: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFacts:
    """What the manifest says of the texts: the first one, and how many differ."""

    example: str = ""
    encoding: str = ""
    segments: int = 0
    distinct: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioFacts:
    """What a load's scenario file says of itself."""

    name: str = ""
    teaches: str = ""
    look_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratorFacts:
    """What drove a load: `users` that wait for each answer, or `open` arrivals."""

    driver: str = ""
    users: int = 0
    processes: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverFacts:
    """Status callbacks that were turned away, came again, or found the inbox full."""

    forged: int = 0
    duplicates: int = 0
    overflowed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundFacts:
    """What came into an account while `name`, a strategy or all streams, used it.

    Both messages and replies are apart from the texts and their cost; in US dollars.
    """

    name: str
    inbound: int
    inbound_dollars: float
    replies: int
    reply_dollars: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StruckFacts:
    """How often each fault struck while `name`, a strategy or all streams, ran."""

    name: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFacts:
    """A threshold of a load: what was wanted, what it got, and whether it was met."""

    check: str
    wanted: str
    got: str
    met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KneeFacts:
    """How far a staircase came, in arrivals a second.

    `rate` is the highest step that held `check`, None where not even the first did;
    `broken_at` the first that did not, None where all held.
    """

    stream: str
    check: str
    rate: float | None = None
    broken_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The manifest of a run, as docs/records.md has it.

    `message` is None in folders of before it was noted, and what a load adds is empty
    in those of a comparison.  `quiet_law` are the quiet hours that the simulator kept,
    `faults` what went wrong on order, by the keys of a settings file.
    """

    format: int
    smslab: str
    created_at: str
    complete: bool
    seed: int
    profile: str
    clock: str
    strategies: tuple[StrategyFacts, ...]
    missing: tuple[str, ...] = ()
    speed: float = 1.0
    options: dict[str, Any] = field(default_factory=dict)
    machine: dict[str, Any] = field(default_factory=dict)
    deadline: float | None = None
    start_at: str = ""
    recipients: RecipientFacts = field(default_factory=RecipientFacts)
    message: MessageFacts | None = None
    redeliver: int = 0
    senders: tuple[SenderFacts, ...] = ()
    command: str = "compare"
    scenario: ScenarioFacts | None = None
    generator: GeneratorFacts | None = None
    receivers: ReceiverFacts = field(default_factory=ReceiverFacts)
    checks: tuple[CheckFacts, ...] = ()
    knee: KneeFacts | None = None
    quiet_law: tuple[str, ...] = ()
    inbound: tuple[InboundFacts, ...] = ()
    faults: tuple[dict[str, Any], ...] = ()
    struck: tuple[StruckFacts, ...] = ()

    @property
    def is_load(self) -> bool:
        """Return whether streams ran beside each other, in one account."""
        return self.command == "load"
