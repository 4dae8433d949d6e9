"""What phones write: keywords, opt-outs, loops, and answers of their own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.answering import Answers
from simulator.engine.gateway import Gateway
from simulator.engine.inbound import Inbound, InboundSettings
from simulator.engine.keywords import Keywords
from simulator.engine.messages import Direction, Draft, Message
from simulator.engine.rules import Rules
from tests.simulator.engine.builders import (
    END,
    SERVICE,
    alphanumeric,
    drain,
    fate,
    gb,
    long_code,
    make_gateway,
    make_profile,
    refusal,
    send,
    short_code,
    toll_free,
    us,
)

NUMBERS = (long_code(0), long_code(1))


def write(gateway: Gateway, body: str, now: float = 0.0, to: int = 0) -> Message:
    """Have a phone write to one of the account's senders."""
    address = list(gateway.senders.values())[to].address
    return gateway.receive(Inbound(us(1), address, body), now)


def test_stop_holds_for_the_whole_pool() -> None:
    """A bare From of the pool is refused; through the service it fails: 21610."""
    gateway = make_gateway(*NUMBERS)
    message = write(gateway, " stop ")
    assert gateway.inbox.handled[message.sid].changed
    bare = Draft(recipient=us(1), body="Hi", sender=NUMBERS[1].address)
    assert refusal(gateway.submit, bare, 1.0) == 21610
    stopped = send(gateway, us(1), 1.0)
    drain(gateway)
    assert fate(stopped) == ("failed", 21610)
    fact = gateway.opt_outs.facts()[0]
    assert (fact.scope, fact.sender, fact.word) == (SERVICE, NUMBERS[0].address, "stop")


def test_start_undoes_stop() -> None:
    """What was an opt-out stays a fact, with when it was undone."""
    gateway = make_gateway(*NUMBERS)
    write(gateway, "STOP")
    write(gateway, "Unstop", 5.0)
    arrived = send(gateway, us(1), 6.0)
    drain(gateway)
    assert fate(arrived) == ("delivered", None)
    assert gateway.opt_outs.facts()[0].undone_at == 5.0


def test_what_is_queued_is_looked_at_when_its_turn_comes() -> None:
    """Who opts out meanwhile gets none of it; what is being sent goes on."""
    gateway = make_gateway(NUMBERS[0])
    first, second = (send(gateway, us(1), segments=5) for _ in range(2))
    gateway.advance(1.0)
    write(gateway, "STOP", 2.0)
    drain(gateway)
    assert fate(first) == ("delivered", None)
    assert fate(second) == ("failed", 21610)


def test_the_reply_to_a_keyword_goes_out_all_the_same() -> None:
    """It is an outbound reply, from the number written to."""
    gateway = make_gateway(*NUMBERS)
    reply = gateway.inbox.handled[write(gateway, "STOP").sid].reply
    drain(gateway)
    assert reply is not None
    assert (reply.direction, fate(reply)[0]) == (Direction.OUTBOUND_REPLY, "delivered")


def test_toll_free_is_the_networks_affair() -> None:
    """Its reply is no message of ours, and what is sent on is blocked: 30004."""
    gateway = make_gateway(toll_free())
    handled = gateway.inbox.handled[write(gateway, "STOP").sid]
    assert handled.network_reply.startswith("NETWORK MSG")
    blocked = send(gateway, us(1), 1.0)
    drain(gateway)
    assert fate(blocked) == ("undelivered", 30004)


def test_a_short_code_by_itself_is_left_alone() -> None:
    """Its words are its owner's own affair."""
    gateway = make_gateway(short_code(), pool=())
    message = write(gateway, "STOP")
    assert gateway.inbox.handled[message.sid].word is None


@pytest.mark.parametrize("body", ["please stop", "stop it", "hello", ""])
def test_a_keyword_is_one_word(body: str) -> None:
    """Any other text opts nobody out."""
    gateway = make_gateway(*NUMBERS)
    write(gateway, body)
    assert not gateway.opt_outs.facts()


def test_advanced_opt_out_has_words_of_its_own() -> None:
    """A country's replace the default ones, and the webhook is told which it was."""
    own = Keywords(stop=("stop", "basta"), stop_reply="Ciao")
    gateway = make_gateway(*NUMBERS)
    inbound = InboundSettings(opt_outs={SERVICE: {"US": own}})
    gateway = Gateway(replace(gateway.world, inbound=inbound), gateway.profile, seed=7)
    handled = gateway.inbox.handled[write(gateway, "BASTA").sid]
    assert handled.reply is not None
    assert (handled.opt_out_type, handled.reply.body) == ("STOP", "Ciao")


