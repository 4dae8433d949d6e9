"""A world in a file: what an account owns, who its recipients are, which limits hold.

Read once, at the rim, into frozen settings.  A key that is not known is an error: it
may be a slip of the pen that changes what a whole run means.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping  # noqa: TC003, msgspec reads it at run time
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from simulator import (
    account_tables,
    channel_tables,
    fault_tables,
    message_tables,
    rule_tables,
)
from simulator.engine.accounts import SharedKey  # noqa: TC001, msgspec reads it
from simulator.engine.answering import Answers
from simulator.engine.chance import new_sid
from simulator.engine.inbound import InboundSettings
from simulator.engine.recipients import RecipientKind  # noqa: TC001, the same
from simulator.engine.senders import Sender, SenderType
from simulator.engine.slowdowns import Slowdown
from simulator.engine.worlds import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    NotifySettings,
    ServiceSettings,
    World,
    default_world,
)
from simulator.inbound_tables import KeywordTable, Method, advanced, webhooks
from simulator.keys import ConfigError, check_keys, check_tables, convert, hint
from simulator.profiles import DEFAULT, load_profile
from sms.addresses import AddressKind, area_code, country, kind
from sms.area_codes import TOLL_FREE
from sms.countries import CALLING_CODES, NORTH_AMERICA, SHARED
from sms.durations import parse_duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sms.units import Seconds

SHORT_CODE_COUNTRY = "US"
"""Where a short code works if its table does not say."""

COUNTRIES = frozenset(
    {"US", *NORTH_AMERICA.values()}
    | {code.country for code in CALLING_CODES.values() if code.country}
    | {lesser for ranges in SHARED.values() for lesser in ranges.groupindex}
)
"""Every country that a recipient's number may be of."""

_PREFIXES = {
    SenderType.LONG_CODE: "PN",
    SenderType.TOLL_FREE: "PN",
    SenderType.SHORT_CODE: "SC",
    SenderType.ALPHANUMERIC: "AI",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What a file says: a world, and changes to a profile's settings.

    `profile` is the profile's name, None where the file does not say.
    """

    world: World
    profile: str | None = None
    profile_changes: Mapping[str, Any] = field(default_factory=dict)


# The file's tables.  A SID that is not given is made of the name: the same every time.


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountTable:
    """`[account]`: whose world it is."""

    sid: str = ACCOUNT_SID
    token: str = AUTH_TOKEN


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberTable:
    """One of `[[numbers]]`: an address to send from; what it is shows by its form.

    `campaign` is a name of `[campaigns]`; `verified` is false for a toll-free number
    whose use nobody has verified.
    """

    address: str
    sid: str | None = None
    type: SenderType | None = None
    country: str | None = None
    campaign: str | None = None
    verified: bool = True
    sms_url: str | None = None
    sms_method: Method = "POST"
    sms_fallback_url: str | None = None
    sms_fallback_method: Method = "POST"


UseCase = Literal[
    "notifications", "marketing", "verification", "discussion", "poll", "undeclared"
]
"""What a service may be for; see `simulator.api.services`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTable:
    """One of `[[services]]`: a Messaging Service, `numbers` being its pool."""

    name: str
    numbers: tuple[str, ...] = ()
    sid: str | None = None
    sticky_sender: bool = True
    area_code_geomatch: bool = True
    smart_encoding: bool = True
    mms_converter: bool = True
    fallback_to_long_code: bool = False
    status_callback: str | None = None
    validity_period: int | None = None
    inbound_request_url: str | None = None
    inbound_method: Method = "POST"
    fallback_url: str | None = None
    fallback_method: Method = "POST"
    use_inbound_webhook_on_number: bool = False
    use_case: UseCase = "undeclared"
    scan_message_content: Literal["inherit", "enable", "disable"] = "inherit"
    synchronous_validation: bool = False


_OF_SERVICES = {table.name for table in fields(ServiceTable)} - {
    *("name", "numbers", "sid")
}
"""What of a service's table is a setting of the same name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyTable:
    """One of `[[notify]]`: `service` is the name of the Messaging Service it uses."""

    name: str
    service: str
    sid: str | None = None
    delivery_callback_url: str | None = None
    delivery_callback_enabled: bool = False


class SlowdownTable(
    msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}
):
    """One of `[[slowdowns]]`: `from` and `to` are seconds of the run, or as "10m"."""

    from_: float | str
    to: float | str
    factor: float
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The whole file.

    `campaigns` maps a campaign's name to its table or to its MPS alone; `recipients`
    says what single numbers are.
    """

    account: AccountTable = field(default_factory=AccountTable)
    numbers: tuple[NumberTable, ...] = ()
    services: tuple[ServiceTable, ...] = ()
    notify: tuple[NotifyTable, ...] = ()
    campaigns: dict[str, rule_tables.CampaignEntry] = field(default_factory=dict)
    brands: tuple[rule_tables.BrandTable, ...] = ()
    quiet_hours: tuple[rule_tables.QuietTable, ...] = ()
    filters: tuple[rule_tables.FilterTable, ...] = ()
    alike: rule_tables.AlikeTable | None = None
    limits: rule_tables.LimitsTable = field(default_factory=rule_tables.LimitsTable)
    recipients: dict[str, RecipientKind] = field(default_factory=dict)
    opted_out: tuple[str, ...] = ()
    slowdowns: tuple[SlowdownTable, ...] = ()
    faults: tuple[dict[str, Any], ...] = ()
    answers: Answers | None = None
    keywords: tuple[KeywordTable, ...] = ()
    templates: tuple[message_tables.TemplateTable, ...] = ()
    applications: tuple[message_tables.ApplicationTable, ...] = ()
    links: tuple[message_tables.LinkTable, ...] = ()
    channel_senders: tuple[channel_tables.ChannelSenderTable, ...] = ()
    permissions: message_tables.PermissionsTable | None = None
    profile: dict[str, Any] = field(default_factory=dict)
    keys: tuple[account_tables.KeyTable, ...] = ()
    test_credentials: account_tables.TestTable = field(
        default_factory=account_tables.TestTable
    )
    subaccounts: tuple[account_tables.SubaccountTable, ...] = ()
    shared_key: SharedKey | None = None


_TABLES: Mapping[str, type[Any]] = {
    "account": AccountTable,
    "numbers": NumberTable,
    "services": ServiceTable,
    "notify": NotifyTable,
    "slowdowns": SlowdownTable,
    "answers": Answers,
    "keywords": KeywordTable,
    "channel_senders": channel_tables.ChannelSenderTable,
    **rule_tables.TABLES,
    **account_tables.TABLES,
    **message_tables.TABLES,
}


def load_config(text: str, name: str) -> Config:
    """Return what a config says; `name` is the file's, for errors alone.

    Without `[[numbers]]` the account owns what the default world does.

    Raises:
        ConfigError: names the file, the key and what would do.
    """
    try:
        document = _read(text)
        changes = dict(document.profile)
        profile = changes.pop("name", None)
        networks = load_profile(profile or DEFAULT, changes).networks
        rule_tables.check_networks(document.filters, tuple(networks))
        world = _world(document)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, ValueError) as error:
        raise ConfigError(f"{name}: {error}") from error
    return Config(world=world, profile=profile, profile_changes=changes)


