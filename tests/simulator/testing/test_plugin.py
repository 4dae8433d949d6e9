"""The plugin, as suites of other people meet it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

# They are loaded before suites run within this process, which would load them anew.
import simulator.testing.lending
import simulator.testing.machine  # noqa: F401
from tests.simulator.testing.suites import BARE, PROGRAM, SETTINGS, examples, outcomes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.testing import Simulation

pytest_plugins = ("pytester",)

USED = pytest.mark.usefixtures("program")


@pytest.fixture
def program() -> Iterator[None]:
    """Have the example's program within reach."""
    with pytest.MonkeyPatch.context() as patches:
        patches.syspath_prepend(PROGRAM)
        yield
    sys.modules.pop("alerts", None)


BREACH = """
    import requests

    def test_it():
        requests.get("https://api.twilio.com/2010-04-01", timeout=5)
"""

SWALLOWED = """
    import asyncio, contextlib, socket, unittest

    class TestOld(unittest.TestCase):
        def test_unittest(self):
            with contextlib.suppress(Exception):
                socket.getaddrinfo("api.twilio.com", 443)

    def test_plain():
        with contextlib.suppress(Exception):
            socket.create_connection(("verify.twilio.com", 443))

    async def test_asyncio():
        with contextlib.suppress(Exception):
            await asyncio.open_connection("api.twilio.com", 443)
"""

FIXTURES = """
    import contextlib, pytest, socket

    def reach():
        with contextlib.suppress(Exception):
            socket.getaddrinfo("twilio.com", 443)

    @pytest.fixture
    def before():
        reach()

    @pytest.fixture
    def after():
        yield
        reach()

    def test_before(before): pass
    def test_after(after): pass
"""

AT_IMPORT = """
    import contextlib, socket

    with contextlib.suppress(Exception):
        socket.getaddrinfo("twilio.com", 443)

    def test_it(): pass
"""

LET_BY = """
    import pytest, socket
    from simulator.testing.guard import RealTwilioError

    @pytest.mark.real_twilio
    def test_it():
        with pytest.raises(Exception) as caught:
            socket.getaddrinfo("api.twilio.com", 443)
        assert not isinstance(caught.value, RealTwilioError)
"""

OPTIONS = """
    import pytest

    @pytest.mark.twilio_sim(account_sid="AC" + "1" * 32, auth_token="mine")
    def test_account(twilio_client, twilio_sim):
        assert twilio_client.username == twilio_sim.account_sid == "AC" + "1" * 32
        assert len(twilio_client.messages.list()) == 0

    @pytest.mark.twilio_sim(profil="twilio-2026")
    def test_slip(twilio_sim): pass
"""

ACCOUNTS = """
    import pytest
    from twilio.rest import Client

    seen = []

    @pytest.mark.parametrize("n", range(3))
    def test_it(twilio_sim, n):
        client = Client()
        client.messages.create(to="+14155550120", from_="+14155550100", body="Hi")
        assert len(twilio_sim.messages) == 1
        for earlier in seen:
            with pytest.raises(Exception) as refused:
                earlier.messages.create(to="+14155550120", from_="x", body="Hi")
            assert refused.value.code == 20003
        seen.append(client)
"""


@USED
def test_the_five_examples_hold(pytester: pytest.Pytester) -> None:
    """The page's examples are run as they stand."""
    assert outcomes(pytester, examples()) == {"passed": 5}


@USED
def test_suites_of_unittest_hold(pytester: pytest.Pytester) -> None:
    """A TestCase has the simulation by a fixture of its own."""
    head = "import unittest, pytest\nfrom alerts import Alerts\n"
    assert outcomes(pytester, head + examples("unittest")) == {"passed": 1}


def test_coroutines_hold(pytester: pytest.Pytester) -> None:
    """The asynchronous client is led to the simulator too."""
    head = (
        "from twilio.http.async_http_client import AsyncTwilioHttpClient\n"
        "from twilio.rest import Client\n"
    )
    found = outcomes(pytester, head + examples("async"))
    assert found["passed"] == 1
    assert "failed" not in found


