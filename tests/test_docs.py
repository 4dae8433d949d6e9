"""The documents are whole: commands run, names exist, links lead somewhere."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.main import get_command

import smslab
from loadtests.questions import STRATEGIES as COMPARED
from reports.gallery import PICTURES
from sender.registry import BUILT_IN, PACING, STRATEGIES
from simulator.api.routes import ROUTES
from simulator.engine.faults import KINDS, Clock
from simulator.profiles import load_profile, profile_names
from simulator.server.running import DEFAULT_PORT, Settings
from simulator.server.serve import client_lines
from sms.statuses import INITIAL, TRANSITIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
README = (ROOT / "README.md").read_text("utf-8")
ARCHITECTURE = (DOCS / "architecture.md").read_text("utf-8")
FIDELITY = (DOCS / "fidelity.md").read_text("utf-8")
PAGES = {
    page.relative_to(ROOT).as_posix(): page.read_text("utf-8")
    for page in sorted(
        chain(ROOT.glob("*.md"), DOCS.rglob("*.md"), ROOT.glob("examples/*.md"))
    )
}
OF_THE_HOUSE = sorted(
    name
    for name in PAGES
    if name == "docs/architecture.md" or name.startswith(("docs/dec", "docs/glo"))
)
"""Pages whose every name in code letters is one of the code."""

FOLDERS = (
    *("sms", "simulator", "sender", "loadtests", "reports"),
    *("tests", "docs", "examples", "benchmarks", ".ci"),
)
LARGEST_PICTURE = 150_000

COMMANDS = get_command(smslab.app).commands  # type: ignore[attr-defined]
BLOCKS = re.findall(r"<!-- run -->\n```sh\n(.*?)```", README, re.DOTALL)


# Commands


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    """Return a folder as a reader's checkout is, with `smslab` within reach."""
    for name in ("examples", "reports"):
        (tmp_path / name).symlink_to(ROOT / name)
    command = tmp_path / "bin" / "smslab"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{ROOT}/smslab.py" "$@"\n')
    command.chmod(0o755)
    return tmp_path


def run(block: str, stage: Path) -> str:
    """Run a block of shell in a folder and return what it prints."""
    path = f"{stage / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-e", "-c", block],
        cwd=stage,
        env={**os.environ, "PATH": path, "COLUMNS": "80"},
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("block", BLOCKS[1:])
def test_the_readmes_commands_run(block: str, stage: Path) -> None:
    """What README shows can be typed as it stands, and leaves a report."""
    assert "Report: runs/" in run(block, stage)


def test_the_demo_ends_as_the_readme_says(stage: Path) -> None:
    """The table in README is the one that the demo prints today."""
    [shown] = re.findall(r"```text\n(.*?)```", README, re.DOTALL)
    printed = [line.rstrip() for line in run(BLOCKS[0], stage).splitlines()]
    lines = shown.splitlines()
    assert printed[: len(lines)] == lines


def test_make_demo_is_that_command() -> None:
    """The Makefile's demo and README's first command differ in their folder alone."""
    rule = (ROOT / "Makefile").read_text("utf-8").replace("\\\n", " ")
    [demo] = re.findall(r"/(smslab compare .*)", rule)
    shown = BLOCKS[0].replace("\\\n", " ").splitlines()[0]
    assert demo.split()[:-1] == shown.split()[:-1]


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_is_there(page: str) -> None:
    """What a page has one `make` is a target of the Makefile."""
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.M)
    assert set(re.findall(r"(?:^|`)make (\w+)", PAGES[page], re.M)) <= set(targets)


def spoken(page: str) -> Iterator[str]:
    """Return the `smslab` commands that a page shows, each on one line."""
    text = page.replace("\\\n", " ")
    yield from re.findall(r"^smslab [a-z].*", text, re.M)
    yield from re.findall(r"`(smslab [a-z][^`]*)`", text)


@pytest.mark.parametrize("page", PAGES)
def test_every_command_shown_can_be_typed(page: str) -> None:
    """Commands and their options are those of the command line."""
    for line in spoken(PAGES[page]):
        name = line.split()[1]
        assert name in COMMANDS, line
        known = {opt for param in COMMANDS[name].params for opt in param.opts}
        assert set(re.findall(r"--[a-z-]+", line)) <= known | {"--help"}, line