def _read(text: str) -> Document:
    data = tomllib.loads(text)
    check_keys(data, Document, "the file")
    check_tables(data, _TABLES)
    rule_tables.check_campaigns(data)
    return convert(data, Document)


def _world(document: Document) -> World:
    default = default_world()
    senders = tuple(_sender(n, document.campaigns) for n in document.numbers)
    _check_once("numbers", (s.address for s in senders))
    _check_once("numbers", (s.sid for s in senders))
    senders = senders or tuple(default.senders)
    services = _services(document, senders)
    notify_services = _notify_services(document, services)
    if not document.numbers and not document.services:
        services = services or tuple(default.services)
        notify_services = notify_services or tuple(default.notify_services)
    return World(
        account_sid=_sid(document.account.sid, "AC"),
        auth_token=document.account.token,
        senders=senders,
        services=services,
        notify_services=notify_services,
        campaigns={
            **default.campaigns,
            **{
                _campaign(name): rule_tables.read_campaign(name, entry, document.brands)
                for name, entry in document.campaigns.items()
            },
        },
        accounts=account_tables.read_accounts(
            document,
            _sid(document.account.sid, "AC"),
            read_sid=_sid,
            read_sender=lambda number: _sender(NumberTable(address=number), {}),
        ),
        rules=rule_tables.read_rules(document, _country, default.rules),
        kinds={_recipient(n): k for n, k in document.recipients.items()},
        opted_out=frozenset(map(_recipient, document.opted_out)),
        inbound=InboundSettings(
            webhooks=webhooks(document.numbers, senders),
            opt_outs=advanced(document.keywords, services),
            answers=document.answers,
        ),
        channel_senders=channel_tables.read_channel_senders(
            document.channel_senders, sid=_sid
        )
        or default.channel_senders,
        slowdowns=tuple(
            _slowdown(table, place) for place, table in enumerate(document.slowdowns)
        ),
        faults=fault_tables.read_faults(list(document.faults)),
        **message_tables.read_messages(
            document, services, default, sid=_sid, country=_country
        ),
    )


