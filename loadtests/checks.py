"""Checks: thresholds on the figures of a load run, as people type them.

    p95(submitted→terminal) < 30m    share(429) < 1%    count(failed) == 0

Percentiles, `mean`, `max` and `min` are of METRICS and held against a duration; `share`
and `count` are of COUNTED and held against a share and a whole number.
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from loadtests.figures import COUNTED, EVENTS, METRICS, Figures
from simulator.keys import hint
from sms.durations import parse_duration
from sms.errors import TABLE
from sms.units import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sms.units import Seconds

LONGEST_LIMIT: Seconds = 10 * DAY
"""The longest time to hold a metric against: a slip of the pen is above it."""

NOTHING = "nothing was measured"
MET, MISSED = "met", "MISSED"

OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}

_FEWEST_FIGURES, _ALL_FIGURES = 3, 17
"""Significant figures of a float that are shown at least, and that it has."""

_GRAMMAR = "write function(name) < limit, such as p95(submitted→terminal) < 30m"
_SHAPE = re.compile(r"([^()]*)\(([^()]*)\)\s*([<>=!]*)([^()]*)")
_PERCENTILE = re.compile(r"p(\d+(?:\.\d+)?)", re.ASCII)
_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*(%?)", re.ASCII)
_NUMBER = re.compile(r"\d{1,15}", re.ASCII)
_CODE = re.compile(r"\d{5}", re.ASCII)
_JOINT = re.compile(r"\s*(?:->|→|[-_\s])\s*")


class CheckError(ValueError):
    """A check that cannot be: one line with the check, what is wrong, what would do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A threshold: what `function` makes of `name` is to be so against `limit`.

    All are as they are normally spelt (`p99.9`, `submitted→terminal`).  The limit is in
    seconds of the metric for a time, from 0 to 1 for a share.
    """

    function: str
    name: str
    op: str
    limit: float

    def __str__(self) -> str:
        limit = self.words(self.limit).replace(" %", "%")
        return f"{self.function}({self.name}) {self.op} {limit}"

    def judge(self, figures: Figures) -> Judgement:
        """Hold the figures against the limit; where nothing was measured, it is missed.

        A count is nothing measured where there were no calls or texts to count it in.
        """
        got = self._got(figures)
        return Judgement(self, got, got is not None and self.met_by(got))

    def met_by(self, got: float) -> bool:
        """Say whether a figure keeps to the limit."""
        return OPERATORS[self.op](got, self.limit)

    def words(self, figure: float) -> str:
        """Return a figure as people write it, with all its digits and its unit."""
        return _WORDS.get(self.function, _duration_words)(figure)

    def _got(self, figures: Figures) -> float | None:
        statistic = _STATISTICS.get(self.function)
        if statistic is not None:
            return statistic(figures, self.name)
        return figures.quantile(self.name, float(Decimal(self.function[1:]) / 100))


@dataclass(frozen=True, slots=True)
class Judgement:
    """A check held against what was measured; `got` is None where nothing was."""

    check: Check
    got: float | None
    met: bool

    @property
    def wanted(self) -> str:
        """Return the comparison and the limit: `< 30m`."""
        return f"{self.check.op} {self.check.words(self.check.limit)}"

    @property
    def got_text(self) -> str:
        """Return what was measured: `12m 4s`, `0.42 %`.

        It is rounded, but never across the limit: what is shown is met if it was.
        """
        if self.got is None:
            return NOTHING
        whole = len(str(int(abs(self.got))))
        fewest = min(max(_FEWEST_FIGURES, whole), _ALL_FIGURES)
        shown = (
            float(f"{self.got:.{figures - 1}e}")
            for figures in range(fewest, _ALL_FIGURES + 1)
        )
        return self.check.words(
            next(figure for figure in shown if self.check.met_by(figure) == self.met)
        )


def parse_check(text: str) -> Check:
    """Read a check; blanks, capitals and the spelling of a name's joint are free.

    `accepted→sent`, `accepted->sent` and `accepted-sent` are the same check.

    Raises:
        CheckError: it is none, or names what is not known.
    """
    try:
        return _read(text)
    except ValueError as error:
        raise CheckError(f"check {text!r}: {error}") from error


def judge_all(checks: Iterable[Check], figures: Figures) -> list[Judgement]:
    """Hold the figures against each check, in the order given."""
    return [check.judge(figures) for check in checks]


def rows(judgements: Iterable[Judgement]) -> list[tuple[str, str, str, str]]:
    """Return a table's rows: the check, what it wants, what it got, met or MISSED."""
    return [
        (str(one.check), one.wanted, one.got_text, MET if one.met else MISSED)
        for one in judgements
    ]


# What the functions are of, are held against, and come to


def _count(figures: Figures, name: str) -> int | None:
    whole = COUNTED[name].of
    if name != whole and not figures.number(whole):
        return None
    return figures.number(name)


