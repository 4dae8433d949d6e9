"""What pytest loads: two fixtures, and the guard against the real Twilio.

It is loaded before anything else of a suite, so it imports nothing heavy, and nothing
of the house whose lines a suite may want to count.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from simulator.testing.guard import Guard, RealTwilioError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from simulator.testing.simulations import Simulation

_GUARD = pytest.StashKey[Guard]()

_MARKERS = (
    "twilio_sim(**options): with what the simulator of the fixture twilio_sim begins",
    "real_twilio: let the test open connections to Twilio's own hosts",
)

_OPTIONS = ("profile", "config")
"""What `smslab_…` in a suite's settings says for every test."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the settings of a suite."""
    parser.addini(
        "smslab_guard", "fail tests that open connections to Twilio", "bool", True
    )
    parser.addini("smslab_profile", "the profile of twilio_sim, such as twilio-2026")
    parser.addini("smslab_config", "a world's file for twilio_sim, from the rootdir")


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known."""
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Stand guard from here on, while tests are collected as well."""
    if session.config.getini("smslab_guard"):
        guard = session.config.stash[_GUARD] = Guard()
        guard.install()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server, where there is one, and the guard."""
    guard = config.stash.get(_GUARD, None)
    if guard is not None:
        guard.remove()
    hosting = sys.modules.get("simulator.testing.hosting")
    if hosting is not None:
        hosting.stop()


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Fail a module that breaches the guard while it is imported."""
    report = yield
    guard = collector.config.stash.get(_GUARD, None)
    breaches = guard.take() if guard is not None else []
    if breaches and report.passed:
        report.outcome, report.longrepr = "failed", "\n".join(breaches)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let a test by that is marked, and forget what the one before it did late."""
    guard = item.config.stash.get(_GUARD, None)
    if guard is None:
        return (yield)
    guard.take()
    guard.lenient = item.get_closest_marker("real_twilio") is not None
    try:
        return (yield)
    finally:
        guard.lenient = False


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test whose fixtures breach the guard."""
    return (yield from _judged(item))


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test that breaches the guard, whether it looked away or not."""
    return (yield from _judged(item))


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test whose fixtures breach the guard as they end."""
    return (yield from _judged(item))


def _judged(item: pytest.Item) -> Generator[None, object, object]:
    """Run a phase of a test; what was stopped in it fails it, or is told besides."""
    guard = item.config.stash.get(_GUARD, None)
    try:
        result = yield
    except Exception as error:
        for told in guard.take() if guard is not None else ():
            if not isinstance(error, RealTwilioError):
                error.add_note(told)
        raise
    breaches = guard.take() if guard is not None else []
    if breaches:
        pytest.fail("\n".join(breaches), pytrace=False)
    return result


@pytest.fixture
def twilio_sim(request: pytest.FixtureRequest) -> Iterator[Simulation]:
    """A Twilio with a fresh account, whose time stands still until it is advanced."""
    from simulator.testing.lending import simulation

    with simulation(**_asked(request)) as sim:
        yield sim


@pytest.fixture
def twilio_client(twilio_sim: Simulation) -> Iterator[Any]:
    """The official client, `twilio.rest.Client`, for the account of `twilio_sim`."""
    from simulator.testing.official import client_for

    with client_for(twilio_sim.account_sid, twilio_sim.auth_token) as client:
        yield client


def _asked(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return what the suite's settings and the test's marks say, the nearest last."""
    config = request.config
    given = {name: config.getini(f"smslab_{name}") for name in _OPTIONS}
    options = {name: value for name, value in given.items() if value}
    if "config" in options:
        options["config"] = Path(config.rootpath, options["config"])
    for marker in reversed(list(request.node.iter_markers("twilio_sim"))):
        if marker.args:
            raise pytest.UsageError(
                "mark twilio_sim: name what is given, such as profile='twilio-2026'"
            )
        options.update(marker.kwargs)
    return {"name": request.node.nodeid, **options}
