"""A simulation: what a test says to its Twilio, and what it is told by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from simulator.keys import ConfigError
from simulator.testing import NotReachedError, simulation
from tests.simulator.testing.suites import PHONE

if TYPE_CHECKING:
    from simulator.testing import Simulation
    from simulator.testing.rows import CallbackRow

OTHER = "+14155550121"


def send(sim: Simulation, client: Any, to: str = PHONE, **options: Any) -> str:
    """Send a text from the first number and return its SID."""
    given = {"from_": sim.numbers[0], "body": "Hi", **options}
    return str(client.messages.create(to=to, **given).sid)


def test_time_stands_still(twilio_sim: Simulation, twilio_client: Any) -> None:
    """Nothing happens to a message until time passes, and then all does."""
    send(twilio_sim, twilio_client)
    assert [row.status for row in twilio_sim.messages] == ["sending"]
    before = twilio_sim.date
    twilio_sim.advance("4h")
    assert twilio_sim.now == 4 * 3600
    assert twilio_sim.date - before == timedelta(hours=4)
    (row,) = twilio_sim.messages
    assert row.statuses == ("queued", "sending", "sent", "delivered")


@pytest.mark.parametrize("duration", ["1h", 3600, timedelta(hours=1)])
def test_time_is_said_in_many_ways(twilio_sim: Simulation, duration: Any) -> None:
    """As text, as seconds, and as a timedelta."""
    twilio_sim.advance(duration)
    assert twilio_sim.now == 3600


@pytest.mark.parametrize("duration", ["soon", -1, float("nan"), "0s"])
def test_what_is_no_time_is_refused(twilio_sim: Simulation, duration: Any) -> None:
    """Time does not run backwards, nor by words."""
    with pytest.raises(ConfigError):
        twilio_sim.advance(duration)


def test_a_thousand_are_waited_for(twilio_sim: Simulation, twilio_client: Any) -> None:
    """Time goes no further than it must: 200 texts of a number take 200 seconds."""
    for ordinal in range(200):
        send(twilio_sim, twilio_client, f"+1415556{ordinal:04d}")
    twilio_sim.wait_until(delivered=200)
    assert 199 <= twilio_sim.now < 300


def test_what_does_not_come_is_told(twilio_sim: Simulation, twilio_client: Any) -> None:
    """One message says all counts, and the codes of what has failed."""
    twilio_sim.fault("filtered", recipient=OTHER)
    send(twilio_sim, twilio_client)
    send(twilio_sim, twilio_client, OTHER)
    with pytest.raises(NotReachedError) as caught:
        twilio_sim.wait_until(delivered=2, patience=0)
    told = str(caught.value)
    assert told.startswith("within 1d: delivered 1 of 2; so far there were")
    assert "1 undelivered; codes of failed messages: 30007; nothing more is due" in told


def test_the_limit_of_waiting_is_kept(
    twilio_sim: Simulation, twilio_client: Any
) -> None:
    """What comes later than `within` has not come."""
    twilio_sim.fault("carrier-slow", factor=1000)
    send(twilio_sim, twilio_client)
    with pytest.raises(NotReachedError, match="within 10s: delivered 0 of 1"):
        twilio_sim.wait_until(delivered=1, within="10s")
    assert twilio_sim.now == 10


def test_a_word_that_is_no_count_is_refused(twilio_sim: Simulation) -> None:
    """With the nearest one that is."""
    with pytest.raises(ConfigError, match="did you mean 'delivered'"):
        twilio_sim.wait_until(deliverd=1)


def test_a_program_may_take_its_time(
    twilio_sim: Simulation, twilio_client: Any
) -> None:
    """Where nothing is due yet, a thread is waited for."""
    thread = Thread(target=send, args=(twilio_sim, twilio_client))
    thread.start()
    twilio_sim.wait_until(delivered=1, patience=30)
    thread.join()


def test_time_may_be_let_pass_by_many(twilio_sim: Simulation) -> None:
    """Each thread's time is added to the others'."""
    threads = [Thread(target=twilio_sim.advance, args=(10,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert twilio_sim.now == 80


def test_callbacks_are_kept_and_checked(
    twilio_sim: Simulation, twilio_client: Any
) -> None:
    """The webhook says of each whether it bears the account's signature."""
    twilio_sim.fault("callback-forged", count=1)
    send(twilio_sim, twilio_client, status_callback=twilio_sim.webhook_url)
    twilio_sim.wait_until(callbacks=3)
    assert sorted(callback.genuine for callback in twilio_sim.callbacks) == [0, 1, 1]


def test_a_phone_is_answered_by_the_program(twilio_sim: Simulation) -> None:
    """What the function returns goes back to the phone."""
    said = "<Response><Message>Here I am</Message></Response>"
    twilio_sim.on_webhook(lambda callback: said)
    twilio_sim.inbound_to()
    twilio_sim.text(PHONE, "Where are you?")
    twilio_sim.wait_until(delivered=1)
    assert [row.body for row in twilio_sim.inbox(PHONE)] == ["Here I am"]
    assert twilio_sim.callbacks[0].parameters["Body"] == "Where are you?"
    assert twilio_sim.callbacks[0].genuine


