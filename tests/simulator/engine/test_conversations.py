"""Conversations: what came in and went back, counted apart with its cost."""

from __future__ import annotations

from dataclasses import replace

from simulator.engine.conversations import Conversation, conversation
from simulator.engine.inbound import Inbound
from simulator.engine.messages import REPLY, Draft
from tests.simulator.engine.builders import (
    drain,
    long_code,
    make_gateway,
    make_profile,
    send,
    us,
)

PROFILE = make_profile("twilio-2026")


def test_what_is_sent_is_none_of_it() -> None:
    """Messages that were asked for are no part of a conversation."""
    gateway = make_gateway(long_code(), profile=PROFILE)
    send(gateway, us(1))
    drain(gateway)
    said = conversation(gateway.messages.values(), PROFILE)
    assert said == Conversation()
    assert not said


def test_what_comes_in_costs_and_a_keywords_reply_does_not() -> None:
    """STOP is answered free of charge; a webhook's own reply is charged."""
    number = long_code()
    gateway = make_gateway(number, profile=replace(PROFILE, campaign_mps=0))
    for body in ("Hello", "STOP"):
        gateway.receive(Inbound(us(1), number.address, body), 0.0)
    reply = Draft(us(2), "Hi", number.address, extras=REPLY)
    gateway.reply(reply, 1.0)
    drain(gateway)
    said = conversation(gateway.messages.values(), gateway.profile)
    assert (said.inbound, said.replies) == (2, 2)
    assert said.inbound_dollars > 0
    assert said
