"""Content templates in POST Messages: `ContentSid` and `ContentVariables`.

Source: https://www.twilio.com/docs/api/errors/21654, 21655, 21656, 21658 and 35127
(2025-02; 21656 and 21658 seen 2026).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sms import errors
from sms.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.engine.gateway import Gateway

LONGEST_VALUE = 1_600

_UNFIT = re.compile(r"[\n\r\t]| {5}")
"""What no variable's value has in it."""


def fill_template(
    fields: Mapping[str, Any], gateway: Gateway
) -> tuple[str, Sequence[str]] | None:
    """Return the text and the media a template makes, None where there is none.

    Raises:
        ApiError: 21654, 21655, 21656, 21658 or 35127.
    """
    sid, variables = fields.get("template"), fields.get("variables")
    if sid is None:
        if variables is None:
            return None
        raise ApiError(errors.NO_TEMPLATE)
    if fields.get("body"):
        raise ApiError(errors.BODY_AND_TEMPLATE)
    template = gateway.templates.get(sid)
    if template is None:
        raise ApiError(errors.INVALID_TEMPLATE, value=sid)
    given = {name: _value(name, value) for name, value in (variables or {}).items()}
    try:
        return template.fill(given), template.media
    except KeyError as missing:
        problem = f"{{{{{missing.args[0]}}}}} has neither a value nor a default"
        raise ApiError(errors.INVALID_VARIABLES, problem=problem) from missing


def _value(name: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        problem = f"{name[:200]!r} is a text that is not empty"
        raise ApiError(errors.INVALID_VARIABLES, problem=problem)
    if len(value) > LONGEST_VALUE:
        problem = f"{name[:200]!r} has at most {LONGEST_VALUE} characters"
        raise ApiError(errors.VALUE_TOO_LONG, problem=problem)
    if _UNFIT.search(value):
        problem = f"{name[:200]!r} has no newline, tab or more than four spaces"
        raise ApiError(errors.INVALID_VARIABLES, problem=problem)
    return value
