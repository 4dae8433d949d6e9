"""Faults on order: who is struck is drawn for each alone, and every strike counts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.faults import KINDS, Fault, Faults, Stage, Struck
from simulator.engine.gateway import Gateway
from sms.statuses import MessageStatus
from tests.simulator.engine.builders import (
    LAWS,
    ROUGH,
    Arrival,
    arrivals,
    drain,
    long_code,
    make_gateway,
    make_profile,
    record,
    send,
    submit_all,
    us,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

SENDERS = (long_code(0), long_code(1), long_code(0, country="GB"))
OF_MESSAGES = ("carrier-slow", "carrier-down", "filtered", "registration-lost")

rules = st.builds(
    lambda what, begins_at, lasts, share: Fault(
        what=what,
        begins_at=begins_at,
        ends_at=begins_at + lasts,
        share=1.0 if what == "registration-lost" else share,
    ),
    st.sampled_from(OF_MESSAGES),
    st.integers(0, 40),
    st.integers(1, 60),
    st.sampled_from([0.2, 0.5, 1.0]),
)


def make_faulty(faults: Sequence[Fault], *, watched: bool = True) -> Gateway:
    """Return a gateway in a world with faults on order."""
    plain = make_gateway(*SENDERS, profile=make_profile(mix=ROUGH, queue_limit=30.0))
    world = replace(plain.world, faults=faults)
    return Gateway(world, plain.profile, seed=plain.seed, watched=watched)


def play(some: list[Arrival], faults: Sequence[Fault], **how: Any) -> list[Any]:
    """Return what became of every message, and what struck."""
    gateway = make_faulty(faults, **how)
    submit_all(gateway, some)
    drain(gateway)
    return [*map(record, gateway.messages.values()), gateway.faults.facts()]


@LAWS
@given(arrivals(senders=(None, 0)), st.lists(rules, max_size=3))
def test_faults_are_the_same_unwatched(
    some: list[Arrival], faults: list[Fault]
) -> None:
    """Fates, instants and counts do not hang on who looks."""
    assert play(some, faults) == play(some, faults, watched=False)


@LAWS
@given(arrivals(senders=(None, 0)), st.lists(rules, max_size=3), st.integers(1, 30))
def test_looking_more_often_changes_nothing(
    some: list[Arrival], faults: list[Fault], stride: int
) -> None:
    """What is asked for every so many seconds is what is asked for at the end."""
    gateway = make_faulty(faults)
    submit_all(gateway, some)
    last = sum(one.gap for one in some)
    for look in range(20):
        gateway.advance(last + look * stride)
    drain(gateway)
    told = [*map(record, gateway.messages.values()), gateway.faults.facts()]
    assert told == play(some, faults)


@LAWS
@given(st.permutations(range(30)), st.sampled_from([0.1, 0.5]))
def test_the_order_of_arrival_changes_nobodys_fate(
    order: list[int], share: float
) -> None:
    """A request is drawn for by its recipient, however many came before."""
    one = Fault(what="error-after", share=share)
    orderly, mixed = Faults([one], seed=3), Faults([one], seed=3)
    struck = {us(n): _struck(orderly, us(n)) for n in range(30)}
    assert {us(n): _struck(mixed, us(n)) for n in order} == struck
    assert orderly.facts() == mixed.facts()


def _struck(faults: Faults, recipient: str) -> bool:
    about = faults.request("/Messages.json", recipient)
    return faults.strike(Stage.ANSWER, about, 0.0) is not None


@given(st.floats(0.01, 1), st.none() | st.integers(1, 50))
def test_the_count_adds_up(share: float, count: int | None) -> None:
    """What a rule says it has struck is what was struck, and no more than it may."""
    faults = Faults([Fault(what="reset", share=share, count=count)], seed=1)
    asked = [faults.request("/m", us(n)) for n in range(100)]
    hits = sum(faults.strike(Stage.REQUEST, one, 0.0) is not None for one in asked)
    assert faults.facts()[0]["struck"] == hits <= (count or 100)


def test_a_share_is_about_that_share() -> None:
    """Of ten thousand recipients, a fifth within one per cent of all."""
    faults = Faults([Fault(what="error-before", share=0.2)], seed=1)
    for n in range(10_000):
        faults.strike(Stage.REQUEST, Struck(us(n)), 0.0)
    assert faults.facts()[0]["struck"] == pytest.approx(2_000, abs=100)


def test_a_request_made_again_may_get_through() -> None:
    """It is another one for its recipient, and drawn for anew."""
    faults = Faults([Fault(what="too-many-requests", share=0.5)], seed=1)
    asked = [faults.request("/m", us(1)) for _ in range(40)]
    hits = [faults.strike(Stage.REQUEST, one, 0.0) is not None for one in asked]
    assert 10 < sum(hits) < 30


def test_the_first_rule_of_a_stage_strikes_alone() -> None:
    """And a rule strikes nothing before its time, after it, or of another's."""
    first = Fault(what="reset", begins_at=10, ends_at=20, recipient=us(1))
    faults = Faults([first, Fault(what="error-before", path="Messages")])
    asked = [Struck("a", "/Messages", us(n)) for n in (1, 2)]
    found = [faults.strike(Stage.REQUEST, asked[0], at) for at in (9, 10, 20)]
    names = [one and one.what for one in found]
    assert names == ["error-before", "reset", "error-before"]
    assert faults.strike(Stage.REQUEST, Struck("a", "/Services", us(1)), 0) is None
    other = faults.strike(Stage.REQUEST, asked[1], 10)
    assert other is not None
    assert other.what == "error-before"


