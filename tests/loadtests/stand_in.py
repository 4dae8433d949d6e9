"""Stands in for Locust: a process that leaves a part, and ends as it is told to.

    stand_in.py HOW --host URL … --scenario FILE … --parts FOLDER …

It sends the first text of the scenario's first stream, whose name is codes.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from base64 import b64encode
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

ACCOUNT, TOKEN, NUMBER = "AC" + "0" * 32, "smslab", "+14155550100"
LONGEST = 60.0

how, words = sys.argv[1], sys.argv[2:]
options = dict(pairwise(words))
host, parts = options["--host"], Path(options["--parts"])
_opener = build_opener(ProxyHandler({}))


def post(recipient: str) -> str:
    """Send one text and return its message's name."""
    form = urlencode({"To": recipient, "From": NUMBER, "Body": "Hi"}).encode()
    request = Request(f"{host}/2010-04-01/Accounts/{ACCOUNT}/Messages.json", form)
    login = b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    request.add_header("Authorization", f"Basic {login}")
    with _opener.open(request, timeout=10) as answer:
        sid: str = json.load(answer)["sid"]
    return sid


def wait_for_a_signal() -> None:
    """Wait until somebody sends SIGINT."""
    try:
        time.sleep(LONGEST)
    except KeyboardInterrupt:
        return


def write(*lines: dict[str, object]) -> None:
    """Add lines to the part."""
    with (parts / "worker-0.jsonl").open("a") as file:
        file.writelines(f"{json.dumps(line)}\n" for line in lines)


def interrupt() -> None:
    """Do as a hand at the terminal does, to who has started this."""
    os.kill(os.getppid(), signal.SIGINT)


def kill_the_simulator() -> None:
    """Kill the other process that our starter has started, by its command line."""
    starter = os.getppid()
    for pid in Path(f"/proc/{starter}/task/{starter}/children").read_text().split():
        if b"serve" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
            os.kill(int(pid), signal.SIGKILL)


def main() -> None:
    """Begin as any worker does, and then do what was asked."""
    if how == "broken":
        sys.exit("stand-in: it does not even begin")
    if how == "stubborn":
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = subprocess.Popen(
        [sys.executable, "-c", f"import time; time.sleep({LONGEST})"]
    )
    (parts / "pids").write_text(f"{os.getpid()} {child.pid}")
    with _opener.open(f"{host}/_smslab/health", timeout=10) as answer:
        now = json.load(answer)["simulated_seconds"]
    sid = post("+14155550123")
    write({"kind": "start", "worker": 0, "workers": 1, "began_at": now})
    call = {
        "kind": "call",
        "stream": "codes",
        "number": 0,
        "retries": 0,
        "operation": "create_message",
        "recipients": 1,
        "intended_at": now,
        "due_at": now,
        "started_at": now,
        "answered_at": now + 1.0,
        "http_status": 201,
        "error_code": None,
        "in_flight": 1,
        "sid": sid,
        "final": True,
        "texts": [[0, 0]],
    }
    end = {"kind": "end", "streams": {}, "receiver": {}, "drained": True}
    write(call)
    match how:
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "murderous":
            kill_the_simulator()
            wait_for_a_signal()
        case "gentle":
            interrupt()
            wait_for_a_signal()
        case "stubborn":
            while True:
                interrupt()
                time.sleep(0.1)
    write(end)


main()
