"""Notifications: one request becomes thousands of messages, or is refused whole."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.engine.events import NotificationFannedOut
from simulator.engine.worlds import ACCOUNT_SID, NOTIFY_SERVICE_SID
from tests.simulator.api.caller import (
    NOTIFY,
    NOTIFY_SERVICE,
    SAFE,
    SERVICE,
    TO,
    Caller,
    body,
    code,
    snapshot,
)

NOTIFICATIONS = f"{NOTIFY_SERVICE}/Notifications"
BINDINGS = f"{NOTIFY_SERVICE}/Bindings"


def to_binding(address: str, kind: str = "sms") -> str:
    """Return a ToBinding parameter."""
    return json.dumps({"binding_type": kind, "address": address})


def test_a_notification_is_answered_as_documented() -> None:
    """201 with every field of Twilio's example, neither recipients nor message SIDs."""
    sms = {"status_callback": "http://127.0.0.1/"}
    form = {"Body": "Hi", "ToBinding": to_binding(TO), "Sms": json.dumps(sms)}
    answer = Caller().call("POST", NOTIFICATIONS, form)
    notification = body(answer)
    assert answer.status == 201
    assert notification.pop("sid").startswith("NT")
    assert notification == {
        "account_sid": ACCOUNT_SID,
        "service_sid": NOTIFY_SERVICE_SID,
        "date_created": "2026-01-31T23:59:00Z",
        "identities": [],
        "tags": [],
        "segments": [],
        "priority": "high",
        "ttl": 2_419_200,
        "title": None,
        "body": "Hi",
        "sound": None,
        "action": None,
        **dict.fromkeys(("data", "apn", "gcm", "fcm", "facebook_messenger", "alexa")),
        "sms": sms,
    }


def test_ten_thousand_recipients_get_a_message_each() -> None:
    """The messages are made in the order of the recipients, with the Sms settings."""
    caller = Caller()
    recipients = [f"+1415555{n:04d}" for n in range(10_000)]
    sms = json.dumps({"body": "Over", "status_callback": "http://127.0.0.1/s"})
    form = {"Body": "Hi", "Sms": sms, "ToBinding": [to_binding(r) for r in recipients]}
    assert caller.call("POST", NOTIFICATIONS, form).status == 201
    messages = list(caller.gateway.messages.values())
    assert [message.recipient for message in messages] == recipients
    assert {message.body for message in messages} == {"Over"}
    assert {message.status_callback for message in messages} == {"http://127.0.0.1/s"}


def test_bindings_are_selected_by_identity_or_tag() -> None:
    """Whom the form names comes first, then whom Identity and Tag select."""
    caller = Caller()
    for n, tag in enumerate(("a", "b", "a")):
        address = f"+1415555020{n}"
        form = {"Identity": f"i{n}", "BindingType": "sms", "Address": address}
        caller.call("POST", BINDINGS, {**form, "Tag": tag})
    caller.call(
        "POST",
        NOTIFICATIONS,
        {"Body": "x", "ToBinding": to_binding(TO), "Tag": "a", "Identity": "i1"},
    )
    sent_to = [message.recipient for message in caller.gateway.messages.values()]
    assert sent_to == [TO, "+14155550200", "+14155550201", "+14155550202"]


@pytest.mark.parametrize(
    ("enabled", "given", "expected"),
    [
        ("false", "", None),
        ("true", "", "http://127.0.0.1/service"),
        ("false", "http://127.0.0.1/own", "http://127.0.0.1/own"),
        ("true", "http://127.0.0.1/own", "http://127.0.0.1/own"),
    ],
)
def test_the_delivery_callback_is_the_forms_or_the_services(
    enabled: str, given: str, expected: str | None
) -> None:
    """The form's own URL always counts, the service's where it is enabled."""
    caller = Caller()
    form = {"DeliveryCallbackUrl": "http://127.0.0.1/service"}
    caller.call("POST", NOTIFY_SERVICE, {**form, "DeliveryCallbackEnabled": enabled})
    form = {"Body": "x", "ToBinding": to_binding(TO), "DeliveryCallbackUrl": given}
    caller.call("POST", NOTIFICATIONS, form)
    events = caller.gateway.advance(0.0)
    fanned_out = [e for e in events if isinstance(e, NotificationFannedOut)]
    assert [e.notification.delivery_callback for e in fanned_out] == [expected]


