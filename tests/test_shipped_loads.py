"""The shipped loads do what they say, and docs/loadtests.md leaves nothing out."""

from __future__ import annotations

import ast
import inspect
import json
import os
import re
import subprocess
import sys
from dataclasses import MISSING, fields
from functools import cache
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import pytest

import smslab
from loadtests import loads
from loadtests.figures import COUNTED, EVENTS, METRICS
from loadtests.manifests import VIRTUAL
from loadtests.profiles import KINDS, SHAPES
from loadtests.questions import Source
from loadtests.runner import Asked, run_load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "examples" / "loads"
PAGE = (ROOT / "docs" / "loadtests.md").read_text("utf-8")
NAMES = sorted(path.stem for path in SHIPPED.glob("*.toml"))

LONGEST = 60.0
"""Real seconds that a command may take: a failure above."""

TEACHES_BY_MISSING = {"codes-behind-newsletter": ["count(30001) == 0"]}
"""Checks that a load is to miss in virtual time; all others are met."""

Manifest = dict[str, Any]


class Ended(NamedTuple):
    """How a command ended: its status, and all that it said."""

    status: int
    said: str


# The loads


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the runs of this module go."""
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def manifest_of(folder: Path) -> Callable[[str], Manifest]:
    """Return what gives a shipped load's manifest, having run it in virtual time."""

    @cache
    def run(name: str) -> Manifest:
        out = folder / name
        asked = Asked(scenario=SHIPPED / f"{name}.toml", clock=VIRTUAL, folder=out)
        run_load(asked)
        plain: Manifest = json.loads((out / "manifest.json").read_text("utf-8"))
        return plain

    return run


def typed(*words: str, cwd: Path = ROOT) -> Ended:
    """Run `smslab` with these words and return how it ended."""
    ended = subprocess.run(
        [sys.executable, str(ROOT / "smslab.py"), *words],
        cwd=cwd,
        env={**os.environ, "COLUMNS": "80"},
        capture_output=True,
        check=False,
        text=True,
        timeout=LONGEST,
    )
    return Ended(ended.returncode, ended.stdout + ended.stderr)


def read(path: Path) -> loads.Load:
    """Return the load of a file."""
    source = Source(path.name, path.read_bytes())
    return loads.read_load(source, lambda name: (path.parent / name).read_bytes())


@pytest.mark.parametrize("name", NAMES)
def test_a_load_says_what_it_teaches(name: str) -> None:
    """Each parses, has a paragraph on its lesson and one on the report, and checks."""
    load = read(SHIPPED / f"{name}.toml")
    assert len(load.teaches) > 200
    assert len(load.look_at) > 100
    assert load.checks


@pytest.mark.parametrize("name", NAMES)
def test_a_load_ends_within_two_minutes(
    name: str, manifest_of: Callable[[str], Manifest]
) -> None:
    """At its own speed the last text has ended well before, which leaves the rest."""
    manifest = manifest_of(name)
    last_at = max(stream["finished_at"] for stream in manifest["strategies"])
    assert last_at / read(SHIPPED / f"{name}.toml").speed < 105


@pytest.mark.parametrize("name", NAMES)
def test_its_checks_come_out_as_it_says(
    name: str, manifest_of: Callable[[str], Manifest]
) -> None:
    """All are met, but for those whose being missed is the lesson."""
    manifest = manifest_of(name)
    missed = [check["check"] for check in manifest["checks"] if not check["met"]]
    assert missed == TEACHES_BY_MISSING.get(name, [])
    assert manifest["complete"]


def test_a_load_says_which_check_it_is_to_miss() -> None:
    """What is missed on purpose, under whichever clock, stands in its lesson."""
    assert "count(30001) == 0" in read(SHIPPED / "codes-behind-newsletter.toml").teaches
    storm = read(SHIPPED / "callback-storm.toml")
    assert "p95(submitted→terminal) is missed" in " ".join(storm.teaches.split())
    assert storm.receiver_delay > 0


def test_a_second_number_is_what_cures_the_codes() -> None:
    """The two files differ in the codes' number, and in nothing that decides."""
    behind, beside = (
        read(SHIPPED / f"codes-{place}-newsletter.toml")
        for place in ("behind", "beside")
    )
    assert behind.stream("newsletter").scenario == beside.stream("newsletter").scenario
    sick, cured = (load.stream("codes") for load in (behind, beside))
    assert sick.scenario.texts == cured.scenario.texts
    assert sick.scenario.numbers != cured.scenario.numbers
    assert (behind.speed, behind.drain) == (beside.speed, beside.drain)


def test_the_report_tells_the_codes_apart(
    folder: Path, manifest_of: Callable[[str], Manifest]
) -> None:
    """`smslab report` of both says what changed, as docs/loadtests.md has it."""
    names = ("codes-behind-newsletter", "codes-beside-newsletter")
    assert all(manifest_of(name) for name in names)
    runs = [str(folder / name) for name in names]
    ended = typed("report", *runs, "--out", str(folder / "both.html"))
    [shown] = [block for block in blocks("text") if "What changed" in block]
    told = " ".join(ended.said.split())
    assert ended.status == 0
    assert [line for line in shown.splitlines() if line.strip() not in told] == []


