"""What several tests of the plugin share: suites of somebody else, run by pytest."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[3]
PROGRAM = ROOT / "examples" / "testing"
PAGE = (ROOT / "docs" / "testing-your-code.md").read_text("utf-8")

BARE = ("-p", "no:locust", "-p", "no:cacheprovider", "-p", "no:randomly")

SETTINGS = """
[pytest]
asyncio_mode = auto
asyncio_default_fixture_loop_scope = function
"""

PHONE = "+14155550120"


def examples(kind: str = "") -> str:
    """Return the page's examples of a kind, as one module."""
    blocks = re.findall(r"<!-- test ?(\w*) ?-->\n```python\n(.*?)```", PAGE, re.DOTALL)
    return "\n".join(source for named, source in blocks if named == kind)


def outcomes(
    pytester: pytest.Pytester, source: str, *options: str, settings: str = ""
) -> dict[str, int]:
    """Run a module of tests in this process and return how many ended how."""
    pytester.makeini(SETTINGS + settings)
    pytester.makepyfile(source)
    return pytester.runpytest_inprocess(*BARE, *options).parseoutcomes()
