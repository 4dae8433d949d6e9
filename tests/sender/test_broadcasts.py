"""A broadcast under way: nothing lost, nothing twice, nothing without bound."""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sender.broadcasts import BroadcastRun, RunOptions
from sender.pacing import PacingOptions
from sender.plans import (
    Attempt,
    Broadcast,
    Call,
    Done,
    Fate,
    Operation,
    Outcome,
    Text,
    Wait,
)
from sender.registry import find_pacing, find_strategy, pacing_names, strategy_names
from sender.strategies import StrategyError
from sms.errors import INVALID_TO, LANDLINE, QUEUE_FULL, UNREACHABLE_HANDSET
from tests.sender.virtual import (
    SENDERS,
    Log,
    Plain,
    Reply,
    americans,
    capped,
    drive,
    make_broadcast,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

US = "+14155550123"
REPLIES = (
    Reply(),
    Reply(429, 20429, fate=None, latency=0.01),
    Reply(fate="undelivered", fate_code=UNREACHABLE_HANDSET.code),
    Reply(fate="undelivered", fate_code=LANDLINE.code, fate_delay=0.01),
    Reply(fate="failed", fate_code=30022, latency=2.0),
    Reply(fate="undelivered"),
    Reply(429, QUEUE_FULL.code),
    Reply(400, INVALID_TO.code),
    Reply(500, 20500),
    Reply(0),
    Reply(0, reached=False),
)


def make_run(
    *recipients: str, pacing: str = "burst", window: int = 50, **options: float
) -> tuple[BroadcastRun, Plain]:
    """Return a run of one body, and its strategy."""
    strategy = Plain()
    run = BroadcastRun(
        make_broadcast(*recipients),
        strategy,
        find_pacing(pacing)(PacingOptions(window=window)),
        RunOptions(**options),  # type: ignore[arg-type]  # ints are floats here
    )
    return run, strategy


def attempt(run: BroadcastRun, now: float = 0.0) -> Attempt:
    """Return the attempt that is due, or fail."""
    step = run.step(now)
    assert isinstance(step, Attempt)
    return step


def carries(step: object) -> list[tuple[int, int]]:
    """Return the key and attempt of each text that a step carries."""
    assert isinstance(step, Attempt)
    return [(text.key, text.attempt) for text in step.call.texts]


# Laws


def check_calls(log: Log) -> None:
    """Each call ends once, and is made again only after a refusal, unchanged."""
    made: defaultdict[int, list[Attempt]] = defaultdict(list)
    for _, one in log.made:
        made[one.number].append(one)
    finals = Counter[int]()
    refused = Counter[int]()
    for _, outcome in log.ended:
        refused[outcome.attempt.number] += outcome.refused
        finals[outcome.attempt.number] += not outcome.refused
    assert list(made) == list(range(len(made)))
    for number, attempts in made.items():
        assert [one.retries for one in attempts] == list(range(len(attempts)))
        assert len({id(one.call) for one in attempts}) == 1
        assert refused[number] + finals[number] == len(attempts)
        assert finals[number] <= 1


def check_texts(log: Log, many: int) -> None:
    """Each attempt of a text is in one call, and follows the one before."""
    calls = {one.number: one.call for _, one in log.made}
    seen = [(t.key, t.attempt) for call in calls.values() for t in call.texts]
    assert len(set(seen)) == len(seen)
    attempts: defaultdict[int, list[int]] = defaultdict(list)
    for key, number in seen:
        attempts[key].append(number)
    assert sorted(attempts) == list(range(many))
    assert all(nth == list(range(len(nth))) for nth in attempts.values())


@pytest.mark.parametrize("name", strategy_names())
@settings(max_examples=300, deadline=None)
@given(
    replies=st.lists(st.sampled_from(REPLIES), min_size=1, max_size=40),
    many=st.integers(0, 40),
    pacing=st.sampled_from(pacing_names()),
    limits=st.tuples(st.integers(1, 6), st.integers(1, 8)),
    stubbornness=st.tuples(st.integers(0, 3), st.integers(0, 3)),
)
def test_nothing_is_lost_or_sent_twice(
    name: str,
    replies: list[Reply],
    many: int,
    pacing: str,
    limits: tuple[int, int],
    stubbornness: tuple[int, int],
) -> None:
    """Whatever the API does, each text ends once and is accounted for."""
    window, max_open = limits
    broadcast = Broadcast(
        [Text(n, to, "ab"[n % 2]) for n, to in enumerate(americans(many))]
    )
    run = BroadcastRun(
        broadcast,
        find_strategy(name)(broadcast, SENDERS),
        find_pacing(pacing)(PacingOptions(window=window)),
        RunOptions(
            max_open=max_open, redeliver=stubbornness[0], max_retries=stubbornness[1]
        ),
    )
    order = iter(range(1_000_000))
    log = drive(run, lambda *_: replies[next(order) % len(replies)])
    check_calls(log)
    check_texts(log, many)
    assert log.most_open <= (min(limits) if pacing == "windowed" else max_open)
    assert run.in_flight == run.open_calls == run.awaiting_redelivery == 0
    failed = run.not_retryable + run.exhausted + run.gave_up + run.ambiguous
    assert log.delivered + failed == many


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 2**32), pacing=st.sampled_from(pacing_names()))
def test_a_run_can_be_replayed(seed: int, pacing: str) -> None:
    """The same seed gives the same attempts at the same instants."""
    logs = [
        drive(make_run(*americans(30), pacing=pacing, seed=seed)[0], capped(3))
        for _ in range(2)
    ]
    assert logs[0].made == logs[1].made


