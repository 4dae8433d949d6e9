"""twilio-node: the same table of operations as twilio-python's."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from simulator.engine.worlds import ACCOUNT_SID, AUTH_TOKEN
from tests.system.sdk import serving
from tests.system.sdk_operations import OPERATIONS, WITHOUT_SDK
from tests.system.sdk_steps import Placeholders, Steps, camel, plain
from tests.system.test_sdk_operations import EVERY, SETTINGS, SOON, patterns

SCRIPT = Path(__file__).parent / "node_operations.js"
NODE = shutil.which("node")
MODULES = Path(os.environ.get("SMSLAB_NODE_MODULES", SCRIPT.parent / "node_modules"))

LONGEST = 120
"""Real seconds after which the whole table counts as stuck."""

needs_node = pytest.mark.skipif(
    NODE is None or not (MODULES / "twilio").is_dir(),
    reason="node or npm's twilio (SMSLAB_NODE_MODULES) is not here: `make conformance`",
)


def carry_out(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Have twilio-node go through the rows; return what it saw."""
    with serving(SETTINGS) as server:
        table = {
            "account": ACCOUNT_SID,
            "token": AUTH_TOKEN,
            "url": server.url,
            "kept": {"soon": SOON.strftime("%Y-%m-%dT%H:%M:%SZ")},
            "rows": rows,
        }
        done = subprocess.run(
            [str(NODE), str(SCRIPT)],
            input=json.dumps(table),
            env={"PATH": os.environ["PATH"], "NODE_PATH": str(MODULES)},
            capture_output=True,
            check=False,
            text=True,
            timeout=LONGEST,
        )
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


@needs_node
def test_every_operation_is_answered() -> None:
    """All that the SDK can ask for is asked, granted, and says what it should."""
    seen = carry_out([plain(operation) for operation in OPERATIONS])
    assert seen["failures"] == []
    asked = patterns((method, path) for method, path in seen["asked"])
    assert EVERY - asked == set(WITHOUT_SDK)
    assert seen["left"] == []


@needs_node
def test_a_wrong_answer_is_a_failure() -> None:
    """A row that expects what is not so fails, and alone."""
    good = next(plain(one) for one in OPERATIONS if one.name == "numbers: list")
    bad = good | {"name": "bad", "expected": {"phoneNumber": "+1"}}
    (said,) = carry_out([good, bad])["failures"]
    assert said.startswith("bad: phoneNumber is ")


def test_the_way_to_a_thing_is_noted() -> None:
    """Attributes by camel case, arguments of a call as a list, what is kept by name."""
    kept = Placeholders()
    way = Steps().api.us_app_to_person(kept["service"]).short_codes
    assert way.steps == ["api", "usAppToPerson", ["{service}"], "shortCodes"]


def test_names_are_spelled_as_in_node() -> None:
    """`from_` and `delete` are words of their own there."""
    names = ("from_", "delete", "messaging_service_sid", "sid")
    assert [camel(n) for n in names] == ["from", "remove", "messagingServiceSid", "sid"]
