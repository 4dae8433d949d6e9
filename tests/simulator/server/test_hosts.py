"""Who may speak to the server: the table of the threat model."""

from __future__ import annotations

import pytest

from simulator.keys import ConfigError
from simulator.server.hosts import Host, allow_names, check_caller, read_host
from sms.errors import ApiError

HERE = "127.0.0.1:4010"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        (HERE, Host("", "http://127.0.0.1:4010")),
        ("localhost", Host("", "http://localhost")),
        ("LocalHost:80", Host("", "http://localhost:80")),
        ("[::1]:4010", Host("", "http://[::1]:4010")),
        ("[::1]", Host("", "http://[::1]")),
        ("api.twilio.com", Host("", "")),
        ("messaging.twilio.com:443", Host("/messaging", "")),
        ("notify.twilio.com", Host("/notify", "")),
        ("comms.twilio.com", Host("/comms", "")),
    ],
)
def test_our_names_are_answered_to(host: str, expected: Host) -> None:
    """This machine's names and Twilio's, with any port."""
    assert read_host(host) == expected


@pytest.mark.parametrize(
    "host",
    [
        *("", ":4010", "evil.test", "127.0.0.1.evil.test", "api.twilio.com.evil.test"),
        *("localhost.", "0.0.0.0", "127.0.0.1:80:80", "127.0.0.1:x", "user@localhost"),
        *("[::1]evil", "[::ffff:127.0.0.1]", "twilio.com", "xapi.twilio.com"),
    ],
)
def test_other_names_are_not(host: str) -> None:
    """Anything else is 403, however like ours it looks."""
    with pytest.raises(ApiError, match="Host"):
        check_caller({"Host": host})


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": HERE, "Origin": "http://evil.test"},
        {"Host": HERE, "Origin": "null"},
        {"Host": HERE, "Origin": "http://127.0.0.1:4011"},
        {"Host": HERE, "Sec-Fetch-Site": "cross-site"},
        {"Host": HERE, "Sec-Fetch-Site": "same-site"},
        {"Host": "api.twilio.com", "Origin": "https://api.twilio.com"},
    ],
)
def test_pages_of_other_sites_are_refused(headers: dict[str, str]) -> None:
    """What a browser sends for another site's page is 403."""
    with pytest.raises(ApiError):
        check_caller(headers)


def test_our_own_page_may_ask() -> None:
    """The server's own origin is let by."""
    headers = {
        "Host": HERE,
        "Origin": f"http://{HERE}",
        "Sec-Fetch-Site": "same-origin",
    }
    assert check_caller(headers).prefix == ""


def test_a_name_allowed_is_answered_to_and_no_other() -> None:
    """It counts whole and in any case, with its own origin."""
    allowed = allow_names(["SMS.test"])
    headers = {"Host": "sms.TEST:4010", "Origin": "http://sms.test:4010"}
    assert check_caller(headers, "http", allowed).origin == headers["Origin"]
    for host in ("xsms.test", "sms.test.evil.test", "a.sms.test"):
        with pytest.raises(ApiError):
            check_caller({"Host": host}, "http", allowed)


@pytest.mark.parametrize(
    "name",
    ["*", "*.test", "a:80", "", "a b", "api.twilio.com", "-a", "a..b", "x" * 300],
)
def test_what_is_no_name_cannot_be_allowed(name: str) -> None:
    """Wildcards, ports and names that mean something else are named and refused."""
    with pytest.raises(ConfigError, match="allowed host"):
        allow_names([name])
