"""The state machine finds programs out."""

from __future__ import annotations

import importlib
import sys

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from twilio.base.exceptions import TwilioException

from simulator.testing import SmsStateMachine
from simulator.testing.official import client_for

FEW = settings(
    max_examples=30,
    stateful_step_count=12,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


class Stubborn(SmsStateMachine):
    """A program that calls again whatever went wrong."""

    def send(self, to: str, body: str) -> None:
        """Try three times."""
        sim = self.sim
        with client_for(sim.account_sid, sim.auth_token) as client:
            for _ in range(3):
                try:
                    client.messages.create(to=to, body=body, from_=sim.numbers[0])
                except (TwilioException, OSError):
                    continue
                return


class Deaf(SmsStateMachine):
    """A program that texts by a short code, at which no STOP is heard."""

    def send(self, to: str, body: str) -> None:
        """Text whoever it may be."""
        sim = self.sim
        with client_for(sim.account_sid, sim.auth_token) as client:
            try:
                client.messages.create(to=to, body=body, from_="72345")
            except (TwilioException, OSError):
                return


@pytest.mark.parametrize(
    ("program", "told"), [(Stubborn, r"gets 'Text \d+' 2 times"), (Deaf, "wrote STOP")]
)
def test_a_careless_program_is_found_out(
    program: type[SmsStateMachine], told: str
) -> None:
    """Who texts twice, and who does not hear a STOP."""
    with pytest.raises(AssertionError, match=told):
        run_state_machine_as_test(program, settings=FEW)


def test_a_single_request_is_careful() -> None:
    """The machine as it is sends each text once."""
    brief = settings(FEW, max_examples=5)
    run_state_machine_as_test(SmsStateMachine, settings=brief)


def test_without_hypothesis_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no dependency of smslab's own."""
    monkeypatch.delitem(sys.modules, "simulator.testing.machine")
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(ImportError, match="pip install hypothesis"):
        importlib.import_module("simulator.testing.machine")
