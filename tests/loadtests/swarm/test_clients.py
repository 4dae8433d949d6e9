"""The official library over Locust's session, in a process that Locust has patched."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

SCRIPT = """
from locust.env import Environment
from loadtests.swarm.clients import folded, named, open_session, said

session = open_session(Environment(), "http://127.0.0.1:9", None, connections=1)
for url in ("http://192.0.2.2:4598/", "//example.com/", "https://api.twilio.com/"):
    try:
        session.get(url)
    except ValueError as error:
        print("refused", "is not this machine" in str(error))
print(session.get("/nobody").status_code)
print(folded("/2010-04-01/Accounts/AC" + "0" * 32 + "/Messages.json?PageSize=2"))
print(said('{"code": 21610}', 400), "|", said("no JSON", 502), "|", named(21211))
print(session.client.max_retries, session.client.max_redirects)
"""


def test_a_session_speaks_to_this_machine_alone() -> None:
    """Another host is refused before a connection; calls are named by their kind."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    *refused, status, path, words, limits = done.stdout.splitlines()
    assert refused == ["refused True"] * 3
    assert status == "0"
    assert path == "/2010-04-01/Accounts/{sid}/Messages.json"
    assert words.startswith("21610 ")
    assert words.endswith("| HTTP 502 | 21211")
    assert limits == "0 0"
