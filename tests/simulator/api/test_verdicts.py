"""Verdicts: the checks of a receiver, foretold."""

from __future__ import annotations

import pytest
from twilio.request_validator import RequestValidator

from simulator.api.signatures import sign
from simulator.api.verdicts import Signed, judge
from simulator.engine.accounts import SharedKey

TOKEN = "12345"
FORM = [("MessageSid", "SM1"), ("MessageStatus", "sent")]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/status", "https://a.test/s?x=1"]
)
def test_a_genuine_signature_is_valid(url: str) -> None:
    """As the official validator finds it too."""
    signature = sign(url, FORM, TOKEN)
    verdict = judge(Signed(url, FORM, signature), TOKEN)
    assert (verdict.valid, verdict.why_not) == (True, "")
    assert RequestValidator(TOKEN).validate(url, dict(FORM), signature)


def test_a_forged_one_is_not() -> None:
    """It says with what it was not made."""
    url = "http://127.0.0.1:8000/status"
    verdict = judge(Signed(url, FORM, sign(url, FORM, "another")), TOKEN)
    assert not verdict.valid
    assert verdict.why_not == "it was not made with the account's auth token"


def test_a_shared_key_signs_in_another_way() -> None:
    """Valid by that key, and doubted as no library of old checks it so."""
    url, key = "http://127.0.0.1:8000/status", SharedKey(id="k1", secret="s" * 32)
    signature = sign(url, FORM, key.secret, "sha256")
    verdict = judge(Signed(url, FORM, signature), TOKEN, key)
    assert verdict.valid
    assert "SHA-256" in verdict.doubts[0]
    other = judge(Signed(url, FORM, sign(url, FORM, TOKEN)), TOKEN, key)
    assert other.why_not == "it was not made with the shared key k1"


@pytest.mark.parametrize(
    ("url", "form", "doubt"),
    [
        ("https://a.test/s", FORM, "the URL is https"),
        ("http://a.test", FORM, "the URL has no path"),
        ("http://a.test:8000/s", FORM, "the URL names a port"),
        ("http://a.test:80/s", FORM, "its scheme's own port"),
        ("http://me:secret@a.test/s", FORM, "a name and a password"),
        ("http://A.test/s", FORM, "has capitals"),
        ("http://a.test/s?x=1", FORM, "the URL has a query"),
        ("http://a.test/%41", FORM, "the URL has escapes"),
        ("http://a.test/s", [], "it is a GET"),
        ("http://a.test/s", [("a", "1"), ("a", "2")], "more than once"),
    ],
)
def test_what_makes_a_check_fail_is_foretold(
    url: str, form: list[tuple[str, str]], doubt: str
) -> None:
    """Each well-known reason, by what was posted."""
    verdict = judge(Signed(url, form, sign(url, form, TOKEN)), TOKEN)
    assert verdict.valid
    assert any(doubt in one for one in verdict.doubts)


def test_a_plain_url_raises_no_doubt() -> None:
    """There is nothing that a receiver could get wrong."""
    url = "http://a.test/status"
    assert judge(Signed(url, FORM, sign(url, FORM, TOKEN)), TOKEN).doubts == ()
