"""The postbox: what is signed is read, what is forged or something else is not."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from sender.callbacks import CallbackReceived
from sender.postbox import Postbox, Reply
from tests.sender.loopback import TOKEN

URL = "http://127.0.0.1:4011/callbacks"
FORM = {
    "MessageSid": "SM1",
    "MessageStatus": "undelivered",
    "To": "+14155550123",
    "ErrorCode": "30003",
}

Taken = tuple[Reply, CallbackReceived | None]


class StoppedClock:
    """A clock that stands at 12 s."""

    def now(self) -> float:
        """Return the same instant each time."""
        return 12.0


def make_postbox(url: str = URL) -> Postbox:
    """Return an empty postbox."""
    return Postbox(TOKEN, StoppedClock(), url)


def sign(url: str, form: dict[str, str], token: str = TOKEN) -> str:
    """Return the signature of a post, as the library computes it."""
    return str(RequestValidator(token).compute_signature(url, form))


def take(postbox: Postbox, form: dict[str, str], query: str = "") -> Taken:
    """Let a postbox take a callback that is rightly signed."""
    body = urlencode(form).encode()
    return postbox.take(f"/callbacks{query}", sign(URL + query, form), body)


def test_a_callback_is_read() -> None:
    """It is 204, and all it says is there, call key and all."""
    reply, callback = take(make_postbox(), FORM, "?call=w1.7")
    assert reply == (204, "")
    assert callback == CallbackReceived(
        call_key="w1.7",
        recipient="+14155550123",
        sid="SM1",
        status="undelivered",
        error_code=30003,
        received_at=12.0,
        duplicate=False,
    )


@pytest.mark.parametrize(
    ("query", "key"),
    [
        *(("", ""), ("?call=", ""), ("?other=1", ""), ("?call=7", "7")),
        ("?x=1&call=a%26b%2Bc.7", "a&b+c.7"),
    ],
)
def test_a_callback_may_name_its_call(query: str, key: str) -> None:
    """The key is what the query says, unquoted; empty where it says none."""
    _, callback = take(make_postbox(), FORM, query)
    assert callback is not None
    assert callback.call_key == key


def test_parameters_of_all_kinds_are_signed() -> None:
    """What Twilio adds without notice does no harm, nor do empty or odd values."""
    form = FORM | {"RawDlrDoneDate": "", "Körper": "a&b=c + d %20 →", "z": "\n"}
    assert take(make_postbox(), form, "?call=7&x=%C3%BC&y")[0].status == 204


@pytest.mark.parametrize(
    ("target", "form", "signature"),
    [
        ("/callbacks", FORM, sign(URL, FORM, "guess")),
        ("/callbacks", FORM, ""),
        ("/callbacks", FORM, "ünsigned \udc80"),
        ("/callbacks", FORM, sign(URL, FORM)[:-1]),
        ("/callbacks?call=1", FORM, sign(URL, FORM)),
        ("/callbacks", FORM | {"To": "+14155550199"}, sign(URL, FORM)),
        ("/callbacks", FORM, sign(URL.replace("callbacks", "other"), FORM)),
        ("/callbacks", FORM, sign(URL.replace("4011", "4012"), FORM)),
    ],
    ids=["token", "none", "odd", "short", "query", "form", "path", "port"],
)
def test_what_is_forged_is_refused(
    target: str, form: dict[str, str], signature: str
) -> None:
    """Another token, none, another query, form or URL is 403, and is counted."""
    postbox = make_postbox()
    reply, callback = postbox.take(target, signature, urlencode(form).encode())
    assert (reply.status, callback, postbox.forged) == (403, None, 1)


@settings(deadline=None)
@given(signed=st.sampled_from([URL, "http://127.0.0.1/callbacks", "http://a/", "x"]))
def test_it_is_as_strict_as_the_library(signed: str) -> None:
    """What the library would accept it does, port or no port, and nothing else."""
    signature = sign(signed, FORM)
    accepted = RequestValidator(TOKEN).validate(URL, FORM, signature)
    reply, _ = make_postbox().take("/x", signature, urlencode(FORM).encode())
    assert (reply.status == 204) == accepted


def test_the_url_told_is_what_counts() -> None:
    """Behind a proxy neither path nor host is the one Twilio signed; the query is."""
    public = "https://example.com/sms"
    postbox = make_postbox(f"{public}?x=1#rc=2")
    body, signature = urlencode(FORM).encode(), sign(f"{public}?x=1&call=7", FORM)
    assert postbox.url == f"{public}?x=1#rc=2"
    assert postbox.take("/callbacks?x=1&call=7", signature, body)[0].status == 204
    assert postbox.take("/callbacks?x=2&call=7", signature, body)[0].status == 403


@pytest.mark.parametrize("missing", ["MessageSid", "MessageStatus"])
def test_another_webhook_is_refused(missing: str) -> None:
    """A signed request that is no status callback is a 400 that says why."""
    form = {name: value for name, value in FORM.items() if name != missing}
    reply, callback = take(make_postbox(), form)
    assert (reply, callback) == ((400, f"'{missing}' is missing\n"), None)


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"&&==", b"%zz=%"])
def test_no_body_is_too_odd(body: bytes) -> None:
    """What is no form at all is refused like any forgery."""
    assert make_postbox().take("/callbacks", "x", body)[0].status == 403


def test_a_repeated_callback_is_marked_and_counted() -> None:
    """The second of two is a duplicate, and both are taken."""
    postbox = make_postbox()
    taken = [take(postbox, FORM)[1], take(postbox, FORM)[1]]
    assert [one and one.duplicate for one in taken] == [False, True]
    assert (postbox.duplicates, postbox.forged) == (1, 0)
