"""Send texts, take 429 for what it is, and watch the status callbacks come in.

    smslab serve --concurrency 4 &
    eval "$(smslab env)"
    python examples/clients/send.py --count 40

It is plain twilio-python, with the standard library for the callbacks.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

ENDED = {"delivered", "undelivered", "failed", "canceled"}
MOST_TRIES = 12
LONGEST_PAUSE = 3.0
"""Real seconds between two tries of one text, at most."""

MOST_AT_ONCE = 16
"""Calls this program has open: more than a small `--concurrency` lets in."""


def make_client(sid: str, token: str, url: str) -> Any:
    """Return the official client, pointed at a simulator."""
    client = Client(sid, token)
    client.api.base_url = url
    client.messaging.base_url = f"{url}/messaging"
    return client


class Watch:
    """Listens for status callbacks, and counts how the texts end."""

    def __init__(self, token: str) -> None:
        self.ends: dict[str, str] = {}
        self.refused = 0
        self._changed = threading.Condition()
        self._validator = RequestValidator(token)
        watch = self

        class Receiver(BaseHTTPRequestHandler):
            """Takes one post."""

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                form = dict(parse_qsl(self.rfile.read(length).decode(), True))
                signature = self.headers.get("X-Twilio-Signature", "")
                good = watch.take(f"{watch.url}{self.path}", form, signature)
                self.send_response(204 if good else 403)
                self.end_headers()

            def log_message(self, *words: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def take(self, url: str, form: dict[str, str], signature: str) -> bool:
        """Note what a callback says, if Twilio has signed it.

        They come in any order: an end that is known is never undone by what was sent
        earlier and came later.
        """
        with self._changed:
            if not self._validator.validate(url, form, signature):
                self.refused += 1
                return False
            if form["MessageStatus"] in ENDED:
                self.ends[form["MessageSid"]] = form["MessageStatus"]
                self._changed.notify_all()
            return True

    def wait(self, sids: set[str], seconds: float) -> Counter[str]:
        """Wait until all these texts have ended, or so long, and count the ends."""
        with self._changed:
            self._changed.wait_for(lambda: sids <= self.ends.keys(), seconds)
            return Counter(self.ends.get(sid, "no end yet") for sid in sids)

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def send(client: Any, fields: dict[str, str], refusals: Counter[int]) -> str:
    """Send one text, again where the answer is 429: nothing has been done then.

    The pause doubles from try to try and is drawn at random, so that those who were
    refused together do not come back together.  Any other refusal is for good.
    """
    for attempt in range(MOST_TRIES):
        try:
            return str(client.messages.create(**fields).sid)
        except TwilioRestException as refusal:
            refusals[refusal.status] += 1
            if refusal.status != 429:
                raise
        time.sleep(random.uniform(0, min(LONGEST_PAUSE, 0.05 * 2**attempt)))
    raise TimeoutError(f"refused {MOST_TRIES} times: {fields['to']}")


def run(client: Any, watch: Watch, sender: str, count: int) -> tuple[Counter[str], int]:
    """Send texts at once; return how they ended, and how often 429 was the answer."""
    refusals: Counter[int] = Counter()
    callback = f"{watch.url}/status"
    texts = [
        {
            "to": f"+1415555{n:04d}",
            "from_": sender,
            "body": f"Your order {n} is ready.",
            "status_callback": callback,
        }
        for n in range(count)
    ]
    with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
        sids = set(pool.map(lambda text: send(client, text, refusals), texts))
    return watch.wait(sids, seconds=120.0), refusals[429]


def main() -> int:
    """Read the environment that `smslab env` prints, and do it."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--count", type=int, default=20, help="how many texts")
    options.add_argument("--from", dest="sender", default="+18335550100")
    given = options.parse_args()
    names = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "SMSLAB_URL")
    missing = [name for name in names if not os.environ.get(name)]
    if missing:
        print(f'not set: {", ".join(missing)}; type: eval "$(smslab env)"')
        return 2
    sid, token, url = (os.environ[name] for name in names)
    watch = Watch(token)
    try:
        ends, refused = run(
            make_client(sid, token, url), watch, given.sender, given.count
        )
    except OSError:
        print(f"nobody answers at {url}: start smslab serve")
        return 2
    finally:
        watch.close()
    for end, number in sorted(ends.items()):
        print(f"{number} {end}")
    print(f"429 came {refused} times; callbacks with a bad signature: {watch.refused}")
    return 0 if set(ends) <= ENDED else 1


if __name__ == "__main__":
    sys.exit(main())
