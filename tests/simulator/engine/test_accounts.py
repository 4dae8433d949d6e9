"""What an account owns, and the small things its gateway does."""

from __future__ import annotations

import pytest

from simulator.engine.events import StatusChanged
from simulator.engine.gateway import Gateway
from simulator.engine.messages import Draft, Extras
from simulator.engine.senders import SenderType
from simulator.engine.worlds import default_world
from sms.errors import NO_SENDER_ABLE
from sms.units import HOUR
from tests.simulator.engine.builders import (
    SERVICE,
    drain,
    fate,
    gb,
    long_code,
    make_gateway,
    make_profile,
    send,
    us,
)


def test_the_default_world_is_as_promised() -> None:
    """Five US long codes in three areas, one each of the rest, abroad too."""
    senders = default_world().senders
    home = [s for s in senders if s.country == "US"]
    types = [s.type for s in home]
    assert types.count(SenderType.LONG_CODE) == 5
    assert types.count(SenderType.TOLL_FREE) == types.count(SenderType.SHORT_CODE) == 1
    areas = {s.area_code for s in home if s.type is SenderType.LONG_CODE}
    assert len(areas) == 3
    assert [s.country for s in senders if s not in home] == ["GB", "DE", "FR"]


def test_the_default_world_sends() -> None:
    """Its Messaging Service reaches the US, Britain, Germany and France."""
    gateway = Gateway(default_world(), make_profile(), seed=1)
    [service] = gateway.services
    for recipient in (us(1), gb(1), "+4915735980001", "+33639980001"):
        send(gateway, recipient, service=service)
    drain(gateway)
    messages = gateway.messages.values()
    assert {fate(m) for m in messages} == {("delivered", None)}
    assert [m.sender and m.sender.country for m in messages] == ["US", "GB", "DE", "FR"]


def test_the_default_world_has_its_campaign() -> None:
    """Under today's profile its US numbers are registered."""
    gateway = Gateway(default_world(), make_profile("twilio-2026"), seed=1)
    [service] = gateway.services
    message = send(gateway, us(1, area="415"), service=service)
    drain(gateway)
    assert fate(message) == ("delivered", None)


def test_a_sender_owned_later_can_send() -> None:
    """An account may buy a number mid-run."""
    gateway = make_gateway()
    gateway.own(number := long_code())
    assert send(gateway, us(1), now=9.0, sender=number).status == "queued"


def test_sids_are_never_the_same() -> None:
    """Resources and messages each get a SID of their own, decided by the seed."""
    gateway, again = make_gateway(long_code()), make_gateway(long_code())
    made = [gateway.next_sid(prefix) for prefix in ("MG", "MG", "IS")]
    sids = [send(gateway, us(n % 2)).sid for n in range(4)]
    assert len({*made, *sids}) == 7
    assert made == [again.next_sid(prefix) for prefix in ("MG", "MG", "IS")]


def test_messages_to_a_recipient_are_found_in_order() -> None:
    """All that was sent to somebody, by ordinal; None where it was forgotten."""
    gateway = make_gateway(long_code())
    picture = ("https://example.com/a.png",)
    sids = [send(gateway, us(1)).sid, send(gateway, us(1), media_urls=picture).sid]
    send(gateway, us(2))
    drain(gateway)
    gateway.forget(sids[0])
    found = gateway.messages_to(us(1))
    assert [message and message.sid for message in found] == [None, sids[1]]
    assert list(gateway.messages_to(us(3))) == []


def test_a_redacted_message_has_no_text() -> None:
    """Its text is gone, all else stays, and it goes its way."""
    gateway = make_gateway(long_code())
    message = send(gateway, us(1), segments=3)
    gateway.redact(message.sid, 1.0)
    drain(gateway)
    assert (message.body, message.segments) == ("", 3)
    assert fate(message) == ("delivered", None)


def test_catching_up_keeps_what_happened() -> None:
    """Steps are taken by then, and told when `advance` is asked."""
    gateway = make_gateway(long_code())
    message = send(gateway, us(1))
    gateway.catch_up(0.5)
    assert message.status == "sending"
    assert gateway.due() == 0.0
    told = [e.status for e in gateway.advance(0.5) if isinstance(e, StatusChanged)]
    assert told == ["queued", "sending"]


def test_a_message_says_what_it_is_from_the_start() -> None:
    """Segments, encoding and callback are known as soon as it is taken."""
    gateway = make_gateway(long_code(), status_callback="https://example.com/a")
    message = send(gateway, us(1), body="Здравствуй" * 8)
    assert (message.segments, message.encoding) == (2, "UCS-2")
    assert message.status_callback == "https://example.com/a"
    own = send(gateway, us(1), status_callback="https://example.com/b")
    assert own.status_callback == "https://example.com/b"


@pytest.mark.parametrize(
    ("converts", "ends"),
    [(True, ("delivered", None)), (False, ("failed", NO_SENDER_ABLE.code))],
)
def test_media_go_abroad_as_a_link_alone(
    converts: bool, ends: tuple[str, int | None]
) -> None:
    """Where a service's MMS converter is off, no sender can: 21703."""
    senders = long_code(), long_code(country="GB")
    gateway = make_gateway(*senders, mms_converter=converts)
    message = send(gateway, gb(1), media_urls=("https://example.com/a.png",))
    drain(gateway)
    assert fate(message) == ends


def test_a_number_that_has_left_its_pool_sends_nothing_scheduled() -> None:
    """Named when the message was scheduled, and gone when its time has come."""
    number = long_code(0), long_code(1)
    gateway = make_gateway(*number)
    draft = Draft(
        recipient=us(1),
        body="Hi",
        sender=number[0].address,
        service=SERVICE,
        extras=Extras(send_at=HOUR),
    )
    message = gateway.submit(draft, 0.0)
    gateway.release(number[0].sid)
    drain(gateway)
    assert fate(message) == ("failed", NO_SENDER_ABLE.code)


def test_what_a_suspension_failed_fails_once() -> None:
    """That it would have waited too long later is nothing to it any more."""
    gateway = make_gateway(long_code())
    messages = [send(gateway, us(n), validity_period=5) for n in range(9)]
    gateway.suspend(1.0)
    drain(gateway)
    assert fate(messages[-1]) == ("failed", 30002)
    assert messages[-1].ended_at == 1.0
