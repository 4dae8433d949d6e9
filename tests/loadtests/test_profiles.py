"""Profiles by name: what each shape draws, and how it is asked for."""

from __future__ import annotations

import inspect
import math
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from loadtests.arrivals import FASTEST, LONGEST, ArrivalProfile, Level, Profile
from loadtests.profiles import (
    KINDS,
    SHAPES,
    ProfileError,
    make_profile,
    parse_profile,
)
from loadtests.staircases import Climb

CSV = "at\n0\n1.5\n7\n"

DRAWN: dict[str, tuple[tuple[float, float], ...]] = {
    "steady rate=2": ((0, 2), (math.inf, 2)),
    "steady rate=2 duration=inf": ((0, 2), (math.inf, 2)),
    "steady rate=0.5 duration=1m": ((0, 0.5), (60, 0.5)),
    "ramp start=0 end=50 duration=10m": ((0, 0), (600, 50)),
    "spike base=2 peak=50 at=10s width=20 duration=1m": (
        *((0, 2), (10, 2), (10, 50), (30, 50), (30, 2), (60, 2)),
    ),
    "soak rate=5 duration=1h": ((0, 0), (60, 5), (3600, 5)),
    "soak rate=5 duration=1m": ((0, 0), (30, 5), (60, 5)),
    "soak rate=5 duration=1h warm_up=0s": ((0, 0), (0, 5), (3600, 5)),
    "staircase first=1 step=2 hold=5s steps=2": ((0, 1), (5, 1), (5, 3), (10, 3)),
}
"""Lines and the knots that they draw."""

COUNTS = {
    "steady rate=2 duration=1m": 120,
    "ramp start=0 end=50 duration=10m": 15_000,
    "spike base=2 peak=50 at=10s width=20s duration=1m": 80 + 1000,
    "spike base=0 peak=50 at=0.1 width=0.2 duration=0.3": 10,
    "wave low=0 high=10 period=1m duration=3m": 900,
    "soak rate=5 duration=1h": 5 * 3570,
    "staircase first=10 step=5 hold=20s steps=3": 900,
    "replay file=a.csv": 3,
}
"""Lines and how many arrive in all, as one works out by hand."""

BAD: dict[str, str] = {
    "": "no shape is named: there are steady, ramp",
    "spik base=1": "shape 'spik' is unknown: did you mean 'spike'?",
    "steady rat=1": "steady has no key 'rat': did you mean 'rate'?",
    "steady rate=1 spacin=even": "no key 'spacin': did you mean 'spacing'?",
    "steady": "steady lacks rate: it needs rate",
    "spike base=1 at=5": "lacks peak, width, duration: it needs base, peak, at, width",
    "steady rate": "'rate' is no key=value",
    "steady rate=1 rate=2": "'rate=2': 'rate' is given already",
    "steady 'rate=1": "cannot be taken apart: No closing quotation",
    "steady rate=fast": "rate='fast' is no arrival rate above 0",
    "steady rate=0": "rate='0' is no arrival rate above 0",
    "steady rate=nan": "rate='nan' is no arrival rate",
    "steady rate=2e6": "rate='2e6' is no arrival rate above 0, at most 1000000 a",
    "ramp start=-1 end=1 duration=1m": "start='-1' is no arrival rate of 0 or more",
    "ramp start=0 end=0 duration=1m": "nothing would ever arrive",
    "ramp start=0 end=1 duration=0s": "duration='0s' is no duration above 0",
    "ramp start=0 end=1 duration=soon": "duration='soon' is no duration above 0",
    "soak rate=1 duration=inf": "duration='inf' is no duration above 0",
    "soak rate=1 duration=400d": "such as 90s or 10m, at most 366d",
    "soak rate=1 duration=1h warm_up=-1": "warm_up='-1' is no duration of 0 or more",
    "spike base=1 peak=2 at=50s width=20s duration=1m": "at=50s and width=20s go be",
    "wave low=3 high=2 period=1s duration=1m": "low=3 is above high=2",
    "wave low=1 high=2 period=1ms duration=1h": "period=0.001s is too short for",
    "staircase first=1 step=1 hold=1s steps=1.5": "steps='1.5' is no whole number",
    "staircase first=1 step=1 hold=1s steps=0": "steps='0' is no whole number above 0",
    "staircase first=1 step=1 hold=300d steps=3": "within 366 days, not after 900",
    "staircase first=1 step=1e6 hold=1s steps=2": "not between 1 and 1e+06",
    "steady rate=1 spacing=poison": "spacing='poison' is unknown: did you mean 'poi",
    "replay file=": "file='' is no name of a file",
    "replay file=gone.csv": "file='gone.csv' cannot be read: No such file",
    "replay file=bad.csv": "bad.csv: line 2 'x'",
    "replay file=a.csv spacing=poisson": "is spaced as its file says: leave spac",
    "replay file=a.csv read=5": "replay has no key 'read'",
}
"""Lines that are no profile, and what is said of them."""

