"""docs/adding.md: its code is whole, is that of examples/plugin, and runs."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from sender.broadcasts import BroadcastRun
from sender.pacing import PacingOptions
from sender.registry import find_pacing, find_strategy, pacing_names, strategy_names
from sender.strategies import StrategyError
from tests.sender.virtual import (
    LONG_CODES,
    SENDERS,
    TOLL_FREE,
    Reply,
    americans,
    carried,
    drive,
    make_broadcast,
)

ROOT = Path(__file__).parents[2]
PLUGIN = ROOT / "examples" / "plugin"
BLOCKS = re.findall(
    r"^```(\w+)\n(.*?)^```$",
    (ROOT / "docs" / "adding.md").read_text(),
    re.DOTALL | re.MULTILINE,
)
SETTINGS, MODULE, SHELL, TRIAL = (text for _, text in BLOCKS)


@pytest.fixture
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install the document's package: its module, and what pip would write beside."""
    project: dict[str, Any] = tomllib.loads(SETTINGS)["project"]
    (tmp_path / "smslab_toll_free.py").write_text(MODULE)
    info = tmp_path / "smslab_toll_free-1.0.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: 1.0.0\n"
    )
    lines = []
    for group, points in project["entry-points"].items():
        lines += [f"[{group}]", *(f"{name} = {at}" for name, at in points.items())]
    (info / "entry_points.txt").write_text("\n".join(lines))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "smslab_toll_free", raising=False)


def test_the_document_holds_the_whole_package() -> None:
    """Its blocks are the files of examples/plugin, to the letter."""
    assert [language for language, _ in BLOCKS] == ["toml", "python", "sh", "python"]
    assert (PLUGIN / "pyproject.toml").read_text() == SETTINGS
    assert (PLUGIN / "smslab_toll_free.py").read_text() == MODULE


def test_the_document_installs_what_is_there() -> None:
    """The folder and the strategies it names exist."""
    assert f"pip install ./{PLUGIN.relative_to(ROOT)}" in SHELL
    named = re.search(r"--strategies (\S+)", SHELL)
    assert named is not None
    assert {*named[1].split(",")} <= {*strategy_names(), "toll-free-first"}


@pytest.mark.usefixtures("_installed")
def test_the_package_is_found() -> None:
    """Its names come after ours and give its classes."""
    assert strategy_names()[-1] == "toll-free-first"
    assert pacing_names()[-1] == "ramp"
    assert find_strategy("toll-free-first").__module__ == "smslab_toll_free"


@pytest.mark.usefixtures("_installed")
def test_the_trial_of_the_document_holds() -> None:
    """The loop shown there runs, and its asserts are true."""
    exec(compile(TRIAL, "docs/adding.md", "exec"), {})


@pytest.mark.usefixtures("_installed")
def test_the_package_carries_a_broadcast() -> None:
    """All texts arrive, at the pace that climbs, and a full queue is left alone."""
    broadcast = make_broadcast(*americans(300), "+447700900123")
    strategy = find_strategy("toll-free-first")(broadcast, SENDERS)
    run = BroadcastRun(broadcast, strategy, find_pacing("ramp")(PacingOptions(rate=10)))
    log = drive(run, lambda attempt, _: FULL if attempt.number == 99 else Reply())
    assert sorted(carried([one.call for _, one in log.made])) == list(range(301))
    senders = [one.call.form["From"] for _, one in log.made]
    assert set(senders[:100]) == {TOLL_FREE}
    assert TOLL_FREE not in senders[102:]
    assert (log.delivered, run.exhausted) == (300, 1)
    assert 45 < log.made[-1][0] < 65


FULL = Reply(429, 21611, latency=0.0)


@pytest.mark.usefixtures("_installed")
@pytest.mark.parametrize("numbers", [LONG_CODES, [TOLL_FREE]])
def test_the_package_says_what_it_lacks(numbers: list[str]) -> None:
    """An account with one sort of number alone is told so."""
    senders = type(SENDERS)(numbers=numbers)
    with pytest.raises(StrategyError, match="needs a toll-free number and another"):
        find_strategy("toll-free-first")(make_broadcast(), senders)
