"""Messages as rows: the statuses they have had, from the one they began in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.simulator.testing.suites import PHONE

if TYPE_CHECKING:
    from simulator.testing import Simulation


def test_a_service_accepts_first(twilio_sim: Simulation, twilio_client: Any) -> None:
    """Then it chooses a sender."""
    service = twilio_sim.messaging_service_sid
    twilio_client.messages.create(to=PHONE, body="Hi", messaging_service_sid=service)
    twilio_sim.wait_until(delivered=1)
    (row,) = twilio_sim.messages
    expected = ("accepted", "queued", "sending", "sent", "delivered")
    assert row.statuses == expected
    assert (row.to, row.from_ in twilio_sim.numbers, row.body) == (PHONE, True, "Hi")


def test_a_pool_without_room_fails(twilio_sim: Simulation, twilio_client: Any) -> None:
    """What no sender takes fails as it was accepted."""
    twilio_sim.profile(queue_limit=0.5, mps=0.1)
    service = twilio_sim.messaging_service_sid
    for _ in range(2):
        twilio_client.messages.create(
            to=PHONE, body="Hi", messaging_service_sid=service
        )
    twilio_sim.wait_until(failed=1)
    assert twilio_sim.messages[1].statuses == ("accepted", "failed")


def test_what_is_scheduled_waits(twilio_sim: Simulation, twilio_client: Any) -> None:
    """It is accepted once its time comes, unless it is canceled."""
    sending = twilio_client.messages
    later = {"send_at": twilio_sim.date + timedelta(hours=1), "schedule_type": "fixed"}
    service = twilio_sim.messaging_service_sid
    for _ in range(2):
        made = sending.create(
            to=PHONE, body="Hi", messaging_service_sid=service, **later
        )
    sending(made.sid).update(status="canceled")
    twilio_sim.wait_until(delivered=1, canceled=1)
    first, second = (row.statuses for row in twilio_sim.messages)
    assert first[:3] == ("scheduled", "accepted", "queued")
    assert second == ("scheduled", "canceled")


def test_what_a_phone_writes_is_received(twilio_sim: Simulation) -> None:
    """It stands among the messages, as it does at Twilio."""
    twilio_sim.text(PHONE, "Hi")
    (row,) = twilio_sim.messages
    assert (row.direction, row.from_) == ("inbound", PHONE)
    assert row.statuses == ("receiving", "received")