# Refusals


def test_a_refused_call_is_made_again_before_new_ones() -> None:
    """It comes back as the same call, made once more, within the back-off."""
    run, _ = make_run(US, US, pacing="windowed", window=1)
    first = attempt(run)
    run.settle(Outcome(first, 429, 20429), 1.0)
    step = run.step(1.0)
    assert isinstance(step, Wait)
    assert 1.0 <= step.until <= 1.1
    assert run.step(step.until) == first._replace(retries=1, due_at=step.until)


def due(*instants: float) -> tuple[BroadcastRun, Plain]:
    """Return a run of texts that are due one after the other."""
    texts = [Text(n, US, "Hi", due_at=at) for n, at in enumerate(instants)]
    strategy = Plain()
    return BroadcastRun(
        Broadcast(texts), strategy, find_pacing("burst")(PacingOptions())
    ), strategy


def test_a_text_is_sent_when_it_is_due_and_not_before() -> None:
    """Until then there is nothing to do but wait."""
    run, _ = due(1.0, 3.0)
    assert run.step(0.5) == Wait(1.0)
    first = attempt(run, 1.25)
    assert (first.due_at, first.intended_at) == (1.0, 1.0)
    run.settle(Outcome(first, 201, sid="SM1"), 1.5)
    assert run.step(1.5) == Wait(3.0)


def test_what_pacing_held_was_not_due_before_it_let_go() -> None:
    """The intended instant stays that of the arrival."""
    texts = [Text(n, US, "Hi", due_at=1.0) for n in range(2)]
    pacing = find_pacing("windowed")(PacingOptions(window=1))
    run = BroadcastRun(Broadcast(texts), Plain(), pacing)
    run.settle(Outcome(attempt(run, 1.0), 201, sid="SM1"), 4.0)
    second = attempt(run, 4.5)
    assert (second.due_at, second.intended_at) == (4.0, 1.0)


