"""Recipients who answer by themselves: who does, what they say, and after how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.engine.chance import Delay, drawn_by
from simulator.engine.messages import Direction
from simulator.engine.profile import LogNormal
from simulator.engine.senders import SenderType
from sms.units import HOUR, MINUTE

if TYPE_CHECKING:
    from simulator.engine.messages import Message
    from sms.units import Seconds


_SOON = LogNormal(median=2 * MINUTE, p99=4 * HOUR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """How recipients answer what has been delivered to them.

    `share` of the messages get an answer, `stop_share` of these are STOP, and the
    others one of `words`, each as likely.  The project's own: no such shares are
    documented [unverified].
    """

    share: float = 0.0
    stop_share: float = 0.0
    words: tuple[str, ...] = ("OK",)
    delay: LogNormal = _SOON

    def __post_init__(self) -> None:
        for name in ("share", "stop_share"):
            given = getattr(self, name)
            if not 0 <= given <= 1:
                raise ValueError(f"{name} is a share from 0 to 1, not {given}")
        if not self.words or not all(self.words):
            raise ValueError("words are what is answered other than STOP: one at least")


class Answering:
    """Draws answers: the seed and the message decide, as its SID was drawn by both."""

    __slots__ = ("_answers", "_delay", "_seed")

    def __init__(self, answers: Answers, seed: int) -> None:
        self._answers = answers
        self._delay = Delay(answers.delay)
        self._seed = seed

    def answer(self, message: Message) -> tuple[Seconds, str] | None:
        """Return how long after delivery a message is answered, and with what.

        None where nobody answers it: replies are not, nor what no phone can answer.
        """
        sender, answers = message.sender, self._answers
        if sender is None or sender.type is SenderType.ALPHANUMERIC:
            return None
        if message.direction is not Direction.OUTBOUND_API:
            return None
        whether, stop, which, quantile = drawn_by(f"answer|{self._seed}|{message.sid}")
        if whether >= answers.share:
            return None
        words = answers.words
        body = "STOP" if stop < answers.stop_share else words[int(which * len(words))]
        return self._delay.at(quantile), body