GOOD = {"Body": "Hi", "ToBinding": to_binding(TO)}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"ToBinding": ()}, 52301),
        ({"ToBinding": "+14155550123"}, 52001),
        ({"ToBinding": to_binding("")}, 52001),
        ({"ToBinding": to_binding("x", "pigeon")}, 52001),
        ({"Data": '{"twi_body": 1}'}, 20422),
        ({"Apn": "[]"}, 20422),
        ({"Ttl": "2419201"}, 20422),
        ({"Priority": "urgent"}, 20422),
        ({"Identity": [str(n) for n in range(21)]}, 20422),
        ({"Sms": '{"max_price": "much"}'}, 20422),
        ({"ToBinding": '{"address": 7, "binding_type": "sms"}'}, 52001),
        ({"ToBinding": "\ud800"}, 52001),
        ({"ToBinding": [to_binding(TO)] * 10_001}, 52302),
        ({"Body": ""}, 21619),
        ({"Body": "x" * 1601}, 21617),
        ({"Sms": "{"}, 20422),
        ({"Sms": '{"media_urls": ["nowhere"]}'}, 21620),
        ({"Sms": '{"status_callback": "nowhere"}'}, 21609),
        ({"DeliveryCallbackUrl": "nowhere"}, 21609),
        ({"Tag": list("abcdef")}, 20422),
    ],
)
def test_a_bad_notification_is_refused_whole(
    changes: dict[str, Any], expected: int
) -> None:
    """Each fault has its code, and not one message is made."""
    caller = Caller()
    before = snapshot(caller)
    assert code(caller.call("POST", NOTIFICATIONS, {**GOOD, **changes})) == expected
    assert snapshot(caller) == before


def test_a_notification_needs_a_messaging_service() -> None:
    """Without one it is 52182, with a deleted one 21701."""
    caller = Caller()
    sid = body(caller.post(NOTIFY))["sid"]
    assert code(caller.post(f"{NOTIFY}/{sid}/Notifications", **GOOD)) == 52182
    caller.call("DELETE", SERVICE)
    assert code(caller.post(NOTIFICATIONS, **GOOD)) == 21701


def test_a_notification_needs_a_pool() -> None:
    """With an empty pool it is 21704, and changes nothing."""
    caller = Caller()
    for number in caller.get(f"{SERVICE}/PhoneNumbers")["phone_numbers"]:
        caller.call("DELETE", f"{SERVICE}/PhoneNumbers/{number['sid']}")
    before = snapshot(caller)
    assert code(caller.post(NOTIFICATIONS, **GOOD)) == 21704
    assert snapshot(caller) == before


def test_the_price_of_a_notification_is_kept_with_its_messages() -> None:
    """Sms may hold max_price, which nothing comes of."""
    caller = Caller()
    answer = caller.post(NOTIFICATIONS, **{**GOOD, "Sms": '{"max_price": 0.5}'})
    assert body(answer)["sms"] == {"max_price": 0.5}
    (message,) = caller.gateway.messages.values()
    assert message.extras is not None
    assert message.extras.max_price == 0.5


def test_an_address_that_is_none_fails_for_itself_alone() -> None:
    """The others get theirs; the delivery callback and the log tell who did not."""
    caller = Caller()
    bindings = [to_binding("+1999"), to_binding(TO), to_binding("token", "fcm")]
    sid = body(caller.post(NOTIFICATIONS, Body="x", ToBinding=bindings))["sid"]
    log = caller.gateway.notifications[sid]
    assert [one.address for one in log.deliveries if one.message is None] == ["+1999"]
    assert [message.recipient for message in log.messages] == [TO]
    assert [binding.type for binding in log.notification.skipped] == ["fcm"]


def test_a_service_without_a_log_keeps_none() -> None:
    """LogEnabled=false, and nothing is remembered of its notifications."""
    caller = Caller()
    caller.post(NOTIFY_SERVICE, LogEnabled="false")
    assert caller.post(NOTIFICATIONS, **GOOD).status == 201
    assert not caller.gateway.notifications


def test_a_service_has_so_many_notifications_a_second() -> None:
    """One more than the profile's rate is 429, and a second later it is not."""
    caller = Caller(changes={**SAFE, "notify": {"rate": 2.0}})
    answers = [caller.post(NOTIFICATIONS, **GOOD).status for _ in range(3)]
    caller.wait(1.0)
    assert [*answers, caller.post(NOTIFICATIONS, **GOOD).status] == [201, 201, 429, 201]


def test_an_account_may_be_limited_in_all() -> None:
    """What would go beyond the limit is refused whole, with 52181."""
    caller = Caller(changes={**SAFE, "notify": {"most_sms": 1}})
    assert caller.post(NOTIFICATIONS, **GOOD).status == 201
    assert code(caller.post(NOTIFICATIONS, **GOOD)) == 52181


def test_pairs_for_other_channels_are_repeated() -> None:
    """They are a JSON object, and what is none is 20422."""
    caller = Caller()
    form = {"Body": "Hi", "ToBinding": to_binding(TO)}
    taken = caller.call("POST", NOTIFICATIONS, {**form, "Data": '{"a": 1}'})
    assert body(taken)["data"] == {"a": 1}
    for wrong in ("{", "[1]", '{"twi_a": 1}'):
        answer = caller.call("POST", NOTIFICATIONS, {**form, "Data": wrong})
        assert code(answer) == 20422
