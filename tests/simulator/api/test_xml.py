"""XML: what a 2010 path answers without `.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from tests.simulator.api.caller import ACCOUNT, MESSAGES, TO, Caller

if TYPE_CHECKING:
    from simulator.api.requests import Answer

XML = MESSAGES.removesuffix(".json")
GOOD = {"To": TO, "From": "+14155550100", "Body": "a <b> & \u0001"}


def parsed(answer: Answer) -> ElementTree.Element:
    """Return what stands below the root."""
    assert answer.headers["Content-Type"] == "application/xml"
    root = ElementTree.fromstring(answer.content or b"")
    assert root.tag == "TwilioResponse"
    return root[0]


@pytest.mark.parametrize("suffix", ["", ".xml"])
def test_a_message_is_an_element(suffix: str) -> None:
    """Its fields are named in camel case, and its text is escaped."""
    message = parsed(Caller().post(XML + suffix, **GOOD))
    assert message.tag == "Message"
    assert message.findtext("Body") == "a <b> & \ufffd"
    assert message.findtext("Price") == ""
    assert (message.findtext("Uri") or "").startswith(f"{XML}/SM")
    assert ".json" not in (message.findtext("Uri") or "")


def test_a_list_has_its_paging_as_attributes() -> None:
    """What follows is asked for as XML again."""
    caller = Caller()
    caller.send()
    caller.send()
    shown = parsed(caller.call("GET", XML, query={"PageSize": "1"}))
    assert shown.tag == "Messages"
    assert [one.tag for one in shown] == ["Message"]
    assert (shown.get("pagesize"), shown.get("page")) == ("1", "0")
    assert (shown.get("nextpageuri") or "").startswith(f"{XML}?")


def test_a_refusal_is_a_rest_exception() -> None:
    """With code, message, link and status."""
    refusal = parsed(Caller().call("GET", f"{ACCOUNT}/Messages/SM1"))
    assert refusal.tag == "RestException"
    assert refusal.findtext("Code") == "20404"
    assert refusal.findtext("Status") == "404"


def test_what_has_no_body_stays_without() -> None:
    """A deletion is answered with nothing, whatever was asked for."""
    caller = Caller()
    sid = caller.send()["sid"]
    caller.wait()
    answer = caller.call("DELETE", f"{ACCOUNT}/Messages/{sid}")
    assert (answer.status, answer.content) == (204, None)


def test_a_truth_is_written_in_small_letters() -> None:
    """As JSON writes it."""
    answer = Caller().call("GET", f"{ACCOUNT}/IncomingPhoneNumbers/PN{1:032d}")
    assert parsed(answer).findtext("Beta") == "false"