_STATISTICS: dict[str, Callable[[Figures, str], float | None]] = {
    "mean": Figures.mean,
    "max": Figures.max,
    "min": Figures.min,
    "share": Figures.share,
    "count": _count,
}
"""Every function but the percentiles."""

_FUNCTIONS = ("p50", "p95", "p99", "p99.9", *_STATISTICS)
"""What to hint at."""


def _read(text: str) -> Check:
    found = _SHAPE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"it is no check: {_GRAMMAR}")
    function, name, op, limit = (part.strip() for part in found.groups())
    function = _read_function(function)
    return Check(
        function=function,
        name=_read_name(function, name),
        op=_read_operator(op),
        limit=_LIMITS.get(function, _read_duration)(limit),
    )


def _read_function(text: str) -> str:
    folded = text.lower()
    if folded in _STATISTICS:
        return folded
    percentile = _PERCENTILE.fullmatch(folded)
    if percentile is None:
        raise ValueError(f"no function {text!r}: {hint(folded, _FUNCTIONS)}")
    number = Decimal(percentile[1])
    if number > 100:
        raise ValueError(f"no percentile {text!r}: they go up to p100")
    return f"p{_plain(number)}"


def _fold(name: str) -> str:
    return _JOINT.sub("-", name.lower())


_TIMED_NAMES = {metric.ascii: name for name, metric in METRICS.items()}
_COUNTED_NAMES = {_fold(name): name for name in COUNTED}


def _read_name(function: str, text: str) -> str:
    """Return a name as it is normally spelt, if the function is for it."""
    if function in _LIMITS:
        return _read_counted(function, text)
    folded = _fold(text)
    if folded in _COUNTED_NAMES:
        name = _COUNTED_NAMES[folded]
        raise ValueError(f"{name!r} is counted, not timed: write count({name})")
    if folded not in _TIMED_NAMES:
        raise ValueError(f"no metric {text!r}: {hint(folded, list(_TIMED_NAMES))}")
    return _TIMED_NAMES[folded]


def _read_counted(function: str, text: str) -> str:
    folded = _fold(text)
    if folded in _TIMED_NAMES:
        name = _TIMED_NAMES[folded]
        raise ValueError(f"{name!r} is timed, not counted: write p95({name})")
    if folded not in _COUNTED_NAMES:
        raise ValueError(_unknown(text, folded))
    name = _COUNTED_NAMES[folded]
    if function == "share" and COUNTED[name].of == name:
        raise ValueError(f"{name!r} are what shares are of: write count({name})")
    return name


def _unknown(text: str, folded: str) -> str:
    if _CODE.fullmatch(folded):
        nearest = min(TABLE, key=lambda code: abs(code - int(folded)))
        return f"no Twilio code {text} is known: did you mean '{nearest}'?"
    return f"nothing is counted as {text!r}: {hint(folded, list(EVENTS))}"


def _read_operator(text: str) -> str:
    if text not in OPERATORS:
        raise ValueError(f"no comparison {text!r}: there are {', '.join(OPERATORS)}")
    return text


def _read_duration(text: str) -> Seconds:
    """Return a limit to the nanosecond, so that 350ms and 0.35s are the same."""
    seconds = round(parse_duration(text), 9)
    if not 0 < seconds <= LONGEST_LIMIT:
        longest = _duration_words(LONGEST_LIMIT)
        raise ValueError(f"{text!r} is no limit: write 1ms or more, up to {longest}")
    return seconds


def _read_share(text: str) -> float:
    found = _SHARE.fullmatch(text)
    share = Decimal(found[1]) / (100 if found[2] else 1) if found else -1
    if not 0 <= share <= 1:
        raise ValueError(f"{text!r} is no share: write 1% or 0.01, up to 100%")
    return float(share)


def _read_number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text!r} is no whole number: write 0 or 250")
    return int(text)


_LIMITS: dict[str, Callable[[str], float]] = {
    "share": _read_share,
    "count": _read_number,
}
"""How a limit is read, where it is no duration; these functions are of COUNTED."""


# Figures as words


def _plain(number: Decimal) -> str:
    """Return a number without an exponent and without zeros that say nothing."""
    return f"{number.normalize():f}"


def _duration_words(seconds: Seconds) -> str:
    """Return a duration that reads back as it was, up to the longest limit."""
    exact = Decimal(repr(seconds))
    if seconds < 1:
        return f"{_plain(exact * 1000)}ms"
    if seconds > LONGEST_LIMIT:
        return f"{seconds / HOUR:.0f}h"
    hours, rest = divmod(exact, int(HOUR))
    minutes, rest = divmod(rest, int(MINUTE))
    parts = ((hours, "h"), (minutes, "m"), (rest, "s"))
    return " ".join(f"{_plain(number)}{unit}" for number, unit in parts if number)


def _share_words(share: float) -> str:
    return f"{_plain(Decimal(repr(share)) * 100)} %"


_WORDS: dict[str, Callable[[float], str]] = {
    "share": _share_words,
    "count": lambda number: str(int(number)),
}
"""How a figure is written, where it is no duration."""
