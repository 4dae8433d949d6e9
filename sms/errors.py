"""Twilio's error codes: one row each, and the one exception that carries a row.

A row's `text` may hold names in braces, which the raise fills in:

    raise ApiError(INVALID_TO, to="+1")

Sources: the error dictionary, https://www.twilio.com/docs/api/errors (snapshots of
2023-05 and 2025-02); recorded answers where a row says so; `RETRYABLE` is the advice
of each code's own page.
"""

from __future__ import annotations

from dataclasses import dataclass

DICTIONARY = "https://www.twilio.com/docs/api/errors"


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """A row of Twilio's error dictionary.

    `http_status` is 0 where the error never answers a request but ends a message.
    """

    code: int
    http_status: int
    text: str

    @property
    def source(self) -> str:
        """Return the page that describes this code."""
        return f"{DICTIONARY}/{self.code}"


class ApiError(Exception):
    """A request refused: it has changed nothing."""

    def __init__(self, error: ErrorCode, /, **values: object) -> None:
        super().__init__(error.text.format(**values) if values else error.text)
        self.error = error


# Any request
INVALID_FRIENDLY_NAME = ErrorCode(20002, 400, "Invalid FriendlyName")
UNAUTHORIZED = ErrorCode(20003, 401, "Authenticate")
METHOD_NOT_ALLOWED = ErrorCode(20004, 405, "Method not allowed")
PAGE_SIZE_TOO_LARGE = ErrorCode(20007, 400, "Page size must be between 1 and 1000")
NOT_COMPLETE = ErrorCode(
    20009, 409, "Cannot delete this resource before it is complete"
)
BAD_REQUEST = ErrorCode(20001, 400, "{problem}")
FORBIDDEN = ErrorCode(20403, 403, "{problem}")
NOT_FOUND = ErrorCode(20404, 404, "The requested resource {path} was not found")
INVALID_PARAMETER = ErrorCode(20422, 400, "Invalid Parameter: {problem}")
TOO_LARGE = ErrorCode(20413, 413, "Request Entity Too Large")
UNSUPPORTED_MEDIA = ErrorCode(
    20415,
    415,
    "Content-Type must be application/x-www-form-urlencoded, not {content_type}",
)
TIMED_OUT = ErrorCode(20408, 408, "The body did not arrive in time")
TOO_MANY_REQUESTS = ErrorCode(20429, 429, "Too Many Requests")

# POST Messages
INVALID_TO = ErrorCode(21211, 400, "The 'To' number {to} is not a valid phone number.")
INVALID_FROM = ErrorCode(
    21212,
    400,
    "The 'From' number {sender} is not a valid phone number, shortcode, "
    "or alphanumeric sender ID.",
)
TO_IS_SHORT_CODE = ErrorCode(21265, 400, "'To' number cannot be a Short Code: {to}")
TO_IS_FROM = ErrorCode(21266, 400, "'To' and 'From' number cannot be the same: {to}")
NO_PERMISSION = ErrorCode(
    21408,
    400,
    "Permission to send an SMS has not been enabled for the region indicated by the "
    "'To' number: {to}.",
)
NO_BODY = ErrorCode(21602, 400, "Message body is required.")
NO_FROM = ErrorCode(
    21603,
    400,
    "A 'From' or 'MessagingServiceSid' parameter is required to send a message.",
)
NO_TO = ErrorCode(21604, 400, "A 'To' phone number is required.")
FROM_NOT_OWNED = ErrorCode(
    21606,
    400,
    "The From phone number {sender} is not a valid, SMS-capable inbound phone number "
    "or short code for your account.",
)
INVALID_CALLBACK = ErrorCode(21609, 400, "Invalid 'StatusCallback' URL: {url}")
OPTED_OUT = ErrorCode(21610, 400, "Attempt to send to unsubscribed recipient")
QUEUE_FULL = ErrorCode(21611, 429, "SMS queue is full.")
UNREACHABLE_PAIR = ErrorCode(
    21612,
    400,
    "The 'To' phone number: {to}, is not currently reachable using the 'From' phone "
    "number: {sender} via SMS.",
)
BODY_TOO_LONG = ErrorCode(
    21617, 400, "The concatenated message body exceeds the 1600 character limit."
)
NO_CONTENT = ErrorCode(
    21619, 400, "A text message body, media URL or content SID must be specified."
)
INVALID_MEDIA = ErrorCode(21620, 400, "Invalid media URL(s): {url}")
TOO_MANY_MEDIA = ErrorCode(
    21623, 400, "Number of media files exceeds allowed limit of 10."
)
INVALID_VALIDITY_PERIOD = ErrorCode(
    21624,
    400,
    "The ValidityPeriod {value} is not a whole number of seconds from 1 to {longest}.",
)
NO_SUCH_SERVICE = ErrorCode(
    21701, 400, "The Messaging Service {service} does not exist."
)
NO_SENDER_ABLE = ErrorCode(
    21703,
    0,
    "The Messaging Service does not have a phone number available to send a message.",
)
EMPTY_POOL = ErrorCode(21704, 400, "The Messaging Service contains no phone numbers.")
INVALID_SERVICE = ErrorCode(21705, 400, "The Messaging Service is invalid: {service}")
INVALID_UPDATE = ErrorCode(30400, 400, "Parameters are not valid: {problem}")
CANNOT_CANCEL = ErrorCode(
    30409, 409, "This message cannot be canceled: it is {status} already."
)

