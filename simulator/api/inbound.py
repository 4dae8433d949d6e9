"""What a webhook is told of an inbound message, and which webhook that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.api.messages import VERSION
from simulator.engine.inbound import Webhook
from sms.addresses import country

if TYPE_CHECKING:
    from simulator.engine.events import MessageReceived
    from simulator.engine.gateway import Gateway
    from simulator.engine.messages import Message

MEDIA_TYPES = {
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "mp4": "video/mp4",
    "pdf": "application/pdf",
    "png": "image/png",
    "vcf": "text/vcard",
}
"""What a medium is by the end of its URL; any other is a JPEG picture."""


def webhook_of(message: Message, gateway: Gateway) -> Webhook | None:
    """Return the webhook of an inbound message, None where it is dropped.

    A service's own, or the number's where the service defers to that.

    Source: https://github.com/twilio/twilio-oai (2026-04-14): InboundRequestUrl.
    """
    service = gateway.services.get(message.service or "")
    if service is not None and not service.settings.use_inbound_webhook_on_number:
        settings = service.settings
        hook = Webhook(
            url=settings.inbound_request_url,
            method=settings.inbound_method,
            fallback_url=settings.fallback_url,
            fallback_method=settings.fallback_method,
        )
    else:
        sender = gateway.owned(message.recipient)
        hook = gateway.webhooks.get(sender.sid if sender else "", Webhook())
    return hook if hook.url else None


def inbound_parameters(
    received: MessageReceived, account_sid: str
) -> list[tuple[str, str]]:
    """Return the parameters of an inbound webhook; places but countries are empty.

    Source: https://www.twilio.com/docs/messaging/guides/webhook-request (2026-03-09).
    """
    message = received.message
    assert message.sender is not None, "a phone has sent it"
    phone, media = message.sender.address, message.media_urls
    parameters = [
        *((name, message.sid) for name in ("MessageSid", "SmsSid", "SmsMessageSid")),
        ("AccountSid", account_sid),
        ("From", phone),
        ("To", message.recipient),
        ("Body", message.body),
        ("NumMedia", str(len(media))),
        ("NumSegments", str(message.segments)),
        ("SmsStatus", "received"),
        ("ApiVersion", VERSION),
        ("ReferralNumMedia", "0"),
    ]
    for side, home in (("From", country(phone)), ("To", message.country)):
        parameters += [(side + place, "") for place in ("City", "State", "Zip")]
        parameters.append((f"{side}Country", home or ""))
    if message.service is not None:
        parameters.append(("MessagingServiceSid", message.service))
    for place, url in enumerate(media):
        parameters.append((f"MediaUrl{place}", url))
        parameters.append((f"MediaContentType{place}", _type(url)))
    if received.opt_out_type is not None:
        parameters.append(("OptOutType", received.opt_out_type))
    return parameters


def _type(url: str) -> str:
    ending = url.partition("?")[0].rpartition(".")[2].lower()
    return MEDIA_TYPES.get(ending, "image/jpeg")
