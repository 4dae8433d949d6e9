"""The inbox: what phones write, in order of time, and what Twilio makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from simulator.engine.events import MessageReceived
from simulator.engine.inbound import Inbound
from simulator.engine.keywords import NETWORK, Word, keywords_for
from simulator.engine.loops import Loops
from simulator.engine.messages import REPLY, Direction, Draft, Extras, Message
from simulator.engine.optouts import OptOut
from simulator.engine.senders import Sender, SenderType
from sms.addresses import country
from sms.errors import LOOP, ApiError
from sms.segments import segment
from sms.statuses import MessageStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.engine.answering import Answering
    from simulator.engine.inbound import InboundSettings
    from simulator.engine.journeys import Journeys
    from simulator.engine.keywords import AdvancedOptOut, Keywords
    from simulator.engine.optouts import OptOuts
    from simulator.engine.profile import Profile
    from simulator.engine.registers import Register
    from simulator.engine.services import MessagingService
    from sms.units import Seconds

RECEIVING = MessageStatus.RECEIVING

AUTOMATIC = replace(REPLY, automatic=True)
ARRIVED = Extras(direction=Direction.INBOUND)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """What an inbound message has led to before any webhook was asked.

    `changed` says that it opted somebody out or in again; `reply` is the message sent
    back free of charge and `network_reply` what the toll-free network says by itself,
    which has done it `by_network`.  `opt_out_type` is told to the webhook, with
    Advanced Opt-Out alone.
    """

    word: Word | None = None
    changed: bool = False
    reply: Message | None = None
    network_reply: str = ""
    by_network: bool = False
    opt_out_type: Word | None = None


class Account(Protocol):
    """What the inbox asks of the account whose it is."""

    opt_outs: OptOuts
    messages: dict[str, Message]
    handled: dict[str, Handled]

    def owned(self, address: str) -> Sender | None:
        """Return the account's sender of this address."""

    def service_of(self, sender: Sender) -> MessagingService | None:
        """Return the service whose pool a sender is in."""

    def submit(self, draft: Draft, now: Seconds) -> Message:
        """Take a message."""