# Messaging Services and their pools
ALPHA_MISSING = ErrorCode(21708, 400, "Alpha Sender ID Missing from the request")
ALPHA_INVALID = ErrorCode(
    21709,
    400,
    "Alpha Sender ID is Invalid or Not Authorized for this Messaging Service: {sender}",
)
ALREADY_IN_POOL = ErrorCode(
    21710, 409, "Phone Number Already Exists in Messaging Service"
)
IN_ANOTHER_POOL = ErrorCode(
    21712,
    409,
    "Phone Number or Short Code is associated with another Messaging Service.",
)
POOL_FULL = ErrorCode(21714, 400, "Messaging Service Number Pool size limit reached")
INVALID_USE_CASE = ErrorCode(21713, 400, "Messaging Service Use Case is Invalid")

# Notify
INVALID_BINDING = ErrorCode(52001, 400, "Invalid destination binding: {binding}")
NO_MESSAGING_SERVICE = ErrorCode(52182, 400, "Messaging Service not specified")
NO_RECIPIENTS = ErrorCode(
    52301, 400, "Resulted destination list for requested parameters is empty"
)
TOO_MANY_RECIPIENTS = ErrorCode(
    52302, 400, "Too many recipients: {count}, at most {most}"
)

# What ends a message after its creation
QUEUE_OVERFLOW = ErrorCode(30001, 0, "Queue overflow")
UNREACHABLE_HANDSET = ErrorCode(30003, 0, "Unreachable destination handset")
UNKNOWN_HANDSET = ErrorCode(30005, 0, "Unknown destination handset")
LANDLINE = ErrorCode(30006, 0, "Landline or unreachable carrier")
FILTERED = ErrorCode(30007, 0, "Message filtered")
UNKNOWN_ERROR = ErrorCode(30008, 0, "Unknown error")
CARRIER_RATE = ErrorCode(30022, 0, "US A2P 10DLC - Rate Limits Exceeded")
UNREGISTERED = ErrorCode(30034, 0, "US A2P 10DLC - Message from an Unregistered Number")
EXPIRED = ErrorCode(30036, 0, "Validity Period Expired")

TABLE: dict[int, ErrorCode] = {
    row.code: row for row in tuple(globals().values()) if isinstance(row, ErrorCode)
}
"""Every row above, by code."""

RETRYABLE = frozenset(
    {30003, 30008, 30017, 30020, 30021, 30022, 30023, 30035, 30036, 30410, 30500}
    | {QUEUE_FULL.code, QUEUE_OVERFLOW.code}
)
"""Codes after which sending the same message again may help, by each page's advice.

30005, 30006, 30007, 30034 and 21610 will fail again and are never in here.
"""


def describe(code: int) -> str:
    """Return a code with its title, for people: `30003 Unreachable …`."""
    row = TABLE.get(code)
    return f"{code} {row.text}" if row else str(code)
