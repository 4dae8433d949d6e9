"""Arrival profiles by name: the shapes of load tests, from a table or a line of text.

A shape is a function that draws knots, and its line in `SHAPES`.  Its parameters are
what it can be told, and their hints say how each is read: see `KINDS`.
"""

from __future__ import annotations

import inspect
import math
import re
import shlex
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from loadtests.arrivals import FASTEST, LONGEST, ArrivalProfile, Spacing
from loadtests.replays import Replay, read_replay
from simulator.keys import hint
from sms.durations import parse_duration
from sms.units import DAY, MINUTE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loadtests.arrivals import Knots, Profile
    from sms.units import Seconds

Rate: TypeAlias = float
RateOrZero: TypeAlias = float
SecondsOrZero: TypeAlias = float
SecondsOrEndless: TypeAlias = float
Count: TypeAlias = int
File: TypeAlias = str
Read: TypeAlias = "Callable[[str], str]"

PIECES = 24
"""Straight pieces that a period of a wave is drawn with."""

MOST_PIECES = 100_000
"""Pieces that a whole profile may have."""


class ProfileError(ValueError):
    """A profile that cannot be, in one line: where, what was given, what would do."""


# The shapes


def steady(*, rate: Rate, duration: SecondsOrEndless = math.inf) -> Knots:
    """Draw one rate throughout."""
    return ((0.0, rate), (duration, rate))


def ramp(*, start: RateOrZero, end: RateOrZero, duration: Seconds) -> Knots:
    """Draw a straight line from one rate to another, up or down."""
    return ((0.0, start), (duration, end))


def spike(
    *,
    base: RateOrZero,
    peak: Rate,
    at: SecondsOrZero,
    width: Seconds,
    duration: Seconds,
) -> Knots:
    """Draw a step up and, `width` later, down again."""
    end = min(at + width, duration)
    if at + width > end * (1 + 1e-9):
        raise ValueError(
            f"at={_spell(at)} and width={_spell(width)} go beyond "
            f"duration={_spell(duration)}: let the spike end within it"
        )
    up, down = ((at, base), (at, peak)), ((end, peak), (end, base))
    return ((0.0, base), *up, *down, (duration, base))


def wave(*, low: RateOrZero, high: Rate, period: Seconds, duration: Seconds) -> Knots:
    """Draw a sine that begins at its lowest, as a day does at night."""
    if low > high:
        raise ValueError(f"low={low:g} is above high={high:g}: let it be the lower one")
    if duration / period > MOST_PIECES / PIECES:
        raise ValueError(
            f"period={_spell(period)} is too short for duration={_spell(duration)}: "
            f"at most {MOST_PIECES // PIECES} periods are drawn"
        )
    drawn = range(math.ceil(duration / period * PIECES))
    ats = [at for n in drawn if (at := n * period / PIECES) < duration]
    swing = (high - low) / 2
    return tuple(
        (at, low + swing * (1 - math.cos(math.tau * at / period)))
        for at in (*ats, duration)
    )


def soak(*, rate: Rate, duration: Seconds, warm_up: SecondsOrZero = MINUTE) -> Knots:
    """Draw a line up from 0 and then one rate; half of it at most is the warm-up."""
    warm_at = min(warm_up, duration / 2)
    return ((0.0, 0.0), (warm_at, rate), (duration, rate))


def staircase(*, first: Rate, step: Rate, hold: Seconds, steps: Count) -> Knots:
    """Draw so many levels, each held for as long and `step` above the one before."""
    return tuple(
        (n * hold, first + level * step)
        for level in range(steps)
        for n in (level, level + 1)
    )


def replay(*, file: File, read: Read) -> Replay:
    """Take the arrivals of a CSV file, as `read_replay` says; `read` gives its text."""
    try:
        text = read(file)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ValueError(f"file={file!r} cannot be read: {reason}") from error
    return read_replay(text, file)


