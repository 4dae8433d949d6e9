"""Writes down one strategy's run, as calls are answered and texts find their messages.

What happens to a message is read from the message itself once the run is over; so a
million of them cost their rows and nothing else.
"""

from __future__ import annotations

from array import array
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from loadtests.records import NAN
from simulator.engine.prices import DECIMALS, FinalPrices
from sms.addresses import country
from sms.errors import OPTED_OUT
from sms.timezones import zone_within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from loadtests.records import RunRecord
    from sender.plans import Attempt, Outcome, Text
    from simulator.engine.messages import Message
    from simulator.engine.optouts import OptOut
    from simulator.engine.profile import Profile
    from sms.units import Seconds

CHUNK = 65_536
"""Messages that are gone through at one time."""

REFUSED, AMBIGUOUS, UNSENT = "refused", "ambiguous", "unsent"
WITHHELD = "withheld"
"""Statuses of texts that never became a message."""

NO_FIRST = (None, None, None)
"""What stands for the first sender of a message that had but one."""

Lost = tuple[str, "int | None"]
"""Why a text has no message: one of the four above and Twilio's code."""

_DRAINED: Lost = ("drained", None)
"""What stands for an end that has been written down: it is not asked for again."""

Fates = dict[tuple[int, int], Lost]
"""By a text's key and attempt: its last status and Twilio's code."""