def test_texts_may_come_without_end_until_the_run_is_closed() -> None:
    """What had not come by then is never sent."""
    endless = (Text(n, US, "Hi", due_at=float(n)) for n in itertools.count())
    pacing = find_pacing("burst")(PacingOptions())
    run = BroadcastRun(Broadcast(()), Plain(), pacing, texts=endless)
    for at in range(100):
        run.settle(Outcome(attempt(run, at), 201, sid="SM1"), at)
    run.close()
    assert run.step(1e9) == Done()


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_back_off_doubles_up_to_a_bound(seed: int) -> None:
    """Each wait lies between 0 and 0.1 s doubled each time, at most 30 s."""
    run, _ = make_run(US, seed=seed, max_retries=12)
    now = 0.0
    for retries in range(12):
        run.settle(Outcome(attempt(run, now), 429, 20429), now)
        step = run.step(now)
        until = step.until if isinstance(step, Wait) else now
        assert 0 <= until - now <= min(30, 0.1 * 2**retries)
        now = until


@pytest.mark.parametrize(
    ("retries", "longest"), [(0, 0.1), (1, 0.2), (5, 3.2), (8, 25.6), (9, 30)]
)
def test_the_back_off_fills_its_range(retries: int, longest: float) -> None:
    """Over many calls the waits average half of the longest."""
    run, _ = make_run(*americans(900))
    for made in [attempt(run) for _ in range(900)]:
        run.settle(Outcome(made._replace(retries=retries), 429, 20429), 0.0)
    waits = [again_at for again_at, *_ in run._refused]
    assert sum(waits) / 900 == pytest.approx(longest / 2, rel=0.08)


def test_a_call_is_given_up_after_so_many_refusals() -> None:
    """Its texts count as given up, are not sent again, and its slot is free."""
    run, strategy = make_run(US, max_retries=1, redeliver=3)
    run.settle(Outcome(attempt(run), 429, 20429), 0.0)
    run.settle(Outcome(attempt(run, 1.0), 429, 20429), 1.0)
    assert isinstance(run.step(1.0), Done)
    assert (run.gave_up, run.open_calls, len(strategy.settled)) == (1, 0, 1)


def test_a_refused_call_keeps_its_slot() -> None:
    """While one backs off in a window of one, no other starts."""
    run, _ = make_run(US, US, max_open=1)
    run.settle(Outcome(attempt(run), 429, 20429), 0.0)
    assert isinstance(run.step(0.0), Wait)
    assert run.open_calls == 1


def test_the_texts_of_refused_calls_are_known() -> None:
    """Until they are made again."""
    run, _ = make_run(US, US)
    assert list(run.backing_off) == []
    made = attempt(run)
    run.settle(Outcome(made, 429, 20429), 0.0)
    assert list(run.backing_off) == list(made.call.texts)


def test_a_run_is_not_done_while_a_call_is_in_flight() -> None:
    """The last call's answer may still make work."""
    run, _ = make_run(US)
    made = attempt(run)
    assert run.step(0.0) == Wait(math.inf)
    run.settle(Outcome(made, 201), 1.0)
    assert isinstance(run.step(1.0), Done)


def test_a_burst_is_bounded() -> None:
    """Burst opens `max_open` calls and then waits for one to settle."""
    run, _ = make_run(*americans(20), max_open=7)
    made = [attempt(run) for _ in range(7)]
    assert run.step(0.0) == Wait(math.inf)
    run.settle(Outcome(made[0], 201), 0.1)
    assert isinstance(run.step(0.1), Attempt)


# Re-delivery


def fail(run: BroadcastRun, code: int, now: float) -> None:
    """Send what is due and let it fail with a code."""
    made = attempt(run, now)
    run.settle(Outcome(made, 201), now)
    run.report(Fate(made.call.texts[0], "undelivered", code), now)


def test_a_failure_that_may_pass_is_sent_again() -> None:
    """After the delay, and twice that, then no more."""
    run, _ = make_run(US, redeliver=2, redelivery_delay=300)
    for now, until in ((0, 300), (300, 900)):
        fail(run, UNREACHABLE_HANDSET.code, now)
        assert run.step(now) == Wait(until)
    fail(run, UNREACHABLE_HANDSET.code, 900)
    assert isinstance(run.step(900), Done)
    assert (run.redelivered, run.exhausted, run.not_retryable) == (2, 1, 0)


