"""What an account may not do: whom it may text, from what, and with media or not.

Without any of it there are no `Permissions`, and everything is allowed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.engine.recipients import RecipientKind
from simulator.engine.senders import SenderType
from sms import errors
from sms.errors import ApiError, ErrorCode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.engine.messages import Draft
    from simulator.engine.recipients import Recipients
    from simulator.engine.senders import Sender

LANDLINES: Mapping[int, ErrorCode] = {
    row.code: row for row in (errors.TO_NOT_MOBILE, errors.TO_IS_LANDLINE)
}
"""With which code the API may refuse a landline, where it does at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions:
    """What holds for one account; None is no limit.

    `regions` are the countries that may be texted; `verified` the numbers that a trial
    account may text, which makes it one; `landlines` the code that refuses a recipient
    known as a landline, 0 for none.  `voice_only` are the account's addresses that take
    no SMS, `elsewhere` those known to be another account's.

    Source: https://www.twilio.com/docs/api/errors/21408, 21608, 21614, 21622, 21635,
    21660 and 21661 (2025-02).
    """

    regions: frozenset[str] | None = None
    verified: frozenset[str] | None = None
    landlines: int = 0
    mms: bool = True
    voice_only: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()

    def check_sender(self, sender: Sender) -> None:
        """Check that a sender may be sent from.

        Raises:
            ApiError: 21267.
        """
        if self.verified is not None and sender.type is SenderType.ALPHANUMERIC:
            raise ApiError(errors.ALPHANUMERIC_ON_TRIAL, sender=sender.address)

    def check_draft(self, draft: Draft, country: str, recipients: Recipients) -> None:
        """Check that a message may go where it is meant to.

        Raises:
            ApiError: 21408, 21608, 21614, 21622 or 21635.
        """
        to = draft.recipient
        if self.regions is not None and country not in self.regions:
            raise ApiError(errors.NO_PERMISSION, to=to)
        if self.verified is not None and to not in self.verified:
            raise ApiError(errors.UNVERIFIED, to=to)
        if draft.is_mms and not self.mms:
            raise ApiError(errors.ACCOUNT_WITHOUT_MMS)
        refused = LANDLINES.get(self.landlines)
        forced = draft.extras is not None and draft.extras.force_delivery
        if refused is None or (forced and refused is errors.TO_IS_LANDLINE):
            return
        if recipients.look_up(to)[0] is RecipientKind.LANDLINE:
            raise ApiError(refused, to=to)
