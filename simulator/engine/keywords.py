"""Keywords: the words by which a phone opts out, opts in again, or asks for help."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

LONGEST_REPLY = 320
"""Characters of a reply that Advanced Opt-Out takes.

Source: https://github.com/twilio/twilio-oai (2026-04-14): messaging v3.
"""


EVERYWHERE = "*"
"""A country that stands for all that have no keywords of their own."""


class Word(StrEnum):
    """What a keyword is for, as the webhook's `OptOutType` names it."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"

    __hash__ = str.__hash__


KEPT: Mapping[Word, tuple[str, ...]] = {
    Word.STOP: ("stop",),
    Word.START: ("start", "unstop"),
    Word.HELP: ("help",),
}
"""Words that Advanced Opt-Out does not let anybody remove.

Source: https://help.twilio.com/articles/223134027 (read 2026-11-23).
"""

NETWORK: Mapping[str, Word] = {"stop": Word.STOP, "unstop": Word.START}
"""The words that the network itself answers for toll-free numbers.

Source: https://help.twilio.com/articles/223134027 (read 2026-11-23).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keywords:
    """Words and the replies to them; an empty reply is none.

    The `network` replies are the toll-free network's: their beginning is documented,
    the rest of their wording [unverified].

    Source: https://help.twilio.com/articles/223134027 (read 2026-11-23).
    """

    stop: tuple[str, ...] = KEPT[Word.STOP]
    start: tuple[str, ...] = KEPT[Word.START]
    help: tuple[str, ...] = KEPT[Word.HELP]
    stop_reply: str = ""
    start_reply: str = ""
    help_reply: str = ""
    network_stop_reply: str = ""
    network_start_reply: str = ""

    def __post_init__(self) -> None:
        for word in (*self.stop, *self.start, *self.help):
            if not word or word.split() != [word]:
                raise ValueError(f"a keyword is one word, not {word!r}")

    def word(self, body: str) -> Word | None:
        """Return which keyword a text is, None for any other text.

        One word only; capitals make no difference.
        """
        given = body.strip().casefold()
        return next((word for word, all_ in self._words() if given in all_), None)

    def reply(self, word: Word) -> str:
        """Return what a keyword is answered with."""
        return self._replies()[word]

    def network_reply(self, word: Word) -> str:
        """Return what the toll-free network answers a keyword with."""
        stop = word is Word.STOP
        return self.network_stop_reply if stop else self.network_start_reply

    def _words(self) -> Iterator[tuple[Word, tuple[str, ...]]]:
        lists = (Word.STOP, self.stop), (Word.START, self.start), (Word.HELP, self.help)
        for word, given in lists:
            yield word, tuple(one.casefold() for one in given)

    def _replies(self) -> Mapping[Word, str]:
        return {
            Word.STOP: self.stop_reply,
            Word.START: self.start_reply,
            Word.HELP: self.help_reply,
        }


AdvancedOptOut = Mapping[str, Keywords]
"""A service's own keywords by the phone's country, `*` being all others."""


def keywords_for(advanced: AdvancedOptOut, country: str | None) -> Keywords | None:
    """Return the keywords of a country: its own instead of the default, not besides.

    Source: https://help.twilio.com/articles/223134027 (read 2026-11-23).
    """
    return advanced.get(country or EVERYWHERE) or advanced.get(EVERYWHERE)
