"""Which text a status callback is about, and which ends are still to be told.

Each call's status callback is given the call's key, so that a callback can be matched
to its text even where the answer was lost, or where there is none to match, as with
Notify.  A bulk request has none of its own: that of its Messaging Service names no
call, and is matched by the recipient alone.
"""

from __future__ import annotations

import json
from collections import deque
from typing import TYPE_CHECKING
from urllib.parse import quote

from sender.callbacks import CALL_KEY
from sender.plans import Call, Fate, Operation
from sms.statuses import TERMINAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sender.callbacks import CallbackReceived
    from sender.plans import Attempt, Outcome, Text

LONGEST_NAME = 40
"""Bytes of a run's name, quoted as the URL and then the form around it want it.

With it, a key keeps within the room that Notify leaves free.
"""


class Matching:
    """The open texts of one run: those that Twilio has, or may have.

    Several runs can share one receiver, each under a `name` of its own: a callback of
    another's is none of this one's.  Only what is open is remembered.

    Raises:
        ValueError: the name takes more than LONGEST_NAME bytes.
    """

    def __init__(self, name: str = "") -> None:
        if len(quote(quote(name, safe=""))) > LONGEST_NAME:
            raise ValueError(
                f"the run's name {name!r} is too long for a status callback's URL: "
                f"take {LONGEST_NAME} plain characters at most"
            )
        self.open_fates = 0
        self._prefix = f"{name}." if name else ""
        self._open: dict[str, dict[str, Text]] = {}
        self._pooled: dict[str, deque[str]] = {}

    @property
    def open_texts(self) -> Iterator[Text]:
        """The texts whose end no callback has told, in the order of their calls."""
        for texts in self._open.values():
            yield from texts.values()

    def begin(self, attempt: Attempt) -> Call:
        """Return the call to make; its texts are open if it asks to be told of them."""
        key = self._key(attempt)
        call = _named(attempt.call, key)
        if call is not attempt.call or call.told_by_service:
            self._forget(key)
            self._open[key] = {text.recipient: text for text in call.texts}
            self.open_fates += len(self._open[key])
        if call.told_by_service:
            for text in call.texts:
                self._pooled.setdefault(text.recipient, deque()).append(key)
        return call

    def conclude(self, outcome: Outcome) -> None:
        """Take how a call ended: what Twilio would not have is open no more."""
        if outcome.refused or outcome.rejected:
            self._forget(self._key(outcome.attempt))

    def text_of(self, callback: CallbackReceived) -> Text | None:
        """Return the open text that a callback is about.

        None if it is not of this run, and none once its end has been told.
        """
        key = self._key_of(callback)
        return self._open.get(key, {}).get(callback.recipient)

    def end(self, callback: CallbackReceived) -> Fate | None:
        """Return the end of a text, which is open no more; None if it tells of none.

        So it is where the callback is a duplicate, of another run, or on the way.
        """
        if callback.duplicate or callback.status not in TERMINAL:
            return None
        text = self.text_of(callback)
        if text is None:
            return None
        key = self._key_of(callback)
        texts = self._open[key]
        del texts[callback.recipient]
        self.open_fates -= 1
        if not texts:
            del self._open[key]
        return Fate(text, callback.status, callback.error_code)

    def _key_of(self, callback: CallbackReceived) -> str:
        """Return the key of the call that a callback is about.

        A Messaging Service's own callback names none: it is about the first open bulk
        call to the same recipient.
        """
        if callback.call_key:
            return callback.call_key
        keys = self._pooled.get(callback.recipient)
        while keys and callback.recipient not in self._open.get(keys[0], {}):
            keys.popleft()
        if keys:
            return keys[0]
        self._pooled.pop(callback.recipient, None)
        return ""

    def _key(self, attempt: Attempt) -> str:
        return f"{self._prefix}{attempt.number}"

    def _forget(self, key: str) -> None:
        self.open_fates -= len(self._open.pop(key, ()))


def _named(call: Call, key: str) -> Call:
    """Return the call with its key in its status callback's URL; itself without one."""
    form = call.form
    if call.operation is Operation.CREATE_BULK:
        return call
    if call.operation is Operation.CREATE_MESSAGE:
        if "StatusCallback" not in form:
            return call
        url = _with_key(str(form["StatusCallback"]), key)
        return call._replace(form={**form, "StatusCallback": url})
    sms = json.loads(str(form.get("Sms", "{}")))
    if "status_callback" not in sms:
        return call
    sms["status_callback"] = _with_key(sms["status_callback"], key)
    compact = json.dumps(sms, separators=(",", ":"))
    return call._replace(form={**form, "Sms": compact})


def _with_key(url: str, key: str) -> str:
    """Return a URL with the call's key in its query; a fragment stays last."""
    address, mark, fragment = url.partition("#")
    joint = "&" if "?" in address else "?"
    return f"{address}{joint}{CALL_KEY}={quote(key, safe='')}{mark}{fragment}"
