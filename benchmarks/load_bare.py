"""A locustfile with a bare user: it posts the form that our users post, no more.

locust -f benchmarks/load_bare.py --host http://127.0.0.1:PORT
"""

from __future__ import annotations

from itertools import count
from typing import ClassVar

from locust import FastHttpUser, task

from benchmarks.server import PATH
from simulator.engine.worlds import ACCOUNT_SID, AUTH_TOKEN, MESSAGING_SERVICE_SID

BODY = "Hello Anna, your order 1234 is on its way to you"


class BareUser(FastHttpUser):
    """Posts one message after the other."""

    numbers: ClassVar[count[int]] = count()

    @task
    def post(self) -> None:
        """Post a message and wait for its answer."""
        number = next(self.numbers)
        self.client.post(
            PATH,
            data={
                "To": f"+1415555{number % 10_000:04d}",
                "StatusCallback": f"http://127.0.0.1:1/status?call=s.{number}",
                "MessagingServiceSid": MESSAGING_SERVICE_SID,
                "Body": BODY,
            },
            auth=(ACCOUNT_SID, AUTH_TOKEN),
            name="/Messages.json",
        )
