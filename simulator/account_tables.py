"""The config's tables of accounts: API keys, test credentials, subaccounts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from simulator.engine.accounts import (
    TEST_SID,
    TEST_TOKEN,
    AccountSettings,
    AccountStatus,
    ApiKey,
    SharedKey,
    Subaccount,
    TestCredentials,
)
from simulator.keys import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simulator.engine.senders import Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTable:
    """One of `[[keys]]`: an API key of the account."""

    secret: str
    sid: str | None = None
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestTable:
    """`[test_credentials]`: what a request shows that only tries out."""

    __test__ = False

    sid: str = TEST_SID
    token: str = TEST_TOKEN


@dataclass(frozen=True, slots=True, kw_only=True)
class SubaccountTable:
    """One of `[[subaccounts]]`, and the `numbers` it owns."""

    name: str
    token: str
    sid: str | None = None
    status: AccountStatus = AccountStatus.ACTIVE
    numbers: tuple[str, ...] = ()


class Tables(Protocol):
    """All four; without `[[keys]]` the default world's key holds."""

    @property
    def keys(self) -> tuple[KeyTable, ...]:
        """The account's API keys."""

    @property
    def test_credentials(self) -> TestTable:
        """The test credentials."""

    @property
    def subaccounts(self) -> tuple[SubaccountTable, ...]:
        """The subaccounts."""

    @property
    def shared_key(self) -> SharedKey | None:
        """The key that signs callbacks instead of the token."""


TABLES: Mapping[str, type[Any]] = {
    "keys": KeyTable,
    "test_credentials": TestTable,
    "subaccounts": SubaccountTable,
    "shared_key": SharedKey,
}


def read_accounts(
    tables: Tables,
    main_sid: str,
    *,
    read_sid: Callable[[str | None, str, str], str],
    read_sender: Callable[[str], Sender],
) -> AccountSettings:
    """Return what the tables say.

    Raises:
        ConfigError: a SID is none, or stands there twice.
    """
    keys = tuple(
        ApiKey(
            sid=read_sid(key.sid, "SK", key.secret),
            secret=key.secret,
            friendly_name=key.name,
        )
        for key in tables.keys
    )
    test = tables.test_credentials
    subaccounts = tuple(
        Subaccount(
            sid=read_sid(table.sid, "AC", table.name),
            token=table.token,
            friendly_name=table.name,
            status=table.status,
            senders=tuple(read_sender(number) for number in table.numbers),
        )
        for table in tables.subaccounts
    )
    settings = AccountSettings(
        test=TestCredentials(sid=read_sid(test.sid, "AC", ""), token=test.token),
        subaccounts=subaccounts,
        shared_key=tables.shared_key,
        **({"keys": keys} if keys else {}),  # type: ignore[arg-type]  # or the default's
    )
    _check_once([main_sid, settings.test.sid, *(one.sid for one in subaccounts)])
    _check_once([key.sid for key in settings.keys])
    return settings


def _check_once(sids: Sequence[str]) -> None:
    twice = [sid for sid, count in Counter(sids).items() if count > 1]
    if twice:
        raise ConfigError(f"accounts: {twice[0]} stands there twice")
