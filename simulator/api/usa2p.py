"""The Usa2p resource: the A2P 10DLC campaign of a Messaging Service.

Whoever is registered here is so at once: no registry reviews it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulator.api import services
from simulator.api.forms import many, required
from simulator.api.pages import Asked, cut, list_v1, url
from simulator.api.parameters import (
    Parameter,
    Reader,
    flag,
    one_of,
    read_parameters,
    sid,
    text,
    web_url,
)
from simulator.api.paths import SERVICES
from simulator.api.requests import Answer
from simulator.engine.brands import (
    BrandType,
    Campaign,
    CampaignType,
    campaign_mps,
    daily_cap,
)
from simulator.engine.registrations import Registration, campaign_id
from sms.errors import INVALID_PARAMETER, NOT_FOUND, ApiError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.api.requests import Call, Route
    from simulator.engine.services import MessagingService

SOLE_PROPRIETOR = "SOLE_PROPRIETOR"
LOW_VOLUME = "LOW_VOLUME"
FEWEST_SAMPLES, MOST_SAMPLES = 2, 5
LONGEST_KEYWORD = 255

_USE_CASES: Sequence[tuple[str, str, bool]] = (
    ("2FA", "Two-Factor authentication (2FA)", False),
    ("ACCOUNT_NOTIFICATION", "Account Notification", False),
    ("AGENTS_FRANCHISES", "Agents and Franchises", True),
    ("CHARITY", "Charity", False),
    ("PROXY", "Proxy", True),
    ("CUSTOMER_CARE", "Customer Care", False),
    ("DELIVERY_NOTIFICATION", "Delivery Notification", False),
    ("EMERGENCY", "Emergency", True),
    ("FRAUD_ALERT", "Fraud Alert Messaging", False),
    ("HIGHER_EDUCATION", "Higher Education", False),
    ("K12_EDUCATION", "K-12 Education", True),
    (LOW_VOLUME, "Low Volume Mixed", False),
    ("MARKETING", "Marketing", False),
    ("MIXED", "Mixed", False),
    ("POLITICAL", "Political", False),
    ("POLLING_VOTING", "Polling and voting", False),
    ("PUBLIC_SERVICE_ANNOUNCEMENT", "Public Service Announcement", False),
    ("SECURITY_ALERT", "Security Alert", False),
    ("SOCIAL", "Social", True),
    ("SWEEPSTAKE", "Sweepstake", True),
    (SOLE_PROPRIETOR, "Sole Proprietor", False),
)
"""What campaigns are for: its code, its name, whether carriers must approve of it.

Source: https://github.com/twilio/twilio-oai, twilio_messaging_v1 (2026-04-14).
"""

USE_CASES = tuple(code for code, _, _ in _USE_CASES)


def _long(low: int, high: int) -> Reader:
    """Return a reader of texts of so many characters."""

    def read(value: str) -> str:
        if not low <= len(value) <= high:
            raise ValueError(f"has {low} to {high} characters")
        return value

    return read


def _keyword(value: str) -> str:
    if not value.isalnum():
        raise ValueError("has letters and digits alone")
    if len(value) > LONGEST_KEYWORD:
        raise ValueError(f"has at most {LONGEST_KEYWORD} characters")
    return value


UPDATED: Sequence[Parameter] = (
    Parameter(name="Description", field="description", read=_long(40, 4096)),
    Parameter(name="MessageFlow", field="message_flow", read=_long(40, 2048)),
    Parameter(
        name="MessageSamples",
        field="message_samples",
        read=_long(20, 1024),
        repeated=True,
    ),
    Parameter(name="HasEmbeddedLinks", field="has_embedded_links", read=flag),
    Parameter(name="HasEmbeddedPhone", field="has_embedded_phone", read=flag),
    Parameter(name="AgeGated", field="age_gated", read=flag),
    Parameter(name="DirectLending", field="direct_lending", read=flag),
    Parameter(name="PrivacyPolicyUrl", field="privacy_policy_url", read=web_url),
    Parameter(
        name="TermsAndConditionsUrl", field="terms_and_conditions_url", read=web_url
    ),
)
"""What may be told anew of a campaign.

