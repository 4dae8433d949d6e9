"""Campaigns of A2P 10DLC: registered by API, shown, told anew and ended."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from simulator.engine.brands import Brand, BrandType
from simulator.engine.worlds import (
    ACCOUNT_SID,
    BRAND_SID,
    CAMPAIGN_SID,
    MESSAGING_SERVICE_SID,
    default_world,
)
from tests.simulator.api.caller import (
    SAFE,
    SERVICE,
    SERVICES,
    Caller,
    body,
    code,
    snapshot,
)

NUMBERS = tuple("PN" + f"{n:032d}" for n in (1, 2))
MODERN = {**SAFE, "campaign_mps": 12}
FORM: dict[str, Any] = {
    "BrandRegistrationSid": BRAND_SID,
    "Description": "d" * 40,
    "MessageFlow": "f" * 40,
    "MessageSamples": ["s" * 20, "t" * 20],
    "UsAppToPersonUsecase": "MARKETING",
    "HasEmbeddedLinks": "true",
    "HasEmbeddedPhone": "false",
}
CHANGE = {
    **{name: FORM[name] for name in FORM if "Sid" not in name and "Use" not in name},
    "AgeGated": "true",
    "DirectLending": "false",
}


def with_service(changes: dict[str, object] | None = None) -> tuple[Caller, str]:
    """Return a caller, and the path of a service of his without a campaign."""
    caller = Caller(changes=changes or MODERN)
    sid = body(caller.post(SERVICES, FriendlyName="Other"))["sid"]
    return caller, f"{SERVICES}/{sid}"


def test_a_campaign_is_answered_as_documented() -> None:
    """201 with every field of the schema; a service then is registered."""
    caller, service = with_service()
    answer = caller.call("POST", f"{service}/Compliance/Usa2p", FORM)
    assert answer.status == 201
    made = body(answer)
    path = f"{service}/Compliance/Usa2p/{made['sid']}"
    assert made == caller.get(path)
    assert made["url"] == f"http://127.0.0.1:4010{path}"
    assert made["account_sid"] == ACCOUNT_SID
    assert made["campaign_status"] == "VERIFIED"
    assert made["message_samples"] == ("s" * 20, "t" * 20)
    assert (made["has_embedded_links"], made["age_gated"]) == (True, False)
    assert (made["help_message"], made["errors"], made["mock"]) == (None, [], False)
    assert "privacy_policy_url" not in made
    assert caller.get(service)["us_app_to_person_registered"] is True
    assert caller.get(f"{service}/Compliance/Usa2p")["compliance"] == [made]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        *(({name: ""}, 20001) for name in FORM),
        ({"BrandRegistrationSid": "BN1"}, 20422),
        ({"Description": "x" * 39}, 20422),
        ({"Description": "x" * 4097}, 20422),
        ({"MessageFlow": "x" * 2049}, 20422),
        ({"MessageSamples": ["x" * 20]}, 20422),
        ({"MessageSamples": ["x" * 20] * 6}, 20422),
        ({"MessageSamples": ["x" * 20, "x"]}, 20422),
        ({"UsAppToPersonUsecase": "SPAM"}, 20422),
        ({"UsAppToPersonUsecase": "SOLE_PROPRIETOR"}, 20422),
        ({"HasEmbeddedLinks": "1"}, 20422),
        ({"HelpMessage": "short"}, 20422),
        ({"OptInKeywords": ["no-word"]}, 20422),
        ({"OptInKeywords": ["x" * 256]}, 20422),
        ({"PrivacyPolicyUrl": "nowhere"}, 20422),
    ],
)
def test_a_bad_campaign_is_refused(form: dict[str, Any], expected: int) -> None:
    """A form with a fault is refused, and nothing is made."""
    caller, service = with_service()
    before = snapshot(caller)
    answer = caller.call("POST", f"{service}/Compliance/Usa2p", {**FORM, **form})
    assert code(answer) == expected
    assert snapshot(caller) == before


def test_a_service_has_one_campaign() -> None:
    """A second is refused, whether the first was made or declared."""
    caller, service = with_service()
    for path in (service, service, SERVICE):
        answer = caller.call("POST", f"{path}/Compliance/Usa2p", FORM)
    assert code(answer) == 20422
    assert len(caller.get(f"{service}/Compliance/Usa2p")["compliance"]) == 1


def test_a_brand_nobody_declared_is_taken() -> None:
    """Its campaign goes at the profile's rate, and nobody caps it."""
    caller, service = with_service()
    form = {**FORM, "BrandRegistrationSid": "BN" + "f" * 32}
    made = body(caller.call("POST", f"{service}/Compliance/Usa2p", form))
    assert made["rate_limits"]["att"] == {"mps": 4, "msg_class": "E"}


