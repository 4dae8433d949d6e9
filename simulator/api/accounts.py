"""The Accounts resource: the account itself and its subaccounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.api.pages import Asked, cut, list_2010
from simulator.api.parameters import Parameter, one_of, read_parameters, up_to
from simulator.api.paths import ACCOUNT
from simulator.api.requests import Answer
from simulator.engine.accounts import AccountStatus, Subaccount
from simulator.engine.prices import price
from sms.errors import (
    ACCOUNT_NOT_ACTIVE,
    FORBIDDEN,
    INVALID_FRIENDLY_NAME,
    INVALID_PARAMETER,
    ApiError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.api.requests import Call, Handler, Request, Route
    from simulator.api.tenants import Tenant

_LONGEST_NAME = 64

_PARAMETERS = (
    Parameter(
        name="FriendlyName",
        field="friendly_name",
        read=up_to(_LONGEST_NAME),
        error=INVALID_FRIENDLY_NAME,
    ),
    Parameter(name="Status", field="status", read=one_of(*AccountStatus)),
)

_SUBRESOURCES = {
    "available_phone_numbers": "AvailablePhoneNumbers",
    "balance": "Balance",
    "incoming_phone_numbers": "IncomingPhoneNumbers",
    "keys": "Keys",
    "messages": "Messages",
    "short_codes": "SMS/ShortCodes",
}


def list_(call: Call) -> Answer:
    """List the account that asks and its subaccounts, the oldest first."""
    query = call.request.query
    own = call.tenant
    wanted = read_parameters(_PARAMETERS, query)
    accounts = [
        one
        for one in call.tenants.by_sid.values()
        if own.sid in (one.sid, one.owner)
        and all(getattr(one, name) == value for name, value in wanted.items())
    ]
    page = cut(Asked.read(query), accounts, lambda account: account.sid)
    return list_2010(call, "accounts", page, [record(a, call) for a in page.items])


def create(call: Call) -> Answer:
    """Make a subaccount, which owns nothing yet.

    Raises:
        ApiError: 20403, where a subaccount asks [unverified].
    """
    if call.tenant is not call.tenants.main:
        raise ApiError(FORBIDDEN, problem="A subaccount has no subaccounts")
    name = read_parameters(_PARAMETERS[:1], call.request.form).get("friendly_name")
    made_at = call.dates.instant(call.now)
    subaccount = Subaccount(
        sid=call.tenants.new_secret("AC"),
        token=call.tenants.new_secret(""),
        friendly_name=name or f"SubAccount Created at {made_at:%Y-%m-%d %I:%M %p}",
    )
    return Answer(201, record(call.tenants.add(subaccount, call.now), call))


def fetch(call: Call) -> Answer:
    """Show an account."""
    return Answer(200, record(call.tenant, call))


def update(call: Call) -> Answer:
    """Rename an account, or suspend, close or open a subaccount.

    What waits to be sent then fails 30002.

    Raises:
        ApiError: 20422, where the status cannot become that: the main account's stays
            as it is, and so does a closed one's [unverified].
    """
    tenant = call.tenant
    changes = read_parameters(_PARAMETERS, call.request.form)
    if status := changes.get("status"):
        _set_status(call, AccountStatus(status))
    tenant.friendly_name = changes.get("friendly_name", tenant.friendly_name)
    tenant.updated_at = call.now
    return Answer(200, record(tenant, call))


def _set_status(call: Call, status: AccountStatus) -> None:
    tenant = call.tenant
    if status is tenant.status:
        return
    if tenant is call.tenants.main:
        problem = "Status of the main account cannot be changed"
        raise ApiError(INVALID_PARAMETER, problem=problem)
    if tenant.status is AccountStatus.CLOSED:
        raise ApiError(INVALID_PARAMETER, problem="a closed account stays closed")
    tenant.status = status
    if status is not AccountStatus.ACTIVE:
        tenant.gateway.suspend(call.now)


def check_active(request: Request, handler: Handler) -> None:
    """Check what a parent does in an account of its own that is not active.

    It may look, and open it again.

    Source: https://www.twilio.com/docs/api/errors/20005 (2025-02).

    Raises:
        ApiError: 20005, for anything else.
    """
    if request.method != "GET" and handler is not update:
        raise ApiError(ACCOUNT_NOT_ACTIVE)


def balance(call: Call) -> Answer:
    """Show what is left of the money of an account, its parent's and siblings' too.

    Source: https://github.com/twilio/twilio-oai, twilio_api_v2010 (2026-04-14).
    """
    main = call.tenants.main.gateway
    spent = sum(
        price(message, tenant.gateway.profile, call.now) or 0.0
        for tenant in (call.tenants.main, *call.tenants.subaccounts)
        for message in tenant.gateway.messages.values()
    )
    left = round(main.world.accounts.balance + spent, 4) + 0.0
    shown = {"account_sid": call.tenant.sid, "balance": f"{left}", "currency": "USD"}
    return Answer(200, shown)


def record(tenant: Tenant, call: Call) -> dict[str, Any]:
    """Return an account as Twilio's JSON shows it.

    Source: https://github.com/twilio/twilio-oai, twilio_api_v2010 (2026-04-14).
    """
    uri = ACCOUNT.format(account=tenant.sid)
    return {
        "auth_token": tenant.token,
        "date_created": call.dates.rfc2822(tenant.created_at),
        "date_updated": call.dates.rfc2822(tenant.updated_at),
        "friendly_name": tenant.friendly_name,
        "owner_account_sid": tenant.owner,
        "sid": tenant.sid,
        "status": tenant.status,
        "subresource_uris": {
            name: f"{uri}/{path}.json" for name, path in _SUBRESOURCES.items()
        },
        "type": "Full",
        "uri": f"{uri}.json",
    }


ROUTES: Sequence[Route] = (
    ("GET", "/2010-04-01/Accounts.json", list_),
    ("POST", "/2010-04-01/Accounts.json", create),
    ("GET", f"{ACCOUNT}.json", fetch),
    ("POST", f"{ACCOUNT}.json", update),
    ("GET", f"{ACCOUNT}/Balance.json", balance),
)
