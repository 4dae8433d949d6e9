"""Subaccounts on a running server: their time, their callbacks, their limits."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from simulator.api.signatures import sign
from simulator.engine.accounts import KEY_SECRET, KEY_SID
from tests.simulator.api.caller import MESSAGES, TO
from tests.simulator.server.receiver import receiving
from tests.simulator.server.test_handler import visiting

if TYPE_CHECKING:
    import aiohttp

ACCOUNTS = "/2010-04-01/Accounts"


def basic(name: str, secret: str) -> dict[str, str]:
    """Return the header of somebody else."""
    return {"Authorization": "Basic " + b64encode(f"{name}:{secret}".encode()).decode()}


async def asked(
    client: aiohttp.ClientSession, path: str, headers: dict[str, str], **form: str
) -> tuple[int, dict[str, str]]:
    """Post a form, or get a path, as somebody."""
    method = "POST" if form else "GET"
    async with client.request(method, path, data=form, headers=headers) as answer:
        return answer.status, await answer.json(content_type=None)


async def test_an_api_key_is_let_in() -> None:
    """With its secret it is, with another it is not."""
    async with visiting() as (_, client):
        assert (await asked(client, MESSAGES, basic(KEY_SID, KEY_SECRET)))[0] == 200
        assert (await asked(client, MESSAGES, basic(KEY_SID, "x")))[0] == 401


async def test_xml_goes_out_as_such() -> None:
    """Under its own content type."""
    async with (
        visiting() as (_, client),
        client.get(MESSAGES.removesuffix(".json")) as answer,
    ):
        assert answer.headers["Content-Type"] == "application/xml"
        assert "<TwilioResponse><Messages " in await answer.text()


async def test_a_subaccounts_callbacks_are_signed_with_its_token() -> None:
    """Its messages move by themselves, and are told of under its own SID."""
    async with receiving() as receiver, visiting() as (_, client):
        async with client.post(f"{ACCOUNTS}.json", data={"FriendlyName": "s"}) as made:
            account = await made.json()
        sid, token = account["sid"], account["auth_token"]
        own, path = basic(sid, token), f"{ACCOUNTS}/{sid}"
        form = {"AreaCode": "415"}
        bought = await asked(client, f"{path}/IncomingPhoneNumbers.json", own, **form)
        form = {"To": TO, "From": bought[1]["phone_number"], "Body": "x"}
        form["StatusCallback"] = receiver.url
        assert (await asked(client, f"{path}/Messages.json", own, **form))[0] == 201
        for post in await receiver.take(2):
            assert post.form["AccountSid"] == sid
            signature = sign(receiver.url + "/", list(post.form.items()), token)
            assert post.headers["X-Twilio-Signature"] in (
                signature,
                sign(receiver.url, list(post.form.items()), token),
            )
