"""Resets: a server begun anew while it runs, with another seed or the same one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulator.api.requests import Answer
from simulator.server.controls import OWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.server.controls import Asked, Control
    from simulator.server.running import Running

RESET, SEED = f"{OWN}reset", f"{OWN}seed"


class Resets:
    """The routes that begin a server anew.

    Whatever has happened is forgotten, faults added since included: it is as though the
    server had just been started.  Chance hangs on the seed from the first message on,
    so that another one is had by a reset alone.
    """

    def __init__(self, server: Running) -> None:
        self._server = server

    def controls(self) -> Sequence[Control]:
        """Return the routes."""
        return (
            ("POST", RESET, self.reset),
            ("GET", SEED, self.show),
            ("POST", SEED, self.sow),
        )

    def show(self, _: Asked) -> Answer:
        """Tell the seed."""
        return Answer(200, {"seed": self._server.stage.settings.seed})

    async def reset(self, asked: Asked) -> Answer:
        """Begin anew; `seed` is another seed, if there is to be one."""
        return await self._begin(asked.document, needed=False)

    async def sow(self, asked: Asked) -> Answer:
        """Begin anew with another seed."""
        return await self._begin(asked.document, needed=True)

    async def _begin(self, document: Any, *, needed: bool) -> Answer:
        given = {} if document is None and not needed else document
        settings = self._server.stage.settings
        match given:
            case {"seed": bool()}:
                return Answer(400, {"message": _NO_SEED})
            case {"seed": int(seed), **more} if not more:
                settings = replace(settings, seed=seed)
            case {**more} if not more and not needed:
                pass
            case _:
                return Answer(400, {"message": _NO_SEED})
        await self._server.reset(settings)
        return Answer(200, {"seed": settings.seed})


_NO_SEED = 'send {"seed": n} and nothing else: n is a whole number such as 7'
