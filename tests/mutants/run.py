"""Plants one bug after the other in a copy of the project, and has tests find each.

`python -m tests.mutants.run` prints a line for each of `mutants.toml`, and ends with 1
where one was not found or its line is no longer there once.  `--table` prints the table
of docs/testing.md instead; a word as argument takes only those that have it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

ROOT = Path(__file__).parent.parent.parent
PROCESSES = 2
LONGEST = 240.0
"""Real seconds that the tests of one bug may take; after them it was not found."""

LEFT_OUT = shutil.ignore_patterns(".*", "runs", "__pycache__", "node_modules")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A planted bug: one line of a file, what it becomes, and who is to notice."""

    breaks: str
    file: str
    before: str
    after: str
    tests: list[str]

    def occurrences(self) -> int:
        """Return how often its line is in the project as it is."""
        return (ROOT / self.file).read_text("utf-8").count(self.before)


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of planting a bug; `failed` is the first test that did, if any."""

    mutant: Mutant
    verdict: str
    failed: str
    seconds: float


def mutants() -> list[Mutant]:
    """Return all of `mutants.toml`."""
    text = Path(__file__).with_name("mutants.toml").read_text("utf-8")
    return [Mutant(**row) for row in tomllib.loads(text)["mutants"]]


def table(rows: list[Mutant]) -> str:
    """Return the table of docs/testing.md."""
    lines = ["| what it breaks | file | before | after | found by |", "|---" * 5 + "|"]
    for one in rows:
        tests = ", ".join(f"`{name}`" for name in one.tests)
        before, after = _cell(one.before), _cell(one.after)
        lines.append(f"| {one.breaks} | `{one.file}` | {before} | {after} | {tests} |")
    return "\n".join(lines)


def _cell(code: str) -> str:
    return f"`{code.strip()}`".replace("|", r"\|")


def try_mutant(mutant: Mutant, copy: Path) -> Tried:
    """Plant a bug in a copy, run its tests there, and take it out again."""
    if mutant.occurrences() != 1:
        return Tried(mutant, "not there once", "", 0.0)
    path = copy / mutant.file
    whole = path.read_text("utf-8")
    path.write_text(whole.replace(mutant.before, mutant.after), "utf-8")
    began = time.monotonic()
    try:
        verdict, failed = _run_tests(mutant, copy)
    finally:
        path.write_text(whole, "utf-8")
    return Tried(mutant, verdict, failed, time.monotonic() - began)


def _run_tests(mutant: Mutant, copy: Path) -> tuple[str, str]:
    """Return the verdict on a bug, and the first test that failed."""
    options = ("-x", "-q", "-p", "no:cacheprovider", "--tb=no", "--hypothesis-seed=0")
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", *options, *mutant.tests],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "TOO LONG", ""
    lines = [
        line.split(" ", 1)[1].split(" - ")[0]
        for line in ended.stdout.splitlines()
        if line.startswith(("FAILED ", "ERROR "))
    ]
    if ended.returncode == 1 and lines and "::" in lines[0]:
        path, _, name = lines[0].partition("::")
        return "found", f"{path.rpartition('/')[2]}::{name}"
    return ("SURVIVED" if ended.returncode == 0 else "NO TESTS"), "".join(lines[:1])


def try_all(rows: list[Mutant]) -> list[Tried]:
    """Try each bug, two at a time, each in a copy that only one has at a time."""
    copies: Queue[Path] = Queue()
    with tempfile.TemporaryDirectory() as place, ThreadPoolExecutor(PROCESSES) as pool:
        for number in range(PROCESSES):
            copy = Path(place) / str(number)
            shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
            copies.put(copy)

        def work(mutant: Mutant) -> Tried:
            copy = copies.get()
            try:
                tried = try_mutant(mutant, copy)
            finally:
                copies.put(copy)
            print(_line(tried), flush=True)
            return tried

        return list(pool.map(work, rows))


def _line(tried: Tried) -> str:
    mutant, verdict = tried.mutant, f"{tried.verdict:9} {tried.seconds:5.1f} s"
    return f"{verdict}  {mutant.breaks} ({mutant.file}): {tried.failed or mutant.after}"


def main() -> int:
    """Try what was asked for; return 1 where a bug was not found."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.run")
    parser.add_argument("word", nargs="?", default="", help="take those that have it")
    parser.add_argument("--table", action="store_true", help="print the table alone")
    asked = parser.parse_args()
    rows = [one for one in mutants() if asked.word in f"{one.breaks} {one.file}"]
    if asked.table:
        print(table(rows))
        return 0
    began = time.monotonic()
    tried = try_all(rows)
    found = sum(one.verdict == "found" for one in tried)
    took = time.monotonic() - began
    print(f"{found} of {len(tried)} planted bugs found in {took:.0f} s")
    return int(found < len(tried))


if __name__ == "__main__":
    sys.exit(main())
