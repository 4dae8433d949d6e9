"""Plain twilio-python, synchronous, pointed here by the lines that `serve` prints."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from twilio.base.exceptions import TwilioRestException

from simulator.engine.worlds import MESSAGING_SERVICE_SID, NOTIFY_SERVICE_SID
from tests.simulator.api.caller import FROM, TO
from tests.simulator.server.fast import fast
from tests.system.sdk import make_client, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

MG = MESSAGING_SERVICE_SID


@pytest.fixture
def client() -> Iterator[Any]:
    """Yield a client of a server of its own."""
    settings = fast()
    with serving(settings) as server:
        client = make_client(settings, server.url)
        yield client
        client.http_client.session.close()


def test_a_message_is_sent_fetched_and_deleted(client: Any) -> None:
    """The life of a message, from queued over delivered to gone."""
    message = client.messages.create(to=TO, from_=FROM, body="Hello 👍")
    assert (message.status, message.num_segments) == ("queued", "1")
    while message.status != "delivered":
        message = message.fetch()
    assert message.date_sent >= message.date_created
    assert message.update(body="").body == ""
    assert message.delete()
    with pytest.raises(TwilioRestException) as refusal:
        message.fetch()
    assert (refusal.value.status, refusal.value.code) == (404, 20404)


def test_a_refusal_is_an_exception_with_its_code(client: Any) -> None:
    """A bad number raises with Twilio's code and words."""
    with pytest.raises(TwilioRestException, match="is not a valid phone") as refusal:
        client.messages.create(to="12", from_=FROM, body="x")
    assert (refusal.value.status, refusal.value.code) == (400, 21211)


def test_lists_page_to_their_end(client: Any) -> None:
    """120 messages come in pages of 50, each once, all or by filter."""
    sids = [
        client.messages.create(to=TO, messaging_service_sid=MG, body=str(n)).sid
        for n in range(120)
    ]
    client.messages.create(to="+14155550124", messaging_service_sid=MG, body="x")
    listed = [message.sid for message in client.messages.list(to=TO, page_size=50)]
    assert listed == sids[::-1]
    assert len(client.messages.list(page_size=50)) == 121
    assert len(client.messages.list(limit=70)) == 70
    first = client.messages.page(page_size=50)
    back = first.next_page().previous_page()
    assert [m.sid for m in back] == [m.sid for m in first]


def test_lists_can_be_filtered_by_date(client: Any) -> None:
    """A date and a datetime are understood as the SDK writes them."""
    message = client.messages.create(to=TO, from_=FROM, body="x")
    while message.date_sent is None:
        message = message.fetch()
    sent = message.date_sent

    def count(**filters: Any) -> int:
        return len(client.messages.list(**filters))

    assert count(date_sent=sent) == count(date_sent=sent.date()) == 1
    assert count(date_sent_after=sent) == count(date_sent_before=sent) == 1
    assert count(date_sent_after=sent.replace(year=sent.year + 1)) == 0


def test_the_accounts_numbers_are_listed(client: Any) -> None:
    """Numbers and short codes, with what they can do."""
    numbers = client.incoming_phone_numbers.list(page_size=4)
    assert len(numbers) == 9
    assert numbers[0].capabilities["sms"] is True
    assert client.incoming_phone_numbers(numbers[0].sid).fetch().phone_number == FROM
    (code,) = client.short_codes.list()
    assert client.short_codes(code.sid).fetch().short_code == "72345"


def test_services_and_pools_live_and_die(client: Any) -> None:
    """A service is made, filled, listed, changed, emptied and deleted."""
    (code,) = client.short_codes.list()
    service = client.messaging.v1.services.create(friendly_name="New")
    service.short_codes.create(short_code_sid=code.sid)
    service.alpha_senders.create(alpha_sender="ACME")
    number = client.incoming_phone_numbers.list(limit=1)[0]
    with pytest.raises(TwilioRestException) as refusal:
        service.phone_numbers.create(phone_number_sid=number.sid)
    assert refusal.value.code == 21712
    assert [s.short_code for s in service.short_codes.list()] == ["72345"]
    assert [s.alpha_sender for s in service.alpha_senders.list()] == ["ACME"]
    assert service.update(sticky_sender=False).sticky_sender is False
    assert service.short_codes(code.sid).delete()
    assert len(client.messaging.v1.services.list(page_size=1)) == 2
    pool = client.messaging.v1.services(MG).phone_numbers
    for number in pool.list(page_size=2):
        assert pool(number.sid).delete()
    assert pool.list() == []
    assert service.delete()


def test_a_notification_reaches_ten_thousand(client: Any) -> None:
    """One request of 10,000 bindings makes as many messages."""
    bindings = [
        json.dumps({"binding_type": "sms", "address": f"+1415555{n:04d}"})
        for n in range(10_000)
    ]
    service = client.notify.v1.services(NOTIFY_SERVICE_SID)
    notification = service.notifications.create(to_binding=bindings, body="Hello")
    assert notification.sid.startswith("NT")
    assert len(client.messages.list(page_size=1000)) == 10_000


def test_bindings_are_kept_and_selected(client: Any) -> None:
    """A binding is made, listed, notified by its tag, and deleted."""
    service = client.notify.v1.services.create(messaging_service_sid=MG)
    binding = service.bindings.create(
        identity="anna", binding_type="sms", address=TO, tag=["vip"]
    )
    assert [b.identity for b in service.bindings.list(tag=["vip"])] == ["anna"]
    service.notifications.create(body="Hi", tag=["vip"])
    assert [message.to for message in client.messages.list()] == [TO]
    assert service.bindings(binding.sid).delete()
    assert service.delete()


def test_a_request_above_a_megabyte_is_readable(client: Any) -> None:
    """413/20413 arrives as an exception, not as a broken connection."""
    service = client.notify.v1.services(NOTIFY_SERVICE_SID)
    with pytest.raises(TwilioRestException) as refusal:
        service.notifications.create(body="x", to_binding=["x" * 4096] * 300)
    assert (refusal.value.status, refusal.value.code) == (413, 20413)


def test_wrong_credentials_are_told(client: Any) -> None:
    """Another token is 401/20003."""
    client.auth = (client.username, "wrong")
    with pytest.raises(TwilioRestException) as refusal:
        client.messages("SM" + "0" * 32).fetch()
    assert (refusal.value.status, refusal.value.code) == (401, 20003)