@USED
def test_the_state_machine_of_the_page_holds(pytester: pytest.Pytester) -> None:
    """A careful program passes."""
    head = "from hypothesis import settings\nfrom alerts import Alerts\n"
    few = "\nTestAlertsMachine.settings = settings(max_examples=5, deadline=None)\n"
    assert outcomes(pytester, head + examples("machine") + few) == {"passed": 1}


def test_workers_of_xdist_have_a_server_each(pytester: pytest.Pytester) -> None:
    """Two workers run the same suite side by side."""
    pytester.makeini(SETTINGS)
    pytester.makepyfile(ACCOUNTS)
    run = pytester.runpytest_subprocess(*BARE, "-p", "xdist", "-n", "2", timeout=120)
    assert run.parseoutcomes() == {"passed": 3}


def test_every_test_has_an_account_of_its_own(pytester: pytest.Pytester) -> None:
    """What an earlier test has left is refused with 20003."""
    assert outcomes(pytester, ACCOUNTS, "-p", "no:xdist") == {"passed": 3}


@pytest.mark.parametrize(("suite", "failed"), [(BREACH, 1), (SWALLOWED, 3)])
def test_a_breach_fails_its_test(
    pytester: pytest.Pytester, suite: str, failed: int
) -> None:
    """Whether the program looked away or not."""
    assert outcomes(pytester, suite) == {"failed": failed}


def test_a_breach_of_a_fixture_is_an_error(pytester: pytest.Pytester) -> None:
    """Before the test or after it."""
    assert outcomes(pytester, FIXTURES) == {"errors": 2, "passed": 1}


def test_a_breach_of_a_module_is_an_error(pytester: pytest.Pytester) -> None:
    """None of its tests is run."""
    assert outcomes(pytester, AT_IMPORT) == {"errors": 1}


def test_a_marked_test_is_let_by(pytester: pytest.Pytester) -> None:
    """It gets as far as whatever else stands guard."""
    assert outcomes(pytester, LET_BY) == {"passed": 1}


@pytest.mark.parametrize("options", [(), ("-p", "no:smslab")])
def test_the_guard_can_be_dismissed(
    pytester: pytest.Pytester, options: tuple[str, ...]
) -> None:
    """By a setting of the suite, or with the plugin."""
    settings = "" if options else "smslab_guard = false\n"
    assert outcomes(pytester, SWALLOWED, *options, settings=settings) == {"passed": 3}


def test_a_marker_says_with_what_it_begins(pytester: pytest.Pytester) -> None:
    """What it does not know is an error that says what would do."""
    pytester.makeini(SETTINGS)
    pytester.makepyfile(OPTIONS)
    run = pytester.runpytest_inprocess(*BARE)
    assert run.parseoutcomes() == {"passed": 1, "errors": 1}
    run.stdout.fnmatch_lines(["*twilio_sim has no 'profil': did you mean 'profile'?"])


def test_a_suites_settings_hold_for_all(pytester: pytest.Pytester) -> None:
    """A world's file is looked for from the suite's root."""
    pytester.makefile(".toml", world='[[numbers]]\naddress = "+14155550177"\n')
    suite = "def test_it(twilio_sim): assert twilio_sim.numbers == ('+14155550177',)"
    settings = "smslab_config = world.toml\n"
    assert outcomes(pytester, suite, settings=settings) == {"passed": 1}


def test_the_fixture_is_here_as_well(twilio_sim: Simulation) -> None:
    """This very suite has the plugin: nothing has happened yet."""
    assert (twilio_sim.now, twilio_sim.messages) == (0.0, ())


def test_the_plugin_is_cheap() -> None:
    """It loads nothing of the house but itself, so that lines can be counted."""
    told = (
        "import sys, simulator.testing.plugin; print(*(m for m in sys.modules if "
        "m.startswith(('sms', 'simulator.', 'aiohttp', 'twilio', 'hypothesis'))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True
    )
    assert sorted(done.stdout.split()) == [
        "simulator.testing",
        "simulator.testing.guard",
        "simulator.testing.plugin",
    ]
