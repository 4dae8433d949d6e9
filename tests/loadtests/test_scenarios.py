"""Scenarios: what an account's owner would list of it."""

from __future__ import annotations

from loadtests.scenarios import Scenario
from simulator.engine.worlds import World, default_world
from simulator.profiles import load_profile
from tests.simulator.engine.builders import alphanumeric, long_code, short_code


def make_scenario(world: World) -> Scenario:
    """Return a scenario of nothing in this world."""
    return Scenario(
        texts=(), world=world, profile=load_profile(), seed=1, validity_period=60
    )


def test_the_default_world_has_all_that_strategies_need() -> None:
    """Numbers of five kinds, a short code and both services."""
    senders = make_scenario(default_world()).senders()
    assert len(senders.numbers) >= 9
    assert senders.short_codes.keys() == {"US"}
    assert (senders.messaging_service or "").startswith("MG")
    assert (senders.notify_service or "").startswith("IS")


def test_a_bare_account_lists_nothing() -> None:
    """What is not there is None."""
    senders = make_scenario(World(senders=())).senders()
    assert (senders.numbers, dict(senders.short_codes)) == ((), {})
    assert senders.messaging_service is senders.notify_service is None


def test_only_what_sends_to_anybody_is_a_number() -> None:
    """Short codes are apart, names are left out, and a country's first code counts."""
    owned = (short_code(0), short_code(1), alphanumeric(), long_code())
    senders = make_scenario(World(senders=owned)).senders()
    assert senders.numbers == (long_code().address,)
    assert senders.short_codes == {"US": short_code(0).address}