def _sender(table: NumberTable, campaigns: Mapping[str, object]) -> Sender:
    address = table.address
    type_ = table.type or _type(address)
    if table.campaign is not None and table.campaign not in campaigns:
        nearest = hint(table.campaign, list(campaigns))
        raise ConfigError(f"{address} has no campaign {table.campaign!r}: {nearest}")
    home = table.country or country(address)
    if type_ is SenderType.SHORT_CODE:
        home = home or SHORT_CODE_COUNTRY
    return Sender(
        sid=_sid(table.sid, _PREFIXES[type_], address),
        address=address,
        type=type_,
        country=home,
        area_code=area_code(address),
        campaign=table.campaign and _campaign(table.campaign),
        verified=table.verified,
    )


def _type(address: str) -> SenderType:
    """Return what an address is by its form."""
    match kind(address):
        case AddressKind.SHORT_CODE:
            return SenderType.SHORT_CODE
        case AddressKind.ALPHANUMERIC:
            return SenderType.ALPHANUMERIC
        case AddressKind.PHONE_NUMBER if country(address):
            toll_free = area_code(address) in TOLL_FREE
            return SenderType.TOLL_FREE if toll_free else SenderType.LONG_CODE
    raise ConfigError(
        f"{address!r} is no address: write +14155550100, a short code or up to 11 "
        "letters and digits"
    )


def _services(
    document: Document, senders: Sequence[Sender]
) -> tuple[ServiceSettings, ...]:
    sids = {sender.address: sender.sid for sender in senders}
    _check_once("services", (table.name for table in document.services))
    _check_once("pools", (n for table in document.services for n in table.numbers))
    return tuple(_service(table, sids) for table in document.services)


def _service(table: ServiceTable, sids: Mapping[str, str]) -> ServiceSettings:
    for address in table.numbers:
        if address not in sids:
            nearest = hint(address, list(sids))
            raise ConfigError(f"{table.name} has no number {address!r}: {nearest}")
    period = table.validity_period
    if period is not None and period < 1:
        raise ConfigError(f"{table.name}: validity_period is above 0, not {period}")
    return ServiceSettings(
        sid=_sid(table.sid, "MG", table.name),
        friendly_name=table.name,
        pool=tuple(sids[address] for address in table.numbers),
        **{name: getattr(table, name) for name in _OF_SERVICES},
    )


def _notify_services(
    document: Document, services: Sequence[ServiceSettings]
) -> tuple[NotifySettings, ...]:
    known = services or default_world().services
    sids = {service.friendly_name: service.sid for service in known}
    _check_once("notify", (table.name for table in document.notify))
    for table in document.notify:
        if table.service not in sids:
            nearest = hint(table.service, list(sids))
            raise ConfigError(
                f"{table.name} has no service {table.service!r}: {nearest}"
            )
    return tuple(
        NotifySettings(
            sid=_sid(table.sid, "IS", table.name),
            friendly_name=table.name,
            messaging_service=sids[table.service],
            delivery_callback_url=table.delivery_callback_url,
            delivery_callback_enabled=table.delivery_callback_enabled,
        )
        for table in document.notify
    )


def _slowdown(table: SlowdownTable, place: int) -> Slowdown:
    try:
        return Slowdown(
            begins_at=_instant("from", table.from_),
            ends_at=_instant("to", table.to),
            factor=table.factor,
            countries=frozenset(map(_country, table.countries)),
        )
    except ValueError as error:
        raise ConfigError(f"slowdowns[{place}]: {error}") from error


def _instant(key: str, given: float | str) -> Seconds:
    try:
        return parse_duration(given) if isinstance(given, str) else given
    except ValueError as error:
        raise ConfigError(f"{key}: {error}") from error


def _country(code: str) -> str:
    if code not in COUNTRIES:
        raise ConfigError(f"countries: {code!r} is no country: write such as US or GB")
    return code


def _sid(given: str | None, prefix: str, name: str = "") -> str:
    """Return a SID: the one given, if it is one, or else made of a name."""
    if given is None:
        return new_sid(prefix, "config", name)
    if not re.fullmatch(f"{prefix}[0-9a-fA-F]{{32}}", given):
        raise ConfigError(f"{given!r} is no SID: it is {prefix} and 32 hex digits")
    return given


def _campaign(name: str) -> str:
    return new_sid("QE", "config", name)


def _recipient(address: str) -> str:
    if country(address) is None:
        raise ConfigError(f"recipient {address!r} is no number: write +14155550100")
    return address


def _check_once(what: str, names: Iterable[str]) -> None:
    """Check that nothing is named twice: a number is in one pool only, for one."""
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ConfigError(f"{what}: {twice[0]!r} stands there twice")
