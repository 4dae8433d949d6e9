"""HTTP Basic: the right pair is let in, and nobody else."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.api.credentials import NOT_GIVEN, UNKNOWN, Credentials
from simulator.api.refusals import refuse
from sms.errors import FORBIDDEN, UNAUTHORIZED, ApiError

CREDENTIALS = Credentials("AC1", "sécret")


def basic(text: str) -> str:
    """Return an Authorization header."""
    return "Basic " + b64encode(text.encode()).decode()


@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC"])
def test_the_right_pair_is_let_in(scheme: str) -> None:
    """However the scheme is written, the right SID and token are let in."""
    CREDENTIALS.check(basic("AC1:sécret").replace("Basic", scheme))


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic !!!",
        "Bearer abc",
        "Basic \udcff",
        basic("AC1"),
        basic("AC1:"),
        basic("AC1:secret"),
        basic(":"),
    ],
)
def test_others_are_not(header: str | None) -> None:
    """What is missing, unreadable or wrong is 401 with Twilio's recorded body."""
    with pytest.raises(ApiError) as refusal:
        CREDENTIALS.check(header)
    answer = refuse(refusal.value)
    assert answer.status == 401
    assert answer.body == {
        "code": 20003,
        "message": "Authenticate",
        "more_info": "https://www.twilio.com/docs/errors/20003",
        "status": 401,
        "detail": "Your AccountSid or AuthToken was incorrect.",
    }


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (None, NOT_GIVEN),
        ("", NOT_GIVEN),
        (basic("AC2:sécret"), UNKNOWN),
        (basic("SK1:sécret"), UNKNOWN),
    ],
)
def test_each_wrong_way_has_its_text(header: str | None, message: str) -> None:
    """Nothing at all and a name that nobody has are told apart from a wrong secret."""
    with pytest.raises(ApiError, match=message) as refusal:
        CREDENTIALS.check(header)
    assert refusal.value.error.code == 20003


@given(header=st.text())
def test_no_text_is_let_in_by_chance(header: str) -> None:
    """Any header is refused in the one way there is."""
    with pytest.raises(ApiError):
        CREDENTIALS.check(header)


def test_who_gives_none_is_asked_for_some() -> None:
    """A client that waits to be asked is told how, whatever product it wants."""
    refusal = ApiError(UNAUTHORIZED, problem=NOT_GIVEN)
    assert refuse(refusal).headers["WWW-Authenticate"].startswith("Basic realm=")
    assert "WWW-Authenticate" not in refuse(ApiError(FORBIDDEN)).headers
