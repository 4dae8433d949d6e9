"""Mistakes: the faults of a running server, asked for, added and taken away.

They are the main account's, as those of a world are; what they say is what
`[[faults]]` says, and `from` and `to` are seconds of the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.api.requests import Answer
from simulator.fault_tables import read_fault
from simulator.keys import ConfigError
from simulator.server.controls import OWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.engine.gateway import Gateway
    from simulator.server.clock import ScaledClock
    from simulator.server.controls import Asked, Control

PATH = f"{OWN}faults"

MOST_FAULTS = 1_000
"""Rules that hold at a time: every one of a stage is looked at for each message."""


class Mistakes:
    """The routes of the faults on order; a rule acts from the moment it is added."""

    def __init__(self, gateway: Gateway, clock: ScaledClock) -> None:
        self._gateway = gateway
        self._clock = clock

    def controls(self) -> Sequence[Control]:
        """Return the routes."""
        return (
            ("GET", PATH, self.show),
            ("POST", PATH, self.add),
            ("DELETE", PATH, self.clear),
            ("DELETE", f"{PATH}/{{number}}", self.remove),
        )

    def show(self, _: Asked) -> Answer:
        """List every rule, with its number and how often it has struck."""
        return Answer(200, {"faults": self._gateway.faults.facts()})

    def add(self, asked: Asked) -> Answer:
        """Add a rule behind the others."""
        faults = self._gateway.faults
        if len(faults) >= MOST_FAULTS:
            told = f"there are {MOST_FAULTS} faults: take some away with DELETE {PATH}"
            return Answer(409, {"message": told})
        try:
            fault = read_fault(asked.document, "fault")
        except ConfigError as error:
            return Answer(400, {"message": str(error)})
        number = faults.add(fault)
        self._heed()
        return Answer(201, _rule(self._gateway, number))

    def clear(self, _: Asked) -> Answer:
        """Take all rules away, and say how many there were."""
        faults = self._gateway.faults
        removed = len(faults)
        faults.clear()
        self._heed()
        return Answer(200, {"removed": removed})

    def remove(self, asked: Asked) -> Answer:
        """Take a rule away, and show it as it was at last."""
        given = asked.names["number"]
        number = int(given) if given.isascii() and given.isdecimal() else 0
        if number not in self._gateway.faults.rules:
            told = f"there is no fault {given!r}: GET {PATH} lists them"
            return Answer(404, {"message": told})
        last = _rule(self._gateway, number)
        self._gateway.faults.remove(number)
        self._heed()
        return Answer(200, last)

    def _heed(self) -> None:
        self._gateway.heed_faults(self._clock.now())


def _rule(gateway: Gateway, number: int) -> dict[str, Any]:
    rule = gateway.faults.rules[number]
    return {"number": number, **rule.fault.facts(), "struck": rule.struck}
