"""Who has answered STOP, to whom, when and by which word."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sms.units import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut:
    """An opt-out as it happened.

    `scope` is the address or the service's SID that may not text any more, None for
    everybody; `sender` is the address that the word was sent to and `service` the one
    it was in then.  Instants are seconds of the run; `undone_at` is None while it
    holds.  `network` says that the toll-free network holds it, not Twilio.
    """

    recipient: str
    scope: str | None
    sender: str | None = None
    service: str | None = None
    word: str = ""
    at: Seconds = 0.0
    country: str | None = None
    network: bool = False
    undone_at: Seconds | None = None
    undone_by: str | None = None


class OptOuts:
    """The pairs of a sender or service and a recipient that may not be texted.

    `pairs` holds them: (address or SID, recipient); `network` those that the toll-free
    network blocks: (number, recipient).

    They bind in order of time, also what is queued, wherever the engine takes its steps
    in order of time: where it is watched, or phones answer by themselves.  Elsewhere
    messages run ahead of the clock, and what is added by hand binds those that have not
    been routed yet.

    Source: https://help.twilio.com/articles/223134027 (read 2026-11-23): an opt-out
    holds for the pair of numbers, or for the whole pool of a Messaging Service.
    """

    __slots__ = ("_everywhere", "_facts", "_places", "network", "pairs")

    def __init__(self, everywhere: Iterable[str] = ()) -> None:
        self._everywhere = set(everywhere)
        self.pairs: set[tuple[str, str]] = set()
        self.network: set[tuple[str, str]] = set()
        self._facts: list[OptOut] = []
        self._places: dict[tuple[str | None, str], int] = {}
        for recipient in sorted(self._everywhere):
            self._note(OptOut(recipient=recipient, scope=None))

    def facts(self) -> Sequence[OptOut]:
        """Return every opt-out there has been, in order of time, undone ones too."""
        return tuple(self._facts)

    def add(self, recipient: str, scope: str | None = None) -> None:
        """Opt a recipient out of `scope`, an address or service SID; None is of all."""
        self.take(OptOut(recipient=recipient, scope=scope))

    def take(self, opt_out: OptOut) -> bool:
        """Take note of an opt-out, and say whether that changed anything."""
        scope, recipient = opt_out.scope, opt_out.recipient
        if (scope, recipient) in self._places:
            return False
        if scope is None:
            self._everywhere.add(recipient)
        else:
            held = self.network if opt_out.network else self.pairs
            held.add((scope, recipient))
        self._note(opt_out)
        return True

    def discard(
        self,
        recipient: str,
        scope: str | None = None,
        *,
        at: Seconds = 0.0,
        word: str = "",
    ) -> bool:
        """Take an opt-out back, if there is one, and say whether there was."""
        place = self._places.pop((scope, recipient), None)
        if place is None:
            return False
        self._facts[place] = replace(self._facts[place], undone_at=at, undone_by=word)
        if scope is None:
            self._everywhere.discard(recipient)
        else:
            self.pairs.discard((scope, recipient))
            self.network.discard((scope, recipient))
        return True

    def holds(self, recipient: str, scope: str) -> bool:
        """Say whether `scope` may not text this recipient."""
        return recipient in self._everywhere or (
            bool(self.pairs) and (scope, recipient) in self.pairs
        )

    def _note(self, opt_out: OptOut) -> None:
        self._places[opt_out.scope, opt_out.recipient] = len(self._facts)
        self._facts.append(opt_out)
