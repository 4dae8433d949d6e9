"""The count of made-up requests, which a session must not fall short of."""

from __future__ import annotations

from tests.conformance.cases import CASES, verdict

TWO = [[(CASES, 40), ("other", 7)], [], [(CASES, 10)]]
"""The properties of three tests, of which two made requests."""


def test_cases_are_summed_over_all_tests() -> None:
    """Each operation's cases count, and nothing else that a test has noted."""
    said, good = verdict(TWO, 50)
    assert good
    assert said.startswith("50 requests made up for 2 operations")


def test_too_few_cases_will_not_do() -> None:
    """One short of what must be is a failure, and says how many there were."""
    said, good = verdict(TWO, 51)
    assert not good
    assert "50" in said
    assert "fewer than 51" in said


def test_no_cases_will_not_do_where_some_are_asked_for() -> None:
    """Where every test was left out, nothing has been shown."""
    assert not verdict([], 1)[1]
