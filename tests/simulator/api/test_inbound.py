"""What a webhook is told of an inbound message."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.api.inbound import inbound_parameters, webhook_of
from simulator.engine.events import MessageReceived
from simulator.engine.inbound import Inbound, InboundSettings, Webhook
from simulator.engine.keywords import Keywords
from simulator.engine.worlds import (
    ACCOUNT_SID,
    MESSAGING_SERVICE_SID,
    default_world,
)
from tests.simulator.api.caller import FROM, SERVICE, TO, Caller

URL = "http://127.0.0.1:5000/in"


def told(caller: Caller, body: str, *media: str, to: str = FROM) -> dict[str, str]:
    """Return what the webhook is told of a text that a phone writes."""
    caller.gateway.receive(Inbound(TO, to, body, media), caller.now)
    events = caller.gateway.advance(caller.now + 60)
    (received,) = (e for e in events if isinstance(e, MessageReceived))
    parameters = inbound_parameters(received, ACCOUNT_SID)
    assert len(dict(parameters)) == len(parameters)
    return dict(parameters)


def test_a_text_is_told_with_who_and_where() -> None:
    """Both sides with their country, the places within it empty."""
    parameters = told(Caller(), "Hi")
    assert (parameters["From"], parameters["To"], parameters["Body"]) == (
        TO,
        FROM,
        "Hi",
    )
    assert parameters["FromCountry"] == parameters["ToCountry"] == "US"
    assert parameters["FromCity"] == parameters["ToZip"] == ""
    assert parameters["MessagingServiceSid"] == MESSAGING_SERVICE_SID
    assert parameters["NumMedia"] == "0"


@pytest.mark.parametrize(
    ("url", "type_"),
    [("a.png", "image/png"), ("a.VCF?b.gif", "text/vcard"), ("a", "image/jpeg")],
)
def test_media_are_told_with_their_types(url: str, type_: str) -> None:
    """The end of a URL says it; without one it is a picture."""
    parameters = told(Caller(), "", f"http://127.0.0.1/{url}")
    assert parameters["NumMedia"] == "1"
    assert parameters["MediaContentType0"] == type_


def test_an_opt_out_is_told_by_advanced_opt_out_alone() -> None:
    """With it, OptOutType says what the keyword was for."""
    assert "OptOutType" not in told(Caller(), "STOP")
    advanced = {MESSAGING_SERVICE_SID: {"*": Keywords()}}
    world = replace(default_world(), inbound=InboundSettings(opt_outs=advanced))
    assert told(Caller(world), "STOP")["OptOutType"] == "STOP"


def test_a_service_may_leave_its_texts_to_the_number() -> None:
    """Its own webhook is asked, or else the number's; without a URL nobody is."""
    caller = Caller()
    message = caller.gateway.receive(Inbound(TO, FROM, "Hi"), 0.0)
    assert webhook_of(message, caller.gateway) is None
    sender = caller.gateway.owned(FROM)
    assert sender is not None
    caller.gateway.webhooks[sender.sid] = Webhook(url=URL)
    service = caller.gateway.services[MESSAGING_SERVICE_SID]
    service.settings = replace(service.settings, use_inbound_webhook_on_number=True)
    assert webhook_of(message, caller.gateway) == Webhook(url=URL)


def test_a_number_by_itself_is_told_of_no_service() -> None:
    """Out of the pool, what is written to it names none."""
    caller = Caller()
    sender = caller.gateway.owned(FROM)
    assert sender is not None
    assert caller.call("DELETE", f"{SERVICE}/PhoneNumbers/{sender.sid}").status == 204
    assert "MessagingServiceSid" not in told(caller, "Hi")
