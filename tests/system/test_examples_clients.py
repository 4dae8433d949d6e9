"""The example programs, in Python and in Node, run as a reader would run them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from simulator.engine.worlds import ACCOUNT_SID, AUTH_TOKEN
from tests.simulator.server.fast import fast
from tests.system.sdk import serving

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "clients"
NODE = shutil.which("node")
MODULES = Path(os.environ.get("SMSLAB_NODE_MODULES", EXAMPLES / "node_modules"))

LONGEST = 60
"""Real seconds after which an example that does not end is a failure."""


def run(command: Sequence[str], **more: str) -> tuple[int, str]:
    """Run a program against a simulator with few places; return how it ended."""
    settings = replace(fast(concurrency=2), speed=100, api_latency=2.0)
    with serving(settings) as server:
        done = subprocess.run(
            command,
            env={
                "PATH": os.environ["PATH"],
                "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
                "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
                "SMSLAB_URL": server.url,
                **more,
            },
            capture_output=True,
            check=False,
            text=True,
            timeout=LONGEST,
        )
    return done.returncode, done.stdout + done.stderr


def test_the_python_example_brings_all_through() -> None:
    """Refused with 429 at first, every text is delivered in the end."""
    script = str(EXAMPLES / "send.py")
    status, said = run([sys.executable, script, "--count", "20"])
    assert status == 0, said
    assert "20 delivered" in said
    assert "429 came 0 times" not in said
    assert "bad signature: 0" in said


@pytest.mark.skipif(NODE is None, reason="node is not on this machine")
@pytest.mark.skipif(
    not (MODULES / "twilio").is_dir(),
    reason=f"npm's twilio is not in {MODULES.name}: see `make conformance`",
)
def test_the_node_example_brings_all_through() -> None:
    """The same by twilio-node."""
    script = str(EXAMPLES / "send.js")
    status, said = run([str(NODE), script, "20"], NODE_PATH=str(MODULES))
    assert status == 0, said
    assert "20 delivered" in said
    assert "429 came 0 times" not in said
    assert "bad signature: 0" in said


def test_without_a_simulator_the_example_sends_nothing() -> None:
    """Where SMSLAB_URL is not set it does not go to Twilio: it says what to type."""
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "send.py")],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        check=False,
        text=True,
        timeout=LONGEST,
    )
    assert done.returncode == 2
    assert "smslab env" in done.stdout