def test_a_phone_answers_who_texted_it_last(
    twilio_sim: Simulation, twilio_client: Any
) -> None:
    """Unless it is said whom it writes to."""
    send(twilio_sim, twilio_client, from_=twilio_sim.numbers[1])
    assert twilio_sim.text(PHONE, "STOP").to == twilio_sim.numbers[1]
    assert twilio_sim.text(PHONE, "Hi", to=twilio_sim.numbers[2]).body == "Hi"
    assert twilio_sim.opt_outs[0].recipient == PHONE
    with pytest.raises(TwilioRestException, match="unsubscribed"):
        send(twilio_sim, twilio_client)


def test_what_a_function_raises_reaches_the_test(twilio_sim: Simulation) -> None:
    """The next call that lets time go on raises it, once."""

    def fail(callback: CallbackRow) -> None:
        raise KeyError(callback.sid)

    twilio_sim.on_webhook(fail)
    twilio_sim.inbound_to()
    with pytest.raises(KeyError):
        twilio_sim.text(PHONE, "Hi")
    twilio_sim.advance("1h")


def test_limits_are_those_asked_for(twilio_sim: Simulation, twilio_client: Any) -> None:
    """A profile by name, single settings, and every sender's rate."""
    twilio_sim.profile("twilio-2026", mps=0.1)
    send(twilio_sim, twilio_client)
    send(twilio_sim, twilio_client)
    twilio_sim.wait_until(delivered=2)
    first, second = twilio_sim.messages
    assert second.left_at is not None
    assert first.left_at is not None
    assert second.left_at - first.left_at == pytest.approx(10)


def test_limits_come_before_the_first_message(
    twilio_sim: Simulation, twilio_client: Any
) -> None:
    """They begin the account anew, so there must be nothing to lose."""
    send(twilio_sim, twilio_client)
    with pytest.raises(ConfigError, match="before the first message"):
        twilio_sim.profile("twilio-2026")


def test_a_phone_is_what_it_is_said_to_be(
    twilio_sim: Simulation, twilio_client: Any
) -> None:
    """Everybody has a mobile, but for whom it is said otherwise."""
    twilio_sim.phone(OTHER, "landline")
    send(twilio_sim, twilio_client)
    send(twilio_sim, twilio_client, OTHER)
    twilio_sim.wait_until(delivered=1, undelivered=1)
    assert twilio_sim.messages[1].error_code == 30006


@pytest.mark.parametrize("kind", ["mobil", "fax"])
def test_a_kind_that_is_none_is_refused(twilio_sim: Simulation, kind: str) -> None:
    """With what would do."""
    with pytest.raises(ConfigError, match="mobile"):
        twilio_sim.phone(PHONE, kind)


def test_requests_are_told(twilio_sim: Simulation, twilio_client: Any) -> None:
    """Each with what it has made, the refused one with nothing."""
    twilio_sim.fault("500-after", count=1)
    with pytest.raises(TwilioRestException):
        send(twilio_sim, twilio_client)
    with pytest.raises(TwilioRestException):
        send(twilio_sim, twilio_client, "nobody")
    first, second = twilio_sim.requests
    assert (first.status, first.sid) == (500, twilio_sim.messages[0].sid)
    assert (second.status, second.sid) == (400, None)


@pytest.mark.twilio_sim(starts_at=datetime(2026, 12, 24, 18, tzinfo=UTC))
def test_the_date_is_the_tests(twilio_sim: Simulation, twilio_client: Any) -> None:
    """It is what messages are dated by."""
    sid = send(twilio_sim, twilio_client)
    assert twilio_client.messages(sid).fetch().date_created.day == 24


def test_there_is_one_at_a_time(twilio_sim: Simulation) -> None:
    """The server of a process has one account."""
    with pytest.raises(ConfigError, match="one at a time"), simulation():
        pass


def test_what_was_left_running_is_refused() -> None:
    """A thread of an earlier test lets no time of a later one pass."""
    with simulation(name="earlier") as earlier:
        pass
    with simulation(name="later") as later:
        with pytest.raises(ConfigError, match="is over"):
            earlier.advance("1h")
        assert later.now == 0


def test_regions_are_led_here(twilio_sim: Simulation) -> None:
    """A client that was told a region and an edge speaks to the simulator as well."""
    client = Client(region="au1", edge="sydney")
    send(twilio_sim, client)
    assert len(twilio_sim.messages) == 1


def test_other_credentials_are_refused(twilio_sim: Simulation) -> None:
    """What a program has written down is not this test's account."""
    client = Client("AC" + "2" * 32, "secret")
    with pytest.raises(TwilioRestException) as refused:
        send(twilio_sim, client)
    assert refused.value.code == 20003


def test_numbers_that_are_none_are_refused(twilio_sim: Simulation) -> None:
    """A phone is a phone's number, and writes to the account's."""
    for wrong in (
        lambda: twilio_sim.inbox("me"),
        lambda: twilio_sim.text("me", "Hi"),
        lambda: twilio_sim.text(PHONE, "Hi", to=OTHER),
    ):
        with pytest.raises(ConfigError, match="is no"):
            wrong()
