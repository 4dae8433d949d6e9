"""A sender's quiet hours, and who has opted out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sender.broadcasts import BroadcastRun, RunOptions
from sender.pacing import PacingOptions
from sender.plans import Attempt, Broadcast, Done, Outcome, Text, Wait
from sender.quiet import Quiet, Waking
from sender.registry import find_pacing, find_strategy
from sms.errors import OPTED_OUT, UNREACHABLE_HANDSET
from sms.quiet_hours import QuietHours
from sms.timezones import local
from sms.units import HOUR
from tests.sender.virtual import SENDERS, Log, Plain, Reply, drive

NIGHT = QuietHours.parse("21:00-08:00")
EVENING = datetime(2026, 11, 24, 1, 58, tzinfo=UTC)
NEW_YORK, LOS_ANGELES = "+12125550123", "+13105550123"
PEOPLE = (NEW_YORK, LOS_ANGELES, "+18085550123", "+447700900123", "+18005550123")


def send(
    *recipients: str,
    strategy: str = "number-pool",
    rate: float = 1.0,
    redeliver: int = 0,
    reply: Reply | None = None,
) -> Log:
    """Send to recipients at a rate, from two minutes before nine in New York."""
    broadcast = Broadcast([Text(key, to, "Hi") for key, to in enumerate(recipients)])
    run = BroadcastRun(
        broadcast,
        find_strategy(strategy)(broadcast, SENDERS),
        find_pacing("paced")(PacingOptions(rate, 50)),
        RunOptions(redeliver=redeliver, quiet=Quiet(NIGHT, EVENING)),
    )
    return drive(run, lambda attempt, busy: reply or Reply(fate=None))


def test_whose_night_it_is_gets_the_text_in_the_morning() -> None:
    """What is not begun a minute before nine waits until eight, and is due then."""
    log = send(*[NEW_YORK] * 100)
    instants = [at for at, _ in log.made]
    assert max(at for at in instants if at < HOUR) < 60
    morning = [(at, a.intended_at) for at, a in log.made if at > HOUR]
    assert morning[0] == (120 + 11 * HOUR, 120 + 11 * HOUR)
    assert len(instants) == 100


def test_elsewhere_it_is_still_day() -> None:
    """Those in the west are texted while the east sleeps."""
    log = send(*[NEW_YORK] * 60, *[LOS_ANGELES] * 60)
    west = [at for at, a in log.made if a.call.texts[0].recipient == LOS_ANGELES]
    assert max(west) < 200


def test_an_hour_before_the_end_is_still_quiet() -> None:
    """The answer for a moment within is when the hours end, else the moment."""
    quiet = Quiet(NIGHT, EVENING)
    assert quiet.over_at(NEW_YORK, 0.0) == 0.0
    assert quiet.over_at(NEW_YORK, 61.0) == 120 + 11 * HOUR


@settings(max_examples=30, deadline=None)
@given(
    people=st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=40),
    strategy=st.sampled_from(("number-pool", "notify", "messaging-service")),
    rate=st.sampled_from((0.01, 0.5, 100.0)),
    redeliver=st.integers(0, 3),
)
def test_no_call_is_made_in_quiet_hours(
    people: list[str], strategy: str, rate: float, redeliver: int
) -> None:
    """Whatever strategy, pace and re-delivery; and every text is still sent."""
    reply = Reply(fate="undelivered", fate_code=UNREACHABLE_HANDSET.code)
    log = send(*people, strategy=strategy, rate=rate, redeliver=redeliver, reply=reply)
    sent = [(at, text) for at, a in log.made for text in a.call.texts]
    for at, text in sent:
        clock = local(text.recipient, EVENING + timedelta(seconds=at))
        assert not NIGHT.holds(clock)
    keys = sorted((text.key, text.attempt) for _, text in sent)
    assert keys == [(k, n) for k in range(len(people)) for n in range(redeliver + 1)]


def test_a_text_may_wait_at_twilio_until_a_minute_before() -> None:
    """Unless it would anyhow wait no longer."""
    broadcast = Broadcast([Text(0, NEW_YORK, "Hi")], validity_period=3_600)
    strategy = find_strategy("number-pool")(broadcast, SENDERS)
    call = next(strategy.calls(broadcast.texts))
    quiet = Quiet(NIGHT, EVENING - timedelta(hours=4))
    bounds = [quiet.bound(call, HOUR * n) for n in (0, 3, 3.5, 4)]
    assert bounds == [None, None, 1_860, 60]
    free = call._replace(form={})
    assert [quiet.bound(free, HOUR * n) for n in (0, 3)] == [None, 3_660]


def test_a_call_made_again_is_bound_anew() -> None:
    """After a 429 there is less time left."""
    broadcast = Broadcast([Text(0, NEW_YORK, "Hi")])
    run = BroadcastRun(
        broadcast,
        find_strategy("number-pool")(broadcast, SENDERS),
        find_pacing("burst")(PacingOptions()),
        RunOptions(quiet=Quiet(NIGHT, EVENING)),
    )

    def answer(attempt: Attempt, busy: int) -> Reply:
        return Reply(fate=None) if attempt.retries > 3 else Reply(429)

    made = drive(run, answer).made
    periods = [int(str(a.call.form["ValidityPeriod"])) for _, a in made]
    assert len(made) == 5
    for (at, _), period in zip(made, periods, strict=True):
        assert 60 <= at + period < 61


def test_the_shortest_waking_hours_let_a_text_go() -> None:
    """A minute a day is enough to send one."""
    quiet = Quiet(QuietHours.parse("21:00-20:59"), EVENING)
    over_at = quiet.over_at(NEW_YORK, 0.0)
    assert (over_at, quiet.over_at(NEW_YORK, over_at)) == (60.0, 60.0)


def test_who_is_known_to_have_opted_out_is_texted_no_more() -> None:
    """A 21610 is never sent again, and further texts to that phone are withheld."""
    texts = [Text(key, NEW_YORK, "Hi", due_at=10.0 * key) for key in range(5)]
    run = BroadcastRun(
        Broadcast(texts),
        Plain(),
        find_pacing("burst")(PacingOptions()),
        RunOptions(redeliver=3),
    )

    def answer(attempt: Attempt, busy: int) -> Reply:
        if attempt.number:
            return Reply(400, OPTED_OUT.code, fate=None)
        return Reply(fate=None)

    log = drive(run, answer)
    assert (len(log.made), run.withheld, run.not_retryable) == (2, 3, 1)


def test_a_call_put_off_is_not_made_to_who_has_opted_out_since() -> None:
    """Between a 429 and the next try a phone may say STOP: nobody texts it again."""
    texts = [Text(key, NEW_YORK, "Hi") for key in range(2)]
    pacing = find_pacing("burst")(PacingOptions())
    run = BroadcastRun(Broadcast(texts), Plain(), pacing, RunOptions())
    first, second = run.step(0.0), run.step(0.0)
    assert isinstance(first, Attempt)
    assert isinstance(second, Attempt)
    run.settle(Outcome(first, 429, 20429), 0.0)
    run.settle(Outcome(second, 400, OPTED_OUT.code), 0.0)
    assert isinstance(run.step(HOUR), Done)
    assert run.withheld == 1


def test_a_call_to_many_goes_on_without_who_has_opted_out() -> None:
    """The others of it are texted all the same."""
    people = (NEW_YORK, NEW_YORK, LOS_ANGELES)
    due = (0.0, 10.0, 10.0)
    texts = [
        Text(n, to, "Hi", due_at=at)
        for n, (to, at) in enumerate(zip(people, due, strict=True))
    ]
    strategy = find_strategy("notify")(Broadcast(texts), SENDERS)
    pacing = find_pacing("burst")(PacingOptions())
    run = BroadcastRun(Broadcast(texts), strategy, pacing, RunOptions())

    def answer(attempt: Attempt, busy: int) -> Reply:
        code = None if attempt.number else OPTED_OUT.code
        return Reply(fate="failed", fate_code=code) if code else Reply(fate=None)

    made = drive(run, answer).made
    assert [[t.recipient for t in a.call.texts] for _, a in made] == [
        [NEW_YORK],
        [LOS_ANGELES],
    ]
    assert run.withheld == 1


def test_a_text_not_fetched_by_day_waits_for_another() -> None:
    """Whoever asks so late that it is night again finds it due next morning."""
    quiet = Quiet(NIGHT, EVENING)
    waking = Waking([Text(0, NEW_YORK, "Hi", due_at=HOUR)], quiet)
    morning = quiet.over_at(NEW_YORK, HOUR)
    assert not waking.here(HOUR)
    assert waking.take(morning + 14 * HOUR) == []
    (text,) = waking.take(morning + 24 * HOUR)
    assert text.due_at == morning + 24 * HOUR


def test_a_run_that_is_closed_awaits_no_morning() -> None:
    """What is held back by night is never sent."""
    texts = [Text(0, NEW_YORK, "Hi", due_at=HOUR)]
    run = BroadcastRun(
        Broadcast(texts),
        Plain(),
        find_pacing("burst")(PacingOptions()),
        RunOptions(quiet=Quiet(NIGHT, EVENING)),
    )
    assert isinstance(run.step(HOUR), Wait)
    run.close()
    assert isinstance(run.step(HOUR), Done)
