"""Notify: one request, one body, thousands of recipients."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.engine.worlds import NotifySettings
    from sms.units import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """An address kept under an identity; `tags` select it."""

    sid: str
    identity: str
    type: str
    address: str
    tags: tuple[str, ...] = ()
    created_at: Seconds = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One body to fan out, its recipients in the order they were named.

    `status_callback` follows each message; `delivery_callback` is told when all have
    been handed to the Messaging Service.
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


@dataclass(slots=True)
class NotifyService:
    """A Notify service as it stands: settings and bindings by SID."""

    settings: NotifySettings
    created_at: Seconds
    updated_at: Seconds
    bindings: dict[str, Binding] = field(default_factory=dict)

    def select(
        self, identities: tuple[str, ...], tags: tuple[str, ...]
    ) -> list[Binding]:
        """Return the SMS bindings under any of the identities or any of the tags.

        Each binding bears the tags `all` and `sms` besides its own.
        """
        implicit = {"all", "sms"}
        return [
            binding
            for binding in self.bindings.values()
            if binding.type == "sms"
            and (
                binding.identity in identities
                or not (implicit | set(binding.tags)).isdisjoint(tags)
            )
        ]
