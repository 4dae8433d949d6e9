"""The official library's clients, led to the simulator."""

from __future__ import annotations

import pytest

from simulator.testing.official import here

URL = "http://127.0.0.1:4010"


@pytest.mark.parametrize(
    ("uri", "path", "product"),
    [
        ("https://api.twilio.com/a.json?b=c", "/a.json?b=c", "api.twilio.com"),
        ("https://messaging.twilio.com/v1", "/v1", "messaging.twilio.com"),
        ("https://api.dublin.ie1.twilio.com/a", "/a", "api.twilio.com"),
    ],
)
def test_twilios_hosts_are_here(uri: str, path: str, product: str) -> None:
    """The product stands in the Host header; edge and region do not matter."""
    assert here(uri, URL) == (URL + path, product)


@pytest.mark.parametrize("uri", ["https://verify.twilio.com/v2", "http://127.0.0.1:1/"])
def test_others_stay_where_they_are(uri: str) -> None:
    """A product that there is not, and a program's own address."""
    assert here(uri, URL) == (uri, "")
