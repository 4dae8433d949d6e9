"""A clock begun again by `POST /_smslab/clock`, before anything has happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.api.requests import Answer

if TYPE_CHECKING:
    from simulator.engine.gateway import Gateway
    from simulator.server.clock import ScaledClock
    from simulator.server.controls import Asked

LONGEST_LEAD = 60.0
"""Real seconds until simulated time is 0 again, at most."""


class Restart:
    """Lets simulated time begin again, so that a load and its world begin together.

    What a world says of instants (`[[slowdowns]]`) then counts from the load's start.
    Once there is a message it is refused: time does not run backwards for anybody.
    """

    def __init__(self, clock: ScaledClock, gateway: Gateway) -> None:
        self._clock = clock
        self._gateway = gateway

    def __call__(self, asked: Asked) -> Answer:
        """Answer 200 and have it be 0 in `lead` real seconds, or say why not."""
        if sum(self._gateway.counts.values()):
            return Answer(409, {"message": "there are messages: the clock goes on"})
        try:
            lead = float(str(asked.query.get("lead", 0)))
        except ValueError:
            lead = -1.0
        if not 0 <= lead <= LONGEST_LEAD:
            told = f"lead is real seconds from 0 to {LONGEST_LEAD:g}"
            return Answer(400, {"message": told})
        self._clock.restart(lead)
        return Answer(200, {"simulated_seconds": self._clock.now()})
