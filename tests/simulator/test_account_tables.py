"""The config's tables of accounts."""

from __future__ import annotations

import pytest

from simulator.config import load_config
from simulator.engine.accounts import KEY_SID, AccountStatus
from simulator.keys import ConfigError

SUBACCOUNT = '[[subaccounts]]\nname = "a"\ntoken = "t"\n'


def test_a_subaccount_owns_its_numbers() -> None:
    """Its SID is made of its name where it has none."""
    text = SUBACCOUNT + 'status = "suspended"\nnumbers = ["+13125550142"]\n'
    (one,) = load_config(text, "x").world.accounts.subaccounts
    assert one.sid.startswith("AC")
    assert one.status is AccountStatus.SUSPENDED
    assert [sender.address for sender in one.senders] == ["+13125550142"]


def test_keys_of_the_config_are_the_only_ones() -> None:
    """Without any there is the default world's."""
    (key,) = load_config('[[keys]]\nsecret = "s"\n', "x").world.accounts.keys
    assert key.secret == "s"
    (key,) = load_config("", "x").world.accounts.keys
    assert key.sid == KEY_SID


@pytest.mark.parametrize(
    "text",
    [
        SUBACCOUNT * 2,
        '[[keys]]\nsecret = "s"\n' * 2,
        '[[keys]]\nsecret = "s"\nsid = "AC1"\n',
        '[test_credentials]\nsid = "x"\n',
        '[test_credentials]\ntokn = "x"\n',
    ],
)
def test_what_cannot_be_is_refused(text: str) -> None:
    """A SID that is none or stands there twice, a key that is not known."""
    with pytest.raises(ConfigError):
        load_config(text, "x")
