"""Twilio's OpenAPI files against a running server: requests made up by schemathesis.

No answer is a 5xx, none has a status that neither file nor overlay names for its
operation, and no body leaves its schema.  SMSLAB_CASES says how many requests an
operation gets, and SMSLAB_SEED which ones.
"""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from simulator.engine.worlds import ACCOUNT_SID, AUTH_TOKEN
from tests.conformance.cases import CASES as CASES_MADE
from tests.conformance.cases import SEED
from tests.conformance.furniture import furnish, good_form
from tests.conformance.specification import (
    FILES,
    PREFIXES,
    granted,
    operations,
    read,
)
from tests.simulator.server.fast import fast
from tests.system.sdk import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conformance.specification import Operation

schemathesis = pytest.importorskip("schemathesis")

CASES = int(os.environ.get("SMSLAB_CASES", "4"))
OVERLAY = json.loads((Path(__file__).parent / "overlay.json").read_text("utf-8"))
REFUSALS = OVERLAY["refusals"]

pytestmark = [
    pytest.mark.skipif(
        not FILES.is_dir(), reason=f"Twilio's OpenAPI files are not at {FILES}"
    ),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

OPERATIONS = operations() if FILES.is_dir() else []


def with_overlay(file: str) -> Any:
    """Return a file with the overlay's refusals on each operation, and no others."""
    whole = copy.deepcopy(read(file))
    refusal = {
        "description": "a refusal",
        "content": {"application/json": {"schema": OVERLAY["refusal"]}},
    }
    for row in operations():
        if row.file == file:
            answers = whole["paths"][row.path][row.method.lower()]["responses"]
            for status in REFUSALS[str(row)]:
                answers.setdefault(status, refusal)
    return json.loads(json.dumps(whole), object_hook=_relative)


def _relative(part: dict[str, Any]) -> dict[str, Any]:
    for name in OVERLAY["relative"]:
        if isinstance(part.get(name), dict) and part[name].get("format") == "uri":
            part[name]["format"] = "uri-reference"
    return part


@pytest.fixture
def url() -> Iterator[str]:
    """Yield the address of a server that no other operation has changed."""
    with serving(fast(concurrency=50)) as server:
        yield server.url


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    """Yield one session for all requests, which is closed again."""
    with requests.Session() as session:
        session.trust_env = False  # no proxy between this test and its server
        session.auth = ACCOUNT_SID, AUTH_TOKEN
        yield session


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    """Return each file as schemathesis reads it."""
    return {
        file: schemathesis.openapi.from_dict(with_overlay(file)) for file in PREFIXES
    }


def checks() -> list[Any]:
    """Return what every answer is held against."""
    known = schemathesis.checks
    return [
        known.not_a_server_error,
        known.status_code_conformance,
        known.content_type_conformance,
        known.response_schema_conformance,
    ]


@pytest.mark.parametrize(
    "operation", OPERATIONS, ids=lambda row: f"{row.method} {row.path}"
)
def test_whatever_is_asked_is_answered_as_specified(
    operation: Operation,
    url: str,
    schemas: dict[str, Any],
    session: requests.Session,
    record_property: Callable[[str, object], None],
) -> None:
    """Requests made up from the file, most of them of things that there are."""
    made = 0
    found = schemas[operation.file][operation.path][operation.method]
    base = url + PREFIXES[operation.file]
    known, good = furnish(operation, session, url), good_form(operation)

    @seed(SEED)
    @settings(
        max_examples=CASES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=found.as_strategy(), data=st.data())
    def ask(case: Any, data: Any) -> None:
        nonlocal made
        for name in case.path_parameters or {}:
            if name == "AccountSid" or data.draw(st.integers(0, 3)) < 3:
                case.path_parameters[name] = known[name]
        if isinstance(case.body, dict):
            made_up = case.body
            whole, part = dict(good), {**made_up, **good}
            case.body = data.draw(st.sampled_from([made_up, whole, part]))
        case.call_and_validate(
            base_url=base,
            session=session,
            checks=checks(),
        )
        made += 1

    ask()
    record_property(CASES_MADE, made)


def test_no_operation_is_left_out() -> None:
    """The overlay has a row for each, allows nothing else, and says why it does."""
    assert set(REFUSALS) == {str(row) for row in OPERATIONS}
    allowed = {status for statuses in REFUSALS.values() for status in statuses}
    assert allowed == set(OVERLAY["why"])


def test_every_operation_has_been_granted() -> None:
    """Each has given 2xx once: to refuse all, in whatever words, would not do."""
    assert set(OPERATIONS) - granted() == set()
