"""Alerts: a small program that texts people by Twilio, as yours may.

It knows nothing of smslab.  docs/testing-your-code.md tries it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TRIES = 10
STOPPED, QUEUE_FULL, TOO_MANY_REQUESTS = 21610, 21611, 20429
RANKS = ("queued", "sent", "delivered", "undelivered", "failed")


class Alerts:
    """Texts people, and keeps what became of each text by its SID in `statuses`.

    `stopped` are people who want no texts, `deferred` texts that had no room, and
    `unsure` people who may have been texted although no answer said so.
    """

    def __init__(
        self,
        sender: str,
        status_callback: str | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.statuses: dict[str, str] = {}
        self.stopped: set[str] = set()
        self.deferred: list[tuple[str, str]] = []
        self.unsure: list[str] = []
        self._client = Client()
        self._sender = sender
        self._status_callback = status_callback
        self._sleep = sleep

    def send(self, to: str, body: str) -> None:
        """Text somebody once; try again only where nothing can have been sent."""
        pause = 1.0
        for _ in range(TRIES):
            try:
                message = self._client.messages.create(
                    to=to,
                    from_=self._sender,
                    body=body,
                    status_callback=self._status_callback,
                )
            except TwilioRestException as error:
                if error.code != TOO_MANY_REQUESTS:
                    self._refused(error, to, body)
                    return
                self._sleep(pause)
                pause *= 2
            except OSError:
                self.unsure.append(to)
                return
            else:
                self.statuses.setdefault(message.sid, message.status)
                return
        self.deferred.append((to, body))

    def send_deferred(self) -> None:
        """Send what had no room."""
        deferred, self.deferred = self.deferred, []
        for to, body in deferred:
            self.send(to, body)

    def on_status(self, form: Mapping[str, str]) -> None:
        """Take a status callback; what comes late turns nothing back."""
        sid, status = form["MessageSid"], form["MessageStatus"]
        before = self.statuses.get(sid, "queued")
        self.statuses[sid] = max(before, status, key=RANKS.index)

    def _refused(self, error: TwilioRestException, to: str, body: str) -> None:
        if error.status >= 500:
            self.unsure.append(to)
        elif error.code == STOPPED:
            self.stopped.add(to)
        elif error.code == QUEUE_FULL:
            self.deferred.append((to, body))
        else:
            raise error
