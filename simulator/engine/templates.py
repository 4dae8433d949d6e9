"""Content templates: texts with holes in them, declared before the run."""

from __future__ import annotations

import re
from collections.abc import Mapping  # noqa: TC003, msgspec reads it at run time
from dataclasses import dataclass, field

_HOLE = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A content template; `variables` fill the holes that a message leaves open.

    A hole is `{{1}}` or `{{name}}`; `media` holds URLs.

    Source: https://www.twilio.com/docs/api/errors/21656 (seen 2026): a value that is
    left out is the template's default.
    """

    sid: str
    name: str
    body: str = ""
    media: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rest = _HOLE.sub("", self.body)
        if "{{" in rest or "}}" in rest:
            raise ValueError(
                f"{self.name}: a hole in a body is {{{{1}}}} or {{{{name}}}}"
            )
        if not (self.body or self.media):
            raise ValueError(f"{self.name}: a template has a body or media")

    def fill(self, given: Mapping[str, str]) -> str:
        """Return the text, its holes filled.

        Raises:
            KeyError: a hole for which there is neither a value nor a default.
        """
        values = {**self.variables, **given}
        return _HOLE.sub(lambda hole: values[hole[1]], self.body)
