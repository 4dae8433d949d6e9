"""What a path's placeholders stand for: things of the default world, and things made.

Without them nearly all that chance makes up is 404, and no record is ever seen.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from simulator.engine.worlds import (
    ACCOUNT_SID,
    BRAND_SID,
    CHANNEL_SENDER_SID,
    MESSAGING_SERVICE_SID,
    NOTIFY_SERVICE_SID,
)
from tests.conformance.provocation import GOOD
from tests.simulator.api.caller import TO

if TYPE_CHECKING:
    from collections.abc import Mapping

    import requests

    from tests.conformance.specification import Operation

ACCOUNT = "/2010-04-01/Accounts/{AccountSid}"
NUMBERS = f"{ACCOUNT}/IncomingPhoneNumbers"
POOL = "/messaging/v1/Services/{ServiceSid}"
SERVICE = "/messaging/v1/Services/{MessagingServiceSid}"
NOTIFY = "/notify/v1/Services"
NUMBER, CODE = f"PN{1:032d}", f"SC{7:032d}"

STANDING: Mapping[str, str] = {
    ACCOUNT: ACCOUNT_SID,
    "/2010-04-01/Accounts/{Sid}": ACCOUNT_SID,
    f"{ACCOUNT}/AvailablePhoneNumbers/{{CountryCode}}": "US",
    f"{NUMBERS}/{{Sid}}": NUMBER,
    f"{ACCOUNT}/SMS/ShortCodes/{{Sid}}": CODE,
    POOL: MESSAGING_SERVICE_SID,
    f"{POOL}/PhoneNumbers/{{Sid}}": NUMBER,
    f"{NOTIFY}/{{ServiceSid}}": NOTIFY_SERVICE_SID,
    f"{NOTIFY}/{{Sid}}": NOTIFY_SERVICE_SID,
}
"""What there is from the start; a service with a campaign or other senders is new."""

FORMS: Mapping[str, Mapping[str, Any]] = {
    "/2010-04-01/Accounts": {"FriendlyName": "sub"},
    f"{ACCOUNT}/Keys": {"FriendlyName": "key"},
    f"{ACCOUNT}/Messages": {
        **GOOD,
        "MediaUrl": "https://a.test/a.png",
        "ProvideFeedback": "true",
    },
    f"{ACCOUNT}/Messages/{{Sid}}": {"Body": ""},
    f"{ACCOUNT}/Messages/{{MessageSid}}/Feedback": {"Outcome": "confirmed"},
    NUMBERS: {"AreaCode": "212"},
    f"{NUMBERS}/Local": {"PhoneNumber": "+12125550142"},
    f"{NUMBERS}/TollFree": {"PhoneNumber": "+18885550142"},
    "/messaging/v1/Services": {"FriendlyName": "new"},
    f"{SERVICE}/ChannelSenders": {"Sid": CHANNEL_SENDER_SID},
    f"{SERVICE}/Compliance/Usa2p": {
        "BrandRegistrationSid": BRAND_SID,
        "Description": "Tells our customers where the parcels are that we send.",
        "MessageFlow": "Customers tick a box on https://a.test/join when they order.",
        "MessageSamples": ["Your parcel has left our house.", "It has just arrived."],
        "UsAppToPersonUsecase": "MARKETING",
        "HasEmbeddedLinks": "true",
        "HasEmbeddedPhone": "false",
    },
    "/messaging/v1/Services/PreregisteredUsa2p": {
        "CampaignId": "CABC123",
        "MessagingServiceSid": MESSAGING_SERVICE_SID,
    },
    f"{POOL}/AlphaSenders": {"AlphaSender": "ACME"},
    f"{POOL}/DestinationAlphaSenders": {"AlphaSender": "ACME", "IsoCountryCode": "FR"},
    f"{POOL}/PhoneNumbers": {"PhoneNumberSid": NUMBER},
    f"{POOL}/ShortCodes": {"ShortCodeSid": CODE},
    f"{NOTIFY}/{{ServiceSid}}/Bindings": {
        "Identity": "one",
        "BindingType": "sms",
        "Address": TO,
    },
    f"{NOTIFY}/{{ServiceSid}}/Notifications": {
        "Body": "Hi",
        "ToBinding": json.dumps({"binding_type": "sms", "address": TO}),
    },
}
"""Parameters that chance would not hit upon and that are granted, by their path."""


def good_form(operation: Operation) -> Mapping[str, Any]:
    """Return parameters that an operation grants, none where any will do."""
    if operation.method != "POST":
        return {}
    return FORMS.get(operation.address.removesuffix(".json"), {})


def furnish(
    operation: Operation, session: requests.Session, url: str
) -> dict[str, str]:
    """Return what an operation's placeholders stand for; make what there is not.

    `session` has the account's credentials, `url` is the server's.
    """
    found: dict[str, str] = {}
    for placeholder in re.finditer(r"/\{(\w+)\}", operation.address):
        standing = STANDING.get(operation.address[: placeholder.end()])
        way = operation.address[: placeholder.start()]
        found[placeholder[1]] = standing or _make(way, found, session, url)
    return found


def _make(
    way: str, found: Mapping[str, str], session: requests.Session, url: str
) -> str:
    """Return the SID of a thing of a list, the first or a new one."""
    path = way.format_map(found)
    address = f"{url}{path}.json" if way.startswith("/2010") else f"{url}{path}"
    if way in FORMS:
        answer = session.post(address, data=FORMS[way])
        assert answer.status_code == 201, answer.text
        return str(answer.json()["sid"])
    listed = session.get(address).json()
    (things,) = (value for value in listed.values() if isinstance(value, list))
    return str(things[0]["sid"])
