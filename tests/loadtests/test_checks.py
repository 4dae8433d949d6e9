"""Checks: read or refused with one line, and held against what was measured."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from loadtests.checks import (
    LONGEST_LIMIT,
    NOTHING,
    OPERATORS,
    Check,
    CheckError,
    judge_all,
    parse_check,
    rows,
)
from loadtests.figures import CALLS, COUNTED, METRICS, TEXTS, Figures
from sms.errors import TABLE

NORMAL = {
    "p95(submitted→terminal) < 30m": "p95(submitted→terminal) < 30m",
    "p95(submitted->terminal)<30m": "p95(submitted→terminal) < 30m",
    " P95 ( Submitted - Terminal ) < 1800 ": "p95(submitted→terminal) < 30m",
    "p099.90(accepted-sent) <= 1h30m": "p99.9(accepted→sent) <= 1h 30m",
    "p50(lag) < 0.005": "p50(lag) < 5ms",
    "max(call) < 350ms": "max(call) < 350ms",
    "mean(service) != 0.35s": "mean(service) != 350ms",
    "min(sent-delivered) > 1d": "min(sent→delivered) > 24h",
    "p100(call) < 90.5s": "p100(call) < 1m 30.5s",
    "share(429) < 1%": "share(429) < 1%",
    "share(429) < 0.010": "share(429) < 1%",
    "share(30003) >= 12.5 %": "share(30003) >= 12.5%",
    "share(delivered) == 100%": "share(delivered) == 100%",
    "count(gave-up) == 0": "count(gave_up) == 0",
    "count(Open Sent) == 007": "count(open sent) == 7",
    "count(open-sent)==7": "count(open sent) == 7",
    "count(texts) > 1000": "count(texts) > 1000",
}

FUNCTION = "p95, p99, p99.9, mean, max, min, share, count"
BAD = {
    "": "it is no check: write function(name) < limit, such as p95(",
    "p95 < 30m": "it is no check",
    "p95(lag)) < 1s": "it is no check",
    "(lag) < 1s": f"no function '': there are p50, {FUNCTION}",
    "shar(429) < 1%": "no function 'shar': did you mean 'share'?",
    "p95th(lag) < 1s": "no function 'p95th': did you mean 'p95'?",
    "p101(lag) < 1s": "no percentile 'p101': they go up to p100",
    "p95(submited→terminal) < 1s": "no metric 'submited→terminal': did you mean 'subm",
    "p95(x) < 1s": "no metric 'x': there are accepted-sent, sent-delivered,",
    "p95() < 1s": "no metric '': there are",
    "p95(429) < 1s": "'429' is counted, not timed: write count(429)",
    "p95(30003) < 1s": "'30003' is counted, not timed: write count(30003)",
    "share(lag) < 1%": "'lag' is timed, not counted: write p95(lag)",
    "share(calls) < 1%": "'calls' are what shares are of: write count(calls)",
    "count(deliverd) > 1": "nothing is counted as 'deliverd': did you mean 'delivered'",
    "count(x) > 1": "nothing is counted as 'x': there are texts, calls, 429, gave_up,",
    "count(30094) > 1": "no Twilio code 30094 is known: did you mean '30103'?",
    "count(99999) > 1": "no Twilio code 99999 is known: did you mean '63038'?",
    "p95(lag) 5ms": "no comparison '': there are <, <=, >, >=, ==, !=",
    "p95(lag) = 5ms": "no comparison '=': there are <, <=, >, >=, ==, !=",
    "p95(lag) << 5ms": "no comparison '<<': there are <, <=",
    "p95(lag) <": "'' is no duration: write 2h, 30m, 1h30m or 90s",
    "p95(lag) < 1%": "'1%' is no duration",
    "p95(lag) < 0s": "'0s' is no duration",
    "p95(lag) < 0.0000001ms": "'0.0000001ms' is no limit: write 1ms or more, up to",
    "p95(lag) < 241h": "'241h' is no limit: write 1ms or more, up to 240h",
    "share(429) < 5": "'5' is no share: write 1% or 0.01, up to 100%",
    "share(429) < 101%": "'101%' is no share",
    "share(429) < -1%": "'-1%' is no share",
    "share(429) < 1m": "'1m' is no share",
    "count(429) < 1.5": "'1.5' is no whole number: write 0 or 250",
    "count(429) < 1%": "'1%' is no whole number",
    "count(429) < -1": "'-1' is no whole number",
}

counted = st.sampled_from(list(COUNTED))
in_part = counted.filter(lambda name: COUNTED[name].of != name)
percentiles = st.integers(0, 1000).map(lambda tenths: f"p{tenths / 10:g}")
timing = st.tuples(
    percentiles | st.sampled_from(["mean", "max", "min"]),
    st.sampled_from(list(METRICS)),
    st.floats(1e-9, LONGEST_LIMIT).map(lambda seconds: round(seconds, 9)),
)
sharing = st.tuples(st.just("share"), in_part, st.floats(0, 1))
counting = st.tuples(st.just("count"), counted, st.integers(0, 10**15 - 1))


@st.composite
def checks(draw: st.DrawFn) -> Check:
    """Return checks of every kind."""
    function, name, limit = draw(timing | sharing | counting)
    op = draw(st.sampled_from(list(OPERATORS)))
    return Check(function=function, name=name, op=op, limit=limit)


def measured(**counts: int) -> Figures:
    """Return figures of ten calls of 1 to 10 seconds, and of counts."""
    figures = Figures()
    for seconds in range(1, 11):
        figures.add("call", seconds)
    for name, number in counts.items():
        figures.count(name.removeprefix("n"), number)
    return figures


def got(check: str, figures: Figures) -> tuple[str, bool]:
    """Return what a check got, as words, and whether it is met."""
    judgement = parse_check(check).judge(figures)
    return judgement.got_text, judgement.met


@pytest.mark.parametrize(("text", "normal"), NORMAL.items())
def test_every_spelling_has_its_normal_form(text: str, normal: str) -> None:
    """However it is spelt it is the same check, which reads back."""
    assert str(parse_check(text)) == normal
    assert parse_check(normal) == parse_check(text)


@given(checks())
def test_a_check_reads_back(check: Check) -> None:
    """Its normal form is the same check, to the last bit of its limit."""
    assert parse_check(str(check)) == check


@pytest.mark.parametrize("name", METRICS)
def test_an_ascii_spelling_is_the_same_check(name: str) -> None:
    """A hyphen or an arrow of two characters stands for the arrow."""
    spellings = {name, METRICS[name].ascii, name.replace("→", "->")}
    assert len({parse_check(f"p95({spelt}) < 1s") for spelt in spellings}) == 1


@pytest.mark.parametrize("code", TABLE)
def test_every_code_can_be_checked(code: int) -> None:
    """A code of Twilio's is a name as it stands."""
    assert parse_check(f"share({code}) == 0").name == str(code)