WRONG_TYPES: tuple[dict[str, Any], ...] = (
    {"shape": 5},
    {"shape": ["steady"]},
    {"shape": "steady", "rate": True},
    {"shape": "steady", "rate": [1]},
    {"shape": "steady", "rate": 10**400},
    {"shape": "steady", "rate": 1, "duration": {}},
    {"shape": "steady", "rate": 1, "spacing": []},
    {"shape": "staircase", "first": 1, "step": 1, "hold": 1, "steps": True},
    {"shape": "staircase", "first": 1, "step": 1, "hold": 1, "steps": 2.0},
    {"shape": "replay", "file": 5},
)


def read(file: str) -> str:
    """Return the text of one of two files."""
    if file == "gone.csv":
        raise FileNotFoundError(2, "No such file or directory")
    return "at\nx\n1\n" if file == "bad.csv" else CSV


def parse(text: str) -> Profile:
    """Return the profile of a line."""
    return parse_profile(text, where="--profile", read=read)


rates = st.floats(0.001, FASTEST / 1000)
times = st.floats(0.001, LONGEST / 1000) | st.integers(1, 10_000)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "Rate": rates,
    "RateOrZero": st.just(0) | rates,
    "Seconds": times,
    "SecondsOrZero": st.just(0) | times,
    "SecondsOrEndless": st.just(math.inf) | times,
    "Count": st.integers(1, 100),
    "File": st.text(min_size=1).filter(
        lambda text: text.isprintable() and text.strip()
    ),
}


@st.composite
def tables(draw: st.DrawFn) -> dict[str, object]:
    """Return a table of a shape, its keys and perhaps its spacing."""
    shape = draw(st.sampled_from([*SHAPES]))
    table: dict[str, object] = {"shape": shape}
    for name, parameter in inspect.signature(SHAPES[shape]).parameters.items():
        needed = parameter.default is inspect.Parameter.empty
        if parameter.annotation in VALUES and (needed or draw(st.booleans())):
            table[name] = draw(VALUES[parameter.annotation])
    if draw(st.booleans()) and shape != "replay":
        table["spacing"] = draw(st.sampled_from(["even", "poisson"]))
    return table


def made(table: dict[str, object]) -> Profile:
    """Return a table's profile, or give the example up where its values clash."""
    try:
        return make_profile(table, where="a.toml: profile", read=lambda _: CSV)
    except ProfileError:
        assume(condition=False)
        raise


@pytest.mark.parametrize(("text", "knots"), DRAWN.items())
def test_each_shape_draws_its_knots(
    text: str, knots: tuple[tuple[float, float], ...]
) -> None:
    """Instants in seconds, rates in arrivals a second."""
    profile = parse(text)
    assert isinstance(profile, ArrivalProfile)
    assert profile.knots == knots
    assert profile.shape == text.partition(" ")[0]


@pytest.mark.parametrize(("text", "count"), COUNTS.items())
def test_each_shape_brings_what_is_under_its_curve(text: str, count: int) -> None:
    """As many arrivals as the area says, and the integral says the same."""
    profile = parse(text)
    assert profile.count == len(list(profile.arrivals())) == count
    assert profile.arrived_by(profile.duration) == pytest.approx(count, abs=1e-6)