def test_every_option_the_readme_names_is_there() -> None:
    """No option in README is one that was."""
    known = {o for c in COMMANDS.values() for p in c.params for o in p.opts}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", README)) <= known | {"--help"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_has_its_line(name: str) -> None:
    """README names each command, and each parameter says in --help what it does."""
    assert f"smslab {name}" in README
    assert all(parameter.help for parameter in COMMANDS[name].params)


def test_the_client_lines_are_those_of_serve() -> None:
    """README's five lines are what `smslab serve` prints."""
    [shown] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    url = f"http://127.0.0.1:{DEFAULT_PORT}"
    assert shown.strip() == client_lines(Settings(), url)


@pytest.mark.parametrize("page", PAGES)
def test_no_number_loses_its_plus(page: str) -> None:
    """In a form a bare `+` is a space: curl has to write it in code."""
    assert not re.search(r"-d\s+['\"]?\w+=\+", PAGES[page])


# Names


def cells(page: str, header: str) -> list[list[str]]:
    """Return the rows of all tables of a page whose header begins so."""
    rows, wanted = [], False
    for line in page.splitlines():
        if not line.startswith("|"):
            wanted = False
        elif wanted and not line.startswith("|---"):
            rows.append([cell.strip() for cell in line.strip("|").split(" | ")])
        wanted = wanted or line.startswith(f"| {header} |")
    return rows


def in_code_letters(text: str) -> set[str]:
    """Return what stands between backticks."""
    return set(re.findall(r"`([^`\n]+)`", text))


def default(option: str) -> Any:
    """Return an option's default in `smslab compare`."""
    [value] = [p.default for p in COMMANDS["compare"].params if option in p.opts]
    return value


def test_every_strategy_has_its_row() -> None:
    """README's table is the registry; what is compared is that without `bulk`."""
    table = [row[0].strip("`") for row in cells(README, "`--strategies`")]
    assert table == list(BUILT_IN[STRATEGIES]) == [*COMPARED, "bulk"]
    assert default("--strategies") == ",".join(COMPARED)


def test_every_pacing_is_named() -> None:
    """README's paragraph and the help name each pacing, the default as such."""
    paragraphs = (" ".join(p.split()) for p in README.split("\n\n"))
    [paragraph] = [p for p in paragraphs if "`--pacing`" in p]
    assert set(BUILT_IN[PACING]) <= in_code_letters(paragraph)
    assert f"`{default('--pacing')}` (the default)" in paragraph
    [text] = [p.help for p in COMMANDS["compare"].params if "--pacing" in p.opts]
    assert all(name in text for name in BUILT_IN[PACING])


@pytest.mark.parametrize("page", PAGES)
def test_every_profile_named_is_there(page: str) -> None:
    """No page speaks of a profile that there is not."""
    assert set(re.findall(r"twilio-20\d\d", PAGES[page])) <= set(profile_names())


def test_every_profile_is_named() -> None:
    """README and the help name each profile, the default as such."""
    assert all(name in README for name in profile_names())
    assert f"`--profile {load_profile().name}` (the default)" in README
    helped = [
        p.help for c in COMMANDS.values() for p in c.params if p.name == "profile"
    ]
    assert all(name in text for name in profile_names() for text in helped)


def test_every_route_has_its_row() -> None:
    """The table of routes is the API's own, in its order."""
    methods: dict[str, list[str]] = {}
    for method, path, _ in ROUTES:
        methods.setdefault(path, []).append(method)
    table = {path.strip("`"): given for path, given in cells(FIDELITY, "path")}
    assert table == {path: ", ".join(given) for path, given in methods.items()}


def test_every_picture_is_named() -> None:
    """The list of pictures is the gallery's."""
    [line] = re.findall(r"The pictures of a report are (.*)", ARCHITECTURE)
    assert in_code_letters(line) == {picture.name for picture in PICTURES}