class Inbox:
    """Takes what phones write, at the profile's rate for each address.

    `handled` says of every inbound message, by SID, what has come of it.

    Source: https://help.twilio.com/articles/115002943027 (captured 2026-09-20): 500
    messages a second to one address.
    """

    def __init__(
        self,
        account: Account,
        journeys: Journeys,
        register: Register,
        *,
        settings: InboundSettings,
        profile: Profile,
    ) -> None:
        self.handled = account.handled
        self._account = account
        self._journeys = journeys
        self._register = register
        self._advanced: Mapping[str, AdvancedOptOut] = settings.opt_outs
        self._keywords = profile.keywords
        self._interval = 1 / profile.inbound_rate
        self._free_at: dict[str, Seconds] = {}
        self._loops = Loops(profile.loops)

    def take(self, inbound: Inbound, now: Seconds) -> Message:
        """Take a text: it is `receiving`, and received once its turn has come.

        Raises:
            KeyError: it is to an address that is none of the account's.
        """
        sender = self._account.owned(inbound.recipient)
        if sender is None:
            raise KeyError(inbound.recipient)
        message = self._make(inbound, sender, now)
        self._account.messages[message.sid] = message
        self._journeys.counts[RECEIVING] += 1
        starts_at = max(now, self._free_at.get(sender.address, now))
        self._free_at[sender.address] = starts_at + self._interval
        self._journeys.agenda.add(starts_at, self._receive, message)
        return message

    def reply(self, draft: Draft, now: Seconds) -> Message:
        """Send a reply; one of a loop fails as soon as it is made, with 14107.

        Raises:
            ApiError: as any message is refused.

        Source: https://www.twilio.com/docs/api/errors/14107 (2025-02).
        """
        assert draft.sender is not None, "a reply comes from the address written to"
        if self._loops.catches((draft.sender, draft.recipient), now):
            looping = Extras(failure=LOOP.code, direction=draft.direction)
            draft = draft._replace(extras=looping)
        return self._account.submit(draft, now)

    def _make(self, inbound: Inbound, sender: Sender, now: Seconds) -> Message:
        encoding, segments, _ = segment(inbound.body, smart_encoding=False)
        ordinal, digits = self._register.next_to(sender.address)
        service = self._account.service_of(sender)
        return Message(
            ("MM" if inbound.media_urls else "SM") + digits,
            sender.address,
            sender.country or "",
            inbound.body,
            ordinal,
            RECEIVING,
            now,
            0.0,
            service.settings.sid if service else None,
            _phone(inbound.sender),
            encoding,
            segments,
            inbound.media_urls,
            None,
            updated_at=now,
            extras=ARRIVED,
        )

    def _receive(self, message: Message, at: Seconds) -> None:
        """Have a message be received, and act on it if it is a keyword."""
        self._journeys.receive(message, at)
        handled = self.handled[message.sid] = self._handle(message, at)
        self._journeys.tell(MessageReceived(at, message, handled.opt_out_type))

    def _handle(self, message: Message, at: Seconds) -> Handled:
        """Act on a keyword.

        The network answers for toll-free numbers; a short code by itself is left alone.

        Source: https://help.twilio.com/articles/223134027 (read 2026-11-23).
        """
        sender = self._account.owned(message.recipient)
        if sender is None:
            return Handled()
        word = NETWORK.get(message.body.strip().casefold())
        if sender.type is SenderType.TOLL_FREE and word is not None:
            return self._handle_by_network(message, word, at)
        if sender.type is SenderType.SHORT_CODE and message.service is None:
            return Handled()
        advanced = self._advanced.get(message.service or "")
        if advanced is None:
            return self._obey(message, self._keywords, at)
        phone = _from(message)
        keywords = keywords_for(advanced, country(phone)) or self._keywords
        return self._obey(message, keywords, at, advanced=True)

    def _handle_by_network(self, message: Message, word: Word, at: Seconds) -> Handled:
        """Let the toll-free network block a pair, or let it through again."""
        changed = self._change(message, word, at, network=True)
        reply = self._keywords.network_reply(word) if changed else ""
        return Handled(word=word, changed=changed, network_reply=reply, by_network=True)

    def _obey(
        self,
        message: Message,
        keywords: Keywords,
        at: Seconds,
        *,
        advanced: bool = False,
    ) -> Handled:
        """Do what a keyword says, and answer it.

        Whoever has opted out gets no answer to HELP, nor to another STOP; and START is
        answered where it changes something, or by Advanced Opt-Out: the last two
        [unverified].

        Source: https://help.twilio.com/articles/223134027 (read 2026-11-23).
        """
        word = keywords.word(message.body)
        if word is None:
            return Handled()
        changed = word is not Word.HELP and self._change(message, word, at)
        answers = changed or (word is Word.START and advanced)
        if word is Word.HELP:
            scope = message.service or message.recipient
            answers = not self._account.opt_outs.holds(_from(message), scope)
        text = keywords.reply(word) if answers else ""
        return Handled(
            word=word,
            changed=changed,
            reply=self._answer(message, text, at) if text else None,
            opt_out_type=word if advanced else None,
        )

    def _change(
        self, message: Message, word: Word, at: Seconds, *, network: bool = False
    ) -> bool:
        """Opt a phone out, or in again; say whether that changed anything."""
        phone, opt_outs = _from(message), self._account.opt_outs
        scopes: tuple[str, ...] = (message.recipient,)
        if not network and message.service is not None:
            scopes = (message.service, message.recipient)
        given = message.body.strip()
        if word is Word.START:
            undone = [opt_outs.discard(phone, s, at=at, word=given) for s in scopes]
            return any(undone)
        return opt_outs.take(
            OptOut(
                recipient=phone,
                scope=scopes[0],
                sender=message.recipient,
                service=message.service,
                word=given,
                at=at,
                country=country(phone),
                network=network,
            )
        )

    def _answer(self, message: Message, text: str, at: Seconds) -> Message | None:
        """Send an automatic reply, None where it cannot be sent."""
        draft = Draft(
            recipient=_from(message),
            body=text,
            sender=message.recipient,
            service=message.service,
            extras=AUTOMATIC,
        )
        try:
            return self.reply(draft, at)
        except ApiError:
            return None


class SelfAnswering:
    """Lets recipients answer by themselves some time after delivery."""

    def __init__(self, inbox: Inbox, journeys: Journeys, answering: Answering) -> None:
        self._inbox = inbox
        self._journeys = journeys
        self._answering = answering

    def delivered(self, message: Message, at: Seconds) -> None:
        """Take note of a delivery, and have it answered if anybody does."""
        answer = self._answering.answer(message)
        if answer is not None:
            delay, body = answer
            self._journeys.agenda.add(at + delay, self._write, (message, body))

    def _write(self, answer: tuple[Message, str], at: Seconds) -> None:
        message, body = answer
        assert message.sender is not None, "it has been delivered"
        inbound = Inbound(message.recipient, message.sender.address, body)
        try:
            self._inbox.take(inbound, at)
        except KeyError:
            return  # the number is the account's no more: nobody hears it


def _from(message: Message) -> str:
    assert message.sender is not None, "a phone has sent it"
    return message.sender.address


def _phone(address: str) -> Sender:
    """Return a phone as the sender of what it writes."""
    return Sender(
        sid="", address=address, type=SenderType.LONG_CODE, country=country(address)
    )
