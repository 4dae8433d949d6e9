"""What the carrier makes of a message, and when it says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.engine.chance import Delay, draw, draws_of
from simulator.engine.faults import Faults, Stage, about_message
from simulator.engine.recipients import RecipientKind, Recipients
from simulator.engine.senders import SenderType
from simulator.engine.slowdowns import Slowdown, lateness
from sms.errors import (
    FILTERED,
    LANDLINE,
    UNKNOWN_ERROR,
    UNKNOWN_HANDSET,
    UNREACHABLE_HANDSET,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.engine.messages import Message
    from simulator.engine.profile import Profile
    from sms.units import Seconds

Receipt = tuple["Seconds", int | None]
"""A delivery receipt: after how long it comes, and its error code or None."""

_BY_KIND = {
    RecipientKind.LANDLINE: LANDLINE.code,
    RecipientKind.UNKNOWN: UNKNOWN_HANDSET.code,
}

_BY_FAULT = {"carrier-down": UNKNOWN_ERROR.code, "filtered": FILTERED.code}

_ALWAYS_TOLD = frozenset(_BY_KIND.values())
"""What comes back every time: there is nobody who could have got it."""


class Carrier:
    """Every carrier there is, told apart by chance, `slowdowns` and `faults` alone.

    No failure rates or receipt delays are documented: the profile's mix is the
    project's own choice, and that a carrier is slow for a while [unverified].  Short
    codes are not filtered.

    Source: https://www.twilio.com/docs/api/errors/30003 to 30008 (2025-02).
    """

    def __init__(
        self,
        profile: Profile,
        seed: int,
        known: Mapping[str, RecipientKind],
        *,
        slowdowns: Sequence[Slowdown] = (),
        faults: Faults | None = None,
    ) -> None:
        self.recipients = Recipients(profile.mix, seed, known)
        self._mix = profile.mix
        self._delay = Delay(profile.receipt_delay)
        self._slowdowns = tuple(slowdowns)
        self._faults = Faults() if faults is None else faults
        self._calm = profile.mix.unreachable + profile.mix.unknown_error
        self._clean = 1 - profile.mix.filtered

    def receive(self, message: Message, verdict: int | None = None) -> Receipt | None:
        """Decide a message's fate; None where no receipt will ever come.

        A `verdict` is the code with which it is turned away, whoever it is for.

        The seed, the recipient and the message's ordinal decide, as its SID was drawn
        from them, and the type of its sender; nothing else does.  When it was handed
        over decides only how late its receipt is.  A second leg is drawn for anew.
        """
        sid = message.sid
        fate, quantile, receipt, _ = (
            draws_of(sid)
            if message.extras is None or message.first_leg is None
            else draw(sid, "second leg")
        )
        faults = self._faults
        if faults.rules:
            verdict = verdict or self._turned_away(message)
        error = verdict or self._error(message, fate)
        if receipt < self._mix.without_receipt and not (
            verdict or error in _ALWAYS_TOLD
        ):
            return None
        delay = self._delay.at(quantile)
        if self._slowdowns:
            assert message.sent_at is not None, "it has been handed over"
            delay *= lateness(self._slowdowns, message.country, message.sent_at)
        if faults.rules:
            delay *= self._held_up(message)
        return delay, error

    def _turned_away(self, message: Message) -> int | None:
        """Return the code of a fault that has a message turned away, None for none."""
        assert message.sent_at is not None, "it has been handed over"
        about = about_message(message)
        fault = self._faults.strike(Stage.CARRIER, about, message.sent_at)
        return None if fault is None else _BY_FAULT[fault.what]

    def _held_up(self, message: Message) -> float:
        """Return how many times as late a fault makes a receipt, beyond slowdowns."""
        assert message.sent_at is not None, "it has been handed over"
        about = about_message(message)
        fault = self._faults.strike(Stage.RECEIPT, about, message.sent_at)
        return 1.0 if fault is None else fault.factor or 1.0

    def _error(self, message: Message, fate: float) -> int | None:
        kind, misses, off_short_codes = self.recipients.look_up(message.recipient)
        sender = message.sender
        short_code = sender is not None and sender.type is SenderType.SHORT_CODE
        if kind in _BY_KIND:
            return _BY_KIND[kind]
        if message.ordinal < misses:
            return UNREACHABLE_HANDSET.code
        if short_code and off_short_codes:
            return LANDLINE.code
        return self._mishap(fate, filters=not short_code)

    def _mishap(self, fate: float, *, filters: bool) -> int | None:
        mix = self._mix
        if fate < mix.unreachable:
            return UNREACHABLE_HANDSET.code
        if fate < self._calm:
            return UNKNOWN_ERROR.code
        if filters and fate > self._clean:
            return FILTERED.code
        return None
