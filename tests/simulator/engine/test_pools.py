"""A Messaging Service: who of its pool takes a message."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.recipients import RecipientKind
from simulator.engine.worlds import ServiceSettings
from sms.errors import ALREADY_IN_POOL, NO_SENDER_ABLE, POOL_FULL
from tests.simulator.engine.builders import (
    CALM,
    CAMPAIGN,
    END,
    LAWS,
    SERVICE,
    Arrival,
    alphanumeric,
    arrivals,
    drain,
    fate,
    gb,
    long_code,
    make_gateway,
    make_profile,
    refusal,
    send,
    short_code,
    submit_all,
    toll_free,
    us,
)

if TYPE_CHECKING:
    from simulator.engine.gateway import Gateway
    from simulator.engine.messages import Message
    from simulator.engine.senders import Sender

PICTURE = "https://example.com/a.png"
CANADIAN = "+16135550142"
SHORT_CODES_FAIL = make_profile(mix=replace(CALM, off_short_codes=1.0))
NEW_YORK = long_code(area="212")
CHICAGO = long_code(area="312")
CALIFORNIA = long_code(area="415")


def chosen(recipient: str, *pool: Sender, **settings: Any) -> str | None:
    """Return the address that a service with this pool sends from."""
    gateway = make_gateway(*pool, **settings)
    message = send(gateway, recipient)
    drain(gateway)
    return message.sender.address if message.sender else None


def leave_from(messages: list[Message]) -> list[str]:
    """Return the address each message leaves from."""
    return [m.sender.address for m in messages if m.sender]


# Kinds of senders


def test_a_short_code_goes_first() -> None:
    """Where a short code reaches the country, it is preferred to any number."""
    code = short_code()
    assert chosen(us(1), long_code(), toll_free(), code) == code.address


def test_a_short_code_reaches_its_own_country_alone() -> None:
    """A US short code is no choice for a British recipient."""
    number = long_code()
    assert chosen(gb(1), short_code(), number) == number.address


def test_an_alphanumeric_sender_goes_before_numbers() -> None:
    """Where the country allows it, messages bear the name."""
    assert chosen(gb(1), long_code(country="GB"), alphanumeric()) == "ACME"


def test_an_alphanumeric_sender_goes_where_it_is_allowed() -> None:
    """The United States take no alphanumeric senders."""
    number = long_code()
    assert chosen(us(1), alphanumeric(), number) == number.address


def test_fallback_is_for_those_off_short_codes() -> None:
    """With `fallback_to_long_code` a number delivers what no short code can."""
    number, code = long_code(), short_code()
    gateway = make_gateway(
        code, number, profile=SHORT_CODES_FAIL, fallback_to_long_code=True
    )
    message = send(gateway, us(1))
    drain(gateway)
    assert fate(message) == ("delivered", None)
    assert message.sender == number
    leg = message.first_leg
    assert leg is not None
    assert (leg.sender, leg.error_code) == (code, 30006)


def test_without_fallback_the_short_code_goes_on() -> None:
    """Unless it is set, the short code tries all the same."""
    code = short_code()
    assert chosen(us(1), code, long_code(), profile=SHORT_CODES_FAIL) == code.address


def test_fallback_spares_those_a_short_code_reaches() -> None:
    """The short code stays first for everybody else."""
    code = short_code()
    pool = (long_code(), code)
    assert chosen(us(1), *pool, fallback_to_long_code=True) == code.address


def test_nobody_able_fails_the_message() -> None:
    """A pool without a sender for the country accepts and then fails: 21703."""
    gateway = make_gateway(short_code(), toll_free())
    message = send(gateway, gb(1))
    drain(gateway)
    assert fate(message) == ("failed", NO_SENDER_ABLE.code)


# Countries


def test_the_recipients_country_goes_first() -> None:
    """A British recipient is written to from the British number."""
    home = long_code(country="GB")
    assert chosen(gb(1), long_code(), home) == home.address


def test_else_a_us_number() -> None:
    """A French recipient is written to from the US, not from Britain."""
    american = long_code()
    assert chosen("+33639980001", long_code(country="GB"), american) == american.address


def test_else_any_number() -> None:
    """Where there is no US number either, any will do."""
    british = long_code(country="GB")
    assert chosen("+33639980001", british) == british.address


def test_toll_free_numbers_stay_in_north_america() -> None:
    """Nothing toll-free goes abroad, though it would be free first."""
    number = long_code()
    assert chosen(gb(1), toll_free(), number) == number.address


def test_toll_free_goes_first_in_canada() -> None:
    """A Canadian recipient is written to from the toll-free number."""
    free = toll_free(country="CA")
    local = long_code(area="613", country="CA")
    assert chosen(CANADIAN, local, free) == free.address


def test_toll_free_is_one_of_many_in_the_us() -> None:
    """In the US the order of joining decides between equals, not the type."""
    assert chosen(us(1), CALIFORNIA, toll_free()) == CALIFORNIA.address


# Areas


def test_the_area_code_matches() -> None:
    """A recipient in 212 is written to from 212."""
    pool = (CALIFORNIA, CHICAGO, NEW_YORK)
    assert chosen(us(1, area="212"), *pool) == NEW_YORK.address


@pytest.mark.parametrize("overlay", ["646", "332", "917"])
def test_an_overlay_matches(overlay: str) -> None:
    """An area code laid over the same streets is as good as the same."""
    assert chosen(us(1, area=overlay), CALIFORNIA, NEW_YORK) == NEW_YORK.address


def test_a_neighbour_does_not_match() -> None:
    """Brooklyn's 718 is not Manhattan's 212: the order of joining decides."""
    pool = (CALIFORNIA, NEW_YORK)
    assert chosen(us(1, area="718"), *pool) == CALIFORNIA.address


def test_area_codes_can_be_ignored() -> None:
    """Without area-code geomatch the pool is spread over evenly."""
    pool = (CALIFORNIA, NEW_YORK)
    number = chosen(us(1, area="212"), *pool, area_code_geomatch=False)
    assert number == CALIFORNIA.address


# Sticky sender


def test_a_recipient_keeps_its_sender() -> None:
    """Sticky sender holds on, however busy that sender is."""
    gateway = make_gateway(long_code(0), long_code(1))
    messages = [send(gateway, us(1)) for _ in range(4)]
    drain(gateway)
    assert leave_from(messages) == [long_code(0).address] * 4


@LAWS
@given(arrivals(senders=(None, None, 0), validity_periods=(None, 2)), st.booleans())
def test_everybody_hears_from_one_sender(some: list[Arrival], watched: bool) -> None:
    """As long as the pool stays, a service writes to each from one sender alone."""
    pool = (long_code(0), long_code(1), long_code(2), toll_free())
    gateway = make_gateway(*pool, watched=watched)
    messages = submit_all(gateway, some)
    drain(gateway)
    heard = {(m.recipient, m.sender) for m in messages if m.service and m.sender}
    assert len(heard) == len({recipient for recipient, _ in heard})


def test_deleting_a_message_keeps_its_sender() -> None:
    """Who a recipient hears from does not hang on a message that may be deleted."""
    gateway = make_gateway(long_code(0), long_code(1))
    first = send(gateway, us(1))
    drain(gateway)
    gateway.forget(first.sid)
    second = send(gateway, us(1), now=END)
    drain(gateway)
    assert leave_from([second]) == leave_from([first])


def test_without_sticky_sender_all_is_spread() -> None:
    """With it off the same recipient hears from one after the other."""
    gateway = make_gateway(long_code(0), long_code(1), sticky_sender=False)
    messages = [send(gateway, us(1)) for _ in range(4)]
    drain(gateway)
    assert len(set(leave_from(messages))) == 2


def test_who_loses_a_sender_gets_another() -> None:
    """When the sender leaves the pool, its recipients are held to the next."""
    gateway = make_gateway(long_code(0), long_code(1), long_code(2))
    messages = [send(gateway, us(1))]
    gateway.advance(0.0)
    gateway.services[SERVICE].leave(long_code(0).sid)
    messages += [send(gateway, us(1), now=100.0 + n) for n in range(3)]
    drain(gateway)
    first, *rest = leave_from(messages)
    assert first == long_code(0).address
    assert rest == [long_code(1).address] * 3


def test_a_leaver_that_comes_back_has_lost_its_recipients() -> None:
    """Leaving deletes who was held to it: they are spread anew."""
    gateway = make_gateway(long_code(0), long_code(1))
    send(gateway, us(1))
    gateway.advance(10.0)
    service = gateway.services[SERVICE]
    service.join(service.leave(long_code(0).sid), now=10.0)
    message = send(gateway, us(1), now=11.0)
    drain(gateway)
    assert leave_from([message]) == [long_code(1).address]


def test_a_number_of_the_recipients_country_takes_over() -> None:
    """Who was held to a foreign number is held to one from home once it joins."""
    gateway = make_gateway(long_code(), long_code(country="GB"), pool=[long_code()])
    messages = [send(gateway, gb(1))]
    gateway.advance(0.0)
    gateway.services[SERVICE].join(long_code(country="GB"), now=1.0)
    messages += [send(gateway, gb(1), now=2.0)]
    drain(gateway)
    home = long_code(country="GB").address
    assert leave_from(messages) == [long_code().address, home]


@pytest.mark.parametrize("off_for", [1, 3])
def test_sticky_sender_survives_off_and_on(off_for: int) -> None:
    """Who is held to a sender is so again, whoever has written in between."""
    gateway = make_gateway(long_code(0), long_code(1))
    service = gateway.services[SERVICE]
    first = send(gateway, us(1))
    gateway.advance(0.0)
    service.settings = replace(service.settings, sticky_sender=False)
    between = [send(gateway, us(1), now=1.0) for _ in range(off_for)]
    gateway.advance(50.0)
    service.settings = replace(service.settings, sticky_sender=True)
    last = send(gateway, us(1), now=50.0)
    drain(gateway)
    assert leave_from(between)[0] != leave_from([first])[0]
    assert leave_from([last]) == leave_from([first])


def test_a_barred_sender_loses_its_recipients() -> None:
    """Who may not send any more, for want of a campaign, holds nobody."""
    pool = [long_code(n, campaign=CAMPAIGN) for n in range(2)]
    gateway = make_gateway(*pool, profile=make_profile("twilio-2026"))
    first = send(gateway, us(1))
    gateway.advance(10.0)
    gateway.enroll(pool[0].sid, None)
    second = send(gateway, us(1), now=10.0)
    drain(gateway)
    assert leave_from([first, second]) == [pool[0].address, pool[1].address]
    assert fate(second) == ("delivered", None)


changes = st.lists(
    st.tuples(st.sampled_from(["join", "leave", "bar", "allow"]), st.integers(0, 2)),
    max_size=12,
)
"""What happens to the numbers of a pool, one thing between two messages."""


def change(gateway: Gateway, what: str, number: Sender, now: float) -> None:
    """Let a number of the gateway join, leave, or change its campaign."""
    service = gateway.services[SERVICE]
    member = number.sid in service.pool
    if what == "join" and not member:
        service.join(gateway.senders[number.sid], now)
    elif what == "leave" and member and len(service.pool) > 1:
        service.leave(number.sid)
    elif what in ("bar", "allow"):
        gateway.enroll(number.sid, CAMPAIGN if what == "allow" else None)


@LAWS
@given(arrivals(recipients=(us(1), us(2))), changes)
def test_the_sticky_keep_their_sender_while_it_may_send(
    some: list[Arrival], happened: list[tuple[str, int]]
) -> None:
    """A recipient hears from another only where its sender has left or is barred."""
    numbers = [long_code(n, campaign=CAMPAIGN) for n in range(3)]
    gateway = make_gateway(*numbers, profile=make_profile("twilio-2026"))
    service, now = gateway.services[SERVICE], 0.0
    held: dict[str, str] = {}
    for n, arrival in enumerate(some):
        now += arrival.gap
        message = send(gateway, arrival.recipient, now)
        gateway.advance(now)
        assert message.sender is not None
        if arrival.recipient in held:
            assert message.sender.sid == held[arrival.recipient]
        held[arrival.recipient] = message.sender.sid
        if n < len(happened):
            change(gateway, happened[n][0], numbers[happened[n][1]], now)
        valid = {s.sid for s in service.pool.values() if s.campaign}
        held = {to: sid for to, sid in held.items() if sid in valid}


@LAWS
@given(arrivals(recipients=(us(1), us(2), gb(1))), changes)
def test_who_joins_and_leaves_loses_no_message(
    some: list[Arrival], happened: list[tuple[str, int]]
) -> None:
    """Numbers come and go while messages are queued: each is delivered, once."""
    numbers = [long_code(n) for n in range(3)]
    gateway = make_gateway(*numbers)
    now, messages = 0.0, []
    for n, arrival in enumerate(some):
        now += arrival.gap
        messages.append(
            send(gateway, arrival.recipient, now, segments=arrival.segments)
        )
        gateway.advance(now)
        if n < len(happened):
            change(gateway, happened[n][0], numbers[happened[n][1]], now)
    drain(gateway)
    assert {fate(message) for message in messages} <= {("delivered", None)}
    assert len(gateway.messages) == len(messages)


# Joining and leaving


def test_a_leavers_queue_still_leaves() -> None:
    """What a number has queued goes out after it has left the pool, in order."""
    gateway = make_gateway(long_code(0), long_code(1))
    messages = [send(gateway, us(n), segments=5) for n in range(6)]
    gateway.advance(1.0)
    gateway.services[SERVICE].leave(long_code(0).sid)
    drain(gateway)
    assert {fate(m) for m in messages} == {("delivered", None)}
    assert max(m.sent_at or 0.0 for m in messages) == 15.0


def test_a_leaver_takes_no_more() -> None:
    """After it has left, the others take everything."""
    gateway = make_gateway(long_code(0), long_code(1))
    gateway.services[SERVICE].leave(long_code(0).sid)
    messages = [send(gateway, us(n)) for n in range(4)]
    drain(gateway)
    assert set(leave_from(messages)) == {long_code(1).address}


def test_a_newcomer_takes_its_share() -> None:
    """A number that joins mid-run is free first, and takes what comes."""
    gateway = make_gateway(long_code(0), long_code(1), pool=[long_code(0)])
    for n in range(5):
        send(gateway, us(n))
    gateway.advance(0.0)
    gateway.services[SERVICE].join(long_code(1), now=0.0)
    messages = [send(gateway, us(10 + n)) for n in range(4)]
    drain(gateway)
    assert set(leave_from(messages)) == {long_code(1).address}


def test_a_number_joins_once() -> None:
    """A number in the pool cannot join it again: 21710."""
    service = make_gateway(long_code()).services[SERVICE]
    assert refusal(service.join, long_code(), now=0.0) == ALREADY_IN_POOL.code


def test_a_pool_is_bounded() -> None:
    """A pool takes as many numbers and short codes as the profile says: 21714."""
    numbers = [long_code(n) for n in range(3)]
    profile = make_profile(pool_size=3)
    service = make_gateway(*numbers, profile=profile).services[SERVICE]
    assert refusal(service.join, short_code(), now=0.0) == POOL_FULL.code


def test_a_pool_has_one_name() -> None:
    """A second alphanumeric sender finds no room, a number still does."""
    service = make_gateway(alphanumeric("ONE")).services[SERVICE]
    assert refusal(service.join, alphanumeric("TWO"), now=0.0) == POOL_FULL.code
    service.join(long_code(), now=0.0)
    assert len(service.pool) == 2


def test_a_stranger_cannot_leave() -> None:
    """Taking out who is not in is a KeyError, the pool as it was."""
    service = make_gateway(long_code(0)).services[SERVICE]
    with pytest.raises(KeyError):
        service.leave(long_code(1).sid)
    assert list(service.pool) == [long_code(0).sid]


def test_order_of_joining_is_kept() -> None:
    """Who leaves and joins again comes last."""
    gateway = make_gateway(long_code(0), long_code(1))
    service = gateway.services[SERVICE]
    service.join(service.leave(long_code(0).sid), now=5.0)
    assert list(service.pool) == [long_code(1).sid, long_code(0).sid]
    assert service.joined_at[long_code(0).sid] == 5.0


# Sender and service both given


def test_a_sender_of_the_pool_can_be_named() -> None:
    """With both, the sender is the one named and the settings are the service's."""
    pool = (long_code(0), long_code(1))
    gateway = make_gateway(*pool, validity_period=77)
    message = send(gateway, us(1), sender=pool[1], service=SERVICE)
    drain(gateway)
    assert leave_from([message]) == [pool[1].address]
    assert message.expires_at == 77.0


