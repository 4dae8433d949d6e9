"""A Twilio in other people's test suites: fixtures, a guard, a state machine.

`plugin` is what pytest loads, by an entry point: it must stay cheap, so that whatever
is heavy is imported where it is first used.  Begin with `simulation`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.testing.lending import simulation
    from simulator.testing.machine import SmsStateMachine
    from simulator.testing.simulations import Simulation
    from simulator.testing.waiting import NotReachedError

__all__ = ("NotReachedError", "Simulation", "SmsStateMachine", "simulation")

_HOMES = {
    "NotReachedError": "simulator.testing.waiting",
    "Simulation": "simulator.testing.simulations",
    "SmsStateMachine": "simulator.testing.machine",
    "simulation": "simulator.testing.lending",
}


def __getattr__(name: str) -> Any:
    """Return one of the public names, its module loaded now."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"simulator.testing has no {name!r}")
    return getattr(import_module(home), name)
