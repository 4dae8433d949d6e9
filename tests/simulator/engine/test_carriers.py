"""What a number is, and what the carrier makes of a message to it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.profile import LogNormal, Mix
from simulator.engine.recipients import RecipientKind, Recipients
from tests.simulator.engine.builders import (
    AT_ONCE,
    CALM,
    LAWS,
    drain,
    fate,
    gb,
    long_code,
    make_gateway,
    make_profile,
    send,
    short_code,
    us,
)

if TYPE_CHECKING:
    from simulator.engine.senders import Sender

LONDON_LANDLINE = "+442079460123"
"""From Ofcom's range for drama: a landline everywhere."""

PEOPLE = [f"+1{area}555{line:04d}" for area in (212, 415, 650) for line in range(2000)]
"""Numbers whose range does not tell mobiles from landlines."""


def fates(
    recipient: str,
    *,
    times: int = 5,
    sender: Sender | None = None,
    kind: RecipientKind | None = None,
    mix: Mix = CALM,
    seed: int = 7,
) -> list[tuple[str, int | None]]:
    """Return how so many messages in a row to one recipient end."""
    gateway = make_gateway(
        sender or long_code(),
        profile=make_profile(mix=mix),
        kinds={recipient: kind} if kind else {},
        seed=seed,
    )
    messages = [send(gateway, recipient) for _ in range(times)]
    drain(gateway)
    return [fate(message) for message in messages]


def kinds(mix: Mix, seed: int = 7) -> Counter[RecipientKind]:
    """Return how many of PEOPLE are what."""
    recipients = Recipients(mix, seed, {})
    return Counter(recipients.look_up(address)[0] for address in PEOPLE)


# What a number is


@given(st.integers(0, 10_000))
@LAWS
def test_a_landline_fails_every_time(seed: int) -> None:
    """No message ever reaches a landline: undelivered, 30006."""
    ends = fates(us(1), kind=RecipientKind.LANDLINE, seed=seed)
    assert ends == [("undelivered", 30006)] * 5


@given(st.integers(0, 10_000))
@LAWS
def test_an_unknown_number_fails_every_time(seed: int) -> None:
    """No message reaches a number nobody has: undelivered, 30005."""
    ends = fates(us(1), kind=RecipientKind.UNKNOWN, seed=seed)
    assert ends == [("undelivered", 30005)] * 5


@pytest.mark.parametrize("sender", [long_code(), short_code()])
def test_a_range_of_landlines_is_one(sender: Sender) -> None:
    """Where the range says landline, no drawing is needed, whoever sends."""
    assert fates(LONDON_LANDLINE)[0] == ("undelivered", 30006)


@given(st.integers(0, 10_000))
@LAWS
def test_a_switched_off_handset_comes_back(seed: int) -> None:
    """It misses one to three messages, 30003, and then receives every one."""
    ends = fates(us(1), kind=RecipientKind.SWITCHED_OFF, seed=seed)
    missed = ends.count(("undelivered", 30003))
    assert 1 <= missed <= CALM.misses
    assert ends == [("undelivered", 30003)] * missed + [("delivered", None)] * (
        5 - missed
    )


def test_handsets_stay_off_for_different_times() -> None:
    """Some miss one message, some two, some three."""
    mix = replace(CALM, switched_off=1.0)
    missed = {Recipients(mix, 7, {}).look_up(us(n))[1] for n in range(100)}
    assert missed == {1, 2, 3}


def test_the_config_says_what_a_number_is() -> None:
    """What the world says of a number goes before its range and before the mix."""
    mix = replace(CALM, unknown=1.0)
    assert fates(us(1), kind=RecipientKind.MOBILE, mix=mix)[0] == ("delivered", None)
    assert fates(LONDON_LANDLINE, kind=RecipientKind.MOBILE)[0][0] == "delivered"


def test_fictional_mobiles_are_no_landlines() -> None:
    """Numbers set aside for examples are mobiles, in spite of their ranges."""
    mix = replace(CALM, landline=1.0)
    assert fates(us(1), mix=mix)[0] == ("delivered", None)
    assert fates(gb(1), mix=mix)[0] == ("delivered", None)


def test_a_number_is_what_it_is_for_every_message() -> None:
    """A kind is drawn from the number and the seed, the same at every look."""
    recipients = Recipients(make_profile().mix, 7, {})
    for address in PEOPLE[:50]:
        assert recipients.look_up(address) == recipients.look_up(address)


