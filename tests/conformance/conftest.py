"""How many requests were made up and held against Twilio's files, told at the end.

SMSLAB_LEAST_CASES, which `make conformance` sets, is how many there must be: with fewer
the whole run fails, so that no file can shrink and nobody see it.
"""

from __future__ import annotations

import os

import pytest

from tests.conformance.cases import SEED, verdict
from tests.conformance.specification import FILES

LEAST = int(os.environ.get("SMSLAB_LEAST_CASES", "0"))

ABSENT = "no requests made up: Twilio's OpenAPI files are not at {files}"


def _verdict(config: pytest.Config) -> tuple[str, bool] | None:
    """Return the verdict on a session, None for a worker's: it sees a part alone."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(config, "workerinput"):
        return None
    if not FILES.is_dir():
        return ABSENT.format(files=FILES), True
    passed = reporter.stats.get("passed", ())
    return verdict([report.user_properties for report in passed], LEAST)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a session that had too few requests."""
    ended = _verdict(session.config)
    if ended is not None and not ended[1] and not session.config.option.collectonly:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print how many requests there were and their seed, where a count is asked for."""
    ended = _verdict(config)
    if LEAST and ended is not None:
        terminalreporter.write_line(ended[0], green=ended[1], red=not ended[1])
        terminalreporter.write_line(
            f"made up by SMSLAB_SEED={SEED}: set it to make them again"
        )
