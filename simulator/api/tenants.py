"""Tenants: each account as the API keeps it, and who may ask for which."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from simulator.api.history import History
from simulator.api.paths import ACCOUNTS
from simulator.engine.accounts import AccountSettings, AccountStatus, Subaccount
from simulator.engine.chance import new_sid
from simulator.engine.gateway import Gateway
from simulator.engine.inbound import InboundSettings
from simulator.engine.senders import Sender, SenderType
from sms.errors import FORBIDDEN, NOT_FOUND, UNAUTHORIZED, ApiError

if TYPE_CHECKING:
    from simulator.engine.worlds import World
    from sms.units import Seconds

SID_LENGTH = 34
_SID = slice(len(ACCOUNTS), len(ACCOUNTS) + SID_LENGTH)

TEST_SENDER = "+15005550006"
"""The one valid `From` of test credentials."""


@dataclass(slots=True, kw_only=True)
class HeldKey:
    """An API key of an account."""

    sid: str
    secret: str
    friendly_name: str
    created_at: Seconds
    updated_at: Seconds


@dataclass(slots=True, kw_only=True)
class Labels:
    """What an account has written about a number or short code of its own.

    `settings` are by the fields of Twilio's JSON.
    """

    created_at: Seconds = 0.0
    updated_at: Seconds = 0.0
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True, eq=False)
class Tenant:
    """One account: its names and its gateway; `owner` is the parent, or itself."""

    sid: str
    token: str
    owner: str
    friendly_name: str
    gateway: Gateway
    history: History
    created_at: Seconds = 0.0
    updated_at: Seconds = 0.0
    status: AccountStatus = AccountStatus.ACTIVE
    for_tests: bool = False
    keys: dict[str, HeldKey] = field(default_factory=dict)
    labels: dict[str, Labels] = field(default_factory=dict)

    def labels_of(self, sender: Sender) -> Labels:
        """Return what is written about a sender."""
        return self.labels.setdefault(sender.sid, Labels())


class Tenants:
    """All accounts by their SIDs, the main one first.

    Source: https://www.twilio.com/docs/iam/api/subaccounts (named, not seen).
    """

    def __init__(self, gateway: Gateway) -> None:
        world, settings = gateway.world, gateway.world.accounts
        self._made = 0
        self.main = Tenant(
            sid=world.account_sid,
            token=world.auth_token,
            owner=world.account_sid,
            friendly_name=settings.friendly_name,
            gateway=gateway,
            history=History(gateway),
        )
        self.by_sid = {self.main.sid: self.main}
        self._keys: dict[str, Tenant] = {}
        for key in settings.keys:
            self.hold(
                self.main,
                HeldKey(
                    sid=key.sid,
                    secret=key.secret,
                    friendly_name=key.friendly_name,
                    created_at=0.0,
                    updated_at=0.0,
                ),
            )
        for subaccount in settings.subaccounts:
            self.add(subaccount, 0.0)
        self._add_test_credentials()

    @property
    def subaccounts(self) -> list[Tenant]:
        """The accounts of the main account, the oldest first."""
        return [
            one
            for one in self.by_sid.values()
            if one is not self.main and not one.for_tests
        ]

    def add(self, subaccount: Subaccount, now: Seconds) -> Tenant:
        """Add a subaccount, which owns no more than its senders."""
        main = self.main.gateway
        gateway = Gateway(
            _own_world(main.world, subaccount),
            main.profile,
            seed=main.seed,
            gates=main.gates,
            retain=main.retain,
        )
        tenant = self.by_sid[subaccount.sid] = Tenant(
            sid=subaccount.sid,
            token=subaccount.token,
            owner=self.main.sid,
            friendly_name=subaccount.friendly_name,
            gateway=gateway,
            history=History(gateway),
            created_at=now,
            updated_at=now,
            status=subaccount.status,
        )
        return tenant

    def new_secret(self, prefix: str) -> str:
        """Return a SID, or with an empty prefix a secret of 32 digits."""
        self._made += 1
        main = self.main.gateway
        return new_sid(prefix, str(main.seed), self.main.sid, "tenants", self._made)

    def hold(self, tenant: Tenant, key: HeldKey) -> None:
        """Let an account be asked for by an API key."""
        tenant.keys[key.sid] = key
        self._keys[key.sid] = tenant

    def drop(self, tenant: Tenant, sid: str) -> None:
        """Let an API key be worth nothing any more."""
        del tenant.keys[sid], self._keys[sid]

    def secret_of(self, name: str) -> str | None:
        """Return what belongs to an account's SID or a key's, None for neither."""
        tenant = self.by_sid.get(name)
        if tenant is not None:
            return tenant.token
        holder = self._keys.get(name)
        return None if holder is None else holder.keys[name].secret

    def asked(self, path: str, asker: str) -> Tenant:
        """Return the account that a request is for.

        A parent may ask for its subaccounts, nobody else for another than his own.

        Raises:
            ApiError: 20403, where the asker's account is not active; 20404, where the
                path's is none of his, or 20003 where an API key asks.
        """
        own: Tenant | None = self.main
        if asker:
            own = self.by_sid.get(asker) or self._keys.get(asker)
        if own is None:
            raise ApiError(UNAUTHORIZED, problem="Authenticate")
        if own.status is not AccountStatus.ACTIVE:
            raise ApiError(FORBIDDEN, problem=f"Account {own.sid} is {own.status}")
        if not path.startswith(ACCOUNTS):
            return own
        tenant = self.by_sid.get(path[_SID])
        if tenant is own:
            return own
        if tenant is None or tenant.owner != own.sid:
            if tenant is not None and asker.startswith("SK"):
                raise ApiError(UNAUTHORIZED, problem="Authenticate")
            raise ApiError(NOT_FOUND, path=path)
        return tenant

    def owns(self, address: str) -> bool:
        """Say whether a number is any account's."""
        return any(one.gateway.owned(address) for one in self.by_sid.values())

    def _add_test_credentials(self) -> None:
        test = self.main.gateway.world.accounts.test
        sender = Sender(
            sid="PN" + "0" * 31 + "6",
            address=TEST_SENDER,
            type=SenderType.LONG_CODE,
            country="US",
            area_code="500",
        )
        named = Subaccount(
            sid=test.sid, token=test.token, friendly_name="test", senders=(sender,)
        )
        tenant = self.add(named, 0.0)
        tenant.owner, tenant.for_tests = test.sid, True


def _own_world(world: World, subaccount: Subaccount) -> World:
    """Return a subaccount's world: the same people and carriers, other senders."""
    return replace(
        world,
        account_sid=subaccount.sid,
        auth_token=subaccount.token,
        senders=subaccount.senders,
        services=(),
        notify_services=(),
        templates=(),
        applications=(),
        channel_senders=(),
        inbound=InboundSettings(),
        accounts=AccountSettings(),
    )
