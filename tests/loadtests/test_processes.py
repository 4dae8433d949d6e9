"""Processes: none outlives who has started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from loadtests.processes import HOME, Leash

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loadtests.processes import Process

LONGEST = 30.0
"""Real seconds after which what does not happen is a failure."""

SLEEPS = "import time; time.sleep(60)"

HOLDS = "import sys, time; held = open(sys.argv[1], 'wb'); time.sleep(60)"
"""Holds a pipe open as long as it is there."""

KILLED_WITH_A_LEASH = f"""
import os, signal, sys
from pathlib import Path
from loadtests.processes import Leash
words = [sys.executable, "-c", {HOLDS!r}, sys.argv[1]]
Leash().start(words, Path(sys.argv[2]))
open(sys.argv[1], "rb").close()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def leash() -> Iterator[Leash]:
    """Return a leash that is let go of."""
    with Leash() as leash:
        yield leash


def python(leash: Leash, source: str, folder: Path) -> Process:
    """Start a program of this source."""
    return leash.start([sys.executable, "-c", source], folder / "log")


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """Return a pipe that has a name."""
    os.mkfifo(tmp_path / "pipe")
    return tmp_path / "pipe"


def test_a_process_says_how_it_ended(leash: Leash, tmp_path: Path) -> None:
    """Its status and its last line, of both its outputs."""
    source = "import sys; print('one', flush=True); sys.exit('two')"
    process = python(leash, source, tmp_path)
    assert process.wait(LONGEST)
    assert (process.ended, process.status) == (True, 1)
    assert process.last_words == "ended with status 1: two"
    assert process.said == "one\ntwo\n"


def test_a_process_is_not_waited_for_too_long(leash: Leash, tmp_path: Path) -> None:
    """Nor after the wait was broken off."""
    process = python(leash, SLEEPS, tmp_path)
    assert not process.wait(0.0)
    assert not process.wait(LONGEST, broken_off=lambda: True)
    assert process.status is None
    process.kill()
    assert process.status == -signal.SIGKILL
    process.kill()  # once more is nothing


def test_a_process_begins_where_our_packages_are(leash: Leash, tmp_path: Path) -> None:
    """Whatever folder a person is in."""
    process = python(leash, "import os; print(os.getcwd())", tmp_path)
    process.wait(LONGEST)
    assert Path(process.said.strip()) == HOME
    assert (HOME / "smslab.py").exists()


def test_what_was_begun_ends_with_the_leash(pipe: Path, tmp_path: Path) -> None:
    """Also where an error ends it: nobody holds the pipe any more."""

    def fail() -> None:
        with Leash() as leash:
            leash.start([sys.executable, "-c", HOLDS, str(pipe)], tmp_path / "log")
            with pipe.open("rb"):  # opens once the other end is held
                raise OSError("something")

    with pytest.raises(OSError, match="something"):
        fail()
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert os.read(reader, 1) == b""
    os.close(reader)


def test_a_process_does_not_outlive_a_killed_starter(
    pipe: Path, tmp_path: Path
) -> None:
    """Who is killed can end nothing any more: the leash does."""
    words = [KILLED_WITH_A_LEASH, str(pipe), str(tmp_path / "log")]
    starter = subprocess.Popen([sys.executable, "-c", *words], cwd=HOME)
    with pipe.open("rb") as held:
        assert starter.wait(LONGEST) == -signal.SIGKILL
        assert held.read() == b""  # the last who held it has ended
