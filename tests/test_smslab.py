"""The command line, as a stranger uses and misuses it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from threading import Timer
from typing import IO, TYPE_CHECKING, NamedTuple
from urllib.request import urlopen

import pytest

import smslab

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parent.parent
LONGEST = 60
"""Real seconds after which a command that does not end is a failure."""

PICTURES = {"answers", "cost", "delivered", "errors", "queues", "sojourn"}
TABLES = ("calls", "messages", "callbacks", "opt_outs")
REFERENCE = (
    *("compare", "--count", "40", "--country", "US,GB", "--seed", "7"),
    *("--deadline", "1h", "--redeliver", "1"),
)

PEOPLE = "to,name\n+14155550123,Ann\n12,Bob\n"
ONE = ("compare", "people.csv")


class Ended(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str


class Two(NamedTuple):
    """The folders of the same comparison, made by two processes at once.

    Their hashes differ, and the second one's terminal knows ASCII alone.
    """

    one: Path
    two: Path
    ended: Ended
    in_ascii: Ended


def begin(
    *words: str, folder: Path = ROOT, **environment: str
) -> subprocess.Popen[str]:
    """Start the command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, str(ROOT / "smslab.py"), *words],
        cwd=folder,
        env=os.environ | {"COLUMNS": "120"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def smslab_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ended]:
    """Return a function that runs the command in an empty folder, in this process."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")

    def run(*words: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["smslab", *words])
        with pytest.raises(SystemExit) as ended:
            smslab.main()
        said = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Ended(ended.value.code, said.out, said.err)

    return run


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory: pytest.TempPathFactory) -> Two:
    """Return what two processes that were asked the same have left and said."""
    place = tmp_path_factory.mktemp("runs")
    folders = place / "one", place / "two"
    processes = [
        begin(
            *(*REFERENCE, "--out", str(folder), "--events", f"{folder}.jsonl"),
            PYTHONHASHSEED=seed,
            PYTHONIOENCODING=encoding,
        )
        for folder, seed, encoding in zip(
            folders, "12", ("utf-8", "ascii"), strict=True
        )
    ]
    said = [process.communicate(timeout=LONGEST) for process in processes]
    ended = [
        Ended(process.returncode, *words)
        for process, words in zip(processes, said, strict=True)
    ]
    assert [one.status for one in ended] == [0, 0], ended
    return Two(*folders, *ended)


# compare, when it is asked well


def test_compare_leaves_a_whole_run(two_runs: Two) -> None:
    """Manifest, four tables, rejects, the page and its pictures."""
    found = {path.name for path in two_runs.one.iterdir()}
    assert found == {
        *("manifest.json", "rejects.csv", "report.html"),
        *(f"{name}.parquet" for name in TABLES),
        *(f"{name}.png" for name in PICTURES),
    }


def test_compare_says_what_it_found(two_runs: Two) -> None:
    """A table and where the report is on stdout, progress on stderr."""
    folder, ended = two_runs.one, two_runs.ended
    for name in ("single-number", "number-pool", "messaging-service", "notify"):
        assert name in ended.out
    assert f"Report: {folder / 'report.html'}" in ended.out
    assert "40/40 answered" in ended.err
    assert "Traceback" not in ended.err


def test_events_are_the_same_to_the_last_byte(
    two_runs: Two,
) -> None:
    """Two processes, whose hashes differ, write the same log; so they do the tables."""
    one, two = two_runs.one, two_runs.two
    log = Path(f"{one}.jsonl").read_bytes()
    assert log == Path(f"{two}.jsonl").read_bytes()
    assert log.count(b"\n") > 5 * 40 * 4
    for name in TABLES:
        table = f"{name}.parquet"
        assert (one / table).read_bytes() == (two / table).read_bytes(), name


def test_events_know_no_clock_and_no_place(two_runs: Two) -> None:
    """Each line names its strategy, and none holds a date, a path or an address."""
    log = Path(f"{two_runs.one}.jsonl").read_text("utf-8")
    lines = [json.loads(line) for line in log.splitlines()]
    assert all(line["strategy"] for line in lines)
    assert len({line["strategy"] for line in lines}) == 5
    assert not re.search(r"/|\b20\d\d-\d\d", log)
    assert max(line["at"] for line in lines) < 86_400 * 30


def test_tables_open_with_pandas(two_runs: Two) -> None:
    """Anybody can read them: 40 texts by five strategies, and a word is a word."""
    pandas = import_module("pandas")  # it has no types
    messages = pandas.read_parquet(two_runs.one / "messages.parquet")
    first = messages[messages.attempt == 0]
    assert len(first) == 200
    assert set(messages.strategy.unique()) == {
        *("single-number", "number-pool", "messaging-service", "notify", "short-code")
    }
    assert set(first.country) == {"US", "GB"}


def test_the_manifest_holds_what_was_typed(two_runs: Two) -> None:
    """Options as they were given, and the seed."""
    manifest = json.loads((two_runs.one / "manifest.json").read_text("utf-8"))
    options = manifest["options"]
    assert (options["count"], options["country"]) == (40, "US,GB")
    assert (options["deadline"], manifest["deadline"]) == ("1h", 3600.0)
    assert (manifest["seed"], manifest["complete"]) == (7, True)


def test_a_deadline_that_nobody_makes_is_no(smslab_in: Callable[..., Ended]) -> None:
    """Exit status 1, and the report is there all the same."""
    ended = smslab_in(
        *("compare", "--count", "30", "--strategies", "single-number"),
        *("--deadline", "1s", "--out", "run"),
    )
    assert ended.status == 1
    assert Path("run/report.html").exists()
    again = smslab_in("report", "run")
    assert (again.status, "single-number" in again.out) == (1, True)


def test_report_draws_again(two_runs: Two, smslab_in: Callable[..., Ended]) -> None:
    """From the folder alone the same words come, and a page that was gone is back."""
    folder, first = two_runs.one, two_runs.ended
    page = folder / "report.html"
    page.unlink()
    ended = smslab_in("report", str(folder))
    assert (ended.status, ended.err) == (0, "")
    assert ended.out == first.out
    assert page.exists()


def test_report_sets_runs_beside_each_other(
    two_runs: Two, smslab_in: Callable[..., Ended]
) -> None:
    """The same comparison twice: nothing changed, and there is a page on both."""
    ended = smslab_in("report", str(two_runs.one), str(two_runs.two), "--out", "c.html")
    assert (ended.status, ended.err) == (0, "")
    assert "A: one: 40 texts within 1h" in ended.out
    assert "No setting differs" in ended.out
    assert "moved by more than a tenth" in ended.out
    assert ended.out.endswith("Comparison: c.html\n")
    assert "B short-code" in Path("c.html").read_text("utf-8")
    assert not (two_runs.two / "comparison.html").exists()


def test_report_on_several_is_no_judge(smslab_in: Callable[..., Ended]) -> None:
    """A run that met no deadline is 1 alone and 0 beside another, where its page is."""
    for name, strategy in (("a", "single-number"), ("b", "notify")):
        smslab_in(
            *("compare", "--count", "9", "--strategies", strategy),
            *("--deadline", "1s", "--out", name),
        )
    ended = smslab_in("report", "a", "b")
    assert (ended.status, ended.err) == (0, "")
    assert "stream single-number: only in A" in ended.out
    assert Path("b/comparison.html").exists()


def test_a_file_and_its_template(smslab_in: Callable[..., Ended]) -> None:
    """A CSV over HTTP: bad rows are kept apart, without --out runs/ gets the folder."""
    Path("people.csv").write_text(PEOPLE, "utf-8")
    Path("body.txt").write_text("Hi {{ name }}\n", "utf-8")
    ended = smslab_in(
        *("compare", "people.csv", "--template", "body.txt"),
        *("--strategies", "notify", "--clock", "real", "--speed", "1000"),
    )
    (folder,) = Path("runs").iterdir()
    assert ended.status == 0
    assert '3,"12",' in (folder / "rejects.csv").read_text("utf-8")


def test_ctrl_c_leaves_a_partial_run(tmp_path: Path) -> None:
    """Stopped by hand while it writes events: status 130, and the run says so."""
    os.mkfifo(tmp_path / "events")
    process = begin(
        *("compare", "--count", "3000", "--strategies", "number-pool,notify"),
        *("--events", "events", "--out", "run"),
        folder=tmp_path,
    )
    with open(tmp_path / "events", "rb") as events:  # it can write no more than we read
        events.readline()
        process.send_signal(signal.SIGINT)
        while events.read(65_536):
            pass
    _, said = process.communicate(timeout=LONGEST)
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text("utf-8"))
    assert (process.returncode, manifest["complete"]) == (130, False), said
    assert manifest["missing"] == [
        "stopped by hand during number-pool; not begun: notify"
    ]
    assert (tmp_path / "run" / "report.html").exists()


# Any command, when it is asked badly


BAD: list[tuple[tuple[str, ...], str]] = [
    (("frobnicate",), "No such command 'frobnicate'"),
    (("--frob",), "No such option: --frob"),
    (("compare",), "no recipients: give a CSV file, or --count N"),
    (("compare", "missing.csv"), "'missing.csv': No such file or directory"),
    (("compare", "folder"), "'folder': Is a directory"),
    (("compare", "a\nb"), "No such file"),
    (("compare", "empty.csv"), "empty.csv: is empty"),
    (("compare", "bytes"), "bytes: line 1"),
    (("compare", "people.csv", "other.csv"), "other.csv"),
    ((*ONE, "--count", "3"), "people.csv and --count 3: give one of the two"),
    ((*ONE, "--frob"), "--frob"),
    ((*ONE, "--count"), "--count"),
    ((*ONE, "--country", ""), "--country names no country"),
    (("compare", "--count", "x"), "'--count'"),
    (("compare", "--count", "0"), "'--count'"),
    (("compare", "--count", "999999999999"), "--count 999999999999: at most"),
    (("compare", "--count", "1", "--country", "ZZ"), "'ZZ'"),
    ((*ONE, "--strategies", ""), "no strategy: name some of"),
    ((*ONE, "--strategies", "notfy"), "did you mean notify"),
    ((*ONE, "--pacing", "fast"), "pacing 'fast' is unknown"),
    ((*ONE, "--pacing", "paced", "--rate", "0"), "rate must be above 0"),
    ((*ONE, "--window", "0"), "window must be 1 or more"),
    ((*ONE, "--deadline", "0"), "'0' is no duration: write 2h"),
    ((*ONE, "--deadline", "soon"), "'soon' is no duration"),
    ((*ONE, "--validity-period", "-1"), "'-1' is no duration"),
    ((*ONE, "--speed", "-1"), "'--speed'"),
    ((*ONE, "--clock", "real", "--speed", "inf"), "'--speed'"),
    ((*ONE, "--clock", "sundial"), "'--clock'"),
    ((*ONE, "--clock", "real", "--events", "e"), "leave out --clock real"),
    ((*ONE, "--events", "folder"), "'folder': Is a directory"),
    ((*ONE, "--events", "nowhere/e"), "'nowhere/e': No such file"),
    ((*ONE, "--profile", "twilio-1999"), "take one of twilio-2021"),
    ((*ONE, "--template", "missing.txt"), "'missing.txt': No such file"),
    ((*ONE, "--template", "bad.txt"), "bad.txt, line 2"),
    ((*ONE, "--template", "bytes"), "bytes: is not UTF-8"),
    ((*ONE, "--body", "{{ nmae }}"), "no column nmae; did you mean name"),
    ((*ONE, "--body", ""), "--body: every text would be empty"),
    ((*ONE, "--body", "x", "--template", "bad.txt"), "give one of the two"),
    ((*ONE, "--config", "missing.toml"), "'missing.toml': No such file"),
    ((*ONE, "--config", "bad.toml"), "bad.toml: "),
    ((*ONE, "--config", "bare.toml"), "the account has no"),
    ((*ONE, "--prices", "missing.toml"), "missing.toml: no price table"),
    ((*ONE, "--prices", "bad.toml"), "bad.toml"),
    ((*ONE, "--out", "people.csv"), "'people.csv'"),
    ((*ONE, "--out", "people.csv/run"), "'people.csv/run'"),
    ((*ONE, "--concurrency", "0"), "'--concurrency'"),
    ((*ONE, "--api-latency", "-1"), "'--api-latency'"),
    ((*ONE, "--api-latency", "inf"), "api_latency is a number of seconds, not inf"),
    ((*ONE, "--redeliver", "-1"), "'--redeliver'"),
    ((*ONE, "--seed", "x"), "'--seed'"),
    (("report",), "folder"),
    (("report", "missing"), "missing is not a run folder"),
    (("report", "folder"), "folder is not a run folder"),
    (("report", "people.csv"), "people.csv is not a run folder"),
    (("report", "folder", "missing"), "folder is not a run folder"),
    (("report", "folder", "--out", "c.html"), "--out c.html: one folder alone"),
    (("report", "folder", "folder", "--prices", "bad.toml"), "bad.toml"),
    (("serve", "--port", "99999"), "port 99999"),
    (("serve", "--port", "x"), "'--port'"),
    (("serve", "--speed", "0"), "'--speed'"),
    (("serve", "--speed", "nan"), "'--speed'"),
    (("serve", "--retain", "5s"), "retain is 60 s or more, not 5"),
    (("serve", "--retain", "long"), "'long' is no duration: write 2h"),
    (("serve", "--config", "bad.toml"), "bad.toml: "),
    (("serve", "--profile", "twilio-1999"), "take one of twilio-2021"),
    (("serve", "--concurrency", "0"), "'--concurrency'"),
    (("serve", "--port", "0", "--journal", "folder"), "cannot use 'folder': "),
    (("serve", "--port", "0", "--journal", "no/j.jsonl"), "cannot use 'no/j.jsonl': "),
]


@pytest.fixture
def files(tmp_path: Path) -> None:
    """Lay out files that are no good, and one that is."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "bytes").write_bytes(b"\x00\x81\xff")
    (tmp_path / "bad.txt").write_text("Hi\n{% if %}\n")
    (tmp_path / "bad.toml").write_text("concurency = 1\n")
    (tmp_path / "bare.toml").write_text('[[numbers]]\naddress = "+14155550100"\n')


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(("words", "complaint"), BAD, ids=lambda part: str(part)[:50])
def test_a_bad_question_is_one_line(
    words: tuple[str, ...], complaint: str, smslab_in: Callable[..., Ended]
) -> None:
    """Status 2, nothing on stdout, and one line that names what was given."""
    status, out, err = smslab_in(*words)
    assert (status, out) == (2, ""), err
    assert len(err.splitlines()) == 1
    assert err.startswith("smslab: ")
    assert complaint in err


