"""How a caller comes by each error code: one row a code, carried out by a test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.engine.permissions import Permissions
from simulator.engine.recipients import RecipientKind
from simulator.engine.worlds import (
    MESSAGING_SERVICE_SID,
    NotifySettings,
    ServiceSettings,
    World,
    default_world,
)
from sms.units import HOUR
from tests.simulator.api.caller import (
    ACCOUNT,
    FROM,
    MESSAGES,
    NOTIFY,
    NOTIFY_SERVICE,
    SAFE,
    SERVICE,
    SERVICES,
    SHORT_CODE,
    TO,
    Caller,
    body,
)

MG, NO_SID = MESSAGING_SERVICE_SID, "0" * 32
EMPTY, LONELY = "MG" + "e" * 32, "IS" + "e" * 32
GOOD = {"To": TO, "From": FROM, "Body": "Hello"}
BY_SERVICE = {"From": "", "MessagingServiceSid": MG}
LATER = {"ScheduleType": "fixed", "SendAt": "2026-02-02T00:00:00Z", **BY_SERVICE}
NEW_NUMBER = "PN" + f"{1:032d}"
CODE_SID = "SC" + f"{7:032d}"

BINDINGS = [f'{{"binding_type": "sms", "address": "+1415555010{n}"}}' for n in range(2)]

Form = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provocation:
    """A request whose answer is an error code, or whose message ends by one.

    `before` makes requests of its own; `changes` are to the profile, on top of one in
    which every message arrives.
    """

    code: int
    method: str = "POST"
    path: str = MESSAGES
    form: Form = field(default_factory=dict)
    query: Form = field(default_factory=dict)
    world: Callable[[], World] = default_world
    changes: Mapping[str, object] = field(default_factory=dict)
    before: Callable[[Caller], object] | None = None
    ends: bool = False

    def carry_out(self) -> int | None:
        """Make the request and return the code that comes of it, None for none."""
        caller = Caller(self.world(), {**SAFE, **self.changes})
        last = self.before(caller) if self.before else None
        path = self.path.replace("{last}", str(last))
        answer = caller.call(self.method, path, self.form, self.query)
        if not self.ends:
            return int(body(answer)["code"]) if answer.status >= 400 else None
        assert answer.status == 201, answer.body
        caller.wait(12 * HOUR)
        message = caller.gateway.messages[body(answer)["sid"]]
        return message.error_code


def refused(code: int, **form: Any) -> Provocation:
    """Return a good message with changes to its form; an empty one leaves out."""
    return Provocation(code=code, form=_without(GOOD | form))


def ended(code: int, *, world: Any = default_world, **form: Any) -> Provocation:
    """Return a message that is taken and ends by a code."""
    return Provocation(code=code, form=_without(GOOD | form), world=world, ends=True)


def lost(code: int, why: str) -> Provocation:
    """Return a message that the carrier loses for one reason."""
    mix = {**SAFE["mix"], why: 1.0}  # type: ignore[dict-item]
    return replace(ended(code), changes={"mix": mix})


def _without(form: Form) -> dict[str, Any]:
    return {name: value for name, value in form.items() if value != ""}


def _world(**changes: Any) -> Callable[[], World]:
    return lambda: replace(default_world(), **changes)


def _with_empty_service() -> World:
    world = default_world()
    empty = ServiceSettings(sid=EMPTY, friendly_name="empty")
    lonely = NotifySettings(sid=LONELY)
    return replace(
        world,
        services=(*world.services, empty),
        notify_services=(*world.notify_services, lonely),
    )


def _with_short_code_alone() -> World:
    service = ServiceSettings(sid=MG, friendly_name="short", pool=(CODE_SID,))
    return replace(default_world(), services=(service,))


def _sent(caller: Caller) -> str:
    sid: str = caller.send()["sid"]
    return sid


def _delivered(caller: Caller) -> str:
    sid = _sent(caller)
    caller.wait()
    return sid


ONE = f"{ACCOUNT}/Messages/{{last}}.json"
NOTES = f"{NOTIFY_SERVICE}/Notifications"

PROVOCATIONS: tuple[Provocation, ...] = (
    Provocation(code=20001, path=SERVICES, form={"FriendlyName": ""}),
    Provocation(code=20004, method="PUT"),
    Provocation(
        code=20007,
        method="GET",
        query={"PageSize": "5000"},
        changes={"large_pages_refused": True},
    ),
    Provocation(code=20009, method="DELETE", path=ONE, before=_sent),
    Provocation(code=20404, method="GET", path=f"{ACCOUNT}/Nothing.json"),
    refused(20422, Attempt="second"),
    refused(21211, To="12"),
    refused(21212, From="!"),
    refused(21265, To=SHORT_CODE),
    refused(21266, To=FROM),
    refused(21602, Body=""),
    refused(21603, From=""),
    refused(21604, To=""),
    refused(21606, From="+14155559999"),
    refused(21609, StatusCallback="no URL"),
    replace(refused(21610), world=_world(opted_out=frozenset({TO}))),
    refused(21612, From=SHORT_CODE, To="+447700900001"),
    refused(21617, Body="x" * 1601),
    refused(21619, Body="", **BY_SERVICE),
    refused(21620, MediaUrl="no URL"),
    refused(21623, MediaUrl=["http://127.0.0.1/a.png"] * 11),
    refused(21624, ValidityPeriod="0"),
    refused(21627, MaxPrice="much"),
    refused(21654, Body="", ContentVariables="{}"),
    refused(21655, Body="", ContentSid="HX1"),
    refused(21656, Body="", ContentSid="HX" + NO_SID, ContentVariables="no JSON"),
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
        world=_world(permissions=Permissions(voice_only=frozenset({SHORT_CODE}))),
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
        code=30400, path=ONE, form={"Body": "", "Status": "canceled"}, before=_sent
    ),
    Provocation(code=30409, path=ONE, form={"Status": "canceled"}, before=_delivered),
    refused(35111, **LATER | {"SendAt": ""}),
    refused(35114, **LATER | {"SendAt": "2026-01-31T23:59:30Z"}),
    refused(35115, **LATER | {"SendAt": "soon"}),
    refused(35117, **LATER | {"SendAt": "2036-01-01T00:00:00Z"}),
    refused(35118, **LATER | {"MessagingServiceSid": "", "From": FROM}),
    refused(35126, **LATER | {"ScheduleType": "whenever"}),
    refused(35127, ContentSid="HX" + NO_SID, ContentVariables="{}"),
    Provocation(code=52001, path=NOTES, form={"Body": "x", "ToBinding": "x"}),
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
    ended(21703, world=_with_short_code_alone, To="+447700900001", **BY_SERVICE),
    lost(30003, "unreachable"),
    lost(30007, "filtered"),
    lost(30008, "unknown_error"),
    ended(30005, world=_world(kinds={TO: RecipientKind.UNKNOWN})),
    ended(30006, world=_world(kinds={TO: RecipientKind.LANDLINE})),
)
"""In order of the codes; those of a message's end come last."""