@pytest.mark.parametrize("code", [LANDLINE.code, 30005, 30007, 30034, 21610])
def test_a_failure_that_will_not_pass_is_not(code: int) -> None:
    """It counts as not retryable however many re-deliveries are left."""
    run, _ = make_run(US, redeliver=3)
    fail(run, code, 0.0)
    assert isinstance(run.step(0.0), Done)
    assert (run.redelivered, run.not_retryable) == (0, 1)


def test_without_redelivery_nothing_is_sent_again() -> None:
    """By default a failure is an end."""
    run, _ = make_run(US)
    fail(run, UNREACHABLE_HANDSET.code, 0.0)
    assert isinstance(run.step(0.0), Done)
    assert run.exhausted == 1


def test_a_full_queue_at_the_api_is_worth_another_try() -> None:
    """21611 is final for the call, but its text is sent again."""
    run, _ = make_run(US, redeliver=1)
    run.settle(Outcome(attempt(run), 429, QUEUE_FULL.code), 0.0)
    assert run.step(0.0) == Wait(300)
    assert carries(run.step(300)) == [(0, 1)]


@pytest.mark.parametrize("http_status", [0, 302, 500, 503])
def test_what_is_ambiguous_is_never_repeated(http_status: int) -> None:
    """No answer, or none of Twilio's own, ends the text for good."""
    run, _ = make_run(US, redeliver=3)
    run.settle(Outcome(attempt(run), http_status, 30003), 0.0)
    assert isinstance(run.step(math.inf), Done)
    assert run.ambiguous == 1


@pytest.mark.parametrize("http_status", [0, 302, 500, 503])
def test_what_is_ambiguous_is_repeated_on_demand(http_status: int) -> None:
    """The call backs off as a refused one does, and counts when that is used up."""
    run, _ = make_run(US, resend_ambiguous=True, max_retries=1)
    run.settle(Outcome(attempt(run), http_status), 0.0)
    assert run.ambiguous == 0
    run.settle(Outcome(attempt(run, 1.0), http_status), 1.0)
    assert isinstance(run.step(math.inf), Done)
    assert run.ambiguous == 1


def test_what_is_taken_or_rejected_is_no_more_repeated() -> None:
    """What is certain is final, whoever would send again what is not."""
    for http_status in (201, 400):
        run, _ = make_run(US, resend_ambiguous=True)
        run.settle(Outcome(attempt(run), http_status), 0.0)
        assert isinstance(run.step(math.inf), Done)


def test_what_never_left_is_made_again() -> None:
    """Without a connection nothing can have happened: the call backs off."""
    run, _ = make_run(US)
    run.settle(Outcome(attempt(run), 0, reached=False), 0.0)
    assert attempt(run, 1.0).retries == 1
    assert run.ambiguous == 0


def test_news_told_twice_counts_once() -> None:
    """A callback repeated, or come after the next delivery, changes nothing."""
    run, _ = make_run(US, redeliver=3)
    made = attempt(run)
    run.settle(Outcome(made, 201), 0.0)
    fate = Fate(made.call.texts[0], "undelivered", UNREACHABLE_HANDSET.code)
    for now in (1.0, 2.0, 400.0):
        run.report(fate, now)
    assert carries(run.step(400.0)) == [(0, 1)]
    assert run.awaiting_redelivery == 0


@pytest.mark.parametrize("code", [LANDLINE.code, UNREACHABLE_HANDSET.code])
def test_an_end_told_twice_is_one_end(code: int) -> None:
    """A failure for good counts once, whether it might have passed or not."""
    run, _ = make_run(US)
    made = attempt(run)
    run.settle(Outcome(made, 201), 0.0)
    for _ in range(3):
        run.report(Fate(made.call.texts[0], "undelivered", code), 1.0)
    assert run.not_retryable + run.exhausted == 1