def test_an_adaptive_sender_is_refused_less(
    manifest_of: Callable[[str], Manifest],
) -> None:
    """A third of the share of refusals at most, on the same arrivals."""
    burst, adaptive = (
        float(check["got"].removesuffix(" %"))
        for name in ("first-429", "first-429-adaptive")
        for check in manifest_of(name)["checks"]
        if check["check"].startswith("share(429)")
    )
    assert adaptive < burst / 3


def test_the_staircase_names_its_knee(manifest_of: Callable[[str], Manifest]) -> None:
    """It is the one in docs/loadtests.md."""
    knee = manifest_of("staircase-to-the-knee")["knee"]
    said = f"{knee['rate']:g} calls a second hold, {knee['broken_at']:g} break"
    assert said in PAGE


@pytest.mark.parametrize("name", NAMES)
def test_a_load_has_its_row_and_paragraph(name: str) -> None:
    """docs/loadtests.md names each in the table, and says what it teaches."""
    assert f"| `{name}.toml` |" in PAGE
    assert f"\n**`{name}.toml`** " in PAGE


# The document's tables

WORDS = {
    "str": "text",
    "float": "number",
    "int": "whole number",
    "bool": "true or false",
    "Duration": "duration",
    "tuple[str, ...]": "list of texts",
    "dict[str, Any] | str": "line or table",
    "Kind": "`broadcast` or `traffic`",
    "Driver": "`open` or `users`",
    "tuple[StreamTable, ...]": "list of tables",
    "tuple[dict[str, Any], ...]": "list of tables",
}
"""How docs/loadtests.md calls the types of the settings."""

TAKES = {
    "Rate": "rate",
    "RateOrZero": "rate or 0",
    "Seconds": "duration",
    "SecondsOrZero": "duration or 0",
    "SecondsOrEndless": "duration or `inf`",
    "Count": "whole number",
    "File": "file",
}
"""And what the parameters of a shape take."""


def blocks(language: str) -> list[str]:
    """Return the page's blocks in a language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def marked(name: str) -> str:
    """Return the block under a mark."""
    [block] = re.findall(rf"<!-- {name} -->\n```\w+\n(.*?)```", PAGE, re.DOTALL)
    return str(block)


def table(name: str) -> list[list[str]]:
    """Return the rows of the table under a mark."""
    [lines] = re.findall(rf"<!-- {name} -->\n((?:\|.*\n)+)", PAGE)
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines.splitlines()[2:]
    ]


def word(hint: str) -> str:
    """Return how the page calls a type."""
    plain = hint.removesuffix(" | None")
    return WORDS.get(plain, "table" if plain.endswith("Table") else plain)


def spelt(default: object) -> str:
    """Return how the page writes a default, as TOML does."""
    if default is MISSING:
        return "needed"
    if default is None:
        return "none"
    number = type(default) is float
    given = int(default) if number else default  # type: ignore[call-overload]
    plain = list(given) if isinstance(given, tuple) else given
    return f"`{json.dumps(plain)}`"


@pytest.mark.parametrize(
    "kind",
    [
        *(loads.Document, loads.SimulatorTable, loads.GeneratorTable),
        *(loads.ReceiverTable, loads.StreamTable),
    ],
)
def test_every_key_has_its_row(kind: type[Any]) -> None:
    """Name, type and default are those of the code, in its order."""
    wanted = [
        [
            f"`{setting.name}`",
            word(str(setting.type)),
            "" if _is_table(setting.type) else spelt(setting.default),
        ]
        for setting in fields(kind)
    ]
    rows = table(f"keys: {kind.__name__}")
    assert [[row[0], row[1], row[3]] for row in rows] == wanted
    assert all(row[4] for row in rows)


def _is_table(hint: object) -> bool:
    return "Table" in str(hint)


def test_every_shape_has_its_rows() -> None:
    """Each shape, each parameter of it, what it takes and what is left out."""
    wanted = [
        [f"`{parameter.name}`", TAKES[parameter.annotation], parameter.default]
        for draw in SHAPES.values()
        for parameter in inspect.signature(draw).parameters.values()
        if parameter.annotation in KINDS
    ]
    rows = table("shapes")
    left_out = {"needed": inspect.Parameter.empty, "`inf`": float("inf"), "`1m`": 60.0}
    assert [[row[1], row[2], left_out[row[3]]] for row in rows] == wanted
    assert [row[0].strip("`") for row in rows if row[0]] == [*SHAPES]


def test_every_metric_has_its_row() -> None:
    """Name, ASCII spelling, whose seconds, and what it is."""
    wanted = [[f"`{m.name}`", f"`{m.ascii}`", m.unit, m.each] for m in METRICS.values()]
    assert [row[:4] for row in table("metrics")] == wanted


def test_every_count_has_its_row() -> None:
    """All that is counted by a word; the rest are Twilio's codes."""
    wanted = [[f"`{name}`", counted.of] for name, counted in EVENTS.items()]
    assert [row[:2] for row in table("counted")] == wanted
    assert all(re.fullmatch(r"\d{5}", name) for name in COUNTED.keys() - EVENTS)