class Recorder:
    """One strategy's rows, until they go into the run's record.

    `submitted_at` of a text is when the first attempt of its call was begun.  Without a
    `profile` no message has a price.
    """

    def __init__(
        self, strategy: str, record: RunRecord, profile: Profile | None = None
    ) -> None:
        self.strategy = strategy
        self._prices = FinalPrices(profile) if profile is not None else None
        self._record = record
        self._known = 0
        self._texts: list[Text] = []
        self._submitted_at = array("d")
        self._ends: list[Message | Lost] = []
        self._unheard: dict[int, list[Message]] = {}
        self._first_begun: dict[int, Seconds] = {}

    def answer(
        self,
        outcome: Outcome,
        started_at: Seconds,
        answered_at: Seconds | None,
        in_flight: int,
    ) -> None:
        """Note how an attempt ended; `answered_at` is None where no answer came."""
        attempt = outcome.attempt
        if not (outcome.accepted or attempt.retries):
            self._first_begun[attempt.number] = started_at
        self._record.calls.append(
            self.strategy,
            attempt.number,
            attempt.retries,
            attempt.call.operation,
            len(attempt.call.texts),
            _or(attempt.intended_at, started_at),
            _or(attempt.due_at, started_at),
            started_at,
            answered_at,
            outcome.http_status,
            outcome.error_code,
            in_flight,
        )

    def place(
        self, attempt: Attempt, started_at: Seconds, messages: Sequence[Message]
    ) -> None:
        """Note which messages an accepted call's texts have become, in their order."""
        self._note(attempt, started_at, messages)

    def lose(self, outcome: Outcome, started_at: Seconds) -> None:
        """Note that a call's texts have become nothing that is known of."""
        lost = REFUSED if outcome.rejected else AMBIGUOUS, outcome.error_code
        count = len(outcome.attempt.call.texts)
        self._note(outcome.attempt, started_at, [lost] * count)

    def _note(
        self, attempt: Attempt, started_at: Seconds, ends: Sequence[Message | Lost]
    ) -> None:
        texts = attempt.call.texts
        assert len(texts) == len(ends), "every text of a call has one end"
        begun = self._first_begun.pop(attempt.number, started_at)
        self._texts.extend(texts)
        self._ends.extend(ends)
        self._submitted_at.extend([begun] * len(texts))
        if not texts[0].attempt:
            self._known += len(texts)

    @property
    def texts(self) -> Sequence[Text]:
        """Return the texts that have come to something, each time they have."""
        return self._texts

    def __len__(self) -> int:
        """Return how many texts have come to a message, or to nothing."""
        return self._known

    @property
    def ends(self) -> Sequence[Message | Lost]:
        """Return what each of these texts has come to."""
        return self._ends

    def hear(self, number: int, message: Message) -> None:
        """Note that a text, by its number among `texts`, had this message besides."""
        self._unheard.setdefault(number, []).append(message)

    def finished_at(self) -> Seconds:
        """Return when the last message came to its last status, 0 where none did."""
        messages = (end for end in self._ends if not isinstance(end, tuple))
        return max((m.ended_at or m.sent_at or 0.0 for m in messages), default=0.0)

    def fates(self) -> Fates:
        """Return how each text ended, as far as it is known now."""
        pairs = zip(self._texts, self._ends, strict=True)
        return {
            (text.key, text.attempt): end
            if isinstance(end, tuple)
            else (end.status, end.error_code)
            for text, end in pairs
        }

    def drain(
        self, planned: Sequence[Text]
    ) -> Iterator[tuple[list[tuple[int, int]], list[Message]]]:
        """Put every text into the record, some at a time, and let go of them.

        Yields the messages among them, with the key and attempt of each one's text.  A
        planned text that no call was made for is unsent, or withheld where it is known
        that its recipient has opted out.
        """
        self._add_unsent(planned)
        for start in range(0, len(self._ends), CHUNK):
            part = slice(start, start + CHUNK)
            texts, ends = self._texts[part], self._ends[part]
            begun_at = self._submitted_at[part]
            rows = zip(count(start), texts, begun_at, ends, strict=False)
            for number, text, begun, end in rows:
                besides = self._besides(number) if self._unheard else NOTHING
                if isinstance(end, tuple):
                    self._add_lost(text, begun, end, besides)
                else:
                    self._add_message(text, begun, end, besides)
            pairs = zip(texts, ends, strict=True)
            placed = [(text, end) for text, end in pairs if not isinstance(end, tuple)]
            keys = [(text.key, text.attempt) for text, _ in placed]
            yield keys, [message for _, message in placed]
            self._ends[part] = [_DRAINED] * len(ends)

    def _add_unsent(self, planned: Sequence[Text]) -> None:
        if self._known == len(planned):
            return
        seen = {text.key for text in self._texts}
        unsent = [text for text in planned if text.key not in seen]
        gone = self._opted_out()
        self._texts.extend(unsent)
        self._submitted_at.extend([NAN] * len(unsent))
        self._ends.extend(
            (WITHHELD if text.recipient in gone else UNSENT, None) for text in unsent
        )

    def _opted_out(self) -> set[str]:
        """Return whom a text could not be sent to because they had opted out."""
        pairs = zip(self._texts, self._ends, strict=True)
        return {
            text.recipient
            for text, end in pairs
            if (end[1] if isinstance(end, tuple) else end.error_code) == OPTED_OUT.code
        }

    def add_opt_outs(self, opt_outs: Iterable[OptOut]) -> None:
        """Put those who opted out under way into the record."""
        for one in opt_outs:
            self._record.opt_outs.append(
                *(self.strategy, one.recipient, one.country, one.word),
                *(one.sender, one.service, one.at, one.undone_at),
            )

    def _besides(self, number: int) -> Besides:
        """Return what became of a text that nobody was told of."""
        unheard = self._unheard.get(number, ())
        prices = [self._price(message) for message in unheard]
        return Besides(sum(map(has_left, unheard)), total_price(prices))

    def _price(self, message: Message) -> float | None:
        return None if self._prices is None else self._prices.of(message)

    def _add_lost(
        self, text: Text, submitted_at: Seconds, lost: Lost, besides: Besides
    ) -> None:
        where = country(text.recipient)
        self._record.messages.append(
            *(self.strategy, text.key, text.attempt, None, text.recipient, where),
            *(None, None, 0, None, *lost),
            *(_or(text.due_at, submitted_at), submitted_at),
            *(None, None, None, None, None),
            *(besides.price, zone_within(where, text.recipient).key),
            *(*NO_FIRST, besides.left),
        )

    def _add_message(
        self, text: Text, submitted_at: Seconds, end: Message, besides: Besides
    ) -> None:
        """Add a text's row."""
        sender, leg = end.sender, None if end.extras is None else end.first_leg
        self._record.messages.append(
            self.strategy,
            text.key,
            text.attempt,
            end.sid,
            end.recipient,
            end.country,
            sender and sender.address,
            sender and sender.type,
            end.segments,
            end.encoding,
            end.status,
            end.error_code,
            _or(text.due_at, submitted_at),
            submitted_at,
            end.created_at,
            end.queued_at,
            end.sending_at,
            end.sent_at,
            end.ended_at,
            self._price(end)
            if besides is NOTHING
            else total_price([self._price(end), besides.price]),
            zone_within(end.country, end.recipient).key,
            leg and leg.sender.address,
            leg and leg.error_code,
            leg and leg.sent_at,
            besides.left + (end.sent_at is not None or leg is not None),
        )


class Besides(NamedTuple):
    """What left for a text that nobody was told of, and its price in US dollars."""

    left: int
    price: float | None


NOTHING = Besides(0, None)


def total_price(prices: Iterable[float | None]) -> float | None:
    """Return what several messages cost together, None where none was charged."""
    charged = [price for price in prices if price is not None]
    return round(sum(charged), DECIMALS) if charged else None


def has_left(message: Message) -> bool:
    """Say whether a message has left a sender, from whichever it did."""
    return message.sent_at is not None or message.first_leg is not None


def _or(instant: Seconds | None, otherwise: Seconds) -> Seconds:
    return otherwise if instant is None else instant
