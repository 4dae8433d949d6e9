"""Listens for callbacks as a worker does, in a process of its own, until Ctrl-C.

    python -m tests.loadtests.swarm.listening TOKEN DELAY

It prints its URL, a line of JSON for each callback that it takes, and its counts at the
end.
"""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

from gevent import get_hub
from gevent.event import Event

from loadtests.swarm.receivers import Receiver

if TYPE_CHECKING:
    from sender.callbacks import CallbackReceived


class RealClock:
    """Tells this machine's time."""

    def now(self) -> float:
        """Return the instant in seconds."""
        return time.monotonic()


def take(callback: CallbackReceived) -> None:
    """Print a callback."""
    show(
        sid=callback.sid,
        status=callback.status,
        call=callback.call_key,
        duplicate=callback.duplicate,
    )


def show(**line: object) -> None:
    """Print a line of JSON, at once."""
    sys.stdout.write(f"{json.dumps(line)}\n")
    sys.stdout.flush()


def main(token: str, delay: str) -> None:
    """Listen until Ctrl-C."""
    get_hub().NOT_ERROR += (KeyboardInterrupt,)
    with Receiver(token, take, RealClock(), delay=float(delay)) as receiver:
        show(url=receiver.url)
        try:
            Event().wait()
        except KeyboardInterrupt:
            postbox = receiver.postbox
            show(
                forged=postbox.forged,
                duplicates=postbox.duplicates,
                overflowed=receiver.overflowed,
            )


if __name__ == "__main__":
    main(*sys.argv[1:])