def test_the_mix_says_how_many_are_what() -> None:
    """The share of each kind of number is as the profile has it, to a few of 6,000."""
    mix = replace(CALM, landline=0.2, unknown=0.1, switched_off=0.05)
    found = kinds(mix)
    for kind, share in [("landline", 0.2), ("unknown", 0.1), ("switched_off", 0.05)]:
        assert found[RecipientKind(kind)] / 6000 == pytest.approx(share, abs=0.02)


def test_another_seed_has_other_people() -> None:
    """Which numbers are landlines is the seed's to say."""
    mix = replace(CALM, landline=0.5)
    looks = [
        [Recipients(mix, seed, {}).look_up(a)[0] for a in PEOPLE[:100]]
        for seed in (1, 2)
    ]
    assert looks[0] != looks[1]


# What a carrier does


def ends_of_many(mix: Mix, sender: Sender, count: int = 2000) -> Counter[int | None]:
    """Return the error codes of many messages, each to somebody else."""
    profile = make_profile(mix=mix, queue_limit=1e9, longest_validity_period=10**9)
    gateway = make_gateway(sender, profile=profile)
    messages = [send(gateway, address) for address in PEOPLE[:count]]
    drain(gateway)
    return Counter(message.error_code for message in messages)


def test_the_mix_says_how_carriers_fail() -> None:
    """The shares of 30003, 30007 and 30008 are as the profile has them."""
    mix = replace(CALM, unreachable=0.2, filtered=0.1, unknown_error=0.05)
    found = ends_of_many(mix, long_code())
    for code, share in [(30003, 0.2), (30007, 0.1), (30008, 0.05), (None, 0.65)]:
        assert found[code] / 2000 == pytest.approx(share, abs=0.03)


def test_short_codes_are_never_filtered() -> None:
    """What is filtered from a long code arrives from a short code."""
    mix = replace(CALM, filtered=1.0)
    assert ends_of_many(mix, long_code(), 50) == {30007: 50}
    assert ends_of_many(mix, short_code(), 50) == {None: 50}


def test_short_codes_fail_as_often_otherwise() -> None:
    """A short code meets switched-off handsets and unknown errors as anyone does."""
    mix = replace(CALM, unreachable=0.5, unknown_error=0.5)
    assert set(ends_of_many(mix, short_code(), 200)) == {30003, 30008}


def test_some_carriers_take_no_short_codes() -> None:
    """There a short code gets 30006 every time, and a long code arrives."""
    mix = replace(CALM, off_short_codes=1.0)
    assert fates(us(1), sender=short_code(), mix=mix) == [("undelivered", 30006)] * 5
    assert fates(us(1), sender=long_code(), mix=mix) == [("delivered", None)] * 5


def test_being_off_short_codes_is_the_numbers() -> None:
    """One number's carrier takes no short codes or does, for all messages."""
    mix = replace(CALM, off_short_codes=0.5)
    ends = [fates(us(n), sender=short_code(), mix=mix) for n in range(40)]
    assert all(len(set(row)) == 1 for row in ends)
    assert len({row[0] for row in ends}) == 2


# Receipts


def test_a_receipt_takes_its_time() -> None:
    """Receipts come after the profile's delay: half by the median, a few after p99."""
    delay = LogNormal(median=2.0, p99=20.0)
    gateway = make_gateway(short_code(), profile=make_profile(receipt_delay=delay))
    for address in PEOPLE[:2000]:
        send(gateway, address)
    drain(gateway)
    took = [(m.ended_at or 0.0) - (m.sent_at or 0.0) for m in gateway.messages.values()]
    assert sum(t <= 2.0 for t in took) == pytest.approx(1000, abs=80)
    assert sum(t > 20.0 for t in took) == pytest.approx(20, abs=15)


def test_a_receipt_can_come_at_once() -> None:
    """Without a delay a message ends as its last segment leaves."""
    gateway = make_gateway(long_code(), profile=make_profile(receipt_delay=AT_ONCE))
    message = send(gateway, us(1), segments=2)
    drain(gateway)
    assert message.sent_at == message.ended_at == 2.0


def test_receipts_are_a_share_of_messages() -> None:
    """A share without receipts leaves as many messages `sent`."""
    mix = replace(CALM, without_receipt=0.3)
    gateway = make_gateway(short_code(), profile=make_profile(mix=mix))
    for address in PEOPLE[:1000]:
        send(gateway, address)
    drain(gateway)
    found = Counter(m.status.value for m in gateway.messages.values())
    assert found["sent"] == pytest.approx(300, abs=50)
    assert found["sent"] + found["delivered"] == 1000
