"""Twilio's OpenAPI files against a running server: requests made up by schemathesis.

No answer is a 5xx, none has a status that neither file nor overlay names, and no body
leaves its schema.  SMSLAB_CASES says how many requests an operation gets.
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

from simulator.engine.worlds import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    MESSAGING_SERVICE_SID,
    NOTIFY_SERVICE_SID,
)
from tests.conformance.cases import CASES as CASES_MADE
from tests.conformance.specification import FILES, PREFIXES, answered, operations, read
from tests.simulator.server.fast import fast
from tests.system.sdk import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conformance.specification import Operation

schemathesis = pytest.importorskip("schemathesis")

CASES = int(os.environ.get("SMSLAB_CASES", "4"))
OVERLAY = json.loads((Path(__file__).parent / "overlay.json").read_text("utf-8"))

pytestmark = [
    pytest.mark.skipif(
        not FILES.is_dir(), reason=f"Twilio's OpenAPI files are not at {FILES}"
    ),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

OPERATIONS = [row for row in operations() if answered(row)] if FILES.is_dir() else []

KNOWN = {
    "AccountSid": [ACCOUNT_SID],
    "MessagingServiceSid": [MESSAGING_SERVICE_SID],
    "ServiceSid": [MESSAGING_SERVICE_SID, NOTIFY_SERVICE_SID],
    "Sid": ["PN" + f"{1:032d}", "SC" + f"{7:032d}", MESSAGING_SERVICE_SID],
}
"""What there is in the default world, for a path's placeholders."""

GOOD = {"To": "+14155550123", "From": "+14155550100", "Body": "Hello"}
"""Parameters that chance would not hit upon, given to every other request."""


def with_overlay(file: str) -> Any:
    """Return a file with the overlay's answers on each operation."""
    whole = copy.deepcopy(read(file))
    refusal = {
        "description": "a refusal",
        "content": {"application/json": {"schema": OVERLAY["refusal"]}},
    }
    for path in whole["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict) and "responses" in operation:
                for status in OVERLAY["refusals"]:
                    operation["responses"].setdefault(status, refusal)
    return json.loads(json.dumps(whole), object_hook=_relative)


def _relative(part: dict[str, Any]) -> dict[str, Any]:
    for name in OVERLAY["relative"]:
        if isinstance(part.get(name), dict) and part[name].get("format") == "uri":
            part[name]["format"] = "uri-reference"
    return part


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Yield the address of a server that all operations share."""
    with serving(fast(concurrency=50)) as server:
        yield server.url


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    """Yield one session for all requests, which is closed again."""
    with requests.Session() as session:
        session.trust_env = False  # no proxy between this test and its server
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
    """Requests made up from the file, half of them with the default world's SIDs."""
    made = 0
    found = schemas[operation.file][operation.path][operation.method]
    base = url + PREFIXES[operation.file]

    @seed(1)
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
            if name == "AccountSid" or data.draw(st.booleans()):
                known = KNOWN.get(name)
                if known:
                    case.path_parameters[name] = data.draw(st.sampled_from(known))
        if isinstance(case.body, dict) and data.draw(st.booleans()):
            case.body = GOOD | case.body | {"To": GOOD["To"]}
        case.call_and_validate(
            base_url=base,
            session=session,
            auth=(ACCOUNT_SID, AUTH_TOKEN),
            checks=checks(),
        )
        made += 1

    ask()
    record_property(CASES_MADE, made)
