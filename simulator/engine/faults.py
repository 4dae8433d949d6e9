"""Faults on order: which rule strikes a request, a message or a callback.

A rule is drawn for by what it would strike, never by what came before, so the order in
which different recipients' requests arrive changes nobody's fate.  Only a rule with a
`count` goes by order: the first so many that it would strike.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from enum import StrEnum
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.engine.chance import Delay, draw
from simulator.engine.profile import LogNormal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.engine.messages import Message
    from sms.units import Seconds


class Stage(StrEnum):
    """Where a fault acts: what is asked there whether a rule strikes."""

    REQUEST = "request"
    ANSWER = "answer"
    LIST = "list"
    POOL = "pool"
    SENDER = "sender"
    CARRIER = "carrier"
    RECEIPT = "receipt"
    CALLBACK = "callback"


class Clock(StrEnum):
    """How time goes: jumping, some times as fast as real time, or real."""

    VIRTUAL = "virtual"
    SCALED = "scaled"
    REAL = "real"


ALL = frozenset(Clock)
WIRE = frozenset({Clock.SCALED, Clock.REAL})
"""The clocks under which there are sockets."""

OF_REQUESTS = ("path", "recipient", "sender", "share", "count")
OF_MESSAGES = ("country", "recipient", "sender", "share")
OF_CALLBACKS = ("recipient", "sender", "share", "count")


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultKind:
    """A row of KINDS: where a fault acts, what it does, and what may be said of it.

    `filters` are the keys that say whom it strikes, `values` its settings with what
    holds unless they are given, `clocks` those under which it makes sense.
    """

    stage: Stage
    meaning: str
    filters: Sequence[str]
    values: Mapping[str, float]
    clocks: frozenset[Clock] = ALL

    @property
    def keys(self) -> Sequence[str]:
        """Return all that may be said of such a fault."""
        return ("what", "from", "to", *self.filters, *self.values)


def _of_requests(stage: Stage, meaning: str, **values: float) -> FaultKind:
    return FaultKind(stage=stage, meaning=meaning, filters=OF_REQUESTS, values=values)


def _of_messages(stage: Stage, meaning: str, **values: float) -> FaultKind:
    return FaultKind(stage=stage, meaning=meaning, filters=OF_MESSAGES, values=values)


def _of_callbacks(
    meaning: str, clocks: frozenset[Clock] = ALL, **values: float
) -> FaultKind:
    return FaultKind(
        stage=Stage.CALLBACK,
        meaning=meaning,
        filters=OF_CALLBACKS,
        values=values,
        clocks=clocks,
    )


KINDS: Mapping[str, FaultKind] = {
    "too-many-requests": _of_requests(
        Stage.REQUEST, "answered 429 with 20429; no message is created"
    ),
    "error-before": _of_requests(
        Stage.REQUEST, "answered 500 with 20500; no message is created"
    ),
    "error-after": _of_requests(
        Stage.ANSWER, "answered 500 with 20500 although the message was created"
    ),
    "cut-answer": _of_requests(
        Stage.ANSWER, "the message is created, then the connection is cut"
    ),
    "late-acceptance": _of_requests(
        Stage.REQUEST, "accepted so many seconds after it came", seconds=90.0
    ),
    "latency": _of_requests(
        Stage.REQUEST, "handled after a log-normal delay", median=1.0, p99=10.0
    ),
    "reset": _of_requests(
        Stage.REQUEST, "the connection is reset; no message is created"
    ),
    "slow-body": _of_requests(
        Stage.ANSWER, "the answer's body takes so many seconds to come", seconds=10.0
    ),
    "list-lag": FaultKind(
        stage=Stage.LIST,
        meaning="a new message is absent from lists for so many seconds",
        filters=("recipient", "sender", "share"),
        values={"seconds": 60.0},
    ),
    "carrier-slow": _of_messages(
        Stage.RECEIPT,
        "receipts come so many times as late, with the same fate",
        factor=10.0,
    ),
    "carrier-down": _of_messages(
        Stage.CARRIER, "what is handed over ends `undelivered` with 30008"
    ),
    "filtered": _of_messages(
        Stage.CARRIER, "what is handed over ends `undelivered` with 30007"
    ),
    "registration-lost": FaultKind(
        stage=Stage.SENDER,
        meaning="what a US long code is to send to the US ends `failed` with 30034",
        filters=("sender",),
        values={},
    ),
    "sender-leaves": FaultKind(
        stage=Stage.POOL,
        meaning="a sender is out of its pool from one instant to the other",
        filters=("sender",),
        values={},
    ),
    "callback-lost": _of_callbacks("a status callback never comes"),
    "callback-doubled": _of_callbacks("a status callback comes twice"),
    "callback-late": _of_callbacks(
        "a status callback comes so many seconds later", seconds=60.0
    ),
    "callback-shuffled": _of_callbacks(
        "a status callback comes up to so many seconds later, so out of order",
        seconds=10.0,
    ),
    "callback-forged": _of_callbacks(
        "a second one comes with a signature that is not Twilio's", WIRE
    ),
    "callback-storm": _of_callbacks("a status callback comes so many times", times=20),
}
"""Every fault there is, one row each."""

SHORT = {
    "429": "too-many-requests",
    "500-before": "error-before",
    "500-after": "error-after",
}
"""Other names of some kinds, by what a client sees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A rule: what goes wrong, when, for whom, and for which share of them.

    It holds from `begins_at` on and before `ends_at`, in seconds of the run.  `path` is
    part of a request's path, `recipient` and `sender` are addresses, `country` is the
    recipient's; empty is any.  At most `count` are struck, the first ones.  The other
    settings are the kind's values; one that is not given is that of its row in KINDS.
    """

    what: str
    begins_at: Seconds = 0.0
    ends_at: Seconds = inf
    path: str = ""
    recipient: str = ""
    sender: str = ""
    country: str = ""
    share: float = 1.0
    count: int | None = None
    seconds: Seconds | None = None
    factor: float | None = None
    times: float | None = None
    median: Seconds | None = None
    p99: Seconds | None = None

    def __post_init__(self) -> None:
        if self.what not in KINDS:
            raise ValueError(f"there is no fault {self.what!r}")
        kind = KINDS[self.what]
        for name in _OPTIONAL - {*kind.filters, *kind.values}:
            if getattr(self, name) != _DEFAULTS[name]:
                raise ValueError(f"{self.what} has no {name}: it has {_names(kind)}")
        for name, value in kind.values.items():
            if getattr(self, name) is None:
                object.__setattr__(self, name, value)
        _check(self)

    @property
    def stage(self) -> Stage:
        """Return where it acts."""
        return KINDS[self.what].stage

    def value(self, name: str) -> float:
        """Return a setting that its kind has.

        Raises:
            KeyError: its kind has no such setting.
        """
        given = getattr(self, name, None)
        if given is None:
            raise KeyError(name)
        return float(given)

    def facts(self) -> dict[str, Any]:
        """Return what it says, by the keys of a settings file; no more than needed."""
        facts: dict[str, Any] = {"what": self.what, "from": self.begins_at}
        if self.ends_at < inf:
            facts["to"] = self.ends_at
        for name in _ORDER:
            if (given := getattr(self, name)) != _DEFAULTS[name]:
                facts[name] = given
        return facts

    def holds(self, about: Struck, now: Seconds) -> bool:
        """Say whether it may strike something at an instant, whatever chance says."""
        return (
            self.begins_at <= now < self.ends_at
            and self.path in about.path
            and self.recipient in ("", about.recipient)
            and self.sender in ("", about.sender)
            and self.country in ("", about.country)
        )


class Struck(NamedTuple):
    """What a fault may strike; `name` is what chance goes by.

    For a request that is the recipient and which request for that recipient it is, for
    a message its SID, for a callback the SID, its status and which attempt it is.
    """

    name: str
    path: str = ""
    recipient: str = ""
    sender: str = ""
    country: str = ""


def about_message(message: Message) -> Struck:
    """Return what a message is to faults; its second leg is drawn for anew."""
    sender, leg = message.sender, message.first_leg
    return Struck(
        message.sid if leg is None else f"{message.sid}|second leg",
        recipient=message.recipient,
        sender=sender.address if sender else "",
        country=message.country,
    )


class Faults:
    """The rules that hold, and how often each has struck.

    Where several of a stage would strike, the first of them does, alone.  `rules` are
    by their numbers: who is in a hurry asks first whether there is any.
    """

    def __init__(self, faults: Sequence[Fault] = (), *, seed: int = 0) -> None:
        self._seed = seed
        self.rules: dict[int, Rule] = {}
        self._stages: dict[Stage, list[Rule]] = {}
        self._added: Counter[str] = Counter()
        self._numbers = 0
        self._requests: Counter[str] = Counter()
        for fault in faults:
            self.add(fault)

    def __bool__(self) -> bool:
        return bool(self.rules)

    def __len__(self) -> int:
        return len(self.rules)

    def add(self, fault: Fault) -> int:
        """Add a rule behind the others; return its number, which stays its own."""
        self._numbers += 1
        self._added[fault.what] += 1
        salt = f"{self._seed}|fault|{fault.what}|{self._added[fault.what]}"
        delay = _delay(fault)
        self.rules[self._numbers] = Rule(self._numbers, fault, salt, delay)
        self._sort()
        return self._numbers

    def remove(self, number: int) -> Fault:
        """Take a rule away.

        Raises:
            KeyError: there is none with this number.
        """
        rule = self.rules.pop(number)
        self._sort()
        return rule.fault

    def clear(self) -> None:
        """Take all rules away."""
        self.rules.clear()
        self._sort()

    def facts(self) -> list[dict[str, Any]]:
        """Return every rule by its keys, with its number and how often it struck."""
        return [
            {"number": rule.number, **rule.fault.facts(), "struck": rule.struck}
            for rule in self.rules.values()
        ]

    def request(self, path: str, recipient: str = "", sender: str = "") -> Struck:
        """Return what a request is to faults, and count it.

        A request made again is another one for its recipient and is drawn for anew, so
        that it may get through.  One without a recipient (a notification, a bulk call)
        goes by its path in place of one.
        """
        whom = recipient or path
        self._requests[whom] += 1
        name = f"{whom}|{self._requests[whom]}"
        return Struck(name, path, recipient, sender)

    def would(self, stage: Stage, about: Struck, now: Seconds) -> Fault | None:
        """Return the first fault of a stage that would strike; count nothing."""
        for rule in self._stages.get(stage, ()):
            if rule.strikes(about, now):
                return rule.fault
        return None

    def count(self, fault: Fault) -> None:
        """Count a fault that has struck by other ways than `strike`."""
        for rule in self._stages.get(fault.stage, ()):
            if rule.fault is fault:
                rule.struck += 1

    def strike(self, stage: Stage, about: Struck, now: Seconds) -> Fault | None:
        """Return the first fault of a stage that strikes, and count it; None for none.

        Ask once for each request, message or callback: asking is what counts.
        """
        for rule in self._stages.get(stage, ()):
            if rule.strikes(about, now):
                rule.struck += 1
                return rule.fault
        return None

    def acting(self, stage: Stage) -> Sequence[Fault]:
        """Return the rules of a stage, in order."""
        return [rule.fault for rule in self._stages.get(stage, ())]

    def seconds(self, fault: Fault, about: Struck) -> Seconds:
        """Return by how much a fault delays what it has struck."""
        for rule in self._stages.get(fault.stage, ()):
            if rule.fault is fault:
                return rule.seconds(about)
        return fault.seconds or 0.0

    def _sort(self) -> None:
        stages: dict[Stage, list[Rule]] = {}
        for rule in self.rules.values():
            stages.setdefault(rule.fault.stage, []).append(rule)
        self._stages = stages


@dataclass(slots=True)
class Rule:
    """A fault at work: `salt` sets its draws apart from every other's.

    `struck` is how often it has struck so far.
    """

    number: int
    fault: Fault
    salt: str
    delay: Delay | None
    struck: int = 0

    def strikes(self, about: Struck, now: Seconds) -> bool:
        """Say whether it strikes something at an instant."""
        fault = self.fault
        if not fault.holds(about, now):
            return False
        if fault.count is not None and self.struck >= fault.count:
            return False
        return fault.share >= 1 or draw(self.salt, about.name)[0] < fault.share

    def seconds(self, about: Struck) -> Seconds:
        """Return by how much it delays what it has struck."""
        if self.delay is not None:
            return self.delay.at(draw(self.salt, about.name)[1])
        most = self.fault.seconds or 0.0
        if self.fault.what == "callback-shuffled":
            return most * draw(self.salt, about.name)[1]
        return most


_ORDER = (
    *("path", "recipient", "sender", "country", "share", "count"),
    *("seconds", "factor", "times", "median", "p99"),
)
_OPTIONAL = frozenset(_ORDER)
_DEFAULTS = {
    field.name: field.default for field in fields(Fault) if field.name in _OPTIONAL
}

_LEAST = {"seconds": 0.0, "factor": 1.0, "times": 1.0, "median": 0.0, "p99": 0.0}
"""What each value is at least; the delays are above it."""


def _names(kind: FaultKind) -> str:
    return ", ".join((*kind.filters, *kind.values)) or "nothing but from and to"


def _check(fault: Fault) -> None:
    """Check what a fault says against what can be."""
    if not 0 <= fault.begins_at < inf:
        raise ValueError(f"from is 0 or more, not {fault.begins_at}")
    if not fault.begins_at < fault.ends_at:
        raise ValueError(f"to is after from ({fault.begins_at}), not {fault.ends_at}")
    if not 0 < fault.share <= 1:
        raise ValueError(f"share is above 0 and at most 1, not {fault.share}")
    if fault.count is not None and fault.count < 1:
        raise ValueError(f"count is 1 or more, not {fault.count}")
    for name in KINDS[fault.what].values:
        given, least = fault.value(name), _LEAST[name]
        if not (least < given < inf or given == least == 1):
            bound = f"{least:g} or more" if least else "above 0"
            raise ValueError(f"{name} is {bound}, not {given:g}")
    if fault.median and fault.p99 and not fault.median < fault.p99:
        raise ValueError(f"p99 is above median ({fault.median:g}), not {fault.p99:g}")


def _delay(fault: Fault) -> Delay | None:
    if fault.median is None or fault.p99 is None:
        return None
    return Delay(LogNormal(median=fault.median, p99=fault.p99))
