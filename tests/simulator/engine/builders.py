"""Small worlds, gateways and arrivals for the tests of the engine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Any

from hypothesis import settings
from hypothesis import strategies as st

from simulator.engine.brands import Campaign
from simulator.engine.events import Event, NotificationFannedOut, StatusChanged
from simulator.engine.gates import Gates
from simulator.engine.gateway import Gateway
from simulator.engine.inbound import InboundSettings
from simulator.engine.messages import Draft, Message
from simulator.engine.notifications import Notification
from simulator.engine.profile import LogNormal, Mix, Profile
from simulator.engine.rules import Rules
from simulator.engine.senders import Sender, SenderType
from simulator.engine.worlds import ServiceSettings, World
from simulator.profiles import load_profile
from sms.errors import ApiError
from sms.units import DAY, Seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from simulator.engine.recipients import RecipientKind

LAWS = settings(max_examples=500, deadline=None, print_blob=True)
"""How hard a law is tried."""

NO_RULES = Rules()
NOBODYS = Campaign()
"""A campaign without a brand, and so at the profile's rate."""

SERVICE = "MG" + "a" * 32
CAMPAIGN = "QE" + "a" * 32
END: Seconds = 60 * DAY
"""When every run is over."""

CALM = Mix(
    landline=0.0,
    unknown=0.0,
    switched_off=0.0,
    misses=3,
    unreachable=0.0,
    filtered=0.0,
    unknown_error=0.0,
    without_receipt=0.0,
    off_short_codes=0.0,
)
"""Every message arrives."""

ROUGH = Mix(
    landline=0.1,
    unknown=0.1,
    switched_off=0.2,
    misses=3,
    unreachable=0.15,
    filtered=0.15,
    unknown_error=0.15,
    without_receipt=0.1,
    off_short_codes=0.3,
)
"""Everything that can happen does."""

AT_ONCE = LogNormal(median=0.0, p99=0.0)


@lru_cache
def _shipped(name: str) -> Profile:
    return load_profile(name)


def make_profile(
    name: str = "twilio-2021", *, mix: Mix = CALM, **changes: Any
) -> Profile:
    """Return a shipped profile, by default one in which every message arrives."""
    return replace(_shipped(name), mix=mix, **changes)


def long_code(
    ordinal: int = 0,
    area: str = "415",
    *,
    country: str = "US",
    campaign: str | None = None,
) -> Sender:
    """Return a long code, in North America one of this area code."""
    abroad = {"GB": "+4477009001", "DE": "+4915735981", "FR": "+336399810"}
    start = abroad.get(country, f"+1{area}55501")
    return Sender(
        sid=f"PN{country}{area}{ordinal:027d}",
        address=f"{start}{ordinal:02d}",
        type=SenderType.LONG_CODE,
        country=country,
        area_code=None if country in abroad else area,
        campaign=campaign,
    )


def toll_free(ordinal: int = 0, country: str = "US") -> Sender:
    """Return a toll-free number."""
    return Sender(
        sid=f"PN{country}833{ordinal:027d}",
        address=f"+183355501{ordinal:02d}",
        type=SenderType.TOLL_FREE,
        country=country,
        area_code="833",
    )


def short_code(ordinal: int = 0, country: str = "US") -> Sender:
    """Return a short code of a country."""
    return Sender(
        sid=f"SC{country}{ordinal:030d}",
        address=f"7234{ordinal}",
        type=SenderType.SHORT_CODE,
        country=country,
    )


def alphanumeric(name: str = "ACME") -> Sender:
    """Return an alphanumeric sender."""
    return Sender(
        sid="AI" + name.ljust(32, "0"), address=name, type=SenderType.ALPHANUMERIC
    )


def us(ordinal: int = 0, area: str = "650") -> str:
    """Return a recipient in the United States, a mobile unless the mix says not."""
    return f"+1{area}55501{ordinal:02d}"


def gb(ordinal: int = 0) -> str:
    """Return a recipient in the United Kingdom, a mobile unless the mix says not."""
    return f"+447700900{ordinal:03d}"


def body(segments: int = 1) -> str:
    """Return a body that takes so many segments."""
    return "x" * (160 if segments == 1 else 153 * segments)


