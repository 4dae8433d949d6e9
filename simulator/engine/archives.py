"""An archive: what an account has taken, and how long it keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.engine.conversations import conversation
from simulator.engine.estates import Estate
from simulator.engine.media import MediaFiles
from simulator.engine.operations import Operations
from simulator.engine.registers import Register
from simulator.engine.retention import Retention
from simulator.engine.rolling import RollingRegister
from simulator.engine.usage import totals
from sms.errors import NOT_COMPLETE, ApiError
from sms.statuses import TRANSITIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from simulator.engine.conversations import Conversation
    from simulator.engine.events import NotificationFannedOut
    from simulator.engine.feedback import Feedback
    from simulator.engine.inbox import Handled
    from simulator.engine.messages import Message
    from simulator.engine.numbered import Numbered
    from simulator.engine.profile import Profile
    from simulator.engine.usage import Use
    from simulator.engine.worlds import World
    from sms.units import Seconds


class Archive(Estate):
    """All messages of an account, and what else there is of them.

    `messages` holds every message kept, by SID, in order of creation, `fan_outs` those
    of each notification and bulk operation; `notified` counts what notifications have
    become.  With `retain` a message is let go of so many seconds after its end.
    """

    def __init__(
        self, world: World, profile: Profile, *, names: str, retain: Seconds | None
    ) -> None:
        super().__init__(world, profile, names=names)
        self.retain = retain
        self._retention: Retention | None = None
        self._register = Register(names)
        if retain is not None:
            self._register = rolling = RollingRegister(names, retain)
            self._retention = Retention(self, rolling, retain)
        self.messages = self._register.messages
        self.fan_outs: dict[str, list[Message]] = {}
        self.notifications: dict[str, NotificationFannedOut] = {}
        self.notified = 0
        self.operations = Operations()
        self.media = MediaFiles()
        self.feedback: dict[str, Feedback] = {}
        self.handled: dict[str, Handled] = {}
        self._heirs: list[Callable[[], object]] = []

    def every_message(self) -> Iterator[Message]:
        """Yield all messages there ever were, forgotten ones included."""
        return self._register.every()

    def messages_to(self, recipient: str) -> Numbered:
        """Return all messages to a recipient by their ordinal, None for forgotten."""
        return self._register.sent_to(recipient)

    def usage(self, now: Seconds) -> Mapping[str, Use]:
        """Return what each category has come to by `now`, all that is gone included."""
        used = self._retention.used if self._retention else None
        return totals(self.every_message(), self.profile, now, begun=used)

    def conversation(self) -> Conversation:
        """Return what came in and was replied, what was let go of included."""
        said = conversation(self.messages.values(), self.profile)
        return self._retention.said.plus(said) if self._retention else said

    def forget(self, sid: str) -> None:
        """Drop a message that has come to its end.

        Raises:
            ApiError: 20009, where it has not.
            KeyError: where there is no such message.
        """
        message = self.messages[sid]
        if TRANSITIONS[message.status]:
            raise ApiError(NOT_COMPLETE)
        self.tell_heirs()
        self._register.forget(sid)
        self.feedback.pop(sid, None)

    def observe_forgetting(self, tell: Callable[[], object]) -> None:
        """Have somebody told each time that messages are about to go."""
        self._heirs.append(tell)

    def tell_heirs(self) -> None:
        """Say that messages are about to go."""
        for tell in self._heirs:
            tell()

    def _keep_fan_out(self, sid: str, messages: list[Message], at: Seconds) -> None:
        """Keep what a notification or an operation has become."""
        self.fan_outs[sid] = messages
        if self._retention is not None:
            self._retention.note_fan_out(sid, messages, at)