SHAPES: dict[str, Callable[..., Knots | Replay]] = {
    "steady": steady,
    "ramp": ramp,
    "spike": spike,
    "wave": wave,
    "soak": soak,
    "staircase": staircase,
    "replay": replay,
}
"""Every shape by its name, in the order in which lists show them."""


# From words to a profile, and back


def make_profile(
    parameters: Mapping[str, object], *, where: str, read: Read | None = None
) -> Profile:
    """Return the profile of a table with `shape`, the shape's own keys and `spacing`.

    Durations are seconds, or such as "90s"; rates are arrivals a second.  `where` names
    the table for the errors, and `read` returns the text of a file to be replayed.

    Raises:
        ProfileError: there is no such shape or key, one is missing, or its value or
            the file will not do.
    """
    try:
        return _profile(dict(parameters), read or _unreadable)
    except ValueError as error:
        raise ProfileError(f"{where}: {error}") from error


def parse_profile(text: str, *, where: str, read: Read | None = None) -> Profile:
    """Return the profile of a line such as `ramp start=0 end=50 duration=10m`.

    A value with blanks in it stands in quotation marks, as in a shell.

    Raises:
        ProfileError: as `make_profile`, or a word is no `key=value`.
    """
    try:
        parameters = _words(text)
    except ValueError as error:
        raise ProfileError(f"{where}: {error}") from error
    return make_profile(parameters, where=where, read=read)


def _words(text: str) -> dict[str, object]:
    """Return the table that a line stands for."""
    try:
        shape, *words = shlex.split(text) or [""]
    except ValueError as error:
        raise ValueError(f"{text!r} cannot be taken apart: {error}") from error
    parameters: dict[str, object] = {"shape": shape}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            raise ValueError(f"{word!r} is no key=value, such as duration=10m")
        if key in parameters:
            raise ValueError(f"{word!r}: {key!r} is given already")
        parameters[key] = value
    return parameters


def _profile(given: dict[str, object], read: Read) -> Profile:
    shape = given.pop("shape", "")
    if not isinstance(shape, str) or shape not in SHAPES:
        said = f"shape {shape!r} is unknown" if shape else "no shape is named"
        raise ValueError(f"{said}: {hint(str(shape), [*SHAPES])}")
    spacing = _spacing(given.pop("spacing", Spacing.EVEN))
    draw = SHAPES[shape]
    wanted = inspect.signature(draw).parameters
    arguments = _arguments(shape, given)
    drawn = draw(**arguments, **({"read": read} if "read" in wanted else {}))
    spelling = _spelling(shape, arguments, spacing)
    if isinstance(drawn, Replay):
        if spacing is not Spacing.EVEN:
            raise ValueError(f"{shape} is spaced as its file says: leave spacing out")
        return replace(drawn, spelling=spelling)
    return ArrivalProfile(shape, drawn, spacing, spelling)


def _spacing(given: object) -> Spacing:
    try:
        return Spacing(given)  # type: ignore[arg-type]
    except ValueError as error:
        nearest = hint(str(given), [spacing.value for spacing in Spacing])
        raise ValueError(f"spacing={given!r} is unknown: {nearest}") from error


def _arguments(shape: str, given: Mapping[str, object]) -> dict[str, Any]:
    """Return the values of a shape's keys, in its order; defaults are left out."""
    kinds = _kinds(shape)
    for key in given:
        if key not in kinds:
            known = [*kinds, "spacing"]
            raise ValueError(f"{shape} has no key {key!r}: {hint(str(key), known)}")
    needed = [key for key, (_, default) in kinds.items() if default is _NEEDED]
    if missing := ", ".join(key for key in needed if key not in given):
        raise ValueError(f"{shape} lacks {missing}: it needs {', '.join(needed)}")
    values = {
        k: kind.value(k, given[k]) for k, (kind, _) in kinds.items() if k in given
    }
    return {key: value for key, value in values.items() if value != kinds[key][1]}