def make_gateway(
    *senders: Sender,
    pool: Iterable[Sender] | None = None,
    profile: Profile | None = None,
    seed: int = 7,
    kinds: Mapping[str, RecipientKind] | None = None,
    opted_out: Iterable[str] = (),
    watched: bool = True,
    **rest: Any,
) -> Gateway:
    """Return a gateway with these senders, by default all in the pool of `SERVICE`.

    What else is given is of the world (`rules`, `campaign`, `answers`), `started_at`,
    `retain` or a setting of the service.
    """
    rules, campaign = rest.pop("rules", NO_RULES), rest.pop("campaign", NOBODYS)
    inbound = InboundSettings(answers=rest.pop("answers", None))
    started_at, retain = rest.pop("started_at", None), rest.pop("retain", None)
    members = senders if pool is None else tuple(pool)
    settings_ = ServiceSettings(
        sid=SERVICE,
        friendly_name="tests",
        pool=tuple(s.sid for s in members),
        **rest,
    )
    world = World(
        senders=senders,
        services=(settings_,),
        campaigns={CAMPAIGN: campaign},
        kinds=kinds or {},
        opted_out=frozenset(opted_out),
        rules=rules,
        inbound=inbound,
    )
    profile = profile or make_profile()
    return Gateway(
        world,
        profile,
        seed=seed,
        watched=watched,
        gates=Gates(rules, profile, started_at),
        retain=retain,
    )


def send(
    gateway: Gateway,
    recipient: str,
    now: Seconds = 0.0,
    *,
    sender: Sender | None = None,
    segments: int = 1,
    **draft: Any,
) -> Message:
    """Submit a message, through `SERVICE` where no sender is given."""
    if sender is None:
        draft.setdefault("service", SERVICE)
    else:
        draft["sender"] = sender.address
    draft.setdefault("body", body(segments))
    return gateway.submit(Draft(recipient=recipient, **draft), now)


def make_notification(*recipients: str, **changes: Any) -> Notification:
    """Return a notification to these recipients, through `SERVICE`."""
    given = {"sid": "NT1", "service": "IS1", "messaging_service": SERVICE} | changes
    return Notification(body=body(), recipients=recipients, **given)


def drain(gateway: Gateway) -> list[Event]:
    """Return all that still happens."""
    return gateway.advance(END)


def fate(message: Message) -> tuple[str, int | None]:
    """Return how a message stands: its status and error code."""
    return message.status.value, message.error_code


def refusal(action: Callable[..., object], *args: Any, **options: Any) -> int:
    """Return the code of the error that this call is refused with."""
    try:
        action(*args, **options)
    except ApiError as error:
        return error.error.code
    raise AssertionError("the call was not refused")


def story(events: Iterable[Event]) -> list[tuple[Seconds, str, str, int | None]]:
    """Return events as plain data that two runs can be compared by."""
    return [
        (event.at, event.message.sid, event.status.value, event.error_code)
        if isinstance(event, StatusChanged)
        else (event.at, event.notification.sid, "fanned out", len(event.messages))
        if isinstance(event, NotificationFannedOut)
        else (event.at, type(event).__name__, "", None)
        for event in events
    ]


def record(message: Message) -> tuple[object, ...]:
    """Return all that is known of a message as plain data."""
    return tuple(getattr(message, name) for name in Message.__slots__)


def sent(messages: Iterable[Message]) -> list[Message]:
    """Return the messages that reached a carrier, in order of creation."""
    return [message for message in messages if message.sent_at is not None]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that comes `gap` seconds after the one before it.

    `sender` is an index into the gateway's senders, None is through the service.
    """

    gap: Seconds
    recipient: str
    segments: int = 1
    sender: int | None = None
    validity_period: Seconds | None = None


def submit_all(
    gateway: Gateway, arrivals: Iterable[Arrival], now: Seconds = 0.0
) -> list[Message]:
    """Submit what arrives, and return what was taken; a full queue takes none."""
    senders = list(gateway.senders.values())
    taken = []
    for arrival in arrivals:
        now += arrival.gap
        try:
            message = send(
                gateway,
                arrival.recipient,
                now,
                sender=None if arrival.sender is None else senders[arrival.sender],
                segments=arrival.segments,
                validity_period=arrival.validity_period,
            )
        except ApiError:
            continue
        taken.append(message)
    return taken


RECIPIENTS = tuple(f(n) for n in range(6) for f in (us, gb))
GAPS = st.integers(-1500, 1500).map(lambda n: max(0, n) / 70)
"""Seconds between arrivals; every other one is none."""


def arrivals(
    *,
    senders: Sequence[int | None] = (None,),
    recipients: Sequence[str] = RECIPIENTS,
    validity_periods: Sequence[Seconds | None] = (None,),
    most: int = 20,
) -> st.SearchStrategy[list[Arrival]]:
    """Return lists of arrivals at random, long ones as often as short ones.

    Two draws an arrival: drawing costs more than the engine does.
    """
    kinds = st.sampled_from(
        list(product(recipients, range(1, 7), senders, validity_periods))
    )
    arrival = st.builds(lambda gap, kind: Arrival(gap, *kind), GAPS, kinds)
    counts = st.integers(0, most)
    return counts.flatmap(lambda n: st.lists(arrival, min_size=n, max_size=n))
