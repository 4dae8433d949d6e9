"""The webhook that is the simulation's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.simulator.testing.suites import PHONE

if TYPE_CHECKING:
    from simulator.testing import Simulation


def test_another_accounts_callback_is_turned_away(twilio_sim: Simulation) -> None:
    """What an earlier test has left is not taken for this one's."""
    with pytest.raises(HTTPError, match="404") as refused:
        urlopen(twilio_sim.webhook_url + "0", b"MessageSid=SM1")
    refused.value.close()
    assert twilio_sim.callbacks == ()


def test_a_forged_one_is_kept_as_such(twilio_sim: Simulation) -> None:
    """Whoever can reach the machine can post."""
    with urlopen(twilio_sim.webhook_url, b"MessageSid=SM1&ErrorCode=x") as answer:
        assert answer.status == 204
    (callback,) = twilio_sim.callbacks
    assert (callback.sid, callback.genuine, callback.error_code) == ("SM1", False, None)


def test_a_webhook_by_get_is_genuine(
    twilio_sim: Simulation, twilio_client: Any
) -> None:
    """Its parameters stand in the query, which is signed."""
    service = twilio_client.messaging.v1.services(twilio_sim.messaging_service_sid)
    service.update(inbound_request_url=twilio_sim.webhook_url, inbound_method="GET")
    twilio_sim.text(PHONE, "Hi")
    (callback,) = twilio_sim.callbacks
    assert callback.genuine
    assert callback.parameters["Body"] == "Hi"


def test_a_plain_text_is_a_reply(twilio_sim: Simulation) -> None:
    """Twilio takes text for what is to be sent back."""
    twilio_sim.on_webhook(lambda callback: f"You said {callback.parameters['Body']}")
    twilio_sim.inbound_to()
    twilio_sim.text(PHONE, "Hi")
    twilio_sim.wait_until(delivered=1)
    assert twilio_sim.inbox(PHONE)[0].body == "You said Hi"
