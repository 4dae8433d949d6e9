"""Titles: error codes as people know them, short enough for a picture."""

from __future__ import annotations

import re

from sms.errors import RETRYABLE, TABLE

WAITED = -30001
"""Stands for a 30001 that says the validity period was over, not the queue full."""

TITLES = {
    WAITED: "Waited past its validity period",
    20003: "Permission denied",
    20404: "Not found",
    20429: "Too many requests in flight",
    21211: "Invalid 'To' phone number",
    21212: "Invalid 'From' number",
    21265: "'To' cannot be a short code",
    21266: "'To' and 'From' are the same",
    21408: "Region not enabled",
    21606: "'From' is not yours, or not for SMS",
    21610: "Recipient has opted out",
    21611: "Sender's queue is full",
    21612: "'To' not reachable from this 'From'",
    21614: "'To' is not a mobile number",
    21617: "Body too long",
    21703: "No sender of the service fits",
    21704: "Messaging Service has no senders",
    30001: "Queue overflow",
    30002: "Account suspended",
    30003: "Handset unreachable",
    30004: "Message blocked",
    30005: "Unknown handset",
    30006: "Landline, or carrier unreachable",
    30007: "Message filtered",
    30008: "Unknown error",
    30022: "10DLC rate limit exceeded",
    30023: "10DLC daily cap reached",
    30034: "10DLC number not registered",
    30036: "Validity period expired",
}
"""Twilio's titles, shortened: https://www.twilio.com/docs/api/errors (2025-02)."""


TAKEN = {201: "201 created", 202: "202 accepted"}
"""What is said of the answers that took what was sent."""


def title(code: int) -> str:
    """Return what a code means; 0 is no code at all."""
    if not code:
        return "No answer, or no code"
    if code in TITLES:
        return TITLES[code]
    row = TABLE.get(code)
    return re.sub(r"\{\w+\}", "…", row.text).rstrip(".") if row else "Not in our table"


def named(code: int) -> str:
    """Return a code and its title: `30003 Handset unreachable`."""
    return f"{abs(code)} {title(code)}" if code else title(code)


def retryable(code: int) -> bool:
    """Return whether sending again may help after a code."""
    return abs(code) in RETRYABLE


def answered(kind: tuple[int, int]) -> str:
    """Return an HTTP status and error code in words: `429 20429 Too many requests`."""
    status, code = kind
    if not status:
        return "no answer"
    if not code:
        return TAKEN.get(status, str(status))
    return f"{status} {named(code)}"
