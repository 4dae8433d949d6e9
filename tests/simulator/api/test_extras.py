"""What few messages ask for, and what comes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from simulator.engine.links import LinkDomain
from simulator.engine.worlds import (
    APPLICATION_SID,
    MESSAGING_SERVICE_SID,
    TEMPLATE_SID,
    default_world,
)
from tests.simulator.api.caller import ACCOUNT, Caller

THROUGH = {"From": "", "MessagingServiceSid": MESSAGING_SERVICE_SID}


def later(caller: Caller, **form: str) -> dict[str, Any]:
    """Send a message, and return what it is an hour on."""
    sid = caller.send(**form)["sid"]
    caller.wait()
    return caller.get(f"{ACCOUNT}/Messages/{sid}.json")


def test_a_template_makes_the_text() -> None:
    """ContentVariables fill its holes, by number and by name, else its defaults."""
    form = {"Body": "", "ContentSid": TEMPLATE_SID, "ContentVariables": '{"1":"42"}'}
    assert Caller().send(**form)["body"] == "Hello there, your code is 42."


def test_an_application_is_told_unless_the_message_says_whom() -> None:
    """The TwiML App's callback is used, but StatusCallback goes first."""
    caller = Caller()
    own = "http://127.0.0.1:5000/own"
    caller.send(ApplicationSid=APPLICATION_SID)
    caller.send(ApplicationSid=APPLICATION_SID, StatusCallback=own)
    told = [m.status_callback for m in caller.gateway.messages.values()]
    assert told == ["http://127.0.0.1:5000/status", own]


def test_an_application_that_nobody_declared_changes_nothing() -> None:
    """No code is documented for it: whoever is told without it is told."""
    caller = Caller()
    url = "http://127.0.0.1:5000/service"
    path = f"/messaging/v1/Services/{MESSAGING_SERVICE_SID}"
    caller.call("POST", path, {"StatusCallback": url})
    caller.send(ApplicationSid="AP" + "9" * 32)
    caller.send(ApplicationSid="AP" + "9" * 32, **THROUGH)
    told = [m.status_callback for m in caller.gateway.messages.values()]
    assert told == [None, url]


def test_a_discarded_text_is_gone_at_the_end() -> None:
    """ContentRetention=discard shows the text until the message has ended."""
    caller = Caller()
    assert caller.send(ContentRetention="discard")["body"] == "Hello"
    assert later(caller, ContentRetention="discard")["body"] == ""


def test_an_obfuscated_recipient_is_masked() -> None:
    """AddressRetention=obfuscate hides the last four digits."""
    assert Caller().send(AddressRetention="obfuscate")["to"] == "+1415555XXXX"


def test_a_text_can_go_as_mms() -> None:
    """SendAsMms makes a SID of MM and one segment, however long the text."""
    message = Caller().send(SendAsMms="true", Body="x" * 500)
    assert (message["sid"][:2], message["num_segments"]) == ("MM", "1")


def test_abroad_a_text_meant_as_mms_stays_a_text() -> None:
    """A service's MMS converter sends it as SMS where there is no MMS."""
    message = Caller().send(**THROUGH, SendAsMms="true", To="+447700900123")
    assert message["sid"].startswith("SM")


def test_links_need_a_domain() -> None:
    """ShortenUrls without one ends as 30103, whoever sends."""
    for form in ({}, THROUGH):
        shown = later(Caller(), **form, Body="https://a.test/", ShortenUrls="true")
        assert (shown["status"], shown["error_code"]) == ("failed", 30103)


def test_the_text_that_leaves_has_the_short_link() -> None:
    """With a domain a long link becomes a short one, and the segments fewer."""
    domain = LinkDomain(domain="l.test")
    others = LinkDomain(domain="o.test", services=frozenset({"MG" + "9" * 32}))
    caller = Caller(replace(default_world(), links=(others, domain)))
    link = f"https://a.test/{'x' * 300}"
    shown = later(caller, **THROUGH, Body=f"See {link}.", ShortenUrls="true")
    start, _, code = shown["body"].rpartition("/")
    assert start == "See https://l.test"
    assert (len(code), code[-1], shown["num_segments"]) == (11, ".", "1")


def test_tags_are_shown_if_given() -> None:
    """Tags come back as they were; without them there is no such field."""
    caller = Caller()
    assert caller.send(Tags='{"a":"b"}')["tags"] == {"a": "b"}
    assert "tags" not in caller.send()
