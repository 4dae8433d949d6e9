"""The little of Liquid that a bulk message needs: `{{ name }}`, with a default.

    Hi {{ name | default: "there" }}

What a recipient has no value for is left empty, as Liquid does.  Of its tags and other
filters none is imitated: they are refused rather than sent as they stand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_PLACE = re.compile(
    r"\{\{-?\s*([A-Za-z_][\w.-]*)\s*"
    r"(?:\|\s*default:\s*(?:\"([^\"]*)\"|'([^']*)')\s*)?-?\}\}",
    re.ASCII,
)
_MARKS = re.compile(r"\{\{|\{%")


def template(text: str) -> Callable[[Mapping[str, str]], str]:
    """Return what makes a body of a recipient's variables.

    Raises:
        ValueError: it asks for more of Liquid than is imitated.

    Source: https://www.twilio.com/docs/comms (read 2026-11-23): Liquid.
    """
    if not _MARKS.search(text):
        return lambda _: text
    # What stands between the places, then name and default of each, four by four.
    parts = _PLACE.split(text)
    for plain in parts[::4]:
        if _MARKS.search(plain):
            raise ValueError(
                "takes {{ name }} and {{ name | default: 'x' }} of Liquid, no more"
            )
    places = [
        (parts[n], parts[n + 1] or parts[n + 2] or "", parts[n + 3])
        for n in range(1, len(parts), 4)
    ]

    def fill(variables: Mapping[str, str]) -> str:
        filled = [parts[0]]
        for name, default, after in places:
            filled += (variables.get(name) or default, after)
        return "".join(filled)

    return fill