@pytest.mark.parametrize(("text", "said"), BAD.items())
def test_what_is_wrong_is_named(text: str, said: str) -> None:
    """The one line has the check, the part that is wrong, and what would do."""
    with pytest.raises(CheckError) as caught:
        parse_check(text)
    assert str(caught.value).startswith(f"check {text!r}: {said}")


functions = st.sampled_from(["p95", "mean", "share", "count", "p", ""]) | st.text()
names = st.sampled_from(["lag", "429", "accepted->sent", "30003"]) | st.text()
signs = st.sampled_from([*OPERATORS, "=", "", "=<"])
limits = st.sampled_from(["1s", "1%", "0", "1e9", "9" * 5000]) | st.text()
almost = st.builds("{}({}){}{}".format, functions, names, signs, limits)


@given(almost | st.text())
@example(f"p{'9' * 5000}(lag) < 1s")
@example(f"share(429) < 0.{'0' * 5000}1")
@example("count(429)\n<\n\u0661")
def test_any_text_is_a_check_or_an_error(text: str) -> None:
    """Nothing else is raised, and the error is one line."""
    check, said = None, ""
    try:
        check = parse_check(text)
    except CheckError as error:
        said = str(error)
    assert check is None or parse_check(str(check)) == check
    assert len(said.splitlines()) == (check is None)


