"""With what a simulation begins."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from simulator.keys import ConfigError
from simulator.testing.premises import CALM, Premises

if TYPE_CHECKING:
    from pathlib import Path


def test_a_name_makes_an_account() -> None:
    """The same one every time, so the same fates; its token is always another."""
    one, again = (Premises.read({"name": "a"}).settings().world for _ in range(2))
    other = Premises.read({"name": "b"}).settings().world
    assert one.account_sid == again.account_sid != other.account_sid
    assert one.auth_token != again.auth_token


def test_nothing_fails_by_itself() -> None:
    """Unless that is asked for; what a world's file says of it holds all the same."""
    calm = Premises.read({}).settings().profile.mix
    assert {getattr(calm, name) for name in CALM} == {0.0}
    assert Premises.read({"failures": True}).settings().profile.mix.landline > 0


def test_a_worlds_file_is_read(tmp_path: Path) -> None:
    """Its profile, its settings and its account's belongings."""
    file = tmp_path / "world.toml"
    file.write_text(
        '[profile]\nname = "twilio-2026"\nmix = { filtered = 0.5 }\n'
        '[[numbers]]\naddress = "+14155550177"\n'
    )
    settings = Premises.read({"config": file, "changes": {"mps": 7}}).settings()
    assert settings.profile.name == "twilio-2026"
    assert settings.profile.mix.filtered == 0.5
    assert {rate.mps for rate in settings.profile.rates} == {7}
    assert [sender.address for sender in settings.world.senders] == ["+14155550177"]


def test_a_date_without_a_zone_is_refused() -> None:
    """It would be another instant on another machine."""
    with pytest.raises(ConfigError, match="no time zone"):
        Premises.read({"starts_at": datetime(2026, 1, 1)})
