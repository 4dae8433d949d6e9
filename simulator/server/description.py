"""The description of what is below `/_smslab/`: an OpenAPI file, as it stands."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.api.requests import Answer
from simulator.server.controls import OWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.server.controls import Asked, Control

PATH = f"{OWN}openapi.json"

FILE = Path(__file__).with_name("openapi.json")


class Description:
    """The route that answers with the file."""

    def controls(self) -> Sequence[Control]:
        """Return the routes."""
        return (("GET", PATH, self.show),)

    def show(self, _: Asked) -> Answer:
        """Return the file."""
        headers = {"Content-Type": "application/json"}
        return Answer(200, headers=headers, content=_read())


@cache
def _read() -> bytes:
    return FILE.read_bytes()
