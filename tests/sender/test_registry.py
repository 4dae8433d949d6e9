"""The registry: every name is found, and a wrong one is told what is near."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sender.pacing.adaptive import Adaptive
from sender.registry import (
    BUILT_IN,
    PACING,
    STRATEGIES,
    UnknownNameError,
    find_pacing,
    find_strategy,
    pacing_names,
    strategy_names,
)
from sender.strategies.notify import Notify

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]


def install(folder: Path, group: str, *lines: str) -> None:
    """Make a folder look as if a package with these entry points were installed."""
    info = folder / "other-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("\n".join([f"[{group}]", *lines]))


def test_names_are_found() -> None:
    """A name gives the class that stands for it."""
    assert find_strategy("notify") is Notify
    assert find_pacing("adaptive") is Adaptive


@pytest.mark.parametrize("group", [STRATEGIES, PACING])
def test_the_package_lists_the_same(group: str) -> None:
    """What pyproject.toml tells the world is what a checkout finds."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert settings["project"]["entry-points"][group] == BUILT_IN[group]


@pytest.mark.parametrize("name", strategy_names())
def test_every_strategy_loads(name: str) -> None:
    """No name of ours promises what is not there."""
    assert callable(find_strategy(name))


@pytest.mark.parametrize("name", pacing_names())
def test_every_pacing_loads(name: str) -> None:
    """No name of ours promises what is not there."""
    assert callable(find_pacing(name))


@pytest.mark.parametrize(
    ("find", "name", "expected"),
    [
        (find_strategy, "single_number", "did you mean single-number"),
        (find_strategy, "shortcode", "did you mean short-code"),
        (find_pacing, "adaptative", "did you mean adaptive"),
        (find_pacing, "", "known are: burst, paced, windowed, adaptive"),
    ],
)
def test_a_wrong_name_is_told_what_is_near(
    find: Callable[[str], object], name: str, expected: str
) -> None:
    """The error is one line with the nearest names, or all of them."""
    with pytest.raises(UnknownNameError, match=f"'{name}' is unknown; {expected}") as e:
        find(name)
    assert "\n" not in str(e.value)


def test_other_packages_add_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They come after ours, by the alphabet."""
    install(tmp_path, PACING, "zeta = math:inf", "alpha = collections:Counter")
    monkeypatch.syspath_prepend(tmp_path)
    assert pacing_names() == [*BUILT_IN[PACING], "alpha", "zeta"]
    assert find_pacing("alpha").__name__ == "Counter"


def test_nobody_takes_the_name_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package that says it is `notify` is passed over."""
    install(tmp_path, STRATEGIES, "notify = collections:Counter")
    monkeypatch.syspath_prepend(tmp_path)
    assert find_strategy("notify") is Notify


@pytest.mark.parametrize("value", ["no_such_module:x", "math:no_such_name"])
def test_a_broken_promise_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    """Where a package's entry point does not load the error says which."""
    install(tmp_path, PACING, f"broken = {value}")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(UnknownNameError, match=f"'broken': {value} does not load"):
        find_pacing("broken")
