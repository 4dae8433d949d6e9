"""TwiML: what a webhook answers with, read into the replies that it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError, fromstring

if TYPE_CHECKING:
    from collections.abc import Sequence

XML_TYPES = frozenset({"text/xml", "application/xml", "text/html"})
"""Content types that hold TwiML."""

MOST_REPLIES = 100
"""Messages that one answer may ask for."""

BAD_TYPE, BAD_XML, BAD_TWIML = 12300, 12100, 12200


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A message that TwiML asks for; None leaves it to the message replied to.

    `action` is an older name of `status_callback`, posted to by `method`.
    """

    body: str
    media_urls: tuple[str, ...] = ()
    recipient: str | None = None
    sender: str | None = None
    status_callback: str | None = None


class TwimlError(ValueError):
    """An answer that is not understood: `code` is the debugger's."""

    def __init__(self, code: int, problem: str) -> None:
        super().__init__(f"{code} {problem}")
        self.code = code


def read_replies(content_type: str, body: bytes) -> Sequence[Reply]:
    """Return the replies that a webhook's answer asks for, in their order.

    A plain text is a reply itself [unverified].  `<Redirect>` is not followed.

    Raises:
        TwimlError: 12300 by its content type, 12100 where it is no XML, 12200 where it
            is other XML than TwiML.

    Source: https://www.twilio.com/docs/messaging/twiml;
    https://www.twilio.com/docs/api/errors/12100, 12200 and 12300 (2025-02).
    """
    text = body.decode("utf-8", "replace")
    if not text.strip():
        return ()
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "text/plain":
        return (Reply(body=text.strip()),)
    if kind not in XML_TYPES:
        raise TwimlError(BAD_TYPE, f"Invalid Content-Type: {kind or 'none'}")
    return _read(body)


def _read(body: bytes) -> Sequence[Reply]:
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise TwimlError(BAD_XML, "Document parse failure: no DOCTYPE is read")
    try:
        root = fromstring(body.strip())
    except (ParseError, ValueError) as error:
        raise TwimlError(BAD_XML, f"Document parse failure: {error}") from error
    if root.tag != "Response":
        raise TwimlError(BAD_TWIML, f"Schema validation: <{root.tag}> is no <Response>")
    verbs = [verb for verb in root if verb.tag in ("Message", "Sms")]
    others = sorted({str(verb.tag) for verb in root} - {"Message", "Sms"})
    if others:
        raise TwimlError(BAD_TWIML, f"Schema validation: no <{others[0]}> here")
    if len(verbs) > MOST_REPLIES:
        raise TwimlError(BAD_TWIML, f"Schema validation: more than {MOST_REPLIES}")
    return [_reply(verb) for verb in verbs]


def _reply(verb: Element) -> Reply:
    bodies = [child.text or "" for child in verb if child.tag == "Body"]
    media = [(child.text or "").strip() for child in verb if child.tag == "Media"]
    return Reply(
        body=("".join(bodies) or verb.text or "").strip(),
        media_urls=tuple(url for url in media if url),
        recipient=verb.get("to"),
        sender=verb.get("from"),
        status_callback=verb.get("statusCallback") or verb.get("action"),
    )
