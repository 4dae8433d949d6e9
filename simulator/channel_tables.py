"""The config's table of senders of other channels than SMS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.engine.channels import CHANNELS, ChannelSender
from simulator.keys import ConfigError
from sms.addresses import country

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSenderTable:
    """One of `[[channel_senders]]`: `address` is such as `whatsapp:+14155238886`."""

    address: str
    sid: str | None = None
    country: str | None = None


def read_channel_senders(
    tables: Sequence[ChannelSenderTable],
    *,
    sid: Callable[[str | None, str, str], str],
) -> tuple[ChannelSender, ...]:
    """Return the senders that the tables name; `sid` checks a SID or makes one.

    Raises:
        ConfigError: an address is of no channel, or stands there twice.
    """
    made = tuple(_read(table, sid) for table in tables)
    if len({sender.sid for sender in made}) < len(made):
        raise ConfigError("channel_senders: two are the same")
    return made


def _read(
    table: ChannelSenderTable, sid: Callable[[str | None, str, str], str]
) -> ChannelSender:
    word, _, rest = table.address.partition(":")
    if word not in CHANNELS or not rest:
        begin = ", ".join(f"{known}:" for known in CHANNELS)
        raise ConfigError(
            f"channel_senders: {table.address!r} is of no channel: begin with {begin}"
        )
    return ChannelSender(
        sid=sid(table.sid, "XE", table.address),
        address=table.address,
        channel=CHANNELS[word],
        country=table.country or country(rest),
    )
