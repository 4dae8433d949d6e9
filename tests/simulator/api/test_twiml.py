"""What a webhook answers with, read."""

from __future__ import annotations

import pytest

from simulator.api.twiml import TwimlError, read_replies

TWO = b"""<?xml version="1.0" encoding="UTF-8"?><Response><Message>Hi</Message>
<Message to="+1" from="+2" statusCallback="http://127.0.0.1/"><Body>You</Body>
<Media>http://127.0.0.1/a.png</Media></Message></Response>"""


def test_several_messages_are_read() -> None:
    """Text or Body, media, and where to."""
    first, second = read_replies("text/xml; charset=utf-8", TWO)
    assert first.body == "Hi"
    assert (second.recipient, second.sender, second.body) == ("+1", "+2", "You")
    assert second.media_urls == ("http://127.0.0.1/a.png",)


@pytest.mark.parametrize("body", [b"", b"  ", b"<Response/>"])
def test_no_reply_is_no_reply(body: bytes) -> None:
    """Nothing is sent."""
    assert not read_replies("text/xml", body)


def test_a_plain_text_is_a_reply() -> None:
    """As it stands."""
    assert [r.body for r in read_replies("text/plain", b"Hi\n")] == ["Hi"]


@pytest.mark.parametrize(
    ("content_type", "body", "code"),
    [
        ("text/xml", b"<Response>", 12100),
        ("text/xml", b"<!DOCTYPE a><Response/>", 12100),
        ("text/xml", b"<Answer/>", 12200),
        ("text/xml", b"<Response><Redirect>x</Redirect></Response>", 12200),
        ("text/xml", b"<Response>%b</Response>" % (b"<Sms>x</Sms>" * 101), 12200),
        ("application/json", b"{}", 12300),
    ],
)
def test_what_is_not_understood_has_a_code(
    content_type: str, body: bytes, code: int
) -> None:
    """The debugger's."""
    with pytest.raises(TwimlError) as raised:
        read_replies(content_type, body)
    assert raised.value.code == code
