"""What an account owns before the first request: the world a run starts in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from simulator.engine.accounts import AccountSettings
from simulator.engine.applications import Application
from simulator.engine.brands import Brand, Campaign
from simulator.engine.channels import ChannelSender
from simulator.engine.faults import Fault
from simulator.engine.inbound import InboundSettings
from simulator.engine.links import LinkDomain
from simulator.engine.permissions import Permissions
from simulator.engine.recipients import RecipientKind
from simulator.engine.rules import Rules
from simulator.engine.senders import Sender, SenderType
from simulator.engine.slowdowns import Slowdown
from simulator.engine.templates import Template

ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "smslab"
MESSAGING_SERVICE_SID = "MG" + "0" * 31 + "1"
NOTIFY_SERVICE_SID = "IS" + "0" * 31 + "1"
CAMPAIGN_SID = "QE" + "0" * 31 + "1"
BRAND_SID = "BN" + "0" * 31 + "1"
TEMPLATE_SID = "HX" + "0" * 31 + "1"
APPLICATION_SID = "AP" + "0" * 31 + "1"
CHANNEL_SENDER_SID = "XE" + "0" * 31 + "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """A Messaging Service as its owner sets it.

    `pool` holds the SIDs of its senders in order of joining; `validity_period` is in
    seconds, None for the profile's default.

    Source: https://www.twilio.com/docs/messaging/api/service-resource (read
    2026-11-23).  The defaults of a service made by API are not documented: on for
    sticky sender, area-code geomatch, smart encoding and MMS converter.
    """

    sid: str
    friendly_name: str
    pool: Sequence[str] = ()
    sticky_sender: bool = True
    area_code_geomatch: bool = True
    smart_encoding: bool = True
    mms_converter: bool = True
    fallback_to_long_code: bool = False
    status_callback: str | None = None
    validity_period: int | None = None
    use_case: str = "undeclared"
    inbound_request_url: str | None = None
    inbound_method: str = "POST"
    fallback_url: str | None = None
    fallback_method: str = "POST"
    use_inbound_webhook_on_number: bool = False
    scan_message_content: str = "inherit"
    synchronous_validation: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifySettings:
    """A Notify service as its owner sets it.

    What is of push channels is kept, and nothing comes of it: only SMS is imitated.
    """

    sid: str
    friendly_name: str | None = None
    messaging_service: str | None = None
    delivery_callback_url: str | None = None
    delivery_callback_enabled: bool = False
    log_enabled: bool = True
    apn_credential: str | None = None
    gcm_credential: str | None = None
    fcm_credential: str | None = None
    apn_version: str = "3"
    gcm_version: str = "3"
    fcm_version: str = "3"
    alexa_version: str = "3"
    messenger_page: str | None = None
    alexa_skill: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One account and all it owns.

    `kinds` says what single recipients are; the rest is drawn from the profile's mix.
    `opted_out` have answered STOP, to every sender and service.
    `campaigns` are by their SIDs, and `rules` bind all messages together.
    `slowdowns` are when carriers are slow, which no account owns but each one feels,
    as it does `faults`: what goes wrong on order.
    `links` are the domains of short links; without `permissions` all is allowed.
    `inbound` is what holds of texts that phones send; `accounts` has API keys, test
    credentials and subaccounts.
    """

    account_sid: str = ACCOUNT_SID
    auth_token: str = AUTH_TOKEN
    senders: Sequence[Sender] = ()
    services: Sequence[ServiceSettings] = ()
    notify_services: Sequence[NotifySettings] = ()
    campaigns: Mapping[str, Campaign] = field(default_factory=dict)
    kinds: Mapping[str, RecipientKind] = field(default_factory=dict)
    opted_out: frozenset[str] = frozenset()
    slowdowns: Sequence[Slowdown] = ()
    faults: Sequence[Fault] = ()
    rules: Rules = field(default_factory=Rules)
    templates: Sequence[Template] = ()
    applications: Sequence[Application] = ()
    channel_senders: Sequence[ChannelSender] = ()
    links: Sequence[LinkDomain] = ()
    permissions: Permissions | None = None
    inbound: InboundSettings = field(default_factory=InboundSettings)
    accounts: AccountSettings = field(default_factory=AccountSettings)


def _sender(
    ordinal: int, address: str, type_: SenderType, country: str, campaign: str | None
) -> Sender:
    prefix = "SC" if type_ is SenderType.SHORT_CODE else "PN"
    return Sender(
        sid=f"{prefix}{ordinal:032d}",
        address=address,
        type=type_,
        country=country,
        area_code=address[2:5] if address.startswith("+1") else None,
        campaign=campaign,
    )


_L, _T, _S = SenderType.LONG_CODE, SenderType.TOLL_FREE, SenderType.SHORT_CODE

_OWNED = (
    ("+14155550100", _L, "US", CAMPAIGN_SID),
    ("+14155550101", _L, "US", CAMPAIGN_SID),
    ("+12125550100", _L, "US", CAMPAIGN_SID),
    ("+12125550101", _L, "US", CAMPAIGN_SID),
    ("+13125550100", _L, "US", CAMPAIGN_SID),
    ("+18335550100", _T, "US", None),
    ("72345", _S, "US", None),
    ("+447700900000", _L, "GB", None),
    ("+491713920000", _L, "DE", None),
    ("+33639980000", _L, "FR", None),
)


def default_world() -> World:
    """Return the world of a run without a config file.

    Five US long codes in three area codes, a toll-free number, a short code, and one
    number each in the United Kingdom, Germany and France.  The Messaging Service holds
    all but the short code, so that what a short code adds can be seen by itself; the
    Notify service sends through it.
    """
    senders = tuple(_sender(n, *row) for n, row in enumerate(_OWNED, start=1))
    pool = tuple(s.sid for s in senders if s.type is not _S)
    return World(
        senders=senders,
        services=(
            ServiceSettings(
                sid=MESSAGING_SERVICE_SID, friendly_name="smslab", pool=pool
            ),
        ),
        notify_services=(
            NotifySettings(
                sid=NOTIFY_SERVICE_SID,
                friendly_name="smslab",
                messaging_service=MESSAGING_SERVICE_SID,
            ),
        ),
        campaigns={CAMPAIGN_SID: Campaign(brand=BRAND_SID)},
        rules=Rules(brands={BRAND_SID: Brand(sid=BRAND_SID, name="smslab")}),
        templates=(
            Template(
                sid=TEMPLATE_SID,
                name="smslab",
                body="Hello {{name}}, your code is {{1}}.",
                variables={"name": "there"},
            ),
        ),
        applications=(
            Application(
                sid=APPLICATION_SID,
                friendly_name="smslab",
                message_status_callback="http://127.0.0.1:5000/status",
            ),
        ),
        channel_senders=(
            ChannelSender(
                sid=CHANNEL_SENDER_SID,
                address="whatsapp:+14155238886",
                channel="WhatsApp",
                country="US",
            ),
        ),
    )
