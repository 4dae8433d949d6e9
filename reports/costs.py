"""Costs: what a strategy's messages and senders would have been charged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reports.prices import ANY, SHIPPED_NAME, find
from reports.runs import RunError
from reports.wording import MICROS

if TYPE_CHECKING:
    from reports.manifests import SenderFacts
    from reports.prices import Price, Prices
    from reports.runs import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a strategy costs, in micro-dollars.

    Charged are the messages that reached `sending`, delivered or not; one that ended
    `failed` costs the fee for that, a refused one nothing.  `rent` is a whole month's
    of every sender that sent something.  `guessed` names the countries that only a row
    for any country had a price for.  Where `recorded`, messages and fees for failed
    ones are the sum of the prices that Twilio gave each.
    """

    charged: int
    failed: int
    segments: int
    messages: int
    carrier_fees: int
    failed_fees: int
    rent: int
    senders: int
    guessed: tuple[str, ...] = ()
    recorded: bool = False

    @property
    def traffic(self) -> int:
        """Return what the messages cost, without the senders."""
        return self.messages + self.carrier_fees + self.failed_fees

    @property
    def total(self) -> int:
        """Return what the messages and a month of their senders cost."""
        return self.traffic + self.rent


def price_messages(
    messages: Rows, senders: tuple[SenderFacts, ...], prices: Prices
) -> Cost:
    """Return what a strategy's messages cost.

    Twilio's own prices hold where the run has them and the table is the one shipped; of
    a table of somebody's own each row counts.

    Raises:
        RunError: the table has no price for one of them.
    """
    sending = np.isfinite(messages.floats["sending_at"])
    failed = int(messages.words["status"].among("failed").sum())
    base = fees = 0
    guessed = set()
    charges = _segments(messages)
    for (country, sender_type), segments in charges.items():
        row = _price(prices, prices.segments, country, sender_type)
        fee = find(prices.carrier_fees, country, sender_type)
        base += segments * row.price
        fees += segments * (fee.price if fee else 0)
        if ANY in row.countries:
            guessed.add(country)
    rents = _rents(messages, senders, prices)
    failed_fees = failed * prices.failed_message.price
    given = _given(messages) if prices.path == SHIPPED_NAME else None
    if given is not None:
        (base, failed_fees), guessed = given, set()
    return Cost(
        charged=int(sending.sum()),
        failed=failed,
        segments=sum(charges.values()),
        messages=base,
        carrier_fees=fees,
        failed_fees=failed_fees,
        rent=sum(rents),
        senders=len(rents),
        guessed=tuple(sorted(guessed)),
        recorded=given is not None,
    )


def _given(messages: Rows) -> tuple[int, int] | None:
    """Return the sum of the prices that the record has, those of failed ones apart."""
    prices = np.nan_to_num(messages.floats["price"])
    if not np.isfinite(messages.floats["price"]).any():
        return None
    micros = np.rint(-prices * MICROS).astype(np.int64)
    failed = messages.words["status"].among("failed")
    return int(micros[~failed].sum()), int(micros[failed].sum())


def _segments(messages: Rows) -> dict[tuple[str, str], int]:
    """Return the segments that left, by the recipient's country and sender's type.

    Each of several messages that left for an attempt counts, where the record says so.
    """
    countries, types = messages.words["country"], messages.words["sender_type"]
    sending = np.isfinite(messages.floats["sending_at"])
    width = len(types.names) + 1
    keys = (countries.codes.astype(np.int64) + 1) * width + types.codes + 1
    used, which = np.unique(keys[sending], return_inverse=True)
    sums = np.zeros(len(used), dtype=np.int64)
    copies = np.maximum(messages.ints["left"], 1)
    np.add.at(sums, which, (messages.ints["segments"] * copies)[sending])
    return {
        (_name(countries.names, key // width), _name(types.names, key % width)): int(n)
        for key, n in zip(used.tolist(), sums, strict=True)
    }


def _rents(
    messages: Rows, senders: tuple[SenderFacts, ...], prices: Prices
) -> list[int]:
    """Return a month's rent of each sender that sent something."""
    words, types = messages.words["sender"], messages.words["sender_type"]
    sending = np.isfinite(messages.floats["sending_at"]) & (words.codes >= 0)
    used, first = np.unique(words.codes[sending], return_index=True)
    type_of = types.codes[sending][first]
    home = {sender.address: sender.country for sender in senders}
    return [
        _price(
            prices,
            prices.rents,
            home.get(words.names[code]) or ANY,
            _name(types.names, int(kind) + 1),
        ).price
        for code, kind in zip(used, type_of, strict=True)
    ]


def _price(
    prices: Prices, rows: tuple[Price, ...], country: str, sender_type: str
) -> Price:
    row = find(rows, country, sender_type)
    if row is None:
        raise RunError(f"{prices.path} has no price for a {sender_type} and {country}")
    return row


def _name(names: tuple[str, ...], shifted: int) -> str:
    """Return the name of a code that was counted from 1; `*` where there was none."""
    return names[shifted - 1] if shifted else ANY
