"""From what a person typed to what is run: recipients, bodies, a world, strategies."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from loadtests.scenarios import STARTED_AT, Scenario
from loadtests.streams import STATUS_CALLBACK, Choice, Stream
from sender import registry
from sender.numbering import made_up
from sender.pacing import PacingOptions
from sender.plans import Text
from sender.recipients import DUPLICATE, RecipientsError, read_recipients
from sender.registry import UnknownNameError, find_pacing, find_strategy
from sender.templates import Template
from simulator.engine.answering import Answers
from simulator.keys import ConfigError
from simulator.setups import set_up
from sms.addresses import country
from sms.segments import segment, utf16_units

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from sender.recipients import RecipientList, Reject
    from simulator.engine.faults import Fault
    from simulator.engine.worlds import World
    from sms.quiet_hours import QuietHours
    from sms.units import Seconds

UNASKED = ("bulk",)
"""Strategies that are compared only where they are asked for: it is a beta."""

STRATEGIES = tuple(
    name for name in registry.BUILT_IN[registry.STRATEGIES] if name not in UNASKED
)
MOST_MADE_UP = 10_000_000
"""Recipients that `--count` may ask for: more would not fit in memory."""

BODY = "Your appointment is tomorrow at 9:00. Reply STOP to unsubscribe."


@dataclass(frozen=True, slots=True)
class Source:
    """A file's name and what stands in it."""

    name: str
    data: bytes

    @classmethod
    def read(cls, path: Path | None) -> Source | None:
        """Read a file, if one was given.

        Raises:
            OSError: it cannot be read.
        """
        return None if path is None else cls(path.name, path.read_bytes())

    @property
    def text(self) -> str:
        """Return what stands in the file, as UTF-8.

        Raises:
            ValueError: it is not UTF-8.
        """
        try:
            return self.data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise RecipientsError(
                f"{self.name}: is not UTF-8 at byte {error.start}; save it as UTF-8"
            ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """All that `smslab compare` may be told; times are in seconds.

    Recipients come from `file`, or `count` of them are made up in `countries`.  None
    leaves a setting to the profile.  `started_at` is the moment that a run begins at,
    and `quiet` the hours in which the sender texts nobody; they are the recipients'.
    `answers` is the share of messages that recipients answer, `stops` that of STOP in
    the answers.  `faults` go wrong besides those of `config`;
    `resend_ambiguous` has calls without a certain answer be made again.
    """

    file: Source | None = None
    count: int | None = None
    countries: tuple[str, ...] = ("US",)
    keep_duplicates: bool = False
    body: str | None = None
    template: Source | None = None
    strategies: tuple[str, ...] = STRATEGIES
    pacing: str = "adaptive"
    pacing_options: PacingOptions = field(default_factory=PacingOptions)
    redeliver: int = 0
    resend_ambiguous: bool = False
    validity_period: int | None = None
    profile: str | None = None
    config: Source | None = None
    concurrency: int | None = None
    api_latency: Seconds | None = None
    seed: int = 1
    started_at: datetime = STARTED_AT
    quiet: QuietHours | None = None
    answers: float | None = None
    stops: float | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A question taken apart: what to run, and what is said of the input.

    `facts` are what the manifest says of the recipients and the message.
    """

    streams: tuple[Stream, ...]
    rejects: tuple[Reject, ...]
    facts: Mapping[str, Any]

    @property
    def scenario(self) -> Scenario:
        """The world, its limits and what the streams share: that of the first."""
        return self.streams[0].scenario


def plan(question: Question) -> Plan:
    """Take a question apart, before anything is sent.

    Raises:
        ValueError: one line on what was given, where, and what would do; it is one of
            RecipientsError, TemplateError, ConfigError, StrategyError and
            UnknownNameError.
    """
    if not question.strategies:
        raise UnknownNameError(f"no strategy: name some of {', '.join(STRATEGIES)}")
    choices = [
        Choice(name, question.pacing, find_strategy(name), find_pacing(question.pacing))
        for name in dict.fromkeys(question.strategies)
    ]
    recipients, source = _recipients(question)
    scenario = replace(_scenario(question), texts=_texts(question, recipients))
    bodies = list(dict.fromkeys(text.body for text in scenario.texts))
    _check_limits(scenario, bodies)
    streams = [Stream(choice.strategy, scenario, choice) for choice in choices]
    for stream in streams:  # one that cannot work is known before any is run
        stream.begin(STATUS_CALLBACK)
    return Plan(
        tuple(streams),
        recipients.rejects,
        {"recipients": _facts(recipients, source), "message": _message(bodies)},
    )


def _check_limits(scenario: Scenario, bodies: Sequence[str]) -> None:
    """Check what Twilio would refuse of every call alike."""
    profile, period = scenario.profile, scenario.validity_period
    if period is not None and period > profile.longest_validity_period:
        raise ConfigError(
            f"--validity-period {period}s: {profile.name} allows at most "
            f"{profile.longest_validity_period}s (21624)"
        )
    longest = max(bodies, key=utf16_units)
    if utf16_units(longest) > profile.body_characters:
        raise RecipientsError(
            f"the text {longest[:40]!r}… has {utf16_units(longest):,} characters, and "
            f"Twilio takes {profile.body_characters:,} (21617): shorten it"
        )


def _message(bodies: Sequence[str]) -> dict[str, Any]:
    """Return what the manifest says of the bodies: the first is the example."""
    example = bodies[0]
    size = segment(example)
    return {
        "example": example,
        "encoding": size.encoding,
        "segments": size.segments,
        "distinct": len(bodies),
    }


def _facts(recipients: RecipientList, source: str) -> dict[str, Any]:
    countries = Counter(country(r.address) or "?" for r in recipients.recipients)
    duplicates = sum(r.reason.startswith(DUPLICATE) for r in recipients.rejects)
    return {
        "source": source,
        "count": len(recipients.recipients),
        "rejects": len(recipients.rejects),
        "duplicates": duplicates,
        "countries": dict(countries.most_common()),
    }


def _recipients(question: Question) -> tuple[RecipientList, str]:
    if not question.countries:
        raise RecipientsError("--country names no country: write US, or US,GB")
    if question.file is None:
        if question.count is None:
            raise RecipientsError(
                "no recipients: give a CSV file, or --count N with --country US"
            )
        if question.count > MOST_MADE_UP:
            raise RecipientsError(
                f"--count {question.count}: at most {MOST_MADE_UP:,} can be made up"
            )
        made = made_up(question.count, question.countries, question.seed)
        return made, f"--count {question.count}"
    if question.count is not None:
        raise RecipientsError(
            f"{question.file.name} and --count {question.count}: give one of the two"
        )
    found = read_recipients(
        question.file.data,
        name=question.file.name,
        region=question.countries[0],
        keep_duplicates=question.keep_duplicates,
    )
    return found, question.file.name


def _texts(question: Question, recipients: RecipientList) -> list[Text]:
    if not recipients.recipients:
        raise RecipientsError(
            f"{question.file.name if question.file else '--count'}: nobody to send to"
            + "".join(f"; line {r.line}: {r.reason}" for r in recipients.rejects[:1])
        )
    if question.body is not None and question.template is not None:
        raise RecipientsError("--body and --template: give one of the two")
    if question.template is not None:
        text, name = question.template.text, question.template.name
    else:
        text, name = BODY if question.body is None else question.body, "--body"
    template = Template(text, recipients.columns, name)
    texts = [
        Text(key, recipient.address, template.render(recipient))
        for key, recipient in enumerate(recipients.recipients)
    ]
    if not any(text.body for text in texts):
        raise RecipientsError(f"{name}: every text would be empty; write a body")
    return texts


def _scenario(question: Question) -> Scenario:
    setup = set_up(
        question.config.text if question.config else "",
        question.config.name if question.config else "",
        profile=question.profile,
        concurrency=question.concurrency,
        api_latency=question.api_latency,
        faults=question.faults,
    )
    return Scenario(
        texts=(),
        world=_answered(setup.world, question),
        profile=setup.profile,
        seed=question.seed,
        pacing=question.pacing,
        pacing_options=question.pacing_options,
        redeliver=question.redeliver,
        resend_ambiguous=question.resend_ambiguous,
        validity_period=question.validity_period,
        started_at=question.started_at,
        quiet=question.quiet,
    )


def _answered(world: World, question: Question) -> World:
    """Return a world whose recipients answer as asked, where it was asked."""
    share, stops = question.answers, question.stops
    if share is None and stops is None:
        return world
    answers = world.inbound.answers or Answers()
    if not (answers.share if share is None else share):
        raise ConfigError("--stops is a share of the answers: give --answers too")
    answers = replace(
        answers,
        share=answers.share if share is None else share,
        stop_share=answers.stop_share if stops is None else stops,
    )
    return replace(world, inbound=replace(world.inbound, answers=answers))
