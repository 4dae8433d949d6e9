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
UNAUTHORIZED = ErrorCode(20003, 401, "{problem}")
METHOD_NOT_ALLOWED = ErrorCode(20004, 405, "Method not allowed")
ACCOUNT_NOT_ACTIVE = ErrorCode(20005, 403, "Account is not active")
PAGE_SIZE_TOO_LARGE = ErrorCode(20007, 400, "Page size must be between 1 and 1000")
TEST_CREDENTIALS = ErrorCode(
    20008, 403, "Resource not accessible with Test Account Credentials"
)
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
INTERNAL_ERROR = ErrorCode(20500, 500, "Internal Server Error")

# Numbers
NUMBER_INVALID = ErrorCode(21421, 400, "PhoneNumber is invalid: {number}")
NUMBER_TAKEN = ErrorCode(21422, 400, "PhoneNumber is not available: {number}")
INVALID_AREA_CODE = ErrorCode(21451, 400, "Invalid area code: {problem}")
NO_NUMBER_IN_AREA = ErrorCode(21452, 400, "No phone numbers found in area code {area}")

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
ALPHANUMERIC_ON_TRIAL = ErrorCode(
    21267, 400, "A trial account cannot send from an Alphanumeric Sender ID: {sender}"
)
UNVERIFIED = ErrorCode(
    21608,
    400,
    "The number {to} is unverified. Trial accounts cannot send messages to unverified "
    "numbers; verify {to} at twilio.com/user/account/phone-numbers/verified, or "
    "purchase a Twilio number to send messages to unverified numbers.",
)
TO_NOT_MOBILE = ErrorCode(21614, 400, "To number: {to}, is not a mobile number")
FROM_WITHOUT_MMS = ErrorCode(
    21621, 400, "The 'From' number {sender} has not been enabled for MMS"
)
ACCOUNT_WITHOUT_MMS = ErrorCode(21622, 400, "MMS has not been enabled for your account")
INVALID_MAX_PRICE = ErrorCode(21627, 400, "MaxPrice must be a float: {value}")
TO_IS_LANDLINE = ErrorCode(21635, 400, "'To' number cannot be a landline: {to}")
NO_TEMPLATE = ErrorCode(21654, 400, "ContentSid Required")
INVALID_TEMPLATE = ErrorCode(21655, 400, "The ContentSid is Invalid: {value}")
INVALID_VARIABLES = ErrorCode(
    21656, 400, "The ContentVariables Parameter is invalid: {problem}"
)
VALUE_TOO_LONG = ErrorCode(21658, 400, "Parameter exceeded character limit: {problem}")
FROM_UNKNOWN = ErrorCode(
    21659,
    400,
    "'From' {sender} is not a Twilio phone number or Short Code country mismatch",
)
FROM_ELSEWHERE = ErrorCode(
    21660, 400, "'From' number {sender} does not belong to your account"
)
FROM_NOT_SMS = ErrorCode(21661, 400, "'From' number {sender} is not SMS-capable")
INVALID_CONTENT_RETENTION = ErrorCode(30029, 400, "Invalid ContentRetention: {problem}")
INVALID_ADDRESS_RETENTION = ErrorCode(30030, 400, "Invalid AddressRetention: {problem}")
NO_SEND_AT = ErrorCode(35111, 400, "SendAt timestamp is missing")
SEND_AT_TOO_SOON = ErrorCode(
    35114,
    400,
    "SendAt {value} is too soon: it must be {earliest} to {latest} seconds ahead.",
)
INVALID_SEND_AT = ErrorCode(
    35115, 400, "Scheduling does not support this timestamp: {problem}"
)
SEND_AT_TOO_LATE = ErrorCode(
    35117,
    400,
    "SendAt {value} is too late: it must be {earliest} to {latest} seconds ahead.",
)
NO_SCHEDULING_SERVICE = ErrorCode(
    35118, 400, "MessagingServiceSid is required to schedule a message"
)
TOO_MANY_SCHEDULED = ErrorCode(
    35125, 400, "An account can have at most {most} scheduled messages"
)
INVALID_SCHEDULE = ErrorCode(35126, 400, "ScheduleType must be fixed: {problem}")
BODY_AND_TEMPLATE = ErrorCode(
    35127, 400, "Body and ContentSid cannot be given together"
)

TOO_FAST = ErrorCode(
    63017, 429, "Rate limit exceeded: {most} messages a second, subaccounts included"
)
DAY_USED_UP = ErrorCode(63038, 429, "Account exceeded the {most} daily messages limit")

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
NOT_IN_POOL = ErrorCode(
    21711,
    404,
    "Phone Number or Short Code is not associated with the Messaging Service.",
)
NO_SMS_IN_POOL = ErrorCode(
    21715, 400, "Phone Number {sender} does not have SMS or MMS capability."
)
IN_ANOTHER_POOL = ErrorCode(
    21712,
    409,
    "Phone Number or Short Code is associated with another Messaging Service.",
)
POOL_FULL = ErrorCode(21714, 400, "Messaging Service Number Pool size limit reached")
INVALID_USE_CASE = ErrorCode(21713, 400, "Messaging Service Use Case is Invalid")

# Notify
NOTIFY_SMS_LIMIT = ErrorCode(52181, 400, "Global limit for SMS exceeded: {most}")
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
ACCOUNT_SUSPENDED = ErrorCode(30002, 0, "Account suspended")
LOOP = ErrorCode(14107, 0, "Message loop protection: too many replies too fast")
BLOCKED = ErrorCode(30004, 0, "Message blocked")
UNREACHABLE_HANDSET = ErrorCode(30003, 0, "Unreachable destination handset")
UNKNOWN_HANDSET = ErrorCode(30005, 0, "Unknown destination handset")
LANDLINE = ErrorCode(30006, 0, "Landline or unreachable carrier")
FILTERED = ErrorCode(30007, 0, "Message filtered")
UNKNOWN_ERROR = ErrorCode(30008, 0, "Unknown error")
CARRIER_RATE = ErrorCode(30022, 0, "US A2P 10DLC - Rate Limits Exceeded")
LINK_NOT_SHORTENED = ErrorCode(30103, 0, "The message's links could not be shortened")
DAILY_CAP = ErrorCode(30023, 0, "US A2P 10DLC - Daily Message Cap Reached")
CAP_HALF_USED = ErrorCode(
    30025, 0, "US A2P 10DLC - T-Mobile Daily Message Limit 50% Consumed"
)
CAP_MOSTLY_USED = ErrorCode(
    30026, 0, "US A2P 10DLC - T-Mobile Daily Message Limit 70% Consumed"
)
CAP_USED_UP = ErrorCode(30027, 0, "US A2P 10DLC - T-Mobile Daily Message Limit Reached")
TOLL_FREE_UNVERIFIED = ErrorCode(30032, 0, "Toll-Free Number Has Not Been Verified")
CAMPAIGN_SUSPENDED = ErrorCode(30033, 0, "US A2P 10DLC - Campaign Suspended")
UNREGISTERED = ErrorCode(30034, 0, "US A2P 10DLC - Message from an Unregistered Number")
CAMPAIGN_PENDING = ErrorCode(30035, 0, "US A2P 10DLC - Number Still Being Configured")
EXPIRED = ErrorCode(30036, 0, "Validity Period Expired")
QUIET_HOURS = ErrorCode(30610, 0, "Message blocked: quiet hours at the recipient")

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