def test_a_wave_is_near_its_sine() -> None:
    """It begins at its lowest, and no piece is more than 1 % of the swing beside it."""
    profile = parse("wave low=2 high=12 period=60s duration=90s")
    for n in range(900):
        at = n / 10
        sine = 7 - 5 * math.cos(math.tau * at / 60)
        assert profile.rate(at) == pytest.approx(sine, abs=0.1)


def test_a_staircase_can_be_climbed() -> None:
    """Its levels are its steps, and the knee is one of them."""
    profile = parse("staircase first=10 step=5 hold=20s steps=3")
    assert isinstance(profile, ArrivalProfile)
    climb = Climb(profile.levels)
    climb.judge(60.0, lambda level: level.rate < 20)
    assert climb.knee == Level(20.0, 40.0, 15.0)


@given(tables())
def test_a_profile_is_spelled_as_it_is_made(table: dict[str, object]) -> None:
    """Its text makes the same profile, and is the same again."""
    profile = made(table)
    again = parse_profile(str(profile), where="--profile", read=lambda _: CSV)
    assert again == profile
    assert str(again) == str(profile)


def test_a_table_and_a_line_come_to_the_same() -> None:
    """Numbers or words, seconds or minutes; what is a default is not spelled."""
    table = {"shape": "soak", "rate": 5, "duration": 5400, "warm_up": 60.0}
    profile = make_profile(table, where="a.toml")
    assert profile == parse("soak duration=90m rate=5.0 warm_up=1m spacing=even")
    assert str(profile) == "soak rate=5 duration=90m"


def test_a_line_says_where_chance_spaces_arrivals() -> None:
    """And a file's name may have blanks."""
    text = "steady rate=5 duration=1m spacing=poisson"
    assert str(parse(text)) == text
    assert list(parse(text).arrivals(1)) != list(parse(text).arrivals(2))
    assert str(parse("replay file='my file.csv'")) == "replay file='my file.csv'"


@pytest.mark.parametrize(("text", "problem"), BAD.items())
def test_what_is_no_profile_is_named_in_one_line(text: str, problem: str) -> None:
    """Where, what was given, and what would do."""
    with pytest.raises(ProfileError, match=r"^--profile: ") as caught:
        parse(text)
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("table", WRONG_TYPES, ids=str)
def test_a_value_of_another_type_is_refused(table: dict[str, Any]) -> None:
    """Also true and false, which Python takes for numbers."""
    with pytest.raises(ProfileError, match=r"^a\.toml: .* is (no|unknown)"):
        make_profile(table, where="a.toml", read=read)


def test_where_no_files_are_read_none_is_replayed() -> None:
    """The error says so."""
    with pytest.raises(ProfileError, match=r"'a\.csv' cannot be read: no files are"):
        make_profile({"shape": "replay", "file": "a.csv"}, where="here")


@given(
    st.text()
    | st.builds(" ".join, st.lists(st.sampled_from([*BAD, *DRAWN, "rate=1", "="])))
)
def test_any_line_is_a_profile_or_an_error(text: str) -> None:
    """Nothing else is raised, and the error has one line."""
    try:
        said = str(parse(text))
    except ProfileError as error:
        said = str(error)
    assert len(said.splitlines()) == 1


@given(st.dictionaries(st.sampled_from(["rate", "duration", "hold"]), st.floats()))
def test_any_numbers_are_a_profile_or_an_error(values: dict[str, float]) -> None:
    """Also inf, nan and what is too small to count."""
    with suppress(ProfileError):
        profile = make_profile({"shape": "steady", **values}, where="here")
        assert profile.duration > 0


@pytest.mark.parametrize("shape", SHAPES)
def test_every_parameter_is_of_a_kind(shape: str) -> None:
    """Else nobody could give it; `read` is the caller's."""
    parameters = inspect.signature(SHAPES[shape]).parameters
    assert {p.annotation for p in parameters.values()} <= {*KINDS, "Read"}
    assert KINDS.keys() == VALUES.keys()
