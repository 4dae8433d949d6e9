"""Signatures: the official validator accepts them, whatever URL and parameters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict
from twilio.request_validator import RequestValidator, get_signature_algorithm

from simulator.api.signatures import (
    SETTINGS_HEADER,
    sign,
    signature_headers,
    with_body_hash,
)
from simulator.engine.accounts import SharedKey

URLS = [
    "http://127.0.0.1/cb",
    "http://127.0.0.1:5000/cb",
    "http://127.0.0.1:80/cb",
    "http://localhost:5000/",
    "http://localhost:5000",
    "https://example.test/a/b?x=1&x=2&y=",
    "https://example.test:8443/a%20b?q=%C3%A9",
    "https://exämple.test/ü",
]


@pytest.mark.parametrize("url", URLS)
@given(
    parameters=st.lists(
        st.tuples(st.text(max_size=5), st.text(max_size=10)), max_size=6
    )
)
def test_the_official_validator_accepts(
    url: str, parameters: list[tuple[str, str]]
) -> None:
    """With repeated and odd parameters too, a signature holds for its URL and token."""
    signature = sign(url, parameters, "token")
    assert RequestValidator("token").validate(url, MultiDict(parameters), signature)


def test_the_fragment_takes_no_part() -> None:
    """Connection overrides are not signed: nobody is sent them."""
    url = "http://127.0.0.1:5000/cb"
    assert sign(f"{url}#rc=5&rp=all", [("a", "b")], "t") == sign(url, [("a", "b")], "t")


def test_a_signature_is_the_documented_one() -> None:
    """Twilio's own worked example comes out.

    Source: https://www.twilio.com/docs/usage/webhooks/webhooks-security.
    """
    parameters = [
        ("CallSid", "CA1234567890ABCDE"),
        ("Caller", "+14158675310"),
        ("Digits", "1234"),
        ("From", "+14158675310"),
        ("To", "+18005551212"),
    ]
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert sign(url, parameters, "12345") == "GvWf1cFY/Q7PnoempGyD5oXAezc="


def test_a_shared_key_signs_by_sha256() -> None:
    """The official validator takes it, by the algorithm that the header names."""
    parameters = [("b", "2"), ("a", "1")]
    headers = signature_headers(
        URLS[0], parameters, "token", SharedKey(id="key", secret="secret")
    )
    algorithm = get_signature_algorithm(headers[SETTINGS_HEADER])
    signature = headers["X-Twilio-Signature"]
    validator = RequestValidator("secret")
    assert validator.validate(URLS[0], dict(parameters), signature, algorithm)


def test_a_json_body_is_signed_by_its_hash() -> None:
    """The URL names the hash, and alone is signed."""
    url = with_body_hash(URLS[0], b'{"a":1}')
    assert RequestValidator("token").validate(url, '{"a":1}', sign(url, (), "token"))
