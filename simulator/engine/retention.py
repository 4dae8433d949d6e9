"""Retention: how long the messages of a server are kept after their end."""

from __future__ import annotations

from collections import deque
from math import inf
from typing import TYPE_CHECKING, NamedTuple, Protocol

from simulator.engine.conversations import Conversation, conversation
from simulator.engine.usage import CATEGORIES, Use, totals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.engine.events import NotificationFannedOut
    from simulator.engine.feedback import Feedback
    from simulator.engine.inbox import Handled
    from simulator.engine.media import MediaFiles
    from simulator.engine.messages import Message
    from simulator.engine.operations import Operations
    from simulator.engine.profile import Profile
    from simulator.engine.rolling import RollingRegister
    from sms.units import Seconds


class Holder(Protocol):
    """What holds on to messages, or to what belongs to one."""

    profile: Profile
    messages: dict[str, Message]
    fan_outs: dict[str, list[Message]]
    notifications: dict[str, NotificationFannedOut]
    operations: Operations
    feedback: dict[str, Feedback]
    media: MediaFiles
    handled: dict[str, Handled]

    def tell_heirs(self) -> None:
        """Say that messages are about to go."""


class _FanOut(NamedTuple):
    at: Seconds
    sid: str
    messages: list[Message]


class Retention:
    """Lets go of every message `window` seconds after the last thing that became of it.

    That is its end or, where no receipt ever comes, when it left.  Notifications and
    bulk operations go with the last of their messages.  What the messages have come to,
    `used` and `said`, is kept: numbers, and no more of them the longer it runs.
    """

    def __init__(
        self, holder: Holder, register: RollingRegister, window: Seconds
    ) -> None:
        self.used: Mapping[str, Use] = dict.fromkeys(CATEGORIES, Use())
        self.said = Conversation()
        self._holder = holder
        self._register = register
        self._window = window
        self._over: deque[Message] = deque()
        self._fan_outs: deque[_FanOut] = deque()

    def note(self, message: Message) -> None:
        """Note that nothing more will become of a message; in order of time."""
        self._over.append(message)

    def note_fan_out(self, sid: str, messages: Iterable[Message], at: Seconds) -> None:
        """Note a notification or an operation, and the messages it has become."""
        self._fan_outs.append(_FanOut(at, sid, list(messages)))

    def pass_to(self, now: Seconds) -> None:
        """Let go of what has been over for long by `now`."""
        self._register.pass_to(now)
        since, over = now - self._window, self._over
        gone: list[Message] = []
        while over and _over_at(over[0]) <= since:
            gone.append(over.popleft())
        if gone:
            self._holder.tell_heirs()
            self._count(gone)
            for message in gone:
                self._let_go(message)
        self._let_go_of_fan_outs(since)

    def _count(self, gone: list[Message]) -> None:
        profile = self._holder.profile
        self.used = totals(gone, profile, inf, begun=self.used)
        self.said = self.said.plus(conversation(gone, profile))

    def _let_go(self, message: Message) -> None:
        self._holder.media.forget(message)
        self._holder.feedback.pop(message.sid, None)
        self._holder.handled.pop(message.sid, None)
        self._register.drop(message)

    def _let_go_of_fan_outs(self, since: Seconds) -> None:
        """Let go of the oldest fan-outs, as long as nothing of one is kept."""
        holder, waiting = self._holder, self._fan_outs
        while waiting and waiting[0].at <= since:
            fan_out = waiting[0]
            while fan_out.messages:
                if fan_out.messages[-1].sid in holder.messages:
                    return
                fan_out.messages.pop()
            waiting.popleft()
            holder.fan_outs.pop(fan_out.sid, None)
            holder.notifications.pop(fan_out.sid, None)
            holder.operations.forget(fan_out.sid)


def _over_at(message: Message) -> Seconds:
    """Return when the last thing became of a message."""
    at = message.sent_at if message.ended_at is None else message.ended_at
    assert at is not None, f"{message.sid} is over"
    return at