def test_each_function_is_what_it_says() -> None:
    """Times come from the metric, shares and counts from what was counted."""
    figures = measured(calls=1000, n429=4, texts=500, n30003=3)
    assert got("p50(call) < 6s", figures) == ("5.5s", True)
    assert got("p99.9(call) < 6s", figures) == ("9.99s", False)
    assert got("mean(call) == 5.5s", figures) == ("5.5s", True)
    assert got("max(call) <= 10s", figures) == ("10s", True)
    assert got("min(call) > 1s", figures) == ("1s", False)
    assert got("share(429) < 1%", figures) == ("0.4 %", True)
    assert got("share(30003) != 0.006", figures) == ("0.6 %", False)
    assert got("count(texts) >= 501", figures) == ("500", False)


@pytest.mark.parametrize(
    "check",
    [
        *("p95(lag) < 1h", "mean(lag) < 1h", "max(lag) < 1h", "min(lag) >= 1ms"),
        *("share(429) < 100%", "count(429) == 0", "count(open) == 0"),
    ],
)
def test_where_nothing_was_measured_a_check_is_missed(check: str) -> None:
    """A run that did nothing is no proof of anything."""
    judgement = parse_check(check).judge(Figures())
    assert judgement.got is None
    assert not judgement.met
    assert judgement.got_text == NOTHING


def test_no_text_is_a_figure_of_its_own() -> None:
    """That there were none is known; that none of them failed is then not."""
    assert got(f"count({TEXTS}) > 0", Figures()) == ("0", False)
    assert got(f"count({CALLS}) == 0", Figures()) == ("0", True)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (724.31, "12m 4s"),
        (45_296.7, "12h 34m 57s"),
        (4.5678, "4.57s"),
        (0.0123456, "12.3ms"),
        (0.0, "0ms"),
        (-0.25, "-250ms"),
        (2e6, "556h"),
        (1799.96, "29m 59.96s"),
        (1800.04, "30m"),
    ],
)
def test_what_was_got_is_words(seconds: float, words: str) -> None:
    """It is rounded to what matters, and never across the limit."""
    figures = Figures()
    figures.add("submitted→terminal", seconds)
    assert got("max(submitted→terminal) < 30m", figures)[0] == words


@given(
    limit=st.integers(1, 10**6),
    off=st.just(0.0) | st.floats(1e-12, 1e-3) | st.floats(-1e-3, -1e-12),
)
def test_what_is_shown_is_met_where_it_was(limit: int, off: float) -> None:
    """The words of a table never contradict its last column.

    But for a float's very last digits, which are lost on the way to another unit.
    """
    check = parse_check(f"max(call) < {limit / 1e6:.6f}h")
    figures = Figures()
    figures.add("call", check.limit * (1 + off))
    judgement = check.judge(figures)
    shown = parse_check(f"max(call) < {judgement.got_text}").limit
    assert (
        check.met_by(shown) == judgement.met == (check.limit * (1 + off) < check.limit)
    )


def test_a_table_has_a_row_a_check() -> None:
    """In the order given, with what was wanted, what came, and the verdict."""
    wanted = ["p50(call)<6", "share(429) <= 0.5%", "count(429)==4", "max(lag) < 5ms"]
    figures = measured(calls=700, n429=4)
    assert rows(judge_all(map(parse_check, wanted), figures)) == [
        ("p50(call) < 6s", "< 6s", "5.5s", "met"),
        ("share(429) <= 0.5%", "<= 0.5 %", "0.571 %", "MISSED"),
        ("count(429) == 4", "== 4", "4", "met"),
        ("max(lag) < 5ms", "< 5ms", NOTHING, "MISSED"),
    ]
