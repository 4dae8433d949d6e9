"""Law: every message taken is in exactly one status, at every step."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from simulator.engine.events import NotificationFannedOut, StatusChanged
from simulator.engine.messages import Extras
from sms.errors import ApiError
from sms.statuses import MessageStatus
from tests.simulator.engine.builders import (
    CAMPAIGN,
    END,
    LAWS,
    ROUGH,
    SERVICE,
    alphanumeric,
    gb,
    long_code,
    make_gateway,
    make_notification,
    make_profile,
    send,
    short_code,
    toll_free,
    us,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.engine.events import Event
    from simulator.engine.messages import Message
    from simulator.engine.senders import Sender

SENDERS = (
    long_code(0, campaign=CAMPAIGN),
    long_code(1),
    long_code(2, country="GB"),
    toll_free(),
    short_code(),
    alphanumeric(),
)
RECIPIENTS = (us(1), us(2), us(3), us(4), gb(1), gb(2))
PROFILES = ("twilio-2021", "twilio-2026")

senders = st.sampled_from(SENDERS)
recipients = st.sampled_from(RECIPIENTS)


class Conservation(RuleBasedStateMachine):
    """Anything an account can do, in any order, books kept beside the gateway's."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.booked: dict[str, MessageStatus] = {}
        self.forgotten: Counter[MessageStatus] = Counter()

    @initialize(name=st.sampled_from(PROFILES), seed=st.integers(0, 99))
    def open_account(self, name: str, seed: int) -> None:
        """Begin with half the senders in the pool, and short queues."""
        profile = make_profile(name, mix=ROUGH, queue_limit=8.0)
        self.gateway = make_gateway(
            *SENDERS, pool=SENDERS[:3], profile=profile, seed=seed, validity_period=6
        )

    @rule(sender=senders, recipient=recipients, segments=st.integers(1, 6))
    def submit_from(self, sender: Sender, recipient: str, segments: int) -> None:
        """Send from one sender, in or out of the pool."""
        try:
            message = send(
                self.gateway, recipient, self.now, sender=sender, segments=segments
            )
        except ApiError:
            return
        self._book([message])

    @rule(recipient=recipients, segments=st.integers(1, 6))
    def submit_through_service(self, recipient: str, segments: int) -> None:
        """Leave the choice of the sender to the service."""
        try:
            message = send(self.gateway, recipient, self.now, segments=segments)
        except ApiError:
            return
        self._book([message])

    @rule(
        recipient=recipients,
        wait=st.floats(0, 60),
        sender=st.sampled_from([None, *SENDERS[:3]]),
    )
    def schedule(self, recipient: str, wait: float, sender: Sender | None) -> None:
        """Schedule a message, its sender named or not."""
        extras = Extras(send_at=self.now + wait)
        try:
            message = send(
                self.gateway,
                recipient,
                self.now,
                sender=sender,
                service=SERVICE,
                extras=extras,
            )
        except ApiError:
            return
        self._book([message])

    @rule(named=st.lists(recipients, max_size=8))
    def notify(self, named: list[str]) -> None:
        """Fan a notification out."""
        try:
            self.gateway.notify(make_notification(*named), self.now)
        except ApiError:
            return
        self._heed(self.gateway.advance(self.now))

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        """Try to cancel any message."""
        if self.gateway.messages:
            sid = data.draw(st.sampled_from(sorted(self.gateway.messages)))
            try:
                self.gateway.cancel(sid, self.now)
            except ApiError:
                return

    @rule(data=st.data())
    def forget(self, data: st.DataObject) -> None:
        """Try to drop any message; one that has not ended stays."""
        if self.gateway.messages:
            sid = data.draw(st.sampled_from(sorted(self.gateway.messages)))
            status = self.gateway.messages[sid].status
            try:
                self.gateway.forget(sid)
            except ApiError:
                return
            self.forgotten[status] += 1

    @rule(recipient=recipients, scope=st.sampled_from([None, SERVICE]))
    def opt_out(self, recipient: str, scope: str | None) -> None:
        """Have somebody answer STOP."""
        self.gateway.opt_outs.add(recipient, scope)

    @rule(recipient=recipients, scope=st.sampled_from([None, SERVICE]))
    def opt_in(self, recipient: str, scope: str | None) -> None:
        """Have somebody answer START."""
        self.gateway.opt_outs.discard(recipient, scope)

    @rule(sender=senders)
    def join_or_leave(self, sender: Sender) -> None:
        """Take a sender out of the pool, or into it."""
        service = self.gateway.services[SERVICE]
        if sender.sid in service.pool:
            service.leave(sender.sid)
        else:
            service.join(sender, self.now)

    @rule(step=st.one_of(st.floats(0, 2), st.floats(0, 60), st.just(END)))
    def advance(self, step: float) -> None:
        """Look again after any time; then the events tell what the messages say."""
        self.now += step
        self._heed(self.gateway.advance(self.now))
        counts = {k: n for k, n in self.gateway.counts.items() if n}
        assert Counter(self.booked.values()) == counts

    @invariant()
    def every_message_has_one_status(self) -> None:
        """The counts add up to what was taken, and agree with a recount."""
        if not hasattr(self, "gateway"):
            return
        counts, messages = self.gateway.counts, self.gateway.messages
        recount = Counter(m.status for m in messages.values()) + self.forgotten
        assert {k: n for k, n in counts.items() if n} == recount
        assert min(counts.values()) >= 0

    @invariant()
    def every_message_was_booked(self) -> None:
        """Nothing is there that was not taken, nothing taken is lost."""
        if hasattr(self, "gateway"):
            forgotten = self.forgotten.total()
            assert len(self.gateway.messages) + forgotten == len(self.booked)

    def _book(self, messages: Iterable[Message]) -> None:
        for message in messages:
            assert message.sid not in self.booked, "two messages of one SID"
            self.booked[message.sid] = message.status

    def _heed(self, events: Iterable[Event]) -> None:
        for event in events:
            if isinstance(event, StatusChanged):
                self.booked[event.message.sid] = event.status
            elif isinstance(event, NotificationFannedOut):
                accepted = MessageStatus.ACCEPTED
                self.booked.update((m.sid, accepted) for m in event.messages)


TestConservation = Conservation.TestCase
TestConservation.settings = settings(LAWS, stateful_step_count=25)
