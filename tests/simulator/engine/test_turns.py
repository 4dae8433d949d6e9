"""Laws of a world with all on: gates, quiet hours, caps; and all else still holds."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.brands import Brand, Campaign
from simulator.engine.caps import PACIFIC
from simulator.engine.filters import Alike, Filter
from simulator.engine.networks import T_MOBILE, Networks
from simulator.engine.quiet import Quiet, QuietRule
from simulator.engine.rules import Rules
from simulator.engine.senders import SenderType
from sms.errors import DAILY_CAP, QUIET_HOURS
from sms.quiet_hours import QuietHours
from sms.statuses import TRANSITIONS, MessageStatus
from sms.timezones import local
from sms.units import HOUR
from tests.simulator.engine.builders import (
    CAMPAIGN,
    LAWS,
    ROUGH,
    Arrival,
    arrivals,
    drain,
    fate,
    gb,
    long_code,
    make_gateway,
    make_profile,
    record,
    send,
    story,
    submit_all,
    toll_free,
    us,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulator.engine.gateway import Gateway
    from simulator.engine.messages import Message
    from sms.units import Seconds

BRAND = "BN" + "a" * 32
NIGHT = QuietHours.parse("21:00-08:00")
AT_DUSK = datetime(2026, 3, 8, 1, 59, 40, tzinfo=UTC)
"""20:59:40 in New York, 17:59:40 in California; the clocks change that night."""

NUMBERS = (long_code(0, campaign=CAMPAIGN), long_code(1, campaign=CAMPAIGN))
SENDERS = (*NUMBERS, toll_free(), long_code(0, country="GB"))
NOBODY = QuietRule(hours=NIGHT, countries=frozenset({"JP"}))
"""Quiet hours that nobody feels, so that turns are taken and nothing is held."""

NIGHT_IN_GB = QuietHours.parse("02:00-02:01")

ALL_ON = Rules(
    brands={BRAND: Brand(sid=BRAND, name="one", daily_cap=9)},
    quiet_hours=(
        QuietRule(hours=NIGHT, countries=frozenset({"US"})),
        QuietRule(
            hours=NIGHT_IN_GB,
            countries=frozenset({"GB"}),
            then=Quiet.REFUSE,
        ),
    ),
    filters=(Filter(share=0.3, types=frozenset({SenderType.TOLL_FREE})),),
    alike=Alike(most=2, window=10.0, share=0.5),
    mps=3.0,
)

TO = tuple(f(n) for n in range(4) for f in (us, gb, lambda n: us(n, "212")))
crowds = arrivals(
    senders=(None, 0, 1, 2, 3),
    recipients=TO,
    validity_periods=(None, 3, 40_000),
    most=25,
)
watched_or_not = st.booleans()


def make_world(*, watched: bool = True, rules: Rules = ALL_ON) -> Gateway:
    """Return a gateway of today with all there is switched on."""
    return make_gateway(
        *SENDERS,
        profile=make_profile(
            "twilio-2026", mix=ROUGH, over_carrier_rate=0.1, networks={T_MOBILE: 0.7}
        ),
        rules=rules,
        campaign=Campaign(brand=BRAND, mps=2.0),
        started_at=AT_DUSK,
        watched=watched,
    )


def run(some: Sequence[Arrival], *, watched: bool) -> list[Message]:
    """Return what becomes of messages to phones whose night may be near."""
    gateway = make_world(watched=watched)
    mine = [a for a in some if a.sender != 2 or a.recipient.startswith("+1")]
    messages = submit_all(gateway, mine)
    drain(gateway)
    return messages


def started(messages: Iterable[Message]) -> list[tuple[Seconds, Message]]:
    """Return the messages whose turn has come, in order of it."""
    return sorted(
        ((m.sending_at, m) for m in messages if m.sending_at is not None),
        key=lambda pair: pair[0],
    )


def keeps_to(some: Sequence[tuple[Seconds, Message]], mps: float) -> bool:
    """Say whether each begins once the one before it has had its time."""
    return all(
        after - before >= first.segments / mps - 1e-6
        for (before, first), (after, _) in pairwise(some)
    )


@LAWS
@given(crowds, watched_or_not)
def test_no_message_leaves_in_quiet_hours(some: list[Arrival], watched: bool) -> None:
    """Neither its first segment nor its last, by the clock of its recipient.

    Where the law holds what comes too late it waits, where it refuses it fails: 30610.
    """
    for message in run(some, watched=watched):
        quiet = NIGHT if message.country == "US" else NIGHT_IN_GB
        assert message.error_code != QUIET_HOURS.code or message.country == "GB"
        if message.sent_at is not None:
            assert message.sending_at is not None
            for at in (message.sending_at, message.sent_at):
                clock = local(message.recipient, AT_DUSK + timedelta(seconds=at))
                assert not quiet.holds(clock)


@LAWS
@given(crowds, watched_or_not)
def test_a_campaigns_numbers_together_keep_to_its_mps(
    some: list[Arrival], watched: bool
) -> None:
    """Whichever of its numbers sends, wherever through, the rate is the campaign's."""
    own = [
        (at, message)
        for at, message in started(run(some, watched=watched))
        if message.country == "US" and message.sender in NUMBERS
    ]
    assert keeps_to(own, 2.0)


