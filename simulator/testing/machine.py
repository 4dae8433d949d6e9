"""A state machine for Hypothesis: a day of texts, faults and phones that write.

Subclass it, have `send` call your program, and hand `TestCase` to pytest:

    class Newsletter(SmsStateMachine):
        def send(self, to: str, body: str) -> None:
            newsletter.send(to, body)

    TestNewsletter = Newsletter.TestCase
"""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

try:
    from hypothesis import strategies as st
    from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
except ImportError as missing:
    raise ImportError(
        "SmsStateMachine needs Hypothesis: pip install hypothesis"
    ) from missing

from twilio.base.exceptions import TwilioException

from simulator.testing.lending import simulation
from simulator.testing.official import client_for
from sms.statuses import TRANSITIONS, MessageStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.testing.rows import MessageRow
    from sms.units import Seconds

PHONES = tuple(f"+1415555{ordinal:04d}" for ordinal in range(121, 126))

ONCE = ("error-after", "cut-answer", "error-before", "reset", "429")
"""What may strike a single request while a text is sent."""

LASTING = (*ONCE, "filtered", "carrier-down", "callback-lost", "callback-doubled")
"""What may go wrong until all is well again."""

DURATIONS: Sequence[Seconds] = (1.0, 20.0, 600.0, 14_400.0)

_FAILED = frozenset(
    {MessageStatus.FAILED, MessageStatus.UNDELIVERED, MessageStatus.CANCELED}
)

_phones = st.integers(0, len(PHONES) - 1)


class SmsStateMachine(RuleBasedStateMachine):
    """Sends texts by your program while things go wrong, and holds what must hold.

    `options` are those of the fixture `twilio_sim`, `phones` whom texts go to.  `sim`
    is the simulation: add rules and invariants of your own that speak to it.  What
    `send` raises is a finding, so catch there what your callers would.
    """

    options: ClassVar[Mapping[str, Any]] = {}
    phones: ClassVar[Sequence[str]] = PHONES

    def __init__(self) -> None:
        super().__init__()
        self._asked_for = 0
        self._stopped_at: dict[str, Seconds] = {}
        self._lent = ExitStack()
        named = {"name": type(self).__qualname__, **self.options}
        self.sim = self._lent.enter_context(simulation(**named))
        try:
            self.start()
        except BaseException:
            self._lent.close()
            raise

    # Yours

    def start(self) -> None:
        """Make your program; the account is there."""

    def send(self, to: str, body: str) -> None:
        """Send a text by the program under test; here by a single request."""
        account = self.sim.account_sid, self.sim.auth_token
        service = self.sim.messaging_service_sid
        with client_for(*account) as client:
            try:
                client.messages.create(to=to, body=body, messaging_service_sid=service)
            except (TwilioException, OSError):
                return  # whether it was taken is not known: it is not sent again

    def teardown(self) -> None:
        """End the simulation."""
        self._lent.close()

    # Rules

    @rule(phone=_phones)
    def text(self, phone: int) -> None:
        """Have the program send a text that differs from all others."""
        self._asked_for += 1
        self.send(self._phone(phone), f"Text {self._asked_for}")

    @rule(phone=_phones, what=st.sampled_from(ONCE))
    def text_amid(self, phone: int, what: str) -> None:
        """Have the program send a text whose first request goes wrong."""
        with self.sim.fault(what, count=1, recipient=self._phone(phone)):
            self.text(phone)

    @rule(seconds=st.sampled_from(DURATIONS))
    def pass_time(self, seconds: Seconds) -> None:
        """Let time pass."""
        self.sim.advance(seconds)

    @rule(phone=_phones)
    def stop(self, phone: int) -> None:
        """Have a phone write STOP."""
        number = self._phone(phone)
        self.sim.text(number, "STOP")
        self._stopped_at.setdefault(number, self.sim.now)

    @rule(phone=_phones)
    def start_again(self, phone: int) -> None:
        """Have a phone write START."""
        number = self._phone(phone)
        self.sim.text(number, "START")
        self._stopped_at.pop(number, None)

    @rule(what=st.sampled_from(LASTING))
    def go_wrong(self, what: str) -> None:
        """Have a part of everything go wrong from now on."""
        self.sim.fault(what, share=0.5)

    @rule()
    def be_well(self) -> None:
        """Take all faults away."""
        self.sim.clear_faults()

    # What must hold

    @invariant()
    def nobody_who_opted_out_is_texted(self) -> None:
        """After a STOP nothing begins to leave for the phone that wrote it."""
        for row in self._sent():
            stopped_at = self._stopped_at.get(row.to)
            if stopped_at is not None and row.left_at is not None:
                assert row.left_at <= stopped_at, (
                    f"{row.to} wrote STOP at {stopped_at} s and was texted "
                    f"{row.body!r} at {row.left_at} s by {row.from_}"
                )

    @invariant()
    def nobody_is_texted_twice(self) -> None:
        """No text goes out again unless it has failed before."""
        going = Counter((r.to, r.body) for r in self._sent() if r.status not in _FAILED)
        twice = [texts for texts, count in going.items() if count > 1]
        assert not twice, (
            f"{twice[0][0]} gets {twice[0][1]!r} {going[twice[0]]} times; "
            "sim.requests tells which calls have made them"
        )

    @invariant()
    def statuses_follow_the_table(self) -> None:
        """Each message goes from status to status as Twilio's do."""
        for row in self.sim.messages:
            for before, after in pairwise(row.statuses):
                assert after in TRANSITIONS[before], f"{row.sid}: {before} to {after}"

    def _phone(self, place: int) -> str:
        return self.phones[place % len(self.phones)]

    def _sent(self) -> list[MessageRow]:
        """Return what the program has sent."""
        return [
            row
            for row in self.sim.messages
            if row.direction != "inbound" and not row.automatic
        ]
