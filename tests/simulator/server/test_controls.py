"""Controls: who may ask what of the simulator itself."""

from __future__ import annotations

import pytest

from simulator.api.requests import Answer
from simulator.server.controls import Asked, Controls
from sms.errors import ApiError


def echo(asked: Asked) -> Answer:
    """Answer with what the path named."""
    return Answer(200, dict(asked.names))


CONTROLS = Controls(
    (("GET", "/_smslab/a/{sid}", echo), ("POST", "/_smslab/b", echo)), "secret"
)


@pytest.mark.parametrize(
    ("token", "status"), [(None, 401), ("", 403), ("Secret", 403), ("sécret", 403)]
)
def test_what_changes_something_wants_the_token(token: str | None, status: int) -> None:
    """None is 401, another is 403, and both say what would do."""
    refused = CONTROLS.refuse("POST", "/_smslab/b", token)
    assert refused is not None
    assert refused.status == status
    assert "X-Smslab-Token" in str(refused.body)


def test_the_token_lets_in_and_reading_wants_none() -> None:
    """Whoever only looks is not asked."""
    assert CONTROLS.refuse("POST", "/_smslab/b", "secret") is None
    assert CONTROLS.refuse("GET", "/_smslab/a/1", None) is None


async def test_a_path_names_what_is_meant() -> None:
    """The placeholder's part is handed on."""
    answer = await CONTROLS.answer("GET", "/_smslab/a/SM1", Asked())
    assert isinstance(answer, Answer)
    assert answer.body == {"sid": "SM1"}


async def test_an_answer_may_take_a_while() -> None:
    """It is waited for."""

    async def ponder(asked: Asked) -> Answer:
        return echo(asked)

    controls = Controls((("GET", "/_smslab/a/{sid}", ponder),), "secret")
    answer = await controls.answer("GET", "/_smslab/a/SM1", Asked())
    assert isinstance(answer, Answer)
    assert answer.body == {"sid": "SM1"}


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/_smslab/b", 20004),
        ("GET", "/_smslab/c", 20404),
        ("GET", "/_smslab/a/", 20404),
        ("GET", "/_smslab/a/1/2", 20404),
    ],
)
def test_what_is_not_there_is_not_found(method: str, path: str, code: int) -> None:
    """By the codes of the API, and before any token is looked at."""
    with pytest.raises(ApiError) as refused:
        CONTROLS.refuse(method, path, None)
    assert refused.value.error.code == code