@LAWS
@given(crowds, watched_or_not)
def test_all_senders_together_keep_to_the_accounts_mps(
    some: list[Arrival], watched: bool
) -> None:
    """Account-based throughput caps the sum of all senders."""
    assert keeps_to(started(run(some, watched=watched)), 3.0)


@LAWS
@given(crowds, watched_or_not)
def test_each_sender_still_keeps_to_its_own_mps(
    some: list[Arrival], watched: bool
) -> None:
    """What the gate has held up does not leave in a bunch."""
    messages = run(some, watched=watched)
    for sender, country, mps in (
        (SENDERS[2], "US", 3),
        (SENDERS[3], "GB", 10),
        (SENDERS[3], "US", 1),
    ):
        own = [m for m in messages if m.sender is sender and m.country == country]
        assert keeps_to(started(own), mps)


@LAWS
@given(crowds, watched_or_not)
def test_no_brand_passes_its_daily_cap(some: list[Arrival], watched: bool) -> None:
    """T-Mobile takes so many segments a day from all of a brand's numbers."""
    networks = Networks({T_MOBILE: 0.7}, seed=7)
    days: dict[object, int] = defaultdict(int)
    for message in run(some, watched=watched):
        if message.sender not in NUMBERS or message.sent_at is None:
            continue
        taken = message.error_code not in (DAILY_CAP.code, 30022)
        if taken and networks.of(message.recipient, message.country) == T_MOBILE:
            left = AT_DUSK + timedelta(seconds=message.sent_at)
            days[left.astimezone(PACIFIC).date()] += message.segments
    assert all(used <= 9 for used in days.values())


@LAWS
@given(crowds)
def test_whether_anyone_watches_changes_nothing(some: list[Arrival]) -> None:
    """With all on, messages come to the same ends at the same instants."""
    seen, unseen = (run(some, watched=watched) for watched in (True, False))
    assert [record(m) for m in seen] == [record(m) for m in unseen]


@LAWS
@given(crowds, st.lists(st.floats(0, 100_000), max_size=5))
def test_asking_more_often_changes_nothing(
    some: list[Arrival], looks: list[Seconds]
) -> None:
    """One leap or many, the same events."""
    told = []
    for instants in ([], sorted(looks)):
        gateway = make_world()
        submit_all(gateway, [a for a in some if a.sender != 2])
        base = sum(arrival.gap for arrival in some)
        events = [e for at in instants for e in gateway.advance(base + at)]
        told.append(list(story(events + drain(gateway))))
    assert told[0] == told[1]


@LAWS
@given(crowds)
def test_every_message_comes_to_an_end_by_the_table(some: list[Arrival]) -> None:
    """None is lost or held for ever, and the counts are of all of them."""
    gateway = make_world()
    messages = submit_all(gateway, [a for a in some if a.sender != 2])
    drain(gateway)
    assert all(
        not TRANSITIONS[m.status] or m.status is MessageStatus.SENT for m in messages
    )
    assert sum(gateway.counts.values()) == len(messages)
    assert all(seat.tally.waiting == 0 for seat in gateway.seats.values())