def test_smart_encoding_is_the_services() -> None:
    """A service with smart encoding swaps look-alikes, unless the draft says not."""
    gateway = make_gateway(long_code())
    fancy = "“" * 71
    assert send(gateway, us(1), body=fancy).segments == 1
    assert send(gateway, us(1), body=fancy, smart_encoding=False).segments == 2


def test_media_go_abroad_as_a_link() -> None:
    """Where no MMS is taken, the service sends text with a link."""
    gateway = make_gateway(long_code())
    given: dict[str, Any] = {"body": "look", "media_urls": (PICTURE,)}
    abroad, home = send(gateway, gb(1), **given), send(gateway, us(1), **given)
    assert abroad.body.startswith("look https://p.twil.io/")
    assert (abroad.media_urls, abroad.sid[:2]) == ((), "SM")
    assert (home.body, home.sid[:2]) == ("look", "MM")


def test_a_service_deleted_meanwhile_fails_what_it_took() -> None:
    """What no service can route any more fails with 21701."""
    gateway = make_gateway(long_code())
    message = send(gateway, us(1))
    del gateway.services[SERVICE]
    drain(gateway)
    assert fate(message) == ("failed", 21701)


def test_a_service_of_a_later_day_works_as_any() -> None:
    """A service made mid-run sends once a number has joined it."""
    gateway = make_gateway(long_code(), pool=())
    settings = ServiceSettings(sid="MG2", friendly_name="second")
    gateway.add_service(settings, now=3.0).join(long_code(), now=4.0)
    message = send(gateway, us(1), now=5.0, service="MG2")
    drain(gateway)
    assert fate(message) == ("delivered", None)
    assert gateway.services["MG2"].created_at == 3.0


def test_the_numbers_of_a_campaign_take_turns() -> None:
    """Equals in one campaign are spread over too: fewest messages, then joining."""
    numbers = [long_code(n, campaign=CAMPAIGN) for n in range(2)]
    gateway = make_gateway(*numbers, profile=make_profile("twilio-2026"))
    messages = [send(gateway, us(n)) for n in range(4)]
    drain(gateway)
    a, b = (number.address for number in numbers)
    assert leave_from(messages) == [a, b, a, b]


def test_unregistered_numbers_fail_under_campaigns() -> None:
    """In 2026 a US long code without a campaign reaches nobody at home: 30034."""
    gateway = make_gateway(long_code(), profile=make_profile("twilio-2026"))
    home, abroad = send(gateway, us(1)), send(gateway, gb(1))
    drain(gateway)
    assert fate(home) == ("failed", 30034)
    assert fate(abroad) == ("delivered", None)


def test_a_kind_of_recipient_does_not_choose_a_sender() -> None:
    """A landline is written to as anybody is: who sends cannot know."""
    kinds = {us(1): RecipientKind.LANDLINE}
    assert chosen(us(1), CALIFORNIA, kinds=kinds) == CALIFORNIA.address