@pytest.mark.usefixtures("files")
def test_what_cannot_be_asked_is_not_begun(
    tmp_path: Path, smslab_in: Callable[..., Ended]
) -> None:
    """No run folder is made for a bad price table, deadline or account."""
    for option in (("--prices", "x"), ("--deadline", "x"), ("--config", "bare.toml")):
        assert smslab_in(*ONE, *option, "--out", "run").status == 2
    assert not (tmp_path / "run").exists()


def test_the_process_ends_with_the_status(tmp_path: Path) -> None:
    """A shell sees 2 and the line, and no traceback."""
    process = begin("compare", "missing.csv", folder=tmp_path)
    out, err = process.communicate(timeout=LONGEST)
    assert (process.returncode, out) == (2, "")
    assert err == "smslab: cannot use 'missing.csv': No such file or directory\n"


def test_a_terminal_may_know_ascii_alone(two_runs: Two) -> None:
    """What it cannot show is replaced, and the answer stays the answer."""
    out = two_runs.in_ascii.out
    assert out.isascii()
    assert "single-number" in out
    assert f"Report: {two_runs.two / 'report.html'}" in out


# Help


@pytest.mark.parametrize("command", ["compare", "serve", "report"])
def test_every_option_is_explained(
    command: str, smslab_in: Callable[..., Ended]
) -> None:
    """--help names each option with a sentence, and what the exit status means."""
    ended = smslab_in(command, "--help")
    assert (ended.status, ended.err) == (0, "")
    (found,) = (
        c
        for c in smslab.app.registered_commands
        if c.callback is not None and c.callback.__name__ == command
    )
    assert found.callback is not None
    names = [
        n for n in found.callback.__annotations__ if n not in ("context", "return")
    ]
    for name in names:
        assert name.replace("_", "-") in ended.out.replace("_", "-")