def test_every_option_of_ours_has_its_row() -> None:
    """All that is added to Locust's command line, in its order."""
    path = ROOT / "loadtests" / "swarm" / "options.py"
    added = [
        str(node.args[0].value)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") == "add_argument"
        and isinstance(node.args[0], ast.Constant)
    ]
    rows = [row[0].strip("`") for row in table("options")]
    assert sorted(rows) == sorted(added)


# What it shows can be done


def test_the_scenario_of_ones_own_runs(tmp_path: Path) -> None:
    """The page's own scenario meets its checks, as it stands."""
    (tmp_path / "mine.toml").write_text(marked("scenario"), encoding="utf-8")
    words = ("load", "mine.toml", "--clock", "virtual", "--out", "run")
    ended = typed(*words, cwd=tmp_path)
    assert ended.status == 0, ended.said


@pytest.fixture
def with_smslab(tmp_path: Path) -> dict[str, str]:
    """Return an environment in which `smslab` can be typed."""
    command = tmp_path / "bin" / "smslab"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{ROOT}/smslab.py" "$@"\n')
    command.chmod(0o755)
    return {**os.environ, "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}"}


@pytest.mark.parametrize(
    ("shipped", "status"),
    [("codes-beside-newsletter", 0), ("codes-behind-newsletter", 1)],
)
def test_the_job_fails_on_a_missed_check(
    tmp_path: Path, with_smslab: dict[str, str], shipped: str, status: int
) -> None:
    """The page's job ends with 0 where all checks are met, else with 1."""
    text = (SHIPPED / f"{shipped}.toml").read_text("utf-8")
    (tmp_path / "loads").mkdir()
    (tmp_path / "loads" / "codes.toml").write_text(text, encoding="utf-8")
    ended = subprocess.run(
        ["sh", "-c", marked("job")],
        cwd=tmp_path,
        env=with_smslab,
        capture_output=True,
        check=False,
        text=True,
        timeout=LONGEST,
    )
    assert ended.returncode == status, ended.stderr
    assert (tmp_path / "runs" / "codes" / "report.html").exists()


@pytest.fixture
def host() -> Iterator[str]:
    """Return the address of a simulator that runs as long as the test."""
    words = [sys.executable, str(ROOT / "smslab.py"), "serve"]
    with subprocess.Popen(
        [*words, "--port", "0", "--speed", "100"], stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            yield _address(server.stdout)
        finally:
            server.terminate()


def _address(said: IO[str]) -> str:
    """Return the address that a server says it is at, first of all."""
    found = re.search(r"http://127\.0\.0\.1:\d+", said.readline())
    assert found is not None
    return found[0]


def test_a_locustfile_of_ones_own_runs(tmp_path: Path, host: str) -> None:
    """Ten lines on top of our users: their own calls are made, and texts sent."""
    own = marked("locustfile")
    assert len(list(filter(None, own.splitlines()))) <= 10
    (tmp_path / "shop.py").write_text(own, encoding="utf-8")
    words = (
        *("-f", "shop.py", "--headless", "-u", "3", "-r", "3", "-t", "3"),
        *("--host", host, "--arrivals", "steady rate=0.1", "--only-summary"),
        *("--check", "count(texts) > 5", "--csv", "run"),
    )
    ended = subprocess.run(
        [sys.executable, "-m", "locust", *words],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        text=True,
        timeout=LONGEST,
    )
    rows = (tmp_path / "run_stats.csv").read_text("utf-8")
    assert ended.returncode == 0, ended.stderr
    assert "GET,/2010-04-01/Accounts/{sid}/Messages.json" in rows
    assert "SMS,messaging-service submitted→terminal" in rows


def test_the_page_has_every_exit_status() -> None:
    """Those of the command line, in one paragraph."""
    [said] = [p for p in PAGE.split("\n\n") if p.startswith("**Exit status**")]
    statuses = (smslab.GOOD, smslab.NO, smslab.BAD, smslab.STOPPED)
    assert set(map(int, re.findall(r"\b\d+\b", said))) == set(statuses)


def test_every_world_is_used() -> None:
    """No world beside the loads is one that none of them has."""
    texts = chain(path.read_text("utf-8") for path in SHIPPED.glob("*.toml"))
    named = set(re.findall(r'config = "([^"]+)"', "\n".join(texts)))
    worlds = {f"worlds/{path.name}" for path in (SHIPPED / "worlds").glob("*.toml")}
    assert named == worlds
