"""Senders of other channels, as a config declares them."""

from __future__ import annotations

import pytest

from simulator.config import load_config
from simulator.keys import ConfigError

ONE = "[[channel_senders]]\naddress = {address!r}\n"


def test_channel_senders_are_read() -> None:
    """The channel shows by the address, and of a number its country does."""
    text = ONE.format(address="whatsapp:+447700900001") + ONE.format(address="rcs:acme")
    senders = load_config(text, "world.toml").world.channel_senders
    shown = [(s.sid[:2], s.channel, s.country) for s in senders]
    assert shown == [("XE", "WhatsApp", "GB"), ("XE", "RCS", None)]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (ONE.format(address="+14155550100"), "begin with whatsapp:, messenger:, rcs:"),
        (ONE.format(address="rcs:"), "is of no channel"),
        (ONE.format(address="rcs:a") * 2, "two are the same"),
        (ONE.format(address="rcs:a") + "sid = 'XE1'", "'XE1' is no SID"),
        (ONE.format(address="rcs:a") + "adress = 'x'", "did you mean 'address'"),
    ],
)
def test_what_cannot_be_is_named(text: str, complaint: str) -> None:
    """An error says what would do."""
    with pytest.raises(ConfigError) as error:
        load_config(text, "world.toml")
    assert complaint in str(error.value)