Source: https://github.com/twilio/twilio-oai, twilio_messaging_v1 (2026-04-14).
"""

CREATED: Sequence[Parameter] = (
    Parameter(name="BrandRegistrationSid", field="brand", read=sid("BN")),
    Parameter(name="UsAppToPersonUsecase", field="use_case", read=one_of(*USE_CASES)),
    *UPDATED,
    Parameter(name="SubscriberOptIn", field="subscriber_opt_in", read=flag),
    Parameter(name="OptInMessage", field="opt_in_message", read=_long(20, 320)),
    Parameter(name="OptOutMessage", field="opt_out_message", read=_long(20, 320)),
    Parameter(name="HelpMessage", field="help_message", read=_long(20, 320)),
    Parameter(
        name="OptInKeywords", field="opt_in_keywords", read=_keyword, repeated=True
    ),
    Parameter(
        name="OptOutKeywords", field="opt_out_keywords", read=_keyword, repeated=True
    ),
    Parameter(name="HelpKeywords", field="help_keywords", read=_keyword, repeated=True),
)
"""What makes a campaign; its texts are kept, and nothing comes of them."""

NEEDED = (
    *("Description", "MessageFlow", "MessageSamples"),
    *("HasEmbeddedLinks", "HasEmbeddedPhone"),
)
"""What neither a new campaign nor a change may leave out; each asks for two more."""

PREREGISTERED: Sequence[Parameter] = (
    Parameter(name="CampaignId", field="campaign_id", read=text),
    Parameter(name="MessagingServiceSid", field="service", read=sid("MG")),
    Parameter(name="CnpMigration", field="cnp_migration", read=flag),
)
"""What joins a campaign that was registered elsewhere to a service."""

_TOLD = {
    "message_samples": (),
    "has_embedded_links": False,
    "has_embedded_phone": False,
    "subscriber_opt_in": False,
    "age_gated": False,
    "direct_lending": False,
}
_TEXTS = (
    *("description", "message_flow"),
    *("opt_in_message", "opt_out_message", "help_message"),
    *("opt_in_keywords", "opt_out_keywords", "help_keywords"),
)
_PAGES = ("privacy_policy_url", "terms_and_conditions_url")

_CLASSES = ((75.0, "A"), (40.0, "C"), (4.0, "E"), (0.0, "T"))
"""AT&T's class of a campaign, from so many segments a second on [unverified]."""

_TIERS = ((200_000, "TOP"), (40_000, "HIGH_MID"), (10_000, "LOW_MID"), (0, "LOW"))
"""T-Mobile's tier of a brand, from so many segments a day on [unverified]."""

SOLE_PROPRIETORS_AT_ATT = 0.25
"""Segments a second.

Source: https://help.twilio.com/articles/1260803225669, seen in vendors' mirrors of
2025 [unverified].
"""


def create(call: Call) -> Answer:
    """Register a campaign: it governs the US long codes of the service's pool."""
    service = services.find(call)
    form = call.request.form
    for name in (*NEEDED, "BrandRegistrationSid", "UsAppToPersonUsecase"):
        required(form, name)
    told = read_parameters(CREATED, form)
    _check_samples(call)
    brand, use_case = told.pop("brand"), told.pop("use_case")
    _check_free(call, service)
    _check_brand(call, brand, use_case)
    made = call.gateway.next_sid("QE")
    registration = Registration(
        sid=made,
        service=service.settings.sid,
        campaign_id=campaign_id(made),
        created_at=call.now,
        updated_at=call.now,
        brand=brand,
        use_case=use_case,
        told=told,
    )
    mixed = use_case == LOW_VOLUME
    type_ = CampaignType.LOW_VOLUME_MIXED if mixed else CampaignType.STANDARD
    campaign = Campaign(brand=brand, type=type_)
    call.gateway.registrations.register(service, registration, campaign)
    return Answer(201, record(registration, call))


def preregister(call: Call) -> Answer:
    """Join a campaign that was registered elsewhere to a service."""
    form = call.request.form
    required(form, "CampaignId")
    required(form, "MessagingServiceSid")
    told = read_parameters(PREREGISTERED, form)
    service = call.gateway.services.get(told["service"])
    if service is None:
        raise ApiError(NOT_FOUND, path=f"{SERVICES}/{told['service']}")
    _check_free(call, service)
    registration = Registration(
        sid=call.gateway.next_sid("QE"),
        service=service.settings.sid,
        campaign_id=told["campaign_id"],
        created_at=call.now,
        updated_at=call.now,
        external=True,
    )
    call.gateway.registrations.register(service, registration, Campaign())
    shown = record(registration, call)
    names = ("sid", "account_sid", "campaign_id", "messaging_service_sid")
    return Answer(201, {name: shown[name] for name in (*names, "date_created")})


def list_(call: Call) -> Answer:
    """List a service's campaign, if it has one."""
    found = call.gateway.registrations.of(services.find(call))
    page = cut(
        Asked.read(call.request.query), [found] if found else [], lambda one: one.sid
    )
    return list_v1(call, "compliance", page, [record(one, call) for one in page.items])


def fetch(call: Call) -> Answer:
    """Show a service's campaign."""
    return Answer(200, record(_find(call, services.find(call)), call))


def update(call: Call) -> Answer:
    """Tell a campaign's texts anew; its rate and status stay."""
    found = _find(call, services.find(call))
    form = call.request.form
    for name in (*NEEDED, "AgeGated", "DirectLending"):
        required(form, name)
    told = read_parameters(UPDATED, form)
    _check_samples(call)
    changed = replace(found, told={**found.told, **told}, updated_at=call.now)
    call.gateway.registrations.amend(changed)
    return Answer(200, record(changed, call))


def delete(call: Call) -> Answer:
    """End a campaign; what its numbers have queued still leaves."""
    service = services.find(call)
    _find(call, service)
    call.gateway.registrations.delete(service)
    return Answer(204)


