"""How a caller comes by each error code: one row a code, carried out by a test."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from simulator.engine.accounts import TEST_SID
from simulator.engine.permissions import Permissions
from simulator.engine.recipients import RecipientKind
from simulator.engine.rules import Rules
from simulator.engine.worlds import (
    ACCOUNT_SID,
    MESSAGING_SERVICE_SID,
    TEMPLATE_SID,
    NotifySettings,
    ServiceSettings,
    World,
    default_world,
)
from tests.conformance.endings import ENDINGS
from tests.conformance.provocation import (
    GOOD,
    Provocation,
    refused,
    sent,
    world_with,
)
from tests.simulator.api.caller import (
    ACCOUNT,
    FROM,
    MESSAGES,
    NOTIFY,
    NOTIFY_SERVICE,
    SERVICE,
    SERVICES,
    SHORT_CODE,
    TO,
    Caller,
    body,
)
from tests.simulator.engine.builders import alphanumeric

MG, NO_SID = MESSAGING_SERVICE_SID, "0" * 32
EMPTY, LONELY = "MG" + "e" * 32, "IS" + "e" * 32
BY_SERVICE = {"From": "", "MessagingServiceSid": MG}
LATER = {"ScheduleType": "fixed", "SendAt": "2026-02-02T00:00:00Z", **BY_SERVICE}
NEW_NUMBER = "PN" + f"{1:032d}"
CODE_SID = "SC" + f"{7:032d}"
GERMAN, NOT_OURS = "+4915735980001", "+14155550109"
PICTURE = "http://127.0.0.1/a.png"

BINDINGS = [f'{{"binding_type": "sms", "address": "+1415555010{n}"}}' for n in range(2)]

ONE = f"{ACCOUNT}/Messages/{{last}}.json"
NOTES = f"{NOTIFY_SERVICE}/Notifications"
NUMBERS = f"{ACCOUNT}/IncomingPhoneNumbers.json"
SUB = "/2010-04-01/Accounts/{last}"


def permitted(code: int, **permissions: Any) -> Provocation:
    """Return a message to a landline, from an account with limits."""
    world = world_with(
        permissions=Permissions(**permissions), kinds={TO: RecipientKind.LANDLINE}
    )
    return replace(refused(code), world=world)


def finer(code: int, **permissions: Any) -> Provocation:
    """Return a message from a number of which it is told why it cannot send."""
    return replace(
        refused(code, From=NOT_OURS),
        world=world_with(permissions=Permissions(**permissions)),
        changes={"finer_from_codes": True},
    )


def _with_empty_service() -> World:
    world = default_world()
    empty = ServiceSettings(sid=EMPTY, friendly_name="empty")
    lonely = NotifySettings(sid=LONELY)
    return replace(
        world,
        services=(*world.services, empty),
        notify_services=(*world.notify_services, lonely),
    )


def _with_name() -> World:
    """Return the world of a trial account that owns a name to send from."""
    world = default_world()
    return replace(
        world,
        senders=(*world.senders, alphanumeric()),
        permissions=Permissions(verified=frozenset({GERMAN})),
    )


def _delivered(caller: Caller) -> str:
    sid = sent(1)(caller)
    caller.wait()
    return sid


def _suspended(caller: Caller) -> str:
    answer = caller.post("/2010-04-01/Accounts.json", FriendlyName="sub")
    sid = str(body(answer)["sid"])
    caller.post(f"/2010-04-01/Accounts/{sid}.json", Status="suspended")
    return sid


def _notified(caller: Caller) -> None:
    answer = caller.post(NOTES, Body="x", ToBinding=BINDINGS[0])
    assert answer.status == 201, answer.body


PROVOCATIONS: tuple[Provocation, ...] = (
    Provocation(code=20001, path=SERVICES, form={"FriendlyName": ""}),
    Provocation(code=20002, path=SERVICES, form={"FriendlyName": "x" * 65}),
    Provocation(code=20004, method="PUT"),
    Provocation(code=20005, path=f"{SUB}/Messages.json", before=_suspended),
    Provocation(
        code=20007,
        method="GET",
        query={"PageSize": "5000"},
        changes={"large_pages_refused": True},
    ),
    Provocation(
        code=20008,
        method="GET",
        path=MESSAGES.replace(ACCOUNT_SID, TEST_SID),
        asker=TEST_SID,
    ),
    Provocation(code=20009, method="DELETE", path=ONE, before=sent(1)),
    Provocation(code=20404, method="GET", path=f"{ACCOUNT}/Nothing.json"),
    refused(20422, Attempt="second"),
    refused(21211, To="12"),
    refused(21212, From="!"),
    refused(21265, To=SHORT_CODE),
    refused(21266, To=FROM),
    replace(
        refused(21267, From="ACME", To=GERMAN),
        world=_with_name,
    ),
    permitted(21408, regions=frozenset({"GB"})),
    Provocation(code=21421, path=NUMBERS, form={"PhoneNumber": "x"}),
    Provocation(code=21422, path=NUMBERS, form={"PhoneNumber": "+14155559999"}),
    Provocation(code=21451, path=NUMBERS, form={"AreaCode": "12"}),
    Provocation(code=21452, path=NUMBERS, form={"AreaCode": "999"}),
    refused(21602, Body=""),
    refused(21603, From=""),
    refused(21604, To=""),
    refused(21606, From="+14155559999"),
    permitted(21608, verified=frozenset({FROM})),
    refused(21609, StatusCallback="no URL"),
    replace(refused(21610), world=world_with(opted_out=frozenset({TO}))),
    replace(refused(21611), changes={"queue_limit": 2}, before=sent(2)),
    refused(21612, From=SHORT_CODE, To="+447700900001"),
    permitted(21614, landlines=21614),
    refused(21617, Body="x" * 1601),
    refused(21619, Body="", **BY_SERVICE),
    refused(21620, MediaUrl="no URL"),
    refused(21621, From="+447700900000", MediaUrl=PICTURE),
    replace(permitted(21622, mms=False), form=GOOD | {"MediaUrl": PICTURE}),
    refused(21623, MediaUrl=["http://127.0.0.1/a.png"] * 11),
    refused(21624, ValidityPeriod="0"),
    refused(21627, MaxPrice="much"),
    permitted(21635, landlines=21635),
    refused(21654, Body="", ContentVariables="{}"),
    refused(21655, Body="", ContentSid="HX1"),
    refused(21656, Body="", ContentSid="HX" + NO_SID, ContentVariables="no JSON"),
    refused(
        21658,
        Body="",
        ContentSid=TEMPLATE_SID,
        ContentVariables=f'{{"1":"{"x" * 1_601}"}}',
    ),
    finer(21659),
    finer(21660, elsewhere=frozenset({NOT_OURS})),
    replace(finer(21661, voice_only=frozenset({FROM})), form=GOOD),
    refused(21701, From="", MessagingServiceSid="MG" + "f" * 32),
    replace(
        refused(21704, From="", MessagingServiceSid=EMPTY), world=_with_empty_service
    ),
    refused(21705, From="", MessagingServiceSid="MG1"),
    Provocation(code=21708, path=f"{SERVICE}/AlphaSenders"),
    Provocation(code=21709, path=f"{SERVICE}/AlphaSenders", form={"AlphaSender": "!"}),
    Provocation(
        code=21710,
        path=f"{SERVICE}/PhoneNumbers",
        form={"PhoneNumberSid": NEW_NUMBER},
    ),
    Provocation(
        code=21711,
        method="DELETE",
        path=f"{SERVICES}/{EMPTY}/PhoneNumbers/{NEW_NUMBER}",
        world=_with_empty_service,
    ),
    Provocation(
        code=21712,
        path=f"{SERVICES}/{EMPTY}/PhoneNumbers",
        form={"PhoneNumberSid": NEW_NUMBER},
        world=_with_empty_service,
    ),
    Provocation(code=21713, path=SERVICE, form={"Usecase": "none"}),
    Provocation(
        code=21715,
        path=f"{SERVICE}/ShortCodes",
        form={"ShortCodeSid": CODE_SID},
        world=world_with(permissions=Permissions(voice_only=frozenset({SHORT_CODE}))),
    ),
    Provocation(
        code=21714,
        path=f"{SERVICE}/ShortCodes",
        form={"ShortCodeSid": CODE_SID},
        changes={"pool_size": 9},
    ),
    refused(30029, ContentRetention="sometimes"),
    refused(30030, AddressRetention="sometimes"),
    Provocation(
        code=30400, path=ONE, form={"Body": "", "Status": "canceled"}, before=sent(1)
    ),
    Provocation(code=30409, path=ONE, form={"Status": "canceled"}, before=_delivered),
    refused(35111, **LATER | {"SendAt": ""}),
    refused(35114, **LATER | {"SendAt": "2026-01-31T23:59:30Z"}),
    refused(35115, **LATER | {"SendAt": "soon"}),
    refused(35117, **LATER | {"SendAt": "2036-01-01T00:00:00Z"}),
    refused(35118, **LATER | {"MessagingServiceSid": "", "From": FROM}),
    replace(
        refused(35125, **LATER),
        changes={"scheduled_limit": 1},
        before=sent(1, **LATER),
    ),
    refused(35126, **LATER | {"ScheduleType": "whenever"}),
    refused(35127, ContentSid="HX" + NO_SID, ContentVariables="{}"),
    Provocation(code=52001, path=NOTES, form={"Body": "x", "ToBinding": "x"}),
    Provocation(
        code=52181,
        path=NOTES,
        form={"Body": "x", "ToBinding": BINDINGS[0]},
        changes={"notify": {"most_sms": 1}},
        before=_notified,
    ),
    Provocation(
        code=52182,
        path=f"{NOTIFY}/{LONELY}/Notifications",
        form={"Body": "x", "ToBinding": BINDINGS[0]},
        world=_with_empty_service,
    ),
    Provocation(code=52301, path=NOTES, form={"Body": "x", "Identity": "nobody"}),
    Provocation(
        code=52302,
        path=NOTES,
        form={"Body": "x", "ToBinding": BINDINGS},
        changes={"notification_recipients": 1},
    ),
    replace(refused(63017), changes={"messages_a_second": 1}, before=sent(1)),
    replace(
        refused(63038),
        world=world_with(rules=Rules(messages_a_day=1)),
        before=sent(1),
    ),
    *ENDINGS,
)
"""In order of the codes; those that end a message come last."""