def _spelling(shape: str, arguments: Mapping[str, Any], spacing: Spacing) -> str:
    """Return the line that makes a profile again."""
    kinds = _kinds(shape)
    words = [f"{key}={kinds[key][0].spell(value)}" for key, value in arguments.items()]
    chance = [] if spacing is Spacing.EVEN else [f"spacing={spacing}"]
    return " ".join([shape, *words, *chance])


def _unreadable(file: str) -> str:
    raise ValueError("no files are read here")


# What a parameter can be


@dataclass(frozen=True, slots=True)
class Kind:
    """What the values of a parameter are: in words, as values, and spelled again."""

    wanted: str
    read: Callable[[object], Any]
    fits: Callable[[Any], bool]
    spell: Callable[[Any], str]

    def value(self, key: str, given: object) -> Any:
        """Return what was given for a key, or raise ValueError with what would do."""
        try:
            value = self.read(given)
            if self.fits(value):
                return value
        except (TypeError, ValueError, OverflowError):
            pass
        raise ValueError(f"{key}={given!r} is no {self.wanted}")


def _one_of(given: object, *types: type[Any]) -> Any:
    """Return what was given; a bool is no number, though Python takes it for one."""
    if isinstance(given, bool) or not isinstance(given, types):
        raise TypeError
    return given


def _number(given: object) -> float:
    return float(_one_of(given, int, float, str))


def _whole(given: object) -> int:
    return int(_one_of(given, int, str))


def _is_name(text: str) -> bool:
    return bool(text.strip()) and text.isprintable()


def _seconds(given: object) -> Seconds:
    if not isinstance(given, str):
        return _number(given)
    folded = given.strip().lower()
    if folded == "inf" or re.fullmatch(r"0+(\.0+)?\s*(ms|[dhms])?", folded):
        return math.inf if folded == "inf" else 0.0
    return parse_duration(given)


def _spell(duration: Seconds) -> str:
    """Return a duration as people type it, to the last digit."""
    for unit, length in (("h", 3600), ("m", 60), ("s", 1)):
        if duration and duration % length == 0 and duration < LONGEST * 2:
            return f"{duration / length:.0f}{unit}"
    return f"{Decimal(repr(duration)):f}".removesuffix(".0") + "s"


def _spell_number(number: float) -> str:
    return repr(number).removesuffix(".0")


_RATE = f"arrival rate above 0, at most {FASTEST:.0f} a second"
_DURATION = f"duration above 0, such as 90s or 10m, at most {LONGEST / DAY:.0f}d"

KINDS = {
    "Rate": Kind(_RATE, _number, lambda rate: 0 < rate <= FASTEST, _spell_number),
    "RateOrZero": Kind(
        _RATE.replace("above 0", "of 0 or more"),
        _number,
        lambda rate: 0 <= rate <= FASTEST,
        _spell_number,
    ),
    "Seconds": Kind(_DURATION, _seconds, lambda time: 0 < time <= LONGEST, _spell),
    "SecondsOrZero": Kind(
        _DURATION.replace("above 0", "of 0 or more"),
        _seconds,
        lambda time: 0 <= time <= LONGEST,
        _spell,
    ),
    "SecondsOrEndless": Kind(
        f"{_DURATION}, or inf",
        _seconds,
        lambda time: 0 < time <= LONGEST or time == math.inf,
        _spell,
    ),
    "Count": Kind(
        f"whole number above 0, at most {MOST_PIECES}",
        _whole,
        lambda count: 0 < count <= MOST_PIECES,
        str,
    ),
    "File": Kind(
        "name of a file", lambda given: _one_of(given, str), _is_name, shlex.quote
    ),
}
"""How the parameters of a shape are read, by the hint that the function gives."""

_NEEDED = inspect.Parameter.empty


def _kinds(shape: str) -> dict[str, tuple[Kind, Any]]:
    """Return the kind and the default of each key that a shape has."""
    return {
        name: (KINDS[parameter.annotation], parameter.default)
        for name, parameter in inspect.signature(SHAPES[shape]).parameters.items()
        if parameter.annotation in KINDS
    }