def test_the_diagram_is_the_table() -> None:
    """The statuses' diagram is drawn from TRANSITIONS."""
    [shown] = re.findall(r"<!-- transitions -->\n```\w+\n(.*?)```", ARCHITECTURE, re.S)
    arrows = [
        *(f"[*] --> {status}" for status in TRANSITIONS if status in INITIAL),
        *(
            f"{status} --> {after}"
            for status in TRANSITIONS
            for after in sorted(TRANSITIONS[status])
        ),
        *(f"{status} --> [*]" for status, after in TRANSITIONS.items() if not after),
    ]
    drawn = "\n    ".join(["stateDiagram-v2", *arrows])
    assert shown == f"{drawn}\n", f"draw it anew:\n{drawn}"


@cache
def sources() -> dict[Path, str]:
    """Return the text of every Python file, by its path."""
    files = chain(ROOT.glob("*.py"), *(ROOT.glob(f"{f}/**/*.py") for f in FOLDERS))
    return {file: file.read_text("utf-8") for file in files}


@cache
def members() -> frozenset[str]:
    """Return `Class.name` of all that classes define."""
    return frozenset(
        f"{node.name}.{name}"
        for source in sources().values()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef)
        for item in node.body
        for name in [getattr(item, "name", "")]
    )


@cache
def words() -> frozenset[str]:
    """Return every word that stands in the code or its settings."""
    settings = (ROOT / "pyproject.toml").read_text("utf-8")
    return frozenset(re.findall(r"\w+", "\n".join([settings, *sources().values()])))


@pytest.mark.parametrize("page", PAGES)
def test_every_path_named_is_there(page: str) -> None:
    """A path in code letters leads to a file or a folder."""
    rooted = re.compile(rf"(?:{'|'.join(map(re.escape, FOLDERS))})/[\w/.-]*")
    paths = filter(rooted.fullmatch, in_code_letters(PAGES[page]))
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", OF_THE_HOUSE)
def test_every_name_is_one_of_the_code(page: str) -> None:
    """A name in code letters occurs in the code, a member in its class."""
    named = in_code_letters(re.sub(r"```.*?```", "", PAGES[page], flags=re.S))
    calls = {re.sub(r"\(.*\)$", "", name) for name in named}
    dotted = {n for n in calls if re.fullmatch(r"[A-Z]\w+\.(?!md)[a-z_]\w*", n)}
    assert dotted - members() == set()
    plain = {n for n in calls if re.fullmatch(r"[A-Za-z_]\w+", n)}
    assert plain - words() == set()


def test_the_life_of_a_message_names_the_code() -> None:
    """The picture's functions are those of the code."""
    [picture] = re.findall(r"In virtual time.*?```\n(.*?)```", ARCHITECTURE, re.S)
    named = set(re.findall(r"\b[A-Z]\w+\.[a-z_]\w+", picture))
    assert len(named) > 8
    assert named - members() == set()


# Links


def anchors(page: str) -> set[str]:
    """Return a page's headings as links to them are spelled."""
    headings = re.findall(r"^#+ (.*)$", page, re.M)
    return {
        re.sub(r"[^\w -]", "", h).strip().lower().replace(" ", "-") for h in headings
    }


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    """Each relative link has its file, and its heading there."""
    here = (ROOT / page).parent
    for target in re.findall(r"\]\(([^)\s]+)\)", PAGES[page]):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (here / path).resolve() if path else ROOT / page
        assert file.is_relative_to(ROOT), target
        assert file.exists(), target
        assert not anchor or anchor in anchors(file.read_text("utf-8")), target


def test_pictures_are_small_and_shown() -> None:
    """No picture lies about unused, and none makes a checkout heavy."""
    pictures = list((DOCS / "pictures").iterdir())
    assert all(f"docs/pictures/{p.name})" in README for p in pictures)
    assert all(p.stat().st_size < LARGEST_PICTURE for p in pictures)


def test_the_readme_is_read_at_one_sitting() -> None:
    """It has 150 lines at most."""
    assert len(README.splitlines()) <= 150


