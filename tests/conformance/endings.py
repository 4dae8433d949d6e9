"""How a caller comes by each code that ends a message, and by a brand's alerts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulator.engine.accounts import AccountSettings, Subaccount
from simulator.engine.brands import Brand, Campaign, CampaignStatus
from simulator.engine.inbound import Inbound, InboundSettings
from simulator.engine.keywords import Keywords
from simulator.engine.networks import T_MOBILE
from simulator.engine.quiet import Quiet, QuietRule
from simulator.engine.recipients import RecipientKind
from simulator.engine.rules import Rules
from simulator.engine.worlds import (
    BRAND_SID,
    CAMPAIGN_SID,
    MESSAGING_SERVICE_SID,
    ServiceSettings,
    World,
    default_world,
)
from sms.quiet_hours import QuietHours
from tests.conformance.provocation import (
    Provocation,
    ended,
    in_last_alert,
    in_last_message,
    lost,
    sent,
    world_with,
)
from tests.simulator.api.caller import FROM, TO, Caller

if TYPE_CHECKING:
    from simulator.api.requests import Answer

TOLL_FREE = "+18335550100"
BY_SERVICE = {"From": "", "MessagingServiceSid": MESSAGING_SERVICE_SID}
HELP = Keywords(help_reply="Call us")
BEFORE_THE_LOOP = 30
"""Replies of one pair that are let through."""

CAP = 10
"""Messages a day that the brand may send to T-Mobile's customers."""

SUB = Subaccount(
    sid="AC" + "8" * 32,
    token="t",
    friendly_name="sub",
    senders=default_world().senders[:1],
)
SUBACCOUNT = f"/2010-04-01/Accounts/{SUB.sid}"

ALL_DAY = QuietRule(
    hours=QuietHours.parse("00:00-23:59"),
    countries=frozenset({"US"}),
    then=Quiet.REFUSE,
)


def _with_subaccount() -> World:
    return replace(default_world(), accounts=AccountSettings(subaccounts=(SUB,)))


def _with_short_code_alone() -> World:
    pool = (f"SC{7:032d}",)
    service = ServiceSettings(
        sid=MESSAGING_SERVICE_SID, friendly_name="short", pool=pool
    )
    return replace(default_world(), services=(service,))


def _with_senders(**changes: Any) -> World:
    world = default_world()
    return replace(
        world, senders=tuple(replace(one, **changes) for one in world.senders)
    )


def _with_campaign(status: CampaignStatus) -> World:
    return replace(default_world(), campaigns={CAMPAIGN_SID: Campaign(status=status)})


def _with_cap() -> World:
    brand = Brand(sid=BRAND_SID, name="smslab", daily_cap=CAP)
    return replace(default_world(), rules=Rules(brands={BRAND_SID: brand}))


def _stop_to_toll_free(caller: Caller) -> None:
    caller.gateway.receive(Inbound(TO, TOLL_FREE, "STOP"), caller.now)
    caller.wait()


def _ask_for_help(caller: Caller) -> None:
    for _ in range(BEFORE_THE_LOOP + 1):
        caller.gateway.receive(Inbound(TO, FROM, "HELP"), caller.now)
        caller.wait(1.0)


def _in_subaccount(caller: Caller, answer: Answer) -> int | None:
    """Return the code of the last message that the subaccount had waiting."""
    assert answer.status == 200, answer.body
    gateway = caller.api.tenants.by_sid[SUB.sid].gateway
    gateway.advance(caller.now)
    return list(gateway.messages.values())[-1].error_code


def _send_in_subaccount(caller: Caller) -> None:
    for _ in range(3):
        answer = caller.post(f"{SUBACCOUNT}/Messages.json", To=TO, From=FROM, Body="x")
        assert answer.status == 201


def today(row: Provocation, **changes: object) -> Provocation:
    """Return the same under the profile of 2026, everybody being with T-Mobile."""
    networks = dict.fromkeys(("verizon", "att", "us_cellular"), 0.0)
    changes = {"networks": {T_MOBILE: 1.0, **networks}, **changes}
    return replace(row, profile="twilio-2026", changes=changes)


def _capped(code: int, already: int) -> Provocation:
    """Return a message after so many of the day's."""
    return replace(today(ended(code, world=_with_cap)), before=sent(already))


def _warned(code: int, already: int) -> Provocation:
    """Return a message after which the account has been warned."""
    return replace(_capped(code, already), seen=in_last_alert)


ENDINGS: tuple[Provocation, ...] = (
    Provocation(
        code=14107,
        method="GET",
        world=world_with(
            inbound=InboundSettings(opt_outs={MESSAGING_SERVICE_SID: {"*": HELP}})
        ),
        before=_ask_for_help,
        seen=in_last_message,
    ),
    ended(21703, world=_with_short_code_alone, **BY_SERVICE | {"To": "+447700900001"}),
    replace(
        ended(30001, **BY_SERVICE),
        changes={"queue_limit": 2.0},
        before=sent(9, **BY_SERVICE),
    ),
    Provocation(
        code=30002,
        path=f"{SUBACCOUNT}.json",
        form={"Status": "suspended"},
        world=_with_subaccount,
        before=_send_in_subaccount,
        seen=_in_subaccount,
    ),
    lost(30003, "unreachable"),
    replace(ended(30004, From=TOLL_FREE), before=_stop_to_toll_free),
    ended(30005, world=world_with(kinds={TO: RecipientKind.UNKNOWN})),
    ended(30006, world=world_with(kinds={TO: RecipientKind.LANDLINE})),
    lost(30007, "filtered"),
    lost(30008, "unknown_error"),
    today(ended(30022), over_carrier_rate=1.0),
    _capped(30023, CAP),
    _warned(30025, CAP // 2 - 1),
    _warned(30026, CAP * 7 // 10 - 1),
    _warned(30027, CAP - 1),
    today(ended(30032, world=lambda: _with_senders(verified=False), From=TOLL_FREE)),
    today(ended(30033, world=lambda: _with_campaign(CampaignStatus.SUSPENDED))),
    today(ended(30034, world=lambda: _with_senders(campaign=None))),
    today(ended(30035, world=lambda: _with_campaign(CampaignStatus.PENDING))),
    replace(
        today(ended(30036, ValidityPeriod="1")),
        before=sent(9, Body="x" * 1_600),
    ),
    ended(30103, Body="https://a.test/", ShortenUrls="true"),
    ended(30610, world=world_with(rules=Rules(quiet_hours=(ALL_DAY,)))),
)
"""In order of the codes."""
