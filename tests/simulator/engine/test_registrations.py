"""Campaigns that services come by while the gateway runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.brands import Brand, BrandType, Campaign, CampaignType
from simulator.engine.queues import ROUNDING
from simulator.engine.registrations import Registration
from simulator.engine.rules import Rules
from tests.simulator.engine.builders import (
    CAMPAIGN,
    LAWS,
    SERVICE,
    Arrival,
    arrivals,
    drain,
    fate,
    gb,
    long_code,
    make_gateway,
    make_profile,
    send,
    sent,
    submit_all,
    toll_free,
    us,
)

if TYPE_CHECKING:
    from simulator.engine.gateway import Gateway

MODERN = make_profile("twilio-2026")
NEW = "QE" + "b" * 32
NUMBERS = (long_code(0), long_code(1))
SLOW = Campaign(mps=2.0)


def register(gateway: Gateway, campaign: Campaign = SLOW, sid: str = NEW) -> None:
    """Register a campaign for the tests' service."""
    registration = Registration(
        sid=sid, service=SERVICE, campaign_id="C1", created_at=0.0, updated_at=0.0
    )
    service = gateway.services[SERVICE]
    gateway.registrations.register(service, registration, campaign)


@LAWS
@given(
    arrivals(senders=(None, 0, 1), recipients=(us(1), us(2))),
    arrivals(senders=(None, 0, 1), recipients=(us(1), us(2))),
)
def test_registered_numbers_share_the_campaigns_mps(
    before: list[Arrival], after: list[Arrival]
) -> None:
    """Whatever they sent under another before, what comes after leaves at one rate."""
    numbers = [replace(number, campaign=CAMPAIGN) for number in NUMBERS]
    gateway = make_gateway(*numbers, profile=MODERN)
    submit_all(gateway, before)
    gateway.advance(1000.0)
    register(gateway)
    late = submit_all(gateway, after, now=1000.0)
    drain(gateway)
    assert len(sent(late)) == len(late)
    left = sorted((m.sent_at or 0.0, m.segments) for m in sent(late))
    for first, (at, _) in enumerate(left):
        for last in range(first + 1, len(left)):
            held = sum(segments for _, segments in left[first + 1 : last + 1])
            assert held / 2.0 <= left[last][0] - at + ROUNDING


def test_a_campaign_takes_the_pools_us_long_codes_alone() -> None:
    """A toll-free number and a British one have nothing to do with it."""
    others = (toll_free(), long_code(country="GB"))
    gateway = make_gateway(*NUMBERS, *others, profile=MODERN)
    register(gateway)
    under = [s.campaign for s in gateway.services[SERVICE].pool.values()]
    assert under == [NEW, NEW, None, None]
    assert [s.campaign for s in gateway.senders.values()] == under


def test_the_registered_are_sent_from() -> None:
    """What failed with 30034 before goes out after, from the same numbers."""
    gateway = make_gateway(*NUMBERS, profile=MODERN)
    before = send(gateway, us(1))
    gateway.advance(1.0)
    register(gateway)
    after = send(gateway, us(1), now=1.0)
    drain(gateway)
    assert fate(before) == ("failed", 30034)
    assert fate(after) == ("delivered", None)


def test_who_joins_later_is_governed_and_who_leaves_is_not() -> None:
    """A number takes its place under the campaign with its place in the pool."""
    gateway = make_gateway(*NUMBERS, pool=NUMBERS[:1], profile=MODERN)
    service = gateway.services[SERVICE]
    register(gateway)
    joined = gateway.registrations.join(service, gateway.senders[NUMBERS[1].sid], 0.0)
    assert joined.campaign == NEW
    gateway.registrations.leave(service, joined.sid)
    message = send(gateway, us(1), sender=joined)
    drain(gateway)
    assert fate(message) == ("failed", 30034)


def test_what_is_queued_when_a_campaign_ends_still_leaves() -> None:
    """Only what comes after the end is of an unregistered number."""
    gateway = make_gateway(*NUMBERS, profile=MODERN)
    register(gateway)
    messages = [send(gateway, us(n)) for n in range(6)]
    gateway.advance(0.5)
    gateway.registrations.delete(gateway.services[SERVICE])
    late = send(gateway, us(9), now=0.5)
    drain(gateway)
    assert {fate(m) for m in messages} == {("delivered", None)}
    assert fate(late) == ("failed", 30034)


def test_a_service_without_a_campaign_has_none_to_end() -> None:
    """Nothing changes for anybody."""
    gateway = make_gateway(long_code(campaign=CAMPAIGN), pool=(), profile=MODERN)
    gateway.registrations.delete(gateway.services[SERVICE])
    assert list(gateway.registrations.campaigns) == [CAMPAIGN]
    assert [s.campaign for s in gateway.senders.values()] == [CAMPAIGN]


def test_a_declared_campaign_is_its_services() -> None:
    """What the world says of numbers is what their service has, until it ends."""
    numbers = [long_code(n, campaign=CAMPAIGN) for n in range(2)]
    gateway = make_gateway(*numbers, profile=MODERN)
    service = gateway.services[SERVICE]
    found = gateway.registrations.of(service)
    assert found is not None
    assert found.sid == CAMPAIGN
    gateway.registrations.delete(service)
    assert gateway.registrations.of(service) is None
    assert CAMPAIGN not in gateway.registrations.campaigns


def test_a_deleted_service_takes_its_campaign_along() -> None:
    """Its numbers are under none afterwards."""
    gateway = make_gateway(*NUMBERS, profile=MODERN)
    register(gateway)
    gateway.remove_service(SERVICE)
    assert {s.campaign for s in gateway.senders.values()} == {None}
    assert NEW not in gateway.registrations.campaigns


def test_a_brands_daily_cap_holds_for_a_registered_campaign() -> None:
    """T-Mobile counts what goes out under a campaign of today: 30023 above the cap."""
    brand = Brand(sid="BN1", name="b", type=BrandType.STANDARD, daily_cap=3)
    profile = make_profile("twilio-2026", networks={"t_mobile": 1.0})
    gateway = make_gateway(
        *NUMBERS, profile=profile, rules=Rules(brands={brand.sid: brand})
    )
    register(gateway, Campaign(brand=brand.sid, type=CampaignType.STANDARD))
    messages = [send(gateway, us(n)) for n in range(5)]
    drain(gateway)
    fates = [fate(message)[1] for message in messages]
    assert fates == [None, None, None, 30023, 30023]


@LAWS
@given(arrivals(recipients=(us(1), us(2), gb(1))), st.lists(st.booleans(), max_size=20))
def test_enrolling_loses_nothing(some: list[Arrival], changes: list[bool]) -> None:
    """Numbers may change campaigns while messages are queued: each comes to its end."""
    gateway = make_gateway(*NUMBERS, profile=MODERN)
    register(gateway)
    now = 0.0
    for n, arrival in enumerate(some):
        now += arrival.gap
        if n < len(changes):
            gateway.enroll(NUMBERS[n % 2].sid, NEW if changes[n] else None)
        send(gateway, arrival.recipient, now, segments=arrival.segments)
    drain(gateway)
    ends = {fate(message) for message in gateway.every_message()}
    assert ends <= {("delivered", None), ("failed", 30034)}