def test_the_changelog_knows_the_version() -> None:
    """The package's version has its place in CHANGELOG.md."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert settings["project"]["version"] in PAGES["CHANGELOG.md"]


# Fidelity

ROWS = cells(FIDELITY, "behaviour")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_a_row_names_code_and_test(row: list[str]) -> None:
    """What is said to be imitated says so, on whose word, where and what holds it."""
    _, imitated, source, code, test = row
    assert imitated.startswith(("yes", "in part", "own"))
    assert source
    assert all((ROOT / path).is_file() for path in in_code_letters(code))
    assert in_code_letters(code)
    file, _, name = test.strip("`").partition("::")
    assert re.search(rf"^(?:async )?def {name}\(", (ROOT / file).read_text(), re.M)


def cited(source: str) -> Iterator[set[str]]:
    """Return the URLs of each `Source:` in a text, none where it names a book."""
    for text in re.findall(
        r"\bSources?:(?=\s)(.*?)(?:\n\s*\n|\"\"\")", source, re.DOTALL
    ):
        whole = re.sub(r"/\n\s*", "/", text)
        yield {url.rstrip(".:") for url in re.findall(r"https?://[^\s,;)]+", whole)}


CITING = sorted(
    path.relative_to(ROOT).as_posix()
    for room in ("sms", "simulator")
    for path in (ROOT / room).rglob("*.py")
    if any(True for _ in cited(path.read_text("utf-8")))
)


@pytest.mark.parametrize("path", CITING)
def test_every_source_in_the_code_has_its_row(path: str) -> None:
    """A file that cites has its rows, and in these stands each URL that it cites."""
    rows = [row[2] for row in ROWS if path in in_code_letters(row[3])]
    assert rows, f"docs/fidelity.md has no row on {path}"
    listed = set(re.findall(r"https?://[^\s,;)|]+", " ".join(rows)))
    assert set().union(*cited((ROOT / path).read_text("utf-8"))) <= listed


def test_every_unverified_setting_is_listed() -> None:
    """What a profile marks [unverified] stands among our defaults."""
    rows = cells(FIDELITY, "what nobody says")
    listed = {name for row in rows for cell in row[2:] for name in cell.split(", ")}
    for name in profile_names():
        marked = {k for k, s in load_profile(name).sources.items() if "[unverif" in s}
        assert {f"`{key}`" for key in marked} <= listed


# Hygiene

TELL_TALE = re.compile(
    r"/(?:home|root|Users|work|opt)/\w|/tmp/\w|pypi\.org|pythonhosted|"
    r"npmjs\.(?:org|com)|artifactory|nexus\.|index-url|@[\w-]+\.internal"
)
TEXTS = (
    ".cfg",
    ".csv",
    ".ini",
    ".j2",
    ".json",
    ".jsonl",
    ".md",
    ".py",
    ".toml",
    ".txt",
)


def test_no_text_tells_of_the_machine_it_was_written_on() -> None:
    """No path of somebody's machine and no registry stands in what is committed."""
    files = chain(
        (file for file in ROOT.iterdir() if file.is_file()),
        *(ROOT.glob(f"{folder}/**/*") for folder in FOLDERS),
    )
    told = [
        f"{file.relative_to(ROOT)}: {found[0]}"
        for file in files
        if file.suffix in TEXTS or file.name in ("Makefile", "LICENSE", "run")
        if file != Path(__file__)
        and (found := TELL_TALE.search(file.read_text("utf-8", "replace")))
    ]
    assert told == []


def test_every_fault_has_its_row() -> None:
    """The table of kinds in docs/faults.md is that of the code, row by row."""
    table = PAGES["docs/faults.md"].split("<!-- kinds -->")[1].split("<!-- end -->")[0]
    rows = [line.strip("| ").split(" | ") for line in table.strip().splitlines()[2:]]
    assert [row[0].strip("`") for row in rows] == list(KINDS)
    for row, kind in zip(rows, KINDS.values(), strict=True):
        values = ", ".join(f"`{name}` ({v:g})" for name, v in kind.values.items())
        clocks = "all" if set(kind.clocks) == set(Clock) else sorted(kind.clocks)
        filters = ", ".join(f"`{name}`" for name in kind.filters)
        said = clocks if isinstance(clocks, str) else ", ".join(clocks)
        assert row[1:] == [kind.stage, kind.meaning, filters, values, said]
