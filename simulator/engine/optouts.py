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
    everybody; `sender` is the address that the word was sent to, which may not text
    either, and `service` the one it was in then.  Instants are seconds of the run;
    `undone_at` is None while any of it holds.  `network` says that the toll-free
    network holds it, not Twilio.
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

    @property
    def scopes(self) -> tuple[str | None, ...]:
        """All that may not text: a number of a pool with the pool, else one alone."""
        if self.sender is None or self.sender == self.scope:
            return (self.scope,)
        return self.scope, self.sender


class OptOuts:
    """The senders and services that a recipient has stopped, all of them or some.

    `stopped` holds them by recipient, None for everybody; `network` are the pairs that
    the toll-free network blocks: (number, recipient).

    They bind in order of time, also what is queued, wherever the engine takes its steps
    in order of time: where it is watched, or phones answer by themselves.  Elsewhere
    messages run ahead of the clock, and what is added by hand binds those that have not
    been routed yet.

    Source: https://help.twilio.com/articles/223134027 (read 2026-11-23): an opt-out
    holds for the pair of numbers, or for the whole pool of a Messaging Service.  That
    one to a number of a pool holds for the pair, too, wherever the number is then
    [unverified].
    """

    __slots__ = ("_facts", "_places", "network", "stopped")

    def __init__(self, everywhere: Iterable[str] = ()) -> None:
        self.stopped: dict[str, set[str | None]] = {}
        self.network: set[tuple[str | None, str]] = set()
        self._facts: list[OptOut] = []
        self._places: dict[tuple[str | None, str], int] = {}
        for recipient in sorted(everywhere):
            self.add(recipient)

    def facts(self) -> Sequence[OptOut]:
        """Return every opt-out there has been, in order of time, undone ones too."""
        return tuple(self._facts)

    def add(self, recipient: str, scope: str | None = None) -> None:
        """Opt a recipient out of `scope`, an address or service SID; None is of all."""
        self.take(OptOut(recipient=recipient, scope=scope))

    def take(self, opt_out: OptOut) -> bool:
        """Take note of an opt-out, and say whether that changed anything."""
        recipient, places = opt_out.recipient, self._places
        new = [one for one in opt_out.scopes if (one, recipient) not in places]
        if not new:
            return False
        if opt_out.network:
            self.network.update((scope, recipient) for scope in new)
        else:
            self.stopped.setdefault(recipient, set()).update(new)
        places.update(((scope, recipient), len(self._facts)) for scope in new)
        self._facts.append(opt_out)
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
        fact = self._facts[place]
        if place not in {self._places.get((one, recipient)) for one in fact.scopes}:
            self._facts[place] = replace(fact, undone_at=at, undone_by=word)
        self.network.discard((scope, recipient))
        held = self.stopped.get(recipient)
        if held is not None:
            held.discard(scope)
            if not held:
                del self.stopped[recipient]
        return True

    def holds(self, recipient: str, *scopes: str | None) -> bool:
        """Say whether any of `scopes` may not text this recipient."""
        held = self.stopped.get(recipient)
        if held is None:
            return False
        return None in held or any(scope in held for scope in scopes)