def test_help_lists_the_commands(smslab_in: Callable[..., Ended]) -> None:
    """With --help on stdout; without a word on stderr, as a question that was none."""
    asked, bare = smslab_in("--help"), smslab_in()
    assert (asked.status, asked.err) == (0, "")
    assert (bare.status, bare.out, bare.err) == (2, "", asked.out)
    for command in ("compare", "serve", "report"):
        assert f"  {command} " in asked.out


def test_it_runs_as_a_module(tmp_path: Path) -> None:
    """python -m smslab is the command."""
    done = subprocess.run(
        [sys.executable, "-m", "smslab", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=True,
    )
    assert "A wind tunnel for SMS" in done.stdout


# serve


@pytest.fixture
def server(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Start a server that is stopped in any case, and bounds every read from it."""
    process = begin("serve", "--port", "0", folder=tmp_path)
    guard = Timer(LONGEST, process.kill)
    guard.start()
    yield process
    guard.cancel()
    process.kill()
    process.communicate()


def said(out: IO[str] | None) -> list[str]:
    """Return what a server says, up to how it is stopped."""
    assert out is not None
    lines = [out.readline().rstrip()]
    while "Ctrl-C" not in lines[-1]:
        line = out.readline()
        assert line, "it ended before it said how to stop it"
        lines.append(line.rstrip())
    return lines


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_answers_until_it_is_stopped(
    number: signal.Signals, server: subprocess.Popen[str]
) -> None:
    """It prints its address, five lines and its token, and ends with status 0."""
    lines = said(server.stdout)
    address = lines[0].rpartition(" ")[2]
    with urlopen(f"{address}/_smslab/health", timeout=LONGEST) as answer:
        assert answer.status == 200
        assert json.load(answer)
    server.send_signal(number)
    assert server.wait(timeout=10) == 0
    assert len([line for line in lines[1:-2] if line]) == 5
    assert re.fullmatch(r"control token: \S{16,}", lines[-2])


def test_the_version_is_the_packages(smslab_in: Callable[..., Ended]) -> None:
    """`smslab --version` is one line, and good."""
    ended = smslab_in("--version")
    assert (ended.status, ended.out) == (0, f"smslab {version('smslab')}\n")


def test_serve_leaves_a_whole_journal(tmp_path: Path) -> None:
    """From its first line to its last, also where it is stopped by another program."""
    path = tmp_path / "journal.jsonl"
    words = ("serve", "--port", "0", "--seed", "3", "--journal", str(path))
    process = begin(*words, folder=tmp_path)
    guard = Timer(LONGEST, process.kill)
    guard.start()
    said(process.stdout)
    process.terminate()
    process.communicate()
    guard.cancel()
    assert process.returncode == 0
    first, last = map(json.loads, path.read_text("utf-8").splitlines())
    assert (first["kind"], first["seed"]) == ("start", 3)
    assert (last["kind"], last["open_messages"]) == ("end", 0)


def test_serve_says_where_a_port_is_taken(
    server: subprocess.Popen[str], smslab_in: Callable[..., Ended]
) -> None:
    """A second server on the same port is a bad question."""
    port = said(server.stdout)[0].rpartition(":")[2]
    ended = smslab_in("serve", "--port", port)
    assert ended.status == 2
    assert ended.err.startswith(f"smslab: port {port} cannot be had")
