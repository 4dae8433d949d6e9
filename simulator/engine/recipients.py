"""What a number is: a mobile, a landline, nobody's, or switched off for a while."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from simulator.engine.chance import drawn_by
from sms.line_types import LineType, line_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.engine.profile import Mix


class RecipientKind(StrEnum):
    """What answers at a number.  It belongs to the number, not to the message."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    UNKNOWN = "unknown"
    SWITCHED_OFF = "switched_off"

    __hash__ = str.__hash__


Recipient = tuple[RecipientKind, int, bool]
"""A kind; how many messages a switched-off handset misses; whether its carrier does not
take short codes."""


class Recipients:
    """Says what each number is: by the config, else its range, else by drawing.

    A landline by its range stays one; a mobile by its range is never a landline nor
    nobody's, and at most switched off.  Where the range does not say, or is given out
    to nobody as those of made-up numbers are, the seed and the number decide.
    """

    __slots__ = ("_known", "_landline_from", "_mix", "_reachable_from", "_seed")

    def __init__(self, mix: Mix, seed: int, known: Mapping[str, RecipientKind]) -> None:
        self._mix = mix
        self._seed = seed
        self._known = known
        self._reachable_from = mix.unknown + mix.switched_off
        self._landline_from = 1 - mix.landline

    def look_up(self, address: str) -> Recipient:
        """Return what a number is; the same for every message to it."""
        kind_draw, misses_draw, reach_draw, _ = drawn_by(f"{self._seed}|{address}")
        kind = self._known.get(address) or self._guess(address, kind_draw)
        misses = 0
        if kind is RecipientKind.SWITCHED_OFF:
            misses = 1 + int(misses_draw * self._mix.misses)
        return kind, misses, reach_draw < self._mix.off_short_codes

    def _guess(self, address: str, quantile: float) -> RecipientKind:
        unlucky = quantile > self._landline_from
        if unlucky or not address.startswith("+1"):
            # In North America no range is of landlines alone: nobody else need ask.
            line = line_type(address)
            if line is LineType.LANDLINE or (line is None and unlucky):
                return RecipientKind.LANDLINE
        if quantile >= self._reachable_from:
            return RecipientKind.MOBILE
        if quantile >= self._mix.unknown:
            return RecipientKind.SWITCHED_OFF
        if line_type(address) is LineType.MOBILE:
            return RecipientKind.MOBILE
        return RecipientKind.UNKNOWN
