"""Test credentials: what their magic numbers mean."""

from __future__ import annotations

import pytest

from simulator.api.requests import Answer, Request
from simulator.api.trials import FROMS, TOS
from simulator.engine.accounts import TEST_SID
from tests.simulator.api.caller import TO, Caller, body, code

VALID = "+15005550006"
PATH = f"/2010-04-01/Accounts/{TEST_SID}/Messages.json"


def attempt(caller: Caller, method: str = "POST", **form: str) -> Answer:
    """Ask with test credentials."""
    fields = {"To": TO, "From": VALID, "Body": "Hello", **form}
    return caller.api.handle(Request(method, PATH, {}, fields, asker=TEST_SID), 0.0)


@pytest.mark.parametrize("number", FROMS)
def test_a_from_means_its_error(number: str) -> None:
    """Each of the numbers is refused by its code."""
    assert code(attempt(Caller(), From=number)) == FROMS[number].code


@pytest.mark.parametrize("number", TOS)
def test_a_to_means_its_error(number: str) -> None:
    """Each of the numbers is refused by its code."""
    assert code(attempt(Caller(), To=number)) == TOS[number].code


def test_any_other_from_is_not_owned() -> None:
    """It is 21606, the account's own numbers too."""
    assert code(attempt(Caller(), From="+14155550100")) == 21606


def test_what_is_valid_is_answered_and_not_kept() -> None:
    """The answer is a message, of which nothing else is ever heard."""
    caller = Caller()
    answer = attempt(caller)
    assert (answer.status, body(answer)["status"]) == (201, "queued")
    assert body(answer)["account_sid"] == TEST_SID
    assert not caller.gateway.messages
    assert not caller.api.tenants.by_sid[TEST_SID].gateway.messages


def test_other_resources_are_not_for_tests() -> None:
    """They are 403/20008."""
    assert code(attempt(Caller(), "GET")) == 20008
