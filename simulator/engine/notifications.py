"""Notify: one request, one body, thousands of recipients."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.engine.messages import Extras, Message
    from simulator.engine.worlds import NotifySettings
    from sms.units import Seconds

MOST_BINDINGS = 20
"""Bindings that one identity may have in a service.

Source: https://github.com/twilio/twilio-oai, twilio_notify_v1 (2026-04-14).
"""

BURST: Seconds = 1.0
"""Over how long a service's rate of notifications is looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyLimits:
    """What Notify bounds beyond a notification's recipients.

    `rate` is notifications a second by one service; `most_sms` is how many messages an
    account may send by Notify in all (52181), 0 for no limit.
    """

    rate: float = 100.0
    most_sms: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.rate < inf:
            raise ValueError(f"notify.rate must be above 0, not {self.rate}")
        if self.most_sms < 0:
            raise ValueError(f"notify.most_sms is 0 or more, not {self.most_sms}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """An address kept under an identity; `tags` select it."""

    sid: str
    identity: str
    type: str
    address: str
    tags: tuple[str, ...] = ()
    created_at: Seconds = 0.0
    credential: str | None = None
    protocol_version: str = "3"
    endpoint: str = ""

    @property
    def all_tags(self) -> frozenset[str]:
        """Its own tags, and those that each binding bears: `all`, and its type.

        Source: https://github.com/twilio/twilio-oai, twilio_notify_v1 (2026-04-14).
        """
        return frozenset((*self.tags, "all", self.type))


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One body to fan out, its recipients in the order they were named.

    `status_callback` follows each message; `delivery_callback` is told when all have
    been handed to the Messaging Service.  `names` gives the identity of those who were
    selected by their bindings, and `skipped` are bindings of no imitated channel.
    """

    sid: str
    service: str
    messaging_service: str
    body: str
    recipients: tuple[str, ...]
    media_urls: tuple[str, ...] = ()
    status_callback: str | None = None
    delivery_callback: str | None = None
    identities: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    created_at: Seconds = 0.0
    extras: Extras | None = None
    logged: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    skipped: tuple[Binding, ...] = ()


class Handed(NamedTuple):
    """What became of one recipient: a message, or none where it is no number."""

    address: str
    identity: str
    message: Message | None


@dataclass(slots=True)
class NotifyService:
    """A Notify service as it stands: settings and bindings by SID."""

    settings: NotifySettings
    created_at: Seconds
    updated_at: Seconds
    bindings: dict[str, Binding] = field(default_factory=dict)
    _free_at: Seconds = 0.0

    def busy(self, rate: float, now: Seconds) -> bool:
        """Say whether it has had its notifications of this second."""
        return self._free_at - now > BURST - 1 / rate

    def notified(self, rate: float, now: Seconds) -> None:
        """Count a notification."""
        self._free_at = max(self._free_at, now) + 1 / rate

    def of(self, identity: str) -> int:
        """Return how many bindings an identity has."""
        return sum(one.identity == identity for one in self.bindings.values())

    def select(
        self, identities: tuple[str, ...], tags: tuple[str, ...]
    ) -> list[Binding]:
        """Return the bindings under any of the identities or any of the tags."""
        return [
            binding
            for binding in self.bindings.values()
            if binding.identity in identities or not binding.all_tags.isdisjoint(tags)
        ]
