"""Accounts: their statuses, their subaccounts, and with what one may ask for them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.engine.senders import Sender

KEY_SID = "SK" + "0" * 31 + "1"
KEY_SECRET = "smslab-key"
TEST_SID = "AC" + "0" * 31 + "f"
TEST_TOKEN = "smslab-test"


class AccountStatus(StrEnum):
    """How an account stands; a closed one stays closed."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A name and a secret that stand for an account as its SID and token do."""

    sid: str
    secret: str
    friendly_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedKey:
    """A key of its own for signatures, instead of the auth token, by its id."""

    id: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCredentials:
    """The SID and token of requests that only try out: nothing is sent.

    Source: https://www.twilio.com/docs/iam/test-credentials (read 2026-11-23).
    """

    __test__ = False

    sid: str = TEST_SID
    token: str = TEST_TOKEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Subaccount:
    """An account of an account, and the senders it owns from the start."""

    sid: str
    token: str
    friendly_name: str
    status: AccountStatus = AccountStatus.ACTIVE
    senders: Sequence[Sender] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSettings:
    """What an account is besides what it owns; `balance` is in US dollars.

    `shared_key` signs its callbacks, None for the auth token.
    """

    friendly_name: str = "smslab"
    balance: float = 1_000.0
    keys: Sequence[ApiKey] = (
        ApiKey(sid=KEY_SID, secret=KEY_SECRET, friendly_name="smslab"),
    )
    test: TestCredentials = TestCredentials()
    subaccounts: Sequence[Subaccount] = ()
    shared_key: SharedKey | None = None