@LAWS
@given(arrivals(senders=(0, 1), validity_periods=(None, 3, 8), most=25))
def test_turns_without_a_reason_are_as_queues(some: list[Arrival]) -> None:
    """Where nothing is held, each message goes when its queue alone would let it."""
    told = []
    for rules in (Rules(), Rules(quiet_hours=(NOBODY,))):
        profile = make_profile(mix=ROUGH, queue_limit=20.0)
        gateway = make_gateway(*SENDERS, profile=profile, rules=rules)
        messages = submit_all(gateway, some)
        drain(gateway)
        told.append([(fate(m), m.sending_at, m.sent_at) for m in messages])
    assert _near(told[0], told[1])


def _near(
    some: Sequence[tuple[object, ...]], others: Sequence[tuple[object, ...]]
) -> bool:
    """Say whether instants differ by no more than rounding does."""
    flat = [[value for row in rows for value in row] for rows in (some, others)]
    return len(flat[0]) == len(flat[1]) and all(
        abs(a - b) < 1e-6 if isinstance(a, float) and isinstance(b, float) else a == b
        for a, b in zip(*flat, strict=True)
    )


@pytest.mark.parametrize("profile", ["twilio-2021", "twilio-2026"])
def test_a_night_costs_a_message_none_of_its_validity(profile: str) -> None:
    """Held for eleven hours, longer than any validity, it leaves in the morning."""
    night = QuietRule(hours=NIGHT, countries=frozenset({"US"}))
    gateway = make_gateway(
        toll_free(),
        profile=make_profile(profile),
        rules=Rules(quiet_hours=(night,)),
        started_at=datetime(2026, 6, 2, 1, tzinfo=UTC),
    )
    messages = [send(gateway, us(n, "212"), 60.0) for n in range(3)]
    drain(gateway)
    assert [fate(m) for m in messages] == [("delivered", None)] * 3
    assert messages[0].sending_at == 11 * HOUR


def test_the_time_before_a_night_counts() -> None:
    """With no time left in the morning it expires, by as much as it had at dusk."""
    night = QuietRule(hours=NIGHT, countries=frozenset({"US"}))
    gateway = make_gateway(
        long_code(),
        profile=make_profile("twilio-2021"),
        rules=Rules(quiet_hours=(night,)),
        started_at=datetime(2026, 6, 2, 1, tzinfo=UTC),
    )
    messages = [
        send(gateway, us(n, "212"), 60.0, validity_period=2.5) for n in range(6)
    ]
    drain(gateway)
    assert [m.status for m in messages] == ["delivered"] * 3 + ["failed"] * 3
    assert messages[5].ended_at == 11 * HOUR + 2.5


def test_what_reaches_its_turn_too_late_is_refused() -> None:
    """Taken before the quiet hours and in line when they begin, it fails: 30610."""
    night = QuietRule(hours=NIGHT, countries=frozenset({"US"}), then=Quiet.REFUSE)
    gateway = make_gateway(
        long_code(),
        profile=make_profile("twilio-2021"),
        rules=Rules(quiet_hours=(night,)),
        started_at=datetime(2026, 6, 2, 0, 59, 57, tzinfo=UTC),
    )
    messages = [send(gateway, us(n, "212")) for n in range(6)]
    gateway.advance(30.0)
    late = [m.error_code for m in messages if m.status == "failed"]
    assert late == [QUIET_HOURS.code] * len(late)
    assert [m.status for m in messages] == ["delivered"] * 2 + ["failed"] * 4
    at_night = send(gateway, us(9, "212"), 60.0)
    drain(gateway)
    assert fate(at_night) == ("failed", QUIET_HOURS.code)


@pytest.mark.parametrize(("rate", "left"), [(0.1, 1), (0.4, 2), (1.0, 4)])
def test_who_would_wait_too_long_at_the_gate_expires(rate: float, left: int) -> None:
    """The account's rate lets so many through within the validity of all."""
    gateway = make_gateway(long_code(), rules=Rules(mps=rate))
    messages = [send(gateway, us(n), validity_period=3) for n in range(8)]
    drain(gateway)
    statuses = [message.status for message in messages]
    assert statuses == ["delivered"] * left + ["failed"] * (8 - left)
    assert {m.ended_at for m in messages[left:]} == {3.0}