def test_a_loop_is_broken() -> None:
    """The reply after so many fast ones fails with 14107, until the pause is over."""
    gateway = make_gateway(*NUMBERS)
    draft = Draft(recipient=us(1), body="Hi", sender=NUMBERS[0].address)
    most = gateway.profile.loops.replies
    replies = [gateway.reply(draft, float(n)) for n in range(most + 1)]
    paused = gateway.reply(draft, most + 5.0)
    later = gateway.reply(draft, most + 100.0)
    drain(gateway)
    assert [m.error_code for m in replies] == [None] * most + [14107]
    assert (paused.error_code, later.error_code) == (14107, None)
    assert gateway.errors == {14107: 2}


def test_help_is_answered_to_all_but_who_has_opted_out() -> None:
    """Who says STOP hears nothing more, not even help."""
    keywords = Keywords(help_reply="Call us")
    gateway = make_gateway(*NUMBERS)
    inbound = InboundSettings(opt_outs={SERVICE: {"*": keywords}})
    gateway = Gateway(replace(gateway.world, inbound=inbound), gateway.profile, seed=7)
    helped = gateway.inbox.handled[write(gateway, "HELP").sid].reply
    assert helped is not None
    assert helped.body == "Call us"
    write(gateway, "STOP", 1.0)
    assert gateway.inbox.handled[write(gateway, "HELP", 2.0).sid].reply is None


def test_a_reply_that_may_not_be_sent_is_none() -> None:
    """The keyword counts all the same, where the account may send no more today."""
    gateway = make_gateway(*NUMBERS, rules=Rules(messages_a_day=1))
    send(gateway, us(2))
    handled = gateway.inbox.handled[write(gateway, "STOP").sid]
    assert (handled.changed, handled.reply) == (True, None)


def test_a_number_given_up_is_written_to_in_vain() -> None:
    """It is no address any more; what was on its way to it is no keyword."""
    gateway = make_gateway(*NUMBERS)
    write(gateway, "Hi")
    waiting = write(gateway, "STOP")
    inbound = Inbound(us(1), NUMBERS[0].address, "STOP")
    gateway.release(NUMBERS[0].sid)
    drain(gateway)
    assert gateway.inbox.handled[waiting.sid].word is None
    assert not gateway.opt_outs.facts()
    with pytest.raises(KeyError, match="4155550100"):
        gateway.receive(inbound, END)


def test_nobody_answers_a_number_given_up() -> None:
    """Whoever would have written to it finds nobody."""
    gateway = make_gateway(*NUMBERS, answers=Answers(share=1.0))
    message = send(gateway, us(1), sender=NUMBERS[0])
    gateway.advance(2.0)
    gateway.release(NUMBERS[0].sid)
    drain(gateway)
    assert fate(message) == ("delivered", None)
    assert list(gateway.messages.values()) == [message]


def test_nobody_answers_a_name() -> None:
    """A phone cannot write to an alphanumeric sender."""
    gateway = make_gateway(alphanumeric(), answers=Answers(share=1.0))
    message = send(gateway, gb(1))
    drain(gateway)
    assert fate(message) == ("delivered", None)
    assert list(gateway.messages.values()) == [message]


def test_inbound_is_received_at_its_own_rate() -> None:
    """The second of one instant comes a five-hundredth of a second later."""
    gateway = make_gateway(*NUMBERS)
    first, second = write(gateway, "a"), write(gateway, "b")
    drain(gateway)
    assert (first.sent_at, second.sent_at) == (0.0, 0.002)


@given(share=st.floats(0, 1), seed=st.integers(0, 50))
def test_nobody_hears_after_an_opt_out(share: float, seed: int) -> None:
    """Of what was submitted after a STOP nothing is delivered, whoever wrote it."""
    answers = Answers(share=1.0, stop_share=share)
    world = make_gateway(*NUMBERS).world
    world = replace(world, inbound=InboundSettings(answers=answers))
    gateway = Gateway(world, make_profile(), seed=seed, watched=False)
    messages = [send(gateway, us(n % 4), n * 3_000.0) for n in range(12)]
    drain(gateway)
    stopped = {fact.recipient: fact.at for fact in gateway.opt_outs.facts()}
    for message in messages:
        begun = message.sending_at
        assert begun is None or begun <= stopped.get(message.recipient, begun)