def use_cases(call: Call) -> Answer:
    """List what a brand's campaigns may be for, of all brands where none is named."""
    services.find(call)
    asked = read_parameters(CREATED[:1], call.request.query)
    brand = call.gateway.world.rules.brands.get(asked.get("brand", ""))
    alone = brand is not None and brand.type is BrandType.SOLE_PROPRIETOR
    shown = [
        {
            "code": code,
            "name": name,
            "description": name,
            "post_approval_required": approval,
        }
        for code, name, approval in _USE_CASES
        if brand is None or (code == SOLE_PROPRIETOR) is alone
    ]
    return Answer(200, {"us_app_to_person_usecases": shown})


def _find(call: Call, service: MessagingService) -> Registration:
    found = call.gateway.registrations.of(service)
    if found is None or found.sid != call.names["campaign"]:
        raise ApiError(NOT_FOUND, path=call.request.path)
    return found


def _check_samples(call: Call) -> None:
    count = len([one for one in many(call.request.form, "MessageSamples") if one])
    if not FEWEST_SAMPLES <= count <= MOST_SAMPLES:
        problem = f"MessageSamples are {FEWEST_SAMPLES} to {MOST_SAMPLES}, not {count}"
        raise ApiError(INVALID_PARAMETER, problem=problem)


def _check_free(call: Call, service: MessagingService) -> None:
    """Check that a service has no campaign yet, as it can have one only."""
    found = call.gateway.registrations.of(service)
    if found is not None:
        problem = f"{service.settings.sid} has the campaign {found.sid} already"
        raise ApiError(INVALID_PARAMETER, problem=problem)


def _check_brand(call: Call, brand: str, use_case: str) -> None:
    """Check that a brand may have such a campaign; of one not declared all is true.

    Source: https://github.com/twilio/twilio-oai, twilio_messaging_v1 (2026-04-14): the
    use case of a sole proprietor is for brands of that type alone.
    """
    known = call.gateway.world.rules.brands.get(brand)
    alone = known is not None and known.type is BrandType.SOLE_PROPRIETOR
    if known is not None and (use_case == SOLE_PROPRIETOR) is not alone:
        problem = f"UsAppToPersonUsecase {use_case} is not for a brand {known.type}"
        raise ApiError(INVALID_PARAMETER, problem=problem)


def record(registration: Registration, call: Call) -> dict[str, Any]:
    """Return a campaign as Twilio's JSON shows it.

    The URLs of its pages are there only where they were told: Twilio has them in a
    later version of the resource, which a header asks for.

    Source: https://github.com/twilio/twilio-oai, twilio_messaging_v1 (2026-04-14).
    """
    service, told = registration.service, registration.told
    place = f"/messaging/v1/Services/{service}/Compliance/Usa2p/{registration.sid}"
    campaign = call.gateway.registrations.campaigns[registration.sid]
    return {
        "sid": registration.sid,
        "account_sid": call.gateway.world.account_sid,
        "brand_registration_sid": registration.brand,
        "messaging_service_sid": service,
        **{name: told.get(name, default) for name, default in _TOLD.items()},
        **{name: told.get(name) for name in _TEXTS},
        **{name: told[name] for name in _PAGES if name in told},
        "us_app_to_person_usecase": registration.use_case,
        "campaign_status": campaign.status.upper(),
        "campaign_id": registration.campaign_id,
        "is_externally_registered": registration.external,
        "rate_limits": _rate_limits(campaign, call),
        "mock": False,
        "errors": [],
        "date_created": call.dates.iso8601(registration.created_at),
        "date_updated": call.dates.iso8601(registration.updated_at),
        "url": url(call, place),
    }


def _rate_limits(campaign: Campaign, call: Call) -> dict[str, Any] | None:
    """Return what carriers let a campaign send; None where a profile has no campaigns.

    AT&T's part is a third of the campaign's rate, but a sole proprietor's is less.
    """
    profile = call.gateway.profile
    if not profile.campaign_mps:
        return None
    brand = call.gateway.world.rules.brands.get(campaign.brand or "")
    cap = daily_cap(brand, profile) if brand else None
    mps = round(campaign_mps(campaign, brand, profile) / 3, 2)
    if brand is not None and brand.type is BrandType.SOLE_PROPRIETOR:
        mps = SOLE_PROPRIETORS_AT_ATT
    return {
        "att": {
            "mps": int(mps) if mps.is_integer() else mps,
            "msg_class": next(word for least, word in _CLASSES if mps >= least),
        },
        "tmobile": {
            "brand_tier": next(word for least, word in _TIERS if (cap or 0) >= least)
        },
    }


_EVERY = f"{SERVICES}/{{service}}/Compliance/Usa2p"
_SINGLE = f"{_EVERY}/{{campaign}}"

ROUTES: Sequence[Route] = (
    ("POST", f"{SERVICES}/PreregisteredUsa2p", preregister),
    ("POST", _EVERY, create),
    ("GET", _EVERY, list_),
    ("GET", f"{_EVERY}/Usecases", use_cases),
    ("GET", _SINGLE, fetch),
    ("POST", _SINGLE, update),
    ("DELETE", _SINGLE, delete),
)
