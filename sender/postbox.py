"""What becomes of a status callback between the socket and the run: checked, read.

It holds no socket and waits for nothing: whoever listens hands over what came, posts
the reply back, and works on the callback afterwards.

Source: https://www.twilio.com/docs/messaging/guides/track-outbound-message-status,
https://www.twilio.com/docs/usage/webhooks/webhooks-security (read 2026-11-23).
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, NamedTuple, Protocol

from twilio.request_validator import RequestValidator
from yarl import URL

from sender.callbacks import CALL_KEY, CallbackReceived, Statuses

if TYPE_CHECKING:
    from multidict import MultiDictProxy

    from sms.units import Seconds

PATH = "/callbacks"
"""Where a listener of ours takes callbacks."""

SIGNATURE = "X-Twilio-Signature"
"""The header that holds a callback's signature."""

LARGEST_CALLBACK = 65_536
"""Bytes of a callback's body; who listens takes no more."""


class Clock(Protocol):
    """Tells the time of the run."""

    def now(self) -> Seconds:
        """Return the instant, counted from the run's start."""


class Reply(NamedTuple):
    """The answer to post back: an HTTP status, and a line on what was wrong."""

    status: int
    text: str = ""


TAKEN = Reply(204)
FORGED = Reply(403, f"{SIGNATURE} does not fit\n")


class Postbox:
    """Takes callbacks that come for one URL, which is the one Twilio was told.

    `forged` counts those turned away for their signature, and `duplicates` those taken
    that told nothing new.
    """

    def __init__(self, auth_token: str, clock: Clock, url: str) -> None:
        self.forged = 0
        self.duplicates = 0
        self.url = url
        self._address = url.partition("#")[0].partition("?")[0]
        self._validator = RequestValidator(auth_token)
        self._clock = clock
        self._statuses = Statuses()

    def take(
        self, target: str, signature: str, body: bytes
    ) -> tuple[Reply, CallbackReceived | None]:
        """Return the reply to a POST, and the callback if it is one: then it is 204.

        `target` is the request's, as it came: a path and perhaps a query.  Only the
        query counts, for behind a proxy the path may be another than Twilio was told.
        A wrong signature is 403, another webhook than a status callback 400.
        """
        _, mark, query = target.partition("?")
        form = _parse(body.decode("utf-8", errors="replace"))
        if not self._is_signed(f"{self._address}{mark}{query}", form, signature):
            self.forged += 1
            return FORGED, None
        try:
            sid, status = form["MessageSid"], form["MessageStatus"]
        except KeyError as missing:
            return Reply(400, f"{missing} is missing\n"), None
        duplicate = not self._statuses.is_news(sid, status)
        self.duplicates += duplicate
        return TAKEN, CallbackReceived(
            call_key=_parse(query).get(CALL_KEY, ""),
            recipient=form.get("To", ""),
            sid=sid,
            status=status,
            error_code=_number(form.get("ErrorCode", "")),
            received_at=self._clock.now(),
            duplicate=duplicate,
        )

    def _is_signed(self, url: str, form: MultiDictProxy[str], signature: str) -> bool:
        """Return whether the sender knew the token; no header names the URL for us.

        Twilio may put a port into the URL it signs or leave it out.  The library tries
        both, always, for three times as long: it is asked where the plain URL fails.
        """
        expected = self._validator.compute_signature(url, form)
        if hmac.compare_digest(expected.encode(), signature.encode(errors="replace")):
            return True
        return bool(self._validator.validate(url, form, signature))


def _parse(text: str) -> MultiDictProxy[str]:
    """Return a form's parameters, or a query's.

    A byte that is no UTF-8 spoils the signature only.
    """
    return URL.build(query_string=text, encoded=True).query


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None
