"""Who a message leaves from: a sender, its type and its country."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SenderType(StrEnum):
    """What kind of address a sender is: its rates and reach hang on it."""

    LONG_CODE = "long_code"
    TOLL_FREE = "toll_free"
    SHORT_CODE = "short_code"
    ALPHANUMERIC = "alphanumeric"

    __hash__ = str.__hash__


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """An address messages leave from, owned by the account.

    `sid` is Twilio's name for it (PN…, SC…, AI…); `country` is None for an alphanumeric
    sender; `campaign` names the A2P 10DLC campaign whose rate it shares, if any;
    `verified` is False for a toll-free number whose use nobody has verified.
    """

    sid: str
    address: str
    type: SenderType
    country: str | None = None
    area_code: str | None = None
    campaign: str | None = None
    verified: bool = True
