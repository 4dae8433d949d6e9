"""The tables of a world's file that say what phones' texts lead to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from simulator.engine.inbound import Webhook
from simulator.engine.keywords import EVERYWHERE, KEPT, LONGEST_REPLY, Keywords, Word
from simulator.keys import ConfigError, hint

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simulator.engine.keywords import AdvancedOptOut
    from simulator.engine.senders import Sender
    from simulator.engine.worlds import ServiceSettings

Method = Literal["GET", "POST"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordTable:
    """One of `[[keywords]]`: the Advanced Opt-Out of a service, in one country or all.

    `stop`, `start`, `unstop` and `help` are always among the words.
    """

    service: str
    country: str = EVERYWHERE
    stop: tuple[str, ...] = ()
    start: tuple[str, ...] = ()
    help: tuple[str, ...] = ()
    stop_reply: str
    start_reply: str
    help_reply: str


class NumberRow(Protocol):
    """What a row of `[[numbers]]` says of its webhook."""

    @property
    def sms_url(self) -> str | None: ...  # noqa: D102 - as the key
    @property
    def sms_method(self) -> str: ...  # noqa: D102
    @property
    def sms_fallback_url(self) -> str | None: ...  # noqa: D102
    @property
    def sms_fallback_method(self) -> str: ...  # noqa: D102


def webhooks(
    rows: Sequence[NumberRow], senders: Sequence[Sender]
) -> Mapping[str, Webhook]:
    """Return the webhooks of numbers, by the number's SID; rows and senders agree."""
    return {
        sender.sid: Webhook(
            url=row.sms_url,
            method=row.sms_method,
            fallback_url=row.sms_fallback_url,
            fallback_method=row.sms_fallback_method,
        )
        for row, sender in zip(rows, senders, strict=False)
        if row.sms_url
    }


def advanced(
    tables: Iterable[KeywordTable], services: Sequence[ServiceSettings]
) -> Mapping[str, AdvancedOptOut]:
    """Return the Advanced Opt-Out of services, by the service's SID.

    Raises:
        ConfigError: there is no such service, or a reply is too long.
    """
    sids = {service.friendly_name: service.sid for service in services}
    found: dict[str, dict[str, Keywords]] = {}
    for table in tables:
        if table.service not in sids:
            nearest = hint(table.service, list(sids))
            raise ConfigError(f"keywords: no service {table.service!r}: {nearest}")
        found.setdefault(sids[table.service], {})[table.country] = _keywords(table)
    return found


def _keywords(table: KeywordTable) -> Keywords:
    for reply in (table.stop_reply, table.start_reply, table.help_reply):
        if len(reply) > LONGEST_REPLY:
            raise ConfigError(
                f"keywords: a reply has {LONGEST_REPLY} characters at most"
            )
    return Keywords(
        stop=(*KEPT[Word.STOP], *table.stop),
        start=(*KEPT[Word.START], *table.start),
        help=(*KEPT[Word.HELP], *table.help),
        stop_reply=table.stop_reply,
        start_reply=table.start_reply,
        help_reply=table.help_reply,
    )