@pytest.mark.parametrize(
    ("brand", "use_case", "att", "tier"),
    [
        ((BrandType.STANDARD, 80), "MARKETING", {"mps": 75, "msg_class": "A"}, "TOP"),
        ((BrandType.STANDARD, 60), "2FA", {"mps": 40, "msg_class": "C"}, "HIGH_MID"),
        ((BrandType.STANDARD, 0), "2FA", {"mps": 4, "msg_class": "E"}, "LOW"),
        (
            (BrandType.STANDARD, 30),
            "LOW_VOLUME",
            {"mps": 1.25, "msg_class": "T"},
            "LOW_MID",
        ),
        (
            (BrandType.SOLE_PROPRIETOR, 0),
            "SOLE_PROPRIETOR",
            {"mps": 0.25, "msg_class": "T"},
            "LOW",
        ),
    ],
)
def test_rate_limits_go_by_brand_and_use(
    brand: tuple[BrandType, int], use_case: str, att: dict[str, Any], tier: str
) -> None:
    """What AT&T and T-Mobile let a campaign send is shown with it."""
    world = default_world()
    known = Brand(sid=BRAND_SID, name="b", type=brand[0], score=brand[1])
    rules = replace(world.rules, brands={BRAND_SID: known})
    caller = Caller(replace(world, rules=rules), _modern())
    sid = body(caller.post(SERVICES, FriendlyName="Other"))["sid"]
    form = {**FORM, "UsAppToPersonUsecase": use_case}
    path = f"{SERVICES}/{sid}/Compliance/Usa2p"
    limits = body(caller.call("POST", path, form))["rate_limits"]
    assert limits == {"att": att, "tmobile": {"brand_tier": tier}}


def _modern() -> dict[str, object]:
    rows = (
        ("standard", 75, 225, 200_000),
        ("standard", 50, 120, 40_000),
        ("standard", 25, 12, 10_000),
        ("standard", 0, 12, 2_000),
        ("sole_proprietor", 0, 2.25, 1_000),
    )
    names = ("brand", "from_score", "mps", "daily_cap")
    tiers = [{**dict(zip(names, row, strict=True)), "source": ""} for row in rows]
    return {**MODERN, "low_volume_mixed_mps": 3.75, "tiers": tiers}


def test_before_campaigns_there_are_no_rate_limits() -> None:
    """In a profile without campaigns a registration changes nothing of the rates."""
    caller, service = with_service({**SAFE})
    made = body(caller.call("POST", f"{service}/Compliance/Usa2p", FORM))
    assert made["rate_limits"] is None


def test_a_campaign_governs_who_joins() -> None:
    """A number that moves to the service is under its campaign, and sends."""
    caller, service = with_service()
    for number in NUMBERS:
        caller.call("DELETE", f"{SERVICE}/PhoneNumbers/{number}")
        caller.post(f"{service}/PhoneNumbers", PhoneNumberSid=number)
    sid = service.rpartition("/")[2]
    before = caller.send(From="", MessagingServiceSid=sid)["sid"]
    caller.wait()
    caller.call("POST", f"{service}/Compliance/Usa2p", FORM)
    after = caller.send(From="", MessagingServiceSid=sid)["sid"]
    caller.wait()
    messages = caller.gateway.messages
    assert [messages[one].error_code for one in (before, after)] == [30034, None]