def test_only_failures_are_news() -> None:
    """Statuses on the way, and delivery, leave the run as it was."""
    run, _ = make_run(US, redeliver=1)
    made = attempt(run)
    run.settle(Outcome(made, 201), 0.0)
    for status in ("sent", "delivered", "canceled"):
        run.report(Fate(made.call.texts[0], status, 30003), 0.0)
    assert isinstance(run.step(0.0), Done)


def test_texts_due_together_go_to_the_strategy_together() -> None:
    """Failures seconds apart make one batch, in order of their coming due."""
    run, strategy = make_run(*americans(3), redeliver=1)
    for now in (1.0, 2.0, 3.0):
        fail(run, UNREACHABLE_HANDSET.code, now)
    assert run.step(3.0) == Wait(330.0)
    assert carries(run.step(330.0)) == [(0, 1)]
    assert strategy.batches == [[0, 1, 2], [0, 1, 2]]


def test_a_failure_that_is_not_due_disturbs_nobody() -> None:
    """While it waits new texts go out, and the strategy is not asked for it."""
    run, strategy = make_run(*americans(3), redeliver=1)
    fail(run, UNREACHABLE_HANDSET.code, 0.0)
    assert carries(run.step(1.0)) == [(1, 0)]
    assert carries(run.step(2.0)) == [(2, 0)]
    assert strategy.batches == [[0, 1, 2]]


def test_texts_to_send_again_come_before_new_ones() -> None:
    """Those who have waited longest are next."""
    run, _ = make_run(*americans(3), redeliver=1)
    fail(run, UNREACHABLE_HANDSET.code, 0.0)
    assert carries(run.step(300.0)) == [(0, 1)]
    assert carries(run.step(300.0)) == [(1, 0)]


def test_a_late_failure_wakes_a_run_that_was_done() -> None:
    """Done is not for ever."""
    run, _ = make_run(US, redeliver=1)
    made = attempt(run)
    run.settle(Outcome(made, 201), 0.0)
    assert isinstance(run.step(5_000.0), Done)
    run.report(Fate(made.call.texts[0], "failed", 30008), 5_000.0)
    assert carries(run.step(5_310.0)) == [(0, 1)]


# Bad questions


class Careless(Plain):
    """A strategy that carries one text, or all of them twice, and no more."""

    def __init__(self, calls: int, texts_a_call: int) -> None:
        super().__init__()
        self._shape = calls, texts_a_call

    def calls(self, texts: Sequence[Text]) -> Iterator[Call]:
        """Yield what nobody asked for."""
        calls, texts_a_call = self._shape
        for _ in range(calls):
            yield Call(Operation.CREATE_MESSAGE, [*texts, *texts][:texts_a_call], {})


@pytest.mark.parametrize("shape", [(0, 1), (1, 0), (1, 4)])
def test_a_careless_strategy_is_found_out(shape: tuple[int, int]) -> None:
    """Leaving texts out, calling for none or for too many ends the run."""
    broadcast = make_broadcast(US, US)
    pacing = find_pacing("burst")(PacingOptions())
    run = BroadcastRun(broadcast, Careless(*shape), pacing)
    with pytest.raises(StrategyError, match="each text in exactly one call"):
        run.step(0.0)


@pytest.mark.parametrize(
    "name", ["redeliver", "redelivery_delay", "max_retries", "max_open"]
)
def test_options_below_zero_are_refused(name: str) -> None:
    """The error names the option and what was given."""
    with pytest.raises(ValueError, match=f"{name} must be . or more, not -1"):
        RunOptions(**{name: -1})  # type: ignore[arg-type]


def test_an_attempt_settles_once() -> None:
    """Telling an outcome twice is a mistake of the caller's."""
    run, _ = make_run(US)
    made = attempt(run)
    run.settle(Outcome(made, 201), 0.0)
    with pytest.raises(AssertionError, match="settled twice"):
        run.settle(Outcome(made, 201), 0.0)
