"""Link shortening: a long link in a text becomes a short one of the customer's domain.

Source: https://www.twilio.com/docs/messaging/features/link-shortening (read
2026-11-23): the domain and 10 alphanumeric characters, through a service alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from string import ascii_letters, digits
from typing import TYPE_CHECKING

from simulator.engine.chance import new_sid, sid_by
from sms.errors import LINK_NOT_SHORTENED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.engine.messages import Draft, Extras

CHARACTERS = 10

_ALPHABET = digits + ascii_letters
_LINK = re.compile(r"https?://[^\s<>\"]*[^\s<>\"'.,;:!?)\]}]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDomain:
    """A domain that short links are of; without `services` it is for all of them.

    `services` holds their SIDs.
    """

    domain: str
    services: frozenset[str] = frozenset()


def domain_of(service: str | None, domains: Iterable[LinkDomain]) -> str | None:
    """Return the domain for a service's links, None where it has none."""
    for link in domains:
        if service is not None and (not link.services or service in link.services):
            return link.domain
    return None


def shorten(body: str, domain: str, key: str) -> str:
    """Return a text with short links in it; `key` names the message they belong to."""

    def short(match: re.Match[str]) -> str:
        return f"https://{domain}/{_code(f'{key}|{match.start()}|{match[0]}')}"

    return _LINK.sub(short, body)


def with_short_links(
    draft: Draft, extras: Extras, domains: Iterable[LinkDomain], *, key: str
) -> tuple[str, Extras]:
    """Return a draft's text with its links shortened, and what else it asks for.

    Without a domain the text stays as it is, and the message is to fail: 30103.
    """
    domain = domain_of(draft.service, domains)
    if domain is not None:
        return shorten(draft.body, domain, key), extras
    failure = LINK_NOT_SHORTENED.code
    return draft.body, replace(extras, failure=failure)


def with_media_link(draft: Draft) -> Draft:
    """Turn media into a link in the text, where the country takes no MMS.

    Source: https://www.twilio.com/docs/messaging/services (read 2026-11-23).
    """
    link = new_sid("https://p.twil.io/", *draft.media_urls)[:26]
    if draft.media_urls:
        draft = draft._replace(body=f"{draft.body} {link}".strip(), media_urls=())
    extras = draft.extras
    return draft._replace(extras=extras and replace(extras, as_mms=False))


def _code(key: str) -> str:
    number = int(sid_by("", key), 16)
    code = ""
    for _ in range(CHARACTERS):
        number, place = divmod(number, len(_ALPHABET))
        code += _ALPHABET[place]
    return code
