"""Notify: one request becomes messages, in the order of its recipients."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.events import NotificationFannedOut
from simulator.engine.notifications import Binding
from simulator.engine.worlds import NotifySettings
from tests.simulator.engine.builders import (
    LAWS,
    drain,
    fate,
    gb,
    long_code,
    make_gateway,
    make_notification,
    send,
    us,
)

people = st.lists(st.integers(0, 30).map(us), max_size=30)


@LAWS
@given(people)
def test_a_notification_keeps_the_order(recipients: list[str]) -> None:
    """One message a recipient, made, queued and sent in the order named."""
    gateway = make_gateway(long_code())
    gateway.notify(make_notification(*recipients), 5.0)
    drain(gateway)
    messages = list(gateway.messages.values())
    assert [m.recipient for m in messages] == recipients
    left = [m.sent_at for m in messages]
    assert left == [6.0 + n for n in range(len(recipients))]


@LAWS
@given(people, st.integers(0, 5))
def test_a_notification_is_as_many_messages(
    recipients: list[str], earlier: int
) -> None:
    """Each has the fate that a message submitted by itself would have."""
    one, many = make_gateway(long_code()), make_gateway(long_code())
    for gateway in (one, many):
        for n in range(earlier):
            send(gateway, us(n))
    one.notify(make_notification(*recipients), 1.0)
    for recipient in recipients:
        send(many, recipient, now=1.0)
    drain(one)
    drain(many)
    told = [
        [(m.sid, *fate(m), m.sent_at) for m in gateway.messages.values()]
        for gateway in (one, many)
    ]
    assert told[0] == told[1]


def test_the_fan_out_is_an_event() -> None:
    """Once its messages are made, the notification says which."""
    gateway = make_gateway(long_code())
    notification = make_notification(us(2), us(1))
    gateway.notify(notification, 3.0)
    [fanned_out] = [
        event for event in drain(gateway) if isinstance(event, NotificationFannedOut)
    ]
    assert (fanned_out.at, fanned_out.notification) == (3.0, notification)
    assert [m.recipient for m in fanned_out.messages] == [us(2), us(1)]


def test_its_messages_belong_to_the_service() -> None:
    """They bear the service and the status callback of the notification."""
    gateway = make_gateway(long_code(), status_callback="https://example.com/service")
    gateway.notify(make_notification(us(1)), 0.0)
    own = "https://example.com/own"
    gateway.notify(make_notification(us(2), status_callback=own), 0.0)
    drain(gateway)
    callbacks = [m.status_callback for m in gateway.messages.values()]
    assert callbacks == ["https://example.com/service", own]


def test_media_of_a_notification_go_abroad_as_a_link() -> None:
    """A notification's messages are treated as any through the service."""
    gateway = make_gateway(long_code())
    media = ("https://example.com/a.png",)
    gateway.notify(make_notification(us(1), gb(1), media_urls=media), 0.0)
    drain(gateway)
    home, abroad = gateway.messages.values()
    assert (home.sid[:2], abroad.sid[:2]) == ("MM", "SM")
    assert "https://p.twil.io/" in abroad.body


def test_a_service_deleted_meanwhile_breaks_nothing() -> None:
    """What a deleted service had taken to fan out fails; time goes on."""
    gateway = make_gateway(long_code())
    gateway.notify(make_notification(us(1)), 0.0)
    gateway.services.clear()
    drain(gateway)
    assert {fate(m) for m in gateway.messages.values()} <= {("failed", 21701)}
    assert gateway.due() is None


def binding(identity: str, *tags: str, kind: str = "sms") -> Binding:
    """Return a binding whose address is its identity."""
    return Binding(
        sid=f"BS{identity}", identity=identity, type=kind, address=identity, tags=tags
    )


def selected(*, identities: tuple[str, ...] = (), tags: tuple[str, ...] = ()) -> str:
    """Return by whom a notification to these is received, of four bindings."""
    gateway = make_gateway()
    service = gateway.add_notify_service(NotifySettings(sid="IS1"), now=0.0)
    for each in (
        binding("a", "vip"),
        binding("b"),
        binding("c", "vip", "eu"),
        binding("d", "vip", kind="apn"),
    ):
        service.bindings[each.sid] = each
    return "".join(b.address for b in service.select(identities, tags))


def test_bindings_are_found_by_identity() -> None:
    """Identities select their bindings, in the order of the bindings."""
    assert selected(identities=("c", "a", "nobody")) == "ac"


def test_bindings_are_found_by_tag() -> None:
    """Tags select whoever bears one of them, of whatever type the binding is."""
    assert selected(tags=("vip",)) == "acd"
    assert selected(identities=("b",), tags=("eu",)) == "bc"


def test_every_binding_is_tagged_all() -> None:
    """The tag `all` is everybody's, and its type's name each binding's."""
    assert selected(tags=("all",)) == "abcd"
    assert selected(tags=("sms",)) == "abc"
    assert selected() == ""