def test_a_campaign_is_told_anew() -> None:
    """An update changes the texts and when they were changed, and needs all of them."""
    caller, service = with_service()
    made = body(caller.call("POST", f"{service}/Compliance/Usa2p", FORM))
    path = f"{service}/Compliance/Usa2p/{made['sid']}"
    caller.now = 60.0
    form = {**CHANGE, "Description": "e" * 50, "PrivacyPolicyUrl": "http://a.b/"}
    after = body(caller.call("POST", path, form))
    changed = {name for name in after if after[name] != made.get(name)}
    assert changed == {"description", "age_gated", "date_updated", "privacy_policy_url"}
    assert after == caller.get(path)
    assert code(caller.call("POST", path, {**CHANGE, "AgeGated": ""})) == 20001


def test_a_campaign_may_have_its_own_keywords() -> None:
    """They are of letters and digits, and shown as they were given."""
    caller, service = with_service()
    path = f"{service}/Compliance/Usa2p"
    assert code(caller.call("POST", path, {**FORM, "HelpKeywords": ["a b"]})) == 20422
    form = {**FORM, "HelpKeywords": ["INFO", "HELP2"]}
    made = body(caller.call("POST", path, form))
    assert list(made["help_keywords"]) == ["INFO", "HELP2"]


def test_a_campaign_ends() -> None:
    """After 204 it is 404, and the service may have another."""
    caller = Caller(changes=MODERN)
    path = f"{SERVICE}/Compliance/Usa2p"
    assert caller.get(path)["compliance"][0]["sid"] == CAMPAIGN_SID
    assert caller.call("DELETE", f"{path}/{CAMPAIGN_SID}").status == 204
    assert code(caller.call("GET", f"{path}/{CAMPAIGN_SID}")) == 20404
    assert caller.get(SERVICE)["us_app_to_person_registered"] is False
    assert caller.get(path)["compliance"] == []
    assert caller.call("POST", path, FORM).status == 201


def test_a_campaign_of_another_registry_joins() -> None:
    """PreregisteredUsa2p puts a service's numbers under a campaign by its id."""
    caller, service = with_service()
    sid = service.rpartition("/")[2]
    form = {"CampaignId": "CABC123", "MessagingServiceSid": sid, "CnpMigration": "true"}
    answer = caller.call("POST", f"{SERVICES}/PreregisteredUsa2p", form)
    made = body(answer)
    assert answer.status == 201
    assert (made["campaign_id"], made["messaging_service_sid"]) == ("CABC123", sid)
    shown = caller.get(f"{service}/Compliance/Usa2p/{made['sid']}")
    assert shown["is_externally_registered"] is True


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"CampaignId": "C1"}, 20001),
        ({"MessagingServiceSid": MESSAGING_SERVICE_SID}, 20001),
        ({"CampaignId": "C1", "MessagingServiceSid": "MG1"}, 20422),
        ({"CampaignId": "C1", "MessagingServiceSid": "MG" + "f" * 32}, 20404),
        ({"CampaignId": "C1", "MessagingServiceSid": MESSAGING_SERVICE_SID}, 20422),
    ],
)
def test_who_cannot_bring_a_campaign(form: dict[str, str], expected: int) -> None:
    """A fault is named, and so is a service that has a campaign."""
    caller = Caller(changes=MODERN)
    answer = caller.call("POST", f"{SERVICES}/PreregisteredUsa2p", form)
    assert code(answer) == expected


def test_what_campaigns_are_for_is_listed() -> None:
    """All of it, and for a brand what it may register."""
    caller = Caller()
    path = f"{SERVICE}/Compliance/Usa2p/Usecases"
    every = caller.get(path)["us_app_to_person_usecases"]
    own = caller.get(path, BrandRegistrationSid=BRAND_SID)["us_app_to_person_usecases"]
    assert {one["code"] for one in every} - {one["code"] for one in own} == {
        "SOLE_PROPRIETOR"
    }