def test_rules_come_and_go() -> None:
    """A number is a rule's own; the others keep theirs, and their counts."""
    faults = Faults([Fault(what="reset"), Fault(what="error-before")])
    assert len(faults) == 2
    assert faults.remove(1).what == "reset"
    assert faults.add(Fault(what="filtered")) == 3
    assert [one["number"] for one in faults.facts()] == [2, 3]
    with pytest.raises(KeyError):
        faults.remove(1)
    faults.clear()
    assert not faults


def test_what_strikes_by_other_ways_is_counted() -> None:
    """For the rule it is of, not for another of its stage."""
    first, second = (Fault(what="list-lag", seconds=n) for n in (5.0, 9.0))
    faults = Faults([first, second])
    faults.count(second)
    assert [one["struck"] for one in faults.facts()] == [0, 1]


def test_each_rule_delays_by_its_own_seconds() -> None:
    """One that has been taken away since it struck still does, by what it says."""
    first, second = (Fault(what="late-acceptance", seconds=n) for n in (5.0, 9.0))
    faults = Faults([first, second])
    assert [faults.seconds(one, Struck("a")) for one in (first, second)] == [5.0, 9.0]
    faults.remove(2)
    assert faults.seconds(second, Struck("a")) == 9.0


def test_a_latency_is_drawn_from_its_distribution() -> None:
    """Half are over the median, one in a hundred over p99."""
    fault = Fault(what="latency", median=2.0, p99=30.0)
    faults = Faults([fault], seed=1)
    delays = sorted(faults.seconds(fault, Struck(us(n))) for n in range(4_000))
    assert delays[2_000] == pytest.approx(2.0, rel=0.1)
    assert delays[3_960] == pytest.approx(30.0, rel=0.3)


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"what": "oops"}, "there is no fault 'oops'"),
        ({"what": "reset", "factor": 2}, "reset has no factor: it has path, recip"),
        ({"what": "filtered", "count": 2}, "filtered has no count: it has country"),
        ({"what": "sender-leaves", "share": 0.5}, "has no share: it has sender"),
        ({"what": "reset", "share": 0}, "share is above 0 and at most 1, not 0"),
        ({"what": "reset", "count": 0}, "count is 1 or more, not 0"),
        ({"what": "reset", "begins_at": -1}, "from is 0 or more, not -1"),
        ({"what": "reset", "begins_at": 5, "ends_at": 5}, r"to is after from \(5\)"),
        ({"what": "carrier-slow", "factor": 0.5}, "factor is 1 or more, not 0.5"),
        ({"what": "list-lag", "seconds": 0}, "seconds is above 0, not 0"),
        ({"what": "latency", "median": 10}, r"p99 is above median \(10\), not 10"),
    ],
)
def test_what_cannot_be_is_said(given: dict[str, Any], complaint: str) -> None:
    """In the words of the settings file: what was given, and what would do."""
    with pytest.raises(ValueError, match=complaint):
        Fault(**given)


@pytest.mark.parametrize("what", KINDS)
def test_every_kind_has_a_value_where_none_is_given(what: str) -> None:
    """Each row can be ordered by its name alone, and says what then holds."""
    fault = Fault(what=what)
    assert {name: fault.value(name) for name in KINDS[what].values} == {
        **KINDS[what].values
    }
    with pytest.raises(KeyError):
        fault.value("colour")


def test_carriers_turn_away_what_a_fault_says() -> None:
    """One number is filtered; from an instant on all that is handed over is lost."""
    some = [
        Fault(what="filtered", sender=SENDERS[0].address),
        Fault(what="carrier-down", begins_at=3, ends_at=5),
    ]
    plain = make_gateway(*SENDERS)
    world = replace(plain.world, faults=some)
    gateway = Gateway(world, plain.profile, seed=7)
    first = send(gateway, us(1), sender=SENDERS[0])
    others = [send(gateway, us(n), sender=SENDERS[1]) for n in range(2, 7)]
    drain(gateway)
    assert first.error_code == 30007
    assert [one.error_code for one in others] == [None, None, 30008, 30008, None]
    assert [one["struck"] for one in gateway.faults.facts()] == [1, 2]


def test_a_lost_registration_fails_what_long_codes_send() -> None:
    """From the US to the US alone, and only as long as it is lost."""
    lost = Fault(what="registration-lost", begins_at=10, ends_at=20)
    gateway = make_faulty([lost])
    codes = []
    for at in (0, 10, 20):
        message = send(gateway, us(at), float(at), sender=SENDERS[0])
        abroad = send(gateway, us(50 + at), float(at), sender=SENDERS[2])
        gateway.advance(float(at))
        codes.append((message.status is MessageStatus.FAILED, message.error_code))
        assert abroad.error_code != 30034
    assert codes == [(False, None), (True, 30034), (False, None)]
