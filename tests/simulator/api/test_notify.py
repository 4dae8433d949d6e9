"""Notify: services and bindings."""

from __future__ import annotations

import pytest

from simulator.engine.worlds import MESSAGING_SERVICE_SID, NOTIFY_SERVICE_SID
from tests.simulator.api.caller import (
    NOTIFY,
    NOTIFY_SERVICE,
    TO,
    Caller,
    body,
    code,
    snapshot,
)

BINDINGS = f"{NOTIFY_SERVICE}/Bindings"
BINDING = {"Identity": "anna", "BindingType": "sms", "Address": TO}


def test_a_notify_service_is_made_changed_and_deleted() -> None:
    """The life of a service: 201, 200, 204, 404."""
    caller = Caller()
    made = body(caller.post(NOTIFY, FriendlyName="News"))
    path = f"{NOTIFY}/{made['sid']}"
    assert made["sid"].startswith("IS")
    assert made["log_enabled"] is True
    assert made["delivery_callback_enabled"] is False
    form = {"MessagingServiceSid": MESSAGING_SERVICE_SID, "LogEnabled": "false"}
    changed = body(caller.call("POST", path, form))
    assert changed["messaging_service_sid"] == MESSAGING_SERVICE_SID
    assert caller.get(path) == changed
    assert caller.call("DELETE", path).status == 204
    assert code(caller.call("GET", path)) == 20404


def test_services_can_be_found_by_name() -> None:
    """FriendlyName lets through the services of exactly that name."""
    caller = Caller()
    sid = body(caller.post(NOTIFY, FriendlyName="News"))["sid"]
    found = caller.get(NOTIFY, FriendlyName="News")["services"]
    assert [service["sid"] for service in found] == [sid]
    every = caller.get(NOTIFY)["services"]
    assert [service["sid"] for service in every] == [NOTIFY_SERVICE_SID, sid]


def test_a_service_needs_a_messaging_service_that_is_there() -> None:
    """An unknown one is 21701, and nothing is made."""
    caller = Caller()
    before = snapshot(caller)
    answer = caller.post(NOTIFY, MessagingServiceSid="MG" + "1" * 32)
    assert code(answer) == 21701
    assert snapshot(caller) == before


def test_a_binding_is_kept_listed_and_deleted() -> None:
    """The life of a binding: 201, 200, 204, 404."""
    caller = Caller()
    answer = caller.call("POST", BINDINGS, {**BINDING, "Tag": ["vip", "de"]})
    binding = body(answer)
    path = f"{BINDINGS}/{binding['sid']}"
    assert answer.status == 201
    assert binding["tags"] == ["vip", "de"]
    assert binding["address"] == TO
    assert caller.get(path) == binding
    assert caller.get(BINDINGS)["bindings"] == [binding]
    assert caller.call("DELETE", path).status == 204
    assert code(caller.call("GET", path)) == 20404


def test_bindings_are_listed_by_identity_and_tags() -> None:
    """Identity is any of those given, Tag all of them."""
    caller = Caller()
    caller.call("POST", BINDINGS, {**BINDING, "Tag": ["a", "b"]})
    caller.call("POST", BINDINGS, {**BINDING, "Identity": "ben", "Tag": "a"})

    def identities(**query: object) -> list[str]:
        answer = caller.call("GET", BINDINGS, query=query)  # type: ignore[arg-type]
        return [binding["identity"] for binding in body(answer)["bindings"]]

    assert identities(Tag="a") == ["anna", "ben"]
    assert identities(Tag=["a", "b"]) == ["anna"]
    assert identities(Identity=["ben", "cid"]) == ["ben"]
    assert identities(Tag="all", Identity="anna") == ["anna"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"Identity": ""}, 20001),
        ({"BindingType": ""}, 20001),
        ({"BindingType": "pigeon"}, 20422),
        ({"CredentialSid": "CR1"}, 20422),
        ({"Address": "12345"}, 52001),
        ({"Tag": [str(n) for n in range(21)]}, 52001),
    ],
)
def test_a_bad_binding_is_refused(changes: dict[str, object], expected: int) -> None:
    """What is missing is 20001, what cannot be sent to 52001; nothing is kept."""
    caller = Caller()
    before = snapshot(caller)
    answer = caller.call("POST", BINDINGS, {**BINDING, **changes})  # type: ignore[dict-item]
    assert code(answer) == expected
    assert snapshot(caller) == before


def test_an_identity_has_twenty_bindings_at_most() -> None:
    """The twenty-first is 52001; another identity still has room."""
    caller = Caller()
    for n in range(20):
        form = {**BINDING, "Address": f"+141555502{n:02d}"}
        assert caller.call("POST", BINDINGS, form).status == 201
    assert code(caller.call("POST", BINDINGS, BINDING)) == 52001
    other = {**BINDING, "Identity": "ben"}
    assert caller.call("POST", BINDINGS, other).status == 201


def test_bindings_are_listed_by_the_day_they_were_made() -> None:
    """StartDate and EndDate include their day."""
    caller = Caller()
    caller.call("POST", BINDINGS, BINDING)

    def found(**query: str) -> int:
        return len(caller.get(BINDINGS, **query)["bindings"])

    assert found(StartDate="2026-01-31", EndDate="2026-01-31") == 1
    assert found(StartDate="2026-02-01") == found(EndDate="2026-01-30") == 0


def test_bindings_are_asked_for_by_five_tags_at_most() -> None:
    """A sixth is 20422."""
    caller = Caller()
    assert caller.call("GET", BINDINGS, query={"Tag": list("abcde")}).status == 200
    assert code(caller.call("GET", BINDINGS, query={"Tag": list("abcdef")})) == 20422


def test_bindings_of_other_channels_are_kept() -> None:
    """A push binding is kept with all that was said of it."""
    caller = Caller()
    push = {"BindingType": "fcm", "Address": "token", "CredentialSid": "CR" + "1" * 32}
    made = body(caller.call("POST", BINDINGS, {**BINDING, **push, "Endpoint": "e"}))
    assert (made["binding_type"], made["address"]) == ("fcm", "token")
    assert (made["credential_sid"], made["endpoint"]) == ("CR" + "1" * 32, "e")


def test_every_setting_of_a_service_is_shown() -> None:
    """What is of push channels is kept and answered."""
    caller = Caller()
    sid = "CR" + "2" * 32
    made = body(caller.post(NOTIFY, ApnCredentialSid=sid, AlexaSkillId="a"))
    assert (made["apn_credential_sid"], made["alexa_skill_id"]) == (sid, "a")
    assert code(caller.post(NOTIFY, FcmCredentialSid="CR1")) == 20422
