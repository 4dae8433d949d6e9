"""`smslab load`, as a stranger uses and misuses it, in virtual time: that is fast."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

import smslab

if TYPE_CHECKING:
    from collections.abc import Callable

SCENARIO = """
name = "codes beside a newsletter"
teaches = "That a queue is shared."
look_at = "The codes' p95."
checks = ["share(429) < 1%"]
[[streams]]
name = "codes"
strategy = "messaging-service"
kind = "traffic"
count = 5
arrivals = "steady rate=1 duration=20s"
[[streams]]
name = "news"
strategy = "notify"
recipients = "people.csv"
"""

PEOPLE = "to,name\n+14155550123,Ann\n12,Bob\n"

VIRTUAL = ("load", "scenarios/load.toml", "--clock", "virtual", "--out", "run")


class Ended(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str


@pytest.fixture
def smslab_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ended]:
    """Return a function that runs the command in a folder with a scenario."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    beside = tmp_path / "scenarios"
    beside.mkdir()
    (beside / "load.toml").write_text(SCENARIO, encoding="utf-8")
    (beside / "people.csv").write_text(PEOPLE, encoding="utf-8")

    def run(*words: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["smslab", *words])
        with pytest.raises(SystemExit) as ended:
            smslab.main()
        said = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Ended(ended.value.code, said.out, said.err)

    return run


def manifest() -> dict[str, Any]:
    """Return the manifest of the run."""
    plain: dict[str, Any] = json.loads(Path("run/manifest.json").read_text("utf-8"))
    return plain


def test_a_load_that_holds(smslab_in: Callable[..., Ended]) -> None:
    """Exit status 0, the report's path, and a run folder of all of it."""
    ended = smslab_in(*VIRTUAL, "--check", "share(unsent) == 0%")
    said = manifest()
    assert (ended.status, "Report: run/report.html" in ended.out) == (0, True)
    assert [check["met"] for check in said["checks"]] == [True, True]
    assert said["scenario"]["teaches"] == "That a queue is shared."
    assert said["options"]["check"] == ["share(unsent) == 0%"]
    assert '3,"12",' in Path("run/rejects.csv").read_text("utf-8")
    assert Path("run/report.html").exists()


def test_a_missed_check_is_no(smslab_in: Callable[..., Ended]) -> None:
    """Exit status 1; what was wanted and got is in the table."""
    ended = smslab_in(*VIRTUAL, "--check", "p95(submitted-terminal) < 1ms")
    assert ended.status == 1
    assert "p95(submitted→terminal) < 1ms" in ended.out
    assert "MISSED" in ended.out
    assert manifest()["complete"]


def test_options_say_over_the_file(smslab_in: Callable[..., Ended]) -> None:
    """The seed is another, and so may the rest be."""
    ended = smslab_in(*VIRTUAL, "--seed", "9", "--users", "3", "--driver", "users")
    assert (ended.status, manifest()["seed"]) == (0, 9)


BAD: list[tuple[tuple[str, ...], str]] = [
    (("load",), "Missing argument 'scenario'"),
    (("load", "no.toml"), "'no.toml': No such file or directory"),
    ((*VIRTUAL, "--check", "p95(sent) < 1s"), "check 'p95(sent) < 1s'"),
    ((*VIRTUAL, "--check", "fast"), "it is no check"),
    ((*VIRTUAL, "--speed", "20000"), "load.toml: speed is from 0.1 to"),
    ((*VIRTUAL, "--users", "0"), "--users"),
    ((*VIRTUAL, "--processes", "65"), "generator.processes is from 1 to 64"),
    ((*VIRTUAL, "--driver", "bus"), "--driver"),
    ((*VIRTUAL, "--prices", "no.toml"), "no.toml"),
]


@pytest.mark.parametrize(("words", "said"), BAD)
def test_what_is_bad_is_known_before_anything_is_run(
    smslab_in: Callable[..., Ended], words: tuple[str, ...], said: str
) -> None:
    """One line on stderr, exit status 2, and no folder."""
    ended = smslab_in(*words)
    assert (ended.status, ended.out) == (2, "")
    assert said in ended.err
    assert ended.err.count("\n") == 1
    assert not Path("run").exists()


SLIPS = [
    (("checks =", "check ="), "'check'"),
    (("kind =", "knd ="), "did you mean 'kind'"),
    (("people.csv", "folk.csv"), "folk.csv"),
    (("messaging-service", "mesaging-service"), "messaging-service"),
]


@pytest.mark.parametrize(("slip", "said"), SLIPS)
def test_a_slip_in_the_file_is_named(
    smslab_in: Callable[..., Ended], slip: tuple[str, str], said: str
) -> None:
    """The key and what would do, or the file that is not there."""
    path = Path("scenarios/load.toml")
    path.write_text(SCENARIO.replace(*slip), encoding="utf-8")
    ended = smslab_in(*VIRTUAL)
    assert (ended.status, ended.out) == (2, "")
    assert said in ended.err
    assert not Path("run").exists()
