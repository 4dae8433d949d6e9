"""Filtering beyond chance: rules on who texts what to whom, and texts all alike."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from simulator.engine.chance import draw
from simulator.engine.senders import SenderType
from sms.units import MINUTE, Seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.engine.messages import Message

MOST_KINDS = 50
"""Kinds of text that are remembered of a sender, the latest."""

_WORD = re.compile(r"[^\W\d_]+|\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What carriers throw away: all that fits, or a share of it, as 30007.

    An empty condition fits everything.  `senders` are addresses, `networks` names of
    the profile's `networks`; `text` stands somewhere in the body, in whatever case, and
    `pattern` is a regular expression found there.

    Source: https://www.twilio.com/docs/api/errors/30007 (2025-02); what is filtered
    nobody says, so there are no rules unless the config has some.
    """

    share: float = 1.0
    networks: frozenset[str] = frozenset()
    senders: frozenset[str] = frozenset()
    types: frozenset[SenderType] = frozenset()
    countries: frozenset[str] = frozenset()
    text: str = ""
    pattern: re.Pattern[str] | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise ValueError(f"share is from 0 to 1, not {self.share}")

    def fits(self, message: Message, network: str | None) -> bool:
        """Say whether a message is of the kind that this rule is on."""
        sender = message.sender
        assert sender is not None, "it has been sent"
        return (
            _within(self.networks, network)
            and _within(self.senders, sender.address)
            and _within(self.types, sender.type)
            and _within(self.countries, message.country)
            and self._reads(message.body)
        )

    def _reads(self, body: str) -> bool:
        if self.text and self.text.casefold() not in body.casefold():
            return False
        return self.pattern is None or self.pattern.search(body) is not None


def _within(wanted: frozenset[str], given: str | None) -> bool:
    return not wanted or given in wanted


def caught(filters: Sequence[Filter], message: Message, network: str | None) -> bool:
    """Say whether a rule catches a message; rules and message decide, not the order."""
    return any(
        rule.fits(message, network)
        and draw(message.sid, "filter", place)[0] < rule.share
        for place, rule in enumerate(filters)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Texts that are too much alike, too fast, from one long code: a share is caught.

    Above `most` in `window` seconds it begins.  Two texts are alike where the words
    they share are at least `similarity` of all their words; any number is one word.
    No source says how carriers tell [unverified]: off unless the config has it.
    """

    most: int
    window: Seconds = MINUTE
    share: float = 1.0
    similarity: float = 0.8

    def __post_init__(self) -> None:
        if self.most < 0:
            raise ValueError(f"most is 0 or more, not {self.most}")
        if not 0 < self.window < inf:
            raise ValueError(f"window is above 0, not {self.window}")
        for name in ("share", "similarity"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is from 0 to 1, not {getattr(self, name)}")


class Repetition:
    """What each long code has sent of late, by kind; to be told in order of time."""

    def __init__(self, alike: Alike) -> None:
        self._alike = alike
        self._kinds: dict[str, deque[tuple[frozenset[str], deque[Seconds]]]] = {}

    def catches(self, message: Message, now: Seconds) -> bool:
        """Take note of a message, and say whether it is one too many of its kind."""
        sender = message.sender
        if sender is None or sender.type is not SenderType.LONG_CODE:
            return False
        kinds = self._kinds.setdefault(sender.address, deque(maxlen=MOST_KINDS))
        times = self._times(kinds, words_of(message.body))
        while times and times[0] <= now - self._alike.window:
            times.popleft()
        times.append(now)
        if len(times) <= self._alike.most:
            return False
        return draw(message.sid, "alike")[0] < self._alike.share

    def _times(
        self,
        kinds: deque[tuple[frozenset[str], deque[Seconds]]],
        words: frozenset[str],
    ) -> deque[Seconds]:
        """Return when texts of this kind left, a new list for a new kind."""
        for known, times in kinds:
            if likeness(known, words) >= self._alike.similarity:
                return times
        times = deque(maxlen=self._alike.most + 1)
        kinds.append((words, times))
        return times


def words_of(body: str) -> frozenset[str]:
    """Return the words of a text in small letters, every number being `0`."""
    found = _WORD.findall(body.casefold())
    return frozenset("0" if word.isdigit() else word for word in found)


def likeness(some: frozenset[str], others: frozenset[str]) -> float:
    """Return which share of all their words two texts have in common."""
    every = some | others
    return len(some & others) / len(every) if every else 1.0
